"""Does another claim already stand for the same failure, job, piece or picture (rules.md 3.4, 3.16 C22)?

Here: the comparison. Not here: finding the candidates (adjudication.py) and what a foreign station may see of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

NOT_HOLDING = frozenset({"draft", "withdrawn"})  # a claim in these states holds no duplicate key


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture's SHA-256 and its 64-bit perceptual hash as 16 hex digits."""

    sha256: str
    phash: str = ""


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What is compared of a claim: one failed part and operation."""

    id: str
    serial: str
    part: str
    op: str
    failure_day: date
    job: str
    fault: str = ""
    removed_serial: str = ""
    photos: Sequence[Photo] = ()
    replaces: str | None = None
    state: str = "submitted"


@dataclass(frozen=True, slots=True)
class Settings:
    """Days apart that still count as the same failure or the same fault, and the bits two pictures may differ by."""

    hard_days: int = 30
    soft_days: int = 90
    photo_distance: int = 3


@dataclass(frozen=True, order=True, slots=True)
class Match:
    """Another claim and why it matches."""

    id: str
    why: str


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Hard matches refuse the submit, soft ones send the claim to review; both sorted.

    shared: pictures of the claim that did not count, since many may show them: file name and why.
    """

    hard: tuple[Match, ...]
    soft: tuple[Match, ...]
    shared: tuple[tuple[str, str], ...] = ()


def find_duplicates(
    claim: ClaimFacts,
    others: Sequence[ClaimFacts],
    supersession: Iterable[tuple[str, str]] = (),
    settings: Settings | None = None,
    shared_photos: frozenset[str] = frozenset(),
) -> Duplicates:
    """Every other claim that holds a key and matches; the chain of `replaces` and shared_photos are exempt."""
    settings = settings or Settings()
    chain = part_chain(claim.part, supersession)
    exempt = _replaced(claim, {other.id: other.replaces for other in others})
    rivals = [o for o in others if o.id != claim.id and o.id not in exempt and o.state not in NOT_HOLDING]
    hard = {Match(o.id, why) for o in rivals for why in _hard(claim, o, chain, settings)}
    soft = {Match(o.id, why) for o in rivals for why in _soft(claim, o, settings, shared_photos)}
    return Duplicates(tuple(sorted(hard)), tuple(sorted(soft)))


def part_chain(part: str, supersession: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The part and every part that it supersedes or that supersedes it, through any number of steps."""
    links = list(supersession)
    chain = {part}
    while True:
        more = {end for a, b in links for end in (a, b) if (a in chain) != (b in chain)} - chain
        if not more:
            return frozenset(chain)
        chain |= more


def photo_distance(a: str, b: str) -> int:
    """The number of bits in which two perceptual hashes differ."""
    return (int(a, 16) ^ int(b, 16)).bit_count()


def _replaced(claim: ClaimFacts, replaces_of: Mapping[str, str | None]) -> frozenset[str]:
    chain: set[str] = set()
    named = claim.replaces
    while named and named not in chain:
        chain.add(named)
        named = replaces_of.get(named)
    return frozenset(chain)


def _hard(claim: ClaimFacts, other: ClaimFacts, chain: frozenset[str], settings: Settings) -> Iterable[str]:
    days = abs((claim.failure_day - other.failure_day).days)
    same_unit = bool(claim.serial) and claim.serial == other.serial
    if same_unit and other.part in chain and claim.op == other.op and days <= settings.hard_days:
        yield "same_failure"
    if claim.job and claim.job == other.job:
        yield "same_job"
    if claim.removed_serial and claim.removed_serial == other.removed_serial:
        yield "same_piece"


def _soft(claim: ClaimFacts, other: ClaimFacts, settings: Settings, shared: frozenset[str]) -> Iterable[str]:
    days = abs((claim.failure_day - other.failure_day).days)
    same_fault = (
        bool(claim.serial) and claim.serial == other.serial and bool(claim.fault) and claim.fault == other.fault
    )
    if same_fault and days <= settings.soft_days:
        yield "repeat_repair"
    if any(_same_picture(a, b, settings, shared) for a in claim.photos for b in other.photos):
        yield "photo_reuse"


def _same_picture(a: Photo, b: Photo, settings: Settings, shared: frozenset[str]) -> bool:
    if a.sha256 in shared or b.sha256 in shared:
        return False
    if a.sha256 == b.sha256:
        return True
    return bool(a.phash and b.phash) and photo_distance(a.phash, b.phash) <= settings.photo_distance

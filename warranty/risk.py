"""The risk score of a claim, 0-100: a capped sum of dated points, each with the value that earned it (rules.md 3.5).

The score never rejects: 30 sends to review, 60 also asks the region to audit. Not here: gathering the figures.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from warranty.pricing import beyond_limit

POINTS: Mapping[str, int] = {
    "labor_over_flat": 15,
    "cost_outlier": 20,
    "claim_rate": 15,
    "end_of_cover": 10,
    "soon_after_registration": 10,
    "reading_rolled_back": 30,
    "photo_reuse": 30,
    "travel_beyond_limit": 15,
    "technician_two_jobs": 20,
    "part_not_issued": 25,
    "certificate_lapsed": 20,
    "nff_share": 15,
}
MINIMUM_PEERS = 8


@dataclass(frozen=True, slots=True)
class LaborFact:
    """Claimed hours beside the flat hours of the operation and how often it was done."""

    hours: Decimal
    flat_hours: Decimal
    qty: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Peers:
    """One figure at the stations of the same grade, without the station itself (C23): how many, and how it spreads."""

    count: int
    median: Decimal
    mad: Decimal
    percentile_95: Decimal


@dataclass(frozen=True, slots=True)
class Facts:
    """What the score looks at; a figure that is not known scores nothing. Costs are means a claim, CNY."""

    labor: Sequence[LaborFact] = ()
    station_cost: Decimal | None = None
    cost_peers: Peers | None = None
    claims_per_100: Decimal | None = None
    rate_peers: Peers | None = None
    failure_day: date | None = None
    cover_end: date | None = None
    registered_on: date | None = None
    rolled_back: bool = False
    photo_reused: bool = False
    km: Decimal | None = None
    straight_km: Decimal | None = None
    technician_overlap: bool = False
    part_not_issued: bool = False
    certificate_lapsed: bool = False
    nff: int = 0
    returns: int = 0
    travel_factor: Decimal = Decimal("1.3")
    named: Mapping[str, str] = field(default_factory=dict)  # by item: which claims, parts, …


@dataclass(frozen=True, slots=True)
class Item:
    """One reason for points, with the value found, and the peers it was compared with."""

    item: str
    points: int
    value: str = ""
    peers: Peers | None = None


@dataclass(frozen=True, slots=True)
class Risk:
    """The score, what made it, and what it asks for: none, review or audit."""

    score: int
    items: tuple[Item, ...]
    robust_z: Decimal | None
    action: str = field(default="none")


def score(facts: Facts, points: Mapping[str, int] = POINTS) -> Risk:
    """The capped sum of the items that apply, sorted by name."""
    z = robust_z(facts.station_cost, facts.cost_peers)
    compared = {"cost_outlier": facts.cost_peers, "claim_rate": facts.rate_peers}
    found = sorted([*_money_items(facts, z), *_day_items(facts), *_flag_items(facts)])
    items = tuple(Item(name, points[name], value, compared.get(name)) for name, value in found)
    total = min(100, sum(item.points for item in items))
    return Risk(total, items, z, "audit" if total >= 60 else "review" if total >= 30 else "none")


def peers_of(values: Sequence[Decimal]) -> Peers | None:
    """What there is to compare with; None with fewer than 8 peers."""
    if len(values) < MINIMUM_PEERS:
        return None
    middle = percentile(values, Decimal("0.5"))
    spread = percentile([abs(value - middle) for value in values], Decimal("0.5"))
    return Peers(len(values), middle, spread, percentile(values, Decimal("0.95")))


def robust_z(value: Decimal | None, peers: Peers | None) -> Decimal | None:
    """0.6745 (x - median) / MAD against the peers; None without peers or without spread."""
    if value is None or peers is None or not peers.mad:
        return None
    return Decimal("0.6745") * (value - peers.median) / peers.mad


def percentile(values: Sequence[Decimal], share: Decimal) -> Decimal:
    """Linear interpolation between the two neighbors, as percentile_cont does."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _money_items(facts: Facts, z: Decimal | None) -> Iterable[tuple[str, str]]:
    over = [line for line in facts.labor if line.hours > Decimal("1.2") * line.flat_hours * line.qty]
    if over:
        yield "labor_over_flat", f"{_plain(over[0].hours)} h > 1.2 × {_plain(over[0].flat_hours * over[0].qty)} h"
    if z is not None and z > Decimal("3.5"):
        yield "cost_outlier", f"{facts.station_cost:.2f} (z {z:.2f})"
    rate, peers = facts.claims_per_100, facts.rate_peers
    if rate is not None and peers is not None and rate > peers.percentile_95:
        yield "claim_rate", f"{rate:.2f}"
    if facts.returns >= 10 and Decimal(facts.nff) / facts.returns > Decimal("0.2"):
        yield "nff_share", f"{facts.nff}/{facts.returns}"


def _day_items(facts: Facts) -> Iterable[tuple[str, str]]:
    if facts.failure_day and facts.cover_end and 1 <= (facts.cover_end - facts.failure_day).days <= 10:
        yield "end_of_cover", facts.cover_end.isoformat()
    if facts.failure_day and facts.registered_on and 0 <= (facts.failure_day - facts.registered_on).days <= 7:
        yield "soon_after_registration", facts.registered_on.isoformat()


def _flag_items(facts: Facts) -> Iterable[tuple[str, str]]:
    km, straight = facts.km, facts.straight_km
    if km is not None and straight is not None and beyond_limit(km, straight, facts.travel_factor):
        yield "travel_beyond_limit", f"{_plain(km)} km > {facts.travel_factor} × 2 × {_plain(straight)} km"
    flags = {
        "reading_rolled_back": facts.rolled_back,
        "photo_reuse": facts.photo_reused,
        "technician_two_jobs": facts.technician_overlap,
        "part_not_issued": facts.part_not_issued,
        "certificate_lapsed": facts.certificate_lapsed,
    }
    yield from ((name, facts.named.get(name, "")) for name, raised in flags.items() if raised)


def _plain(number: Decimal) -> str:
    """Without zeros that say nothing."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

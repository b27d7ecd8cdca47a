"""Many claims decided alike: the exact effect first, then one press; each claim in its own transaction with its own event.

Not here: deciding one claim (review); nothing is decided here that it would refuse.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from portal.core import clock, jobs, show
from portal.core.errors import Refusal
from portal.core.models.jobs import JobRun
from portal.core.money import total
from warranty import review
from warranty import settlement_posting as posting
from warranty.desk import holding, seen
from warranty.desk.queue import decidable
from warranty.four_eyes import require_decider
from warranty.models import ClaimDecision, ClaimLine, ClaimStatus, LineHold, Route, WarrantyClaim
from warranty.rules import Belongs, belongs_to

AT_ONCE: Final = 100  # more are a job
MOST: Final = 1_000
ZERO: Final = Decimal("0.00")
LINES: Final = Prefetch("lines", ClaimLine.objects.order_by("position"))
ACTS: Final = {"allow": gettext_lazy("Approve what the rules allow"), "refuse": pgettext_lazy("claims", "Reject")}


class ClaimsChanged(Refusal):
    """Nothing is decided when one of the claims is no longer as it was shown."""

    message = gettext_lazy("Nothing was decided: since the effect was shown, these claims have changed: %(claims)s.")
    code = "claims_changed"


class NothingChosen(Refusal):
    """At least one claim that can be decided."""

    message = gettext_lazy("None of the chosen claims can be decided by you.")
    code = "nothing_chosen"


class TooMany(Refusal):
    """A press that nobody can survey is not offered."""

    message = gettext_lazy("%(count)s claims match; choose at most %(most)s with the filters.")
    code = "too_many"


@dataclass(frozen=True)
class Wish:
    """What is to be done to each claim; a rejection names its reason."""

    act: str
    reason_code: str = ""
    note: str = ""


@dataclass(frozen=True)
class Planned:
    """What the press does to one claim, or why it is left out. month: of the statement that will carry it."""

    claim: WarrantyClaim
    mark: int
    amount: Decimal
    outcome: str
    is_first: bool
    month: date | None
    refusal: str = ""

    @property
    def outcome_label(self) -> str:
        """The status the claim will have."""
        if self.is_first:
            return _("First of two approvals")
        return str(ClaimStatus(self.outcome).label)

    @property
    def tone(self) -> str:
        """Its color."""
        return "wait" if self.is_first else WarrantyClaim.TONES[self.outcome]


@dataclass(frozen=True)
class Plan:
    """The whole effect: which claims get how much, and which are left out and why."""

    doing: Sequence[Planned]
    refused: Sequence[Planned]

    @property
    def amount(self) -> Decimal:
        """What is granted by this press; a first approval grants nothing yet."""
        return total(each.amount for each in self.doing if not each.is_first)

    @property
    def chosen(self) -> str:
        """The claims with what was seen of each, as a form carries them."""
        return ",".join(f"{each.claim.pk}:{each.mark}" for each in self.doing)


def plan(claims: Iterable[WarrantyClaim], wish: Wish, *, actor: Any) -> Plan:
    """What deciding the claims alike would do now. Writes nothing. Raises TooMany."""
    rows = list(claims)
    if len(rows) > MOST:
        raise TooMany(count=f"{len(rows):,}", most=f"{MOST:,}")
    beside = _read(rows, actor)
    planned = [_planned(claim, wish, actor, beside) for claim in rows]
    return Plan([each for each in planned if not each.refusal], [each for each in planned if each.refusal])


@dataclass(frozen=True)
class _Beside:
    """What planning reads beside the claims and their lines, by the claim's key; months by the station's."""

    marks: Mapping[int, int]
    months: Mapping[int, date]
    firsts: Mapping[int, ClaimDecision]
    holds: Mapping[int, Sequence[LineHold]]
    codes: frozenset[str]
    belongs: Belongs


def _read(claims: Sequence[WarrantyClaim], actor: Any) -> _Beside:
    """Everything for all claims in as many queries as for one; the claims carry their lines then."""
    keys = [claim.pk for claim in claims]
    prefetch_related_objects(claims, LINES)
    return _Beside(
        marks=seen.marks_of(keys),
        months=posting.first_open_months({claim.station_id for claim in claims}, clock.today()),
        firsts=review.first_decisions(claims),
        holds=holding.holds_of(keys),
        codes=review.reason_codes(),
        belongs=belongs_to(actor),
    )


def _planned(claim: WarrantyClaim, wish: Wish, actor: Any, beside: _Beside) -> Planned:
    decisions: Sequence[review.LineDecision] = ()
    refusal, first = "", beside.firsts.get(claim.pk)
    try:
        require_decider(claim, actor, belongs=beside.belongs)
        holding.require_nothing_held(claim, beside.holds.get(claim.pk, ()))
        decisions = decisions_for(claim, wish, beside.codes)
        review.check_decisions(claim, decisions, actor, first=first)
    except Refusal as refused:
        refusal = str(refused)
    amount = total(decided.amount for decided in decisions)
    is_first = claim.route == Route.TWO_APPROVERS and first is None
    outcome = review.outcome_of(claim, decisions) if decisions else ClaimStatus.REJECTED
    month = beside.months[claim.station_id] if amount and not is_first else None
    return Planned(claim, beside.marks.get(claim.pk, 0), amount, outcome, is_first, month, refusal)


def decisions_for(claim: WarrantyClaim, wish: Wish, codes: Collection[str] | None = None) -> list[review.LineDecision]:
    """Each line as the wish says: what the rules allow with their reason, or nothing with the reason given.

    codes: those that a cut can name, where known.
    """
    lines = claim.lines.all()
    if wish.act == "allow":
        return review.proposals(claim, lines, codes)
    return [
        review.LineDecision(line_id=line.pk, amount=ZERO, reason_code=wish.reason_code, note=wish.note)
        for line in lines
    ]


def read_chosen(text: str) -> list[tuple[int, int]]:
    """The claims and marks of a form's field; empty for anything that this module did not write."""
    found = []
    for pair in text.split(","):
        key, _colon, mark = pair.partition(":")
        if not (key.isascii() and key.isdigit() and mark.isascii() and mark.isdigit() and len(pair) < 40):
            return []
        found.append((int(key), int(mark)))
    return found


def decide_many(chosen: Sequence[tuple[int, int]], wish: Wish, *, actor: Any) -> JobRun | str:
    """The chosen claims are decided if all are as they were shown; a sentence says what came of it, above 100 a job does it.

    chosen: key and mark of each. Raises NothingChosen, TooMany, ClaimsChanged; then nothing was decided.
    """
    if not chosen:
        raise NothingChosen
    if len(chosen) > MOST:
        raise TooMany(count=f"{len(chosen):,}", most=f"{MOST:,}")
    require_as_shown(chosen)
    if len(chosen) > AT_ONCE:
        return jobs.start_run(
            "warranty.decide_many", owner=actor, title=_("Decide %(count)s claims") % {"count": len(chosen)},
            total=len(chosen), chosen=[list(pair) for pair in chosen], act=wish.act, reason_code=wish.reason_code,
            note=wish.note,
        )  # fmt: skip
    read = read_many(chosen, actor)
    return say(len(chosen), [said for pair in chosen if (said := decide_one(pair, wish, read, actor=actor))])


def require_as_shown(chosen: Sequence[tuple[int, int]]) -> None:
    """Raises ClaimsChanged, which names every claim with an event since it was shown."""
    marks = seen.marks_of([key for key, _mark in chosen])
    changed = [key for key, mark in chosen if marks.get(key, 0) != mark]
    if changed:
        numbers = WarrantyClaim.objects.filter(pk__in=changed).order_by("number").values_list("number", flat=True)
        raise ClaimsChanged(claims=show.listed(numbers[:50]))


@dataclass(frozen=True)
class Read:
    """The chosen claims that the actor sees, with their lines, by key, and the codes that a cut can name."""

    claims: Mapping[int, WarrantyClaim]
    codes: frozenset[str]


def read_many(chosen: Sequence[tuple[int, int]], actor: Any) -> Read:
    """What the decisions are made of, in three queries; each is held against the claim's mark when it is decided."""
    rows = WarrantyClaim.objects.visible_to(actor).filter(pk__in=[key for key, _mark in chosen])
    return Read({row.pk: row for row in rows.prefetch_related(LINES)}, review.reason_codes())


def decide_one(pair: tuple[int, int], wish: Wish, read: Read, *, actor: Any) -> str:
    """One of them is decided in a transaction of its own; answers why not, or nothing."""
    claim = read.claims.get(pair[0])
    if claim is None:
        return _("A claim that you may not see.")
    decisions = decisions_for(claim, wish, read.codes)
    try:
        with transaction.atomic():
            review.decide_lines(claim, decisions=decisions, actor=actor, reason=wish.note, mark=pair[1])
    except Refusal as refused:
        return f"{claim.number}: {refused}"
    return ""


def say(count: int, refused: Sequence[str]) -> str:
    """What came of it in a sentence, with those left out by name."""
    done = count - len(refused)
    text = ngettext("%(count)s claim was decided.", "%(count)s claims were decided.", done) % {"count": done}
    return " ".join([text, *refused[:20]])


def matching(rows: Any, actor: Any) -> Any:
    """Of the queue's rows, those that wait for this person."""
    return rows.filter(pk__in=decidable(actor).values("pk")).select_related(
        "station__dealer", "work_order__technician", "goodwill"
    )

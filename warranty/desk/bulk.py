"""Many claims decided alike: the exact effect first, then one press; each claim in its own transaction with its own event.

Not here: deciding one claim (review); nothing is decided here that it would refuse.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from portal.core import clock, jobs
from portal.core.errors import Refusal
from portal.core.models.jobs import JobRun
from portal.core.money import total
from warranty import review
from warranty import settlement_posting as posting
from warranty.desk import holding, seen
from warranty.desk.queue import decidable
from warranty.four_eyes import require_decider
from warranty.models import ClaimStatus, Route, WarrantyClaim

AT_ONCE: Final = 100  # more are a job
MOST: Final = 1_000
ZERO: Final = Decimal("0.00")
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
    marks, months = seen.marks_of([claim.pk for claim in rows]), _months({claim.station_id for claim in rows})
    planned = [_planned(claim, wish, actor, marks.get(claim.pk, 0), months[claim.station_id]) for claim in rows]
    return Plan([each for each in planned if not each.refusal], [each for each in planned if each.refusal])


def _months(stations: Iterable[int]) -> dict[int, date]:
    today = clock.today()
    return {station: posting.first_open_month(station, today) for station in stations}


def _planned(claim: WarrantyClaim, wish: Wish, actor: Any, mark: int, month: date) -> Planned:
    decisions: Sequence[review.LineDecision] = ()
    refusal, first = "", None
    try:
        require_decider(claim, actor)
        holding.require_nothing_held(claim)
        decisions, first = decisions_for(claim, wish), review.first_decision(claim)
        review.check_decisions(claim, decisions, actor)
    except Refusal as refused:
        refusal = str(refused)
    amount = total(decided.amount for decided in decisions)
    is_first = claim.route == Route.TWO_APPROVERS and first is None
    outcome = review.outcome_of(claim, decisions) if decisions else ClaimStatus.REJECTED
    return Planned(claim, mark, amount, outcome, is_first, month if amount and not is_first else None, refusal)


def decisions_for(claim: WarrantyClaim, wish: Wish) -> list[review.LineDecision]:
    """Each line as the wish says: what the rules allow with their reason, or nothing with the reason given."""
    if wish.act == "allow":
        return review.proposals(claim)
    return [
        review.LineDecision(line_id=line, amount=ZERO, reason_code=wish.reason_code, note=wish.note)
        for line in claim.lines.order_by("position").values_list("pk", flat=True)
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
    return say(len(chosen), [said for pair in chosen if (said := decide_one(pair, wish, actor=actor))])


def require_as_shown(chosen: Sequence[tuple[int, int]]) -> None:
    """Raises ClaimsChanged, which names every claim with an event since it was shown."""
    marks = seen.marks_of([key for key, _mark in chosen])
    changed = [key for key, mark in chosen if marks.get(key, 0) != mark]
    if changed:
        numbers = WarrantyClaim.objects.filter(pk__in=changed).order_by("number").values_list("number", flat=True)
        raise ClaimsChanged(claims=", ".join(numbers[:50]))


def decide_one(pair: tuple[int, int], wish: Wish, *, actor: Any) -> str:
    """One of them is decided in a transaction of its own; answers why not, or nothing."""
    claim = WarrantyClaim.objects.visible_to(actor).filter(pk=pair[0]).first()
    if claim is None:
        return _("A claim that you may not see.")
    try:
        with transaction.atomic():
            review.decide_lines(
                claim, decisions=decisions_for(claim, wish), actor=actor, reason=wish.note, mark=pair[1]
            )
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

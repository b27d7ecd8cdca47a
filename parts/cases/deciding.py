"""Headquarters decides a receiving case; goods, money and replacements follow at once. Source: rules.md 3.9 Receiving case."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parts.cases.opening import deadline_of, missing_photos
from parts.cases.settling import charge_for, settle
from parts.crediting import credit_for
from parts.four_eyes import require_another_hand
from parts.models import CaseLine, DamagedGoods, Decision, Difference, ReceivingCase
from parts.ordering import ReasonMissing
from parts.states import CaseStatus
from portal.core import clock, money, states
from portal.core.bulk import update_rows
from portal.core.errors import Refusal, refuse_all
from portal.core.parameters import param

ZERO = Decimal(0)
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    Difference.SHORT: (Decision.CREDIT, Decision.RESHIP, Decision.REFUSE),
    Difference.DAMAGED: (Decision.CREDIT, Decision.RESHIP, Decision.KEEP, Decision.REFUSE),
    Difference.OVER: (Decision.KEEP, Decision.SEND_BACK, Decision.REFUSE),
    Difference.WRONG: (Decision.KEEP, Decision.SEND_BACK, Decision.REFUSE),
}
"""What may become of each difference; refusing missing or damaged pieces puts them into the station's stock as delivered."""


@dataclass(frozen=True)
class Ruling:
    """The decision about one line. goods: where damaged pieces go; reduction: CNY off for damaged goods that are kept."""

    decision: str
    reason: str
    goods: str = ""
    reduction: Decimal = ZERO


class LineUndecided(Refusal):
    """All lines are decided at once."""

    message = _("Line %(position)s, %(part)s: choose a decision.")
    code = "line_undecided"


class LineUnknown(Refusal):
    """A decision about a line that the case does not have."""

    message = _("This case has no such line; expected one of %(lines)s.")
    code = "line_unknown"


class DecisionImpossible(Refusal):
    """A decision that does not fit the difference."""

    message = _("%(part)s: “%(decision)s” is no answer to “%(kind)s”.")
    code = "decision_impossible"


class GoodsUnsaid(Refusal):
    """Damaged goods go somewhere."""

    message = _("%(part)s: say whether the damaged goods come back or are scrapped.")
    code = "goods_unsaid"


class ReductionImpossible(Refusal):
    """More off than was invoiced."""

    message = _("%(part)s: the reduction must be between 0.00 and %(most)s, got %(got)s.")
    code = "reduction_impossible"


class PhotosAwaited(Refusal):
    """The station may still show what it found."""

    message = _("The station has until %(deadline)s to add pictures; the case can be decided then.")
    code = "photos_awaited"


class SameHand(Refusal):
    """Four eyes."""

    message = _("Whoever decided the case does not confirm it.")
    code = "same_hand"


@transaction.atomic
def decide_case(
    case: ReceivingCase, *, rulings: Mapping[int, Ruling], actor: Any, at: datetime | None = None
) -> ReceivingCase:
    """Every line is decided with its reason; the case is settled, or waits for finance where it credits more than the limit D.

    rulings: by key of the line, all lines. Raises at once every LineUndecided, LineUnknown, DecisionImpossible, ReasonMissing,
    GoodsUnsaid, ReductionImpossible and NoPrice of all lines; OwnParcel, PhotosAwaited, TransitionNotAllowed and
    what settle raises.
    Writes what settle writes, Events.
    """
    moment = at or clock.now()
    locked = _lock(case)
    if locked.status == CaseStatus.PHOTOS_WANTED:
        locked = _without_photos(locked, actor=actor, at=moment)
    if locked.status != CaseStatus.OPEN:
        raise states.refusal(locked, CaseStatus.CLOSED.label)
    lines = list(locked.lines.select_related("part", "shipment_line__order_line").order_by("position"))
    problems = [problem for line in lines for problem in _rule(line, rulings.get(line.pk), locked, moment)]
    if not {line.pk for line in lines} >= set(rulings):
        problems.append(LineUnknown(lines=", ".join(str(line.position) for line in lines), field="lines"))
    refuse_all(problems)
    update_rows(lines, ["decision", "goods", "reason", "amount"])
    locked.decided_by, locked.decided_at = actor, moment
    locked.credit = money.total(-line.amount for line in lines if line.amount < 0)
    locked.charge = money.total(line.amount for line in lines if line.amount > 0)
    require_another_hand(locked.shipment, locked.credit, actor, at=moment)
    locked.save(update_fields=["decided_by", "decided_at", "credit", "charge"])
    if locked.credit > param("parts.case_credit_limit", moment):
        return states.move(locked, CaseStatus.TO_CONFIRM, actor=actor, at=moment)
    return settle(locked, actor=actor, at=moment)


def waits_for_photos(case: ReceivingCase, *, at: datetime | None = None) -> PhotosAwaited | None:
    """The refusal a decision meets while the station may still add the pictures it owes."""
    deadline = deadline_of(case.shipment)
    if case.status != CaseStatus.PHOTOS_WANTED or deadline is None:
        return None
    if clock.local_date(at or clock.now()) > deadline or not missing_photos(case):
        return None
    return PhotosAwaited(deadline=deadline.isoformat())


def _without_photos(case: ReceivingCase, *, actor: Any, at: datetime) -> ReceivingCase:
    """After the days to report, a case is decided without the pictures that never came."""
    if refusal := waits_for_photos(case, at=at):
        raise refusal
    return states.move(case, CaseStatus.OPEN, actor=actor, at=at)


def _rule(line: CaseLine, ruling: Ruling | None, case: ReceivingCase, at: datetime) -> Iterator[Refusal]:
    """The line carries the decision and its amount; everything that is wrong with the ruling, one by one."""
    number = line.part.number
    if ruling is None or not ruling.decision:
        yield LineUndecided(position=line.position, part=number, field=f"decision_{line.pk}")
        return
    if len(ruling.reason.strip()) < 4:
        yield ReasonMissing(field=f"reason_{line.pk}")
    if ruling.decision not in CHOICES[line.kind]:
        said = dict(Decision.choices).get(ruling.decision, ruling.decision)
        yield DecisionImpossible(part=number, decision=said, kind=line.get_kind_display(), field=f"decision_{line.pk}")
        return
    line.decision, line.reason, line.goods, line.amount = ruling.decision, ruling.reason.strip()[:300], "", ZERO
    if line.kind == Difference.DAMAGED and ruling.decision in {Decision.CREDIT, Decision.RESHIP}:
        if ruling.goods not in DamagedGoods.values:
            yield GoodsUnsaid(part=number, field=f"goods_{line.pk}")
        line.goods = ruling.goods
    try:
        line.amount = _amount(line, ruling, case, at)
    except Refusal as refusal:
        yield refusal


def _amount(line: CaseLine, ruling: Ruling, case: ReceivingCase, at: datetime) -> Decimal:
    """What the decision credits (−) or charges (+)."""
    shipped = line.shipment_line
    if ruling.decision == Decision.CREDIT and shipped is not None:
        return -credit_for(shipped, line.qty)
    if ruling.decision != Decision.KEEP:
        return ZERO
    if line.kind == Difference.DAMAGED and shipped is not None:
        most, off = credit_for(shipped, line.qty), ruling.reduction
        if not (off.is_finite() and 0 <= off <= most and off == money.round_money(off)):
            raise ReductionImpossible(part=line.part.number, most=most, got=off, field=f"reduction_{line.pk}")
        return -off
    return charge_for(line, line.qty, case, at)


@transaction.atomic
def confirm_case(case: ReceivingCase, *, actor: Any, at: datetime | None = None) -> ReceivingCase:
    """Finance has agreed to the credit; the case is settled. Raises SameHand, TransitionNotAllowed and what settle raises."""
    locked = _lock(case)
    if locked.status != CaseStatus.TO_CONFIRM:
        raise states.refusal(locked, CaseStatus.CLOSED.label)
    if locked.decided_by_id == actor.pk:
        raise SameHand
    return settle(locked, actor=actor, at=at or clock.now())


@transaction.atomic
def return_case(case: ReceivingCase, *, reason: str, actor: Any, at: datetime | None = None) -> ReceivingCase:
    """Finance has not agreed; the warehouse decides again. Raises ReasonMissing, TransitionNotAllowed. Writes one Event."""
    if len(reason.strip()) < 4:
        raise ReasonMissing(field="reason")
    locked = _lock(case)
    if locked.status != CaseStatus.TO_CONFIRM:
        raise states.refusal(locked, CaseStatus.OPEN.label)
    return states.move(locked, CaseStatus.OPEN, actor=actor, at=at, note=reason.strip())


@transaction.atomic
def withdraw_case(case: ReceivingCase, *, reason: str, actor: Any, at: datetime | None = None) -> ReceivingCase:
    """The station was mistaken: what it missed stands in its stock, and nothing is credited or charged.

    Raises ReasonMissing, TransitionNotAllowed. Writes one Posting, Events.
    """
    if len(reason.strip()) < 4:
        raise ReasonMissing(field="reason")
    locked = _lock(case)
    if locked.status not in {CaseStatus.PHOTOS_WANTED, CaseStatus.OPEN}:
        raise states.refusal(locked, CaseStatus.WITHDRAWN.label)
    locked.lines.update(decision=Decision.REFUSE, amount=ZERO)
    return settle(locked, actor=actor, at=at or clock.now(), to=CaseStatus.WITHDRAWN, note=reason.strip())


def _lock(case: ReceivingCase) -> ReceivingCase:
    """Order, shipment and case, locked in the global order."""
    shipment = case.shipment
    states.lock(shipment.order)
    states.lock(shipment)
    return states.lock(case, "shipment__order", "shipment__from_location", "station")

"""The right to charge suppliers: opened at approval, fixed by the verdict, kept by a notice clock.

Not here: notes to suppliers (chargebacks), amounts (recovery_charges). Source: rules.md 3.7, C25, C26.
"""

from collections.abc import Collection
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parts.models import Supplier
from portal.core import clock, events, statements
from portal.core.errors import Refusal
from portal.core.money import total
from portal.core.parameters import param
from portal.core.states import lock, move, require_move
from warranty.models import CHARGEABLE, PAID, ClaimLine, RecoveryCase, SupplierAgreement, WarrantyClaim
from warranty.recovery_agreements import agreement_for, asked_for, suppliers_of
from warranty.recovery_charges import OF_CASE, charges_of, pieces_of, supplement_of
from warranty.recovery_origin import origin_of
from warranty.recovery_rules import RecoveryClock, recovery_clock, supplier_warranty_end
from warranty.settlement_states import RUNNING_RECOVERY, FailedPartStatus, LostReason, NamedBy, RecoveryStatus

STILL_COMING = (
    FailedPartStatus.REQUESTED,
    FailedPartStatus.TAGGED,
    FailedPartStatus.PACKED,
    FailedPartStatus.SHIPPED,
    FailedPartStatus.RECEIVED,
)


class NoAgreement(Refusal):
    """The supplier has not agreed to pay for this part."""

    message = _("%(supplier)s has no agreement for %(part)s on %(day)s.")
    code = "no_agreement"


def hold_cases(claims: Collection[int]) -> None:
    """Nobody else changes a case of these claims before the transaction ends; all of them locked in the order of their keys.

    Whoever changes one case of a claim changes what the others expect: who begins with a single one may wait in a circle.
    """
    cases = RecoveryCase.objects.filter(claim__among=claims).order_by("pk")
    list(cases.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))


IN_HOUSE = _("We make the part ourselves: nobody to charge.")
NOT_OURS = _("The manufacturer's warranty does not pay this line.")


@transaction.atomic
def open_cases(claim: WarrantyClaim, *, actor: Any | None = None, at: datetime | None = None) -> list[RecoveryCase]:
    """Every approved part line has its case, with a notice clock from the first day; lines that have one are left alone.

    The serial number or batch of the failed piece names the supplier, else there is only one with an agreement; else the
    case waits for somebody to name one, also where nobody is known to deliver the part, unless we make it ourselves.
    Writes RecoveryCase rows and Events.
    """
    at = at or clock.now()
    claim = lock(claim, "unit")
    lines = claim.lines.filter(PAID, kind="part", recovery_cases=None)
    found = lines.select_related("part", "issued_part", "appealed__appeal").order_by("pk")
    return [_open_case(claim, line, actor, at) for line in found]


def _open_case(claim: WarrantyClaim, line: ClaimLine, actor: Any | None, at: datetime) -> RecoveryCase:
    line.claim, on = claim, claim.repaired_on
    part: Any = line.part  # a line of kind part names one
    origin, suppliers = origin_of(line), suppliers_of(part, on=on)
    case = RecoveryCase(
        claim=claim,
        line=line,
        part=part,
        number=f"{claim.number}/{line.position}",
        approved_on=_granted_on(claim, line, at),
        received_on=origin.received_on if origin else None,
    )
    case = statements.insert(case)
    known = [origin.supplier] if origin else suppliers
    events.record(case, "recoverycase.opened", actor=actor, at=at, data={"suppliers": [s.code for s in known]})
    if line.payer not in CHARGEABLE:
        return _close(case, str(NOT_OURS), actor, at)
    if not known and part.is_made_in_house:
        return _close(case, str(IN_HOUSE), actor, at)
    agreed = [each for each in known if agreement_for(each, part, on=on)]
    if len(agreed) == 1:
        named_by = origin.named_by if origin else NamedBy.ONLY
        return assign_supplier(case, agreed[0], named_by=named_by, actor=actor, at=at)
    if agreed and not candidates_of(case):
        return _close(case, str(_("The supplier's own warranty had ended.")), actor, at)
    _set_clock(case)
    return statements.update(case, ["last_day", "is_provisional", "expected"])


def _granted_on(claim: WarrantyClaim, line: ClaimLine, at: datetime) -> date:
    """The day on which somebody first agreed to pay the line: by the decision, else on its appeal."""
    if line.approved_amount or not hasattr(line, "appealed"):
        return clock.local_date(claim.decided_at or at)
    return clock.local_date(line.appealed.appeal.decided_at or at)


@transaction.atomic
def follow_appeal(claim: WarrantyClaim, *, actor: Any | None = None, at: datetime | None = None) -> None:
    """Lines granted on appeal have their cases, with a clock of their own; what cases not charged yet expect grows."""
    open_cases(claim, actor=actor, at=at)
    expect_anew([claim.pk])


@transaction.atomic
def assign_supplier(
    case: RecoveryCase,
    supplier: Supplier,
    *,
    actor: Any | None,
    named_by: str = NamedBy.HAND,
    at: datetime | None = None,
) -> RecoveryCase:
    """The case names its supplier and agreement, its clock runs. Raises NoAgreement, TransitionNotAllowed."""
    at = at or clock.now()
    hold_cases([case.claim_id])
    case = lock(case, *OF_CASE)
    require_move(case, RecoveryStatus.WAITING)
    agreement = agreement_for(supplier, case.part, on=case.claim.repaired_on)
    if agreement is None:
        raise NoAgreement(supplier=supplier.name, part=case.part.number, day=case.claim.repaired_on, field="supplier")
    case.supplier, case.agreement, case.named_by = supplier, agreement, named_by
    _set_clock(case)
    case.expected = total(line.amount.amount for line in charges_of(case, defects=pieces_of(case)))
    statements.update(case, ["supplier", "agreement", "named_by", "last_day", "is_provisional", "expected"])
    if warranty_over(case, agreement):
        return _close(case, str(_("The supplier's own warranty had ended.")), actor, at)
    if agreement.no_return:
        return _open(case, pieces_of(case), actor, at)
    case = move(case, RecoveryStatus.WAITING, actor=actor, at=at, data={"named_by": str(named_by)})
    return _decide(case, actor, at)


@dataclass(frozen=True)
class Candidate:
    """A supplier who may have to answer for a case: until when it must have notice and what it would pay, CNY.

    agreement: None where it has none for the part, then nobody but our default of days says until when.
    """

    supplier: Supplier
    agreement: SupplierAgreement | None
    last_day: date
    expected: Decimal


def candidates_of(case: RecoveryCase) -> list[Candidate]:
    """Every supplier who delivers the part, else who agreed to pay for such a part, with its own notice day."""
    on, found = case.claim.repaired_on, []
    for supplier in asked_for(case.part, on=on):
        agreement = agreement_for(supplier, case.part, on=on)
        trial = copy(case)
        trial.supplier, trial.agreement = supplier, agreement
        if agreement is None or not warranty_over(case, agreement):
            charges = charges_of(trial, defects=pieces_of(case)) if agreement else []
            expected = total(charge.amount.amount for charge in charges)
            found.append(Candidate(supplier, agreement, clock_of(trial).last_day, expected))
    return found


def clock_of(case: RecoveryCase) -> RecoveryClock:
    """The case's notice clock: by its agreement; without one by the days that we give ourselves (D)."""
    agreement = case.agreement
    days = agreement.notice_days if agreement else param("warranty.notice_days", case.approved_on)
    return recovery_clock(
        approved_on=case.approved_on,
        appraised_on=case.appraised_on,
        no_return=bool(agreement and agreement.no_return),
        notice_days=days,
        return_days=param("warranty.return_days", case.approved_on),
    )


def _set_clock(case: RecoveryCase) -> None:
    """The last day by its agreement; while no supplier is named the earliest of all that come into question."""
    ticking = clock_of(case)
    case.last_day, case.is_provisional = ticking.last_day, ticking.provisional
    if case.agreement is None and (candidates := candidates_of(case)):
        case.last_day = min(each.last_day for each in candidates)
        case.expected = max(each.expected for each in candidates)
    if case.kept_until:
        case.last_day = max(case.last_day, case.kept_until)


def warranty_over(case: RecoveryCase, agreement: SupplierAgreement) -> bool:
    """Whether the supplier's own warranty had ended by the failure: from our receipt or the sale, the earlier end wins."""
    unit = case.claim.unit
    end = supplier_warranty_end(
        received_on=case.received_on,
        months_from_receipt=agreement.months_from_receipt,
        sold_on=getattr(unit, "sold_on", None) or getattr(unit, "invoice_on", None),
        months_from_sale=agreement.months_from_sale,
    )
    return end is not None and case.claim.failed_on >= end


@transaction.atomic
def note_decided_piece(piece: Any, *, actor: Any | None, at: datetime | None = None) -> RecoveryCase | None:
    """A piece of a line was appraised, lost or waived: with the last one of the line its case opens or ends."""
    undecided = [RecoveryStatus.UNASSIGNED, RecoveryStatus.WAITING]
    hold_cases([piece.claim_id])
    case = RecoveryCase.objects.filter(line_id=piece.line_id, status__in=undecided).first()
    return _decide(lock(case, *OF_CASE), actor, at or clock.now()) if case else None


def _decide(case: RecoveryCase, actor: Any | None, at: datetime) -> RecoveryCase:
    """What the verdicts on all pieces of the line make of its case; where no piece came the right is lost, not closed."""
    pieces = list(case.line.failed_parts.prefetch_related("appraisals"))
    if not pieces or any(piece.status in STILL_COMING for piece in pieces):
        return case
    final = [a for piece in pieces for a in piece.appraisals.all() if a.is_final]
    verdicts = [appraisal.verdict for appraisal in final]
    defects = verdicts.count("supplier_defect")
    if not verdicts:
        return lose(case, LostReason.NO_PART, on=clock.local_date(at), actor=actor, at=at)
    if not defects:
        return _close(case, ", ".join(verdicts), actor, at)
    case.appraised_on = clock.local_date(max(appraisal.at for appraisal in final))  # a held line's before its approval
    _set_clock(case)
    statements.update(case, ["appraised_on", "last_day", "is_provisional", "expected"])
    return case if case.agreement is None else _open(case, Decimal(defects), actor, at)


def take_up_verdicts(case: RecoveryCase, *, actor: Any | None, at: datetime) -> RecoveryCase:
    """The locked case, which runs again, is decided by the verdicts that were given while it was lost, if any were."""
    if not case.line.failed_parts.filter(appraisals__is_final=True).exists():
        return case
    return _decide(case, actor, at)


def lose(case: RecoveryCase, reason: LostReason, *, on: date, actor: Any | None, at: datetime) -> RecoveryCase:
    """The right is lost from that day on, and the leakage report says why and how much."""
    case.lost_on, case.lost_reason = on, reason
    statements.update(case, ["lost_on", "lost_reason"])
    data = {"expected": str(case.expected), "reason": str(reason)}
    lost = move(case, RecoveryStatus.LOST, actor=actor, at=at, data=data)
    if lost.agreement is None and (candidates := candidates_of(lost)):
        lost.expected = max(each.expected for each in candidates)
        statements.update(lost, ["expected"])
    expect_anew([case.claim_id])
    lost.refresh_from_db(fields=["expected"])
    return lost


def _open(case: RecoveryCase, qty: Decimal, actor: Any | None, at: datetime) -> RecoveryCase:
    case.defect_qty = qty
    case.expected = total(line.amount.amount for line in charges_of(case))
    statements.update(case, ["defect_qty", "expected"])
    return move(case, RecoveryStatus.OPEN, actor=actor, at=at, data={"expected": str(case.expected)})


def _close(case: RecoveryCase, reason: str, actor: Any | None, at: datetime) -> RecoveryCase:
    case.close_reason, case.expected = reason[:200], Decimal(0)
    statements.update(case, ["close_reason", "expected"])
    closed = move(case, RecoveryStatus.CLOSED, actor=actor, at=at)
    expect_anew([case.claim_id])
    return closed


@transaction.atomic
def leave(case: RecoveryCase, *, at: datetime) -> RecoveryCase | None:
    """A running case of a line that the manufacturer's warranty does not pay is closed; None where it runs no more."""
    hold_cases([case.claim_id])
    case = lock(case, *OF_CASE)
    if case.status not in RUNNING_RECOVERY or case.line.payer in CHARGEABLE:
        return None
    return _close(case, str(NOT_OURS), None, at)


def expect_anew(claims: Collection[int]) -> None:
    """Cases of the claims that are on no note yet expect what is left for them, now that another's fate is known.

    A lost one says what was lost with it: not what another case of its claim can still charge.
    """
    changing = RecoveryCase.objects.filter(claim__among=claims, appeal=None, agreement__isnull=False)
    changing = changing.filter(status__in=[RecoveryStatus.WAITING, RecoveryStatus.OPEN, RecoveryStatus.LOST])
    for key in changing.order_by("pk").values_list("pk", flat=True):
        case = lock(RecoveryCase(pk=key), *OF_CASE)
        undecided = case.status == RecoveryStatus.WAITING or (
            case.status == RecoveryStatus.LOST and not case.defect_qty
        )
        defects = pieces_of(case) if undecided else None
        expected = total(charge.amount.amount for charge in charges_of(case, defects=defects))
        if expected != case.expected:
            case.expected = expected
            statements.update(case, ["expected"])


def open_supplement(case: RecoveryCase, appeal: Any, *, actor: Any | None, at: datetime) -> RecoveryCase | None:
    """What the appeal added to a case on a note that was sent waits for the next note, with a notice clock of its own.

    Done again it changes nothing. Writes a RecoveryCase and Events.
    """
    if RecoveryCase.objects.filter(line_id=case.line_id, appeal=appeal).exists():
        return None
    day = clock.local_date(appeal.decided_at or at)
    more = RecoveryCase(
        claim_id=case.claim_id, line_id=case.line_id, part_id=case.part_id, supplier_id=case.supplier_id,
        agreement=case.agreement, appeal=appeal, number=f"{case.number}-A", approved_on=day, appraised_on=day,
        defect_qty=case.defect_qty, named_by=case.named_by, received_on=case.received_on,
    )  # fmt: skip
    more.expected = total(charge.amount.amount for charge in supplement_of(more))
    if not more.expected:
        return None
    _set_clock(more)
    more = statements.insert(more)
    events.record(more, "recoverycase.opened", actor=actor, at=at, data={"appeal": appeal.number})
    return move(more, RecoveryStatus.OPEN, actor=actor, at=at, data={"expected": str(more.expected)})

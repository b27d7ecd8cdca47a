"""The right to charge goes from one supplier to another who delivers the part: who that may be, and the new case.

Not here: what becomes of the lines on notes (chargebacks.rerouting). Source: rules.md 3.7, C26.
"""

from copy import copy
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import clock, events, show, statements
from portal.core.errors import Refusal
from portal.core.money import total
from portal.core.states import lock, move
from warranty.models import RecoveryCase
from warranty.recovery import Candidate, clock_of, expect_anew, warranty_over
from warranty.recovery_agreements import agreement_for, suppliers_of
from warranty.recovery_charges import charges_of
from warranty.recovery_keeping import LONGEST_KEPT, KeptTooLong
from warranty.recovery_origin import origin_of
from warranty.settlement_states import NamedBy, RecoveryStatus


class NoCandidate(Refusal):
    """Only who delivers the part, agreed to pay for it and was not asked before comes into question."""

    message = gettext_lazy("%(supplier)s does not come into question for %(part)s.")
    code = "no_candidate"


class ClockEnded(Refusal):
    """A supplier whose notice day has passed is charged only with an approver's new day."""

    message = gettext_lazy("Notice to %(supplier)s was possible until %(day)s; an approver may set a new last day.")
    code = "clock_ended"


def case_to_pass_on(case: RecoveryCase) -> RecoveryCase:
    """The claim line's own case with the same supplier; what an appeal added goes with it."""
    if case.appeal_id is None:
        return case
    own = RecoveryCase.objects.filter(line=case.line_id, appeal=None, supplier=case.supplier_id)
    return own.latest("pk")


def other_candidates(case: RecoveryCase) -> list[Candidate]:
    """Suppliers of the part with an agreement who were not charged for it before, each with its own notice day."""
    on, line = case.claim.repaired_on, case.line
    line.claim = case.claim
    origin = origin_of(line)
    asked = set(RecoveryCase.objects.filter(line=case.line_id).values_list("supplier", flat=True))
    found = []
    for supplier in suppliers_of(case.part, on=on):
        agreement = agreement_for(supplier, case.part, on=on)
        if supplier.pk in asked or agreement is None:
            continue
        trial = copy(case)
        trial.supplier, trial.agreement = supplier, agreement
        trial.received_on = origin.received_on if origin and origin.supplier == supplier else None
        if not warranty_over(trial, agreement):
            expected = total(charge.amount.amount for charge in charges_of(trial, at_once=True))
            found.append(Candidate(supplier, agreement, clock_of(trial).last_day, expected))
    return found


def require_candidate(case: RecoveryCase, supplier: Any, *, until: date | None, at: datetime) -> Candidate:
    """The supplier as it comes into question on this day. Raises NoCandidate, ClockEnded, KeptTooLong."""
    candidate = next((each for each in other_candidates(case) if each.supplier == supplier), None)
    if candidate is None:
        raise NoCandidate(supplier=supplier.name, part=case.part.number, field="supplier")
    today, last = clock.local_date(at), clock.local_date(at) + timedelta(days=LONGEST_KEPT)
    if until is None and candidate.last_day < today:
        raise ClockEnded(supplier=supplier.name, day=show.day(candidate.last_day), field="until")
    if until is not None and not today <= until <= last:
        raise KeptTooLong(got=until, first=today, last=last, field="until")
    return candidate


def pass_on(
    case: RecoveryCase, candidate: Candidate, *, until: date | None, reason: str, actor: Any, at: datetime
) -> RecoveryCase:
    """The locked case and what appeals added to it are closed; the candidate's new one may be charged.

    Its lines are off the notes already. Writes a RecoveryCase and Events.
    """
    code = candidate.supplier.code
    for each in RecoveryCase.objects.filter(line=case.line_id, supplier=case.supplier_id).order_by("pk"):
        _close(lock(each), _("Passed on to %(supplier)s") % {"supplier": code}, actor, at)
    more = RecoveryCase(
        claim_id=case.claim_id, line_id=case.line_id, part_id=case.part_id, supplier=candidate.supplier,
        agreement=candidate.agreement, number=_number(case), approved_on=case.approved_on,
        appraised_on=case.appraised_on, defect_qty=case.defect_qty, named_by=NamedBy.HAND, rerouted_from=case,
        last_day=max(filter(None, (candidate.last_day, until))), kept_until=until, is_provisional=False,
    )  # fmt: skip
    more.claim, more.line, more.part = case.claim, case.line, case.part
    more.expected = total(charge.amount.amount for charge in charges_of(more, at_once=True))
    more = statements.insert(more)
    data = {"suppliers": [code], "from": case.number}
    events.record(more, "recoverycase.opened", actor=actor, at=at, note=reason.strip(), data=data)
    opened = move(more, RecoveryStatus.OPEN, actor=actor, at=at, data={"expected": str(more.expected)})
    expect_anew([case.claim_id])
    return opened


def _number(case: RecoveryCase) -> str:
    """The claim line's, and how often it was passed on."""
    passed = RecoveryCase.objects.filter(line=case.line_id, rerouted_from__isnull=False).count()
    return f"{case.claim.number}/{case.line.position}-S{passed + 2}"


def _close(case: RecoveryCase, reason: str, actor: Any, at: datetime) -> None:
    if case.status == RecoveryStatus.CLOSED:
        return
    case.close_reason, case.expected = reason[:200], case.expected * 0
    statements.update(case, ["close_reason", "expected"])
    move(case, RecoveryStatus.CLOSED, actor=actor, at=at)

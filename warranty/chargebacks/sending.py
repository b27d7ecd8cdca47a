"""A note goes out, or is taken back before it does."""

from datetime import datetime
from typing import Any

from django.db import transaction

from portal.core import clock, show
from portal.core.calendar import add_working_days
from portal.core.states import lock, move, require_move
from warranty.chargebacks.chain import record_on_every_chain
from warranty.chargebacks.lateness import lose_late
from warranty.chargebacks.refusals import NoticeTooLate
from warranty.chargebacks_documents import issue_note
from warranty.models import Chargeback
from warranty.recovery import expect_anew, hold_cases
from warranty.settlement_states import ChargebackStatus, RecoveryStatus


@transaction.atomic
def send_chargeback(note: Chargeback, *, actor: Any, at: datetime | None = None) -> Chargeback:
    """The supplier sees the note, its PDF exists, and its time to answer runs (working days, C42).

    Cases whose last day for notice has passed are off it first, and lost. Raises NoticeTooLate where none is left,
    TransitionNotAllowed.
    """
    at = at or clock.now()
    require_move(note, ChargebackStatus.SENT)
    lost = lose_late(note, actor=actor, at=at)
    if note.status == ChargebackStatus.WITHDRAWN:
        raise NoticeTooLate(number=note.number, day=show.day(max(filter(None, (case.last_day for case in lost)))))
    note = lock(note)
    agreements = [line.case.agreement for line in note.lines.filter(is_live=True).select_related("case__agreement")]
    days = max((agreement.deemed_accept_days for agreement in agreements if agreement), default=15)
    note.sent_at, note.answer_by = at, add_working_days(clock.local_date(at), days)
    note.save(update_fields=["sent_at", "answer_by"])
    note = move(note, ChargebackStatus.SENT, actor=actor, at=at, data={"claimed": str(note.claimed)})
    issue_note(note, actor=actor)
    record_on_every_chain(note, "recoverycase.notified", actor, at, {"note": note.number})
    return note


@transaction.atomic
def withdraw_chargeback(note: Chargeback, *, actor: Any, at: datetime | None = None) -> Chargeback:
    """A note that was not sent is taken back; its cases are open again."""
    at = at or clock.now()
    note = move(lock(note), ChargebackStatus.WITHDRAWN, actor=actor, at=at)
    cases = {line.case_id: line.case for line in note.lines.filter(is_live=True).select_related("case")}
    claims = {case.claim_id for case in cases.values()}
    hold_cases(claims)
    note.lines.update(is_live=False)
    Chargeback.objects.filter(pk=note.pk).update(claimed=0)
    for _pk, case in sorted(cases.items()):
        move(case, RecoveryStatus.OPEN, actor=actor, at=at)
    expect_anew(claims)
    return note

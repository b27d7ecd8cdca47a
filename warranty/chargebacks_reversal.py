"""What a reversed claim does to its recovery: cases close, an unsent note loses the lines, a sent one gets a credit note.

Source: rules.md 3.1 (approved…paid → reversed).
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.states import lock, move
from warranty.chargebacks.concluding import conclude
from warranty.chargebacks.crediting import credit_lines, drop_lines
from warranty.models import CREDITS, Chargeback, RecoveryCase, WarrantyClaim
from warranty.recovery import hold_cases
from warranty.settlement_states import RUNNING_RECOVERY, ChargebackStatus, RecoveryStatus

CREDITED = "credited"
ENDS = (*RUNNING_RECOVERY, RecoveryStatus.CHARGED, RecoveryStatus.LOST)


@transaction.atomic
def release_claim(claim: WarrantyClaim, *, actor: Any | None, at: datetime | None = None) -> list[str]:
    """No supplier is asked for a reversed claim any more, and a note that waits for nothing else is concluded.

    Answers the numbers of the credit notes written. Done again it changes nothing. Writes Events on each case and note.
    """
    at = at or clock.now()
    credits = []
    for note in _notes_of(claim):
        note = lock(note)
        lines = note.lines.filter(case__claim=claim, is_live=True).exclude(outcome__in=CREDITS).order_by("position")
        if note.status == ChargebackStatus.OPEN:
            drop_lines(note, list(lines), actor, at)
        elif lines:
            credits.append(credit_lines(note, list(lines), outcome=CREDITED, actor=actor, at=at))
            note.refresh_from_db()
            conclude(note, actor, at)
    hold_cases([claim.pk])
    for case in claim.recovery_cases.filter(status__in=ENDS).order_by("pk"):
        _close(lock(case), actor, at)
    return credits


def _notes_of(claim: WarrantyClaim) -> list[Chargeback]:
    return list(Chargeback.objects.filter(lines__case__claim=claim, lines__is_live=True).distinct().order_by("pk"))


def _close(case: RecoveryCase, actor: Any | None, at: datetime) -> None:
    case.close_reason, case.expected = _("The claim was reversed."), Decimal(0)
    case.save(update_fields=["close_reason", "expected"])
    move(case, RecoveryStatus.CLOSED, actor=actor, at=at)

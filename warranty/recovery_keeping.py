"""Rights to charge are kept by their clocks: near days announced, missed ones lost with a reason, lost ones reopened.

Not here: how a case comes to be and is decided (recovery), the mails and messages (settlement_jobs).
Source: rules.md 3.7, C26; L2.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal.core import clock, jobs, statements
from portal.core.errors import Refusal
from portal.core.states import lock, move, require_move
from warranty import recovery
from warranty.four_eyes import require_words
from warranty.models import (
    CHARGEABLE,
    PAID,
    ChargebackLine,
    ClaimLine,
    FailedPart,
    RecoveryCase,
    SupplierAgreement,
    WarrantyClaim,
)
from warranty.recovery_charges import OF_CASE
from warranty.recovery_rules import ALARM_DAYS, alarm_due
from warranty.settlement_states import RUNNING_RECOVERY, ChargebackStatus, LostReason, RecoveryStatus

LONGEST_KEPT = 365
LATELY = timedelta(days=60)
MOST_A_NIGHT = 1_000
ZERO = Value(Decimal("0.00"))
PAID_OF_CASE = Coalesce("line__approved_amount", ZERO) + Coalesce("line__appealed__granted_amount", ZERO)


class KeptTooLong(Refusal):
    """A new notice day lies between today and a year ahead."""

    message = _("%(got)s is not between %(first)s and %(last)s.")
    code = "kept_too_long"


class ClaimTakenBack(Refusal):
    """Nothing is charged for a claim that was reversed."""

    message = _("%(claim)s was reversed: there is nothing to charge for it.")
    code = "claim_taken_back"


def open_missing(*, at: datetime | None = None) -> int:
    """Claims granted in the last weeks whose part lines have no case get them, from their approval on; how many claims.

    What follows an approval by itself has done so before; this makes up for what stopped it.
    """
    at = at or clock.now()
    without = ClaimLine.objects.filter(PAID, claim=OuterRef("pk"), kind="part", recovery_cases=None)
    lately = (at - LATELY, at - timedelta(hours=1))
    claims = WarrantyClaim.objects.paying().filter(Q(decided_at__range=lately) | Q(appeal__decided_at__range=lately))
    missing = claims.filter(Exists(without)).order_by("pk")[:MOST_A_NIGHT]
    opened = jobs.each("warranty.open_missing", lambda: missing, lambda claim: recovery.open_cases(claim, at=at))
    return len(opened)


def lose_overdue(*, at: datetime | None = None) -> int:
    """Every case on no note whose last day for notice has passed is lost, and says why; how many. The daily job calls it."""
    at = at or clock.now()
    running = RecoveryCase.objects.filter(status__in=RUNNING_RECOVERY, last_day__lt=clock.local_date(at))
    return len(jobs.each("warranty.lose_overdue", lambda: running.order_by("pk"), lambda case: _lose_if_late(case, at)))


def _lose_if_late(case: RecoveryCase, at: datetime) -> RecoveryCase | None:
    recovery.hold_cases([case.claim_id])
    case = lock(case, *OF_CASE)
    if case.status not in RUNNING_RECOVERY or case.last_day is None or case.last_day >= clock.local_date(at):
        return None
    return recovery.lose(case, _why(case), on=case.last_day + timedelta(days=1), actor=None, at=at)


def _why(case: RecoveryCase) -> LostReason:
    if case.status == RecoveryStatus.OPEN:
        return LostReason.LATE
    if case.status == RecoveryStatus.WAITING:
        came = FailedPart.objects.filter(line=case.line_id, received_at__isnull=False).exists()
        return LostReason.NO_VERDICT if came else LostReason.NO_PART
    candidates = recovery.candidates_of(case)
    if any(each.agreement for each in candidates):
        return LostReason.UNNAMED
    return LostReason.NO_AGREEMENT if candidates or case.received_on else LostReason.NO_SUPPLIER


def close_unchargeable(*, at: datetime | None = None) -> int:
    """Cases of lines that somebody else than the manufacturer pays run no longer, and say why; how many. The daily job calls it."""
    at = at or clock.now()
    others = RecoveryCase.objects.filter(status__in=RUNNING_RECOVERY).exclude(line__payer__in=CHARGEABLE).order_by("pk")
    return len(jobs.each("warranty.close_unchargeable", lambda: others, lambda case: recovery.leave(case, at=at)))


def alarms_on(day: date) -> list[RecoveryCase]:
    """Cases of which finance is warned today: one of the marks 14, 7 and 1 days before the last day came since the last alarm."""
    cases = near(RecoveryCase.objects.all(), day).select_related("supplier", "part").order_by("last_day", "pk")
    return [case for case in cases if _is_alarm_due(case, day)]


def near(cases: "QuerySet[RecoveryCase]", day: date) -> "QuerySet[RecoveryCase]":
    """Cases without notice to their supplier whose last day for it lies within the first mark of their alarms."""
    return without_notice(cases).filter(last_day__range=(day, day + timedelta(days=max(ALARM_DAYS))))


def without_notice(cases: "QuerySet[RecoveryCase]") -> "QuerySet[RecoveryCase]":
    """Cases whose clock runs: those on no note yet, and those on a note that was not sent."""
    unsent = ChargebackLine.objects.filter(is_live=True, chargeback__status=ChargebackStatus.OPEN)
    on_it = Q(status=RecoveryStatus.CHARGED, pk__in=unsent.values("case"))
    return cases.filter(Q(status__in=RUNNING_RECOVERY) | on_it)


def _is_alarm_due(case: RecoveryCase, day: date) -> bool:
    start = case.appraised_on or case.approved_on
    return case.last_day is not None and alarm_due(
        last_day=case.last_day, start=start, alarmed_on=case.alarmed_on, day=day
    )


@transaction.atomic
def reopen_lost(
    case: RecoveryCase, *, until: date, reason: str, actor: Any, at: datetime | None = None
) -> RecoveryCase:
    """A lost right runs again, with a notice day of its own, from where it stood; the approver says why.

    A verdict given while it was lost counts now: the case may be charged, or is closed where the supplier is not to blame.
    until: today to a year ahead. Raises KeptTooLong, TextTooShort, ClaimTakenBack, TransitionNotAllowed.
    """
    at = at or clock.now()
    today = clock.local_date(at)
    recovery.hold_cases([case.claim_id])
    case = lock(case, *OF_CASE)
    require_words(reason, "reason", at)
    if not today <= until <= today + timedelta(days=LONGEST_KEPT):
        last = today + timedelta(days=LONGEST_KEPT)
        raise KeptTooLong(got=until, first=today, last=last, field="until")
    to = _stood_at(case)
    require_move(case, to)
    if not case.claim.pays:
        raise ClaimTakenBack(claim=case.claim.number)
    data = {"until": until.isoformat(), "reopened": True}
    case = move(case, to, actor=actor, at=at, note=reason.strip(), data=data)
    case.kept_until = case.last_day = until
    case.lost_on, case.lost_reason, case.alarmed_on = None, "", None
    statements.update(case, ["kept_until", "last_day", "lost_on", "lost_reason", "alarmed_on"])
    recovery.expect_anew([case.claim_id])
    case.refresh_from_db(fields=["expected"])
    return case if to == RecoveryStatus.OPEN else recovery.take_up_verdicts(case, actor=actor, at=at)


def _stood_at(case: RecoveryCase) -> RecoveryStatus:
    """Where the case was when it was lost."""
    if case.agreement is None:
        return RecoveryStatus.UNASSIGNED
    return RecoveryStatus.OPEN if case.defect_qty else RecoveryStatus.WAITING


@dataclass(frozen=True)
class Leak:
    """What was lost for one reason: cases, what they would have brought, and what the stations got for their lines, CNY."""

    reason: LostReason
    cases: int
    amount: Decimal
    paid: Decimal


def leakage(cases: "QuerySet[RecoveryCase]") -> list[Leak]:
    """What was lost, by reason, the dearest first; cases: those the reader may see."""
    lost = cases.filter(status=RecoveryStatus.LOST).order_by().values("lost_reason")
    rows = lost.annotate(count=Count("pk"), amount=Sum("expected"), paid=Sum(PAID_OF_CASE))
    found = [Leak(LostReason(row["lost_reason"]), row["count"], row["amount"], row["paid"]) for row in rows]
    return sorted(found, key=lambda leak: (-leak.amount, leak.reason))


def agreements_ending(day: date) -> list[SupplierAgreement]:
    """Agreements whose last day lies within 60 days: a renewal is due."""
    ending = Q(valid_to__gt=day, valid_to__lte=day + timedelta(days=60))
    return list(SupplierAgreement.objects.released().filter(ending))

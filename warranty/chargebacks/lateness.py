"""A note that was not sent keeps the notice clocks of its cases running: what is late leaves it and is lost.

Source: rules.md 3.7, C26; L2.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from portal.core import clock, jobs, statements
from portal.core.money import total
from portal.core.states import lock
from warranty import recovery
from warranty.chargebacks.crediting import drop_lines
from warranty.chargebacks.growing import grow
from warranty.models import Chargeback, ChargebackLine, RecoveryCase
from warranty.recovery_charges import OF_CASE
from warranty.settlement_states import ChargebackStatus, LostReason, RecoveryStatus


def late_cases(note: Chargeback, day: date) -> "QuerySet[RecoveryCase]":
    """The note's cases whose last day for notice lies before the day."""
    lines = note.lines.filter(is_live=True)
    return RecoveryCase.objects.filter(pk__in=lines.values("case"), last_day__lt=day).order_by("pk")


def unsent(notes: "QuerySet[Chargeback]") -> "QuerySet[Chargeback]":
    """Notes that were not sent, the nearest notice day of their cases first; each says it as notice_by."""
    waiting = notes.filter(status=ChargebackStatus.OPEN)
    return waiting.annotate(notice_by=Min("lines__case__last_day", filter=Q(lines__is_live=True))).order_by(
        "notice_by", "pk"
    )


def lose_unsent(*, at: datetime | None = None) -> int:
    """What is late leaves every note that was not sent; how many cases were lost. The daily job calls it."""
    at = at or clock.now()
    late = ChargebackLine.objects.filter(
        chargeback=OuterRef("pk"), is_live=True, case__last_day__lt=clock.local_date(at)
    )
    notes = Chargeback.objects.filter(Exists(late), status=ChargebackStatus.OPEN).order_by("pk")
    return sum(map(len, jobs.each("warranty.lose_unsent", lambda: notes, lambda note: lose_late(note, at=at))))


@transaction.atomic
def lose_late(note: Chargeback, *, actor: Any | None = None, at: datetime | None = None) -> list[RecoveryCase]:
    """Of a note that was not sent, the cases whose last day for notice has passed are off it and lost; which.

    A note left without lines is withdrawn. What only one case of a claim may charge, labor and travel, goes over to
    another of its cases that waits on such a note. Writes Events on notes and cases.
    """
    at = at or clock.now()
    day = clock.local_date(at)
    claims = list(late_cases(note, day).values_list("claim", flat=True))
    notes = {key: lock(Chargeback(pk=key)) for key in sorted({*_unsent_of(claims), note.pk})}
    held = notes[note.pk]
    if held.status != ChargebackStatus.OPEN:
        return []
    recovery.hold_cases(claims)
    lost = [_take_off(held, lock(case, *OF_CASE), actor, at) for case in late_cases(held, day)]
    for other in notes.values():
        if other.status == ChargebackStatus.OPEN:
            _take_over(other, {case.claim_id for case in lost}, actor, at)
    note.status, note.claimed = held.status, held.claimed
    return lost


def _unsent_of(claims: Collection[int]) -> list[int]:
    """Notes that were not sent and charge for these claims."""
    lines = ChargebackLine.objects.filter(is_live=True, case__claim__in=claims)
    return list(lines.filter(chargeback__status=ChargebackStatus.OPEN).values_list("chargeback", flat=True))


def _take_off(note: Chargeback, case: RecoveryCase, actor: Any | None, at: datetime) -> RecoveryCase:
    """The late case is lost with what it would have charged."""
    lines = list(note.lines.filter(case=case, is_live=True).select_related("case__claim"))
    drop_lines(note, lines, actor, at, kind="chargeback.lines_late")
    case.expected = total(line.claimed for line in lines)
    statements.update(case, ["expected"])
    last = case.last_day or clock.local_date(at)
    return recovery.lose(case, LostReason.LATE, on=last + timedelta(days=1), actor=actor, at=at)


def _take_over(note: Chargeback, claims: Collection[int], actor: Any | None, at: datetime) -> None:
    """What the lost cases of these claims had charged beside their parts is charged by cases that stay on the note."""
    staying = RecoveryCase.objects.filter(
        claim__in=claims, appeal=None, status=RecoveryStatus.CHARGED,
        pk__in=note.lines.filter(is_live=True).values("case"),
    )  # fmt: skip
    for case in staying.select_related("claim").order_by("pk"):
        grow(note, lock(case, *OF_CASE), actor, at, data={"claim": case.claim.number})

"""A supplier's answer that came on paper: finance enters it for the supplier, with the day it came and the paper itself.

Not here: what an answer does (answering), which is the same whoever sends it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, QuerySet

from portal.core import clock, events
from portal.core.attachments import attach, attachments_of
from portal.core.days import require_day
from portal.core.models import Attachment, Event
from portal.core.states import lock
from warranty.chargebacks.answering import LineAnswer, answer_chargeback, asked_of
from warranty.chargebacks.refusals import AlreadyAnswered, PaperMissing
from warranty.models import Chargeback, DisputeAct, DisputeEntry

PAPER: Final = "paper_answer"
ENTERED: Final = "chargeback.answer_entered"


@transaction.atomic
def enter_answer(
    note: Chargeback,
    *,
    answers: Mapping[int, LineAnswer],
    received_on: date,
    paper: Any,
    actor: Any,
    at: datetime | None = None,
) -> Chargeback:
    """The note is answered as the supplier wrote it; an event says who entered it for whom, and the paper lies at the note.

    answers: as answer_chargeback() takes them. received_on: from the day the note, or the denial answered by this, was sent
    until today. paper: PDF, Word, Excel or picture. Raises AlreadyAnswered, DayOutOfBounds, PaperMissing, BadFile and what
    answer_chargeback() does. Writes an Attachment and an Event beside what it writes.
    """
    at = at or clock.now()
    note = lock(note, "supplier")
    asked = asked_of(note)
    if not asked.exists():
        raise AlreadyAnswered(number=note.number)
    require_day(received_on, first=_asked_on(note, asked), last=clock.local_date(at), field="received_on")
    if not paper:
        raise PaperMissing(field="paper")
    kept = attach(note, paper, kind=PAPER, actor=actor, field="paper", office=True)
    data = {
        "supplier": note.supplier.code, "received_on": received_on.isoformat(), "name": kept.name, "sha256": kept.sha256,
    }  # fmt: skip
    events.record(note, ENTERED, actor=actor, at=at, data=data)
    return answer_chargeback(note, answers=answers, actor=actor, at=at)


def _asked_on(note: Chargeback, asked: Any) -> date:
    """When the supplier was asked last: with the note, or by the denial of these lines."""
    denied = DisputeEntry.objects.filter(act=DisputeAct.DENIED, line__in=asked.values("pk")).aggregate(at=Max("at"))[
        "at"
    ]
    return clock.local_date(denied or note.sent_at or note.batched_at)


def entries_of(note: Chargeback) -> "QuerySet[Event]":
    """Who entered an answer for the supplier, the first one first."""
    return events.of_subject(note).filter(kind=ENTERED).order_by("at", "pk")


def papers_of(note: Chargeback) -> "QuerySet[Attachment]":
    """The answers themselves, in the order they came."""
    return attachments_of(note, PAPER)

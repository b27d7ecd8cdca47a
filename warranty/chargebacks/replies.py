"""The supplier's 8D reply: files that explain how a defect came about and what is done against it. Not here: money (answering)."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from portal.core import clock, events
from portal.core.attachments import attach, attachments_of
from portal.core.models import Attachment
from portal.core.states import lock
from warranty.chargebacks.refusals import ReplyNotAwaited, TooManyReplies
from warranty.models import Chargeback
from warranty.settlement_states import ANSWERS, UNANSWERED

REPLY: Final = "eight_d_reply"
MOST_REPLIES: Final = 20


@transaction.atomic
def file_reply(
    note: Chargeback, *, upload: Any, actor: Any, remark: str = "", at: datetime | None = None
) -> Attachment:
    """Headquarters read the reply at the note: PDF, Word, Excel or a picture of at most 15 MB.

    While the note waits for its answer, or a line of it is disputed. Raises ReplyNotAwaited, TooManyReplies, BadFile.
    Writes one Attachment and one Event.
    """
    at = at or clock.now()
    note = lock(note)
    if not takes_reply(note):
        raise ReplyNotAwaited(number=note.number)
    if replies_of(note).count() >= MOST_REPLIES:
        raise TooManyReplies(number=note.number, most=MOST_REPLIES, field="file")
    kept = attach(note, upload, kind=REPLY, actor=actor, caption=remark.strip(), office=True)
    data = {"name": kept.name, "sha256": kept.sha256}
    events.record(note, "chargeback.reply_filed", actor=actor, at=at, note=remark.strip(), data=data)
    return kept


def takes_reply(note: Chargeback) -> bool:
    """Whether a reply can still change anything."""
    if note.status in UNANSWERED:
        return True
    return note.status in ANSWERS and note.lines.in_dispute().exists()


def replies_of(note: Chargeback) -> QuerySet[Attachment]:
    """The supplier's replies in the order they came."""
    return attachments_of(note, REPLY)

"""Tables that every app writes through core's functions."""

from portal.core.models.attachments import Attachment
from portal.core.models.calendar import CalendarDay, CalendarYear
from portal.core.models.divisions import Division
from portal.core.models.documents import Document
from portal.core.models.events import Delivery, Event
from portal.core.models.idempotency import IdempotencyKey
from portal.core.models.jobs import JobRun
from portal.core.models.notifications import MailOutbox, Notification
from portal.core.models.numbering import NumberSeries
from portal.core.models.parameters import ParameterProposal, ParameterValue
from portal.core.models.saved_views import SavedView
from portal.core.models.transfer import ImportBatch, ImportHeadings, ImportRow

__all__ = [
    "Attachment",
    "CalendarDay",
    "CalendarYear",
    "Delivery",
    "Division",
    "Document",
    "Event",
    "IdempotencyKey",
    "ImportBatch",
    "ImportHeadings",
    "ImportRow",
    "JobRun",
    "MailOutbox",
    "Notification",
    "NumberSeries",
    "ParameterProposal",
    "ParameterValue",
    "SavedView",
]

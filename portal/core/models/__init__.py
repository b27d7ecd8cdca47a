"""Tables that every app writes through core's functions."""

from portal.core.models.attachments import Attachment
from portal.core.models.documents import Document
from portal.core.models.events import Delivery, Event
from portal.core.models.idempotency import IdempotencyKey
from portal.core.models.jobs import JobRun
from portal.core.models.numbering import NumberSeries
from portal.core.models.parameters import ParameterValue

__all__ = ["Attachment", "Delivery", "Document", "Event", "IdempotencyKey", "JobRun", "NumberSeries", "ParameterValue"]

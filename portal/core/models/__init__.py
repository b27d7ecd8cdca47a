"""Tables that every app writes through core's functions."""

from portal.core.models.events import Delivery, Event
from portal.core.models.idempotency import IdempotencyKey
from portal.core.models.jobs import JobRun
from portal.core.models.numbering import NumberSeries
from portal.core.models.parameters import ParameterValue

__all__ = ["Delivery", "Event", "IdempotencyKey", "JobRun", "NumberSeries", "ParameterValue"]

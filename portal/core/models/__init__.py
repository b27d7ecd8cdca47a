"""Tables that every app writes through core's functions."""

from portal.core.models.events import Delivery, Event
from portal.core.models.jobs import JobRun
from portal.core.models.parameters import ParameterValue

__all__ = ["Delivery", "Event", "JobRun", "ParameterValue"]

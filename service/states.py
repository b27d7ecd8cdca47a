"""The states of requests and work orders and which move may follow which. Not here: who may do it, how."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.states import Moves


class RequestStatus(models.TextChoices):
    """From the customer's call to its end."""

    NEW = "new", _("New")
    DISPATCHING = "dispatching", _("Being dispatched")
    IN_PROGRESS = "in_progress", _("In progress")
    COMPLETED = "completed", _("Completed")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")
    MERGED = "merged", _("Merged duplicate")


REQUEST_MOVES: Moves = {  # final states have no row
    RequestStatus.NEW: frozenset(
        {RequestStatus.DISPATCHING, RequestStatus.CLOSED, RequestStatus.CANCELLED, RequestStatus.MERGED}
    ),
    RequestStatus.DISPATCHING: frozenset({RequestStatus.IN_PROGRESS, RequestStatus.CLOSED, RequestStatus.CANCELLED}),
    RequestStatus.IN_PROGRESS: frozenset({RequestStatus.DISPATCHING, RequestStatus.COMPLETED, RequestStatus.CANCELLED}),
    RequestStatus.COMPLETED: frozenset({RequestStatus.CLOSED, RequestStatus.IN_PROGRESS}),
}


class WorkOrderStatus(models.TextChoices):
    """From the offer to a station to the finished job."""

    OFFERED = "offered", _("Offered")
    ACCEPTED = "accepted", _("Accepted")
    APPOINTED = "appointed", _("Appointment fixed")
    ON_SITE = "on_site", _("On site")
    COMPLETED = "completed", _("Completed")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Not answered in time")
    CANCELLED = "cancelled", _("Cancelled")


OPEN_STATUSES = frozenset(
    {WorkOrderStatus.OFFERED, WorkOrderStatus.ACCEPTED, WorkOrderStatus.APPOINTED, WorkOrderStatus.ON_SITE}
)
WORKING_STATUSES = OPEN_STATUSES - {WorkOrderStatus.OFFERED}
WORK_ORDER_MOVES: Moves = {
    WorkOrderStatus.OFFERED: frozenset(
        {WorkOrderStatus.ACCEPTED, WorkOrderStatus.DECLINED, WorkOrderStatus.EXPIRED, WorkOrderStatus.CANCELLED}
    ),
    WorkOrderStatus.ACCEPTED: frozenset(
        {WorkOrderStatus.APPOINTED, WorkOrderStatus.ON_SITE, WorkOrderStatus.CANCELLED}
    ),
    WorkOrderStatus.APPOINTED: frozenset(
        {WorkOrderStatus.ON_SITE, WorkOrderStatus.ACCEPTED, WorkOrderStatus.CANCELLED}
    ),
    WorkOrderStatus.ON_SITE: frozenset(
        {WorkOrderStatus.COMPLETED, WorkOrderStatus.APPOINTED, WorkOrderStatus.CANCELLED}
    ),
}
OPEN_REQUESTS = frozenset({RequestStatus.NEW, RequestStatus.DISPATCHING, RequestStatus.IN_PROGRESS})

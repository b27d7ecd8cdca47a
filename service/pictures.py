"""The service desk in pictures: a year of requests, the most frequent faults. Sums in SQL over the reader's rows."""

from datetime import timedelta
from typing import Any, Final

from django.db.models import Count
from django.db.models.functions import Coalesce, TruncMonth
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.calendar import last_months
from portal.core.charts import line_chart, pareto_chart
from portal.core.registries import Picture
from service.models import FaultCode, ServiceRequest, WorkOrder

WATCHING: Final = frozenset(
    {Role.SERVICE_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR, Role.REGION_MANAGER, Role.STATION_OWNER}
)
FAULT_DAYS: Final = 90
SHOWN_FAULTS: Final = 8


def requests_by_month(user: Any) -> SafeString:
    """Requests taken and jobs finished in each of the last twelve months."""
    months = last_months(12)
    since = clock.start_of(months[0])
    taken = ServiceRequest.objects.visible_to(user).filter(created_at__gte=since)
    finished = WorkOrder.objects.visible_to(user).filter(completed_at__gte=since)
    series = [
        (_("Requests taken"), _by_month(taken, "created_at", months)),
        (_("Jobs finished"), _by_month(finished, "completed_at", months)),
    ]
    return line_chart(_("Requests by month"), [f"{month:%Y-%m}" for month in months], series, unit=_("Month"))


def _by_month(rows: Any, field: str, months: list[Any]) -> list[int]:
    counted = rows.order_by().values_list(TruncMonth(field, tzinfo=clock.SHANGHAI)).annotate(count=Count("pk"))
    found = {clock.local_date(month): count for month, count in counted}
    return [found.get(month, 0) for month in months]


def frequent_faults(user: Any) -> SafeString:
    """What broke most often in the last months, by the fault code of the finished job, else of its request."""
    since = clock.now() - timedelta(days=FAULT_DAYS)
    jobs = WorkOrder.objects.visible_to(user).filter(completed_at__gte=since)
    found = jobs.annotate(fault=Coalesce("fault_code", "request__fault_code")).filter(fault__isnull=False)
    counted = found.order_by().values_list("fault").annotate(count=Count("pk")).order_by("-count", "fault")
    most = list(counted[:SHOWN_FAULTS])
    names = FaultCode.objects.in_bulk([fault for fault, _count in most])
    points = [(str(names[fault].local_name), count) for fault, count in most]
    return pareto_chart(_("Most frequent faults, 90 days"), points, unit=_("Jobs"))


PICTURES: Final = (
    Picture(
        "requests", gettext_lazy("Requests by month"), requests_by_month, "service.view_servicerequest", WATCHING, "request_list"
    ),
    Picture("faults", gettext_lazy("Most frequent faults, 90 days"), frequent_faults, "service.view_workorder",
            WATCHING | {Role.QUALITY, Role.RND_OWNER}, "work_order_list"),
)  # fmt: skip

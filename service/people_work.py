"""What the service desk knows of a station's people: their open jobs, and how much the station works."""

from datetime import timedelta
from decimal import Decimal

from portal.core import clock
from portal.core.parameters import param
from service.models import WorkOrder
from stations.models import Station, Technician


def open_jobs(technician: Technician) -> list[str]:
    """The numbers of the jobs that still bind the technician."""
    mine = WorkOrder.objects.open().filter(technician=technician)
    return list(mine.order_by("pk").values_list("number", flat=True))


def volume(station: Station) -> Decimal:
    """How many jobs the station finished within the last 365 days D."""
    since = clock.now() - timedelta(days=param("stations.volume_days"))
    return Decimal(WorkOrder.objects.filter(station=station, completed_at__gte=since).count())

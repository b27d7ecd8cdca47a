"""What happens at customers' places, counted per division for the search of places without a station."""

from collections.abc import Mapping

from django.db.models import Count
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.calendar import add_months
from portal.core.parameters import param
from portal.core.registries import CoverageCount
from service.models import InstalledUnit, ServiceRequest
from service.models.customers import UnitStatus

CODE = 6  # digits of a county; longer codes name a part of one


def installed_units() -> Mapping[str, int]:
    """Units in use, where their customers live."""
    rows = InstalledUnit.objects.filter(status=UnitStatus.ACTIVE).exclude(customer=None).exclude(customer__division="")
    found = rows.order_by().values_list(Left("customer__division", CODE)).annotate(how_many=Count("pk"))
    return dict(found)


def requests() -> Mapping[str, int]:
    """Requests of the last months, where they came from."""
    since = clock.start_of(add_months(clock.today(), -param("stations.coverage_months")))
    rows = ServiceRequest.objects.filter(created_at__gte=since).exclude(division="")
    return dict(rows.order_by().values_list(Left("division", CODE)).annotate(how_many=Count("pk")))


COUNTS = (
    CoverageCount("installed_units", _("Units in use"), installed_units),
    CoverageCount("service_requests", _("Requests in 12 months"), requests),
)

"""Applications and stations that look alike: same license, phone or address."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from stations.applications.refusals import Paused
from stations.models import (
    ApplicationStatus,
    Station,
    StationApplication,
    StationStatus,
)
from stations.states import OPEN_APPLICATION


@dataclass(frozen=True)
class Duplicate:
    """A record that may be the same outlet, and what is equal."""

    number: str
    why: str
    url: str


def duplicates_of(application: StationApplication) -> list[Duplicate]:
    """Open applications and living stations with the same license (in the same place), phone or address."""
    same = Q(phone=application.phone) | Q(license_number=application.license_number, division=application.division)
    if application.address:
        same |= Q(address=application.address)
    others = (
        StationApplication.objects.filter(status__in=OPEN_APPLICATION)
        .exclude(pk=application.pk)
        .exclude(number="")
        .filter(same)
    )
    found = [Duplicate(row.number, _equal(row, application), row.get_absolute_url()) for row in others[:10]]
    stations = Station.objects.exclude(status=StationStatus.TERMINATED).exclude(pk=application.station_id or 0)
    for station in stations.filter(address=application.address).exclude(address="")[:10]:
        found.append(Duplicate(station.code, "address", station.get_absolute_url()))
    return found


def _equal(row: StationApplication, application: StationApplication) -> str:
    fields = ("license_number", "phone", "address")
    return ", ".join(name for name in fields if getattr(row, name) and getattr(row, name) == getattr(application, name))


def refuse_paused(application: StationApplication, on: date) -> None:
    refused = StationApplication.objects.filter(
        license_number=application.license_number, status=ApplicationStatus.REFUSED, paused_until__gt=on
    ).order_by("-paused_until")
    if (last := refused.first()) and last.paused_until:
        raise Paused(until=last.paused_until.isoformat())

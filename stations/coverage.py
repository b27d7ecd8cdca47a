"""Where a station serves: the divisions named for it, and its radius. Not here: when it is open (opening)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import DecimalField, Exists, F, OuterRef, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from portal.core import events
from portal.core.divisions import ancestors
from portal.core.errors import Refusal
from portal.core.models import Division
from portal.core.parameters import param
from portal.core.states import lock
from stations.contracts import dispatchable, distance_km
from stations.models import ServiceArea, Station

KM_PER_DEGREE = 111  # of latitude, rounded down: a box a little too large


class RadiusTooLarge(Refusal):
    """Nobody drives across the country."""

    message = _("The radius is %(given)s km; expected 0 to %(most)s km.")
    code = "radius_out_of_bounds"


class ServesNowhere(Refusal):
    """An area is named, or a radius around known coordinates."""

    message = _("Name a division, or give a radius; a radius needs the station's coordinates.")
    code = "serves_nowhere"


@dataclass(frozen=True)
class Cover:
    """Whether a station serves a place, why (`division`, `radius` or nothing), and how far it is in km, if known."""

    by: str
    km: float | None = None

    def __bool__(self) -> bool:
        return bool(self.by)


@dataclass(frozen=True)
class Serving:
    """A station that serves a place."""

    station: Station
    cover: Cover


@transaction.atomic
def set_service_area(
    station: Station, *, divisions: Iterable[Division], radius_km: int, actor: Any, at: datetime | None = None
) -> Station:
    """The station serves these divisions, and all places within the radius (0: none) of its coordinates.

    Raises RadiusTooLarge, ServesNowhere. Writes one Event with what was and what is.
    """
    most = param("stations.largest_radius_km", at)
    if not 0 <= radius_km <= most:
        raise RadiusTooLarge(given=radius_km, most=most, field="service_radius_km")
    station = lock(station)
    wanted = sorted({division.pk for division in divisions})
    if not wanted and (not radius_km or station.longitude is None):
        raise ServesNowhere(field="divisions")
    before = sorted(station.service_areas.values_list("division_id", flat=True))
    station.service_areas.exclude(division__in=wanted).delete()
    ServiceArea.objects.bulk_create(
        ServiceArea(station=station, division_id=code) for code in wanted if code not in before
    )
    data = {"divisions": [before, wanted], "radius_km": [station.service_radius_km, radius_km]}
    station.service_radius_km = radius_km
    station.save(update_fields=["service_radius_km"])
    events.record(station, "station.area_set", actor=actor, at=at, data=data)
    return station


def covers(station: Station, division: str, longitude: Decimal | None, latitude: Decimal | None) -> Cover:
    """Whether the station serves the place: its division, or one around it, is named, or the point lies in the radius.

    division: a code, empty if unknown; the point may be unknown. Says nothing about contract, hours or people.
    """
    named = bool(division) and station.service_areas.filter(division__in=ancestors(division)).exists()
    return _cover(station, named, longitude, latitude)


def stations_covering(
    division: str, longitude: Decimal | None, latitude: Decimal | None, on: date | None = None
) -> list[Serving]:
    """All stations to which jobs may be given on the day and that serve the place, nearest first; one query."""
    around = ServiceArea.objects.filter(station=OuterRef("pk"), division__in=ancestors(division) if division else [])
    reached = Q(named=True)
    if latitude is not None and longitude is not None:
        reach = Cast(F("service_radius_km"), DecimalField(max_digits=9, decimal_places=6)) / KM_PER_DEGREE
        reached |= Q(latitude__gte=latitude - reach, latitude__lte=latitude + reach)
    rows = dispatchable(on).annotate(named=Exists(around)).filter(reached).select_related("center__region", "dealer")
    found = [Serving(row, _cover(row, row.named, longitude, latitude)) for row in rows]
    far = float("inf")
    return sorted(
        (each for each in found if each.cover),
        key=lambda each: (far if each.cover.km is None else each.cover.km, each.station.pk),
    )


def _cover(station: Station, named: bool, longitude: Decimal | None, latitude: Decimal | None) -> Cover:
    km = None
    if None not in (longitude, latitude, station.longitude, station.latitude):
        km = distance_km(station.longitude, station.latitude, longitude, latitude)  # type: ignore[arg-type]
    if named:
        return Cover("division", km)
    return Cover("radius", km) if km is not None and km <= station.service_radius_km else Cover("", km)


def areas_of(station: Station) -> Sequence[ServiceArea]:
    """The divisions named for a station, as its card shows them."""
    return list(station.service_areas.select_related("division").order_by("division"))

"""Where a station serves: divisions named for it or in its contract, and its radius. Not here: when it is open (opening)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Case, DecimalField, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.divisions import ancestors, point_of
from portal.core.errors import Refusal
from portal.core.models import Division
from portal.core.parameters import param
from portal.core.states import lock
from stations.contracts import dispatchable, distance_km
from stations.models import Contract, ServiceArea, Station

KM_PER_DEGREE = 111  # of latitude, rounded down: a box a little too large


class RadiusTooLarge(Refusal):
    """Nobody drives across the country."""

    message = _("The radius is %(given)s km; expected 0 to %(most)s km.")
    code = "radius_out_of_bounds"


class ServesNowhere(Refusal):
    """An area is named, or a radius around known coordinates."""

    message = _("Name a division, or give a radius; a radius needs the station's coordinates.")
    code = "serves_nowhere"


BY: dict[str, Any] = {
    "division": _("in its service area"),
    "contract": _("in its contract's area"),
    "radius": _("within its radius"),
}


@dataclass(frozen=True)
class Cover:
    """Whether a station serves a place, why (see BY), and how far it is in km, if known."""

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


def covers(
    station: Station, division: str, longitude: Decimal | None, latitude: Decimal | None, on: date | None = None
) -> Cover:
    """Whether the station serves the place: its division, or one around it, is named, or the point lies in the radius.

    division: a code, empty if unknown; the point may be unknown. Says nothing about a contract in force, hours or people.
    """
    return covering([station], division, longitude, latitude, on)[station.pk]


def covering(
    stations: Iterable[Station],
    division: str,
    longitude: Decimal | None,
    latitude: Decimal | None,
    on: date | None = None,
) -> dict[int, Cover]:
    """How each of the stations serves the place on the day, by its key; see covers(). Two queries however many.

    A place known by its division alone lies where its seat lies (one query more); a station that nobody can place on the
    map serves only what is named for it.
    """
    named = _named(division, on or clock.today())
    if (longitude is None or latitude is None) and division:
        longitude, latitude = point_of(division) or (None, None)
    return {station.pk: _cover(station, named.get(station.pk, ""), longitude, latitude) for station in stations}


def _named(division: str, on: date) -> dict[int, str]:
    """Stations for which the division, or one around it, is named, and where: in the contract in force, or for them."""
    if not division:
        return {}
    around = ancestors(division)
    agreed = Contract.objects.filter(divisions__in=around, valid_from__lte=on, valid_to__gt=on)
    named = ServiceArea.objects.filter(division__in=around)
    return dict.fromkeys(agreed.values_list("station_id", flat=True), "contract") | dict.fromkeys(
        named.values_list("station_id", flat=True), "division"
    )


def stations_covering(
    division: str, longitude: Decimal | None, latitude: Decimal | None, on: date | None = None
) -> list[Serving]:
    """All stations to which jobs may be given on the day and that serve the place, nearest first; one query."""
    on = on or clock.today()
    codes = ancestors(division) if division else []
    here = Exists(ServiceArea.objects.filter(station=OuterRef("pk"), division__in=codes))
    agreed = Contract.objects.filter(station=OuterRef("pk"), divisions__in=codes, valid_from__lte=on, valid_to__gt=on)
    by = Case(When(here, then=Value("division")), When(Exists(agreed), then=Value("contract")), default=Value(""))
    reached = ~Q(named="")
    if latitude is not None and longitude is not None:
        reach = Cast(F("service_radius_km"), DecimalField(max_digits=9, decimal_places=6)) / KM_PER_DEGREE
        reached |= Q(latitude__gte=latitude - reach, latitude__lte=latitude + reach)
    rows = dispatchable(on).annotate(named=by).filter(reached).select_related("center__region", "dealer")
    found = [Serving(row, _cover(row, row.named, longitude, latitude)) for row in rows]
    far = float("inf")
    return sorted(
        (each for each in found if each.cover),
        key=lambda each: (far if each.cover.km is None else each.cover.km, each.station.pk),
    )


def _cover(station: Station, named: str, longitude: Decimal | None, latitude: Decimal | None) -> Cover:
    km = None
    if None not in (longitude, latitude, station.longitude, station.latitude):
        km = distance_km(station.longitude, station.latitude, longitude, latitude)  # type: ignore[arg-type]
    if named:
        return Cover(named, km)
    return Cover("radius", km) if km is not None and km <= station.service_radius_km else Cover("", km)


def areas_of(station: Station) -> Sequence[ServiceArea]:
    """The divisions named for a station, as its card shows them."""
    return list(station.service_areas.select_related("division").order_by("division"))

"""Applications, stations and dealers that look alike: same license or phone, same address or one within 200 m."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import cos, radians
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.parameters import param
from stations.applications.refusals import Paused
from stations.contracts import distance_km
from stations.models import (
    ApplicationStatus,
    CandidateOutlet,
    Dealer,
    Station,
    StationApplication,
    StationStatus,
)
from stations.states import OPEN_APPLICATION, OPEN_CANDIDATE

SHOWN = 10  # of each kind
METERS_A_DEGREE = 111_320


@dataclass(frozen=True)
class Duplicate:
    """A record that may be the same outlet, and what is equal; meters between the two where both are on the map."""

    number: str
    why: str
    url: str
    name: str = ""
    meters: int | None = None


WORDS: dict[str, str | Promise] = {
    "license_number": _("same license number"),
    "phone": _("same phone"),
    "address": _("same address"),
}


def duplicates_of(application: StationApplication) -> list[Duplicate]:
    """Open applications, living stations and dealers with the same license number, phone, address, or a place close by."""
    return [
        *_applications(application), *_stations(application), *_dealers(application), *_candidates(application),
    ]  # fmt: skip


def _applications(application: StationApplication) -> Iterator[Duplicate]:
    same = _same(application, license_number="license_number", phone="phone", address="address")
    others = (
        StationApplication.objects.filter(status__in=OPEN_APPLICATION).exclude(pk=application.pk).exclude(number="")
    )
    for row in others.filter(same | _around(application)).order_by("pk")[: 3 * SHOWN]:
        if hit := _hit(application, row, row.license_number, row.station_name, row.get_absolute_url()):
            yield hit


def _stations(application: StationApplication) -> Iterator[Duplicate]:
    same = _same(application, license_number="dealer__license_number", phone="phone", address="address")
    living = Station.objects.exclude(status=StationStatus.TERMINATED).exclude(pk=application.station_id or 0)
    for row in living.filter(same | _around(application)).select_related("dealer").order_by("pk")[: 3 * SHOWN]:
        if hit := _hit(application, row, row.dealer.license_number, row.name, row.get_absolute_url()):
            yield hit


def _dealers(application: StationApplication) -> Iterator[Duplicate]:
    """Dealers that have no living station under the same license: those with one are told of with the station."""
    same = _same(application, license_number="license_number", phone="phone")
    for row in Dealer.objects.exclude(pk=application.dealer_id or 0).filter(same).order_by("pk")[:SHOWN]:
        if not row.stations.exclude(status=StationStatus.TERMINATED).exists():
            yield Duplicate(row.code, _why(application, row, row.license_number, None), "", row.name)


def _candidates(application: StationApplication) -> Iterator[Duplicate]:
    """Outlets that somebody else negotiates with; the one whose invitation this is, is the same on purpose."""
    same = _same(application, phone="contacts__phone", address="address")
    others = CandidateOutlet.objects.filter(status__in=OPEN_CANDIDATE).exclude(
        invitation_id=application.invitation_id or 0
    )
    for row in others.filter(same | _around(application)).distinct().order_by("pk")[: 3 * SHOWN]:
        phones = set(row.contacts.values_list("phone", flat=True))
        phone = application.phone if application.phone in phones else ""
        if hit := _hit(application, row, "", row.name, row.get_absolute_url(), phone=phone):
            yield hit


def _same(application: StationApplication, **paths: str) -> Q:
    """Equal in one of these fields, where the application has it."""
    found = Q(pk__in=())
    for name, path in paths.items():
        if value := getattr(application, name):
            found |= Q(**{path: value})
    return found


def _around(application: StationApplication) -> Q:
    """A square around the application's place; the circle is measured afterwards."""
    if application.longitude is None or application.latitude is None:
        return Q(pk__in=())
    reach = param("stations.duplicate_meters") / METERS_A_DEGREE
    north, east = Decimal(reach), Decimal(reach / max(cos(radians(application.latitude)), 0.01))
    return Q(
        latitude__range=(application.latitude - north, application.latitude + north),
        longitude__range=(application.longitude - east, application.longitude + east),
    )


def _hit(
    application: StationApplication, row: Any, license_number: str, name: str, url: str, *, phone: str | None = None
) -> Duplicate | None:
    meters = _meters(application, row)
    why = _why(application, row, license_number, meters, phone=phone)
    return Duplicate(row.number, why, url, name, meters) if why else None


def _meters(application: StationApplication, row: Any) -> int | None:
    if None in (application.longitude, application.latitude, row.longitude, row.latitude):
        return None
    return round(1000 * distance_km(application.longitude, application.latitude, row.longitude, row.latitude))  # type: ignore[arg-type]


def _why(
    application: StationApplication, row: Any, license_number: str, meters: int | None, *, phone: str | None = None
) -> str:
    """What is alike, in words; empty if nothing is."""
    phone = row.phone if phone is None else phone
    other = {"license_number": license_number, "phone": phone, "address": getattr(row, "address", "")}
    found = [str(words) for name, words in WORDS.items() if other[name] and other[name] == getattr(application, name)]
    if meters is not None and meters <= param("stations.duplicate_meters"):
        found.append(str(_("%(meters)s m away")) % {"meters": meters})
    return ", ".join(found)


def paused_until(license_number: str, on: date) -> date | None:
    """The first day on which a company that was refused may apply again, if that lies ahead."""
    refused = StationApplication.objects.filter(
        license_number=license_number, status=ApplicationStatus.REFUSED, paused_until__gt=on
    ).exclude(license_number="")
    last = refused.order_by("-paused_until").first()
    return last.paused_until if last else None


def refuse_paused(application: StationApplication, on: date) -> None:
    """Raises Paused while an earlier refusal of the same license holds."""
    if until := paused_until(application.license_number, on):
        raise Paused(until=until.isoformat(), field="license_number")

"""Contracts and what a station may do on a day, each answer with its reasons. Not here: how one gets to a contract."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.states import move
from stations.models import Contract, Membership, Station, StationStatus

EARTH_KM = 6371.0088


@dataclass(frozen=True)
class Answer:
    """Yes or no, and why not."""

    ok: bool
    reasons: Sequence[str | Promise] = ()

    def __bool__(self) -> bool:
        return self.ok


def contract_on(station: Station, on: date) -> Contract | None:
    """The contract in force on the day; its end day is the first day without."""
    return Contract.objects.filter(station=station, valid_from__lte=on, valid_to__gt=on).first()


def is_dispatchable(station: Station, on: date | None = None) -> Answer:
    """May new jobs be given to the station: it is active and has a contract in force. Source: rules.md 3.10."""
    on = on or clock.today()
    reasons: list[str | Promise] = []
    if station.status != StationStatus.ACTIVE:
        reasons.append(_("The station is not active."))
    if contract_on(station, on) is None:
        reasons.append(_("The station has no contract in force."))
    return Answer(not reasons, reasons)


def may_order_on_credit(station: Station, on: date | None = None) -> Answer:
    """May the station order parts on account: as for dispatch, and its dealer has an account. Else cash only."""
    answer = is_dispatchable(station, on)
    reasons = list(answer.reasons)
    if not station.dealer.accounts.exists():
        reasons.append(_("The dealer has no account yet."))
    return Answer(not reasons, reasons)


def may_claim(station: Station, work_done_on: date) -> Answer:
    """May work of that day be claimed: a contract was in force then, whatever has become of the station since."""
    if contract_on(station, work_done_on) is None:
        return Answer(False, [_("The station had no contract in force on the day of the work.")])
    return Answer(True)


def dispatchable(on: date | None = None) -> Any:
    """All stations to which new jobs may be given on the day: is_dispatchable(), for a whole list in one query."""
    on = on or clock.today()
    in_force = Q(contracts__valid_from__lte=on, contracts__valid_to__gt=on)
    return Station.objects.active().filter(in_force).distinct()


def distance_km(longitude: Decimal, latitude: Decimal, to_longitude: Decimal, to_latitude: Decimal) -> float:
    """Great-circle distance in km between two places in degrees."""
    lon, lat, to_lon, to_lat = (radians(value) for value in (longitude, latitude, to_longitude, to_latitude))
    chord = sin((to_lat - lat) / 2) ** 2 + cos(lat) * cos(to_lat) * sin((to_lon - lon) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))


def stations_within(
    longitude: Decimal, latitude: Decimal, km: float, on: date | None = None
) -> list[tuple[Station, float]]:
    """Dispatchable stations at most `km` away, nearest first, each with its distance in km."""
    reach = Decimal(km) / Decimal(111)
    near = dispatchable(on).filter(latitude__gte=latitude - reach, latitude__lte=latitude + reach)
    measured = [
        (station, distance_km(longitude, latitude, station.longitude, station.latitude))
        for station in near.select_related("dealer", "center__region")
        if station.longitude is not None and station.latitude is not None
    ]
    return sorted((pair for pair in measured if pair[1] <= km), key=lambda pair: (pair[1], pair[0].pk))


@transaction.atomic
def expire_contracts(*, at: datetime | None = None) -> list[Station]:
    """Active stations whose last contract has ended are expired; which. Run daily; refuses nothing."""
    at = at or clock.now()
    on = clock.local_date(at)
    held = Contract.objects.filter(valid_from__lte=on, valid_to__gt=on).values("station_id")
    ended = Station.objects.active().exclude(pk__in=held).order_by("pk")
    return [move(station, StationStatus.EXPIRED, actor=None, at=at) for station in ended]


def ending_soon(on: date, within_days: int) -> Any:
    """Contracts in force that end within so many days and are not followed by another."""
    from datetime import timedelta

    limit = on + timedelta(days=within_days)
    ending = Contract.objects.filter(valid_from__lte=on, valid_to__gt=on, valid_to__lte=limit)
    followed = Contract.objects.filter(valid_from__gt=on).values("station_id")
    return ending.exclude(station_id__in=followed).order_by("valid_to")


def check_authorized() -> Iterable[str]:
    """One sentence per active station that never had a contract, and per technician with a log-in elsewhere."""
    for code in Station.objects.active().filter(contracts=None).values_list("code", flat=True):
        yield f"station {code} is active without any contract"
    strangers = Membership.objects.filter(role=Role.TECHNICIAN, user__technician__isnull=False, valid_to=None)
    for user, code in strangers.exclude(station=F("user__technician__station")).values_list(
        "user__username", "station__code"
    ):
        yield f"technician {user} is a member of {code} but works elsewhere"

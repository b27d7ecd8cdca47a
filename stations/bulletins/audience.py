"""Which stations an audience names on a day, and who reads for them. Not here: what was sent (recipients)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.db.models import Q, QuerySet

from portal.accounts.models import User
from portal.accounts.roles import STATION_ROLES
from portal.core.parameters import param
from stations.models import Bulletin, Contract, GradeLetter, Membership, Station, StationGrade, StationStatus

IN_THE_NETWORK = (StationStatus.ACTIVE, StationStatus.SUSPENDED, StationStatus.EXPIRED)


@dataclass(frozen=True)
class Audience:
    """Regions and product families by code, kinds of station and grades by value; an empty list leaves nobody out."""

    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    families: tuple[str, ...] = ()

    @classmethod
    def of(cls, bulletin: Bulletin) -> Self:
        """The audience that the document names."""
        lists = (bulletin.region_codes, bulletin.station_kinds, bulletin.grades, bulletin.family_codes)
        return cls(*(tuple(each) for each in lists))


def stations_in(audience: Audience, on: date) -> list[int]:
    """Keys of the network's stations that fit all four lists on the day, ascending.

    A station serves the product families its contract names; where it names none, those for which a technician at work
    there holds a certificate that day.
    """
    rows: QuerySet[Station] = Station.objects.filter(status__in=IN_THE_NETWORK)
    if audience.regions:
        rows = rows.filter(center__region__code__in=audience.regions)
    if audience.kinds:
        rows = rows.filter(kind__in=audience.kinds)
    if audience.families:
        rows = rows.filter(_serves(audience.families, on))
    found = sorted(rows.values_list("pk", flat=True))
    if not audience.grades:
        return found
    held = _grades(found, on)
    return [pk for pk in found if held.get(pk, GradeLetter.PROBATION) in audience.grades]


def _serves(families: tuple[str, ...], on: date) -> Q:
    named = Contract.objects.filter(families__isnull=False, valid_from__lte=on, valid_to__gt=on)
    certified = Q(
        technicians__is_active=True,
        technicians__certificates__family__code__in=families,
        technicians__certificates__valid_from__lte=on,
        technicians__certificates__valid_to__gt=on,
    )
    by_contract = Q(pk__in=named.filter(families__code__in=families).values("station"))
    by_people = Q(pk__in=Station.objects.filter(certified).values("pk"))
    return by_contract | (by_people & ~Q(pk__in=named.values("station")))


def _grades(stations: list[int], on: date) -> dict[int, str]:
    """The grade each station holds on the day, as grading.grade_on() says, for all of them in one query."""
    rows = StationGrade.objects.filter(station_id__in=stations, valid_from__lte=on).order_by(
        "station_id", "-valid_from"
    )
    latest = rows.distinct("station_id").values_list("station_id", "grade", "valid_from")
    probation = timedelta(days=param("stations.probation_days", on))
    return {
        station: GradeLetter.C if grade == GradeLetter.PROBATION and on >= since + probation else grade
        for station, grade, since in latest
    }


def readers_of(stations: Iterable[int], on: date) -> dict[int, set[int]]:
    """The people who act at each station on the day, at the station itself or for its dealer: station → users."""
    dealers = dict(Station.objects.filter(pk__in=list(stations)).values_list("pk", "dealer_id"))
    members = Membership.objects.filter(role__in=STATION_ROLES, user__is_active=True, valid_from__lte=on).filter(
        Q(valid_to=None) | Q(valid_to__gt=on)
    )
    here = members.filter(Q(station_id__in=dealers) | Q(dealer_id__in=set(dealers.values())))
    at_station: defaultdict[int, set[int]] = defaultdict(set)
    at_dealer: defaultdict[int, set[int]] = defaultdict(set)
    for user, station, dealer in here.values_list("user_id", "station_id", "dealer_id"):
        (at_station[station] if station else at_dealer[dealer]).add(user)
    return {pk: at_station[pk] | at_dealer[dealer] for pk, dealer in dealers.items()}


def stations_of(user: User, on: date) -> set[int]:
    """The stations this person reads for on the day."""
    rows = Membership.objects.filter(user=user, role__in=STATION_ROLES, valid_from__lte=on)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=on))
    stations, dealers = set(), set()
    for station, dealer in rows.values_list("station_id", "dealer_id"):
        stations.add(station)
        dealers.add(dealer)
    below = Station.objects.filter(Q(pk__in=stations - {None}) | Q(dealer_id__in=dealers - {None}))
    return set(below.values_list("pk", flat=True))


def staff_of(stations: Iterable[int], on: date) -> list[User]:
    """All readers of these stations, each once."""
    found = {user for users in readers_of(stations, on).values() for user in users}
    return list(User.objects.filter(pk__in=found).order_by("pk"))

"""What a contract's end does by itself: expiry, the following one's begin, the alarms. Not here: what it forbids (standing)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.core import clock, events
from portal.core.notifications import notify
from portal.core.parameters import param
from portal.core.states import lock, move
from stations.models import Contract, ContractAlarm, Membership, Station, StationStatus


@transaction.atomic
def expire_contracts(*, at: datetime | None = None) -> list[Station]:
    """Active stations whose last contract has ended are expired; which. Run daily; refuses nothing."""
    at = at or clock.now()
    ended = Station.objects.active().exclude(pk__in=_held(clock.local_date(at))).order_by("pk")
    return [move(station, StationStatus.EXPIRED, actor=None, at=at) for station in ended]


@transaction.atomic
def begin_contracts(*, at: datetime | None = None) -> list[Station]:
    """Expired stations whose following contract has begun are active again; which. Run daily; refuses nothing."""
    at = at or clock.now()
    begun = Station.objects.filter(status=StationStatus.EXPIRED, pk__in=_held(clock.local_date(at))).order_by("pk")
    return [move(station, StationStatus.ACTIVE, actor=None, at=at) for station in begun]


def _held(on: date) -> Any:
    return Contract.objects.filter(valid_from__lte=on, valid_to__gt=on).values("station_id")


def ending_soon(on: date, within_days: int) -> Any:
    """Contracts in force that end within so many days and are not followed by another."""
    limit = on + timedelta(days=within_days)
    ending = Contract.objects.filter(valid_from__lte=on, valid_to__gt=on, valid_to__lte=limit)
    return without_following(ending.exclude(station__status=StationStatus.TERMINATED)).order_by("valid_to")


def without_following(contracts: Any) -> Any:
    """Only the last contract of each station."""
    later = Contract.objects.filter(station=OuterRef("station"), valid_from__gte=OuterRef("valid_to"))
    return contracts.filter(~Exists(later))


@transaction.atomic
def tell_ending(*, at: datetime | None = None) -> list[ContractAlarm]:
    """Owner, region and headquarters know of every contract that ends in 60, 30 or 7 days D, once per alarm.

    After missed runs only the nearest alarm is told; those that lie behind it are noted as told with it. Run daily.
    Writes ContractAlarm rows, notifications, and one Event per contract told of.
    """
    at = at or clock.now()
    today = clock.local_date(at)
    days = sorted({int(value) for value in param("stations.contract_alarm_days", at)})
    due = ending_soon(today, days[-1]).select_related("station__center", "station__dealer") if days else []
    told = []
    for contract in due:
        lock(contract)
        reached = [value for value in days if (contract.valid_to - today).days <= value]
        known = set(contract.alarms.values_list("days", flat=True))
        if reached[0] in known:
            continue
        ContractAlarm.objects.bulk_create(
            [ContractAlarm(contract=contract, days=value, told_at=at) for value in reached if value not in known],
            ignore_conflicts=True,
        )
        _tell(contract, (contract.valid_to - today).days, at=at)
        told.append(ContractAlarm.objects.get(contract=contract, days=reached[0]))
    return told


def _tell(contract: Contract, days: int, *, at: datetime) -> None:
    station = contract.station
    facts = {"station": str(station), "number": contract.number, "days": days, "day": contract.valid_to.isoformat()}
    people = [*owners_of(station), *region_managers_of(station), *service_managers()]
    notify(people, "contract.ending", facts, url=contract.get_absolute_url(), subject=contract, mail=True, at=at)
    events.record(contract, "contract.ending_told", actor=None, at=at, data={"days": days, "told": len(people)})


def owners_of(station: Station) -> list[User]:
    """Who acts as manager of the station today, at the outlet or at its dealer."""
    return _members(Role.STATION_OWNER, Q(station=station) | Q(dealer=station.dealer_id))


def region_managers_of(station: Station) -> list[User]:
    """Who answers for the station's region today."""
    return _members(Role.REGION_MANAGER, Q(region=station.center.region_id))


def service_managers() -> list[User]:
    """Headquarters' service managers."""
    from portal.accounts.models import RoleGrant

    granted = RoleGrant.objects.in_force().filter(role=Role.SERVICE_MANAGER).values("user_id")
    return list(User.objects.filter(pk__in=granted, is_active=True).order_by("pk"))


def _members(role: Role, node: Q) -> list[User]:
    today = clock.today()
    held = Membership.objects.filter(node, role=role, valid_from__lte=today)
    held = held.filter(Q(valid_to=None) | Q(valid_to__gt=today))
    return list(User.objects.filter(pk__in=held.values("user_id"), is_active=True).order_by("pk"))


def check_authorized() -> Iterable[str]:
    """One sentence per active station that never had a contract, and per technician with a log-in elsewhere."""
    for code in Station.objects.active().filter(contracts=None).values_list("code", flat=True):
        yield f"station {code} is active without any contract"
    strangers = Membership.objects.filter(role=Role.TECHNICIAN, user__technician__isnull=False, valid_to=None)
    for user, code in strangers.exclude(station=F("user__technician__station")).values_list(
        "user__username", "station__code"
    ):
        yield f"technician {user} is a member of {code} but works elsewhere"
    for code in _unexplained():
        yield f"station {code} is suspended without a suspension on record, or has one open and is not"


def _unexplained() -> Iterable[str]:
    """Stations whose status and suspensions disagree."""
    from stations.models import StationSuspension

    is_open = Exists(StationSuspension.objects.filter(station=OuterRef("pk"), ended_at=None))
    suspended = Station.objects.filter(status=StationStatus.SUSPENDED).filter(~is_open)
    forgotten = Station.objects.exclude(status=StationStatus.SUSPENDED).filter(is_open)
    yield from (suspended | forgotten).order_by("code").values_list("code", flat=True)

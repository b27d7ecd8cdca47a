"""What a station may do on a day, and why not: one station, or all of them in a constant number of queries.

Not here: the judgment itself (standing), how one gets to a contract (onboarding).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from portal.core import clock
from portal.core.parameters import param
from portal.core.written import Written
from stations.contracts.standing import Answer, Period, Standing
from stations.models import (
    Contract,
    DealerAccount,
    ProductFamily,
    Station,
    StationExit,
    StationStatus,
    StationSuspension,
)

OUT_OF_SERVICE = (StationStatus.APPLICANT, StationStatus.SUSPENDED, StationStatus.TERMINATED)


@dataclass(frozen=True)
class Eligibility:
    """The three answers about one station and day."""

    dispatch: Answer
    credit: Answer
    claim: Answer


def contract_on(station: Station, on: date) -> Contract | None:
    """The contract in force on the day; its end day is the first day without."""
    return Contract.objects.filter(station=station, valid_from__lte=on, valid_to__gt=on).first()


def is_dispatchable(station: Station, on: date | None = None, *, family: ProductFamily | int | None = None) -> Answer:
    """May new jobs be given to the station: in service, a contract in force, the family in it. Source: rules.md 3.10."""
    on = on or clock.today()
    key = family.pk if isinstance(family, ProductFamily) else family
    return _standing(station, on, with_families=key is not None).dispatch(on, key)


def may_order_on_credit(station: Station, on: date | None = None, *, has_account: bool | None = None) -> Answer:
    """May the station order parts on account: as for dispatch, and its dealer has an account. Else cash only.

    has_account: what the caller knows of that already.
    """
    on = on or clock.today()
    if has_account is None:
        has_account = DealerAccount.objects.filter(dealer=station.dealer_id).exists()
    return _standing(station, on, has_account=has_account).credit(on)


def may_claim(station: Station, work_done_on: date) -> Answer:
    """May work of that day be claimed: a contract was in force, the station neither out for good nor long suspended."""
    standing = _standing(station, work_done_on, with_history=True)
    return standing.claim(work_done_on, _grace_hours(work_done_on))


def eligibility_on(
    on: date | None = None, *, family: ProductFamily | int | None = None, stations: Iterable[int] | None = None
) -> dict[int, Eligibility]:
    """The three answers for every station (or those named), by its key; 5 queries, 6 with a family."""
    on = on or clock.today()
    key = family.pk if isinstance(family, ProductFamily) else family
    grace = _grace_hours(on)
    return {
        pk: Eligibility(standing.dispatch(on, key), standing.credit(on), standing.claim(on, grace))
        for pk, standing in _standings(on, stations, with_families=key is not None).items()
    }


def dispatchable(on: date | None = None) -> Any:
    """All stations to which new jobs may be given from today on: is_dispatchable(), for a whole list in one query."""
    on = on or clock.today()
    in_force = Contract.objects.filter(station=OuterRef("pk"), valid_from__lte=on, valid_to__gt=on)
    return Station.objects.exclude(status__in=OUT_OF_SERVICE).filter(Exists(in_force))


def not_covering(family: int, on: date) -> set[int]:
    """Stations whose contract in force on the day names families, and not this one; one query."""
    in_force = Contract.objects.filter(valid_from__lte=on, valid_to__gt=on, families__isnull=False)
    return set(in_force.exclude(families=family).values_list("station_id", flat=True))


def _grace_hours(on: date) -> int:
    return int(param("stations.redispatch_hours", on))


_suspensions = Written(
    lambda station: StationSuspension.objects.filter(station=station).values_list("began_at", "ended_at")
)
_contracts = Written(
    lambda station: Contract.objects.filter(station=station).values_list("pk", "valid_from", "valid_to", "number")
)


def _standing(
    station: Station, on: date, *, has_account: bool = True, with_families: bool = False, with_history: bool = False
) -> Standing:
    """One station's papers. Suspensions and the end are read where today's status cannot tell."""
    is_past = on < clock.today()
    asks_past = is_past or with_history
    suspensions: list[Any] = []
    if asks_past or station.status == StationStatus.SUSPENDED:
        suspensions = _suspensions(station.pk)
    terminated_at = None
    if station.status == StationStatus.TERMINATED:
        terminated_at = StationExit.objects.filter(station=station).values_list("terminated_at", flat=True).first()
    rows = _contracts(station.pk)
    families = _families([station.pk]) if with_families else {}
    periods = [Period(first, end, number, families.get(pk, frozenset())) for pk, first, end, number in rows]
    return Standing(station.status, periods, suspensions, terminated_at, has_account, is_past)


def _standings(on: date, stations: Iterable[int] | None, *, with_families: bool) -> dict[int, Standing]:
    """The papers of many stations."""
    rows = Station.objects.order_by("pk").values_list("pk", "status", "dealer_id")
    papers, suspended = Contract.objects.all(), StationSuspension.objects.all()
    exits = StationExit.objects.all()
    if stations is not None:
        chosen = list(stations)
        rows, papers = rows.filter(pk__in=chosen), papers.filter(station__in=chosen)
        suspended, exits = suspended.filter(station__in=chosen), exits.filter(station__in=chosen)
    families = _families(stations) if with_families else {}
    periods: dict[int, list[Period]] = defaultdict(list)
    for pk, station, first, end, number in papers.order_by().values_list(
        "pk", "station_id", "valid_from", "valid_to", "number"
    ):
        periods[station].append(Period(first, end, number, families.get(pk, frozenset())))
    breaks: dict[int, list[Any]] = defaultdict(list)
    for station, began, ended in suspended.order_by().values_list("station_id", "began_at", "ended_at"):
        breaks[station].append((began, ended))
    ended_at = dict(exits.order_by().values_list("station_id", "terminated_at"))
    dealers = set(DealerAccount.objects.order_by().values_list("dealer_id", flat=True))
    is_past = on < clock.today()
    return {
        pk: Standing(status, periods[pk], breaks[pk], ended_at.get(pk), dealer in dealers, is_past)
        for pk, status, dealer in rows
    }


def _families(stations: Iterable[int] | None) -> dict[int, frozenset[int]]:
    """The families each contract names."""
    named = Contract.families.through.objects.all()
    if stations is not None:
        named = named.filter(contract__station__in=list(stations))
    found: dict[int, set[int]] = defaultdict(set)
    for contract, family in named.values_list("contract_id", "productfamily_id"):
        found[contract].add(family)
    return {contract: frozenset(keys) for contract, keys in found.items()}

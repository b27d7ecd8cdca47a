"""Every state × move × role of stations, exits and renewals: the table of moves, and who may ask for it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from portal.core.states import TransitionNotAllowed
from stations import contracts, exits, lifecycle, renewals
from stations.models import Contract, Renewal, Station, StationExit, StationStatus
from tests.cast import EVERYBODY, Cast
from tests.factories.stations import make_contract, make_station

S = StationStatus
LEGAL = {
    "suspend": {S.ACTIVE},
    "resume": {S.SUSPENDED},
    "terminate": {S.APPLICANT, S.ACTIVE, S.SUSPENDED, S.EXPIRED},
}
ACTS: dict[str, Callable[..., Any]] = {
    "suspend": lifecycle.suspend_station,
    "resume": lifecycle.resume_station,
    "terminate": lifecycle.terminate_station,
}


class Undone(Exception):
    """Takes back what a tried move did."""


def goes(act: Callable[[], Any]) -> bool:
    """Whether the move is let; nothing of it stays."""
    try:
        with transaction.atomic():
            act()
            raise Undone
    except Undone:
        return True
    except TransitionNotAllowed:
        return False


def station_in(status: str, cast: Cast) -> Station:
    """A station of the East that came there by operations."""
    if status == S.APPLICANT:
        return make_station(center=cast.center_a, active=False)
    station = make_station(center=cast.center_a)
    if status == S.SUSPENDED:
        return lifecycle.suspend_station(station, reason="停业整顿", actor=None)
    if status == S.TERMINATED:
        return lifecycle.terminate_station(station, reason="合同解除", actor=None)
    if status == S.EXPIRED:
        station.contracts.update(valid_to=date(2026, 1, 1))
        contracts.expire_contracts()
    return Station.objects.get(pk=station.pk)


@pytest.mark.parametrize("status", S.values)
def test_every_move_of_a_station_by_every_role(status: str, cast: Cast) -> None:
    station = station_in(status, cast)

    for name, act in ACTS.items():
        assert goes(lambda act=act: act(station, reason="逐项核对", actor=None)) == (status in LEGAL[name]), name
        may = {
            member
            for member in EVERYBODY
            if (user := cast.get(member)) and user.has_perm(f"stations.{name}_station", station)
        }
        assert may == {"service_manager"}, name


def test_every_move_of_an_exit_item_by_every_role(cast: Cast) -> None:
    gone = make_station(center=cast.center_a)
    lifecycle.terminate_station(gone, reason="合同解除", actor=cast.service_manager)
    found = StationExit.objects.get(station=gone)
    roles = {
        "old_parts": {"service_manager", "region_manager", "appraiser", "warehouse"},
        "equipment": {"service_manager", "region_manager"},
        "stock": {"service_manager", "finance", "warehouse"},
        "last_statement": {"service_manager", "finance"},
        "log_ins": {"service_manager", "region_manager"},
        "deposit": {"service_manager", "finance"},
    }

    for item in found.items.select_related("exit"):
        asked = [(member, user) for member in EVERYBODY if (user := cast.get(member))]
        assert {name for name, user in asked if user.has_perm("stations.confirm_exit_item", item)} == roles[item.key]
        # who ended the authorization waives nothing
        assert {name for name, user in asked if user.has_perm("stations.waive_exit_item", item)} == {"approver"}
        is_open = item.status == "pending"
        assert goes(lambda item=item: exits.waive_item(item, reason="逐项核对", actor=cast.approver)) == is_open


@pytest.mark.parametrize("status", ["prepared", "agreed", "signed", "dropped"])
def test_every_move_of_a_renewal(status: str, cast: Cast) -> None:
    cast.station_a.contracts.update(valid_to=date(2026, 12, 31))
    renewal: Any = renewals.prepare_renewal(cast.station_a, actor=cast.service_manager)
    if status in {"agreed", "signed"}:
        renewal = renewals.agree_renewal(renewal, signatory="刘建国", actor=cast.owner_a)
    if status == "signed":
        renewals.sign_renewal(renewal, actor=cast.service_manager)
    if status == "dropped":
        renewals.drop_renewal(renewal, reason="改签他约", actor=cast.service_manager)
    row = Renewal.objects.get(pk=renewal.pk)

    assert goes(lambda: renewals.agree_renewal(row, signatory="刘建国", actor=cast.owner_a)) == (status == "prepared")
    assert goes(lambda: renewals.sign_renewal(row, actor=cast.service_manager)) == (status == "agreed")
    may_drop = status in {"prepared", "agreed"}
    assert goes(lambda: renewals.drop_renewal(row, reason="改签他约", actor=cast.service_manager)) == may_drop


@pytest.mark.django_db
def test_overlapping_contracts_are_refused_by_the_database_whoever_writes() -> None:
    station = make_station()
    held = make_contract(station=make_station(active=False))
    Contract.objects.filter(pk=held.pk).update(valid_from=date(2019, 1, 1), valid_to=date(2020, 1, 1))

    statement = "UPDATE stations_contract SET station_id = %s, valid_to = '2020-01-02' WHERE id = %s"
    refused = pytest.raises(IntegrityError, match="contracts_of_a_station_never_overlap")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [station.pk, held.pk])

"""Memberships open exactly their part of the tree."""

from datetime import date

import pytest

from portal.accounts.roles import Role, roles_of
from stations.models import Dealer, Membership, Station
from tests.factories.stations import make_center, make_dealer, make_member, make_region, make_station, make_user

pytestmark = pytest.mark.django_db


def visible(user: object) -> set[Station]:
    return set(Station.objects.visible_to(user))


def test_membership_at_each_node_reaches_the_stations_below() -> None:
    east = make_region()
    shanghai, nanjing = make_center(region=east), make_center(region=east)
    dealer = make_dealer()
    first = make_station(center=shanghai, dealer=dealer)
    second = make_station(center=nanjing)
    far = make_station(dealer=dealer)

    assert visible(make_member(Role.REGION_MANAGER, region=east)) == {first, second}
    assert visible(make_member(Role.CENTER_CLERK, center=nanjing)) == {second}
    assert visible(make_member(Role.STATION_OWNER, dealer=dealer)) == {first, far}
    assert visible(make_member(Role.STATION_CLERK, station=second)) == {second}
    assert visible(make_user()) == set()
    assert visible(make_user(Role.AGENT)) == {first, second, far}


def test_several_memberships_are_a_union_and_ended_ones_count_nothing() -> None:
    first, second, third = make_station(), make_station(), make_station()
    user = make_member(Role.STATION_CLERK, station=first)
    Membership.objects.create(user=user, role=Role.TECHNICIAN, station=second, valid_from=date(2020, 1, 1))
    Membership.objects.create(
        user=user, role=Role.STATION_OWNER, station=third, valid_from=date(2020, 1, 1), valid_to=date(2021, 1, 1)
    )

    assert visible(user) == {first, second}
    assert roles_of(user) == {Role.STATION_CLERK, Role.TECHNICIAN}


def test_station_staff_see_no_dealer_and_owners_only_theirs() -> None:
    station, other = make_station(), make_station()

    clerk = make_member(Role.STATION_CLERK, station=station)
    owner = make_member(Role.STATION_OWNER, dealer=other.dealer)

    assert set(Dealer.objects.visible_to(clerk)) == set()
    assert set(Dealer.objects.visible_to(owner)) == {other.dealer}

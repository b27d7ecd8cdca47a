"""Staff of a station and their log-ins."""

from datetime import date

import pytest

from portal.accounts import invitations
from portal.accounts.models import User
from portal.accounts.roles import Role, roles_of
from stations import people
from stations.models import Station
from tests.factories.stations import make_family, make_station, make_technician

pytestmark = pytest.mark.django_db


def test_owner_is_invited_and_manages_all_stations_of_the_dealer() -> None:
    station = make_station()
    second = make_station(dealer=station.dealer)
    make_station()

    link = people.invite_owner(station, username="li_boss", display_name="李老板", phone="13900000000", actor=None)
    user = invitations.accept(link.rstrip("/").rpartition("/")[2], password="Correct-horse-7", language="zh-hans")

    assert roles_of(user) == {Role.STATION_OWNER}
    assert set(Station.objects.visible_to(user)) == {station, second}


def test_owner_of_an_own_outlet_manages_only_it() -> None:
    outlet = make_station(kind="own")
    make_station(dealer=outlet.dealer)

    people.invite_owner(outlet, username="own_boss", display_name="店长", actor=None)

    assert set(Station.objects.visible_to(User.objects.get(username="own_boss"))) == {outlet}


def test_technician_with_a_user_name_gets_a_link_and_a_certificate_runs_two_years() -> None:
    station = make_station()

    technician, link = people.add_technician(station, name="张师傅", username="zhang", actor=None)
    _without, no_link = people.add_technician(station, name="王师傅", actor=None)
    certificate = people.certify(technician, family=make_family(), level=2, valid_from=date(2024, 2, 29), actor=None)

    assert link
    assert no_link == ""
    assert certificate.valid_to == date(2026, 2, 28)


def test_membership_ends_for_good() -> None:
    station = make_station()
    technician = make_technician(station=station)
    people.invite_clerk(station, username="clerk", display_name="文员", actor=None)
    membership = User.objects.get(username="clerk").memberships.get()

    ended = people.end_membership(membership, actor=None)

    assert ended.valid_to is not None
    assert technician.station == station

"""Staff of a station and their log-ins."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts import invitations
from portal.accounts.models import LoginSession, User
from portal.accounts.roles import Role, roles_of
from portal.core import clock, events
from stations import people
from stations.models import Membership, Station, Technician, TransferStatus
from tests.factories.stations import make_family, make_member, make_station, make_technician, make_user

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


def logged_in(user: User) -> Client:
    """A browser in which the user has logged in with a password."""
    user.set_password("Correct-horse-7")
    user.save(update_fields=["password"])
    browser = Client()
    browser.post(reverse("login"), {"username": user.username, "password": "Correct-horse-7"})
    return browser


def test_end_membership_shuts_the_person_out_at_the_next_request() -> None:
    station = make_station()
    owner = make_member(Role.STATION_OWNER, station=station)
    technician = make_technician(station=station, user=make_member(Role.TECHNICIAN, station=station))
    browser = logged_in(technician.user)
    assert LoginSession.objects.filter(user=technician.user).count() == 1
    assert browser.get("/").status_code == 200

    ended = people.end_membership(technician.user.memberships.get(), reason="离职", actor=owner)

    answer = browser.get("/")
    technician.refresh_from_db()
    assert answer.status_code == 302
    assert reverse("login") in answer["Location"]
    assert ended.valid_to == clock.today()
    assert not technician.is_active
    assert not User.objects.get(pk=technician.user_id).is_active
    assert [event.kind for event in events.of_subject(station)][:1] == ["membership.ended"]


def test_end_membership_of_one_begun_today_leaves_no_day() -> None:
    station = make_station()
    people.invite_clerk(station, username="clerk", display_name="文员", actor=None)
    membership = User.objects.get(username="clerk").memberships.get()

    ended = people.end_membership(membership, actor=None)

    assert (ended.valid_from, ended.valid_to) == (clock.today(), clock.today())
    assert Station.objects.visible_to(User.objects.get(username="clerk")).count() == 0


def test_end_membership_leaves_those_who_work_elsewhere_their_login() -> None:
    station = make_station()
    user = make_member(Role.STATION_CLERK, station=station)
    make_member(Role.STATION_CLERK, user=user, station=make_station())

    people.end_membership(user.memberships.get(station=station), actor=None)

    assert User.objects.get(pk=user.pk).is_active


def test_end_membership_names_open_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stations.people.open_work._sources", [lambda _technician: ["WO-1", "WO-2"]])
    station = make_station()
    technician = make_technician(station=station, user=make_member(Role.TECHNICIAN, station=station))

    people.end_membership(technician.user.memberships.get(), actor=None)

    assert events.of_subject(station)[0].data["open_jobs"] == ["WO-1", "WO-2"]


def test_nobody_ends_or_changes_their_own_membership() -> None:
    owner = make_member(Role.STATION_OWNER, station=make_station())

    with pytest.raises(people.OwnMembership):
        people.end_membership(owner.memberships.get(), actor=owner)
    with pytest.raises(people.OwnMembership):
        people.change_role(owner.memberships.get(), role=Role.TECHNICIAN, actor=owner)


def test_reactivate_member_opens_the_login_and_puts_the_technician_to_work() -> None:
    station = make_station()
    technician = make_technician(station=station, user=make_member(Role.TECHNICIAN, station=station))
    membership = people.end_membership(technician.user.memberships.get(), actor=None)

    again = people.reactivate_member(membership, actor=None)

    technician.refresh_from_db()
    assert (again.valid_from, again.valid_to, again.role) == (clock.today(), None, Role.TECHNICIAN)
    assert technician.is_active
    assert User.objects.get(pk=technician.user_id).is_active
    with pytest.raises(people.AlreadyIn):
        people.reactivate_member(again, actor=None)


def test_change_role_makes_a_clerk_a_technician_and_back() -> None:
    station = make_station()
    user = make_member(Role.STATION_CLERK, station=station, user=make_user(display_name="小李"))

    as_technician = people.change_role(user.memberships.get(), role=Role.TECHNICIAN, actor=None)
    technician = Technician.objects.get(user=user)
    as_clerk = people.change_role(as_technician, role=Role.STATION_CLERK, actor=None)

    technician.refresh_from_db()
    assert (technician.station, technician.name, technician.is_active) == (station, "小李", False)
    assert roles_of(User.objects.get(pk=user.pk)) == {Role.STATION_CLERK}
    with pytest.raises(people.NotChangeable):
        people.change_role(as_clerk, role=Role.STATION_OWNER, actor=None)


def test_an_invitation_is_sent_again_or_revoked_until_it_is_accepted() -> None:
    station = make_station()
    first = people.invite_clerk(station, username="clerk", display_name="文员", actor=None)
    membership = Membership.objects.get(user__username="clerk")

    second = people.invite_again(membership, actor=None)

    with pytest.raises(invitations.InvitationOver):
        invitations.find(first.rstrip("/").rpartition("/")[2])
    people.revoke_invitation(membership, actor=None)
    with pytest.raises(invitations.InvitationOver):
        invitations.find(second.rstrip("/").rpartition("/")[2])
    membership.refresh_from_db()
    assert membership.valid_to == clock.today()


def test_an_accepted_invitation_is_neither_sent_again_nor_revoked() -> None:
    station = make_station()
    link = people.invite_clerk(station, username="clerk", display_name="文员", actor=None)
    invitations.accept(link.rstrip("/").rpartition("/")[2], password="Correct-horse-7", language="en")
    membership = Membership.objects.get(user__username="clerk")

    for act in (people.invite_again, people.revoke_invitation):
        with pytest.raises(people.AlreadyIn):
            act(membership, actor=None)


def test_a_technician_without_login_is_retired_and_reinstated() -> None:
    technician = make_technician()

    people.retire_technician(technician, reason="离职", actor=None)
    technician.refresh_from_db()
    assert not technician.is_active
    people.reinstate_technician(technician, actor=None)

    technician.refresh_from_db()
    assert technician.is_active


def test_transfer_moves_technician_and_login_within_the_dealer() -> None:
    station = make_station()
    other = make_station(dealer=station.dealer)
    technician = make_technician(station=station, user=make_member(Role.TECHNICIAN, station=station))
    asker, decider = make_user(), make_user()
    wish = people.ask_transfer(technician, to_station=other, reason="新店缺人", actor=asker)

    approved = people.approve_transfer(wish, actor=decider)

    technician.refresh_from_db()
    assert (technician.station, approved.status, approved.decided_by) == (other, TransferStatus.APPROVED, decider)
    assert set(Station.objects.visible_to(User.objects.get(pk=technician.user_id))) == {other}
    assert asker.notifications.get().kind == "transfer.approved"


def test_transfer_refuses_strangers_twins_and_open_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    station = make_station()
    other = make_station(dealer=station.dealer)
    technician = make_technician(station=station)

    with pytest.raises(people.WrongStation):
        people.ask_transfer(technician, to_station=make_station(), reason="换个地方", actor=None)
    with pytest.raises(people.SayWhy):
        people.ask_transfer(technician, to_station=other, reason="  ", actor=None)
    wish = people.ask_transfer(technician, to_station=other, reason="新店缺人", actor=None)
    with pytest.raises(people.TransferPending):
        people.ask_transfer(technician, to_station=other, reason="新店缺人", actor=None)
    monkeypatch.setattr("stations.people.open_work._sources", [lambda _technician: ["WO-7"]])
    with pytest.raises(people.OpenJobs, match="WO-7"):
        people.approve_transfer(wish, actor=None)

    technician.refresh_from_db()
    assert technician.station == station
    people.refuse_transfer(wish, reason="本店也缺人", actor=make_user())


def test_a_technician_sees_only_themselves_the_office_everybody_of_the_station() -> None:
    station = make_station()
    me = make_technician(station=station, user=make_member(Role.TECHNICIAN, station=station))
    colleague = make_technician(station=station)
    make_technician()
    clerk = make_member(Role.STATION_CLERK, station=station)

    assert set(Technician.objects.visible_to(me.user)) == {me}
    assert set(Technician.objects.visible_to(clerk)) == {me, colleague}

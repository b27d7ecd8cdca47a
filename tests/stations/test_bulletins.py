"""Documents reach their audience by version; who has read them is on record; figures can be checked by hand."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, ProgrammingError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accounts.roles import Role
from portal.core import clock, jobs
from portal.core.attachments import visible_attachment
from portal.core.models import Notification
from portal.core.states import TransitionNotAllowed
from stations import bulletins, grading
from stations.bulletins import Audience
from stations.models import Bulletin, BulletinReading, BulletinRecipient, Membership
from tests.cast import Cast
from tests.conftest import race
from tests.factories.library import make_bulletin, make_published
from tests.factories.settlement import at
from tests.factories.stations import (
    make_center,
    make_certificate,
    make_family,
    make_member,
    make_region,
    make_station,
    make_technician,
    make_user,
)

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj\nendobj\ntrailer\n%%EOF"


@pytest.fixture
def march() -> Any:
    """The clock stands at noon of 2 March 2026; march('2026-03-05 10:00') sets it forth."""

    def tell(text: str) -> Any:
        clock.set(at(text))
        return clock.now()

    tell("2026-03-02 12:00:00")
    yield tell
    clock.set(None)


def test_an_audience_is_the_stations_that_fit_all_four_lists() -> None:
    east, gateway = make_region(), make_family(code="GATE")
    fits = make_station(center=make_center(region=east), kind="dealer")
    other_kind = make_station(center=make_center(region=east), kind="own")
    other_region = make_station(kind="dealer")
    applicant = make_station(center=make_center(region=east), active=False)
    for station in (fits, other_kind, other_region, applicant):
        make_certificate(technician=make_technician(station=station), family=gateway)
        grading.set_grade(station, grade="A", valid_from=date(2020, 1, 1), reason="年度评定", actor=None)
    today = clock.today()

    def found(**lists: Any) -> set[int]:
        return set(bulletins.stations_in(Audience(**lists), today))

    assert found() == {fits.pk, other_kind.pk, other_region.pk}
    assert found(regions=(east.code,)) == {fits.pk, other_kind.pk}
    assert found(regions=(east.code,), kinds=("dealer",)) == {fits.pk}
    assert found(grades=("A",)) == {fits.pk, other_kind.pk, other_region.pk}
    assert found(grades=("B", "probation")) == set()
    assert found(families=("GATE",), kinds=("dealer",)) == {fits.pk, other_region.pk}
    assert found(families=("LOCK",)) == set()
    other_region.contracts.get().families.add(make_family(code="LOCK"))
    assert found(families=("LOCK",)) == {other_region.pk}
    assert found(families=("GATE",), kinds=("dealer",)) == {fits.pk}


def test_grades_of_an_audience_agree_with_grading() -> None:
    stations = [make_station() for _number in range(4)]
    today = clock.today()
    for station, (grade, since) in zip(
        stations, [("A", 400), ("probation", 10), ("probation", 200), ("D", -5)], strict=True
    ):
        grading.set_grade(station, grade=grade, valid_from=today - timedelta(days=since), reason="年度评定", actor=None)

    for letter in ("A", "B", "C", "D", "probation"):
        by_hand = {station.pk for station in stations if grading.grade_on(station, today) == letter}
        assert set(bulletins.stations_in(Audience(grades=(letter,)), today)) == by_hand


def test_only_the_audience_and_headquarters_see_it(cast: Cast) -> None:
    draft = make_bulletin(audience=Audience(regions=("EAST",)), files=[SimpleUploadedFile("a.pdf", PDF)])
    file = bulletins.files_of(draft).get()
    assert not Bulletin.objects.visible_to(cast.clerk_a).exists()

    bulletins.publish_bulletin(draft, actor=cast.service_manager)

    for name in ("owner_a", "clerk_a", "technician_a", "region_manager", "center_clerk", "auditor", "agent"):
        assert list(Bulletin.objects.visible_to(cast.get(name))) == [draft], name
        assert visible_attachment(file.pk, cast.get(name)) == file
    for name in ("owner_b", "clerk_b", "technician_b", "supplier_x", "outsider"):
        assert not Bulletin.objects.visible_to(cast.get(name)).exists(), name
        assert visible_attachment(file.pk, cast.get(name)) is None


def test_publishing_says_what_is_missing(march: Any) -> None:
    manager = make_user(Role.SERVICE_MANAGER)
    with pytest.raises(bulletins.NobodyInAudience):
        make_published()
    make_station()
    with pytest.raises(bulletins.NothingWritten):
        make_published(body="  ")
    with pytest.raises(bulletins.BadReadingDay) as caught:
        make_published(must_read=True, read_by=date(2026, 3, 1))
    assert (caught.value.field, "2026-03-01" in str(caught.value)) == ("read_by", True)
    with pytest.raises(bulletins.BadReadingDay):
        make_published(must_read=True)
    published = make_published(must_read=True, read_by=date(2026, 3, 2))
    with pytest.raises(TransitionNotAllowed):
        bulletins.publish_bulletin(published, actor=manager)


def test_a_published_version_is_never_edited() -> None:
    make_station()
    published = make_published()

    with pytest.raises(bulletins.NotADraft):
        bulletins.edit_bulletin(published, body="另一段", actor=published.written_by)
    with pytest.raises(IntegrityError), transaction.atomic():
        Bulletin.objects.filter(pk=published.pk).update(body="另一段")


def test_a_new_version_supersedes_and_has_to_be_read_anew(march: Any) -> None:
    station = make_station()
    clerk, manager = make_member(Role.STATION_CLERK, station=station), make_user(Role.SERVICE_MANAGER)
    first = make_published(files=[SimpleUploadedFile("a.pdf", PDF)])
    bulletins.confirm_reading(first, actor=clerk)
    assert not Bulletin.objects.visible_to(clerk).in_force().unread_by(clerk).exists()

    second = bulletins.revise_bulletin(first, actor=manager)
    with pytest.raises(bulletins.RevisionUnderWay):
        bulletins.revise_bulletin(first, actor=manager)
    with pytest.raises(bulletins.ChangeNoteMissing):
        bulletins.publish_bulletin(second, actor=manager)
    bulletins.edit_bulletin(second, body="先断电。\n等十秒再上电。", change_note="增加等待时间", actor=manager)
    bulletins.publish_bulletin(second, actor=manager)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status, second.version, second.number) == ("superseded", "published", 2, first.number)
    assert bulletins.files_of(second).count() == 1
    assert list(Bulletin.objects.visible_to(clerk).in_force().unread_by(clerk)) == [second]
    with pytest.raises(bulletins.NotInForce):
        bulletins.confirm_reading(first, actor=clerk)
    with pytest.raises(bulletins.NotRevisable):
        bulletins.revise_bulletin(first, actor=manager)


def test_a_withdrawn_document_says_why_and_can_be_followed_by_a_corrected_one() -> None:
    station = make_station()
    clerk = make_member(Role.STATION_CLERK, station=station)
    published = make_published()
    manager = published.written_by
    with pytest.raises(bulletins.WithdrawalUnexplained):
        bulletins.withdraw_bulletin(published, reason="错", actor=manager)

    withdrawn = bulletins.withdraw_bulletin(published, reason="电压数值有误", actor=manager)
    jobs.drain()

    assert withdrawn.status == "withdrawn"
    assert list(Bulletin.objects.visible_to(clerk)) == [withdrawn]
    assert "电压数值有误" in Notification.objects.get(user=clerk, kind="bulletin.withdrawn").text
    draft = bulletins.revise_bulletin(withdrawn, actor=manager)
    bulletins.withdraw_bulletin(draft, reason="暂不发布", actor=manager)
    assert bulletins.revise_bulletin(withdrawn, actor=manager).version == 3


def test_reading_is_on_record_once_per_person_and_version_and_cannot_be_changed(cast: Cast) -> None:
    published = make_published()

    first = bulletins.confirm_reading(published, actor=cast.clerk_a)
    again = bulletins.confirm_reading(published, actor=cast.clerk_a)

    assert [row.pk for row in first] == [row.pk for row in again]
    assert [(row.station, row.user) for row in first] == [(cast.station_a, cast.clerk_a)]
    with pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic():
        BulletinReading.objects.update(read_at=clock.now())
    with pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic():
        BulletinReading.objects.all().delete()
    for name in ("region_manager", "service_manager", "outsider"):
        with pytest.raises(bulletins.NotAddressed):
            bulletins.confirm_reading(published, actor=cast.get(name))


def test_an_owner_of_two_stations_reads_for_both() -> None:
    station = make_station()
    second = make_station(dealer=station.dealer)
    owner = make_member(Role.STATION_OWNER, dealer=station.dealer)

    rows = bulletins.confirm_reading(make_published(), actor=owner)

    assert {row.station for row in rows} == {station, second}


@pytest.mark.django_db(transaction=True)
def test_the_same_person_on_two_devices_reads_once() -> None:
    station = make_station()
    clerk = make_member(Role.STATION_CLERK, station=station)
    published = make_published()

    outcomes = race(2, lambda _number: bulletins.confirm_reading(published, actor=clerk))

    assert [str(each) for each in outcomes if isinstance(each, Exception)] == []
    assert BulletinReading.objects.count() == 1


def test_people_are_told_of_what_they_must_read_and_nobody_of_the_rest(cast: Cast) -> None:
    make_published()
    must = make_published(must_read=True, read_by=clock.today(), audience=Audience(regions=("EAST",)))
    jobs.drain()

    told = Notification.objects.filter(kind="bulletin.must_read")
    assert {row.user for row in told} == {cast.owner_a, cast.clerk_a, cast.technician_a}
    assert bulletins.tell_readers(must.pk) == 0


def test_who_has_not_read_is_reminded_once_after_three_days(cast: Cast, march: Any) -> None:
    published = make_published(audience=Audience(regions=("EAST",)))
    bulletins.confirm_reading(published, actor=cast.clerk_a)

    march("2026-03-04 09:00")
    assert bulletins.remind_unread() == 0
    march("2026-03-05 09:00")
    assert bulletins.remind_unread() == 2
    march("2026-03-06 09:00")
    assert bulletins.remind_unread() == 0

    told = Notification.objects.filter(kind="bulletin.reminder")
    assert {row.user for row in told} == {cast.owner_a, cast.technician_a}


def test_stations_that_come_later_have_the_document_too(march: Any) -> None:
    station = make_station()
    published = make_published(must_read=True, read_by=date(2026, 3, 3))
    march("2026-03-10 00:15")
    late = make_station()

    assert bulletins.extend_audiences() == 1
    assert bulletins.extend_audiences() == 0

    days = dict(BulletinRecipient.objects.filter(bulletin=published).values_list("station", "due_on"))
    assert days == {station.pk: date(2026, 3, 3), late.pk: date(2026, 3, 17)}


def test_share_of_readers_by_hand(cast: Cast, march: Any) -> None:
    """Station A has four documents due in March: one read in time, one late, one not at all, one withdrawn before its day."""
    east = Audience(regions=("EAST",))
    read, late, never, gone = (make_published(audience=east) for _number in range(4))
    bulletins.withdraw_bulletin(gone, reason="发布有误", actor=cast.service_manager)
    bulletins.confirm_reading(read, actor=cast.clerk_a)
    bulletins.confirm_reading(read, actor=cast.owner_a)
    march("2026-03-10 00:00:01")
    bulletins.confirm_reading(late, actor=cast.clerk_a)
    march("2026-04-02 12:00")
    bulletins.confirm_reading(never, actor=cast.clerk_a)
    period = (date(2026, 3, 1), date(2026, 4, 1))

    share = bulletins.share_read(cast.station_a, period)

    assert (share.due, share.opened, share.share) == (3, 1, Decimal("33.33"))
    assert (share.owed, share.given, share.share_of_people) == (9, 2, Decimal("22.22"))
    assert bulletins.share_read(cast.station_b, period).share is None
    assert bulletins.shares_of_documents([read.pk, never.pk])[never.pk].share == Decimal("100.00")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    documents=st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=4),
    readings=st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 50)),
        max_size=12,
        unique_by=lambda each: each[:2],
    ),
    ends=st.integers(0, 50),
)
def test_shares_of_all_stations_agree_with_counting_one_by_one(
    documents: list[tuple[int, bool]], readings: list[tuple[int, int, int]], ends: int
) -> None:
    """Two stations with three people each, one of whom leaves one day; whatever is read when."""
    with transaction.atomic():
        begin = at("2026-02-20 12:00")
        clock.set(begin)
        stations = [make_station() for _number in range(2)]
        people = [make_member(Role.STATION_CLERK, station=stations[number % 2]) for number in range(6)]
        leaves = clock.local_date(begin) + timedelta(days=ends + 1)
        Membership.objects.filter(user=people[0]).update(valid_to=leaves)
        made = []
        for day, is_withdrawn in documents:
            clock.set(begin + timedelta(days=day))
            bulletin = make_published()
            made.append((bulletin, clock.today() + timedelta(days=7), is_withdrawn))
        read: dict[tuple[int, int], date] = {}
        for document, person, day in readings:
            if document < len(made):
                when = begin + timedelta(days=day)
                BulletinReading.objects.create(
                    bulletin=made[document][0], station=stations[person % 2], user=people[person], read_at=when
                )
                read[document, person] = clock.local_date(when)
        clock.set(begin + timedelta(days=60))
        for bulletin, due_on, is_withdrawn in made:
            if is_withdrawn:
                ended = at(f"{due_on} 23:00")
                bulletins.withdraw_bulletin(bulletin, reason="发布有误", actor=bulletin.written_by, at=ended)
        period = (date(2026, 3, 1), date(2026, 4, 1))

        found = bulletins.shares_read(period)

        for side, station in enumerate(stations):
            counting = [
                (number, due_on)
                for number, (_bulletin, due_on, is_withdrawn) in enumerate(made)
                if period[0] <= due_on < period[1] and not is_withdrawn
            ]
            opened = owed = given = 0
            for number, due_on in counting:
                here = [person for person in range(6) if person % 2 == side]
                in_time = [person for person in here if (day := read.get((number, person))) and day <= due_on]
                readers = [person for person in here if person != 0 or leaves > due_on]
                opened += bool(in_time)
                owed += len(readers)
                given += min(len(in_time), len(readers))
            share = found.get(station.pk, bulletins.ReadShare())
            assert (share.due, share.opened, share.owed, share.given) == (len(counting), opened, owed, given)
        clock.set(None)
        transaction.set_rollback(True)

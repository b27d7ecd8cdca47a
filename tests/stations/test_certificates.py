"""Certificates and stars."""

from datetime import date, timedelta

import psycopg
import pytest
from django.db import IntegrityError, transaction

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.documents import documents_of, pdf_bytes
from portal.core.models.notifications import Notification
from stations import people
from stations.models import CertificateAlarm, SkillCertificate
from tests.factories.stations import (
    make_certificate,
    make_family,
    make_member,
    make_station,
    make_technician,
    make_user,
)

pytestmark = pytest.mark.django_db


def test_certify_numbers_without_gap_and_issues_a_document() -> None:
    technician, family = make_technician(name="张师傅"), make_family(name="智能网关", name_en="Gateways")

    first = people.certify(technician, family=family, level=2, actor=None)
    with pytest.raises(people.EndsBeforeStart):
        people.certify(technician, family=family, level=2, valid_to=clock.today(), actor=None)
    second = people.certify(technician, family=family, level=3, actor=None)

    assert first.number is not None
    assert second.number is not None
    assert int(second.number[-6:]) == int(first.number[-6:]) + 1
    document = documents_of(first, "skill_certificate").get()
    assert (document.facts["technician"], document.facts["level_text_en"]) == ("张师傅", "Intermediate")
    assert pdf_bytes(document, "en").startswith(b"%PDF")


def test_the_database_refuses_a_certificate_that_ends_before_it_starts() -> None:
    technician, day = make_technician(), date(2026, 3, 1)

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        make_certificate(technician=technician, valid_from=day, valid_to=day)

    assert isinstance(refused.value.__cause__, psycopg.errors.CheckViolation)
    assert "certificate_ends_after_start" in str(refused.value)


def test_revoke_certificate_ends_it_today_and_tells_owner_and_technician() -> None:
    station = make_station()
    owner = make_member(Role.STATION_OWNER, dealer=station.dealer)
    technician = make_technician(station=station, user=make_member(Role.TECHNICIAN, station=station))
    certificate = make_certificate(technician=technician)

    revoked = people.revoke_certificate(certificate, reason="冒用他人身份考试", actor=make_user())

    assert (revoked.valid_to, revoked.revoked_on) == (clock.today(), clock.today())
    assert set(Notification.objects.values_list("user", "kind")) == {
        (owner.pk, "certificate.revoked"),
        (technician.user_id, "certificate.revoked"),
    }
    with pytest.raises(people.AlreadyRevoked):
        people.revoke_certificate(certificate, reason="冒用他人身份考试", actor=None)


def test_a_certificate_revoked_on_its_first_day_was_never_valid() -> None:
    certificate = people.certify(make_technician(), family=make_family(), level=1, actor=None)

    revoked = people.revoke_certificate(certificate, reason="登记错误", actor=None)

    assert not revoked.valid_on(clock.today())
    assert revoked.valid_to == revoked.valid_from


def test_what_has_ended_is_not_revoked_and_a_reason_is_owed() -> None:
    ended = make_certificate(technician=make_technician(), valid_to=date(2021, 1, 1))

    with pytest.raises(people.NotInForce):
        people.revoke_certificate(ended, reason="不再有效", actor=None)
    with pytest.raises(people.SayWhy):
        people.revoke_certificate(make_certificate(technician=make_technician()), reason="", actor=None)


def told(certificate: SkillCertificate) -> list[int]:
    return sorted(CertificateAlarm.objects.filter(certificate=certificate).values_list("days", flat=True))


def test_alarms_come_once_per_mark_and_make_up_for_missed_runs() -> None:
    station = make_station()
    owner = make_member(Role.STATION_OWNER, dealer=station.dealer)
    technician = make_technician(station=station, user=make_member(Role.TECHNICIAN, station=station))
    ends = date(2026, 12, 31)
    certificate = make_certificate(technician=technician, valid_to=ends)
    sent = lambda: Notification.objects.filter(user=owner).count()  # noqa: E731

    def run(days_before: int) -> None:
        people.alarm_certificates(at=clock.start_of(ends - timedelta(days=days_before)))

    run(61)
    assert (told(certificate), sent()) == ([], 0)
    run(60)
    run(59)
    assert (told(certificate), sent()) == ([60], 1)
    run(29)  # the run of the 30th day was missed
    assert (told(certificate), sent()) == ([30, 60], 2)
    run(3)
    run(2)
    assert (told(certificate), sent()) == ([7, 30, 60], 3)
    assert Notification.objects.filter(user=technician.user).count() == 3


def test_no_alarm_for_what_is_followed_or_for_who_is_not_at_work() -> None:
    today = clock.today()
    technician, family = make_technician(), make_family()
    make_certificate(technician=technician, family=family, level=2, valid_to=today + timedelta(days=20))
    make_certificate(
        technician=technician, family=family, level=2, valid_from=today, valid_to=today + timedelta(days=700)
    )
    gone = make_technician(is_active=False)
    make_certificate(technician=gone, valid_to=today + timedelta(days=5))

    assert people.alarm_certificates() == []


def test_rating_is_dated_bounded_and_explained() -> None:
    technician, manager = make_technician(), make_user()
    people.rate_technician(technician, stars=3, reason="月度考核", valid_from=date(2026, 1, 1), actor=manager)
    people.rate_technician(technician, stars=5, reason="客户表扬", valid_from=date(2026, 2, 1), actor=manager)

    before, after = people.stars_on(technician, date(2026, 1, 31)), people.stars_on(technician, date(2026, 2, 1))

    assert before is not None
    assert after is not None
    assert (before.stars, after.stars, after.reason, after.source) == (3, 5, "客户表扬", "set")
    assert people.stars_on(technician, date(2025, 12, 31)) is None
    for stars in (0, 6):
        with pytest.raises(people.BadStars):
            people.rate_technician(technician, stars=stars, reason="月度考核", actor=manager)

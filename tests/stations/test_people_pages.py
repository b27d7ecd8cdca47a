"""Pages of people, tools and training: what they say to whom, and how often they ask."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from portal.core import clock
from portal.core.documents import documents_of
from stations import equipment, gaps, people, training
from stations.gap_words import sentence_of
from stations.models import EquipmentRequirement, ExamAttempt, SkillRequirement, StationGap
from tests.cast import Cast
from tests.conftest import as_user
from tests.counting import assert_as_many_queries
from tests.factories.stations import LONG_AGO, make_certificate, make_family, make_technician
from tests.factories.training import make_course, make_item, make_material, make_session

pytestmark = pytest.mark.django_db


def test_the_owner_sees_staff_skills_and_gaps_and_a_technician_only_themselves(cast: Cast) -> None:
    family = make_family(name="智能门锁", name_en="Smart locks")
    make_certificate(technician=cast.engineer_a, family=family, valid_to=clock.today() + timedelta(days=20))
    colleague = make_technician(station=cast.station_a, name="王小工")
    make_technician(station=cast.station_b, name="外站技师")
    SkillRequirement.objects.create(family=family, level=2, valid_from=LONG_AGO)
    gaps.refresh_all()
    address = reverse("station_people", args=[cast.station_a.pk])

    owner = as_user(cast.owner_a).get(address).content.decode()
    technician = as_user(cast.technician_a).get(address).content.decode()

    day = (clock.today() + timedelta(days=20)).isoformat()
    assert f"自 {day} 起无有效的智能门锁中级技师" in owner
    assert colleague.name in owner
    assert "外站技师" not in owner
    assert "clerk_a" in owner
    assert "<svg" in owner
    assert colleague.name not in technician
    assert "clerk_a" not in technician


def test_a_gap_is_a_sentence_in_either_language(cast: Cast) -> None:
    item = make_item(name="扭力批", name_en="Torque driver")
    EquipmentRequirement.objects.create(item=item, quantity=2)
    gaps.refresh_all()
    (gap,) = StationGap.objects.filter(station=cast.station_a).select_related("item")

    with override("en"):
        assert sentence_of(gap) == "Torque driver is missing."
    with override("zh-hans"):
        assert sentence_of(gap) == "缺少扭力批。"


def test_a_certificate_is_verified_in_public_and_says_that_it_was_revoked(cast: Cast) -> None:
    certificate = people.certify(cast.engineer_a, family=make_family(), level=2, actor=cast.service_manager)
    document = documents_of(certificate).get()
    address = reverse("verify", args=[document.token])
    assert certificate.number in as_user(None).get(address).content.decode()

    people.revoke_certificate(certificate, reason="抽查不合格", actor=cast.service_manager)

    answer = as_user(None).get(address).content.decode()
    assert "已吊销" in answer
    assert "抽查不合格" not in answer


def test_the_owner_works_through_staff_equipment_and_seats_on_pages(cast: Cast) -> None:
    browser, station = as_user(cast.owner_a), cast.station_a
    membership = cast.clerk_a.memberships.get()
    item, session = make_item(), make_session()

    ended = browser.post(reverse("membership_end", args=[membership.pk]), {"reason": "合同到期"})
    back = browser.post(reverse("membership_reactivate", args=[membership.pk]))
    again = cast.clerk_a.memberships.get(valid_to=None)
    role = browser.post(reverse("membership_role", args=[again.pk]), {"role": "technician"})
    added = browser.post(reverse("equipment_add", args=[station.pk]), {"item": item.pk, "serial_number": "A-1"})
    piece = station.equipment.get()
    today = clock.today().isoformat()
    wrong = browser.post(
        reverse("equipment_calibrate", args=[piece.pk]), {"calibrated_on": "2098-01-01", "passed": "on"}
    )
    right = browser.post(reverse("equipment_calibrate", args=[piece.pk]), {"calibrated_on": today, "passed": "on"})
    moved = browser.post(reverse("equipment_move", args=[piece.pk]), {"to": "in_repair", "reason": "屏幕损坏"})
    seat = browser.post(reverse("session_enroll", args=[session.pk]), {"technician": cast.engineer_a.pk})
    foreign = browser.post(reverse("session_enroll", args=[session.pk]), {"technician": cast.engineer_b.pk})

    assert [answer.status_code for answer in (ended, back, role, added, right, moved, seat)] == [302] * 7
    assert (wrong.status_code, foreign.status_code) == (409, 422)
    piece.refresh_from_db()
    assert (piece.status, piece.calibration_due_on is not None) == ("in_repair", True)
    assert browser.get(reverse("station_equipment", args=[station.pk])).status_code == 200


def _gap(cast: Cast) -> None:
    StationGap.objects.create(station=cast.station_a, kind="missing", item=make_item(), since=clock.today())


def _piece(cast: Cast) -> None:
    number = cast.station_a.equipment.count()
    equipment.register_equipment(cast.station_a, item=make_item(), serial_number=f"S{number}", actor=None)


def _attempt(cast: Cast) -> ExamAttempt:
    technician = make_technician(station=cast.station_a)
    return training.submit_exam(training.start_exam(make_course(), technician, actor=None), actor=None)


def _person(cast: Cast) -> None:
    make_certificate(technician=make_technician(station=cast.station_a))


LISTS: list[tuple[str, str, Callable[[Cast], Any]]] = [
    ("technician_list", "owner_a", _person),
    ("gap_list", "owner_a", _gap),
    ("equipment_list", "owner_a", _piece),
    ("course_list", "owner_a", lambda cast: make_course(questions=0)),
    ("session_list", "owner_a", lambda cast: make_session()),
    ("exam_list", "owner_a", _attempt),
    ("skill_matrix", "service_manager", _person),
    ("station_people", "owner_a", _person),
    ("station_equipment", "owner_a", _piece),
    ("api_technicians", "owner_a", _person),
    ("api_certificates", "owner_a", _person),
    ("api_equipment", "owner_a", _piece),
    ("api_sessions", "owner_a", lambda cast: make_session()),
]


@pytest.mark.parametrize(("name", "who", "make"), LISTS, ids=[row[0] for row in LISTS])
def test_a_list_asks_as_often_for_many_rows_as_for_two(cast: Cast, name: str, who: str, make: Any) -> None:
    args = [cast.station_a.pk] if name in ("station_people", "station_equipment") else []

    def grow(count: int) -> None:
        for _each in range(count):
            make(cast)

    assert_as_many_queries(name, getattr(cast, who), grow, args=args, many=12)


def test_opening_the_page_of_material_is_reading_it(cast: Cast) -> None:
    material = make_material()
    address = reverse("material_detail", args=[material.pk])

    assert as_user(cast.technician_a).get(address).status_code == 200
    shown = as_user(cast.owner_a).get(address).content.decode()

    assert material.readings.filter(user=cast.technician_a, station=cast.station_a).count() == 1
    assert "1 名技师中已有 1 名" in shown

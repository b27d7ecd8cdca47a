"""Tools and their calibrations."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import InternalError, transaction

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.attachments import attachments_of
from portal.core.models.notifications import Notification
from portal.core.states import TransitionNotAllowed
from stations import equipment
from stations.models import Calibration, Equipment, EquipmentItem, EquipmentStatus
from stations.people import SayWhy
from tests.factories.stations import make_member, make_station

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def make_item(**kw: Any) -> EquipmentItem:
    number = EquipmentItem.objects.count()
    return EquipmentItem.objects.create(**{"code": f"I{number}", "name": "绝缘测试仪", "calibration_months": 12} | kw)


def make_piece(**kw: Any) -> Equipment:
    values = {"station": make_station(), "item": make_item(), "serial_number": "SN-1", "actor": None} | kw
    return equipment.register_equipment(**values)


def test_register_equipment_refuses_twins_and_impossible_days() -> None:
    item, station = make_item(), make_station()
    today = clock.today()

    piece = make_piece(station=station, item=item, serial_number=" SN-1 ")

    assert (piece.serial_number, piece.status, piece.commissioned_on) == ("SN-1", EquipmentStatus.IN_USE, today)
    with pytest.raises(equipment.SerialKnown):
        make_piece(item=item)
    with pytest.raises(equipment.BadDay):
        make_piece(item=item, serial_number="SN-2", commissioned_on=today + timedelta(days=1))
    with pytest.raises(equipment.BadDay):
        make_piece(item=item, serial_number="SN-2", bought_on=today, commissioned_on=today - timedelta(days=1))


def test_move_equipment_says_why_and_keeps_to_the_table() -> None:
    piece = make_piece()

    with pytest.raises(SayWhy):
        equipment.move_equipment(piece, to="in_repair", reason="", actor=None)
    piece = equipment.move_equipment(piece, to="in_repair", reason="屏幕损坏", actor=None)
    piece = equipment.move_equipment(piece, to="retired", reason="不值得修", actor=None)

    assert piece.status == EquipmentStatus.RETIRED
    with pytest.raises(TransitionNotAllowed):
        equipment.move_equipment(piece, to="in_use", reason="找到了配件", actor=None)


def test_a_passed_calibration_is_good_for_the_interval_and_a_failed_one_for_nothing() -> None:
    piece, day = make_piece(commissioned_on=date(2026, 1, 1)), date(2026, 1, 31)

    equipment.record_calibration(
        piece, calibrated_on=day, certificate=ContentFile(PDF, "cert.pdf"), laboratory="省计量院", actor=None
    )
    piece.refresh_from_db()
    assert piece.calibration_due_on == date(2027, 1, 31)
    assert attachments_of(piece.calibrations.get(), "calibration").count() == 1
    equipment.record_calibration(piece, calibrated_on=date(2026, 6, 1), passed=False, actor=None)
    piece.refresh_from_db()
    assert piece.calibration_due_on == date(2026, 6, 1)

    equipment.record_calibration(piece, calibrated_on=date(2026, 3, 1), actor=None)  # found late: the later one counts
    piece.refresh_from_db()
    assert piece.calibration_due_on == date(2026, 6, 1)


def test_calibration_refuses_the_future_the_lost_and_what_needs_none() -> None:
    piece, today = make_piece(), clock.today()

    with pytest.raises(equipment.BadDay):
        equipment.record_calibration(piece, calibrated_on=today + timedelta(days=1), actor=None)
    with pytest.raises(equipment.BadDay):
        equipment.record_calibration(piece, calibrated_on=today, due_on=today, actor=None)
    with pytest.raises(equipment.NeedsNoCalibration):
        simple = make_piece(item=make_item(calibration_months=None))
        equipment.record_calibration(simple, calibrated_on=today, actor=None)
    equipment.move_equipment(piece, to="lost", reason="找不到了", actor=None)
    with pytest.raises(equipment.NotHeld):
        equipment.record_calibration(piece, calibrated_on=today, actor=None)


def test_calibrations_are_append_only() -> None:
    piece = make_piece()
    equipment.record_calibration(piece, calibrated_on=clock.today(), actor=None)

    with pytest.raises(Exception, match=r"permission denied|Cannot update") as refused, transaction.atomic():
        Calibration.objects.update(laboratory="x")

    assert not isinstance(refused.value, InternalError) or "Cannot update" in str(refused.value)


def test_calibration_alarms_come_once_per_mark() -> None:
    station = make_station()
    owner = make_member(Role.STATION_OWNER, dealer=station.dealer)
    piece = make_piece(station=station, commissioned_on=date(2026, 1, 1))
    equipment.record_calibration(piece, calibrated_on=date(2026, 1, 1), actor=None)
    due = date(2027, 1, 1)

    counts = []
    for before in (31, 30, 29, 5, 4, 0, -3):
        equipment.alarm_calibrations(at=clock.start_of(due - timedelta(days=before)))
        counts.append(Notification.objects.filter(user=owner, kind="calibration.due").count())

    assert counts == [0, 1, 1, 2, 2, 3, 3]


def test_equipment_held_is_what_must_come_back() -> None:
    station, item = make_station(), make_item()
    pieces = [make_piece(station=station, item=item, serial_number=f"S{number}") for number in range(4)]
    equipment.move_equipment(pieces[1], to="lost", reason="找不到了", actor=None)
    equipment.move_equipment(pieces[2], to="returned", reason="退网归还", actor=None)
    equipment.move_equipment(pieces[3], to="retired", reason="报废处理", actor=None)
    make_piece(item=item, serial_number="other")

    assert [piece.serial_number for piece in equipment.equipment_held(station)] == ["S0", "S1"]

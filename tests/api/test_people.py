"""Technicians, certificates, equipment, sessions and enrollments by program, through the pages' operations."""

from portal.core import clock
from stations.models import Equipment, SkillCertificate, Technician
from tests.api.calls import Program
from tests.cast import Cast
from tests.factories.stations import make_family, make_technician
from tests.factories.training import make_item, make_session


def test_an_owner_adds_a_technician_of_their_own_station_only(cast: Cast) -> None:
    program = Program(cast.owner_a)

    made = program.post("technicians/", {"station": cast.station_a.code, "name": "新技师"})
    foreign = program.post("technicians/", {"station": cast.station_b.code, "name": "新技师"})

    assert made.status_code == 201
    assert Technician.objects.get(pk=made.json()["id"]).station == cast.station_a
    assert foreign.status_code == 400
    assert {row["name"] for row in program.get("technicians/").json()["results"]} == {"新技师", cast.engineer_a.name}


def test_headquarters_certifies_and_revokes(cast: Cast) -> None:
    family = make_family()
    program = Program(cast.fresh("service_manager"))
    body = {"technician": cast.engineer_a.pk, "family": family.code, "level": 2}

    made = program.post("certificates/", body)
    wrong = program.post("certificates/", body | {"valid_to": "2020-01-01"})
    revoked = program.post(f"certificates/{made.json()['id']}/revoke/", {"reason": "抽查不合格"})
    again = program.post(f"certificates/{made.json()['id']}/revoke/", {"reason": "抽查不合格"})

    assert (made.status_code, revoked.status_code, again.status_code) == (201, 200, 409)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "certificate_ends_before_start")
    assert SkillCertificate.objects.get().revoked_on == clock.today()


def test_equipment_is_registered_calibrated_and_moved(cast: Cast) -> None:
    item, program = make_item(), Program(cast.clerk_a)
    body = {"station": cast.station_a.code, "item": item.code, "serial_number": "S-1"}

    made = program.post("equipment/", body)
    twin = program.post("equipment/", body)
    number = made.json()["id"]
    checked = program.post(f"equipment/{number}/calibrate/", {"calibrated_on": clock.today().isoformat()})
    moved = program.post(f"equipment/{number}/move/", {"to": "in_repair", "reason": "屏幕损坏"})
    illegal = program.post(f"equipment/{number}/move/", {"to": "in_repair", "reason": "屏幕损坏"})

    assert (made.status_code, checked.status_code, moved.status_code) == (201, 200, 200)
    assert (twin.status_code, twin.json()["code"]) == (422, "serial_known")
    assert (illegal.status_code, illegal.json()["code"]) == (409, "transition_not_allowed")
    assert checked.json()["calibration_due_on"] is not None
    assert Program(cast.clerk_b).get(f"equipment/{number}/").status_code == 404
    assert Equipment.objects.get().status == "in_repair"


def test_sessions_are_planned_opened_and_filled(cast: Cast) -> None:
    session = make_session(is_open=False, seats=1)
    headquarters, owner = Program(cast.fresh("service_manager")), Program(cast.owner_a)
    body = {"session": session.number, "technician": cast.engineer_a.pk}

    closed = owner.post("enrollments/", body)
    opened = headquarters.post(f"training-sessions/{session.number}/open/", {})
    first = owner.post("enrollments/", body)
    second = owner.post("enrollments/", body | {"technician": make_technician(station=cast.station_a).pk})
    foreign = owner.post("enrollments/", body | {"technician": cast.engineer_b.pk})
    back = owner.post(f"enrollments/{first.json()['id']}/cancel/", {})

    assert (closed.status_code, opened.status_code) == (409, 200)
    assert (first.json()["status"], second.json()["status"]) == ("confirmed", "waiting")
    assert (foreign.status_code, back.status_code) == (400, 200)
    assert owner.get("enrollments/", status="confirmed").json()["results"][0]["id"] == second.json()["id"]

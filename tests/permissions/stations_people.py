"""Pages of people, tools and the training center. Records hang on station A; courses and sessions are everybody's."""

from datetime import timedelta
from typing import Any

from portal.core import clock
from stations import equipment, people, training
from stations.models import Course, Equipment, ExamAttempt
from tests.factories.stations import make_certificate, make_station, make_technician
from tests.factories.training import make_course, make_item, make_material, make_session
from tests.permissions import FIELD, HQ, STATION_A, STATION_B, Row, only
from tests.permissions.stations import MANAGER, REGION, at_station, form, station

READERS = (*HQ, *FIELD, *STATION_A)
OFFICE_A = ("owner_a", "clerk_a")
OFFICES = (*OFFICE_A, "owner_b", "clerk_b")
TECHNICIANS = ("technician_a", "technician_b")
EVERY_STATION = (*STATION_A, *STATION_B)


def at_office(*members: str, ok: int = 200) -> Any:
    """A person of station A: a technician sees only themselves."""
    return only(*members, ok=ok, hidden=(*STATION_B, "technician_a", "outsider", "supplier_x", "supplier_y"))


def technician(cast: Any) -> list[Any]:
    return [make_technician(station=cast.station_a).pk]


def left(cast: Any) -> list[Any]:
    return [make_technician(station=cast.station_a, is_active=False).pk]


def membership(cast: Any) -> list[Any]:
    return [cast.clerk_a.memberships.get().pk]


def ended(cast: Any) -> list[Any]:
    people.invite_clerk(cast.station_a, username="gone", display_name="离职文员", actor=None)
    row = cast.station_a.memberships.get(user__username="gone")
    return [people.end_membership(row, actor=None).pk]


def invited(cast: Any) -> list[Any]:
    people.invite_clerk(cast.station_a, username="new", display_name="新文员", actor=None)
    return [cast.station_a.memberships.get(user__username="new").pk]


def certificate(cast: Any) -> list[Any]:
    return [make_certificate(technician=make_technician(station=cast.station_a)).pk]


def transfer(cast: Any) -> list[Any]:
    other = make_station(dealer=cast.dealer_a, center=cast.center_a)
    moving = make_technician(station=cast.station_a)
    return [people.ask_transfer(moving, to_station=other, reason="新店缺人", actor=cast.owner_a).pk]


def piece(cast: Any) -> list[Any]:
    made: Equipment = equipment.register_equipment(
        cast.station_a, item=make_item(), serial_number="SN-1", actor=cast.owner_a
    )
    return [made.pk]


def course(_cast: Any) -> list[Any]:
    made: Course = make_course()
    return [made.pk]


def material(_cast: Any) -> list[Any]:
    return [make_material().pk]


def planned(_cast: Any) -> list[Any]:
    return [make_session(is_open=False).pk]


def opened(_cast: Any) -> list[Any]:
    return [make_session().pk]


def begun(_cast: Any) -> list[Any]:
    session = make_session()
    type(session).objects.filter(pk=session.pk).update(starts_at=clock.now() - timedelta(hours=1))
    return [session.pk]


def enrollment(cast: Any) -> list[Any]:
    return [training.enroll(make_session(), make_technician(station=cast.station_a), actor=cast.owner_a).pk]


def own_attempt(cast: Any) -> ExamAttempt:
    return training.start_exam(make_course(), cast.engineer_a, actor=cast.technician_a)


def attempt(cast: Any) -> list[Any]:
    return [own_attempt(cast).pk]


def submitted(cast: Any) -> list[Any]:
    running = training.start_exam(make_course(practical_points=20), cast.engineer_a, actor=cast.technician_a)
    return [training.submit_exam(running, actor=cast.technician_a).pk]


def of_all(*members: str, ok: int = 200) -> Any:
    """A record that everybody of the network sees."""
    return only(*members, ok=ok)


TRAINED = (*HQ, *FIELD, *EVERY_STATION)
ROWS = [
    Row("station_people", args=station, get=at_station(*READERS)),
    form("station_invite_owner", at_station(MANAGER, REGION), at_station(MANAGER, REGION, ok=422), station),
    form("station_invite_clerk", at_station("owner_a"), at_station("owner_a", ok=422), station),
    form("technician_add", at_station("owner_a"), at_station("owner_a", ok=422), station),
    Row("station_equipment", args=station, get=at_station(*READERS)),
    form("equipment_add", at_station(*OFFICE_A), at_station(*OFFICE_A, ok=422), station),
    form("membership_end", at_station("owner_a"), at_station("owner_a", ok=422), membership),
    Row("membership_reactivate", args=ended, get=at_station("owner_a")),
    form("membership_role", at_station("owner_a"), at_station("owner_a", ok=422), membership),
    Row("membership_invite", args=invited, get=at_station("owner_a")),
    Row("membership_revoke", args=invited, get=at_station("owner_a")),
    Row("technician_list", get=of_all(*TRAINED)),
    Row("technician_detail", args=technician, get=at_office(*HQ, *FIELD, *OFFICE_A)),
    form("technician_certify", at_office(MANAGER, REGION), at_office(MANAGER, REGION, ok=422), technician),
    form("technician_rate", at_office(MANAGER, REGION), at_office(MANAGER, REGION, ok=422), technician),
    form("technician_retire", at_office("owner_a"), at_office("owner_a", ok=422), technician),
    Row("technician_reinstate", args=left, get=at_office("owner_a")),
    form("technician_transfer", at_office("owner_a"), at_office("owner_a", ok=422), technician),
    Row("skill_matrix", get=of_all(*HQ, *FIELD, "owner_a", "owner_b")),
    Row("gap_list", get=of_all(*HQ, *FIELD, *OFFICES)),
    form("certificate_revoke", at_office(MANAGER, REGION), at_office(MANAGER, REGION, ok=422), certificate),
    Row("transfer_list", get=of_all(*HQ, *FIELD, *OFFICES)),
    Row("transfer_detail", args=transfer, get=at_station(*HQ, *FIELD, *OFFICE_A)),
    Row("transfer_approve", args=transfer, get=at_station(MANAGER, REGION)),
    form("transfer_refuse", at_station(MANAGER, REGION), at_station(MANAGER, REGION, ok=422), transfer),
    Row("transfer_withdraw", args=transfer, get=at_station("owner_a")),
    Row("equipment_list", get=of_all(*TRAINED)),
    Row("equipment_detail", args=piece, get=at_station(*READERS)),
    form("equipment_move", at_station(*OFFICE_A), at_station(*OFFICE_A, ok=422), piece),
    form("equipment_calibrate", at_station(*OFFICE_A), at_station(*OFFICE_A, ok=422), piece),
    Row("course_list", get=of_all(*TRAINED)),
    Row("course_detail", args=course, get=of_all(*TRAINED)),
    form("material_publish", of_all(MANAGER), of_all(MANAGER, ok=422), course),
    Row("material_detail", args=material, get=of_all(*TRAINED)),
    Row("session_list", get=of_all(*TRAINED)),
    Row("session_plan", get=of_all(MANAGER), post=of_all(MANAGER, ok=422)),
    Row("session_detail", args=opened, get=of_all(*TRAINED)),
    form("session_change", of_all(MANAGER), of_all(MANAGER, ok=422), opened),
    Row("session_open", args=planned, get=of_all(MANAGER)),
    Row("session_hold", args=begun, get=of_all(MANAGER)),
    form("session_cancel", of_all(MANAGER), of_all(MANAGER, ok=422), opened),
    form("session_enroll", of_all(*OFFICES), of_all(*OFFICES, ok=422), opened),
    Row("enrollment_cancel", args=enrollment, get=at_office(*OFFICE_A)),
    Row("my_learning", get=of_all(*TECHNICIANS)),
    Row("exam_start", args=course, get=of_all(*TECHNICIANS)),
    Row("exam_list", get=of_all(*TRAINED)),
    Row("exam_detail", args=attempt, get=at_station(*READERS)),
    Row("exam_paper", args=attempt, get=at_station("technician_a")),
    form("exam_practical", at_station(MANAGER), at_station(MANAGER, ok=422), submitted),
]

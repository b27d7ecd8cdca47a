"""The API of people, tools and training: 415 says that the door is open but a form is no JSON."""

from collections.abc import Callable
from typing import Any

from stations.models import Course, TrainingSession
from tests.permissions import FIELD, HQ, STATION_A, STATION_B, SUPPLIERS, Row
from tests.permissions.api import FOREIGN, NETWORK, api
from tests.permissions.stations import MANAGER, REGION
from tests.permissions.stations_people import (
    OFFICE_A,
    OFFICES,
    TECHNICIANS,
    begun,
    certificate,
    course,
    ended,
    enrollment,
    invited,
    left,
    material,
    membership,
    opened,
    piece,
    planned,
    submitted,
    technician,
    transfer,
)

HIDDEN = (*STATION_B, *SUPPLIERS, "outsider")
PERSONAL = (*HIDDEN, "technician_a")


def number_of(args: Callable[[Any], list[Any]]) -> Callable[[Any], list[Any]]:
    """The address by number instead of by row."""

    def by_number(cast: Any) -> list[Any]:
        return [TrainingSession.objects.get(pk=args(cast)[0]).number]

    return by_number


def course_code(cast: Any) -> list[Any]:
    return [Course.objects.get(pk=course(cast)[0]).code]


def question(cast: Any) -> list[Any]:
    return [Course.objects.get(pk=course(cast)[0]).questions.first().pk]


BANK = (MANAGER, "admin")
NOT_HQ = (*FIELD, *OFFICES, *TECHNICIANS, *SUPPLIERS, "outsider")
ROWS = [
    Row("api_technicians", get=api(*NETWORK), post=api("owner_a", "owner_b", ok=415)),
    Row("api_technician", args=technician, get=api(*HQ, *FIELD, *OFFICE_A, hidden=PERSONAL)),
    Row("api_certificates", get=api(*NETWORK), post=api(MANAGER, REGION, ok=415)),
    Row("api_certificate_revoke", args=certificate, post=api(MANAGER, REGION, ok=415, hidden=PERSONAL)),
    Row("api_equipment", get=api(*NETWORK), post=api(*OFFICES, ok=400)),
    Row("api_piece", args=piece, get=api(*HQ, *FIELD, *STATION_A, hidden=FOREIGN)),
    Row("api_piece_move", args=piece, post=api(*OFFICE_A, ok=415, hidden=FOREIGN)),
    Row("api_piece_calibrate", args=piece, post=api(*OFFICE_A, ok=400, hidden=FOREIGN)),
    Row("api_technician_rate", args=technician, post=api(MANAGER, REGION, ok=415, hidden=PERSONAL)),
    Row("api_technician_retire", args=technician, post=api("owner_a", ok=415, hidden=PERSONAL)),
    Row("api_technician_reinstate", args=left, post=api("owner_a", ok=415, hidden=PERSONAL)),
    Row("api_memberships", get=api(MANAGER, "admin", "auditor", *FIELD, "owner_a", "owner_b")),
    Row("api_membership_end", args=membership, post=api("owner_a", ok=415, hidden=HIDDEN)),
    Row("api_membership_reactivate", args=ended, post=api("owner_a", ok=415, hidden=HIDDEN)),
    Row("api_membership_role", args=membership, post=api("owner_a", ok=415, hidden=HIDDEN)),
    Row("api_membership_revoke", args=invited, post=api("owner_a", ok=415, hidden=HIDDEN)),
    Row("api_transfers", get=api(*HQ, *FIELD, *OFFICES), post=api("owner_a", "owner_b", ok=415)),
    Row("api_transfer", args=transfer, get=api(*HQ, *FIELD, *OFFICE_A, hidden=HIDDEN)),
    Row("api_transfer_approve", args=transfer, post=api(MANAGER, REGION, ok=415, hidden=HIDDEN)),
    Row("api_transfer_refuse", args=transfer, post=api(MANAGER, REGION, ok=415, hidden=HIDDEN)),
    Row("api_transfer_withdraw", args=transfer, post=api("owner_a", ok=415, hidden=HIDDEN)),
    Row("api_gaps", get=api(*HQ, *FIELD, *OFFICES)),
    Row("api_courses", get=api(*NETWORK)),
    Row("api_course", args=course_code, get=api(*NETWORK)),
    Row("api_course_materials", args=course_code, post=api(MANAGER, ok=400)),
    Row("api_materials", get=api(*NETWORK)),
    Row("api_material", args=material, get=api(*NETWORK)),
    Row("api_questions", get=api(*BANK, "auditor"), post=api(*BANK, ok=415)),
    Row(
        "api_question_change",
        args=question,
        post=api(*BANK, ok=415, hidden=(*FIELD, *OFFICES, *TECHNICIANS, *SUPPLIERS, "outsider")),
    ),
    Row("api_exams", get=api(*NETWORK)),
    Row("api_exam_practical", args=submitted, post=api(MANAGER, ok=415, hidden=FOREIGN)),
    Row("api_session_change", args=number_of(opened), post=api(MANAGER, ok=415)),
    Row("api_session_hold", args=number_of(begun), post=api(MANAGER, ok=415)),
    Row("api_session_cancel", args=number_of(opened), post=api(MANAGER, ok=415)),
    Row("api_product_families", get=api(*NETWORK, *SUPPLIERS)),
    Row("api_product_models", get=api(*NETWORK, *SUPPLIERS)),
    Row("api_operation_centers", get=api(*NETWORK, *SUPPLIERS)),
    Row("api_dealers", get=api(*HQ, *FIELD, "owner_a", "owner_b")),
    Row("api_dealer_classes", get=api(*HQ, *FIELD, "owner_a", "owner_b")),
    Row("api_equipment_items", get=api(*NETWORK)),
    Row("api_sessions", get=api(*NETWORK), post=api(MANAGER, ok=415)),
    Row("api_session", args=number_of(opened), get=api(*NETWORK)),
    Row("api_session_open", args=number_of(planned), post=api(MANAGER, ok=415)),
    Row("api_enrollments", get=api(*NETWORK), post=api(*OFFICES, ok=415)),
    Row("api_enrollment_cancel", args=enrollment, post=api(*OFFICE_A, ok=415, hidden=PERSONAL)),
]

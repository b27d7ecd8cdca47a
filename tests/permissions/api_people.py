"""The API of people, tools and training: 415 says that the door is open but a form is no JSON."""

from collections.abc import Callable
from typing import Any

from stations.models import TrainingSession
from tests.permissions import FIELD, HQ, STATION_A, STATION_B, SUPPLIERS, Row
from tests.permissions.api import FOREIGN, NETWORK, api
from tests.permissions.stations import MANAGER, REGION
from tests.permissions.stations_people import (
    OFFICE_A,
    OFFICES,
    certificate,
    enrollment,
    opened,
    piece,
    planned,
    technician,
)

HIDDEN = (*STATION_B, *SUPPLIERS, "outsider")
PERSONAL = (*HIDDEN, "technician_a")


def number_of(args: Callable[[Any], list[Any]]) -> Callable[[Any], list[Any]]:
    """The address by number instead of by row."""

    def by_number(cast: Any) -> list[Any]:
        return [TrainingSession.objects.get(pk=args(cast)[0]).number]

    return by_number


ROWS = [
    Row("api_technicians", get=api(*NETWORK), post=api("owner_a", "owner_b", ok=415)),
    Row("api_technician", args=technician, get=api(*HQ, *FIELD, *OFFICE_A, hidden=PERSONAL)),
    Row("api_certificates", get=api(*NETWORK), post=api(MANAGER, REGION, ok=415)),
    Row("api_certificate_revoke", args=certificate, post=api(MANAGER, REGION, ok=415, hidden=PERSONAL)),
    Row("api_equipment", get=api(*NETWORK), post=api(*OFFICES, ok=415)),
    Row("api_piece", args=piece, get=api(*HQ, *FIELD, *STATION_A, hidden=FOREIGN)),
    Row("api_piece_move", args=piece, post=api(*OFFICE_A, ok=415, hidden=FOREIGN)),
    Row("api_piece_calibrate", args=piece, post=api(*OFFICE_A, ok=415, hidden=FOREIGN)),
    Row("api_sessions", get=api(*NETWORK), post=api(MANAGER, ok=415)),
    Row("api_session", args=number_of(opened), get=api(*NETWORK)),
    Row("api_session_open", args=number_of(planned), post=api(MANAGER, ok=415)),
    Row("api_enrollments", get=api(*NETWORK), post=api(*OFFICES, ok=415)),
    Row("api_enrollment_cancel", args=enrollment, post=api(*OFFICE_A, ok=415, hidden=PERSONAL)),
]

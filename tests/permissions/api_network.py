"""The API of recruiting and coverage: the rows of the pages."""

from typing import Any

from tests.permissions import ALL, FIELD, HQ, STATION_A, STATION_B, SUPPLIERS, Expected, Row, only
from tests.permissions.stations import MANAGER, REGION, candidate, closed_days, duty, lost_candidate

WATCH = (MANAGER, "admin", "auditor")
FAR = (*STATION_A, *STATION_B, *SUPPLIERS, "outsider")
FOREIGN = (*STATION_B, *SUPPLIERS, "outsider")


def api(*members: str, ok: int = 200, hidden: Any = ()) -> Expected:
    """As only(), for programs."""
    return only(*members, ok=ok, hidden=hidden, anonymous=401)


def code(cast: Any) -> list[Any]:
    return [cast.station_a.code]


def act(name: str, *members: str, args: Any = candidate) -> Row:
    """An act on a candidate of the East; 415 says that the door is open, but a form is no JSON."""
    return Row(name, args=args, post=api(*members, ok=415, hidden=FAR))


def of_station(name: str, *members: str) -> Row:
    return Row(name, args=code, post=api(*members, ok=415, hidden=FOREIGN))


ROWS = [
    Row("api_candidates", get=api(*WATCH, *FIELD), post=api(MANAGER, *FIELD, ok=415)),
    Row("api_candidate", args=candidate, get=api(*WATCH, *FIELD, hidden=FAR)),
    act("api_candidate_facts", MANAGER, *FIELD),
    act("api_candidate_talks", MANAGER, *FIELD),
    act("api_candidate_negotiate", MANAGER, *FIELD),
    act("api_candidate_invite", MANAGER, *FIELD),
    act("api_candidate_lose", MANAGER, *FIELD),
    act("api_candidate_reopen", MANAGER, *FIELD, args=lost_candidate),
    act("api_candidate_contacts", MANAGER, *FIELD),
    act("api_candidate_assign", MANAGER, REGION),
    Row("api_duties", get=api(*HQ, *FIELD, "owner_a", "owner_b"), post=api(MANAGER, ok=415)),
    Row("api_duty", args=duty, get=api(*HQ, *FIELD, "owner_a", hidden=(*FOREIGN, "clerk_a", "technician_a"))),
    Row("api_white_spots", get=api(*WATCH, *FIELD)),
    Row("api_closed_days_remove", args=closed_days, post=api("owner_a", ok=415, hidden=FOREIGN)),
    Row("api_station_service", args=code, get=api(*HQ, *FIELD, *STATION_A, hidden=FOREIGN), post=api(*ALL, ok=405)),
    of_station("api_station_area", MANAGER, REGION),
    of_station("api_station_hours", "owner_a"),
    of_station("api_station_closed_days", "owner_a"),
]

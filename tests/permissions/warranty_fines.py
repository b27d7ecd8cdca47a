"""Fines against stations, for people and programs. A proposal is headquarters' alone; an approved one is station A's."""

from typing import Any

from tests.factories.fines import make_approved, make_fine
from tests.permissions import FIELD, STATION, STATION_B, SUPPLIERS, Row, only
from tests.permissions.api import api

OFFICE = ("owner_a", "clerk_a", "owner_b", "clerk_b")
OFFICE_A = ("owner_a", "clerk_a")
DESK = ("finance", "service_manager", "auditor", "admin")
READERS = (*DESK, "reviewer", "approver", "quality")
PROPOSERS = ("finance", "service_manager", "reviewer", "quality")
DECIDERS = ("finance", "approver")
STRANGERS = (*STATION_B, *SUPPLIERS, "outsider")
NOT_HQ = (*STATION, *FIELD, *SUPPLIERS, "outsider")


def proposed(cast: Any) -> list[Any]:
    """A proposal of somebody else's."""
    return [make_fine(station=cast.station_a).pk]


def own(cast: Any) -> list[Any]:
    """A proposal of the reviewer's."""
    return [make_fine(station=cast.station_a, actor=cast.reviewer).pk]


def approved(cast: Any) -> list[Any]:
    """One that station A reads."""
    return [make_approved(station=cast.station_a).pk]


ROWS = [
    Row("fine_list", get=only(*READERS, *OFFICE, *FIELD)),
    Row("fine_new", get=only(*PROPOSERS)),
    Row("fine_detail", args=proposed, get=only(*READERS, hidden=NOT_HQ), label="proposed"),
    Row("fine_detail", args=approved, get=only(*READERS, *OFFICE_A, *FIELD, hidden=STRANGERS)),
    Row("fine_approve", args=proposed, get=only(*DECIDERS, hidden=NOT_HQ)),
    Row("fine_refuse", args=proposed, get=only(*DECIDERS, hidden=NOT_HQ)),
    Row("fine_withdraw", args=own, get=only("reviewer", hidden=NOT_HQ)),
    Row("fine_take_back", args=approved, get=only(*DECIDERS, hidden=STRANGERS)),
    Row("api_fines", get=api(*READERS, *OFFICE, *FIELD), post=api(*PROPOSERS, ok=400)),
    Row("api_fine", args=approved, get=api(*READERS, *OFFICE_A, *FIELD, hidden=STRANGERS)),
    Row("api_fine_approve", args=proposed, post=api(*DECIDERS, ok=415, hidden=NOT_HQ)),
    Row("api_fine_refuse", args=proposed, post=api(*DECIDERS, ok=415, hidden=NOT_HQ)),
    Row("api_fine_withdraw", args=own, post=api("reviewer", ok=415, hidden=NOT_HQ)),
    Row("api_fine_take_back", args=approved, post=api(*DECIDERS, ok=415, hidden=STRANGERS)),
]

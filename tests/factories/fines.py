"""Fines against stations, brought there by the operations."""

from decimal import Decimal
from typing import Any

from portal.accounts.roles import Role
from tests.factories.claims import photo
from tests.factories.stations import make_user
from warranty import fines
from warranty.models import StationFine

WHAT = "经查实向用户重复收取上门费 80 元"


def make_fine(*, station: Any, amount: str = "500.00", **given: Any) -> StationFine:
    """A proposal of finance's."""
    said = {"reason_code": "FINE_OVERCHARGED", "reason": WHAT, "document_number": "处罚〔2025〕12 号"}
    kept = {"document": photo(), "actor": given.pop("actor", None) or make_user(Role.FINANCE)}
    return fines.propose_fine(station, amount=Decimal(amount), **said | kept | given)


def make_approved(*, station: Any, **given: Any) -> StationFine:
    """An approved one."""
    return fines.approve_fine(make_fine(station=station, **given), actor=make_user(Role.APPROVER))

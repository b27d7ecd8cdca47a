"""A paper is read by whoever may read its record, also by its number; and an import by whoever may make one like it."""

from typing import Any

import pytest

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.documents import documents_of
from portal.core.models import ImportBatch
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import make_granted_claim
from tests.factories.stations import make_member, make_user
from warranty import settlement
from warranty.settlement_imports import BANK
from warranty.settlement_rules import month_of

AWAY = (Role.WAREHOUSE, Role.APPRAISER, Role.AGENT)


@pytest.fixture
def paper(desk: Desk, june: Any) -> Any:
    """A statement of the desk's station, issued."""
    make_granted_claim(desk.station)
    period = month_of(clock.today())
    june("2025-07-05 08:00:00")
    draft = settlement.build_statement(desk.station, period, actor=desk.finance)
    return documents_of(settlement.issue_statement(draft, actor=desk.finance), "statement").get()


def test_a_statement_is_read_by_number_by_whom_its_page_is_for(desk: Desk, paper: Any) -> None:
    seen = {}
    readers = {"finance": desk.finance, "owner": desk.owner, "supplier": desk.supplier_user}
    readers |= {role.value: make_user(role) for role in AWAY}
    readers["technician"] = make_member(Role.TECHNICIAN, station=desk.station)
    for name, user in readers.items():
        pages = [
            f"/documents/{paper.pk}/",
            f"/warranty/statements/{paper.subject_id}/",
            f"/api/v1/pdfs/{paper.pk}/",
        ]
        seen[name] = [as_user(user).get(page).status_code for page in pages]

    assert seen.pop("finance") == [200, 200, 200]
    assert seen.pop("owner") == [200, 200, 200]
    assert seen.pop("supplier") == [404, 404, 404]
    assert set(map(tuple, seen.values())) == {(403, 403, 403)}


def test_the_banks_file_is_finances(desk: Desk) -> None:
    batch = ImportBatch.objects.create(
        number="IM-1", kind=BANK, status="checked", name="bank.csv", file="x", size=1, sha256="0" * 64,
        uploaded_by=desk.finance, uploaded_at=clock.now(),
    )  # fmt: skip
    other, manager = make_user(Role.FINANCE), make_user(Role.SERVICE_MANAGER)
    users = [desk.finance, other, manager, *(make_user(role) for role in AWAY)]

    seen = [as_user(user).get(f"/imports/{batch.pk}/").status_code for user in users]
    listed = ["bank.csv" in as_user(user).get("/imports/").content.decode() for user in users]

    assert seen == [200, 200, 200, 404, 404, 404]
    assert listed == [True, True, True, False, False, False]

"""check_books names the statement and the note that were changed behind the operations, and asks once for however many."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.accounts.roles import Role
from portal.core import jobs
from tests.database import owner
from tests.desks import make_desk
from tests.factories.settlement import make_granted_claim
from tests.factories.stations import make_user
from tests.warranty_settlement.test_disputes import answered
from tests.warranty_settlement.test_hold import invoiced
from warranty import review, settlement, settlement_posting
from warranty.models import Chargeback, Statement
from warranty.settlement_checks import chargebacks_off, statements_off

pytestmark = pytest.mark.django_db(transaction=True)


def tamper(statement: str) -> None:
    with owner() as db:
        db.execute("SET session_replication_role = replica")  # as nobody but an owner could
        db.execute(statement)


@pytest.fixture
def note(june: Any) -> Chargeback:
    """Answered, half of it accepted."""
    return answered(make_desk(), "0.5")


def another(note: Chargeback) -> None:
    """One more note of the same supplier, not answered, without lines."""
    Chargeback.objects.create(
        supplier=note.supplier,
        period=note.period,
        number=f"{note.number}-{Chargeback.objects.count()}",
        batched_at=note.batched_at,
        claimed=0,
    )


@pytest.fixture
def statement(june: Any) -> Statement:
    return invoiced(make_desk(), june)


@pytest.mark.parametrize(
    "sets",
    ["claimed = claimed + 1, disputed = disputed + 1", "recovered = 1", "claimed = 0, accepted = 0, disputed = 0"],
)
def test_a_note_that_does_not_add_up_is_named(note: Chargeback, sets: str) -> None:
    assert list(chargebacks_off()) == []

    tamper(f"UPDATE warranty_chargeback SET {sets}")

    assert list(chargebacks_off()) == [f"{note.number} 合计不符"]


@pytest.mark.parametrize(
    "sets",
    ["net = net + 1, gross = gross + 1", "tax = tax + 1, gross = gross + 1", 'header = header || \'{"bank": "x"}\''],
)
def test_a_statement_that_was_changed_is_named(statement: Statement, sets: str) -> None:
    assert list(statements_off()) == []

    tamper(f"UPDATE warranty_statement SET {sets}")

    found = list(statements_off())
    assert found
    assert all(statement.number in each for each in found)


def test_sums_of_all_notes_are_asked_for_at_once(note: Chargeback) -> None:
    counts = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert list(chargebacks_off()) == []
        counts.append(len(asked))
        another(note)

    assert counts == [3, 3]


def test_fingerprints_of_all_statements_are_rebuilt_together(june: Any) -> None:
    """Also of one that takes up what the month before was below 0: its line has no item of its own."""
    june("2025-05-20 10:00:00")
    station = make_desk().station
    reversed_later = make_granted_claim(station)
    settlement_posting.credit_claim(reversed_later)
    june("2025-06-20 10:00:00")
    settlement.issue_statement(
        settlement.build_statement(station, date(2025, 5, 1), actor=None), actor=make_user(Role.FINANCE)
    )
    review.reverse_claim(reversed_later, reason="审计发现索赔依据不足，予以冲回", actor=make_user(Role.APPROVER))
    jobs.drain()
    for instant, period in (("2025-07-05 09:00:00", date(2025, 6, 1)), ("2025-08-05 09:00:00", date(2025, 7, 1))):
        june(instant)
        draft = settlement.build_statement(station, period, actor=None)
        issued = settlement.issue_statement(draft, actor=make_user(Role.FINANCE))
        settlement.confirm_statement(issued, actor=None)
    statements = list(Statement.objects.order_by("pk"))
    assert [line.kind for line in statements[-1].lines.all()] == ["brought_forward"]

    with CaptureQueriesContext(connection) as asked:
        found = settlement.rebuilt_fingerprints(statements)

    assert found == {each.pk: each.fingerprint for each in statements}
    assert len(asked) == 2

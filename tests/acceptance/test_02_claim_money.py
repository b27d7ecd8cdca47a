"""Acceptance scenario 2: what a claim of a grade-B station is worth, line by line, decided by the system."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from portal.core import clock
from tests.factories.claims import make_bench
from warranty import claims


@pytest.fixture(autouse=True)
def _on_the_day() -> None:
    clock.set(datetime(2026, 10, 5, 4, tzinfo=UTC))
    yield
    clock.set(None)


@pytest.mark.django_db
def test_money_of_a_claim() -> None:
    bench = make_bench()

    claim = claims.submit_claim(bench.draft(), actor=bench.owner)

    claim.refresh_from_db()
    lines = {line.kind: line for line in claim.lines.all()}
    assert {kind: line.claimed_amount for kind, line in lines.items()} == {
        "part": Decimal("330.00"),
        "labor": Decimal("160.00"),
        "travel": Decimal("39.00"),
    }
    assert {kind: line.approved_amount for kind, line in lines.items()} == {
        "part": Decimal("330.00"),
        "labor": Decimal("96.00"),
        "travel": Decimal("39.00"),
    }
    assert (claim.claimed_total, claim.allowed_total, claim.approved_total) == (
        Decimal("529.00"),
        Decimal("465.00"),
        Decimal("465.00"),
    )
    assert lines["labor"].cut == Decimal("64.00")
    assert lines["labor"].reason_code.code == "ELH"
    assert claim.risk_score == 15
    assert claim.status == "partially_approved"
    assert claim.decided_by is None
    assert claim.explanation["decision"]["auto_limit"] == "500"
    assert claim.approved_total <= 500

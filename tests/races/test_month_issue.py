"""Issuing a month pressed twice, and a month issued while its station disputes the one before; and what the locks are for: without
them the second press is stopped by the table of moves alone, with a number taken."""
# ruff: noqa: F811 the fixtures are imported

from datetime import date
from typing import Any

import pytest

from tests.conftest import race
from tests.desks import Desk, june  # noqa: F401 a fixture
from tests.factories.settlement import at, make_granted_claim
from tests.races.test_settlement import desk  # noqa: F401 a fixture
from tests.races.test_settlement_controls import meeting
from warranty import settlement
from warranty import settlement_posting as posting
from warranty.models import ClosedMonth, Statement
from warranty.settlement import issuing
from warranty.settlement_checks import CHECKS

pytestmark = pytest.mark.django_db(transaction=True)
JUNE, JULY = date(2025, 6, 1), date(2025, 7, 1)
WHY = "工时金额与实际派工不符"


def drafted(desk: Desk, june: Any) -> Statement:
    """June's draft."""
    posting.credit_claim(make_granted_claim(desk.station, part=desk.part))
    june("2025-07-05 09:00:00")
    return settlement.build_statement(desk.station, JUNE, actor=None)


def press_twice(desk: Desk, draft: Statement) -> list[Any]:
    return race(2, lambda _n: settlement.issue_statement(Statement.objects.get(pk=draft.pk), actor=desk.finance))


def test_a_month_issued_twice_at_once_takes_one_number(desk: Desk, june: Any) -> None:
    results = press_twice(desk, drafted(desk, june))

    assert sorted(type(each).__name__ for each in results) == ["AlreadyThere", "Statement"]
    assert Statement.objects.get().status == "issued"
    assert ClosedMonth.objects.count() == 1
    assert [said for check in CHECKS.values() for said in check()] == []


def test_without_locks_both_presses_take_a_number(desk: Desk, june: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: both have seen a draft, so only the table of moves is left to stop the second."""
    draft = drafted(desk, june)
    numbers: list[str] = []
    take = issuing.take_number

    def taken(*given: Any, **named: Any) -> str:
        numbers.append(take(*given, **named))
        return numbers[-1]

    monkeypatch.setattr(issuing.posting, "hold_station", lambda _station: None)
    monkeypatch.setattr(issuing, "lock", meeting(2, lambda row: type(row)._base_manager.get(pk=row.pk)))
    monkeypatch.setattr(issuing, "take_number", taken)

    results = press_twice(desk, draft)

    assert len(numbers) == 2
    assert sum(isinstance(each, Statement) for each in results) == 1


def with_june_issued_and_july_drafted(desk: Desk, june: Any) -> tuple[Statement, Statement]:
    first = settlement.issue_statement(drafted(desk, june), actor=desk.finance)
    july = make_granted_claim(desk.station, part=desk.part, decided_at=at("2025-07-10 10:00:00"))
    june("2025-07-10 10:00:00")
    posting.credit_claim(july)
    june("2025-08-05 09:00:00")
    return first, settlement.build_statement(desk.station, JULY, actor=None)


def dispute_and_issue(desk: Desk, first: Statement, second: Statement) -> list[Any]:
    line = first.lines.get()

    def act(number: int) -> Any:
        if number:
            return settlement.issue_statement(Statement.objects.get(pk=second.pk), actor=desk.finance)
        row = Statement.objects.get(pk=first.pk)
        return settlement.dispute_lines(row, reasons={line.pk: WHY}, actor=desk.owner)

    return race(2, act)


def test_a_line_disputed_while_the_next_month_is_issued_waits_for_a_month_that_is_open(desk: Desk, june: Any) -> None:
    first, second = with_june_issued_and_july_drafted(desk, june)
    item = first.lines.get().item

    results = dispute_and_issue(desk, first, second)

    assert [type(each).__name__ for each in results] == ["Statement", "Statement"]
    june("2025-09-05 09:00:00")
    built = settlement.build_statement(desk.station, date(2025, 8, 1), actor=None)
    assert [line.item for line in built.lines.all()] == [item]
    assert [said for check in CHECKS.values() for said in check()] == []

"""Two give away the last of a goodwill budget at once: one wins, the other is told; without the lock both believe they won."""

from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db.models import QuerySet

from portal.core import clock
from tests.conftest import race
from tests.factories.claims import noon
from tests.factories.goodwill import authorize, make_asked, make_budget, make_giver
from tests.factories.stations import make_station
from warranty import goodwill
from warranty.models import GoodwillAuthorization, GoodwillBudget


@pytest.fixture(autouse=True)
def _on_the_day() -> Any:
    clock.set(noon(date(2026, 10, 5)))
    yield
    clock.set(None)


def two_give() -> tuple[GoodwillBudget, list[Any]]:
    """A budget of 700, and what two who give 500 each got."""
    budget = make_budget(amount="700")
    station = make_station()
    asked = [make_asked(station=station, amount="500") for _number in range(2)]
    givers = [make_giver() for _number in range(2)]

    def give(number: int) -> Any:
        return authorize(GoodwillAuthorization.objects.get(pk=asked[number].pk), actor=givers[number])

    return budget, race(2, give)


@pytest.mark.django_db(transaction=True)
def test_one_of_two_gets_the_last_of_the_budget() -> None:
    budget, answers = two_give()

    winners = [answer for answer in answers if isinstance(answer, GoodwillAuthorization)]
    losers = [answer for answer in answers if isinstance(answer, goodwill.BudgetUsedUp)]
    budget.refresh_from_db()
    assert (len(winners), len(losers), budget.reserved) == (1, 1, 500)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_get_past_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: both read 700 as left before either writes."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
    both_have_read, past_the_check = Barrier(2, timeout=10), []
    check = goodwill._left_for

    def count(row: GoodwillAuthorization, source: GoodwillBudget) -> None:
        both_have_read.wait()
        check(row, source)
        past_the_check.append(row.pk)

    monkeypatch.setattr(goodwill, "_left_for", count)

    two_give()

    assert len(past_the_check) == 2

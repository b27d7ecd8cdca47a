"""Eight approvers decide one claim at once: one wins, seven are told; without the lock all eight believe they won."""

from datetime import date
from typing import Any

import pytest

from portal.accounts.roles import Role
from portal.core import clock, states
from portal.core.states import TransitionNotAllowed
from tests.conftest import race
from tests.factories.claims import make_bench, noon
from tests.factories.stations import make_user
from warranty import review
from warranty.models import ClaimDecision, WarrantyClaim


@pytest.fixture(autouse=True)
def _on_the_day() -> Any:
    clock.set(noon(date(2026, 10, 5)))
    yield
    clock.set(None)


def eight_decide() -> tuple[WarrantyClaim, list[Any]]:
    """The claim and what each of eight approvers got."""
    claim = make_bench().submitted(qty="4")
    approvers = [make_user(Role.APPROVER) for _number in range(8)]
    proposals = review.proposals(claim)

    def decide(number: int) -> Any:
        seen = WarrantyClaim.objects.get(pk=claim.pk)
        return review.decide_lines(seen, decisions=proposals, actor=approvers[number])

    return claim, race(8, decide)


@pytest.mark.django_db(transaction=True)
def test_one_of_eight_approvers_wins() -> None:
    claim, answers = eight_decide()

    winners = [answer for answer in answers if isinstance(answer, WarrantyClaim)]
    losers = [answer for answer in answers if isinstance(answer, TransitionNotAllowed)]
    assert (len(winners), len(losers)) == (1, 7)
    assert ClaimDecision.objects.filter(claim=claim).count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_more_than_one_gets_past_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: read without a lock, several pass; only the database's own walls are left."""
    monkeypatch.setattr(review, "lock", lambda row, *_related: type(row)._base_manager.get(pk=row.pk))
    past_the_check: list[int] = []
    close = review.adjudication.close

    def count(claim: WarrantyClaim, *args: Any, **options: Any) -> WarrantyClaim:
        past_the_check.append(claim.pk)
        return close(claim, *args, **options)

    monkeypatch.setattr(review.adjudication, "close", count)
    monkeypatch.setattr(review, "_lines_of", lambda claim: {line.pk: line for line in claim.lines.all()})
    assert states.lock is not review.lock

    eight_decide()

    assert len(past_the_check) > 1

"""Acts on one claim at once: approved and withdrawn, submitted twice, its approval followed twice; one wins."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.models import Event
from portal.core.states import TransitionNotAllowed
from tests.conftest import race
from tests.factories.claims import make_bench, noon
from tests.factories.stations import make_user
from warranty import claims, review, settlement_jobs
from warranty.models import ClaimDecision, SettlementItem, WarrantyClaim

EIGHT = 8


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(date(2026, 10, 5)))
    yield
    clock.set(None)


def without_lock(row: Any, *_related: str) -> Any:
    """The row as it is, kept from nobody."""
    return type(row)._base_manager.get(pk=row.pk)


def approve_and_withdraw() -> tuple[WarrantyClaim, list[Any]]:
    """Four approvers decide a claim while its station withdraws it four times."""
    bench = make_bench()
    claim = bench.submitted(qty="4")
    approvers, proposals = [make_user(Role.APPROVER) for _each in range(4)], review.proposals(claim)

    def act(number: int) -> Any:
        seen = WarrantyClaim.objects.get(pk=claim.pk)
        if number % 2:
            return claims.withdraw_claim(seen, actor=bench.owner)
        return review.decide_lines(seen, decisions=proposals, actor=approvers[number // 2])

    return claim, race(EIGHT, act)


@pytest.mark.django_db(transaction=True)
def test_a_claim_is_decided_or_withdrawn_never_both() -> None:
    claim, answers = approve_and_withdraw()

    assert sum(isinstance(answer, WarrantyClaim) for answer in answers) == 1
    assert sum(isinstance(answer, TransitionNotAllowed) for answer in answers) == EIGHT - 1
    decided = ClaimDecision.objects.filter(claim=claim).count()
    assert (WarrantyClaim.objects.get(pk=claim.pk).status, decided) in {("withdrawn", 0), ("partially_approved", 1)}


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_several_get_past_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: only the database's own walls are left."""
    past: list[str] = []
    for module in (review, claims):
        monkeypatch.setattr(module, "lock", without_lock)
    monkeypatch.setattr(review, "_lines_of", lambda claim: {line.pk: line for line in claim.lines.all()})
    close, move = review.adjudication.close, claims.move
    monkeypatch.setattr(review.adjudication, "close", lambda *a, **kw: (past.append("decided"), close(*a, **kw))[1])
    monkeypatch.setattr(claims, "move", lambda *a, **kw: (past.append("withdrawn"), move(*a, **kw))[1])

    approve_and_withdraw()

    assert len(past) > 1


@pytest.mark.django_db(transaction=True)
def test_a_draft_sent_eight_times_is_one_claim() -> None:
    bench = make_bench()
    draft = bench.draft()

    answers = race(EIGHT, lambda _n: claims.submit_claim(WarrantyClaim.objects.get(pk=draft.pk), actor=bench.owner))

    assert sum(isinstance(answer, WarrantyClaim) for answer in answers) == 1
    assert WarrantyClaim.objects.get(pk=draft.pk).versions.count() == 1
    assert ClaimDecision.objects.filter(claim=draft).count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_approval_followed_eight_times_at_once_is_credited_once() -> None:
    claim = make_bench().submitted()
    event = Event.objects.get(kind__in=["warrantyclaim.approved", "warrantyclaim.partially_approved"])

    race(EIGHT, lambda _n: settlement_jobs.follow_approval(event))

    assert SettlementItem.objects.filter(claim=claim).count() == 1
    assert claim.failed_parts.count() == len(set(claim.failed_parts.values_list("line", "piece")))

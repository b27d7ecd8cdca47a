"""Every state, act and role: who may bring a claim from where to where, through the operations; everything else is refused.

One claim is brought to every state by the table itself; each cell is tried in a savepoint that is rolled back.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.errors import Refusal
from portal.core.states import TransitionNotAllowed
from tests.factories.claims import Bench, make_bench, noon
from tests.factories.stations import make_user
from warranty import claims, review
from warranty.models import ClaimDecision, ClaimStatus, WarrantyClaim
from warranty.states import CLAIM_MOVES

DAY = date(2026, 10, 5)
WHY = "现场核实与申报内容不一致"
S = ClaimStatus
STATION, DECIDERS = {"owner"}, {"reviewer", "approver"}


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(DAY))
    yield
    clock.set(None)


def refused_lines(claim: WarrantyClaim) -> list[review.LineDecision]:
    """Every line gets nothing."""
    return [review.LineDecision(row.line_id, row.amount * 0, "OTHER", WHY) for row in review.proposals(claim)]


ACTS: dict[str, tuple[str, Callable[[WarrantyClaim, Any], Any], set[str], set[str]]] = {
    # act: permission, operation, from these states, by these people
    "submit": ("warranty.submit_claim", lambda c, who: claims.submit_claim(c, actor=who), {S.DRAFT, S.INFO_REQUESTED}, STATION),
    "withdraw": (
        "warranty.withdraw_claim", lambda c, who: claims.withdraw_claim(c, actor=who, note=WHY),
        {S.DRAFT, S.IN_REVIEW, S.INFO_REQUESTED}, STATION,
    ),
    "approve": (
        "warranty.approve_claim", lambda c, who: review.decide_lines(c, decisions=review.proposals(c), actor=who),
        {S.IN_REVIEW}, DECIDERS,
    ),
    "reject": (
        "warranty.approve_claim", lambda c, who: review.decide_lines(c, decisions=refused_lines(c), actor=who),
        {S.IN_REVIEW}, DECIDERS,
    ),
    "ask": (
        "warranty.request_info", lambda c, who: review.request_info(c, question=WHY, actor=who), {S.IN_REVIEW}, DECIDERS,
    ),
    "answer": (
        "warranty.answer_question", lambda c, who: review.answer_question(c, answer=WHY, actor=who),
        {S.INFO_REQUESTED}, STATION,
    ),
    "reverse": (
        "warranty.reverse_claim", lambda c, who: review.reverse_claim(c, reason=WHY, actor=who),
        {S.APPROVED, S.PARTIALLY_APPROVED, S.SETTLED, S.PAID}, {"approver"},
    ),
}  # fmt: skip


def in_every_state(bench: Bench, reviewer: Any) -> Iterator[tuple[str, WarrantyClaim]]:
    """One claim in each state that it can be met in (submitted and checked are passed within one transaction)."""
    yield S.DRAFT, bench.draft(qty="4")
    waiting = bench.submitted(qty="4")
    yield S.IN_REVIEW, waiting
    ends: dict[str, Callable[[WarrantyClaim], Any]] = {
        S.INFO_REQUESTED: lambda c: review.request_info(c, question=WHY, actor=reviewer),
        S.WITHDRAWN: lambda c: claims.withdraw_claim(c, actor=bench.owner),
        S.REJECTED: lambda c: review.decide_lines(c, decisions=refused_lines(c), actor=reviewer),
        S.PARTIALLY_APPROVED: lambda c: review.decide_lines(c, decisions=review.proposals(c), actor=reviewer),
    }
    for state, bring in ends.items():
        claim = bench.submitted(qty="4")
        bring(claim)
        yield state, claim
    for way in ([S.SETTLED], [S.SETTLED, S.PAID], [S.REVERSED], [S.SETTLED, S.APPROVED]):
        claim = bench.submitted(qty="4")
        claim = review.decide_lines(claim, decisions=review.proposals(claim), actor=reviewer)
        for state in way:
            claim = moved(claim, state)
        yield way[-1], claim


def moved(claim: WarrantyClaim, state: str) -> WarrantyClaim:
    """Brought on by the table of moves."""
    from portal.core.states import lock, move

    return move(lock(claim), state, actor=None)


@pytest.mark.django_db
def test_every_state_act_and_role() -> None:
    bench = make_bench()
    people = {
        "owner": bench.owner, "reviewer": make_user(Role.REVIEWER), "approver": make_user(Role.APPROVER),
        "finance": make_user(Role.FINANCE), "service_manager": make_user(Role.SERVICE_MANAGER),
        "auditor": make_user(Role.AUDITOR),
    }  # fmt: skip
    met, wrong = set(), []
    with transaction.atomic():
        for state, found in in_every_state(bench, people["reviewer"]):
            met.add(state)
            for act, (permission, operate, states, roles) in ACTS.items():
                for role, who in people.items():
                    claim = WarrantyClaim.objects.get(pk=found.pk)
                    answer = tried(claim, permission, operate, who)
                    expected = "forbidden" if role not in roles else "done" if state in states else "refused"
                    if answer != expected:
                        wrong.append((state, act, role, answer, expected))

    assert wrong == []
    assert met == set(S) - {S.SUBMITTED, S.AUTO_CHECKED}
    assert {state for _p, _o, states, _r in ACTS.values() for state in states} <= set(CLAIM_MOVES)


def tried(claim: WarrantyClaim, permission: str, operate: Any, who: Any) -> str:
    """forbidden, refused or done; whatever it did is rolled back, and a refusal has changed nothing."""
    if not who.has_perm(permission, claim):
        return "forbidden"
    before = claim.status
    point = transaction.savepoint_create()
    try:
        with transaction.atomic():
            operate(claim, who)
        after = WarrantyClaim.objects.get(pk=claim.pk)
        return "done" if after.status != before or after.version != claim.version else "nothing"
    except (TransitionNotAllowed, Refusal):
        return "refused"
    finally:
        transaction.savepoint_rollback(point)


@pytest.mark.django_db
def test_a_first_approval_leaves_the_claim_where_it_was() -> None:
    claim, approver = make_bench().submitted(qty="70"), make_user(Role.APPROVER)

    review.decide_lines(claim, decisions=review.proposals(claim), actor=approver)

    assert WarrantyClaim.objects.get(pk=claim.pk).status == S.IN_REVIEW
    assert not ClaimDecision.objects.get(claim=claim).is_final

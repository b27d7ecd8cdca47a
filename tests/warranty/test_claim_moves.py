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
from portal.core.models import Event
from portal.core.states import TransitionNotAllowed
from tests.factories.claims import Bench, make_bench, noon
from tests.factories.stations import make_user
from warranty import claims, review
from warranty.desk import bulk, holding, seen, taking
from warranty.models import ClaimDecision, ClaimStatus, WarrantyClaim
from warranty.states import CLAIM_MOVES

DAY = date(2026, 10, 5)
WHY = "现场核实与申报内容不一致"
S = ClaimStatus
STATION, DECIDERS = {"owner"}, {"reviewer", "approver"}
AFTER_FIRST = "in_review after the first approval"


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(DAY))
    yield
    clock.set(None)


def another_approver() -> Any:
    """Somebody at headquarters who has to do with nothing."""
    return make_user(Role.APPROVER)


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
    "take": ("warranty.take_claim", lambda c, who: taking.take(c, actor=who), {S.IN_REVIEW}, DECIDERS),
    "hand_over": (
        "warranty.hand_over_claim", lambda c, who: taking.hand_over(c, to=another_approver(), actor=who), {S.IN_REVIEW},
        {*DECIDERS, "service_manager"},
    ),
    "hold": (
        "warranty.hold_line",
        lambda c, who: holding.hold_lines(c, lines=[c.lines.get(kind="part").pk], reason=WHY, actor=who),
        {S.IN_REVIEW}, DECIDERS,
    ),
    "bulk": (
        "warranty.decide_many",
        lambda c, who: bulk.decide_many([(c.pk, seen.mark_of(c))], bulk.Wish("allow"), actor=who),
        {S.IN_REVIEW}, DECIDERS,
    ),
    "withdraw_first": (
        "warranty.withdraw_first_approval", lambda c, who: review.withdraw_first(c, actor=who), {AFTER_FIRST}, {"approver"},
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
    assert {state for _p, _o, states, _r in ACTS.values() for state in states} <= {*CLAIM_MOVES, AFTER_FIRST}


def tried(claim: WarrantyClaim, permission: str, operate: Any, who: Any) -> str:
    """forbidden, refused or done; whatever it did is rolled back, and a refusal has changed nothing."""
    if not who.has_perm(permission, claim):
        return "forbidden"
    before, events = claim.status, told(claim)
    point = transaction.savepoint_create()
    try:
        with transaction.atomic():
            operate(claim, who)
        after = WarrantyClaim.objects.get(pk=claim.pk)
        moved_on = after.status != before or after.version != claim.version
        return "done" if moved_on or told(claim) > events else "refused"
    except (TransitionNotAllowed, Refusal):
        return "refused"
    finally:
        transaction.savepoint_rollback(point)


def told(claim: WarrantyClaim) -> int:
    """How many events the claim has."""
    return Event.objects.filter(subject_type=claim._meta.label_lower, subject_id=claim.pk).count()


@pytest.mark.django_db
def test_a_first_approval_leaves_the_claim_where_it_was() -> None:
    claim, approver = make_bench().submitted(qty="70"), make_user(Role.APPROVER)

    review.decide_lines(claim, decisions=review.proposals(claim), actor=approver)

    assert WarrantyClaim.objects.get(pk=claim.pk).status == S.IN_REVIEW
    assert not ClaimDecision.objects.get(claim=claim).is_final


@pytest.mark.django_db
def test_between_two_approvals_only_its_author_withdraws_and_only_another_signs() -> None:
    bench = make_bench()
    people = {
        "first": make_user(Role.APPROVER),
        "second": make_user(Role.APPROVER),
        "reviewer": make_user(Role.REVIEWER),
    }
    claim = bench.submitted(qty="70")
    review.decide_lines(claim, decisions=review.proposals(claim), actor=people["first"])

    done = {
        (act, name)
        for act in ("take", "approve", "bulk", "hold", "withdraw_first")
        for name, who in people.items()
        if tried(WarrantyClaim.objects.get(pk=claim.pk), ACTS[act][0], ACTS[act][1], who) == "done"
    }

    assert done == {
        ("take", "second"), ("approve", "second"), ("bulk", "second"), ("hold", "second"), ("hold", "first"),
        ("withdraw_first", "first"),
    }  # fmt: skip

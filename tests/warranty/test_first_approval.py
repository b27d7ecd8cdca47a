"""Above the approver's limit: the first approval is its author's to revise until somebody else has signed."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.models import Event
from portal.core.states import TransitionNotAllowed
from tests.factories.claims import Bench, make_bench, noon
from tests.factories.stations import make_user
from tests.warranty.test_review import decisions
from warranty import review
from warranty.desk import first_approval, queue, seen, taking
from warranty.models import ClaimDecision, ClaimReview, WarrantyClaim

DAY = date(2026, 10, 5)


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(DAY))
    yield
    clock.set(None)


@pytest.fixture
def bench(db: Any) -> Bench:
    return make_bench()


@pytest.fixture
def dear(bench: Bench) -> WarrantyClaim:
    return bench.submitted(qty="70")


def test_the_author_revises_the_first_approval_before_the_second_signs(dear: WarrantyClaim) -> None:
    first, second = make_user(Role.APPROVER), make_user(Role.APPROVER)
    review.decide_lines(dear, decisions=decisions(dear), actor=first)
    mark = seen.mark_of(dear)
    assert (list(queue.decidable(first)), list(queue.decidable(second))) == ([], [dear])

    withdrawn = review.withdraw_first(dear, actor=first, reason="数量看错，重新核定")
    assert ClaimReview.objects.get(claim=dear).taken_by == first
    with pytest.raises(seen.ChangedMeanwhile, match=str(first)):
        review.decide_lines(dear, decisions=decisions(dear), actor=second, mark=mark)
    with pytest.raises(first_approval.NoFirstApproval):
        review.withdraw_first(dear, actor=first)
    review.decide_lines(dear, decisions=decisions(dear, part="0.00"), actor=first)
    decided = review.decide_lines(dear, decisions=decisions(dear, part="0.00"), actor=second)

    assert withdrawn.withdrawn_at == noon(DAY)
    assert (decided.status, decided.approved_total) == ("partially_approved", Decimal("135.00"))
    kinds = [event.kind.partition(".")[2] for event in Event.objects.filter(subject_id=dear.pk).order_by("pk")]
    assert [kind for kind in kinds if kind.startswith("first")] == [
        "first_approval", "first_approval_withdrawn", "first_approval",
    ]  # fmt: skip
    rows = ClaimDecision.objects.filter(claim=dear).order_by("pk").values_list("decided_by", "is_final", "withdrawn_at")
    assert list(rows) == [(first.pk, False, noon(DAY)), (first.pk, False, None), (second.pk, True, None)]
    with pytest.raises(TransitionNotAllowed):
        review.withdraw_first(dear, actor=first)


def test_a_first_approval_is_nobody_elses_to_withdraw_and_its_author_does_not_take_the_claim(
    dear: WarrantyClaim,
) -> None:
    first, second = make_user(Role.APPROVER), make_user(Role.APPROVER)
    review.decide_lines(dear, decisions=decisions(dear), actor=first)

    with pytest.raises(first_approval.NotYourApproval, match=str(first)):
        review.withdraw_first(dear, actor=second)
    with pytest.raises(taking.CannotDecide):
        taking.take(dear, actor=first)
    with pytest.raises(taking.CannotDecide):
        taking.hand_over(dear, to=first, actor=second)
    taking.take(dear, actor=second)
    review.withdraw_first(dear, actor=first)

    assert ClaimReview.objects.get(claim=dear).taken_by == second


def test_the_desk_says_before_typing_who_may_not_decide_and_why(
    bench: Bench, dear: WarrantyClaim, client: Client
) -> None:
    first, second, reviewer = make_user(Role.APPROVER), make_user(Role.APPROVER), make_user(Role.REVIEWER)
    review.decide_lines(dear, decisions=decisions(dear), actor=first)

    for user, why, boxes, acts in (
        (first, "first approval", False, {"ask"}),
        (reviewer, "two approvers", False, {"ask"}),
        (make_user(Role.SERVICE_MANAGER), "two approvers", False, set()),
        (second, "", True, {"decide", "next", "hold", "ask"}),
    ):
        user.language = "en"
        user.save(update_fields=["language"])
        client.force_login(user)
        page = client.get(dear.desk_url)
        text = page.content.decode()
        assert why in page.context["why_not_mine"]
        assert ('name="lines-0-amount"' in text) is boxes
        assert {act for act in ("decide", "next", "hold", "ask") if f'value="{act}"' in text} == acts
        assert (reverse("claim_withdraw_first", args=[dear.pk]) in text) is (user == first)

    client.force_login(second)
    to = client.get(reverse("claim_hand_over", args=[dear.pk])).context["form"].fields["to"].queryset
    assert set(to) == {second}
    client.force_login(first)
    assert client.post(reverse("claim_withdraw_first", args=[dear.pk]), {"note": ""}).status_code == 302
    assert 'name="lines-0-amount"' in client.get(dear.desk_url).content.decode()

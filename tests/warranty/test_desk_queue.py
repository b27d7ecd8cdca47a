"""The queue of claims to decide: why and how old each is, whose it is, and that two who ask at once get two claims."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.models import Notification
from portal.core.models.saved_views import SavedView
from portal.core.states import TransitionNotAllowed
from tests.factories.claims import Bench, make_bench, noon
from tests.factories.stations import make_user
from warranty import claims, review
from warranty.desk import queue, taking
from warranty.models import ClaimReview

DAY = date(2026, 10, 5)


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(DAY))
    yield
    clock.set(None)


@pytest.fixture
def bench(db: Any) -> Bench:
    return make_bench()


def shown(client: Client, **asked: str) -> list[str]:
    """Numbers of the claims that the queue shows."""
    page = client.get(reverse("claim_queue"), asked)
    assert page.status_code == 200, page.content
    return [claim.number for claim in page.context["page"].rows]


def test_the_queue_finds_claims_by_every_filter(bench: Bench, client: Client) -> None:
    reviewer = make_user(Role.REVIEWER)
    old = bench.submitted(qty="4")
    clock.set(noon(DAY + timedelta(days=9)))
    new = bench.submitted(qty="20", failed_on=DAY)
    taking.take(old, actor=reviewer)
    client.force_login(reviewer)

    assert shown(client) == [old.number, new.number]
    assert shown(client, age="8-15") == [old.number]
    assert shown(client, whose="mine") == [old.number]
    assert shown(client, whose="free") == [new.number]
    assert shown(client, reviewer=str(reviewer.pk)) == [old.number]
    assert shown(client, least="2000") == [new.number]
    assert shown(client, route="reviewer") == [old.number]
    assert shown(client, grade="B", risk="low", reason="above_auto_limit") == [old.number, new.number]
    assert shown(client, grade="A") == shown(client, reason="audit_sample") == shown(client, whose="held") == []
    assert shown(client, sort="-claimed_total") == [new.number, old.number]
    page = client.get(reverse("claim_queue"), {"age": "8-15"})
    assert [tile["count"] for tile in page.context["ages"]] == ["1", "1", "0", "0", "0"]
    assert client.get(reverse("claim_queue"), {"age": "yesterday"}).status_code == 400


def test_a_claim_is_taken_once_handed_over_and_put_back(bench: Bench) -> None:
    claim, first, second = bench.submitted(qty="4"), make_user(Role.REVIEWER), make_user(Role.REVIEWER)

    taking.take(claim, actor=first)
    with pytest.raises(taking.TakenByAnother):
        taking.take(claim, actor=second)
    with pytest.raises(taking.NotTaken):
        taking.put_back(claim, actor=second)
    with pytest.raises(taking.CannotDecide):
        taking.hand_over(claim, to=bench.owner, actor=first)
    handed = taking.hand_over(claim, to=second, actor=first, note="请接手")

    assert handed.taken_by == second
    assert Notification.objects.get(kind="warrantyclaim.handed_over").user == second
    assert taking.put_back(claim, actor=second).taken_by is None


def test_the_next_claim_is_the_oldest_that_one_may_decide(bench: Bench) -> None:
    above = bench.submitted(qty="20")
    clock.set(noon(DAY) + timedelta(hours=1))
    within = bench.submitted(qty="4")
    reviewer, approver = make_user(Role.REVIEWER), make_user(Role.APPROVER)

    assert taking.take_next(reviewer) == within
    assert taking.take_next(reviewer) == within  # it is theirs already
    assert taking.take_next(approver) == above
    with pytest.raises(taking.NothingWaits):
        taking.take_next(make_user(Role.REVIEWER))


def test_a_claim_says_why_it_came_and_keeps_its_reviewer_through_a_question(bench: Bench) -> None:
    claim, reviewer = bench.submitted(qty="4"), make_user(Role.REVIEWER)
    taking.take(claim, actor=reviewer)
    review.request_info(claim, question="请补充拆下电源模块的照片", actor=reviewer)
    with pytest.raises(TransitionNotAllowed):
        taking.take(claim, actor=reviewer)
    claim = review.answer_question(claim, answer="已补充拆下件照片两张，请查收", actor=bench.owner)

    found = ClaimReview.objects.get(claim=claim)
    assert (found.reasons, found.taken_by) == (["above_auto_limit"], reviewer)
    assert list(queue.decidable(reviewer)) == [claim]
    claims.withdraw_claim(claim, actor=bench.owner)
    assert list(queue.decidable(reviewer)) == []


def test_a_view_is_saved_shared_and_removed(bench: Bench, client: Client) -> None:
    mine, colleague = make_user(Role.REVIEWER), make_user(Role.APPROVER)
    client.force_login(mine)
    data = {"page": "claim_queue", "name": "超过一周", "query": "whose=free&age=8-15&after=x", "is_shared": "on"}

    saved = client.post(reverse("saved_view_save"), data)

    view = SavedView.objects.get()
    assert saved.headers["Location"] == f"{reverse('claim_queue')}?age=8-15&whose=free"
    assert (view.name, view.query, view.is_shared) == ("超过一周", "age=8-15&whose=free", True)
    client.force_login(colleague)
    assert "超过一周" in client.get(reverse("claim_queue")).content.decode()
    assert client.post(reverse("saved_view_drop", args=[view.pk])).status_code == 404
    client.force_login(bench.owner)
    assert list(SavedView.objects.visible_to(bench.owner)) == []
    client.force_login(mine)
    assert client.post(reverse("saved_view_save"), {**data, "page": "today"}).status_code == 404
    client.post(reverse("saved_view_save"), {**data, "name": " "})
    assert SavedView.objects.count() == 1
    client.post(reverse("saved_view_drop", args=[view.pk]))
    assert not SavedView.objects.exists()

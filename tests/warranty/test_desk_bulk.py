"""Many claims decided alike: what is shown is what is done, and nothing is done when one has changed since."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.roles import Role
from portal.core import clock, jobs
from portal.core.models import Event, JobRun
from portal.core.transactions import acting
from tests.factories.claims import Bench, make_bench, noon
from tests.factories.stations import make_user
from warranty import review
from warranty.desk import bulk, holding
from warranty.models import ClaimDecision, SettlementItem, WarrantyClaim

DAY = date(2026, 10, 5)
ALLOW = bulk.Wish("allow")


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(DAY))
    yield
    clock.set(None)


@pytest.fixture
def bench(db: Any) -> Bench:
    return make_bench()


def test_the_shown_effect_is_what_is_done(bench: Bench, client: Client) -> None:
    cheap, dear, held = bench.submitted(qty="4"), bench.submitted(qty="70"), bench.submitted(qty="4")
    holding.hold_lines(
        held,
        lines=[held.lines.get(kind="part").pk],
        reason="待旧件鉴定结论后再核定金额",
        actor=make_user(Role.REVIEWER),
    )
    approver = make_user(Role.APPROVER)
    client.force_login(approver)
    address = reverse("claims_decide_many")
    assert {claim.number for claim in client.get(address).context["rows"]} == {cheap.number, dear.number, held.number}

    nothing = client.post(address, {"act": "allow"})
    assert (nothing.status_code, "plan" in nothing.context) == (422, False)
    page = client.post(address, {"act": "allow", "claims": [cheap.pk, dear.pk, held.pk]})
    shown = page.context["plan"]
    assert [(each.claim, each.is_first, each.amount) for each in shown.doing] == [
        (cheap, False, Decimal("795.00")),
        (dear, True, Decimal("11685.00")),
    ]
    assert [each.claim for each in shown.refused] == [held]
    assert (shown.amount, shown.doing[0].month) == (Decimal("795.00"), date(2026, 10, 1))
    done = client.post(address, {"act": "allow", "chosen": shown.chosen, "go": "1"})

    assert done.status_code == 302
    jobs.drain()
    assert SettlementItem.objects.get().amount == Decimal("795.00")
    assert list(ClaimDecision.objects.order_by("pk").values_list("claim", "is_final")) == [
        (cheap.pk, True),
        (dear.pk, False),
    ]


def test_nothing_is_decided_when_one_has_changed_since(bench: Bench, client: Client) -> None:
    first, second = bench.submitted(qty="4"), bench.submitted(qty="4")
    reviewer = make_user(Role.REVIEWER)
    client.force_login(reviewer)
    shown = bulk.plan([first, second], ALLOW, actor=reviewer)
    review.request_info(second, question="请补充拆下电源模块的照片", actor=make_user(Role.REVIEWER))
    before = Event.objects.count()

    page = client.post(reverse("claims_decide_many"), {"act": "allow", "chosen": shown.chosen, "go": "1"})

    assert page.status_code == 409
    assert second.number in str(page.context["form"].non_field_errors())
    assert [each.claim for each in page.context["plan"].doing] == [first]
    assert Event.objects.count() == before
    for forged in ("", "x", "1", f"{first.pk}:", "9" * 50):
        assert (
            client.post(reverse("claims_decide_many"), {"act": "allow", "chosen": forged, "go": "1"}).status_code == 409
        )


def test_a_rejection_of_many_gives_its_reason_and_words(bench: Bench) -> None:
    claim, reviewer = bench.submitted(qty="4"), make_user(Role.REVIEWER)
    short = bulk.plan([claim], bulk.Wish("refuse", "OTHER", "短"), actor=reviewer)
    wish = bulk.Wish("refuse", "OTHER", "经查该批次不在保修范围内")

    assert short.doing == []
    shown = bulk.plan([claim], wish, actor=reviewer)
    said = bulk.decide_many(bulk.read_chosen(shown.chosen), wish, actor=reviewer)

    assert "1" in str(said)
    assert WarrantyClaim.objects.get(pk=claim.pk).status == "rejected"


def test_above_a_hundred_a_job_decides_them_one_by_one(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    claims, reviewer = (
        [bench.submitted(qty="4"), bench.submitted(qty="4"), bench.submitted(qty="20")],
        make_user(Role.REVIEWER),
    )
    plan = bulk.plan(claims[:2], ALLOW, actor=reviewer)
    chosen = [
        *bulk.read_chosen(plan.chosen),
        *bulk.read_chosen(bulk.plan(claims[2:], ALLOW, actor=make_user(Role.APPROVER)).chosen),
    ]

    run = bulk.decide_many(chosen, ALLOW, actor=reviewer)
    assert isinstance(run, JobRun)
    jobs.drain()

    run = JobRun.objects.get(pk=run.pk)
    assert (run.status, run.done) == ("done", 3)
    assert claims[2].number in run.message  # above a reviewer's route
    assert {claim.status for claim in WarrantyClaim.objects.filter(pk__in=[claims[0].pk, claims[1].pk])} == {
        "partially_approved"
    }


def test_the_effect_on_many_is_read_in_as_many_statements_as_on_five(bench: Bench) -> None:
    for number in range(25):  # every fifth takes two approvers
        bench.submitted(qty="70" if number % 5 == 4 else "4")
    rows = list(WarrantyClaim.objects.order_by("pk"))
    approver, other = make_user(Role.APPROVER), make_user(Role.APPROVER)
    review.decide_lines(rows[4], decisions=review.proposals(rows[4]), actor=other)
    part = rows[0].lines.get(kind="part")
    holding.hold_lines(rows[0], lines=[part.pk], reason="待旧件鉴定结论后再核定金额", actor=other)

    few, on_five = _effect_on(5, approver)
    many, on_many = _effect_on(25, approver)

    assert (len(on_five.doing), len(on_five.refused)) == (4, 1)
    assert (len(on_many.doing), len(on_many.refused)) == (24, 1)
    assert [each.is_first for each in on_many.doing].count(True) == 4
    assert many == few <= 12


def _effect_on(count: int, actor: Any) -> tuple[int, bulk.Plan]:
    """The effect on so many of the claims that wait, and how many statements found it."""
    reader = type(actor).objects.get(pk=actor.pk)
    with acting(reader), CaptureQueriesContext(connection) as captured:
        shown = bulk.plan(bulk.matching(WarrantyClaim.objects.order_by("pk"), reader)[:count], ALLOW, actor=reader)
    return len(captured), shown

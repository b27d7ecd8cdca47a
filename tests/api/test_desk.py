"""The reviewers' desk by program: the same acts with the same refusals, and nothing decided that was not shown."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from portal.core import clock
from portal.core.models import Event
from tests.api.calls import Program
from tests.factories.claims import Bench, make_bench, noon
from tests.factories.stations import make_grade
from tests.warranty.test_review import decisions
from warranty import review
from warranty.models import ClaimReview, LineHold, WarrantyClaim

WHY = "待旧件鉴定结论后再核定金额"


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(date(2026, 10, 5)))
    yield
    clock.set(None)


@pytest.fixture
def bench(cast: Any) -> Bench:
    make_grade(station=cast.station_a, grade="B")
    return make_bench(station=cast.station_a)


@pytest.mark.django_db
def test_a_claim_is_taken_handed_over_held_and_released(bench: Bench, cast: Any) -> None:
    claim, reviewer, approver = bench.submitted(qty="4"), Program(cast.reviewer), Program(cast.approver)
    at = f"claims/{claim.pk}/"

    assert reviewer.post(f"{at}take/", {}).status_code == 200
    assert approver.post(f"{at}take/", {}).status_code == 409
    assert reviewer.post(f"{at}hand-over/", {"to": cast.owner_a.username}).status_code == 400
    assert reviewer.post(f"{at}hand-over/", {"to": cast.approver.username, "note": "请接手"}).status_code == 200
    assert ClaimReview.objects.get(claim=claim).taken_by == cast.approver
    assert approver.post(f"{at}hold/", {"lines": [9], "reason": WHY}).status_code == 400
    assert approver.post(f"{at}hold/", {"lines": [1], "reason": WHY}).status_code == 200
    assert approver.post(f"{at}release/", {"line": 2, "reason": WHY}).status_code == 409
    assert approver.post(f"{at}release/", {"line": 1, "reason": WHY}).status_code == 200
    assert LineHold.objects.get().released_by == cast.approver
    assert approver.post(f"{at}put-back/", {}).status_code == 200


@pytest.mark.django_db
def test_many_are_decided_as_the_preview_showed_them_or_not_at_all(bench: Bench, cast: Any) -> None:
    first, second = bench.submitted(qty="4"), bench.submitted(qty="4")
    program = Program(cast.reviewer)
    asked = {"claims": [first.pk, second.pk], "act": "allow"}

    shown = program.post("claims/several/preview/", asked).json()
    assert [row["number"] for row in shown["doing"]] == [first.number, second.number]
    assert shown["amount"] == "1590.00"
    review.request_info(second, question="请补充拆下电源模块的照片", actor=cast.approver)
    before = Event.objects.count()
    assert program.post("claims/several/decide/", {"chosen": shown["chosen"], "act": "allow"}).status_code == 409
    assert Event.objects.count() == before
    again = program.post("claims/several/preview/", asked).json()
    done = program.post("claims/several/decide/", {"chosen": again["chosen"], "act": "allow"})

    assert done.json()["job"] is None
    assert WarrantyClaim.objects.get(pk=first.pk).decided_by == cast.reviewer
    assert program.post("claims/several/preview/", {**asked, "act": "refuse"}).status_code == 400


@pytest.mark.django_db
def test_a_reversal_says_before_what_it_takes_back(bench: Bench, cast: Any) -> None:
    claim = bench.submitted(qty="4")
    review.decide_lines(claim, decisions=decisions(claim), actor=cast.reviewer)
    from warranty import settlement_posting

    settlement_posting.credit_claim(WarrantyClaim.objects.get(pk=claim.pk))
    program = Program(cast.approver)

    effect = program.get(f"claims/{claim.pk}/reversal/").json()
    done = program.post(
        f"claims/{claim.pk}/reverse/", {"reason_code": "REPAIR_NOT_DONE", "reason": "抽查发现维修未实际发生"}
    )

    assert (effect["amount"], [row["amount"] for row in effect["items"]]) == ("-795.00", ["-795.00"])
    assert done.json()["status"] == "reversed"

"""Deciding claims: four eyes, routes, cuts with reasons, two approvers, questions, reversal, frozen lines."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from parts.models import ListPrice
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.states import TransitionNotAllowed
from portal.core.transactions import acting
from tests.factories.claims import Bench, make_bench, noon
from tests.factories.stations import make_user
from warranty import books, claims, review
from warranty.assessment import judged, load
from warranty.models import ClaimStatus, ClaimVersion, LaborRate, WarrantyClaim
from warranty.replays.again import replay

DAY = date(2026, 10, 5)


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(DAY))
    yield
    clock.set(None)


@pytest.fixture
def bench() -> Bench:
    return make_bench()


def decisions(claim: WarrantyClaim, **cuts: str) -> list[review.LineDecision]:
    """The rules' proposals, with other amounts for some kinds of line."""
    kinds = dict(claim.lines.values_list("pk", "kind"))
    return [
        review.LineDecision(row.line_id, Decimal(cuts[kinds[row.line_id]]), "OTHER", "现场照片与申报数量不一致")
        if kinds[row.line_id] in cuts
        else row
        for row in review.proposals(claim)
    ]


@pytest.mark.django_db
def test_a_reviewer_decides_line_by_line(bench: Bench) -> None:
    claim = bench.submitted(qty="4")

    decided = review.decide_lines(claim, decisions=decisions(claim, part="330.00"), actor=make_user(Role.REVIEWER))

    assert (decided.status, decided.approved_total) == ("partially_approved", Decimal("465.00"))
    assert decided.lines.get(kind="part").reason_code.code == "OTHER"
    assert list(books.claim_amounts()) + list(books.claim_lines()) + list(books.claim_decisions()) == []


@pytest.mark.django_db
def test_nobody_decides_their_own_claim(bench: Bench) -> None:
    claim = bench.submitted(qty="4")

    with pytest.raises(review.OwnClaim):
        review.decide_lines(claim, decisions=decisions(claim), actor=bench.owner)


@pytest.mark.django_db
def test_a_reviewer_does_not_decide_above_the_limit(bench: Bench) -> None:
    claim = bench.submitted(qty="20")
    assert claim.route == "approver"

    with pytest.raises(review.NotYourRoute):
        review.decide_lines(claim, decisions=decisions(claim), actor=make_user(Role.REVIEWER))


@pytest.mark.django_db
def test_a_cut_needs_a_reason_and_words(bench: Bench) -> None:
    claim = bench.submitted(qty="4")
    part = claim.lines.get(kind="part")
    rows = [
        review.LineDecision(row.line_id, Decimal("1.00"), "OTHER", "短") if row.line_id == part.pk else row
        for row in review.proposals(claim)
    ]

    with pytest.raises(review.CutNeedsReason):
        review.decide_lines(claim, decisions=rows, actor=make_user(Role.REVIEWER))


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["660.01", "-0.01", "NaN"])
def test_nothing_above_claimed_or_below_nothing(bench: Bench, amount: str) -> None:
    claim = bench.submitted(qty="4")

    with pytest.raises(review.AmountAboveClaimed):
        review.decide_lines(claim, decisions=decisions(claim, part=amount), actor=make_user(Role.REVIEWER))


@pytest.mark.django_db
def test_above_the_approvers_limit_two_have_to_agree(bench: Bench) -> None:
    claim = bench.submitted(qty="70")
    first, second = make_user(Role.APPROVER), make_user(Role.APPROVER)
    assert claim.route == "two_approvers"

    after_first = review.decide_lines(claim, decisions=decisions(claim), actor=first)
    with pytest.raises(review.SameApprover):
        review.decide_lines(claim, decisions=decisions(claim), actor=first)
    with pytest.raises(review.SecondApproverDiffers):
        review.decide_lines(claim, decisions=decisions(claim, part="330.00"), actor=second)
    decided = review.decide_lines(claim, decisions=decisions(claim), actor=second)

    assert after_first.status == "in_review"
    assert decided.status == "partially_approved"
    assert decided.decided_by == second


@pytest.mark.django_db
def test_a_question_is_answered_as_a_new_version(bench: Bench) -> None:
    claim = bench.submitted(qty="4")
    reviewer = make_user(Role.REVIEWER)

    asked = review.request_info(claim, question="请补充拆下电源模块的照片", actor=reviewer)
    answered = review.answer_question(claim, answer="已补充拆下件照片两张，请查收", actor=bench.owner)

    assert clock.local_date(asked.due_at) == DAY + timedelta(days=15)
    assert (answered.status, answered.version) == ("in_review", 2)
    assert answered.versions.count() == 2


@pytest.mark.django_db
def test_an_unanswered_question_rejects_after_its_last_day(bench: Bench) -> None:
    claim = bench.submitted(qty="4")
    asked = review.request_info(claim, question="请补充拆下电源模块的照片", actor=make_user(Role.REVIEWER))

    before = review.reject_unanswered(claim, at=asked.due_at)
    after = review.reject_unanswered(claim, at=asked.due_at + timedelta(seconds=1))

    assert before.status == "info_requested"
    assert (after.status, after.approved_total) == ("rejected", Decimal("0.00"))


@pytest.mark.django_db
def test_a_granted_claim_is_reversed_with_a_reason(bench: Bench) -> None:
    claim = bench.submitted()

    reversed_claim = review.reverse_claim(claim, reason="客户证实未更换任何配件", actor=make_user(Role.APPROVER))

    assert reversed_claim.status == ClaimStatus.REVERSED
    with pytest.raises(TransitionNotAllowed):
        review.reverse_claim(claim, reason="客户证实未更换任何配件", actor=make_user(Role.APPROVER))


@pytest.mark.django_db
def test_a_submitted_claim_is_frozen_in_the_database(bench: Bench) -> None:
    claim = bench.submitted()
    line = claim.lines.get(kind="part")

    with pytest.raises(claims.ClaimIsFrozen):
        claims.edit_draft(claim, actor=bench.owner, changes={"cause": "另一种原因说明文字在这里"})
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        claim.lines.filter(pk=line.pk).update(claimed_amount=Decimal("999.00"), allowed_amount=Decimal("999.00"))


@pytest.mark.django_db
def test_a_rejected_claim_is_claimed_again_by_a_replacing_one(bench: Bench) -> None:
    unit = bench.unit(date(2020, 3, 10))
    claim = bench.submitted(unit)
    assert claim.status == "rejected"

    again: Any = claims.draft_from_work_order(claim.work_order, actor=bench.owner, replaces=claim)
    again = claims.submit_claim(again, actor=bench.owner)

    assert again.status == "rejected"
    assert again.explanation["duplicates"] == {"hard": [], "soft": []}


@pytest.mark.django_db
def test_a_withdrawn_claim_frees_its_job(bench: Bench) -> None:
    claim = bench.submitted(qty="4")
    claims.withdraw_claim(claim, actor=bench.owner)

    again = claims.draft_from_work_order(claim.work_order, actor=bench.owner)

    assert claims.submit_claim(again, actor=bench.owner).status == "in_review"


@pytest.mark.django_db
def test_late_and_incomplete_drafts_are_refused_with_everything_they_lack(bench: Bench) -> None:
    draft = bench.draft(with_photos=False)
    clock.set(noon(date(2026, 11, 4)))

    with pytest.raises(claims.SubmitRefused) as refused:
        claims.submit_claim(draft, actor=bench.owner)

    found = sorted((finding.code, finding.field) for finding in refused.value.findings)
    assert found == [("MISSING_PHOTO", "fault_photo"), ("MISSING_PHOTO", "plate_photo"), ("SUB", "repaired_on")]


@pytest.mark.django_db
def test_a_submit_asks_the_database_a_bounded_number_of_questions(bench: Bench) -> None:
    draft = bench.draft()

    with acting(bench.owner, request_id="test"), CaptureQueriesContext(connection) as asked:
        claims.submit_claim(draft, actor=bench.owner)

    assert sum(not entry["sql"].startswith(("SAVEPOINT", "RELEASE")) for entry in asked) <= 60


@pytest.mark.django_db
def test_a_stored_decision_is_judged_again_to_the_same_answer(bench: Bench) -> None:
    """Though prices, rates and the policy have changed since."""
    claim = bench.submitted(qty="4")
    ListPrice.objects.update(price=Decimal(1))
    LaborRate.objects.update(valid_to=date(2020, 1, 2))  # no rate on the day of work
    clock.set(noon(date(2027, 1, 1)))

    again = replay(WarrantyClaim.objects.get(pk=claim.pk))

    assert again is not None
    assert (again.is_same, again.differing) == (True, [])
    assert again.again["price"]["allowed"] == "795.00"


@pytest.mark.django_db
def test_a_decision_stored_before_causes_were_a_list_is_judged_to_the_same_answer(bench: Bench) -> None:
    """Its inputs do not name the excluded causes: those that came with the product speak."""
    claim = WarrantyClaim.objects.get(pk=bench.submitted(qty="4").pk)
    stored: Any = ClaimVersion.objects.get(claim=claim).inputs
    for found in stored["cover"].values():
        assert "transport" in found.pop("excluded_causes")

    assert judged(load(stored)).explanation == claim.explanation
    for found in stored["cover"].values():
        found["cause"] = "transport"
    assert judged(load(stored)).explanation["coverage"]["code"] == "EXCLUDED_CAUSE"


@pytest.mark.django_db
def test_quantity_and_amount_tell_the_same(bench: Bench) -> None:
    """No more pieces than claimed, no money for none; a refused line was approved in no quantity."""
    claim = bench.submitted(qty="4")
    part, reviewer = claim.lines.get(kind="part"), make_user(Role.REVIEWER)

    def given(**values: Any) -> list[review.LineDecision]:
        return [replace(row, **values) if row.line_id == part.pk else row for row in review.proposals(claim)]

    with pytest.raises(review.MoreThanClaimed):
        review.decide_lines(claim, decisions=given(qty=Decimal(5)), actor=reviewer)
    with pytest.raises(review.NothingButPaid):
        review.decide_lines(claim, decisions=given(qty=Decimal(0)), actor=reviewer)
    refused = given(amount=Decimal(0), reason_code="OTHER", note="现场照片与申报数量不一致")
    review.decide_lines(claim, decisions=refused, actor=reviewer)

    part.refresh_from_db()
    assert (part.approved_qty, part.approved_amount) == (0, 0)


@pytest.mark.django_db
def test_other_costs_are_an_approvers(bench: Bench) -> None:
    draft = bench.draft(qty="1", hours="1.2", km="")
    claims.add_line(draft, actor=bench.owner, kind="other", description="高空作业车", claimed_amount=Decimal(50))

    claim = claims.submit_claim(draft, actor=bench.owner)

    assert (claim.status, claim.route) == ("in_review", "approver")

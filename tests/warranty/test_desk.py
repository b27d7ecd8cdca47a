"""The reviewer's desk: who may decide, what changed meanwhile, lines held for the appraisal, and what the page costs."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.roles import Role
from portal.core import clock, jobs
from portal.core.models import Notification
from stations.models import Membership
from tests.factories.claims import Bench, make_bench, noon
from tests.factories.stations import LONG_AGO, make_user
from tests.warranty.test_claim_pages import form_data
from tests.warranty.test_review import decisions
from warranty import appraisal, claims, failed_parts, review
from warranty.desk import holding, presence, seen
from warranty.models import ClaimReview, FailedPart, LineHold, RecoveryCase, SettlementItem, WarrantyClaim

DAY = date(2026, 10, 5)
WHY = "故障描述与照片不符，待旧件鉴定"


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(DAY))
    yield
    clock.set(None)


@pytest.fixture
def bench(db: Any) -> Bench:
    return make_bench()


@pytest.fixture
def reviewer(db: Any) -> Any:
    return make_user(Role.REVIEWER)


def part_of(claim: WarrantyClaim) -> int:
    """The key of the claim's part line."""
    return claim.lines.get(kind="part").pk


def sent(client: Client, claim: WarrantyClaim, **given: Any) -> Any:
    """The page of the desk, sent back with an act."""
    address = reverse("claim_desk", args=[claim.pk])
    page = client.get(address)
    data = form_data(page) | {"mark": page.context["mark"], "act": "decide"} | given
    return client.post(address, {name: value for name, value in data.items() if value is not False})


def received(pieces: list[FailedPart]) -> None:
    """The old parts have arrived."""
    for piece in pieces:
        failed_parts.receive_piece(piece.number, actor=make_user(Role.WAREHOUSE))


def test_the_desk_decides_and_takes_the_next(bench: Bench, reviewer: Any, client: Client) -> None:
    first = bench.submitted(qty="4")
    clock.set(noon(DAY) + timedelta(minutes=1))
    second = bench.submitted(qty="4")
    client.force_login(reviewer)

    answer = sent(client, first, act="next")

    assert answer.headers["Location"] == second.desk_url
    assert (ClaimReview.objects.get(claim=second).taken_by, WarrantyClaim.objects.get(pk=first.pk).decided_by) == (
        reviewer,
        reviewer,
    )
    assert client.get(first.desk_url).status_code == 200
    asks = {"act": "ask", "question": "请补充拆下电源模块的照片"}
    assert "此项" in sent(client, second, **asks).content.decode()
    assert sent(client, second, **asks, question_code="PHOTO_UNCLEAR").status_code == 302
    asked = WarrantyClaim.objects.get(pk=second.pk).questions.get()
    assert (asked.claim.status, asked.reason_code.code) == ("info_requested", "PHOTO_UNCLEAR")


def test_who_had_a_hand_in_a_claim_does_not_decide_it(bench: Bench, reviewer: Any) -> None:
    claim = bench.submitted(qty="4")
    assert reviewer.has_perm("warranty.approve_claim", claim)
    Membership.objects.create(user=reviewer, dealer=bench.station.dealer, role=Role.STATION_CLERK, valid_from=LONG_AGO)

    with pytest.raises(review.HadAHand):
        review.decide_lines(claim, decisions=decisions(claim), actor=reviewer)
    assert not reviewer.has_perm("warranty.approve_claim", claim)


def test_a_decision_on_what_has_changed_is_refused_with_what_changed(
    bench: Bench, reviewer: Any, client: Client
) -> None:
    claim = bench.submitted(qty="4")
    client.force_login(reviewer)
    mark = seen.mark_of(claim)
    review.request_info(claim, question="请补充拆下电源模块的照片", actor=make_user(Role.REVIEWER))
    review.answer_question(claim, answer="已补充拆下件照片两张，请查收", actor=bench.owner)

    answer = sent(client, claim, mark=mark, reason="照片齐全，按规则核定")

    assert answer.status_code == 409
    assert "照片齐全，按规则核定" in answer.content.decode()
    assert answer.context["mark"] > mark
    assert WarrantyClaim.objects.get(pk=claim.pk).status == "in_review"
    with pytest.raises(seen.ChangedMeanwhile, match=str(bench.owner)):
        review.decide_lines(claim, decisions=decisions(claim), actor=reviewer, mark=mark)
    assert review.decide_lines(claim, decisions=decisions(claim), actor=reviewer, mark=seen.mark_of(claim)).decided_by


@pytest.mark.parametrize("amount", ["-5", "101.385"])
def test_an_amount_that_cannot_be_is_refused_in_words(bench: Bench, reviewer: Any, client: Client, amount: str) -> None:
    claim = bench.submitted(qty="4")
    client.force_login(reviewer)

    page = sent(client, claim, **{"lines-0-amount": amount})

    assert page.status_code == 422
    assert '<p class="problem">' in page.content.decode()
    assert WarrantyClaim.objects.get(pk=claim.pk).status == "in_review"


def test_two_at_one_desk_see_each_other(bench: Bench, reviewer: Any, client: Client) -> None:
    claim, other = bench.submitted(qty="4"), make_user(Role.APPROVER)
    presence.arrive(claim, user=other, is_typing=True)
    client.force_login(reviewer)

    page = client.post(reverse("claim_present", args=[claim.pk]), {"mark": seen.mark_of(claim)})

    assert str(other) in page.content.decode()
    assert [each.is_typing for each in presence.others(claim, user=other)] == [False]
    clock.set(noon(DAY) + timedelta(seconds=61))
    assert presence.others(claim, user=reviewer) == []
    clock.set(noon(DAY) + timedelta(days=2))
    assert presence.forget_old() == 2


def test_a_held_line_waits_for_its_verdict_and_costs_nothing_meanwhile(bench: Bench, reviewer: Any) -> None:
    claim = bench.submitted(qty="4")
    pieces = holding.hold_lines(claim, lines=[part_of(claim)], reason=WHY, actor=reviewer)

    assert {(piece.reasons[0], piece.status) for piece in pieces} == {("held", "requested")}
    assert Notification.objects.filter(kind="warrantyclaim.line_held", user=bench.owner).exists()
    with pytest.raises(holding.LineIsHeld, match=pieces[0].number):
        review.decide_lines(claim, decisions=decisions(claim), actor=reviewer)
    with pytest.raises(holding.NothingToHold):
        holding.hold_lines(claim, lines=[part_of(claim)], reason=WHY, actor=reviewer)
    clock.set(noon(DAY + timedelta(days=30)))
    assert failed_parts.debit_overdue() == 0
    received(pieces)
    for piece in pieces:
        appraisal.appraise(
            piece, verdict="workmanship", actor=make_user(Role.APPRAISER), findings="焊点为后期人为改动痕迹"
        )

    hold = LineHold.objects.get()
    assert hold.released_at
    assert set(hold.verdicts) == {"workmanship"}
    assert Notification.objects.filter(kind="warrantyclaim.hold_released", user=reviewer).count() == 1
    decided = review.decide_lines(claim, decisions=decisions(claim, part="0.00"), actor=reviewer)
    jobs.drain()
    assert decided.status == "partially_approved"
    assert [item.kind for item in SettlementItem.objects.all()] == ["claim"]  # no debit for what was never paid
    assert FailedPart.objects.count() == len(pieces)


def test_an_accepted_piece_is_paid_at_the_decision_and_its_supplier_charged(bench: Bench, reviewer: Any) -> None:
    from tests.factories.parts import make_supplier
    from tests.factories.settlement import make_agreement

    make_agreement(make_supplier(), bench.part)
    claim = bench.submitted(qty="4")
    pieces = holding.hold_lines(claim, lines=[part_of(claim)], reason=WHY, actor=reviewer)
    received(pieces)
    for piece in pieces:
        appraisal.appraise(piece, verdict="supplier_defect", actor=make_user(Role.APPRAISER))
    clock.set(noon(DAY + timedelta(days=3)))
    review.decide_lines(claim, decisions=decisions(claim), actor=reviewer)
    jobs.drain()

    case = RecoveryCase.objects.get()
    assert (case.status, case.appraised_on) == ("open", DAY)
    assert list(claim.failed_parts.order_by("pk")) == pieces


@pytest.mark.parametrize("end", ["released", "withdrawn"])
def test_a_hold_ends_without_a_verdict(bench: Bench, reviewer: Any, end: str) -> None:
    claim = bench.submitted(qty="4")
    pieces = holding.hold_lines(claim, lines=[part_of(claim)], reason=WHY, actor=reviewer)

    if end == "released":
        holding.release_hold(claim, line=part_of(claim), reason="站方已补充视频，无需等待鉴定", actor=reviewer)
        with pytest.raises(holding.NotHeld):
            holding.release_hold(claim, line=part_of(claim), reason="站方已补充视频，无需等待鉴定", actor=reviewer)
    else:
        claims.withdraw_claim(claim, actor=bench.owner)
        jobs.drain()

    assert LineHold.objects.get().released_at
    assert {piece.status for piece in FailedPart.objects.filter(pk__in=[each.pk for each in pieces])} == {"waived"}


def test_the_desk_holds_and_shows_its_story_at_a_constant_cost(bench: Bench, reviewer: Any, client: Client) -> None:
    claim = bench.submitted(qty="4")
    client.force_login(reviewer)
    client.get(claim.desk_url)
    with CaptureQueriesContext(connection) as few:
        assert client.get(claim.desk_url).status_code == 200
    for number in range(3):
        bench.submitted(failed_on=date(2026, 9, 10 + number), qty="1")

    assert sent(client, claim, act="hold", hold_reason=WHY, **{"lines-0-hold": "on"}).status_code == 302
    with CaptureQueriesContext(connection) as many:
        assert WHY in client.get(claim.desk_url).content.decode()

    assert LineHold.objects.get().line == claim.lines.get(kind="part")
    assert len(many) <= len(few) + 3
    assert len(many) <= 60

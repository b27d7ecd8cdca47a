"""Appeals: filed once, in time, with new evidence; decided by somebody else, line by line; paid on the next statement."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.documents import documents_of, verify_url
from portal.core.errors import Refusal
from portal.core.models import Notification
from portal.core.states import TransitionNotAllowed
from tests.conftest import as_user
from tests.factories.claims import Bench, make_bench, noon, photo
from tests.factories.stations import make_grade, make_user
from warranty import claims, failed_parts, recovery, reversal, review, settlement_checks
from warranty import settlement_posting as posting
from warranty.appeals import AppealedLine, Ruling, decide_appeal, file_appeal, refusals
from warranty.models import Appeal, ClaimStatus, SettlementItem, WarrantyClaim
from warranty.photos import photos_of
from warranty.settlement.preview import preview

DAY = date(2026, 10, 5)
GROUNDS = "实际更换数量与旧件数量一致，现补充开箱照片"
WHY = "补充的照片证明实际更换了两件"


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(DAY))
    yield
    clock.set(None)


@pytest.fixture
def bench(cast: Any) -> Bench:
    make_grade(station=cast.station_a, grade="B")
    return make_bench(station=cast.station_a)


@pytest.fixture
def cut(bench: Bench, cast: Any) -> WarrantyClaim:
    """A claim whose part line, 660.00, a reviewer has cut to 330.00."""
    claim = bench.submitted(qty="4")
    part = claim.lines.get(kind="part")
    rows = [
        review.LineDecision(part.pk, Decimal("330.00"), "OTHER", "旧件只收到两件，按两件支付")
        if row.line_id == part.pk
        else row
        for row in review.proposals(claim)
    ]
    return review.decide_lines(claim, decisions=rows, actor=cast.reviewer)


def appeal(claim: WarrantyClaim, cast: Any, amount: str = "200.00", **kw: Any) -> Appeal:
    """An appeal of the part line."""
    lines = [AppealedLine(claim.lines.get(kind="part").pk, Decimal(amount))]
    given = {"lines": lines, "grounds": GROUNDS, "files": [photo(901)], "actor": cast.owner_a}
    return file_appeal(claim, **given | kw)


def ruled(filed: Appeal, amount: str, reason: str = WHY) -> dict[int, Ruling]:
    return {filed.lines.get().pk: Ruling(Decimal(amount), reason)}


@pytest.mark.django_db
def test_an_upheld_appeal_is_a_line_of_its_own_on_the_next_statement(cut: WarrantyClaim, cast: Any) -> None:
    posting.credit_claim(cut)
    filed = appeal(cut, cast)
    clock.set(noon(date(2026, 11, 3)))

    decided = decide_appeal(filed, rulings=ruled(filed, "150.00"), actor=cast.approver)
    credit = posting.credit_appeal(decided)
    again = posting.credit_appeal(decided)

    assert (decided.status, decided.granted_total) == ("partly_upheld", Decimal("150.00"))
    assert credit is not None
    assert (credit.kind, credit.source, credit.period) == ("appeal", filed.number, date(2026, 11, 1))
    assert (credit.parts_amount, credit.amount) == (Decimal("150.00"), Decimal("150.00"))
    assert again is None
    assert preview(cut.station, date(2026, 11, 1)).lines[-1].source == filed.number
    cut.refresh_from_db()
    assert (cut.status, cut.approved_total) == ("partially_approved", Decimal("465.00"))
    assert list(settlement_checks.appeals_off()) == []
    letter = documents_of(decided).get()
    assert letter.facts["granted"] == "150.00"
    verified = "/" + verify_url(documents_of(cut, "claim_decision")[0]).split("/", 3)[3]
    assert f"申诉 {filed.number} 另行支持 ¥150.00。" in as_user().get(verified).content.decode()
    assert Notification.objects.filter(user=cast.owner_a, kind="appeal.partly_upheld").exists()


@pytest.mark.django_db
def test_whoever_decided_or_claimed_does_not_decide_the_appeal(cut: WarrantyClaim, cast: Any) -> None:
    filed = appeal(cut, cast)

    for hand in (cast.reviewer, cast.owner_a, cut.created_by):
        with pytest.raises(refusals.FirstDecider):
            decide_appeal(filed, rulings=ruled(filed, "0"), actor=hand)

    assert not cast.fresh("reviewer").has_perm("warranty.decide_appeal", filed)
    assert make_user(Role.REVIEWER).has_perm("warranty.decide_appeal", filed)
    Appeal.objects.filter(pk=filed.pk).update(asked_total=Decimal("2000.01"))
    filed.refresh_from_db()
    assert not make_user(Role.REVIEWER).has_perm("warranty.decide_appeal", filed)


@pytest.mark.django_db
def test_an_appeal_is_filed_once_and_in_time(cut: WarrantyClaim, cast: Any) -> None:
    clock.set(noon(DAY + timedelta(days=16)))
    with pytest.raises(refusals.AppealTooLate):
        appeal(cut, cast)
    clock.set(noon(DAY + timedelta(days=15)))
    filed = appeal(cut, cast)
    with pytest.raises(refusals.AppealedBefore):
        appeal(cut, cast)

    dismissed = decide_appeal(filed, rulings=ruled(filed, "0"), actor=cast.approver)
    with pytest.raises(TransitionNotAllowed):
        decide_appeal(filed, rulings=ruled(filed, "10"), actor=make_user(Role.APPROVER))
    assert dismissed.status == "dismissed"


@pytest.mark.django_db
def test_an_appeal_says_what_it_asks_for_and_brings_something_new(cut: WarrantyClaim, cast: Any) -> None:
    known = photos_of(cut)[0].original
    with known.open("rb") as file:
        same = SimpleUploadedFile("again.png", file.read(), "image/png")
    tried: list[tuple[dict[str, Any], str]] = [
        ({"files": []}, "evidence_missing"),
        ({"files": [same]}, "evidence_known"),
        ({"files": [SimpleUploadedFile("a.jpg", b"<html>", "image/jpeg")]}, "bad_file"),
        ({"files": [photo(900 + n) for n in range(13)]}, "too_many_files"),
        ({"grounds": " 不服 "}, "grounds_too_short"),
        ({"amount": "330.01"}, "asked_above_cut"),
        ({"amount": "NaN"}, "asked_above_cut"),
        ({"amount": "0.001"}, "asked_above_cut"),
        ({"lines": []}, "no_line_named"),
        ({"lines": [AppealedLine(0, Decimal(1))]}, "no_line_named"),
    ]

    for given, code in tried:
        with pytest.raises(Refusal) as refused:
            appeal(cut, cast, **given)
        assert refused.value.reason == code

    assert not Appeal.objects.exists()


@pytest.mark.django_db
def test_an_answer_grants_at_most_what_was_asked_and_says_why(cut: WarrantyClaim, cast: Any) -> None:
    filed = appeal(cut, cast)

    for rulings, code in (
        (ruled(filed, "200.01"), "granted_above_asked"),
        (ruled(filed, "NaN"), "granted_above_asked"),
        (ruled(filed, "1.00", "短"), "grounds_too_short"),
        ({}, "line_undecided"),
        (ruled(filed, "1.00") | {0: Ruling(Decimal(1), WHY)}, "line_unknown"),
    ):
        with pytest.raises(Refusal) as refused:
            decide_appeal(filed, rulings=rulings, actor=cast.approver)
        assert refused.value.reason == code


@pytest.mark.django_db
def test_work_is_not_paid_twice_by_an_appeal_and_a_new_claim(bench: Bench, cast: Any) -> None:
    claim = bench.submitted(bench.unit(date(2020, 1, 1)))
    assert claim.status == ClaimStatus.REJECTED
    again = claims.draft_from_work_order(claim.work_order, actor=cast.owner_a, replaces=claim)
    filed = appeal(claim, cast)

    with pytest.raises(refusals.UnderAppeal):
        claims.submit_claim(again, actor=cast.owner_a)
    with pytest.raises(refusals.UnderAppeal):
        claims.draft_from_work_order(claim.work_order, actor=cast.owner_a, replaces=claim)
    decided = decide_appeal(filed, rulings=ruled(filed, "200.00"), actor=cast.approver)
    posting.credit_appeal(decided)
    pieces = failed_parts.request_returns(claim)
    recovery.follow_appeal(claim)

    assert decided.status == "upheld"
    assert SettlementItem.objects.get(claim=claim).amount == Decimal("200.00")
    assert sum(piece.amount for piece in pieces) in {Decimal(0), Decimal("200.00")}
    assert claim.lines.get(kind="part").paid_amount == Decimal("200.00")


@pytest.mark.django_db
def test_a_reversal_takes_back_what_the_appeal_granted(cut: WarrantyClaim, cast: Any) -> None:
    posting.credit_claim(cut)
    decided = decide_appeal(filed := appeal(cut, cast), rulings=ruled(filed, "150.00"), actor=cast.approver)
    posting.credit_appeal(decided)

    reversed_claim = review.reverse_claim(cut, reason="抽查发现维修未实际发生", actor=make_user(Role.APPROVER))
    for _again in range(2):
        reversal.carry_out(reversed_claim, actor=None)

    taken = SettlementItem.objects.filter(claim=cut, kind="reversal").values_list("amount", flat=True)
    assert sorted(taken) == [Decimal("-465.00"), Decimal("-150.00")]


@pytest.mark.django_db
def test_the_pages_carry_an_appeal_from_the_claim_to_its_end(cut: WarrantyClaim, cast: Any) -> None:
    line = cut.lines.get(kind="part")
    station, desk = as_user(cast.owner_a), as_user(cast.approver)

    shown = station.get(cut.get_absolute_url()).content.decode()
    page = station.get(reverse("appeal_file", args=[cut.pk]))
    evidence = SimpleUploadedFile("开箱.png", photo(902).read(), "image/png")
    given = {f"amount_{line.pk}": "330.00", "grounds": GROUNDS, "files": [evidence]}
    filed = station.post(reverse("appeal_file", args=[cut.pk]), given)
    record = Appeal.objects.get()
    decide = reverse("appeal_decide", args=[record.pk])
    asked = desk.get(decide).content.decode()
    row = record.lines.get()
    ruled = {f"reason_code_{row.pk}": "EVIDENCE_ACCEPTED", f"reason_{row.pk}": WHY}
    wrong = desk.post(decide, {f"amount_{row.pk}": "331"} | ruled)
    answer = desk.post(decide, {f"amount_{row.pk}": "330.00"} | ruled)

    assert reverse("appeal_file", args=[cut.pk]) in shown
    assert page.context["form"][f"amount_{line.pk}"].value() == "330.00"
    assert filed.url == record.get_absolute_url(), filed.content.decode()
    assert GROUNDS in asked
    assert wrong.status_code == 409
    assert answer.url == record.get_absolute_url()
    told = station.get(answer.url).content.decode()
    assert (WHY in told, "新证据成立" in told) == (True, True)
    assert reverse("appeal_file", args=[cut.pk]) not in station.get(cut.get_absolute_url()).content.decode()
    assert as_user(cast.owner_b).get(record.get_absolute_url()).status_code == 404
    assert record.number not in as_user(cast.owner_b).get(reverse("appeal_list")).content.decode()

"""The draft as the station corrects it, and the prices that stand once it was submitted."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from parts.models import ListPrice, Supersession
from portal.core import clock
from service.intake import FaultCodeOfAnotherFamily
from tests.conftest import as_user
from tests.factories.claims import Bench, make_bench, make_fault, make_spare_part, noon
from tests.factories.stations import make_grade, make_product_model
from tests.warranty.test_claim_pages import form_data
from warranty import claims, review
from warranty.forms.campaigns import MOST_SERIALS
from warranty.forms.claims import DraftForm
from warranty.models import WarrantyClaim
from warranty.views.campaigns import ScopeNew

DAY = date(2026, 10, 5)
BEFORE = DAY - timedelta(days=2)


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(DAY))
    yield
    clock.set(None)


@pytest.fixture
def bench(cast: Any) -> Bench:
    make_grade(station=cast.station_a, grade="B")
    return make_bench(station=cast.station_a)


@pytest.mark.django_db
def test_fault_code_and_days_of_a_draft_are_corrected_and_the_coach_answers(cast: Any, bench: Bench) -> None:
    claim = bench.draft()
    fault, foreign = make_fault(), make_fault(family=make_product_model().family)
    browser, address = as_user(cast.clerk_a), reverse("claim_coach", args=[claim.pk])
    page = browser.get(reverse("claim_edit", args=[claim.pk]))
    data = form_data(page)
    told = {"fault_code": fault.pk, "failed_on": "2026-10-03", "repaired_on": "2026-10-03", "usage_reading": "120.5"}

    saved = browser.post(address, data | told)
    late = browser.post(address, data | told | {"repaired_on": "2026-10-05"}).content.decode()
    wrong = browser.post(address, data | told | {"lines-1-hours": "x", "fault_code": foreign.pk}).content.decode()

    assert saved.status_code == 200
    claim.refresh_from_db()
    assert (claim.fault_code, claim.failed_on, claim.repaired_on) == (fault, date(2026, 10, 3), date(2026, 10, 3))
    assert claim.usage_reading == Decimal("120.5")
    assert "尚未保存" in late
    assert "2026-10-04" in late
    assert wrong.count("✗") >= 2
    offered = page.context["form"].fields["fault_code"].queryset
    assert fault in offered
    assert foreign not in offered
    needed = page.context["form"].fields["cause"]
    assert (str(needed.demanded), needed.required) == ("提交时必填", False)


@pytest.mark.django_db
def test_impossible_days_and_foreign_faults_are_refused_with_their_field(cast: Any, bench: Bench) -> None:
    claim = bench.draft()
    foreign = make_fault(family=make_product_model().family)

    with pytest.raises(claims.RepairedAfterJob) as after_job:
        claims.edit_draft(claim, actor=cast.clerk_a, changes={"repaired_on": DAY})
    with pytest.raises(claims.FailedAfterRepair) as before_failure:
        claims.edit_draft(claim, actor=cast.clerk_a, changes={"repaired_on": BEFORE})
    with pytest.raises(FaultCodeOfAnotherFamily):
        claims.edit_draft(claim, actor=cast.clerk_a, changes={"fault_code": foreign})

    assert (after_job.value.field, before_failure.value.field) == ("repaired_on", "failed_on")
    claim.refresh_from_db()
    assert claim.repaired_on == date(2026, 10, 4)


@pytest.mark.django_db
def test_an_answered_question_is_not_priced_anew(cast: Any, bench: Bench) -> None:
    claim = bench.submitted(qty="4")
    before = list(claim.lines.order_by("position").values_list("unit_price", "flat_hours", "claimed_amount"))
    review.request_info(claim, question="请补充旧件照片并核对数量", actor=cast.reviewer)
    ListPrice.objects.update(price=Decimal("900.00"))
    bench.operation.flat_hours = Decimal("0.1")
    bench.operation.save(update_fields=["flat_hours"])

    claims.edit_draft(claim, actor=cast.clerk_a, changes={"cause": "电容老化击穿导致无输出"})
    kept = list(claim.lines.order_by("position").values_list("unit_price", "flat_hours", "claimed_amount"))
    claims.add_line(claim, actor=cast.clerk_a, kind="diagnosis", hours=Decimal("0.5"))
    with pytest.raises(claims.RepairDayStands):
        claims.edit_draft(WarrantyClaim.objects.get(pk=claim.pk), actor=cast.clerk_a, changes={"repaired_on": BEFORE})
    page = as_user(cast.owner_a).get(reverse("claim_edit", args=[claim.pk]))
    review.answer_question(claim, answer="已补充照片，数量核对无误", actor=cast.owner_a)

    assert kept == before
    after = list(claim.lines.order_by("position").values_list("unit_price", "flat_hours", "claimed_amount"))
    assert after[:-1] == before
    assert after[-1][0] == Decimal("80.00")
    assert page.context["form"].fields["repaired_on"].disabled


@pytest.mark.django_db
def test_what_was_not_priced_at_the_first_submission_takes_its_price_when_it_has_one(cast: Any, bench: Bench) -> None:
    price = ListPrice.objects.get(part=bench.part)
    ListPrice.objects.filter(pk=price.pk).delete()
    claim = bench.draft()
    claims.add_line(claim, actor=cast.clerk_a, kind="other", description="吊车", claimed_amount=Decimal("300.00"))
    claim = claims.submit_claim(claim, actor=bench.owner)
    review.request_info(claim, question="请说明配件为何没有价格", actor=cast.reviewer)
    price.pk = None
    price.save()

    claims.refresh(WarrantyClaim.objects.get(pk=claim.pk))

    assert claim.lines.get(kind="part").unit_price == Decimal("150.00")


@pytest.mark.django_db
def test_a_part_is_found_by_number_name_or_pinyin_and_what_fits_comes_first(cast: Any, bench: Bench) -> None:
    foreign = make_spare_part(product_model=make_product_model(), name="电源适配器", pinyin_key="dyspq", number="AA-1")
    newer = make_spare_part(product_model=make_product_model(), name="电源模块新款", number="ZZ-9")
    Supersession.objects.create(old=bench.part, new=newer, ratio=Decimal(1), valid_from=date(2020, 1, 1))
    claim = bench.draft()
    browser, address = as_user(cast.clerk_a), reverse("claim_part_choices", args=[claim.pk])

    def offered(text: str) -> list[tuple[str, bool, bool]]:
        choices = browser.get(address, {"part": text}).context["choices"]
        return [(choice.part.number, choice.was_issued, choice.fits) for choice in choices]

    by_name, by_pinyin, untyped, nothing = offered("电源"), offered("dyspq"), offered(""), offered("电源 zzz")

    assert by_name == [(bench.part.number, True, True), ("ZZ-9", False, True), ("AA-1", False, False)]
    assert by_pinyin == [("AA-1", False, False)]
    assert untyped == by_name[:2]
    assert nothing == []
    assert foreign.number == "AA-1"


@pytest.mark.django_db
def test_a_part_typed_by_name_is_taken_where_only_one_has_it_and_what_was_typed_is_kept(
    cast: Any, bench: Bench
) -> None:
    make_spare_part(product_model=make_product_model(), name="电源适配器", number="AA-1")
    claim = bench.draft()
    claims.remove_line(claim.lines.get(kind="part"), actor=cast.clerk_a)
    browser, address = as_user(cast.clerk_a), reverse("claim_add_line", args=[claim.pk])
    told = {"kind": "part", "qty": "2", "remedy": "replace", "removed_serial": "OLD-7"}

    several = browser.post(address, told | {"part": "电源"})
    none = browser.post(address, told | {"part": "螺旋桨"})
    taken = browser.post(address, told | {"part": "电源模块"})

    assert (several.status_code, none.status_code, taken.status_code) == (422, 422, 302)
    assert [choice.part.number for choice in several.context["choices"]] == [bench.part.number, "AA-1"]
    page = none.content.decode()
    assert 'value="螺旋桨"' in page
    assert 'value="OLD-7"' in page
    line = claim.lines.get(kind="part")
    assert (line.part, line.issued_part) == (bench.part, claim.work_order.issued_parts.get())
    assert line.codes == []


@pytest.mark.django_db
def test_a_text_of_five_megabytes_is_refused_before_any_page_reads_it(
    cast: Any, bench: Bench, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    claim, browser = bench.draft(), as_user(cast.clerk_a)
    address = reverse("claim_edit", args=[claim.pk])
    data = form_data(browser.get(address))

    def read(*_args: Any, **_kwargs: Any) -> None:
        raise AssertionError("the form was read")

    monkeypatch.setattr(DraftForm, "__init__", read)
    with django_assert_max_num_queries(8):
        answer = browser.post(address, data | {"complaint": "x" * 5_000_000})

    assert answer.status_code == 413
    assert "complaint" in answer.content.decode()
    assert len(answer.content) < 20_000


def test_a_page_with_a_longer_field_says_so() -> None:
    assert ScopeNew.longest_text >= MOST_SERIALS * 40

"""A registration is corrected: its effect is listed first, four eyes where money changes, granted claims stay as they are."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from portal.core import clock
from portal.core.errors import Refusal
from portal.core.models import Notification
from portal.core.registries import worklist_providers
from tests.api.calls import Program
from tests.conftest import as_user
from tests.factories.claims import Bench, make_bench, make_unit, noon
from tests.factories.stations import make_grade
from warranty import corrections, registration
from warranty.corrections import Values, values_of
from warranty.models import CorrectionEffect, UnitRegistration, WarrantyClaim
from warranty.registration import RegisteredAlready, SaleBeforeUnit
from warranty.replays.again import replay

pytestmark = pytest.mark.django_db
WHY = "发票显示的销售日与登记不符"
EARLIER = date(2024, 9, 1)  # 24 months from it end before the failure of 2026-10-04


@pytest.fixture(autouse=True)
def _on_the_day() -> Any:
    clock.set(noon(date(2026, 10, 5)))
    yield
    clock.set(None)


@pytest.fixture
def bench(cast: Any) -> Bench:
    make_grade(station=cast.station_a, grade="B")
    return make_bench(station=cast.station_a)


def registered(claim: WarrantyClaim) -> UnitRegistration:
    return UnitRegistration.objects.get(unit=claim.unit)


def with_sale(row: UnitRegistration, day: date) -> Values:
    """As the invoice proves it: filed long after that day, the registration itself would be passed over."""
    return replace(values_of(row), sale_date=day, invoice_on=day)


def test_headquarters_corrects_what_moves_no_money_at_once(cast: Any, bench: Bench) -> None:
    row = registered(bench.submitted())
    after = replace(values_of(row), invoice_number="31000", handed_over_on=date(2025, 3, 12))

    filed = corrections.file_correction(row, after=after, reason=WHY, actor=cast.reviewer)

    row.refresh_from_db()
    assert (filed.status, filed.changes_money, row.version, row.invoice_number) == ("applied", False, 2, "31000")
    assert filed.before == {"invoice_number": "", "handed_over_on": None}
    assert row.unit.installed_on == date(2025, 3, 12)


def test_a_start_that_takes_cover_away_needs_four_eyes_and_leaves_granted_claims_alone(cast: Any, bench: Bench) -> None:
    """Sold half a year earlier the failure lies out of cover: 465.00 were approved, nothing would be allowed."""
    claim = bench.submitted()
    row = registered(claim)

    filed = corrections.file_correction(row, after=with_sale(row, EARLIER), reason=WHY, actor=cast.reviewer)
    row.refresh_from_db()
    waits = (filed.status, filed.changes_money, row.sale_date)
    with pytest.raises(Refusal):
        corrections.apply_correction(filed, actor=cast.reviewer)
    applied = corrections.apply_correction(filed, actor=cast.service_manager)

    assert waits == ("filed", True, date(2025, 3, 10))
    effect = CorrectionEffect.objects.get()
    assert applied.status == "applied"
    assert (effect.claim, effect.answer_before, effect.answer_after) == (claim, "covered:unit", "EW")
    assert (effect.allowed_before, effect.allowed_after) == (Decimal("465.00"), Decimal("0.00"))
    kept = WarrantyClaim.objects.get(pk=claim.pk)
    assert (kept.status, kept.approved_total, kept.version) == (claim.status, claim.approved_total, claim.version)
    waiting = [group for provide in worklist_providers for group in provide(cast.auditor) if group.key == "effects"]
    assert [row.pk for group in waiting for row in group.rows] == [effect.pk]
    corrections.look_at(effect, actor=cast.auditor, note="转冲回")
    assert not waiting[0].rows.all().exists()


def test_a_claim_in_review_is_judged_again_as_its_next_version(cast: Any, bench: Bench) -> None:
    claim = bench.submitted(qty="4")
    assert claim.status == "in_review"
    row = registered(claim)

    filed = corrections.file_correction(row, after=with_sale(row, EARLIER), reason=WHY, actor=cast.clerk_a)
    corrections.apply_correction(filed, actor=cast.reviewer)

    again = WarrantyClaim.objects.get(pk=claim.pk)
    assert (again.status, again.version, again.allowed_total) == ("in_review", claim.version + 1, Decimal("0.00"))
    assert again.explanation["coverage"]["code"] == "EW"
    assert again.versions.count() == 2
    found = replay(again)
    assert found is not None
    assert found.is_same


def test_a_registration_moves_to_the_right_serial_number(cast: Any, bench: Bench) -> None:
    claim = bench.submitted()
    row, right = registered(claim), make_unit(product_model=bench.model)
    wrong = row.unit
    after = replace(values_of(row), unit=right)

    filed = corrections.file_correction(row, after=after, reason=WHY, actor=cast.clerk_a)
    corrections.apply_correction(filed, actor=cast.reviewer)

    wrong.refresh_from_db()
    right.refresh_from_db()
    assert (wrong.sold_on, right.sold_on) == (None, date(2025, 3, 10))
    assert CorrectionEffect.objects.get().answer_after == "START_UNKNOWN"


def test_what_cannot_be_is_not_filed(cast: Any, bench: Bench) -> None:
    row = registered(bench.submitted())
    other = bench.unit()
    row.unit.__class__.objects.filter(pk=row.unit_id).update(produced_on=date(2025, 3, 1))
    row = UnitRegistration.objects.get(pk=row.pk)

    for after, refusal in (
        (values_of(row), corrections.filing.NothingToCorrect),
        (with_sale(row, date(2025, 3, 11)), corrections.filing.FiledBeforeSale),
        (with_sale(row, date(2025, 2, 1)), SaleBeforeUnit),
        (replace(values_of(row), unit=other), RegisteredAlready),
    ):
        with pytest.raises(refusal):
            corrections.file_correction(row, after=after, reason=WHY, actor=cast.reviewer)


def test_the_page_shows_the_effect_before_it_files(cast: Any, bench: Bench) -> None:
    claim = bench.submitted()
    UnitRegistration.objects.update(station=cast.station_a)
    row = registered(claim)
    browser, address = as_user(cast.clerk_a), reverse("registration_correct", args=[row.pk])
    typed = {
        name: value for name, value in browser.get(address).context["form"].initial.items() if value not in (None, "")
    } | {
        "sale_date": EARLIER.isoformat(),
        "invoice_on": EARLIER.isoformat(),
        "product_model": row.unit.product_model_id,
        "reason": WHY,
    }

    shown = browser.post(address, typed | {"then": "file"})
    filed = row.corrections.count()
    answer = browser.post(address, typed | {"then": "file", "shown": shown.context["shown"]})

    assert (shown.status_code, filed) == (200, 0)
    assert "465.00" in shown.content.decode()
    correction = row.corrections.get()
    assert answer.url == correction.get_absolute_url()
    assert claim.number in browser.get(answer.url).content.decode()
    WarrantyClaim.objects.update(station=cast.station_b)
    assert claim.number not in browser.get(answer.url).content.decode()
    assert as_user(cast.clerk_b).get(answer.url).status_code == 404


def test_a_program_files_and_another_person_decides_and_the_filer_is_told(cast: Any, bench: Bench) -> None:
    row = registered(bench.submitted())
    UnitRegistration.objects.filter(pk=row.pk).update(station=cast.station_a)
    station, headquarters = Program(cast.clerk_a), Program(cast.service_manager)
    body = {"reason": WHY, "sale_date": str(EARLIER), "invoice_on": str(EARLIER)}

    filed = station.post(f"registrations/{row.pk}/correct/", body).json()
    again = station.post(f"registrations/{row.pk}/correct/", body | {"reason": "再次提交同一更正"})
    own = station.post(f"corrections/{filed['id']}/apply/", {})
    refusal = headquarters.post(f"corrections/{filed['id']}/refuse/", {"reason": "发票看不清"})

    assert (filed["status"], filed["after"]["sale_date"], filed["changes_money"]) == ("filed", str(EARLIER), True)
    assert (again.status_code, own.status_code) == (409, 403)
    assert refusal.json()["status"] == "refused"
    (told,) = Notification.objects.filter(kind="registrationcorrection.refused", user=cast.clerk_a)
    assert told.facts["reason"] == "发票看不清"
    listed = station.get("corrections/").json()["results"]
    assert [each["number"] for each in listed] == [filed["number"]]
    assert Program(cast.clerk_b).get(f"corrections/{filed['id']}/").status_code == 404


def test_a_sale_day_that_the_papers_do_not_confirm_is_flagged_to_who_approves(cast: Any) -> None:
    unit = make_unit()
    sale = registration.Sale(date(2026, 9, 20), invoice_on=date(2026, 9, 18))
    filed = registration.file_registration(unit, sale=sale, station=cast.station_a, actor=cast.clerk_a)

    page = as_user(cast.reviewer).get(filed.get_absolute_url()).content.decode()
    told = Program(cast.reviewer).get(f"registrations/{filed.pk}/").json()

    assert "但发票日期为 2026-09-18" in page
    assert told["disagreeing_days"] == {"invoice": "2026-09-18"}
    assert registration.disagreements(make_filed(cast, date(2026, 9, 18))) == {}


def make_filed(cast: Any, day: date) -> UnitRegistration:
    """A sale whose invoice is of the same day."""
    sale = registration.Sale(day, invoice_on=day)
    return registration.file_registration(make_unit(), sale=sale, station=cast.station_a, actor=cast.clerk_a)

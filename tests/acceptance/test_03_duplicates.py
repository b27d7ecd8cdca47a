"""Acceptance scenario 3: the same failure from another station, and a picture used twice."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from portal.core import clock
from portal.core.attachments import attach
from service.models import InstalledUnit, WorkedHours
from tests.factories.claims import Bench, make_bench, make_fault, make_operation, make_spare_part, noon, photo
from warranty import claims
from warranty.models import WarrantyClaim


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(date(2026, 4, 28)))
    yield
    clock.set(None)


@pytest.fixture
def first() -> tuple[Bench, InstalledUnit, WarrantyClaim]:
    """An approved claim of another station: failure 1 April."""
    bench = make_bench()
    unit = bench.unit()
    job = bench.job(unit, qty="1", hours="1.0", failed_on=date(2026, 4, 1), with_photos=False, fault=make_fault())
    attach(job, photo(901), kind="fault_photo", actor=None)
    attach(job, photo(902), kind="plate_photo", actor=None)
    claim = claims.submit_claim(claims.draft_from_work_order(job, actor=bench.owner), actor=bench.owner)
    assert claim.status == "approved"
    return bench, unit, claim


def other_station(bench: Bench) -> Bench:
    """A second station that serves the same model with the same part and operation."""
    other = make_bench()
    other.model, other.part, other.operation = bench.model, bench.part, bench.operation
    return other


@pytest.mark.django_db
def test_the_same_failure_is_refused_by_reference_only(first: tuple[Bench, InstalledUnit, WarrantyClaim]) -> None:
    bench, unit, claim = first
    other = other_station(bench)
    draft = other.draft(unit, qty="1", failed_on=date(2026, 4, 13))

    with pytest.raises(claims.SubmitRefused) as refused:
        claims.submit_claim(draft, actor=other.owner)

    draft.refresh_from_db()
    assert (draft.status, draft.number) == ("draft", "")
    assert claim.number in str(refused.value)
    for secret in (bench.station.name, bench.station.code, str(claim.claimed_total)):
        assert secret not in str(refused.value)


@pytest.mark.django_db
def test_a_picture_used_twice_goes_to_review(first: tuple[Bench, InstalledUnit, WarrantyClaim]) -> None:
    bench, unit, earlier = first
    other = other_station(bench)
    part = make_spare_part(product_model=bench.model)
    job = other.job(
        unit, parts=[(part, "1", "replace")], hours="", km=None, failed_on=date(2026, 4, 20), with_photos=False
    )
    attach(job, photo(901), kind="fault_photo", actor=None)
    attach(job, photo(903), kind="plate_photo", actor=None)

    claim = claims.submit_claim(claims.draft_from_work_order(job, actor=other.owner), actor=other.owner)

    assert claim.status == "in_review"
    reuse = {"item": "photo_reuse", "points": 30, "value": earlier.number}
    assert reuse in claim.explanation["risk"]["items"]


@pytest.mark.django_db
def test_after_31_days_it_is_only_a_repeat_repair(first: tuple[Bench, InstalledUnit, WarrantyClaim]) -> None:
    bench, unit, claim = first
    other = other_station(bench)
    clock.set(noon(date(2026, 5, 3)))
    draft = other.draft(unit, qty="1", failed_on=claim.failed_on + timedelta(days=31), fault=claim.fault_code)

    found = claims.coach(draft).explanation["duplicates"]

    assert found["hard"] == []
    assert found["soft"] == [{"id": claim.number, "why": "repeat_repair"}]


@pytest.mark.django_db
def test_a_further_operation_does_not_hide_the_same_failure(first: tuple[Bench, InstalledUnit, WarrantyClaim]) -> None:
    bench, unit, claim = first
    other = other_station(bench)
    earlier_code = make_operation(code="A001")
    job = other.job(unit, qty="1", failed_on=date(2026, 4, 13), hours="1.0")
    WorkedHours.objects.create(work_order=job, operation=earlier_code, hours=Decimal("0.5"))
    draft = claims.draft_from_work_order(job, actor=other.owner)

    found = claims.coach(draft).explanation["duplicates"]

    assert found["hard"] == [{"id": claim.number, "why": "same_failure"}]

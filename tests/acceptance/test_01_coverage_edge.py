"""Acceptance scenario 1: the last covered day, the first uncovered one, and which date won."""

from collections.abc import Iterator
from datetime import date

import pytest

from portal.core import clock
from service.models import InstalledUnit
from tests.factories.claims import Bench, make_bench, make_unit, noon, register
from warranty import claims
from warranty.assessment import Assessment
from warranty.models import UnitRegistration


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(date(2027, 3, 10)))
    yield
    clock.set(None)


def coach(bench: Bench, unit: InstalledUnit, failed_on: date) -> Assessment:
    """What the coach says of a draft with this failure day."""
    draft = bench.draft(unit, failed_on=failed_on, with_photos=False)
    return claims.coach(draft)


@pytest.mark.django_db
def test_coverage_edge() -> None:
    bench = make_bench()
    unit = make_unit(product_model=bench.model)
    register(unit, date(2025, 3, 10))

    last_day = coach(bench, unit, date(2027, 3, 9)).explanation["coverage"]
    first_out = coach(bench, unit, date(2027, 3, 10)).explanation["coverage"]

    assert last_day["verdict"] == "covered"
    assert (first_out["verdict"], first_out["code"]) == ("refused", "EW")
    assert first_out["start_source"] == "registration"
    assert first_out["first_uncovered"] == "2027-03-10"
    assert [test["test"] for test in first_out["tests"]] == [
        "serial_known",
        "serial_not_blocked",
        "model_agrees",
        "campaign",
        "start",
        "policy",
        "part_class_dates",
        "usage",
        "cause",
        "piece_cover",
        "core_rule",
        "goodwill",
    ]


@pytest.mark.django_db
def test_the_invoice_counts_without_a_registration() -> None:
    bench = make_bench()
    unit = make_unit(product_model=bench.model, invoice_on=date(2025, 3, 20))

    answer = coach(bench, unit, date(2027, 3, 10)).explanation["coverage"]

    assert not UnitRegistration.objects.filter(unit=unit).exists()
    assert (answer["verdict"], answer["start_source"]) == ("covered", "invoice")

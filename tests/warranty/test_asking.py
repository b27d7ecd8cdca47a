"""Is it covered? Asked on the page and by programs, before anybody types a claim."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from portal.core import clock
from tests.api.calls import Program
from tests.conftest import as_user
from tests.factories.claims import Bench, make_bench, make_unit, noon, register
from warranty import masters
from warranty.asking import Question, ask
from warranty.models import GuaranteeTerms

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_day() -> Any:
    clock.set(noon(date(2026, 10, 5)))
    yield
    clock.set(None)


@pytest.fixture
def bench(cast: Any) -> Bench:
    return make_bench(station=cast.station_a, part_class="wear")


def test_the_answer_is_the_one_the_claim_gets(bench: Bench) -> None:
    """A wear part has no months; the same engine says so to the question and to the draft."""
    claim = bench.draft()

    asked = {"failed_on": claim.failed_on, "repaired_on": claim.repaired_on, "cause_class": claim.cause_class}
    answer = ask(Question(claim.serial_number.lower(), part=bench.part, **asked))

    stored = claim.explanation["coverage"]
    found = answer.as_json()
    assert (found["verdict"], found["code"], found["start"]) == ("refused", "EW", "2025-03-10")
    assert {key: found[key] for key in ("tests", "changes", "first_uncovered")} == {
        key: stored[key] for key in ("tests", "changes", "first_uncovered")
    }


def test_anybody_of_the_network_asks_about_any_unit_and_sees_no_customer(cast: Any, bench: Bench) -> None:
    unit = bench.unit()

    page = as_user(cast.technician_b).get(reverse("coverage_question"), {"serial_number": f" {unit.serial_number} "})

    text = page.content.decode()
    assert "2027-03-10" in text
    assert unit.customer is not None
    assert unit.customer.name not in text
    assert unit.get_absolute_url() not in text
    assert (
        unit.get_absolute_url()
        in as_user(cast.reviewer)
        .get(reverse("coverage_question"), {"serial_number": unit.serial_number})
        .content.decode()
    )


@pytest.mark.parametrize(
    ("field", "value"), [("part", "NO-SUCH"), ("failed_on", "2026-02-30"), ("usage_reading", "-1"), ("remedy", "pray")]
)
def test_a_wrong_field_is_named_and_nothing_is_answered(cast: Any, field: str, value: str) -> None:
    page = as_user(cast.clerk_a).get(reverse("coverage_question"), {"serial_number": "X", field: value})

    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]
    assert "answer" not in page.context


def test_programs_get_tests_dates_and_what_would_change_it(cast: Any, bench: Bench) -> None:
    unit, program = bench.unit(), Program(cast.clerk_b)

    asked = {"serial_number": unit.serial_number, "part": bench.part.number, "failed_on": "2026-10-04"}
    answer = program.get("coverage/ask/", **asked)
    wrong = program.get("coverage/ask/", **asked | {"failed_on": "04.10.2026"})
    unknown = program.get("coverage/ask/", serial_number="NO-SUCH").json()

    found = answer.json()
    assert (found["verdict"], found["code"], found["start_source"]) == ("refused", "EW", "registration")
    assert [test["test"] for test in found["tests"]][:2] == ["serial_known", "serial_not_blocked"]
    assert {"class_covered", "goodwill"} <= {turn["change"] for turn in found["changes"]}
    assert wrong.status_code == 400
    assert list(wrong.json()["errors"]) == ["failed_on"]
    assert (unknown["is_on_file"], unknown["code"]) == (False, "SERIAL_UNKNOWN")


def test_the_answer_advises_on_the_three_guarantees_of_the_day_of_sale(cast: Any, bench: Bench) -> None:
    """Sold yesterday: refund; after a change of the terms a sale keeps those of its day, and its line's own go first."""
    unit = make_unit(product_model=bench.unit().product_model)
    register(unit, date(2026, 9, 26))

    def options() -> tuple[str, ...]:
        found = ask(Question(unit.serial_number)).guarantees
        assert found is not None
        return found.options

    def change(**says: Any) -> None:
        given = {"refund_days": 30, "exchange_days": 60, "failed_repairs": 1} | says
        masters.release(masters.propose(GuaranteeTerms, actor=cast.service_manager, **given), actor=cast.approver)

    clock.set(noon(date(2026, 9, 24)))
    change(family=unit.product_model.family, valid_from=date(2026, 9, 25), basis="部分商品修理更换退货责任规定")
    clock.set(noon(date(2026, 10, 5)))
    assert options() == ("refund", "exchange", "repair")
    clock.set(noon(date(2027, 1, 5)))
    assert options() == ("repair",)
    page = as_user(cast.reviewer).get(reverse("coverage_question"), {"serial_number": unit.serial_number})
    assert "部分商品修理更换退货责任规定" in page.content.decode()

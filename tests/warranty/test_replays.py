"""Claims judged again on a draft policy, a draft price list, other parameters: what would change, before it holds."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from parts.models import GradePrice, ListPrice
from parts.parameters import PRICE_FACTORS
from parts.price_lists import draw_up_price_list
from parts.pricing import quote, stock_prices
from portal.accounts.roles import Role
from portal.core import clock, jobs
from portal.core.models.jobs import JobStatus
from portal.core.parameters import param, set_parameter
from portal.core.transactions import acting
from tests.conftest import as_user
from tests.factories.claims import Bench, make_bench, make_rates, make_spare_part, noon
from tests.factories.stations import LONG_AGO, make_user
from warranty import policies, rates
from warranty.models import ReplayRun, WarrantyClaim
from warranty.replays import running

DAY = date(2026, 10, 5)
YEAR: dict[str, Any] = {"since": date(2026, 1, 1), "before": date(2026, 12, 1)}


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(DAY))
    yield
    clock.set(None)


@pytest.fixture
def bench(db: None) -> Bench:
    return make_bench()


@pytest.fixture
def manager(db: None) -> Any:
    return make_user(Role.SERVICE_MANAGER)


def replayed(**given: Any) -> ReplayRun:
    """The finished run."""
    run = running.start_replay(**YEAR, **given)
    jobs.drain()
    return ReplayRun.objects.get(pk=run.pk)


@pytest.mark.django_db
def test_a_shorter_draft_policy_shows_what_it_would_refuse(bench: Bench, manager: Any) -> None:
    """Sold in March 2025 and failed in October 2026: 24 months cover it, 12 do not."""
    claim = bench.submitted(qty="1", hours="1.2")
    young = bench.submitted(bench.unit(date(2026, 3, 1)), qty="1", hours="1.2")
    draft = policies.draw_up_policy(
        code="SHORT", level="model", product_model=bench.model, valid_from=date(2027, 1, 1),
        months={"whole_unit": 12}, actor=manager,
    )  # fmt: skip

    run = replayed(policy=draft, actor=manager)

    (changed,) = run.differences.all()
    assert (run.claim_count, run.changed_count) == (2, 1)
    assert (changed.claim, changed.outcome_before, changed.outcome_after) == (claim, "approved", "rejected")
    assert (changed.code_after, changed.allowed_before, changed.allowed_after) == ("EW", Decimal(300), Decimal(0))
    assert (run.allowed_before, run.allowed_after) == (Decimal(600), Decimal(300))
    assert run.outcomes == {"approved>rejected": 1, "approved>approved": 1}
    assert {row.status for row in WarrantyClaim.objects.filter(pk__in=[claim.pk, young.pk])} == {"approved"}


@pytest.mark.django_db
def test_a_draft_price_list_prices_the_parts_anew(bench: Bench, manager: Any) -> None:
    """Net 240 × 75 % with 10 % on top is 198 instead of 165."""
    bench.submitted(qty="1", hours="1.2")
    drawn_up = draw_up_price_list(
        title="2027", valid_from=date(2027, 1, 1), actor=manager, prices={bench.part.number: Decimal(240)}
    )

    run = replayed(price_list=drawn_up, actor=manager)

    assert (run.allowed_before, run.allowed_after) == (Decimal(300), Decimal(333))
    assert run.changed_count == 1


@pytest.mark.django_db
def test_future_parameters_are_tried_before_they_hold(bench: Bench, manager: Any) -> None:
    """With no uplift from next year on, the part is allowed at its net price."""
    bench.submitted(qty="1", hours="1.2")
    set_parameter("warranty.uplift", Decimal(0), valid_from=noon(date(2026, 12, 31)), actor=None)

    run = replayed(parameters_on=date(2027, 1, 1), actor=manager)

    assert (run.allowed_before, run.allowed_after) == (Decimal(300), Decimal(285))


@pytest.mark.django_db
def test_a_replay_goes_on_where_a_lost_worker_stopped(
    bench: Bench, manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        bench.submitted(bench.unit(), qty="1", hours="1.2")
    monkeypatch.setattr(running, "CHUNK", 2)
    run = running.start_replay(**YEAR, parameters_on=DAY, actor=manager)
    running.step(run, running.Drafts.of(run))

    jobs.drain()

    run.refresh_from_db()
    assert (run.claim_count, run.changed_count, run.allowed_before) == (3, 0, Decimal(900))
    assert run.job_run is not None
    assert run.job_run.__class__.objects.get(pk=run.job_run.pk).status == JobStatus.DONE


@pytest.mark.django_db
def test_a_replay_needs_something_to_try_and_some_days(manager: Any) -> None:
    with pytest.raises(running.NothingToTry):
        running.start_replay(**YEAR, actor=manager)
    with pytest.raises(running.PeriodWrong):
        running.start_replay(since=DAY, before=DAY, parameters_on=DAY, actor=manager)


@pytest.mark.django_db
def test_a_proposed_rate_is_tried_before_anybody_releases_it(bench: Bench, manager: Any) -> None:
    """1.2 hours at 100 instead of 80 are 24 more; 26 km at 2 instead of 1.50 are 13 more."""
    bench.submitted(qty="1", hours="1.2")
    soon = date(2027, 1, 1)
    rates.propose_labor_rate(grade="B", hourly_rate=Decimal(100), valid_from=soon, actor=manager)
    rates.propose_travel_rate(km_rate=Decimal(2), free_km=Decimal(20), valid_from=soon, actor=manager)

    today, then = replayed(rates_on=DAY, actor=manager), replayed(rates_on=soon, actor=manager)

    assert (today.allowed_before, today.allowed_after, today.changed_count) == (Decimal(300), Decimal(300), 0)
    assert (then.allowed_before, then.allowed_after, then.changed_count) == (Decimal(300), Decimal(337), 1)


@pytest.mark.django_db
def test_stations_of_a_grade_are_tried_as_another(bench: Bench, manager: Any) -> None:
    """As A: the part at 200 × 70 % and 10 % on top is 154, 1.2 hours at 100 are 120, travel stays 39. A itself stays."""
    bench.submitted(qty="1", hours="1.2")
    make_rates(grade="A", hourly="100")
    make_bench(grade="A").submitted(qty="1", hours="1.2")

    run = replayed(grade_from="B", grade_to="A", actor=manager)

    (changed,) = run.differences.all()
    assert (run.claim_count, changed.claim.station) == (2, bench.station)
    assert (changed.allowed_before, changed.allowed_after) == (Decimal(300), Decimal(154) + 120 + 39)


@pytest.mark.django_db
def test_a_price_of_the_other_grade_s_own_counts(bench: Bench, manager: Any) -> None:
    """A pays 120 by its own price: 132 with the uplift. The rate of A is that of B."""
    bench.submitted(qty="1", hours="1.2")
    make_rates(grade="A")
    GradePrice.objects.create(part=bench.part, grade="A", price=Decimal(120), valid_from=LONG_AGO)

    run = replayed(grade_from="B", grade_to="A", actor=manager)

    assert run.allowed_after == Decimal(132) + 96 + 39


@pytest.mark.django_db
def test_prices_of_many_days_are_those_of_each_day(bench: Bench, django_assert_num_queries: Any) -> None:
    """stock_prices agrees with quote, part by part and day by day, in two queries."""
    other = make_spare_part(product_model=bench.model, price="80.00")
    days = [date(2024, 1, 1), DAY]
    ListPrice.objects.filter(part=other).update(valid_to=DAY)
    ListPrice.objects.create(part=other, price=Decimal(90), valid_from=DAY)
    parts = [bench.part.pk, other.pk]
    said = {(part, day): found.amount for day in days for part, found in quote(parts, bench.station, on=day).items()}

    with acting(None):
        param(PRICE_FACTORS, at=DAY)
        with django_assert_num_queries(2):
            found = stock_prices([(part, day) for part in parts for day in days], grade="B")

    assert found == said
    assert len(found) == 4


@pytest.mark.django_db
def test_half_a_grade_rule_is_refused(manager: Any) -> None:
    for rule in ({"grade_from": "B"}, {"grade_to": "B"}, {"grade_from": "B", "grade_to": "B"}):
        with pytest.raises(running.HalfAGradeRule):
            running.start_replay(**YEAR, **rule, actor=manager)


@pytest.mark.django_db
def test_the_page_starts_a_replay_of_rates_and_a_grade_and_says_so(bench: Bench, manager: Any) -> None:
    bench.submitted(qty="1", hours="1.2")
    desk = as_user(manager)
    asked = {
        "rates_on": "2027-01-01",
        "grade_from": "B",
        "grade_to": "C",
        "since": "2026-01-01",
        "before": "2026-12-01",
    }

    half = desk.post(reverse("replay_start"), asked | {"grade_to": "", "language": "zh-hans"})
    desk.post(reverse("replay_start"), asked)
    jobs.drain()

    assert half.context["form"].errors
    run = ReplayRun.objects.get()
    shown = desk.get(run.get_absolute_url()).content.decode()
    assert "B 级按 C 级" in shown
    assert "2027-01-01" in shown

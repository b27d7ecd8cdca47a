"""Claims judged again on a draft policy, a draft price list, other parameters: what would change, before it holds."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from parts.price_lists import draw_up_price_list
from portal.accounts.roles import Role
from portal.core import clock, jobs
from portal.core.models.jobs import JobStatus
from portal.core.parameters import set_parameter
from tests.factories.claims import Bench, make_bench, noon
from tests.factories.stations import make_user
from warranty import policies
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

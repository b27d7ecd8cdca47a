"""Goodwill: asked, authorized within limits and budget, consumed by a claim, given back when that falls."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from portal.accounts.roles import Role
from portal.core import clock, jobs
from tests.conftest import as_user
from tests.factories.claims import Bench, make_bench, noon
from tests.factories.goodwill import authorize, make_asked, make_budget, make_giver
from tests.factories.stations import make_user
from warranty import claims, goodwill, goodwill_budgets, goodwill_registry, review
from warranty.models import GoodwillAuthorization, GoodwillBudget, GoodwillStatus

DAY = date(2026, 10, 5)


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(DAY))
    yield
    clock.set(None)


@pytest.fixture
def bench(db: None) -> Bench:
    return make_bench()


def held(budget: GoodwillBudget) -> tuple[Decimal, Decimal]:
    budget.refresh_from_db()
    assert list(goodwill_registry.goodwill_budgets()) == []
    return budget.reserved, budget.consumed


@pytest.mark.django_db
def test_above_ones_own_limit_a_second_person_signs(bench: Bench) -> None:
    budget, giver, other = make_budget(), make_giver(limit="300"), make_giver(limit="100")
    asked = make_asked(station=bench.station, amount="500", actor=bench.owner)

    with pytest.raises(goodwill.OwnGoodwill):
        authorize(asked, actor=bench.owner)
    with pytest.raises(goodwill.NoAuthority):
        authorize(asked, actor=make_user(Role.FINANCE))
    first = authorize(asked, actor=giver)
    assert (first.status, held(budget)) == (GoodwillStatus.SECOND, (0, 0))
    with pytest.raises(goodwill.OwnGoodwill):
        authorize(asked, actor=giver)
    both = authorize(asked, actor=other)
    assert (both.status, both.second_by, held(budget)) == (GoodwillStatus.AUTHORIZED, other, (500, 0))


@pytest.mark.django_db
def test_nothing_is_authorized_beyond_the_budget(bench: Bench) -> None:
    giver = make_giver()
    asked = make_asked(station=bench.station, amount="400")
    with pytest.raises(goodwill.NoGoodwillBudget):
        authorize(asked, actor=giver)
    make_budget(amount="100000")
    region = make_budget(amount="500", region=bench.station.center.region)

    authorize(asked, actor=giver)
    with pytest.raises(goodwill.BudgetUsedUp, match="100"):
        authorize(make_asked(station=bench.station, amount="101"), actor=giver)
    assert held(region) == (400, 0)
    with pytest.raises(IntegrityError, match="goodwill_never_above_its_budget"), transaction.atomic():
        GoodwillBudget.objects.filter(pk=region.pk).update(reserved=501)
    goodwill.cancel_goodwill(asked, reason="客户放弃", actor=giver)
    assert held(region) == (0, 0)


@pytest.mark.django_db
def test_a_decided_claim_consumes_its_share_and_frees_the_rest(bench: Bench) -> None:
    """Out of cover: half of the part (165 -> 82.50), no labor; 300 were reserved, 80 is the most."""
    budget, giver = make_budget(), make_giver()
    unit = bench.unit(date(2020, 1, 1))
    draft = bench.draft(unit, qty="1", hours="1.2", km="", failed_on=DAY)
    assert draft.explanation["coverage"]["code"] == "EW"

    granted = authorize(make_asked(station=bench.station, unit=unit, amount="80"), actor=giver)
    jobs.drain()
    draft.refresh_from_db()
    assert (draft.goodwill, draft.allowed_total) == (granted, Decimal(80))
    claim = claims.submit_claim(draft, actor=bench.owner)
    jobs.drain()

    claim.refresh_from_db()
    if claim.status == "in_review":
        approver = make_user(Role.APPROVER)
        review.decide_lines(claim, decisions=review.proposals(claim), actor=approver)
        jobs.drain()
    granted.refresh_from_db()
    assert (granted.status, granted.consumed, held(budget)) == (GoodwillStatus.CONSUMED, Decimal(80), (0, 80))


@pytest.mark.django_db
def test_what_is_not_used_is_free_again(bench: Bench) -> None:
    budget, giver = make_budget(), make_giver()
    authorize(make_asked(station=bench.station), actor=giver, until=DAY)
    assert held(budget) == (500, 0)

    assert goodwill.expire_goodwill(before=DAY) == 0
    assert goodwill.expire_goodwill(before=date(2026, 10, 6)) == 1
    assert held(budget) == (0, 0)


@pytest.mark.django_db
def test_budgets_and_limits_need_a_second_person(bench: Bench) -> None:
    finance = make_user(Role.FINANCE)
    given: dict[str, Any] = {"year": 2026, "reason": "追加"}
    budget = goodwill_budgets.propose_budget(actor=finance, amount=Decimal(1000), **given)
    with pytest.raises(goodwill_budgets.OwnProposal):
        goodwill_budgets.release_budget(budget, actor=finance)
    goodwill_budgets.release_budget(budget, actor=make_user(Role.SERVICE_MANAGER))
    authorize(make_asked(station=bench.station, amount="600"), actor=make_giver())

    with pytest.raises(goodwill_budgets.BelowWhatIsHeld, match="600"):
        goodwill_budgets.propose_budget(actor=finance, amount=Decimal(599), **given)
    page = as_user(finance).get(reverse("goodwill_budget_detail", args=[budget.pk]))
    assert (page.status_code, "60%" in page.content.decode()) == (200, True)


@pytest.mark.django_db
def test_a_station_asks_and_headquarters_authorizes_on_their_pages(bench: Bench) -> None:
    make_budget()
    unit = bench.unit()
    typed = {"about": unit.serial_number, "amount": "300", "reason": "老客户，刚过保修期十天"}

    asked = as_user(bench.owner).post(reverse("goodwill_new"), typed)

    row = GoodwillAuthorization.objects.get()
    assert (asked.status_code, row.station, row.budget) == (302, bench.station, Decimal(300))
    shares = {"part_share_percent": 50, "labor_share_percent": 0, "travel_share_percent": 0}
    giver, page = make_giver(), reverse("goodwill_authorize", args=[row.pk])
    late = as_user(giver).post(page, {**shares, "budget": "300", "expires_on": "2026-10-01"})
    said = as_user(giver).post(page, {**shares, "budget": "300", "expires_on": "2026-11-01"})
    assert (late.status_code, said.status_code) == (409, 302)
    row.refresh_from_db()
    assert row.status == GoodwillStatus.AUTHORIZED

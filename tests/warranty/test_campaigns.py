"""Campaigns: units named in three ways and counted first, released by a second person, followed job by job."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from portal.accounts.roles import Role
from portal.core import clock, jobs
from service import doors
from tests.conftest import as_user
from tests.factories.claims import Bench, make_bench, noon
from tests.factories.stations import make_user
from warranty import campaigns, claims, entitled, facts
from warranty.models import Campaign, CampaignScope, CampaignStatus

DAY = date(2026, 10, 5)


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


def drawn_up(bench: Bench, manager: Any, **given: Any) -> Campaign:
    defaults = {"code": "SC-1", "name": "更换电源模块", "valid_from": date(2026, 9, 1), "operations": [bench.operation]}
    return campaigns.draw_up_campaign(actor=manager, **defaults | given)


def added(campaign: Campaign, manager: Any, way: str, **given: Any) -> CampaignScope:
    """Counted, then carried out."""
    scope = campaigns.count_scope(campaign, way=way, given=given, actor=manager)
    campaigns.add_units(scope, actor=manager)
    jobs.drain()
    scope.refresh_from_db()
    return scope


@pytest.mark.django_db
def test_units_are_counted_before_they_come_in(bench: Bench, manager: Any) -> None:
    campaign = drawn_up(bench, manager)
    first, second, third = (
        bench.unit(date(2026, 3, 1), serial_number=f"SN-00{n}", produced_on=date(2026, 1, n)) for n in (1, 2, 3)
    )

    listed = added(campaign, manager, "listed", serials=["SN-001", "TYPO-1"])
    ranged = added(campaign, manager, "range", first="SN-001", last="SN-002")
    produced = added(campaign, manager, "produced", model=bench.model.pk, since="2026-01-02", until="2026-01-03")

    def counts(scope: CampaignScope) -> tuple[int, int, int, int]:
        return (*(scope.counted[name] for name in ("hit", "unknown", "already")), scope.added)

    assert [counts(each) for each in (listed, ranged, produced)] == [(1, 1, 0, 2), (1, 0, 1, 1), (1, 0, 1, 1)]
    assert listed.counted["sample"] == ["TYPO-1"]
    rows = dict(campaign.units.values_list("serial_number", "unit"))
    assert rows == {"SN-001": first.pk, "TYPO-1": None, "SN-002": second.pk, "SN-003": third.pk}
    assert listed.finished_at is not None
    with pytest.raises(campaigns.AddedAlready):
        campaigns.add_units(listed, actor=manager)
    with pytest.raises(campaigns.RangeWrong):
        campaigns.count_scope(campaign, way="range", given={"first": "SN-9", "last": "SN-10"}, actor=manager)


@pytest.mark.django_db
def test_a_second_person_releases_it_and_only_then_it_covers(bench: Bench, manager: Any) -> None:
    campaign = drawn_up(bench, manager)
    with pytest.raises(campaigns.NoUnits):
        campaigns.release_campaign(campaign, actor=make_user(Role.APPROVER))
    unit = bench.unit(date(2020, 1, 1))
    added(campaign, manager, "listed", serials=[unit.serial_number])
    asked: dict[str, Any] = {
        "part_class": "core",
        "failure_day": DAY,
        "repair_day": DAY,
        "op_code": bench.operation.code,
    }

    assert facts.judge_part(facts.unit_facts(unit, on=DAY), **asked).code == "EW"
    with pytest.raises(campaigns.OwnCampaign):
        campaigns.release_campaign(campaign, actor=manager)
    campaigns.release_campaign(campaign, actor=make_user(Role.APPROVER))

    assert facts.judge_part(facts.unit_facts(unit, on=DAY), **asked).by == "campaign"
    assert [note for note in doors.notes_on(unit) if bench.operation.code in note] != []
    with pytest.raises(IntegrityError, match="keeps its terms"), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(valid_from=date(2020, 1, 1))
    with pytest.raises(campaigns.CampaignInThePast):
        campaigns.end_campaign(campaign, before=date(2026, 10, 1), actor=manager)
    ended = campaigns.end_campaign(campaign, before=date(2026, 10, 6), actor=manager)
    assert (ended.status, ended.valid_to) == (CampaignStatus.ENDED, date(2026, 10, 6))
    assert entitled.judge_unit(unit, on=date(2026, 10, 7)).code == "EW"


@pytest.mark.django_db
def test_units_follow_their_jobs_and_claims(bench: Bench, manager: Any) -> None:
    campaign = drawn_up(bench, manager)
    done, other = bench.unit(), bench.unit()
    added(campaign, manager, "listed", serials=[done.serial_number, other.serial_number])
    campaigns.release_campaign(campaign, actor=make_user(Role.APPROVER))
    assert campaigns.notify_units(campaign, actor=manager) == 2

    job = bench.job(done, failed_on=DAY, qty="1", hours="1.2")
    campaigns.bring_up_to_date()

    found = campaigns.progress_of(campaign)
    assert (found.total, found.notified, found.booked, found.done, found.claimed) == (2, 2, 1, 1, 0)
    claims.submit_claim(claims.draft_from_work_order(job, actor=bench.owner), actor=bench.owner)
    found = campaigns.progress_of(campaign)
    assert (found.done, found.claimed, found.stations[0]["claimed"]) == (1, 1, 1)
    assert [(str(month.date())[:7], count, claimed) for month, count, claimed in found.months] == [("2026-10", 1, 1)]


@pytest.mark.django_db
def test_a_campaign_is_drawn_up_and_counted_on_its_pages(bench: Bench, manager: Any) -> None:
    typed = {
        "code": "SC-9", "name": "召回", "kind": "recall", "valid_from": "2026-10-05", "operations": bench.operation.code,
    }  # fmt: skip
    unit = bench.unit()

    wrong = as_user(manager).post(reverse("campaign_new"), typed | {"operations": "NO-SUCH"})
    made = as_user(manager).post(reverse("campaign_new"), typed)

    assert (wrong.status_code, made.status_code) == (422, 302)
    campaign = Campaign.objects.get(code="SC-9")
    page = reverse("campaign_scope_new", args=[campaign.pk])
    empty = as_user(manager).post(page, {"way": "range", "first": "A"})
    counted = as_user(manager).post(page, {"way": "listed", "serials": f"{unit.serial_number}\nX-1"})
    assert (empty.status_code, counted.status_code) == (422, 302)
    shown = as_user(manager).get(counted["Location"])
    assert "X-1" in shown.content.decode()
    assert as_user(manager).get(campaign.get_absolute_url()).status_code == 200

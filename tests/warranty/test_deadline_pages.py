"""A job whose deadline has passed is shown as expired and cannot be claimed; a claimed job leads to its claim."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from portal.core import clock
from portal.core.parameters import set_parameter
from tests.conftest import as_user
from tests.factories.claims import Bench, make_bench, noon
from tests.factories.stations import make_grade
from tests.warranty.test_claim_pages import form_data
from warranty import worklists
from warranty.deadline import deadline_of
from warranty.models import WarrantyClaim

LAST_DAY = date(2026, 11, 3)  # 30 days after the repair of 4 October
TOO_LATE = date(2026, 11, 4)


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(date(2026, 10, 5)))
    yield
    clock.set(None)


@pytest.fixture
def bench(cast: Any) -> Bench:
    make_grade(station=cast.station_a, grade="B")
    return make_bench(station=cast.station_a)


def waiting(user: Any) -> list[str]:
    return [
        job.number for job in next(each for each in worklists.for_station(user) if each.key == "unclaimed_jobs").rows
    ]


@pytest.mark.django_db
def test_a_job_is_claimable_through_its_last_day(cast: Any, bench: Bench) -> None:
    job = bench.job()
    clock.set(noon(LAST_DAY))

    shown = as_user(cast.clerk_a).get(reverse("claimable_jobs")).content.decode()

    assert waiting(cast.clerk_a) == [job.number]
    assert LAST_DAY.isoformat() in shown
    assert reverse("claim_draft", args=[job.pk]) in shown


@pytest.mark.django_db
def test_an_expired_job_is_listed_as_expired_and_not_offered(cast: Any, bench: Bench) -> None:
    job = bench.job()
    clock.set(noon(TOO_LATE))
    browser = as_user(cast.clerk_a)

    shown = browser.get(reverse("claimable_jobs")).content.decode()
    question = browser.get(reverse("claim_draft", args=[job.pk])).content.decode()

    assert waiting(cast.clerk_a) == []
    assert job.number in shown
    assert "已过期" in shown
    assert reverse("claim_draft", args=[job.pk]) not in shown
    assert "disabled>" in question
    assert LAST_DAY.isoformat() in question


@pytest.mark.django_db
def test_an_expired_draft_cannot_be_submitted_and_says_why(cast: Any, bench: Bench) -> None:
    claim = bench.draft()
    clock.set(noon(TOO_LATE))
    browser = as_user(cast.owner_a)
    address = reverse("claim_edit", args=[claim.pk])

    page = browser.get(address)
    answer = browser.post(address, form_data(page) | {"then": "submit"})
    listed = browser.get(reverse("claim_list")).content.decode()
    record = browser.get(claim.get_absolute_url()).content.decode()

    assert 'value="submit" disabled' in page.content.decode()
    assert page.context["refusals"] == [f"最晚提交日为 {LAST_DAY}，已过期。"]
    assert answer.status_code == 409
    claim.refresh_from_db()
    assert (claim.status, claim.number) == ("draft", "")
    assert f"已于 {LAST_DAY} 过期" in listed
    assert reverse("claim_edit", args=[claim.pk]) not in record.partition('class="next bad"')[2].partition("</div>")[0]


@pytest.mark.django_db
def test_a_draft_in_time_names_its_last_day(cast: Any, bench: Bench) -> None:
    claim = bench.draft()

    page = as_user(cast.owner_a).get(reverse("claim_edit", args=[claim.pk])).content.decode()

    assert 'value="submit">' in page
    assert LAST_DAY.isoformat() in page


@pytest.mark.django_db
def test_a_job_with_a_claim_leads_to_it(cast: Any, bench: Bench) -> None:
    claim = bench.submitted()
    browser = as_user(cast.clerk_a)
    address = reverse("claim_draft", args=[claim.work_order_id])

    asked = browser.get(address, follow=True)
    sent = browser.post(address)

    assert asked.redirect_chain == [(claim.get_absolute_url(), 302)]
    assert claim.number in "".join(str(message) for message in asked.context["messages"])
    assert sent.status_code == 409
    assert WarrantyClaim.objects.count() == 1


@pytest.mark.django_db
def test_the_period_in_force_on_the_repair_day_counts(cast: Any, bench: Bench) -> None:
    job = bench.job()
    set_parameter("warranty.submit_days", 10, valid_from=noon(date(2026, 10, 20)), actor=cast.approver)
    clock.set(noon(date(2026, 10, 30)))

    assert deadline_of(date(2026, 10, 4)).last == LAST_DAY
    assert deadline_of(date(2026, 10, 21)).last == date(2026, 10, 31)
    assert waiting(cast.clerk_a) == [job.number]

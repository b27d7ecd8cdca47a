"""Pages of claims: from the finished job to the submitted claim, the reviewer's desk, and who sees what."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from portal.core import clock
from tests.conftest import as_user
from tests.factories.claims import Bench, make_bench
from tests.factories.stations import make_grade
from warranty.models import WarrantyClaim


@pytest.fixture(autouse=True)
def _on_the_day() -> Any:
    clock.set(datetime(2026, 10, 5, 4, tzinfo=UTC))
    yield
    clock.set(None)


@pytest.fixture
def bench(cast: Any) -> Bench:
    make_grade(station=cast.station_a, grade="B")
    return make_bench(station=cast.station_a)


@pytest.mark.django_db
def test_a_finished_job_says_what_becomes_of_its_claim(cast: Any, bench: Bench) -> None:
    job = bench.job()
    browser = as_user(cast.owner_a)

    before = browser.get(job.get_absolute_url()).content.decode()
    browser.post(reverse("claim_draft", args=[job.pk]))
    claim = WarrantyClaim.objects.get(work_order=job)
    after = browser.get(job.get_absolute_url()).content.decode()
    clock.set(datetime(2027, 10, 5, 4, tzinfo=UTC))
    late = browser.get(bench.job().get_absolute_url()).content.decode()

    assert reverse("claim_draft", args=[job.pk]) in before
    assert claim.get_absolute_url() in after
    assert reverse("claim_draft", args=[job.pk]) not in after
    assert "未提出索赔" in late


@pytest.mark.django_db
def test_a_claim_is_made_in_three_steps(cast: Any, bench: Bench) -> None:
    job = bench.job()
    browser = as_user(cast.owner_a)

    jobs = browser.get(reverse("claimable_jobs"))
    drafted = browser.post(reverse("claim_draft", args=[job.pk]))
    claim = WarrantyClaim.objects.get(work_order=job)
    page = browser.get(drafted.url)
    answer = browser.post(drafted.url, form_data(page) | {"then": "submit"})

    assert job.number in jobs.content.decode()
    assert drafted.url == reverse("claim_edit", args=[claim.pk])
    assert answer.status_code == 302, problems(answer)
    claim.refresh_from_db()
    assert (claim.status, claim.approved_total) == ("partially_approved", Decimal("465.00"))
    shown = browser.get(answer.url).content.decode()
    assert "465.00" in shown
    assert claim.number in shown


@pytest.mark.django_db
def test_the_coach_answers_a_changed_field(cast: Any, bench: Bench) -> None:
    claim = bench.draft()
    browser = as_user(cast.clerk_a)
    data = form_data(browser.get(reverse("claim_edit", args=[claim.pk])))

    answer = browser.post(reverse("claim_coach", args=[claim.pk]), data | {"lines-1-hours": "1.00"})

    assert answer.status_code == 200
    claim.refresh_from_db()
    assert claim.claimed_total == Decimal("449.00")


@pytest.mark.django_db
def test_the_outsider_sees_no_claim(cast: Any, bench: Bench) -> None:
    claim = bench.submitted()

    for member in (cast.owner_b, cast.outsider, cast.supplier_x):
        assert as_user(member).get(reverse("claim_detail", args=[claim.pk])).status_code == 404
        listed = as_user(member).get(reverse("claim_list"))
        assert claim.number not in listed.content.decode()


@pytest.mark.django_db
def test_the_reviewer_decides_in_the_administration(cast: Any, bench: Bench) -> None:
    claim = bench.submitted(qty="4")
    assert claim.status == "in_review"
    browser = as_user(cast.reviewer)
    address = reverse("admin:warranty_warrantyclaim_decide", args=[claim.pk])

    queue = browser.get(reverse("admin:warranty_warrantyclaim_changelist"))
    page = browser.get(address)
    detail = browser.get(reverse("admin:warranty_warrantyclaim_change", args=[claim.pk]))
    answer = browser.post(address, form_data(page))

    assert claim.number in queue.content.decode()
    assert detail.status_code == 200
    assert answer.status_code == 302, problems(answer)
    claim.refresh_from_db()
    assert (claim.status, claim.decided_by) == ("partially_approved", cast.reviewer)


@pytest.mark.django_db
def test_the_decision_letter_is_a_pdf(cast: Any, bench: Bench) -> None:
    from portal.core.documents import documents_of

    claim = bench.submitted()
    letter = documents_of(claim).get()

    answer = as_user(cast.owner_a).get(reverse("document", args=[letter.pk]))

    assert answer.content.startswith(b"%PDF")


def form_data(page: Any) -> dict[str, Any]:
    """What a browser would post back from the page's form and formset unchanged."""
    data: dict[str, Any] = {}
    for bound in (page.context["form"], page.context["formset"].management_form, *page.context["formset"]):
        for field in bound:
            value = field.value()
            data[field.html_name] = "" if value is None else getattr(value, "pk", value)
    return data


def problems(page: Any) -> Any:
    """What the page says is wrong."""
    return page.context["form"].errors, page.context["formset"].errors, page.context["formset"].non_form_errors()

"""Versions of a claim as they were submitted, and what one changed against the one before."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from portal.core import clock
from portal.core.attachments import attach
from tests.conftest import as_user
from tests.factories.claims import make_bench, noon, photo
from tests.factories.stations import make_grade
from warranty import claims, review
from warranty.whereabouts import expected_pay_day, money_expected, whereabouts

DAY = date(2026, 10, 5)


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(DAY))
    yield
    clock.set(None)


@pytest.mark.django_db
def test_an_answer_shows_what_it_changed_against_the_version_before(cast: Any) -> None:
    make_grade(station=cast.station_a, grade="B")
    bench = make_bench(station=cast.station_a)
    claim = bench.submitted(qty="4")
    review.request_info(claim, question="请补充旧件照片并核对数量", actor=cast.reviewer)
    clock.set(noon(DAY + timedelta(days=1)))
    asked = whereabouts(type(claim).objects.get(pk=claim.pk))
    part = claim.lines.get(kind="part")
    claims.edit_draft(
        claim, actor=cast.clerk_a, changes={"cause": "电容老化击穿导致无输出"}, lines={part.pk: {"qty": Decimal(2)}}
    )
    claims.add_line(claim, actor=cast.clerk_a, kind="freight", description="旧件寄回", claimed_amount=Decimal("18.00"))
    attach(claim, photo(951), kind="other", actor=cast.clerk_a)
    review.answer_question(claim, answer="已补充照片，数量更正为两件", actor=cast.owner_a)
    browser = as_user(cast.owner_a)

    first = browser.get(reverse("claim_version", args=[claim.pk, 1]))
    second = browser.get(reverse("claim_version", args=[claim.pk, 2]))
    missing = browser.get(reverse("claim_version", args=[claim.pk, 3]))
    detail = browser.get(claim.get_absolute_url()).content.decode()

    assert "2026-10-20 23:59" in asked.until
    assert next(line.amount for line in first.context["lines"]) == Decimal("660.00")
    assert len(first.context["photos"]) == 2
    assert "changes" not in first.context
    changed = [(str(change.what), change.before, change.after) for change in second.context["changes"]]
    assert ("故障原因", "电源模块内部电容击穿导致无输出", "电容老化击穿导致无输出") in changed
    assert any("数量" in what and (before, after) == ("4", "2") for what, before, after in changed)
    assert any(before == "" and "18.00" in after for _what, before, after in changed)
    assert [row.name for row in second.context["came"]] == ["photo951.png"]
    assert missing.status_code == 404
    assert reverse("claim_version", args=[claim.pk, 2]) in detail


@pytest.mark.django_db
def test_money_is_expected_with_the_statement_of_the_month_of_the_decision(cast: Any) -> None:
    make_grade(station=cast.station_a, grade="B")
    bench = make_bench(station=cast.station_a)
    granted = bench.submitted()
    draft = bench.draft()
    browser = as_user(cast.owner_a)

    found = whereabouts(granted)
    listed = browser.get(reverse("claim_list")).content.decode()

    assert expected_pay_day(DAY) == date(2026, 11, 12)
    assert "465.00" in found.money
    assert "2026-11-12" in found.money
    assert "64.00" in found.cut
    assert "2026-11" in whereabouts(draft).money
    assert money_expected(type(granted).objects.all()) == [(date(2026, 11, 1), Decimal("465.00"))]
    assert "465.00" in listed

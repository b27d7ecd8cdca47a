"""A claim that was submitted is shown, never its form; what is posted to it all the same changes nothing."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from portal.core import clock
from tests.conftest import as_user
from tests.factories.claims import Bench, make_bench, noon, photo
from tests.factories.stations import make_grade
from warranty.models import ClaimVersion, WarrantyClaim

CHANGE = {
    "failed_on": "2026-10-01", "cause_class": "misuse", "complaint": "改写后的故障现象说明文字",
    "cause": "改写后的故障原因说明文字", "correction": "改写后的处理措施说明文字", 
    "lines-TOTAL_FORMS": "0", "lines-INITIAL_FORMS": "0",
    "then": "submit", "kind": "freight", "claimed_amount": "99.00",
    "description": "旧件运费",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(date(2026, 10, 5)))
    yield
    clock.set(None)


@pytest.fixture
def claim(cast: Any) -> WarrantyClaim:
    make_grade(station=cast.station_a, grade="B")
    bench: Bench = make_bench(station=cast.station_a)
    return bench.submitted()


def facts(claim: WarrantyClaim) -> Any:
    rows = claim.lines.order_by("pk").values_list("pk", "kind", "claimed_amount", "allowed_amount")
    fields = WarrantyClaim.objects.filter(pk=claim.pk).values()
    return list(fields), list(rows), ClaimVersion.objects.count()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["claim_edit", "claim_submit", "claim_photo", "claim_add_line", "claim_remove_line"])
def test_the_form_of_a_frozen_claim_is_not_shown(cast: Any, claim: WarrantyClaim, name: str) -> None:
    about = claim.lines.first() if name == "claim_remove_line" else claim
    before = facts(claim)
    browser = as_user(cast.owner_a)
    address = reverse(name, args=[about.pk])  # type: ignore[union-attr]

    asked = browser.get(address, follow=True)
    sent = browser.post(address, CHANGE | ({"files": photo(7), "kind": "fault_photo"} if name == "claim_photo" else {}))

    assert asked.redirect_chain == [(claim.get_absolute_url(), 302)]
    assert claim.number in "".join(str(message) for message in asked.context["messages"])
    assert sent.status_code == 409, (sent.status_code, sent.context and sent.context["form"].errors)
    assert facts(claim) == before


@pytest.mark.django_db
def test_the_coach_of_a_frozen_claim_saves_nothing(cast: Any, claim: WarrantyClaim) -> None:
    before = facts(claim)

    answer = as_user(cast.owner_a).post(reverse("claim_coach", args=[claim.pk]), CHANGE)

    assert answer.status_code == 409
    assert facts(claim) == before

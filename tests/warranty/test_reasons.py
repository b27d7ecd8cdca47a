"""A reason of the list is offered and accepted only where it fits."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.models import Event
from tests.conftest import as_user
from tests.factories.claims import Bench, make_bench, noon
from tests.factories.stations import make_user
from warranty import reasons, review
from warranty.forms.claims import LineDecisionForm
from warranty.forms.desk import ManyForm
from warranty.models import ReasonCode, ReasonUse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_day() -> Any:
    clock.set(noon(date(2026, 10, 5)))
    yield
    clock.set(None)


@pytest.fixture
def bench(cast: Any) -> Bench:
    return make_bench(station=cast.station_a, grade="D")


def decide(claim: Any, amount: Decimal, code: str) -> Any:
    rows = [
        review.LineDecision(row.line_id, min(amount, row.amount), code, "按合同条款核减，说明见附件资料")
        for row in review.proposals(claim)
    ]
    return review.decide_lines(claim, decisions=rows, actor=make_user(Role.APPROVER))


def test_a_reason_for_nothing_does_not_fit_where_a_part_is_paid(bench: Bench) -> None:
    claim = bench.submitted()

    with pytest.raises(reasons.ReasonDoesNotFit, match="EXCLUDED_CAUSE"):
        decide(claim, Decimal(1), "EXCLUDED_CAUSE")
    with pytest.raises(reasons.ReasonDoesNotFit, match="INFO"):
        decide(claim, Decimal(0), "INFO")
    assert decide(claim, Decimal(0), "EXCLUDED_CAUSE").status == "rejected"


def test_forms_and_programs_offer_what_fits(cast: Any) -> None:
    def offered(field: Any) -> set[str]:
        return set(field.queryset.values_list("code", flat=True))

    of_lines = offered(LineDecisionForm(user=cast.reviewer, subject=None).fields["reason_code"])
    of_many = offered(ManyForm(user=cast.reviewer, subject=None).fields["reason_code"])

    assert ("INFO" in of_lines, "ELH" in of_lines, "EW" in of_lines) == (False, True, True)
    assert ("ELH" in of_many, "EW" in of_many) == (False, True)
    assert not ReasonCode.objects.fitting(ReasonUse.AUTHORIZATION).filter(code="PNR").exists()


def test_headquarters_says_where_a_reason_fits_and_the_list_tells_who_did(cast: Any) -> None:
    row = ReasonCode.objects.get(code="OTHER")
    page = reverse("admin:warranty_reasoncode_change", args=[row.pk])
    form = {"name": row.name, "name_en": row.name_en, "x12_code": "?", "uses": ["cut"]}
    browser = as_user(cast.service_manager)

    refused = browser.post(page, form)
    done = browser.post(page, form | {"x12_code": ""})

    row.refresh_from_db()
    assert (refused.status_code, done.status_code, row.uses) == (200, 302, ["cut"])
    (event,) = Event.objects.filter(kind="reasoncode.changed")
    assert (event.subject_number, event.data) == ("OTHER", {"uses": ["cut"]})

"""A reason of the list is offered and accepted only where it fits."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.documents import documents_of
from portal.core.models import Event
from tests.conftest import as_user
from tests.factories.claims import Bench, make_bench, noon
from tests.factories.stations import make_user
from warranty import masters, reasons, review
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


SAYS: dict[str, Any] = {"code": "OTHER", "name": "其他（须附照片）", "name_en": "Other, with a photo", "uses": ["cut"]}


def release(**says: Any) -> ReasonCode:
    """Proposed by the service manager, released by the approver."""
    proposed = reasons.propose_reason(actor=make_user(Role.SERVICE_MANAGER), **says)
    return masters.release(proposed, actor=make_user(Role.APPROVER))


def test_headquarters_proposes_the_next_version_and_another_person_releases_it(cast: Any) -> None:
    add = reverse("admin:warranty_reasoncode_add")
    form = {**SAYS, "x12_code": "?", "valid_from": "2026-10-06"}
    browser = as_user(cast.service_manager)

    refused = browser.post(add, form)
    useless = browser.post(add, form | {"x12_code": "", "uses": []})
    done = browser.post(add, form | {"x12_code": ""})

    row = ReasonCode.objects.get(code="OTHER", status="proposed")
    assert (refused.status_code, useless.status_code, done.status_code) == (200, 200, 302)
    assert reasons.known(date(2026, 10, 6))["OTHER"].name != SAYS["name"]
    with pytest.raises(masters.OwnTerm):
        masters.release(row, actor=cast.service_manager)
    masters.release(row, actor=cast.approver)
    shown = browser.get(reverse("admin:warranty_reasoncode_change", args=[row.pk])).content.decode()
    assert ("该行部分核减" in shown, ">cut<" in shown) == (True, False)
    assert [reasons.known(date(2026, 10, day))["OTHER"].name == SAYS["name"] for day in (5, 6)] == [False, True]
    events = Event.objects.filter(kind__startswith="reasoncode.").order_by("pk")
    assert [(event.kind, event.subject_number) for event in events] == [
        ("reasoncode.proposed", row.number),
        ("reasoncode.released", row.number),
    ]


def test_what_was_decided_keeps_the_version_of_its_day(bench: Bench) -> None:
    before = decide(bench.submitted(), Decimal(0), "OTHER")
    release(**SAYS, valid_from=date(2026, 10, 6))
    line = before.lines.first()
    letter, stored = documents_of(before, "claim_decision").get().facts, before.decisions.get().lines

    clock.set(noon(date(2026, 10, 6)))
    after = decide(bench.submitted(), Decimal(1), "OTHER")

    line.refresh_from_db()
    assert (str(line.reason_code), str(after.lines.first().reason_code)) == (
        "OTHER 其他（见说明）",
        "OTHER 其他（须附照片）",
    )
    assert documents_of(before, "claim_decision").get().facts == letter
    assert before.decisions.get().lines == stored
    with pytest.raises(reasons.ReasonDoesNotFit):
        reasons.require_fitting("OTHER", ReasonUse.REJECTION)


def test_a_reason_is_given_on_its_days_only(cast: Any) -> None:
    made = release(code="STORM", name="台风", uses=["rejection"], valid_from=date(2026, 10, 10))
    masters.end(made, before=date(2026, 11, 1), actor=cast.service_manager)

    def offered(day: date) -> bool:
        clock.set(noon(day))
        field = ManyForm(user=cast.reviewer, subject=None).fields["reason_code"]
        return field.queryset.filter(code="STORM").exists()

    days = [date(2026, 10, 9), date(2026, 10, 10), date(2026, 10, 31), date(2026, 11, 1)]
    assert [offered(day) for day in days] == [False, True, True, False]
    assert reasons.named(date(2026, 12, 1))["STORM"] == made
    with pytest.raises(reasons.ReasonDoesNotFit):
        reasons.require_fitting("STORM", ReasonUse.REJECTION)
    assert reasons.require_fitting("STORM", of_rules=["STORM"]) == made


def test_the_database_refuses_two_versions_on_one_day_and_a_change_of_what_was_released() -> None:
    twin = ReasonCode.objects.create(code="OTHER", name="其他", uses=["cut"], valid_from=date(2026, 12, 1))

    with pytest.raises(IntegrityError, match="versions_of_one_reason_do_not_overlap"), transaction.atomic():
        ReasonCode.objects.filter(pk=twin.pk).update(status="released")
    with pytest.raises(IntegrityError, match="keeps its terms"), transaction.atomic():
        ReasonCode.objects.filter(code="ELH").update(name="别的")
    with pytest.raises(IntegrityError, match="reason_moves"), transaction.atomic():
        ReasonCode.objects.create(code="NEW", name="新", status="released", valid_from=date(2026, 12, 1))


def test_a_question_and_a_reversal_name_a_reason(bench: Bench, cast: Any) -> None:
    asked, granted = bench.submitted(), decide(bench.submitted(), Decimal(1), "OTHER")
    person = make_user(Role.APPROVER)

    with pytest.raises(reasons.ReasonDoesNotFit, match="PHOTO_UNCLEAR"):
        review.request_info(asked, reason_code="ELH", question="请补充铭牌的清晰照片", actor=person)
    question = review.request_info(asked, reason_code="PHOTO_UNCLEAR", question="请补充铭牌的清晰照片", actor=person)
    page = reverse("claim_reverse", args=[granted.pk])
    without = as_user(person).post(page, {"reason": "抽查发现维修未实际发生"})
    as_user(person).post(page, {"reason_code": "REPAIR_NOT_DONE", "reason": "抽查发现维修未实际发生"})

    granted.refresh_from_db()
    assert documents_of(asked, "claim_request").get().facts["missing"] == ["照片缺失或不清晰", question.question]
    assert (without.status_code, granted.status, granted.reversed_for.code) == (422, "reversed", "REPAIR_NOT_DONE")
    assert "核查发现维修未实际发生" in as_user(bench.owner).get(granted.get_absolute_url()).content.decode()

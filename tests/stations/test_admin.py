"""Headquarters' desk: every list and record opens, decisions are buttons, others stay outside."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.roles import Role
from portal.core import clock, events, jobs
from stations.models import ApplicationStatus, GapKind, StationGap
from tests.cast import Cast
from tests.conftest import as_user
from tests.factories.station_applications import passed, require
from tests.factories.stations import (
    make_certificate,
    make_family,
    make_grade,
    make_station,
    make_technician,
    make_user,
)
from tests.factories.training import make_course, make_item

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_list_and_record_opens(language: str) -> None:
    manager = make_user(Role.SERVICE_MANAGER, language=language)
    passed()
    require("dealer", "lease")
    station = make_station()
    make_grade(station=station)
    make_certificate(technician=make_technician(station=station))
    client = as_user(manager)
    wrong = []

    for model in apps.get_app_config("stations").get_models():
        if model not in admin.site._registry:
            continue
        name = f"admin:stations_{model._meta.model_name}"
        pages = [reverse(f"{name}_changelist")]
        if row := model._default_manager.first():
            pages.append(reverse(f"{name}_change", args=[row.pk]))
        wrong += [(page, client.get(page).status_code) for page in pages if client.get(page).status_code != 200]

    assert wrong == []


def test_the_queue_decides_by_a_button() -> None:
    application, region_manager = passed()
    manager = make_user(Role.SERVICE_MANAGER)
    page = reverse("admin:stations_stationapplication_decide", args=[application.pk])

    assert as_user(region_manager).get(page).status_code in (302, 403)
    assert as_user(manager).get(page).status_code == 200
    assert as_user(manager).post(page, {"note": "资料齐全"}).status_code == 302
    application.refresh_from_db()
    assert (application.status, application.hq_decider) == (ApplicationStatus.CONTRACTING, manager)
    assert as_user(manager).post(page, {"note": ""}).status_code == 409


def test_finance_sets_the_limit_by_a_button() -> None:
    account = make_station().dealer.accounts.get()
    page = reverse("admin:stations_dealeraccount_limit", args=[account.pk])

    assert as_user(make_user(Role.SERVICE_MANAGER)).post(page, {"amount": "1", "reason": "x"}).status_code == 403
    finance = as_user(make_user(Role.FINANCE))
    assert finance.post(page, {"amount": "123.00", "reason": "年度授信"}).status_code == 302
    account.refresh_from_db()
    assert str(account.credit_limit) == "123.00"


def test_stations_are_listed_and_filtered_by_the_grade_held_in_as_many_queries_for_many(cast: Cast) -> None:
    make_grade(station=cast.station_a, grade="A")
    make_grade(station=cast.station_b, grade="B")
    browser, page = as_user(cast.service_manager), reverse("admin:stations_station_changelist")

    listed = browser.get(page, {"grade": "A"})
    with CaptureQueriesContext(connection) as few:
        browser.get(page)
    for _each in range(5):
        make_grade(station=make_station(center=cast.center_a, dealer=cast.dealer_a), grade="C")
    with CaptureQueriesContext(connection) as many:
        browser.get(page)

    assert [row.pk for row in listed.context["cl"].result_list] == [cast.station_a.pk]
    assert len(many) == len(few)


def test_a_region_shows_its_stations_by_state_and_the_menu_leads_to_the_board(cast: Cast) -> None:
    page = as_user(cast.service_manager).get(reverse("admin:stations_region_change", args=[cast.center_a.region_id]))

    assert f"{reverse('region_board')}?region={cast.center_a.region_id}" in page.content.decode()
    assert f'href="{reverse("region_board")}"' in page.content.decode()


def test_headquarters_ends_a_membership_by_a_button(cast: Cast) -> None:
    membership = cast.owner_a.memberships.get()
    page = reverse("admin:stations_membership_end", args=[membership.pk])

    assert as_user(cast.auditor).post(page, {"reason": "离职"}).status_code in {403, 404}
    assert as_user(cast.service_manager).post(page, {"reason": "离职"}).status_code == 302

    membership.refresh_from_db()
    assert membership.valid_to == clock.today()
    assert events.of_subject(membership.node)[0].kind == "membership.ended"


def rows_of(*choices: tuple[str, bool]) -> dict[str, str]:
    """The formset as a browser sends it."""
    sent = {"lines-TOTAL_FORMS": str(len(choices)), "lines-INITIAL_FORMS": "0"}
    for number, (text, is_right) in enumerate(choices):
        sent |= {f"lines-{number}-text": text} | ({f"lines-{number}-is_right": "on"} if is_right else {})
    return sent


def test_a_question_of_the_bank_is_added_and_changed_with_a_right_and_a_wrong_choice_only(cast: Cast) -> None:
    course, browser = make_course(questions=0), as_user(cast.service_manager)
    add = reverse("admin:stations_course_question", args=[course.pk])
    facts = {"text": "断电后第一步", "points": "10"}

    assert browser.post(add, facts | rows_of(("验电", True), ("", False))).status_code == 409
    assert browser.post(add, facts | rows_of(("验电", True), ("拆机", False))).status_code == 302
    question = course.questions.get()
    change = reverse("admin:stations_question_edit", args=[question.pk])
    both = rows_of(("验电", True), ("挂牌", True))
    assert browser.get(change).status_code == 200
    assert browser.post(change, facts | both).status_code == 409
    assert (
        browser.post(change, facts | both | rows_of(("验电", True), ("挂牌", True), ("拆机", False))).status_code == 302
    )

    question.refresh_from_db()
    assert (question.kind, question.is_active, question.choices.count()) == ("multiple", False, 3)


def test_a_changed_requirement_reaches_the_gaps_of_every_station_after_the_commit(cast: Cast) -> None:
    family, browser = make_family(), as_user(cast.service_manager)
    make_certificate(technician=make_technician(station=cast.station_a), family=family, level=1)
    item = make_item()
    facts = {"family": family.pk, "level": "3", "technicians": "1", "valid_from": "2026-01-01"}
    pieces = {
        "code": item.code, "name": item.name, "is_active": "on", "requirements-TOTAL_FORMS": "1",
        "requirements-INITIAL_FORMS": "0", "requirements-0-quantity": "2", "requirements-0-is_compulsory": "on",
    }  # fmt: skip

    assert browser.post(reverse("admin:stations_skillrequirement_add"), facts).status_code == 302
    assert browser.post(reverse("admin:stations_equipmentitem_change", args=[item.pk]), pieces).status_code == 302
    jobs.drain()

    found = set(StationGap.objects.filter(station=cast.station_a).values_list("kind", "family", "item"))
    assert found == {(GapKind.SKILL, family.pk, None), (GapKind.MISSING, None, item.pk)}

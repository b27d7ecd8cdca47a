"""Headquarters' desk: every list and record opens, decisions are buttons, others stay outside."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from portal.accounts.roles import Role
from stations.models import ApplicationStatus
from tests.conftest import as_user
from tests.factories.station_applications import passed, require
from tests.factories.stations import make_certificate, make_grade, make_station, make_technician, make_user

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

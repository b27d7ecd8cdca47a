"""Step 1 in a browser: an outlet applies by phone, the region visits it, headquarters decides and signs."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.attachments import attachments_of
from stations import applications, training
from stations.models import ExamAttempt, StationApplication
from tests.browser.rating import fill_and_sign, rate_every_item
from tests.factories.station_applications import make_template, require
from tests.factories.stations import (
    make_brand,
    make_center,
    make_member,
    make_station,
    make_technician,
    make_user,
)
from tests.factories.training import make_course

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
FACTS = {
    "company_name": "深圳市南山智居电器服务有限公司", "license_number": "91440300MA5FYB7X2K", "owner_name": "陈志强",
    "phone": "13911112222", "bank_name": "招商银行深圳南山支行", "bank_account": "755912345610",
    "station_name": "深圳南山服务站", "division": "广东省深圳市南山区", "address": "科技园南区高新南七道 18 号 1 楼",
    "technician_count": "4",
}  # fmt: skip


@pytest.mark.parametrize(("width", "language"), [(390, "zh-hans"), (1280, "en")])
def test_an_outlet_becomes_a_station(
    browser_as: Callable[..., Any], picture: Callable[..., None], tmp_path: Any, width: int, language: str
) -> None:
    center = make_center(name="华南运营中心", name_en="South China center")
    require("dealer", "license", needs_number=True, needs_expiry=True)
    require("dealer", "photos")
    template = make_template()
    brand = make_brand(name="驿家", name_en="Yijia")
    region = make_member(
        Role.REGION_MANAGER, user=make_user(display_name="许峰", language=language), region=center.region
    )
    manager = make_user(Role.SERVICE_MANAGER, display_name="陈敏", language=language)
    invitation = applications.invite_applicant(
        center, kind="dealer", actor=make_member(Role.CENTER_CLERK, center=center)
    )
    photo = tmp_path / "license.png"
    photo.write_bytes(PNG)

    page = browser_as(None, width=width, language=language)
    page.goto(reverse("apply", args=[applications.token_of(invitation)]))
    for name, value in FACTS.items():
        page.fill(f'[name="{name}"]', value)
    page.select_option('[name="taxpayer_type"]', "general")
    page.click('button[value="submit"]')
    assert page.locator('.problems a[href="#document-license"]').count() >= 1
    picture(page, f"stations-apply-missing-{width}-{language}")
    page.fill('[name="document-license-document_number"]', "91440300MA5FYB7X2K")
    page.fill('[name="document-license-expires_on"]', "2090-01-01")
    for paper in ("license", "photos"):
        page.set_input_files(f'[name="document-{paper}-files"]', str(photo))
    page.click('button[value="submit"]')
    page.wait_for_selector("ol.tl")
    picture(page, f"stations-apply-sent-{width}-{language}")
    application = StationApplication.objects.get()
    here = reverse("application_detail", args=[application.pk])

    page = browser_as(region, width=width, language=language)
    page.goto(reverse("application_list"))
    picture(page, f"stations-queue-{width}-{language}")
    page.goto(here)
    picture(page, f"stations-application-{width}-{language}")
    page.click(f'a[href="{reverse("application_approve", args=[application.pk])}"]')
    page.click("form.card button.btn-primary")
    page.click(f'a[href="{reverse("application_inspect", args=[application.pk])}"]')
    page.click("form.card button.btn-primary")
    page.wait_for_url("**/fill/")
    rate_every_item(page, items=template.items.count())
    expect(page.locator("[data-score-value]")).to_have_text("100")
    fill_and_sign(
        page, photo=str(photo), host="陈志强", before=lambda: picture(page, f"stations-inspect-{width}-{language}")
    )
    page.wait_for_url("**/inspections/*/")
    visit = application.inspections.get()
    assert (visit.score, visit.host_signed_as) == (100, "陈志强")
    assert visit.answers.filter(photos__isnull=False).count() == 1
    assert set(attachments_of(visit).values_list("kind", flat=True)) == {"signature_inspector", "signature_host"}
    picture(page, f"stations-visit-{width}-{language}")

    page = browser_as(manager, width=width, language=language)
    page.goto(reverse("application_decide", args=[application.pk]))
    page.click("form.card button.btn-primary")
    page.goto(reverse("application_sign", args=[application.pk]))
    page.select_option('[name="principal"]', str(brand.pk))
    picture(page, f"stations-sign-{width}-{language}")
    page.click("form.card button.btn-primary")
    page.wait_for_url("**/stations/*/")
    application.refresh_from_db()
    assert application.status == "active"
    page.goto(reverse("station_invite_owner", args=[application.station_id]))
    page.fill('[name="username"]', "chen")
    page.click("form.card button.btn-primary")
    page.wait_for_url("**/stations/*/")
    assert "/invitation" in page.content()
    picture(page, f"stations-card-{width}-{language}")


def test_an_applicant_loses_the_network(browser_as: Callable[..., Any], tmp_path: Any) -> None:
    """What was typed and photographed without a network is neither sent into the void nor lost with the page."""
    center = make_center()
    require("dealer", "license")
    invitation = applications.invite_applicant(
        center, kind="dealer", actor=make_member(Role.CENTER_CLERK, center=center)
    )
    form = reverse("apply", args=[applications.token_of(invitation)])
    photo = tmp_path / "license.png"
    photo.write_bytes(PNG)
    page = browser_as(None, width=390)
    page.goto(form)
    page.fill('[name="company_name"]', FACTS["company_name"])
    said = page.locator("[data-saved]")
    expect(said).to_have_text("已保存")
    page.fill('[name="division"]', "广东省深")
    page.focus('[name="address"]')
    expect(page.locator(".field.has-problem .problem")).to_contain_text("请从列表中选择")
    expect(said).to_contain_text("所在区县")
    page.fill('[name="division"]', "")
    expect(said).to_have_text("已保存")
    page.set_input_files('[name="document-license-files"]', {"name": "x.exe", "mimeType": "x/y", "buffer": b"MZ"})
    expect(page.locator('[data-paper="license"] .problem')).to_have_count(1)
    expect(said).to_contain_text("未能接收")

    page.context.set_offline(True)
    page.fill('[name="owner_name"]', FACTS["owner_name"])
    page.set_input_files('[name="document-license-files"]', str(photo))
    expect(said).to_have_text("无网络，已保存在本设备")
    page.click('button[value="submit"]')
    page.wait_for_timeout(300)
    application = StationApplication.objects.get()
    assert (application.status, application.owner_name) == ("draft", "")
    assert page.url.endswith(form)
    page.close(run_before_unload=False)

    context = page.context
    context.set_offline(False)
    page = context.new_page()
    page.goto(form)
    expect(page.locator('[name="owner_name"]')).to_have_value(FACTS["owner_name"])
    expect(page.locator('[data-paper="license"] [data-files] li')).to_contain_text(["license.png"])
    expect(page.locator("[data-saved]")).to_have_text("已保存")
    application.refresh_from_db()
    assert (application.status, application.owner_name) == ("draft", FACTS["owner_name"])
    assert [file.name for file in attachments_of(application.documents.get())] == ["license.png"]


PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00\x0c"
    b"IDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
)


def test_a_paper_counts_down_and_hands_itself_in_at_zero(browser_as: Callable[..., Any]) -> None:
    station = make_station()
    me = make_technician(station=station, user=make_member(Role.TECHNICIAN, station=station))
    attempt = training.start_exam(make_course(questions=2), me, actor=me.user)

    page = browser_as(me.user, width=390, language="zh-hans")
    ExamAttempt.objects.filter(pk=attempt.pk).update(ends_at=clock.now() + timedelta(seconds=6))
    page.goto(reverse("exam_paper", args=[attempt.pk]))
    expect(page.locator("[data-seconds-left]")).to_have_text(re.compile(r"0:0[1-6]"))
    key, chosen = attempt.paper[0]["question"], attempt.paper[0]["choices"][0]["pk"]
    page.check(f'[name="q-{key}"][value="{chosen}"]')
    page.wait_for_url(f"**{attempt.get_absolute_url()}")

    attempt.refresh_from_db()
    assert (attempt.status, attempt.answers[str(key)]) in [("passed", [chosen]), ("failed", [chosen])]

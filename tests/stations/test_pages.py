"""Every page of the network opens, in both languages, for who may; others get 404 or 403."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.accounts.roles import Role
from stations import applications, dealer_account
from stations.models import ApplicationStatus, Contract, Membership, StationApplication
from tests.conftest import as_user
from tests.factories.station_applications import at_region_review, make_template, passed, ratings_for, require
from tests.factories.stations import (
    make_brand,
    make_center,
    make_certificate,
    make_member,
    make_product_model,
    make_station,
    make_technician,
    make_user,
)

pytestmark = pytest.mark.django_db
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00\x0c"
    b"IDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture(params=["zh-hans", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_headquarters_opens_every_page(language: str) -> None:
    manager = make_user(Role.SERVICE_MANAGER, language=language)
    finance = make_user(Role.FINANCE, language=language)
    application, region_manager = passed()
    invitation = applications.invite_applicant(make_center(), kind="dealer", actor=manager)
    station = make_station()
    technician = make_technician(station=station)
    make_certificate(technician=technician)
    make_product_model()
    account = station.dealer.accounts.get()
    dealer_account.post_entry(
        account, kind="deposit", source="AU-1", leg="deposit", amount=5, station=station, actor=None
    )
    pages = [
        reverse("station_list"), reverse("station_detail", args=[station.pk]), reverse("application_list"),
        reverse("application_detail", args=[application.pk]), reverse("invitation_list"), reverse("application_invite"),
        reverse("invitation_detail", args=[invitation.pk]), reverse("product_list"), reverse("dealer_account_list"),
        reverse("dealer_account_detail", args=[account.pk]),
        reverse("inspection_detail", args=[application.inspections.get().pk]),
        reverse("contract_detail", args=[station.contracts.get().pk]), reverse("station_grade", args=[station.pk]),
        reverse("contract_renew", args=[station.pk]), reverse("station_invite_owner", args=[station.pk]),
        reverse("application_decide", args=[application.pk]), reverse("application_sign", args=[application.pk]),
        reverse("application_send_back", args=[application.pk]), reverse("application_refuse", args=[application.pk]),
        reverse("technician_certify", args=[technician.pk]), reverse("invitation_revoke", args=[invitation.pk]),
    ]  # fmt: skip

    for page in pages:
        assert as_user(manager).get(page).status_code == 200, page
    for name, pk in (
        ("dealer_account_limit", account.pk),
        ("dealer_account_override", account.pk),
        ("contract_deposit", station.contracts.get().pk),
    ):
        assert as_user(finance).get(reverse(name, args=[pk])).status_code == 200, name
    assert as_user(region_manager).get(reverse("application_inspect", args=[application.pk])).status_code == 200


def test_owner_sees_the_station_and_its_account_and_nothing_foreign() -> None:
    station, other = make_station(), make_station()
    owner = make_member(Role.STATION_OWNER, dealer=station.dealer)
    client = as_user(owner)

    assert station.name in client.get(reverse("station_detail", args=[station.pk])).content.decode()
    assert client.get(reverse("station_detail", args=[other.pk])).status_code == 404
    assert client.get(reverse("dealer_account_detail", args=[station.dealer.accounts.get().pk])).status_code == 200
    assert client.get(reverse("dealer_account_detail", args=[other.dealer.accounts.get().pk])).status_code == 404
    assert other.name not in client.get(reverse("station_list")).content.decode()
    assert client.get(reverse("station_grade", args=[station.pk])).status_code == 403
    assert client.get(reverse("technician_add", args=[station.pk])).status_code == 200


def test_lists_name_stations_in_the_readers_language() -> None:
    station = make_station(name="杭州西湖服务站", name_en="Hangzhou West Lake station")
    reader = as_user(make_user(Role.SERVICE_MANAGER, language="en"))
    reader.cookies["django_language"] = "en"

    for path in (reverse("station_list"), f"{reverse('search')}?q={station.code}"):
        page = reader.get(path).content.decode()
        assert "Hangzhou West Lake station" in page
        assert "杭州西湖服务站" not in page


def test_an_outlet_applies_by_its_link_without_an_account(language: str) -> None:
    require("dealer", "license", needs_number=True)
    require("dealer", "lease", needs_expiry=True)
    invitation = applications.invite_applicant(
        make_center(), kind="dealer", company_name="深圳新站有限公司", actor=make_user(Role.SERVICE_MANAGER)
    )
    client = as_user()
    client.cookies["django_language"] = language
    page = reverse("apply", args=[applications.token_of(invitation)])
    facts: dict[str, Any] = {
        "company_name": "深圳新站有限公司", "license_number": "91440300MA1", "taxpayer_type": "general",
        "owner_name": "陈", "phone": "13911112222", "bank_name": "招行", "bank_account": "7559 0000-01", "station_name": "南山站",
        "division": "广东省深圳市南山区", "address": "科技路 1 号", "technician_count": "3",
        "document-license-document_number": "91440300MA1",
    }  # fmt: skip

    assert client.get(page).status_code == 200
    refused = client.post(page, facts | {"act": "submit"})
    assert refused.status_code == 409
    assert b"#document-lease" in refused.content
    application = StationApplication.objects.get()
    assert (application.division, application.status) == ("440305", ApplicationStatus.DRAFT)

    files = {
        "document-license-files": SimpleUploadedFile("license.png", PNG, content_type="image/png"),
        "document-lease-files": SimpleUploadedFile("lease.png", PNG + b"1", content_type="image/png"),
    }
    sent = client.post(page, facts | files | {"document-lease-expires_on": "2090-01-01", "act": "submit"})
    application.refresh_from_db()
    assert sent.status_code == 302
    assert application.number.startswith("SA-")
    assert application.number in client.get(page).content.decode()
    assert client.post(page, facts | {"company_name": "别的"}).status_code == 302
    application.refresh_from_db()
    assert application.company_name == "深圳新站有限公司"


def test_a_bad_file_is_told_at_its_own_field_and_the_text_is_kept() -> None:
    require("dealer", "license")
    invitation = applications.invite_applicant(make_center(), kind="dealer", actor=make_user(Role.SERVICE_MANAGER))
    page = reverse("apply", args=[applications.token_of(invitation)])
    bad = SimpleUploadedFile("x.svg", b"<svg onload=alert(1)>", content_type="image/png")

    answer = as_user().post(page, {"company_name": "某公司", "document-license-files": bad, "act": "save"})

    assert answer.status_code == 409
    assert "某公司" in answer.content.decode()
    assert b"<svg onload" not in answer.content


def test_a_wrong_link_is_gone() -> None:
    assert as_user().get("/apply/1-0000/").status_code == 410


def test_the_whole_way_on_pages() -> None:
    application = at_region_review()
    region_manager = make_member(Role.REGION_MANAGER, region=application.center.region)
    manager = make_user(Role.SERVICE_MANAGER)
    template = make_template()
    region, headquarters = as_user(region_manager), as_user(manager)

    assert region.post(reverse("application_approve", args=[application.pk]), {"note": ""}).status_code == 302
    ratings = {f"item-{pk}": rating for pk, rating in ratings_for(template).items()}
    begun = region.post(reverse("application_inspect", args=[application.pk]))
    signed_by = {"inspector_signed_as": "许峰", "host_signed_as": "李老板", "act": "finish"}
    assert region.post(begun.url, ratings | signed_by).status_code == 302
    assert region.post(reverse("application_decide", args=[application.pk]), {"note": ""}).status_code == 403
    assert headquarters.post(reverse("application_decide", args=[application.pk]), {"note": ""}).status_code == 302
    sheet = headquarters.get(reverse("application_sign", args=[application.pk])).content.decode()
    assert ["留空则按通常期限 12 个月" in sheet, "额度 ¥50,000.00" in sheet, "金额 ¥20,000.00" in sheet] == [True] * 3
    house, other = make_brand(), make_brand()
    signed = headquarters.post(
        reverse("application_sign", args=[application.pk]),
        {"principal": house.pk, "signatory": "陈", "brands": [other.pk], "divisions": "广东省深圳市福田区"},
    )
    assert signed.status_code == 302
    contract = Contract.objects.get(application=application)
    assert (list(contract.brands.all()), [each.code for each in contract.divisions.all()]) == ([other], ["440304"])
    application.refresh_from_db()
    assert signed.url == reverse("station_detail", args=[application.station_id])
    owner = {"username": "chen", "display_name": "陈", "phone": "13911112222", "language": "zh-hans"}
    invited = headquarters.post(reverse("station_invite_owner", args=[application.station_id]), owner, follow=True)
    assert b"/invitation" in invited.content or b"http" in invited.content
    assert Membership.objects.get(user__username="chen").dealer == application.dealer
    assert application.station.opened_on <= date.today()

"""The applicant's page: saved by itself, files at once, rows, the grade's own papers, and everything that is refused."""

import io
import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from portal.accounts.roles import Role
from portal.core import clock
from stations import applications, recruiting
from stations.models import StationApplication
from tests.cast import Cast
from tests.conftest import as_user
from tests.factories.recruiting import make_candidate, make_talked
from tests.factories.station_applications import complete_application, make_application, require
from tests.factories.stations import make_center, make_dealer, make_station, make_user

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}


def png(color: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), color).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def page() -> str:
    invitation = applications.invite_applicant(make_center(), kind="dealer", actor=make_user(Role.SERVICE_MANAGER))
    return reverse("apply", args=[applications.token_of(invitation)])


def test_what_is_right_is_kept_by_itself_and_what_is_not_is_told_by_field(page: str) -> None:
    client = as_user()
    client.get(page)

    saved = client.post(page, {"act": "save", "company_name": "某公司", "technician_count": "三", "email": "x"}, **JSON)

    assert saved.status_code == 422
    assert set(saved.json()["errors"]) == {"technician_count", "email"}
    row = StationApplication.objects.get()
    assert (row.company_name, row.technician_count, row.email) == ("某公司", None, "")
    good = client.post(page, {"act": "save", "company_name": "某公司", "license_number": " 91 ma1x "}, **JSON)
    assert (good.status_code, StationApplication.objects.get().license_number) == (200, "91MA1X")


def test_half_a_district_and_a_place_abroad_keep_nothing_else_from_being_saved(page: str) -> None:
    typed = {
        "company_name": "某公司", "division": "广东省深", "phone": "138001380001", "bank_account": "abc",
        "longitude": "2.35", "latitude": "48.85",
        "people-TOTAL_FORMS": "2", "people-INITIAL_FORMS": "0", "people-0-name": "王工", "people-0-role": "technician",
        "people-0-certificate_expires_on": "2030-13-01", "people-1-name": "李工", "people-1-role": "technician",
        "people-1-phone": "1380013800012",
    }  # fmt: skip
    client = as_user()
    client.get(page)

    told = client.post(page, typed | {"act": "save"}, **JSON)

    row = StationApplication.objects.get()
    assert (told.status_code, set(told.json()["errors"])) == (
        422, {"phone", "bank_account", "division", "longitude", "people-0-certificate_expires_on", "people-1-phone"},
    )  # fmt: skip
    assert (row.company_name, row.division, row.longitude, row.latitude) == ("某公司", "", None, None)
    assert [person.name for person in row.people.all()] == ["王工", "李工"]
    StationApplication.objects.update(company_name="")
    shown = client.post(page, typed | {"act": "submit"})
    summary = shown.content.decode().split("data-summary")[1].split("</ul>")[0]
    assert (shown.status_code, StationApplication.objects.get().company_name) == (422, "某公司")
    assert re.findall(r'href="#([^"]+)"', summary) == [
        "id_phone", "id_bank_account", "id_division", "id_longitude", "id_people-0-certificate_expires_on",
        "id_people-1-phone",
    ]  # fmt: skip


def test_what_is_missing_is_called_as_on_the_form_and_leads_to_its_field(page: str) -> None:
    require("dealer", "license", needs_number=True)
    applications.save_document(
        applications_of(page), document_type="license", upload=SimpleUploadedFile("license.png", png())
    )

    summary = as_user().post(page, {"act": "submit"}).content.decode().split("data-summary")[1].split("</ul>")[0]

    assert '<a href="#id_division">所在区县</a>' in summary
    assert "#id_document-license-document_number" in summary


def applications_of(page: str) -> StationApplication:
    as_user().get(page)
    return StationApplication.objects.get()


def test_rows_of_people_and_equipment_are_kept(page: str) -> None:
    rows = {
        "people-TOTAL_FORMS": "2", "people-INITIAL_FORMS": "0", "people-0-name": "王工", "people-0-role": "technician",
        "people-0-id_number": "440305198501011234", "people-0-certificate_expires_on": "2030-01-01",
        "people-1-name": "", "equipment-TOTAL_FORMS": "1", "equipment-INITIAL_FORMS": "0",
        "equipment-0-name": "示波器", "equipment-0-quantity": "2",
    }  # fmt: skip
    client = as_user()

    assert client.post(page, rows | {"act": "save"}, **JSON).status_code == 200
    assert client.post(page, rows | {"act": "save"}, **JSON).status_code == 200

    row = StationApplication.objects.get()
    assert [(each.name, each.masked_id) for each in row.people.all()] == [("王工", "4403**********1234")]
    assert [(each.name, each.quantity) for each in row.equipment.all()] == [("示波器", 2)]
    assert "王工" in client.get(page).content.decode()


def test_a_file_leaves_at_once_once_only_and_can_be_taken_back(page: str) -> None:
    require("dealer", "lease")
    client = as_user()
    body: dict[str, Any] = {"act": "photo", "document": "lease"}

    for _time in range(2):  # the telephone did not hear the first answer
        sent = client.post(page, body | {"photo": SimpleUploadedFile("lease.png", png())}, **JSON)
        assert sent.status_code == 200
    (file,) = sent.json()["files"]
    assert client.post(page, {"act": "remove", "file": file["id"]}).status_code == 302
    document = StationApplication.objects.get().documents.get()
    assert document.has_file is False


@pytest.mark.parametrize("upload", [
    SimpleUploadedFile("x.exe", b"MZ\x90\x00"), SimpleUploadedFile("x.png", b"<svg onload=alert(1)>"),
    SimpleUploadedFile("empty.pdf", b""), SimpleUploadedFile("half.pdf", b"%PDF-1.7 no end"),
])  # fmt: skip
def test_wrong_files_are_told_with_their_name(page: str, upload: Any) -> None:
    upload.seek(0)
    answer = as_user().post(page, {"act": "photo", "document": "lease", "photo": upload}, **JSON)

    assert answer.status_code in (409, 422)
    assert answer.json()["error"]


def test_a_photo_of_60_mb_is_refused_without_being_read(page: str) -> None:
    big = SimpleUploadedFile("big.jpg", b"\xff\xd8\xff" + b"\0" * (60 * 1024 * 1024))

    answer = as_user().post(page, {"act": "photo", "document": "lease", "photo": big}, **JSON)

    assert (answer.status_code, answer.json()["code"]) == (409, "bad_file")
    assert "15 MB" in answer.json()["error"]


@pytest.mark.parametrize(("longitude", "latitude"), [("2.35", "48.85"), ("-122.4", "37.8"), ("22.53", "113.93")])
def test_coordinates_outside_china_are_refused_with_what_was_got(page: str, longitude: str, latitude: str) -> None:
    place = {"longitude": longitude, "latitude": latitude, "act": "save"}

    assert as_user().post(page, place).status_code in (409, 422)
    told = as_user().post(page, place, **JSON)

    assert told.status_code == 422
    assert set(told.json()["errors"]) & {"longitude", "latitude"}
    assert StationApplication.objects.get().longitude is None


def test_a_wanted_grade_asks_for_its_own_papers() -> None:
    require("dealer", "license")
    require("dealer", "insurance", wanted_grade="A")
    require("dealer", "license", wanted_grade="C", is_required=False)

    asked = {
        grade: [each.document_type for each in applications.required_documents("dealer", grade)] for grade in "ABC"
    }

    assert asked == {"A": ["license", "insurance"], "B": ["license"], "C": []}


def test_lists_want_a_technician_and_nothing_expired() -> None:
    require("dealer", "staff")
    require("dealer", "equipment")
    row = complete_application(documents=False)
    on = clock.start_of(date(2026, 3, 1))

    def missing() -> list[str]:
        with pytest.raises(applications.Incomplete) as refused:
            applications.submit_application(row, at=on)
        return [str(part.label) for part in refused.value.missing]

    assert len(missing()) == 2
    applications.save_people(row, people=[{"name": "王工", "certificate_expires_on": date(2026, 3, 1)}])
    applications.save_equipment(row, equipment=[{"name": "示波器", "calibrated_until": date(2026, 2, 1)}])
    assert ["王工" in missing()[0], "示波器" in missing()[1]] == [True, True]
    applications.save_people(row, people=[{"name": "王工", "certificate_expires_on": date(2026, 3, 2)}])
    applications.save_equipment(row, equipment=[{"name": "示波器"}])
    assert applications.submit_application(row, at=on).number


@pytest.mark.parametrize(("meters", "alike"), [(0, True), (190, True), (215, False)])
def test_outlets_within_200_meters_look_alike(meters: int, alike: bool) -> None:
    from decimal import Decimal

    station = make_station()
    place = {"longitude": station.longitude, "latitude": station.latitude + Decimal(meters) / Decimal("111194.93")}
    row = make_application(**place)

    found = applications.duplicates_of(row)

    assert [hit.number for hit in found] == ([station.code] if alike else [])
    assert [hit.meters for hit in found] == ([meters] if alike else [])


def test_license_and_phone_are_looked_for_among_stations_and_dealers_too() -> None:
    station, dealer = make_station(phone="13800001111"), make_dealer(phone="13800002222")

    by_license = applications.duplicates_of(make_application(license_number=station.dealer.license_number))
    by_phone = applications.duplicates_of(make_application(phone="13800001111"))
    of_dealer = applications.duplicates_of(make_application(phone="13800002222"))

    assert [hit.number for hit in by_license] == [station.code]
    assert [hit.number for hit in by_phone] == [station.code]
    assert [hit.number for hit in of_dealer] == [dealer.code]


def test_candidates_somebody_else_talks_with_look_alike_the_invited_one_and_lost_ones_do_not(cast: Cast) -> None:
    other, own, lost = (make_talked(center=cast.center_a, longitude=None, latitude=None) for _number in range(3))
    recruiting.lose_candidate(lost, reason="competitor", actor=cast.region_manager)
    link = recruiting.invite_candidate(own, actor=cast.region_manager)
    phones = {row: row.contacts.get().phone for row in (other, own, lost)}

    by_phone = applications.duplicates_of(make_application(phone=phones[other]))
    by_address = applications.duplicates_of(make_application(address=other.address))
    of_own = applications.duplicates_of(make_application(phone=phones[own], invitation=link))
    of_lost = applications.duplicates_of(make_application(phone=phones[lost]))
    near = make_candidate(center=cast.center_a)
    by_place = applications.duplicates_of(make_application(longitude=near.longitude, latitude=near.latitude))

    assert [[hit.number for hit in found] for found in (by_phone, by_address, of_own, of_lost)] == [
        [other.number], [other.number], [], [],
    ]  # fmt: skip
    assert [(hit.number, hit.meters, hit.url) for hit in by_place] == [(near.number, 0, near.get_absolute_url())]

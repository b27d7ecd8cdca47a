"""An application by program: filed, filled in row by row and paper by paper, sent, sent back, signed; and what is refused."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.core import clock
from stations import applications
from stations.models import Contract, StationApplication
from tests.api.calls import Program
from tests.cast import Cast
from tests.factories.station_applications import make_application, passed, require
from tests.permissions.core import GIF_LIKE_PNG

pytestmark = pytest.mark.django_db
FACTS = {
    "company_name": "滨江家电服务有限公司", "license_number": "91330108ma2b1ahb5k", "taxpayer_type": "general",
    "bank_name": "招商银行杭州分行", "bank_account": "7559000000001", "owner_name": "周老板", "phone": "13900001111",
    "station_name": "滨江服务站", "division": "330108", "address": "江南大道 1 号", "technician_count": 3,
}  # fmt: skip
PEOPLE = [{"name": "周师傅", "role": "technician", "id_number": "330108199001011234"}]


def paper(**fields: Any) -> dict[str, Any]:
    file = SimpleUploadedFile("license.png", GIF_LIKE_PNG, "image/png")
    return {"document_type": "license", "document_number": "ZJ-1", "expires_on": "2090-01-01", "files": file} | fields


def test_an_application_is_filed_filled_in_and_sent_and_sent_back(cast: Cast) -> None:
    require("dealer", "license", needs_number=True, needs_expiry=True)
    require("dealer", "staff")
    program = Program(cast.center_clerk)
    made = program.post("applications/", FACTS | {"center": cast.center_a.code, "bank_account": ""})
    path = f"applications/{made.json()['id']}/"

    early = program.post(f"{path}submit/", {})
    edited = program.post(f"{path}edit/", {"bank_account": "7559000000001", "people": PEOPLE})
    stale = program.send(f"{path}documents/", paper(expires_on=clock.today().isoformat()))
    filed = program.send(f"{path}documents/", paper())
    sent = program.post(f"{path}submit/", {})
    locked = program.post(f"{path}edit/", {"phone": "1"})
    back = Program(cast.region_manager).post(f"{path}send-back/", {"reason": "执照照片看不清，请重新拍摄"})
    again = program.post(f"{path}submit/", {})

    assert (made.status_code, early.status_code, early.json()["code"]) == (201, 422, "application_incomplete")
    assert (
        set(early.json()["errors"])
        == {"bank_account", "document-license", "document-staff"}
        == set(made.json()["missing"])
    )
    assert edited.json()["people"][0]["id_number"] == "3301**********1234"
    assert list(stale.json()["missing"]) == ["document-license"]
    assert [len(row["files"]) for row in filed.json()["documents"]] == [1]  # the same picture is kept once
    assert filed.json()["missing"] == {}
    assert (sent.status_code, sent.json()["status"]) == (200, "region_review")
    assert (locked.status_code, locked.json()["code"]) == (409, "application_not_editable")
    assert (back.json()["status"], again.json()["number"]) == ("sent_back", sent.json()["number"])


def test_a_paper_is_taken_off_and_a_strange_file_is_refused(cast: Cast) -> None:
    application = make_application(center=cast.center_a, filed_by=cast.center_clerk)
    program, path = Program(cast.center_clerk), f"applications/{application.pk}/documents/"

    file = program.send(path, paper()).json()["documents"][0]["files"][0]["id"]
    strange = program.post(f"{path}remove/", {"file": file + 1})
    gone = program.post(f"{path}remove/", {"file": file})

    assert (strange.status_code, list(strange.json()["errors"])) == (400, ["file"])
    assert gone.json()["documents"][0]["files"] == []
    assert program.get(f"files/{file}/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"division": "330000"}, 400, "division"),
        ({"longitude": "120.2"}, 400, "latitude"),
        ({"longitude": "2.35", "latitude": "48.85"}, 422, "longitude"),
        ({"technician_count": 1_001}, 400, "technician_count"),
        ({"people": [{"name": ""}]}, 400, "people"),
        ({"equipment": [{"name": "万用表", "quantity": 0}]}, 400, "equipment"),
        ({"status": "active"}, 400, "status"),
    ],
)
def test_a_draft_filled_in_wrongly_is_refused_at_its_field(
    cast: Cast, changes: dict[str, Any], status: int, field: str
) -> None:
    application = make_application(center=cast.center_a, filed_by=cast.center_clerk)

    answer = Program(cast.center_clerk).post(f"applications/{application.pk}/edit/", changes)

    assert (answer.status_code, list(answer.json()["errors"])) == (status, [field])


def test_a_draft_is_edited_by_who_filed_it_and_filed_for_an_office_of_ones_own(cast: Cast) -> None:
    application = make_application(center=cast.center_a, filed_by=cast.center_clerk)
    body = FACTS | {"center": cast.station_b.center.code}

    far = Program(cast.center_clerk).post("applications/", body)

    assert Program(cast.region_manager).post(f"applications/{application.pk}/edit/", {}).status_code == 403
    assert Program(cast.outsider).post(f"applications/{application.pk}/edit/", {}).status_code == 404
    assert (far.status_code, list(far.json()["errors"])) == (400, ["center"])
    assert StationApplication.objects.count() == 1


def test_an_approved_application_is_signed_by_program(cast: Cast) -> None:
    application, _manager = passed(center=cast.center_a)
    applications.decide_application(application, actor=cast.service_manager)
    program, path = Program(cast.service_manager), f"applications/{application.pk}/sign/"
    principal = cast.dealer_a.principal.code

    wrong = program.post(path, {"principal": principal, "signatory": "李老板", "months": 0})
    signed = program.post(path, {"principal": principal, "signatory": "李老板", "months": 12, "deposit": "5000"})
    again = program.post(path, {"principal": principal, "signatory": "李老板"})

    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["months"])
    assert signed.status_code == 200
    assert signed.json()["number"] == Contract.objects.get(application=application).number
    assert (signed.json()["deposit_due"], again.status_code) == ("5000.00", 409)


def test_a_link_is_made_read_and_revoked_by_program(cast: Cast) -> None:
    program = Program(cast.center_clerk)

    made = program.post("invitations/", {"center": cast.center_a.code, "phone": "13900001111"})
    revoked = program.post(f"invitations/{made.json()['id']}/revoke/", {})

    assert made.json()["link"].startswith("http")
    assert (revoked.json()["link"], revoked.json()["revoked_at"] is None) == ("", False)
    assert program.get("invitations/").json()["results"][0]["id"] == made.json()["id"]
    assert Program(cast.outsider).get("invitations/").status_code == 403

"""Lists of stations, technicians and equipment come in row by row within one's region, and go out and in again unchanged."""

import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from portal.core import clock
from portal.core.models import Event
from portal.core.models.transfer import ImportBatch
from portal.core.transfer.applying import BatchNotReady, apply_batch
from portal.core.transfer.kinds import ImportKind
from portal.core.transfer.staging import stage_batch, upload_batch
from portal.core.transfer.wording import said
from stations import network_imports
from stations.models import Equipment, EquipmentItem, Station, Technician
from tests.cast import Cast
from tests.conftest import as_user
from tests.factories.stations import make_technician

pytestmark = pytest.mark.django_db


def staged(kind: ImportKind, text: str, user: Any, *, encoding: str = "utf-8-sig") -> ImportBatch:
    upload = SimpleUploadedFile("list.csv", text.encode(encoding))
    return stage_batch(upload_batch(kind, upload, actor=user))


def counts(batch: ImportBatch) -> tuple[int, int, int, int]:
    return batch.new_count, batch.changed_count, batch.same_count, batch.error_count


def errors(batch: ImportBatch) -> dict[int, list[tuple[str, str]]]:
    rows = batch.rows.filter(state="error").order_by("line")
    return {row.line: [(each["column"], each["got"]) for each in row.errors] for row in rows}


STATIONS = (
    "服务站编码,服务站名称,运营中心编码,经销商编码,网点类型,电话,经度,纬度\n"
    "HZ-0103,杭州西湖一站,HZ,DA,经销商网点,0571-88990001,120.130663,30.259244\n"
    "0009,杭州余杭服务站,HZ,DA,自营网点,013800000009,,\n"
)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_stations_are_entered_and_changed_by_code_with_leading_zeros(cast: Cast, encoding: str) -> None:
    batch = staged(network_imports.STATIONS, STATIONS, cast.region_manager, encoding=encoding)
    assert counts(batch) == (1, 1, 0, 0)

    apply_batch(batch, actor=cast.region_manager)

    made, known = Station.objects.get(code="0009"), Station.objects.get(code="HZ-0103")
    assert (made.status, made.name, made.kind, made.phone) == ("applicant", "杭州余杭服务站", "own", "013800000009")
    assert (known.status, known.name, known.longitude) == ("active", "杭州西湖一站", Decimal("120.130663"))
    assert Event.objects.get(kind="station.changed").data["source"] == batch.number
    assert counts(staged(network_imports.STATIONS, STATIONS, cast.fresh("region_manager"))) == (0, 0, 2, 0)


def test_rows_of_another_region_are_refused_one_by_one(cast: Cast) -> None:
    text = (
        "服务站编码,服务站名称,运营中心编码,经销商编码\n"
        "HZ-0200,杭州新站,HZ,DA\n"  # sound
        "CD-0300,成都新站,CD,DB\n"  # a center of the West
        "CD-0201,成都锦江,HZ,DB\n"  # a station of the West, moved to the East
        "HZ-0300,杭州新站,XX,DA\n"  # no such center
    )
    batch = staged(network_imports.STATIONS, text, cast.region_manager)

    assert errors(batch) == {3: [("center", "CD")], 4: [("code", "CD-0201")], 5: [("center", "XX")]}
    assert "大区" in said(batch.rows.get(line=3).errors[0]["expected"])
    with pytest.raises(BatchNotReady):
        apply_batch(batch, actor=cast.region_manager)
    assert not Station.objects.filter(code="HZ-0200").exists()
    assert errors(staged(network_imports.STATIONS, text, cast.service_manager)) == {5: [("center", "XX")]}


def test_places_outside_the_country_and_half_places_are_refused(cast: Cast) -> None:
    head = "服务站编码,服务站名称,运营中心编码,经销商编码,经度,纬度\n"
    text = f"{head}A1,一,HZ,DA,30.25,120.13\nA2,二,HZ,DA,2.35,48.85\nA3,三,HZ,DA,120.1,\nA4,四,HZ,DA,NaN,30\n"

    found = errors(staged(network_imports.STATIONS, text, cast.service_manager))

    assert sorted(found) == [2, 3, 4, 5]


def test_technicians_are_found_by_station_and_phone(cast: Cast) -> None:
    make_technician(station=cast.station_a, name="旧名", phone="013700000001")
    text = (
        "网点编码,手机号,姓名\nHZ-0103,013700000001,李新名\nHZ-0103,013700000002,王新人\nCD-0201,013700000003,外站人\n"
    )
    refused = staged(network_imports.TECHNICIANS, text, cast.owner_a)
    assert (counts(refused), errors(refused)) == ((1, 1, 0, 1), {4: [("station", "CD-0201")]})

    batch = staged(network_imports.TECHNICIANS, text, cast.service_manager)
    apply_batch(batch, actor=cast.service_manager)

    names = dict(Technician.objects.exclude(phone="13800000000").values_list("phone", "name"))
    assert names == {"013700000001": "李新名", "013700000002": "王新人", "013700000003": "外站人"}
    assert counts(staged(network_imports.TECHNICIANS, text, cast.service_manager)) == (0, 0, 3, 0)


def test_equipment_is_registered_once_and_known_pieces_are_not_moved_by_a_list(cast: Cast) -> None:
    EquipmentItem.objects.create(code="DMM", name="数字万用表")
    today = clock.today().isoformat()
    text = (
        "设备编码,序列号,服务站编码,启用日期,购置日期\n"
        "DMM,000123,HZ-0103,2025-03-01,2025-02-01\n"
        "DMM,000124,CD-0201,2025-03-01,\n"
        "DMM,000125,HZ-0103,2099-01-01,\n"
        f"DMM,000126,HZ-0103,2025-03-01,{today}\n"
        "XXX,000127,HZ-0103,,\n"
    )
    refused = staged(network_imports.EQUIPMENT, text, cast.clerk_a)
    assert {line: each[0][0] for line, each in errors(refused).items()} == {
        3: "station", 4: "commissioned_on", 5: "bought_on", 6: "item",
    }  # fmt: skip

    sound = "\n".join(text.splitlines()[:2]) + "\n"
    apply_batch(staged(network_imports.EQUIPMENT, sound, cast.clerk_a), actor=cast.clerk_a)
    piece = Equipment.objects.get()
    assert (piece.serial_number, piece.station, piece.status) == ("000123", cast.station_a, "in_use")
    assert counts(staged(network_imports.EQUIPMENT, sound, cast.clerk_a)) == (0, 0, 1, 0)
    moved = sound.replace("HZ-0103", "CD-0201")
    assert errors(staged(network_imports.EQUIPMENT, moved, cast.service_manager)) == {2: [("serial_number", "000123")]}


@pytest.mark.parametrize(
    ("kind", "who"), [("stations", "region_manager"), ("technicians", "owner_a"), ("equipment", "clerk_a")]
)
def test_what_is_there_goes_out_and_comes_in_again_unchanged(cast: Cast, kind: str, who: str) -> None:
    item = EquipmentItem.objects.create(code="DMM", name="数字万用表")
    for station in (cast.station_a, cast.station_b):
        Equipment.objects.create(
            station=station, item=item, serial_number=f"000{station.pk}", commissioned_on=clock.today()
        )
    user = cast.get(who)

    answer = as_user(user).get(reverse("import_present", args=[f"stations.{kind}"]))

    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    assert sheet.max_row == 2  # the other region's rows stay where they are
    upload = SimpleUploadedFile("again.xlsx", answer.content)
    made = getattr(network_imports, kind.upper())
    batch = stage_batch(upload_batch(made, upload, actor=user))
    assert counts(batch) == (0, 0, 1, 0), errors(batch)


def test_pages_of_the_import_lead_from_template_to_error_file(cast: Cast) -> None:
    browser = as_user(cast.region_manager)
    assert browser.get(reverse("import_template", args=["stations.stations"])).status_code == 200
    upload = SimpleUploadedFile("list.csv", STATIONS.replace("HZ,DA", "CD,DB").encode("gb18030"))

    answer = browser.post(reverse("import_upload", args=["stations.stations"]), {"file": upload})
    batch = ImportBatch.objects.get()

    assert browser.get(answer.url).status_code == 200
    assert browser.post(reverse("import_apply", args=[batch.pk])).status_code == 409
    assert browser.get(reverse("import_errors", args=[batch.pk])).status_code == 200
    assert as_user(cast.clerk_b).get(answer.url).status_code == 404
    assert as_user(cast.clerk_a).get(reverse("import_upload", args=["stations.stations"])).status_code == 403
    assert as_user(cast.clerk_a).get(reverse("import_present", args=["stations.technicians"])).status_code == 403

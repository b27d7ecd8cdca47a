"""The import center: upload, preview, apply; and next year's calendar in the admin."""

import io
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from portal.core import clock, jobs
from portal.core.calendar_files import FiledYear, read_calendar
from portal.core.calendar_keeping import enter_year
from portal.core.models import CalendarDay, Division, ImportBatch
from portal.core.models.transfer import BatchStatus
from portal.core.transfer.kinds import kind_of
from portal.core.transfer.reading import BadImportFile
from portal.core.transfer.staging import upload_batch
from tests.cast import Cast
from tests.conftest import as_user

HEADER = "code,name,level,full_name\n"


def upload(cast: Cast, text: str) -> object:
    file = SimpleUploadedFile("divisions.csv", text.encode())
    return as_user(cast.service_manager).post("/imports/new/core.divisions/", {"file": file})


def test_a_file_is_shown_before_it_changes_anything_and_then_applied(cast: Cast) -> None:
    answer = upload(cast, HEADER + "999901,新区,县,测试新区\n310104,徐汇新区,县,上海市徐汇新区\n")
    batch = ImportBatch.objects.get()
    page = as_user(cast.service_manager).get(answer.url)

    assert (answer.status_code, answer.url) == (302, f"/imports/{batch.pk}/")
    assert "测试新区" in page.text
    assert "徐汇新区" in page.text
    assert not Division.objects.filter(code="999901").exists()

    as_user(cast.service_manager).post(f"/imports/{batch.pk}/apply/")

    assert Division.objects.get(code="999901").name == "新区"
    batch.refresh_from_db()
    assert batch.status == BatchStatus.APPLIED


def test_wrong_cells_stand_with_line_and_column_and_can_be_taken_away(cast: Cast) -> None:
    upload(cast, HEADER + "999901,新区,乡,测试新区\n")
    batch = ImportBatch.objects.get()

    page = as_user(cast.service_manager).get(f"/imports/{batch.pk}/")
    file = as_user(cast.service_manager).get(f"/imports/{batch.pk}/errors/")
    applied = as_user(cast.service_manager).post(f"/imports/{batch.pk}/apply/")

    assert "乡" in page.text
    sheet = load_workbook(io.BytesIO(file.content)).active
    assert [cell.value for cell in sheet[2]][::2][:2] == [2, "乡"]
    assert applied.status_code == 409
    assert not Division.objects.filter(code="999901").exists()


def test_a_file_that_cannot_be_taken_leaves_nothing_and_keeps_the_form(cast: Cast) -> None:
    answer = upload(cast, "<html></html>")

    assert answer.status_code == 409
    assert not ImportBatch.objects.exists()


def test_headings_of_ones_own_are_assigned_once_and_remembered(cast: Cast) -> None:
    own = "区划号,叫法,级,全名,备注\n999902,新区,县,测试新区,x\n"
    assigning = upload(cast, own)
    batch = ImportBatch.objects.get()
    assert assigning.url == f"/imports/{batch.pk}/columns/"
    page = as_user(cast.service_manager)
    assert "区划号（999902）" in page.get(assigning.url).text
    assert "区划号" in page.post(assigning.url, {"code": "0", "name": "0"}).text

    checked = page.post(assigning.url, {"code": "0", "name": "1", "level": "2", "full_name": "3"})

    batch.refresh_from_db()
    assert (checked.url, batch.status, batch.new_count) == (f"/imports/{batch.pk}/", BatchStatus.CHECKED, 1)
    assert upload(cast, own).url == f"/imports/{batch.pk + 1}/"
    with pytest.raises(BadImportFile):
        upload_batch(kind_of("core.divisions"), SimpleUploadedFile("own.csv", own.encode()), actor=cast.reviewer)


def test_a_large_file_is_read_by_a_job(cast: Cast) -> None:
    rows = "".join(f"{n},区{n}{'长' * 30},县,测试{'长' * 60}\n" for n in range(990_000, 994_000))
    upload(cast, HEADER + rows)
    batch = ImportBatch.objects.get()
    assert batch.status == BatchStatus.UPLOADED

    jobs.drain()

    batch.refresh_from_db()
    assert (batch.status, batch.new_count) == (BatchStatus.CHECKED, 4_000)


def test_headquarters_enters_next_years_calendar_from_a_file(cast: Cast) -> None:
    text = b'{"year": 2027, "dates": [{"date": "2027-01-01", "type": "public_holiday", "name_cn": "x"}]}'
    client = as_user(cast.service_manager)

    answer = client.post("/admin/core/calendaryear/import/", {"file": SimpleUploadedFile("2027.json", text)})
    refused = client.post("/admin/core/calendaryear/import/", {"file": SimpleUploadedFile("2028.json", b"hello")})
    auditor = as_user(cast.auditor).get("/admin/core/calendaryear/import/")

    assert (answer.status_code, refused.status_code, auditor.status_code) == (302, 422, 403)
    assert CalendarDay.objects.filter(day__year=2027).count() == 1
    assert client.get("/admin/core/calendaryear/").status_code == 200
    assert client.get("/admin/core/calendarday/").status_code == 200
    assert client.get("/admin/core/division/").status_code == 200
    assert client.get("/admin/core/mailoutbox/").status_code == 200


def test_the_dashboard_warns_of_a_year_without_calendar_until_it_is_entered(cast: Cast) -> None:
    client = as_user(cast.service_manager)
    clock.set(datetime(2026, 11, 2, tzinfo=UTC))
    try:
        before = client.get("/admin/").text
        enter_year(shipped("2027"), source="x", actor=None)
        after = client.get("/admin/").text
    finally:
        clock.set(None)

    assert "/admin/core/calendaryear/import/" in before
    assert "/admin/core/calendaryear/import/" not in after


def shipped(year: str) -> FiledYear:
    """A calendar of one day."""
    return read_calendar(f'{{"year": {year}, "dates": [{{"date": "{year}-01-01", "type": "public_holiday"}}]}}')


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_upload_page_tells_a_clerk_what_to_do_without_names_of_programs(cast: Cast, language: str) -> None:
    type(cast.service_manager).objects.filter(pk=cast.service_manager.pk).update(language=language)
    reader = as_user(cast.service_manager)

    page = reader.get(reverse("import_upload", args=["fault_codes"])).content.decode()
    template = reader.get(reverse("import_template", args=["fault_codes"]))

    told = {
        "zh-hans": ("错误的行", "不会改变任何数据", "最多"),
        "en": ("wrong lines", "Nothing changes yet", "at most"),
    }
    for text in told[language]:
        assert text in page
    for code in ("<small>name_en</small>", ">text<", ">decimal<", "GBK", "UTF-8"):
        assert code not in page
    assert {"zh-hans": "模板.xlsx", "en": "Template.xlsx"}[language] in unquote(template.headers["Content-Disposition"])

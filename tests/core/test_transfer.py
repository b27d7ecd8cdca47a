"""Imports: upload, checks, preview, apply; exports that no spreadsheet runs."""

import csv
import io
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from openpyxl import Workbook, load_workbook

from portal.accounts.models import User
from portal.core import jobs
from portal.core.models import Division, Event, ImportBatch
from portal.core.models.transfer import BatchStatus, RowState
from portal.core.transfer import Column, ExportColumn, ImportKind, export_response
from portal.core.transfer.applying import BatchNotReady, apply_batch, discard_batch
from portal.core.transfer.exporting import ExportTooLarge, neutral
from portal.core.transfer.kinds import Finding, import_kind
from portal.core.transfer.reading import BadImportFile, open_sheet
from portal.core.transfer.staging import AT_ONCE_BYTES, stage_batch, upload_batch
from portal.core.transfer.wording import said, sentence

COLUMNS = (
    Column("code", "编码", key=True, max_length=6),
    Column("name", "名称", required=True, max_length=40),
    Column("level", "级别", kind="choice", required=True, choices={"省": "province", "市": "city", "县": "county"}),
    Column("parent", "上级", references=(Division, "code")),
    Column("longitude", "经度", kind="decimal", places=6, low=-180, high=180, headings=("lng",)),
)
HEADER = "编码,名称,级别,上级,经度\n"


@pytest.fixture
def kind(db: None) -> ImportKind:
    return import_kind(
        ImportKind(
            "test.divisions",
            "行政区划",
            "core.change_division",
            COLUMNS,
            model=Division,
            derive=lambda values: {"full_name": f"测试{values['name']}"},
        )
    )


def uploaded(kind: ImportKind, text: str | bytes, name: str = "d.csv") -> ImportBatch:
    raw = text.encode() if isinstance(text, str) else text
    return upload_batch(kind, SimpleUploadedFile(name, raw), actor=None)


def staged(kind: ImportKind, text: str | bytes, name: str = "d.csv") -> ImportBatch:
    return stage_batch(uploaded(kind, text, name))


def errors(batch: ImportBatch) -> list[tuple[int, str, str]]:
    return [
        (row.line, error["column"], error["got"])
        for row in batch.rows.filter(state=RowState.ERROR)
        for error in row.errors
    ]


def test_what_is_wrong_is_said_in_the_language_of_whoever_reads_it(kind: ImportKind) -> None:
    with translation.override("zh-hans"):
        batch = staged(kind, HEADER.replace("\n", ",备注\n") + "310104,,县,999999,200,x\n310104,甲,县,310100,1,x\n")
    told = [error for row in batch.rows.order_by("line") for error in row.errors]

    with translation.override("en"):
        english = [sentence(error) for error in told], said(batch.warnings[0])
    with translation.override("zh-hans"):
        chinese = [sentence(error) for error in told], said(batch.warnings[0])

    assert "must be filled in" in english[0]
    assert "必须填写" in chinese[0]
    for text in (*english[0], english[1]):
        assert not any(
            "\u4e00" <= sign <= "\u9fff" for sign in text.replace("备注", "").replace("县", "").replace("编码", "")
        ), text
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in text) for text in (*chinese[0], chinese[1]))


def test_a_preview_tells_new_changed_same_and_wrong_rows_and_changes_nothing(kind: ImportKind) -> None:
    same = Division.objects.get(code="310105")
    text = (
        HEADER
        + f"310105,长宁区,县,310100,{same.longitude}\n"
        + "310104,徐汇新区,县,310100,121.4\n"
        + "999901,新区,县,310100,\n"
        + "999902,坏区,乡,310100,12a\n"
        + "999903,,县,777777,\n"
    )

    batch = staged(kind, text)

    assert (batch.new_count, batch.changed_count, batch.same_count, batch.error_count) == (1, 1, 1, 2)
    assert errors(batch) == [
        (5, "level", "乡"),
        (5, "longitude", "12a"),
        (6, "name", ""),
        (6, "parent", "777777"),
    ]
    assert not batch.can_be_applied
    assert not Division.objects.filter(code="999901").exists()


def test_applying_inserts_and_updates_in_one_transaction_and_leaves_absent_columns_alone(kind: ImportKind) -> None:
    before = Division.objects.get(code="310104").longitude
    batch = staged(kind, "级别,编码,名称\n县,310104,徐汇新区\n县,999901,新区\n")

    apply_batch(batch, actor=None)

    changed = Division.objects.get(code="310104")
    assert (changed.name, changed.full_name, changed.longitude) == ("徐汇新区", "测试徐汇新区", before)
    assert Division.objects.get(code="999901").parent is None
    batch.refresh_from_db()
    assert batch.status == BatchStatus.APPLIED
    assert Event.objects.get(kind="importbatch.applied").data == {"new": 1, "changed": 1, "left_out": 0}
    with pytest.raises(BatchNotReady):
        apply_batch(batch, actor=None)


def test_a_file_with_errors_is_not_applied_unless_its_kind_leaves_them_out(kind: ImportKind) -> None:
    batch = staged(kind, HEADER + "999901,新区,县,,\n999902,坏区,乡,,\n")
    with pytest.raises(BatchNotReady):
        apply_batch(batch, actor=None)

    tolerant = import_kind(
        ImportKind(kind.key, kind.title, kind.permission, COLUMNS, model=Division, skips_errors=True)
    )
    apply_batch(staged(tolerant, HEADER + "999901,新区,县,,\n999902,坏区,乡,,\n"), actor=None)

    assert Division.objects.filter(code__startswith="9999").count() == 1


def test_a_key_that_stands_twice_in_one_file_is_an_error_of_the_later_row(kind: ImportKind) -> None:
    batch = staged(kind, HEADER + "999901,甲,县,,\n 999901 ,乙,县,,\n")

    assert errors(batch) == [(3, "code", "999901")]
    assert "2" in said(batch.rows.get(line=3).errors[0]["expected"])


def test_an_apps_own_inspection_marks_rows(kind: ImportKind) -> None:
    import_kind(
        ImportKind(
            kind.key,
            kind.title,
            kind.permission,
            COLUMNS,
            model=Division,
            inspect=lambda _batch, rows: [
                Finding(row.line, "name", row.values["name"], "另一个名称")
                for row in rows
                if row.values["name"] == "甲"
            ],
        )
    )

    assert errors(staged(kind, HEADER + "999901,甲,县,,\n999902,乙,县,,\n")) == [(2, "name", "甲")]


def test_an_upload_that_was_overtaken_is_compared_again_when_applied(kind: ImportKind) -> None:
    batch = staged(kind, HEADER + "310104,徐汇新区,县,310100,121.4\n")
    Division.objects.filter(code="310104").update(name="徐汇新区", longitude=Decimal("121.4"))

    applied = apply_batch(batch, actor=None)

    assert (applied.same_count, applied.changed_count) == (1, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding_is_read(kind: ImportKind, encoding: str) -> None:
    batch = staged(kind, (HEADER + "999901,龘鑫区,县,,\n").encode(encoding))

    assert batch.rows.get().cells[1] == "龘鑫区"
    assert bool(batch.warnings) == (encoding == "gb18030")


def test_a_workbook_is_read_like_a_csv(kind: ImportKind) -> None:
    book = Workbook()
    book.active.append(["编码", "名称", "级别", "lng", "备注"])
    book.active.append([999901, "新区", "县", 121.5, "x"])
    file = io.BytesIO()
    book.save(file)

    batch = staged(kind, file.getvalue(), "d.xlsx")

    assert batch.rows.get().cells == ["999901", "新区", "county", "121.500000"]
    assert "备注" in said(batch.warnings[0])


def test_a_formula_without_its_value_says_so_and_a_key_is_told_twice_though_its_first_line_is_wrong(
    kind: ImportKind,
) -> None:
    book, file = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["编码", "名称", "级别", "上级", "经度"])
    book.active.append(["999901", "新区", "县", "310100", "=B1*2"])
    book.active.append(["999901", "新区", "县", "310100", 121.5])
    book.save(file)

    batch = staged(kind, file.getvalue(), "d.xlsx")

    told = [[sentence(error) for error in row.errors] for row in batch.rows.order_by("line")]
    assert told[0] == ["这是公式，请粘贴为数值。"]
    assert len(told[1]) == 1
    assert "第 2 行" in told[1][0]


def zipped(**entries: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("empty.csv", b""),
        ("blank.csv", b" \n\n"),
        ("header.csv", HEADER.encode()),
        ("missing.csv", "编码,名称\n1,2\n".encode()),
        ("twice.csv", "编码,编码,名称,级别\n1,2,3,县\n".encode()),
        ("quote.csv", (HEADER + '999901,"新区,县,,\n' + "1,2,3,4,5\n" * 50).encode()),
        ("nul.csv", (HEADER + "1,\x00,县,,\n").encode()),
        ("latin.csv", b"\xff\xff\xff\xff\x81"),
        ("really.xlsx", b"<html><table></table></html>"),
        ("page.csv", b"<!DOCTYPE html><html></html>"),
        ("workbook.csv", zipped(xl__workbook_xml=b"")),
        ("zip.xlsx", zipped(hello=b"x")),
        ("macro.xlsm", zipped(hello=b"x")),
        ("macro.xlsx", zipped(**{"xl__workbook.xml": b"<x/>", "xl__vbaProject.bin": b"x"})),
        ("bomb.xlsx", zipped(**{"xl__workbook.xml": b"<x/>", "xl__worksheets__sheet1.xml": b" " * 60_000_000})),
        ("entities.xlsx", zipped(**{"xl__workbook.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"})),
        ("old.xls", b"\xd0\xcf\x11\xe0" + b"0" * 100),
        ("broken.xlsx", b"PK\x03\x04" + b"0" * 100),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_as_a_whole(kind: ImportKind, name: str, raw: bytes) -> None:
    with pytest.raises(BadImportFile):
        staged(kind, raw, name)

    assert not ImportBatch.objects.filter(status=BatchStatus.CHECKED).exists()


@pytest.mark.parametrize(
    "cell",
    ["NaN", "sNaN", "Infinity", "1e400", "1E2", "1,000", "1，000", "１２", "1_000", "0.0000001", "181", "--1", "0x1"],
)
def test_a_number_is_digits_within_bounds_and_nothing_else(kind: ImportKind, cell: str) -> None:
    batch = staged(kind, HEADER + f'999901,新区,县,,"{cell}"\n')

    assert errors(batch) == [(2, "longitude", cell)]


def test_rows_with_fewer_or_more_cells_and_look_alike_keys_are_errors(kind: ImportKind) -> None:
    batch = staged(kind, HEADER + "999901,新区\n999902,新区,县,,1,2,3\n9999\u200d03,新区,县,,\n1.23E+15,新区,县,,\n")

    assert [(line, column) for line, column, _got in errors(batch)] == [
        (2, ""),
        (2, "level"),
        (3, ""),
        (4, "code"),
        (5, "code"),
    ]


def test_discarding_drops_the_rows_and_keeps_the_file(kind: ImportKind) -> None:
    batch = staged(kind, HEADER + "999901,新区,县,,\n")

    discard_batch(batch, actor=None)

    batch.refresh_from_db()
    assert (batch.status, batch.rows.count()) == (BatchStatus.DISCARDED, 0)
    assert batch.file.size == batch.size


def test_batches_are_seen_by_their_uploader_only(kind: ImportKind) -> None:
    ann, bob = User.objects.create(username="ann"), User.objects.create(username="bob")
    file = SimpleUploadedFile("d.csv", (HEADER + "999901,新区,县,,\n").encode())
    batch = upload_batch(kind, file, actor=ann)

    assert list(ImportBatch.objects.visible_to(ann)) == [batch]
    assert list(ImportBatch.objects.visible_to(bob)) == []


def test_a_job_reads_a_large_file_and_says_why_it_was_refused(kind: ImportKind) -> None:
    good, bad = uploaded(kind, HEADER + "999901,新区,县,,\n"), uploaded(kind, HEADER + "\n" * (AT_ONCE_BYTES + 1))
    for batch in (good, bad):
        jobs.start_run("core.stage_import", owner=None, title=batch.name, batch=batch.pk)

    jobs.drain()

    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.status, bad.status) == (BatchStatus.CHECKED, BatchStatus.REFUSED)
    assert bad.problem


def test_twenty_thousand_rows_are_staged_by_copy_in_seconds(kind: ImportKind) -> None:
    text = HEADER + "".join(f"{n:06d},区{n},县,310100,\n" for n in range(900_000, 920_000))

    batch = staged(kind, text)

    assert (batch.new_count, batch.error_count) == (20_000, 0)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "＋1", "－1", "＠x"])
def test_nothing_that_starts_like_a_formula_leaves_as_one(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["BP-001", "a=b", "", "长宁区", "1+1"])
def test_other_texts_are_left_as_they_are(text: str) -> None:
    assert neutral(text) == text


def test_csv_and_workbook_hold_the_same_rows_and_numbers_stay_numbers() -> None:
    rows: list[dict[str, Any]] = [{"name": '=HYPERLINK("http://x")', "amount": Decimal("-5.10")}]
    columns = [ExportColumn("名称", "name"), ExportColumn("金额", "amount")]

    as_csv = export_response(rows, columns, "csv", name="x").content
    as_book = export_response(rows, columns, "xlsx", name="x").content

    assert list(csv.reader(io.StringIO(as_csv.decode("utf-8-sig")))) == [
        ["名称", "金额"],
        ['\'=HYPERLINK("http://x")', "-5.10"],
    ]
    sheet = load_workbook(io.BytesIO(as_book)).active
    assert [cell.value for cell in sheet[2]] == ['\'=HYPERLINK("http://x")', -5.1]
    assert sheet["A2"].data_type == "s"


def test_an_exported_phone_number_comes_back_as_it_was() -> None:
    raw = export_response([{"p": "+86 138"}], [ExportColumn("p", "p")], "csv", name="x").content
    cells = next(open_sheet(raw, "x.csv").rows)[1]

    assert Column("p", "p").canonical(cells[0]) == "+86 138"


def test_an_export_names_its_taker_and_has_an_end(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = User.objects.create(username="ann")
    export_response([{"n": 1}], [ExportColumn("n", "n")], "csv", name="claims", actor=ann)
    assert Event.objects.get(kind="user.exported").data == {"name": "claims", "rows": 1, "format": "csv"}

    monkeypatch.setattr("portal.core.transfer.exporting.MAX_ROWS", 2)
    with pytest.raises(ExportTooLarge):
        export_response([{"n": 1}] * 3, [ExportColumn("n", "n")], "csv", name="claims")

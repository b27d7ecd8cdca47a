"""Every form that takes a file, with files that are not what they say; every kind of import, with tables gone wrong."""

import io
import zipfile
import zlib
from struct import pack
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from portal.core.transfer import kinds
from stations.models import StationKind
from tests.cast import Cast
from tests.conftest import as_user
from tests.corpus.test_forms import PAGES, fields_of, sound
from tests.corpus.values import Bad, some
from tests.corpus.walk import CHINESE, Page, counts, undone
from tests.factories.station_applications import require
from tests.permissions import Row

pytestmark = pytest.mark.corpus
TAKES_FILES = {"appeal_file", "claim_photo", "work_order_photos", "apply"}
WITH_EFFECT = {
    "core_importbatch",
    "core_importrow",
    "core_event",
    "core_numberseries",
}  # kept with its errors, to be looked at


def _picture(format: str = "PNG", **options: Any) -> bytes:
    raw = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(raw, format, **options)
    return raw.getvalue()


def _huge() -> bytes:
    """60,000 × 60,000 pixels in 100 bytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return pack(">I", len(content)) + kind + content + pack(">I", zlib.crc32(kind + content))

    head = chunk(b"IHDR", pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 10)) + chunk(b"IEND", b"")


def _zip(**entries: bytes) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return raw.getvalue()


def _with_place() -> bytes:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (30.0, 15.0, 0.0), 3: "E", 4: (120.0, 7.0, 0.0)}
    return _picture("JPEG", exif=exif)


BOMB = {"xl__workbook.xml": b"<x/>", "xl__worksheets__sheet1.xml": b" " * 60_000_000}
UPLOADS = [
    Bad(("empty.jpg", b"")), Bad(("page.jpg", b"<html><script>alert(1)</script>")), Bad(("x.svg", b"<svg onload='x()'/>")),
    Bad(("cut.jpg", _picture("JPEG")[:150])), Bad(("cut.png", _picture()[:60])), Bad(("huge.png", _huge())),
    Bad(("cut.pdf", b"%PDF-1.7 no more")), Bad(("book.xlsx", _zip(**BOMB))), Bad(("x.exe", b"MZ" + b"\0" * 500)),
    Bad(("poly.png", b"PK\x03\x04" + _picture())), Bad(("bomb.zip", _zip(a=b"0" * 5_000_000))),
    Bad(("photo.txt", _picture()), False), Bad(("gps.jpg", _with_place()), False), Bad(("a" * 300 + ".png", _picture()), False),
    Bad(("../../x.png", _picture()), False), Bad(("gpj.\u202egnp", _picture()), False), Bad(("CON.png", _picture()), False),
    Bad(("png.html", _picture() + b"<script>alert(1)</script>"), False),
]  # fmt: skip


@pytest.mark.parametrize("row", [row for row in PAGES if row.name in TAKES_FILES], ids=lambda row: row.name)
def test_every_upload_refuses_what_is_no_picture_or_paper(row: Row, cast: Cast) -> None:
    require(StationKind.DEALER, "license")
    page, wrong = Page(row, cast), []
    names = [
        name for name, field in fields_of(page) if "File" in type(field).__name__ or "Photos" in type(field).__name__
    ]
    names += [paper.add_prefix("files") for paper in (page.opened.context or {}).get("papers") or []]
    data = {name: value for name, value in sound(page).items() if name not in names}

    for name in names[:2]:
        for bad in some(UPLOADS, row.name, name):
            before = counts()
            with undone():
                answer = page.send(data | {name: SimpleUploadedFile(*bad.value)})
                after = counts()
            kept = after["core_attachment"] - before["core_attachment"]
            if answer.status_code >= 500 or (bad.refused and kept) or (bad.refused and answer.status_code < 400):
                wrong.append(f"{page.address} {bad.value[0][:40]}: {answer.status_code}, kept {kept}")
            elif bad.refused and not CHINESE.search(answer.content.decode()):
                wrong.append(f"{page.address} {bad.value[0]}: not in Chinese")

    assert names
    assert wrong == []


def tables(heads: list[str]) -> list[Bad]:
    """Files for a kind with these heads."""
    head, width = ",".join(heads), len(heads)

    def full(cell: str) -> str:
        return ",".join([cell] * width)

    row = full("x")
    texts = {
        "e": "", "h": head, "x": row, "bom": f"\ufeff{head}\n{row}\n", "twice": f"{head},{heads[0]}\n{row},x\n",
        "short": f"{head}\nx\n", "long": f"{head}\n{row},x,x,x\n", "quote": f'{head}\n"{row}\n{row}\n',
        "nul": f"{head}\n\x00{row}\n", "same": f"{head}\n{row}\n{row}\n",
    }  # fmt: skip
    cells = ["NaN", "=1+1", "x" * 70_000, "0000-00-00", "-5", "9999-12-31", "1e400", "１２", "\u202e", " ", "1_000"]
    entity = b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>"
    return [
        *(Bad((f"{name}.csv", text.encode())) for name, text in texts.items()),
        *(Bad((f"cells{number}.csv", f"{head}\n{full(cell)}\n".encode())) for number, cell in enumerate(cells)),
        Bad(("u16.csv", f"{head}\n{row}".encode("utf-16-le"))), Bad(("gbk.csv", f"{head}\n{row}\n".encode("gb18030"))),
        Bad(("page.xlsx", b"<html></html>")), Bad(("bomb.xlsx", _zip(**BOMB))),
        Bad(("dtd.xlsx", _zip(**{"xl__workbook.xml": entity}))),
        Bad(("macro.xlsx", _zip(**{"xl__workbook.xml": b"<x/>", "xl__vbaProject.bin": b"x"}))),
    ]  # fmt: skip


def test_every_import_refuses_a_table_gone_wrong(cast: Cast) -> None:
    browser, wrong = as_user(cast.service_manager), []
    users = {
        name: as_user(cast.get(name)) for name in ("admin", "warehouse", "finance", "quality", "owner_a", "supplier_x")
    }
    for kind in [kind for key, kind in sorted(kinds._kinds.items()) if not key.startswith("test_")]:
        address = reverse("import_upload", args=[kind.key])
        who = next((each for each in [browser, *users.values()] if each.get(address).status_code == 200), None)
        if who is None:
            wrong.append(f"{kind.key}: nobody of the cast imports it")
            continue
        for bad in some(tables([str(column.label) for column in kind.columns]), kind.key):
            before = counts()
            with undone():
                answer = who.post(address, {"file": SimpleUploadedFile(*bad.value)})
                after = counts()
                page = who.get(answer["Location"]) if answer.status_code == 302 else answer
            changed = {name for name in before if before[name] != after[name]} - WITH_EFFECT
            if answer.status_code >= 500 or page.status_code >= 500 or changed:
                wrong.append(f"{kind.key} {bad.value[0]}: {answer.status_code} {page.status_code} {changed}")

    assert wrong == []

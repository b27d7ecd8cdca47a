"""Documents: facts frozen, the PDF from the row, searchable Chinese, nothing fetched, the public page."""

import importlib.util
import io
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import ProgrammingError, transaction
from django.test import Client
from pypdf import PdfReader

from portal.accounts.models import User
from portal.core import checks, documents
from portal.core.documents import document_kind, html_to_pdf, issue_document, pdf_bytes
from portal.core.models.documents import Document

pytestmark = pytest.mark.django_db
document_kind("test_letter", template="pdf/base.html", title="决定函", public=[("amount", "金额")])


def letter(user: User, **facts: str) -> Document:
    return issue_document("test_letter", subject=user, number="DL-1", facts={"amount": "465.00"} | facts, actor=user)


@pytest.fixture
def person() -> User:
    return User.objects.create(username="ann")


def test_a_document_is_issued_once_and_never_with_other_facts(person: User) -> None:
    first = letter(person)

    assert letter(person) == first
    with pytest.raises(ValueError, match="other facts"):
        letter(person, amount="466.00")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Document.objects.update(number="DL-2")


def test_the_pdf_carries_searchable_chinese_with_an_embedded_font_and_its_number(person: User) -> None:
    reader = PdfReader(io.BytesIO(pdf_bytes(letter(person))))

    text = reader.pages[0].extract_text()
    assert "决定函" in text
    assert "DL-1" in text
    assert "1 / 1" in text
    fonts = reader.pages[0]["/Resources"]["/Font"]
    assert all("NotoSansSC" in str(font.get_object()["/BaseFont"]).replace("-", "") for font in fonts.values())


def test_nothing_is_fetched_while_a_pdf_is_made() -> None:
    hits: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    pdf = html_to_pdf(
        f"<img src='{url}/img'><link rel=stylesheet href='{url}/css'><a rel=attachment href='file:///etc/passwd'>x</a>"
        f"<style>@import '{url}/import';</style><img src='file:///etc/passwd'>"
    )
    server.shutdown()

    assert hits == []
    assert b"root:" not in pdf


def test_anyone_with_the_code_can_verify_and_sees_only_public_facts(person: User) -> None:
    row = letter(person, secret="13812345678")

    page = Client().get(f"/verify/{row.token}/").content.decode()

    assert "DL-1" in page
    assert "465.00" in page
    assert "13812345678" not in page
    assert Client().get("/verify/unknown/").status_code == 404


@pytest.mark.parametrize(
    ("frozen", "said"),
    [
        ("1234.50", "¥1,234.50"),
        ("1,234.50", "¥1,234.50"),
        ("−1,234.50", "−¥1,234.50"),
        ("-0.50", "−¥0.50"),
        ("–", "–"),
        ("", "–"),
    ],
)
def test_a_public_amount_says_its_currency_however_it_was_frozen(frozen: str, said: str) -> None:
    assert documents.money_said(frozen) == said


def test_a_document_is_served_only_within_the_scope_of_its_record(person: User) -> None:
    row = letter(person)
    client = Client()
    client.force_login(person)

    assert client.get(f"/documents/{row.pk}/").status_code == 404
    assert documents.is_intact(row)


class Killed(BaseException):
    """The process is gone, or the disk is full."""


class Cut(ContentFile):
    """Its second half never comes."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield bytes(self.read())[: self.size // 2]
        raise Killed


def folder_of(row: Document) -> str:
    return f"documents/{row.sha256[:2]}"


def kept(row: Document) -> list[str]:
    return [name for name in default_storage.listdir(folder_of(row))[1] if name.startswith(row.sha256)]


def test_a_file_cut_off_while_it_is_written_does_not_stand() -> None:
    with pytest.raises(Killed):
        default_storage.save("cut/paper.pdf", Cut(b"%PDF-1.7 and much more"))

    assert not default_storage.exists("cut/paper.pdf")
    assert default_storage.save("cut/paper.pdf", ContentFile(b"whole")) == "cut/paper.pdf"
    second = default_storage.save("cut/paper.pdf", ContentFile(b"another"))
    assert second != "cut/paper.pdf"
    with default_storage.open("cut/paper.pdf") as first:
        assert first.read() == b"whole"
    assert default_storage.listdir(".unfinished")[1] == []


@pytest.mark.parametrize("left", [b"", b"%PDF-1.7 half a pa"])
def test_half_a_paper_is_made_again(person: User, left: bytes) -> None:
    row = letter(person, left=left.decode())
    default_storage.save(f"{folder_of(row)}/{row.sha256}.pdf", ContentFile(left))

    made = pdf_bytes(row)

    assert "DL-1" in PdfReader(io.BytesIO(made)).pages[0].extract_text()
    assert pdf_bytes(row) == made
    assert kept(row) == [f"{row.sha256}.pdf"]


def test_two_first_readers_leave_one_file(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    row = letter(person, readers="2")
    render = documents.render_document

    def while_another_reads(row: Document, language: str = "", **options: Any) -> bytes:
        monkeypatch.setattr(documents, "render_document", render)
        pdf_bytes(row)
        return render(row, language, **options)

    monkeypatch.setattr(documents, "render_document", while_another_reads)

    assert b"%%EOF" in pdf_bytes(row)[-1024:]
    assert kept(row) == [f"{row.sha256}.pdf"]


@pytest.fixture
def no_font(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "pylopdf_fonts_zh_cn", None)
    documents.font_file.cache_clear()
    yield
    documents.font_file.cache_clear()


@pytest.mark.usefixtures("no_font")
def test_a_missing_font_is_said_by_the_check_and_stops_no_start(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.spec_from_file_location("documents_again", documents.__file__)
    assert found is not None
    assert found.loader is not None
    again = importlib.util.module_from_spec(found)
    monkeypatch.setitem(sys.modules, "documents_again", again)
    found.loader.exec_module(again)

    assert [message.id for message in checks.paper()] == ["core.E001"]
    with pytest.raises(documents.FontMissing):
        html_to_pdf("<p>驿站</p>")

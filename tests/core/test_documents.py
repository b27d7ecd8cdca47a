"""Documents: facts frozen, the PDF from the row, searchable Chinese, nothing fetched, the public page."""

import io
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from pypdf import PdfReader

from portal.accounts.models import User
from portal.core import documents
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


def test_a_document_is_served_only_within_the_scope_of_its_record(person: User) -> None:
    row = letter(person)
    client = Client()
    client.force_login(person)

    assert client.get(f"/documents/{row.pk}/").status_code == 404
    assert documents.is_intact(row)

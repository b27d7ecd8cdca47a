"""The supplier's 8D reply: which file is taken when, who reads it, who is told."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from portal.core import jobs
from portal.core.attachments import BadFile
from portal.core.models import Event, Notification
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.claims import photo
from tests.permissions.warranty_settlement import answered, sent
from tests.warranty_settlement.test_evidence_pack import sent as sent_by
from warranty import chargebacks
from warranty.models import Chargeback

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def office(*names: str) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, "<x/>")
    return raw.getvalue()


def upload(raw: bytes, name: str) -> Any:
    return ContentFile(raw, name=name)


@pytest.fixture
def note(cast: Any) -> Chargeback:
    return sent(cast)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("raw", "name", "kept"),
    [
        (PDF, "8D报告.pdf", "8D报告.pdf"),
        (office("word/document.xml"), "8D报告.docx", "8D报告.docx"),
        (office("xl/workbook.xml"), "8D", "8D.xlsx"),
    ],
)
def test_papers_of_the_office_are_taken_and_come_back_as_they_were(
    cast: Any, note: Chargeback, raw: bytes, name: str, kept: str
) -> None:
    page = reverse("chargeback_reply", args=[note.pk])
    done = as_user(cast.supplier_x).post(page, {"file": upload(raw, name), "remark": "焊接工艺已改"})

    (file,) = chargebacks.replies_of(note)
    served = as_user(cast.finance).get(reverse("attachment", args=[file.pk]))

    assert (done.status_code, file.name, file.caption) == (302, kept, "焊接工艺已改")
    assert b"".join(served.streaming_content) == raw
    assert served["Content-Disposition"].startswith("attachment")
    assert as_user(cast.supplier_y).get(reverse("attachment", args=[file.pk])).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (office("word/document.xml", "word/vbaProject.bin"), "8D.docm"),
        (office("word/document.xml")[:-30], "8D.docx"),
        (office("readme.txt"), "8D.docx"),
        (b"MZ\x90\x00program", "8D.pdf"),
        (b"", "8D.pdf"),
    ],
)
def test_other_files_are_refused_by_name(cast: Any, note: Chargeback, raw: bytes, name: str) -> None:
    with pytest.raises(BadFile) as refused:
        chargebacks.file_reply(note, upload=upload(raw, name), actor=cast.supplier_x)

    assert (refused.value.field, name in str(refused.value)) == ("file", True)
    assert list(chargebacks.replies_of(note)) == []


def test_finance_is_told_and_the_reply_stands_where_the_dispute_is_decided(cast: Any, db: None) -> None:
    note = answered(cast)

    chargebacks.file_reply(note, upload=photo(3), actor=cast.supplier_x)
    jobs.drain()

    (file,) = chargebacks.replies_of(note)
    address = reverse("attachment", args=[file.pk])
    (event,) = Event.objects.filter(subject_id=note.pk, kind="chargeback.reply_filed")
    line = note.lines.first()
    assert event.data["sha256"] == file.sha256
    told = Notification.objects.filter(kind="chargeback.reply_filed")
    assert {row.user_id for row in told} == {cast.finance.pk}
    for reader, page in (
        (cast.finance, note.get_absolute_url()),
        (cast.supplier_x, note.get_absolute_url()),
        (cast.approver, reverse("chargeback_resolve", args=[line.pk])),
    ):
        assert address in as_user(reader).get(page).content.decode()


def test_a_note_that_waits_for_nothing_takes_no_reply(desk: Desk) -> None:
    note = sent_by(desk)
    answers = {line.pk: chargebacks.LineAnswer(line.claimed) for line in note.lines.all()}
    chargebacks.answer_chargeback(note, answers=answers, actor=desk.supplier_user)
    note.refresh_from_db()
    page = reverse("chargeback_reply", args=[note.pk])

    browser = as_user(desk.supplier_user)
    assert '<form class="card"' not in browser.get(page).content.decode()
    assert browser.post(page, {"file": upload(PDF, "8D.pdf"), "remark": ""}).status_code == 409
    assert page not in browser.get(note.get_absolute_url()).content.decode()


def test_a_note_has_a_bounded_number_of_replies(cast: Any, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    note = sent(cast)
    monkeypatch.setattr(chargebacks.replies, "MOST_REPLIES", 1)
    chargebacks.file_reply(note, upload=upload(PDF, "8D.pdf"), actor=cast.supplier_x)

    with pytest.raises(chargebacks.TooManyReplies):
        chargebacks.file_reply(note, upload=upload(PDF, "8D.pdf"), actor=cast.supplier_x)

"""What a supplier is sent: by mail in its language, as one paper and as one archive, and never a name it must not read."""

import io
import json
import zipfile
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from parts.models import Supplier, SupplierContact
from portal.core import clock, jobs
from portal.core.attachments import attach
from portal.core.documents import documents_of, path_of, pdf_bytes
from portal.core.models import Attachment, JobRun, MailOutbox, Notification
from tests.api.calls import Program
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.claims import photo
from tests.factories.settlement import make_granted_claim
from tests.warranty_settlement.paper import squeezed, text_of
from warranty import appraisal, chargebacks, evidence_pack, failed_parts, recovery, supplier_reports
from warranty.models import Chargeback, RecoveryCase, RecoveryEntry, WarrantyClaim
from warranty.recovery_jobs import propose_last_month
from warranty.scrubbing import PATTERNS, STRUCK, scrub

FIELDS = json.loads(Path(__file__).with_name("supplier_fields.json").read_text())
TOLD = "车主王秀英（13800001234，浙B·8K22挂）反映，{station}更换后正常，联系 wang@example.com"
SECRETS = ("王秀英", "13800001234", "wang@example.com", "8K22")


def ready(desk: Desk, **claim: Any) -> RecoveryCase:
    """A case to be charged whose claim names everybody in its free text."""
    granted = make_granted_claim(desk.station, part=desk.part, qty=1, **claim)
    told = TOLD.format(station=desk.station.name)
    WarrantyClaim.objects.filter(pk=granted.pk).update(complaint=told, cause=told, correction=told)
    granted = WarrantyClaim.objects.get(pk=granted.pk)
    attach(granted.work_order, photo(1), kind="plate_photo", actor=None)
    (case,) = recovery.open_cases(granted)
    for piece in failed_parts.request_returns(granted):
        failed_parts.receive_piece(piece.number, actor=desk.warehouse)
        appraisal.appraise(piece, verdict="supplier_defect", findings=told, actor=desk.appraiser)
    return RecoveryCase.objects.get(pk=case.pk)


def sent(desk: Desk) -> Chargeback:
    ready(desk)
    return chargebacks.send_chargeback(chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance), actor=None)


def asked(reader: Any, note: Chargeback, **headers: str) -> Any:
    return as_user(reader).get(f"{note.get_absolute_url()}evidence.zip", **headers)


def archive_of(desk: Desk, note: Chargeback) -> dict[str, bytes]:
    if (answer := asked(desk.supplier_user, note)).status_code == 202:
        jobs.drain()
        answer = asked(desk.supplier_user, note)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("电话13800001234接通", "电话***接通"),
        ("138 0000 1234", "***"),
        ("浙A12345停在门口", "***停在门口"),
        ("沪AD12345", "***"),
        ("身份证11010519491231002X", "身份证***"),
        ("编号 20250601138000012340 不变", "编号 20250601138000012340 不变"),
        ("a.b@c.com 来信", "*** 来信"),
        ("电压220V，SN12345678", "电压220V，SN12345678"),
    ],
)
def test_numbers_of_people_are_struck_out_and_those_of_things_stay(text: str, left: str) -> None:
    assert scrub(text) == left


@given(st.text(alphabet="a1@.沪AB·86- 0Xx京3", max_size=40))
def test_texts_without_a_sign_of_any_pattern_are_passed_over_and_no_others(text: str) -> None:
    assert scrub(text) == PATTERNS.sub(STRUCK, text)


def test_no_way_to_the_note_names_a_customer_or_a_station(desk: Desk, tmp_path: Path) -> None:
    note = sent(desk)
    page = as_user(desk.supplier_user).get(note.get_absolute_url()).content.decode()
    record = json.dumps(Program(desk.supplier_user).get(f"chargebacks/{note.pk}/").json(), ensure_ascii=False)
    paper = squeezed(text_of(pdf_bytes(documents_of(note, "chargeback").get()), tmp_path))
    files = b"".join(body for name, body in archive_of(desk, note).items() if name.endswith(".csv")).decode()

    for said in (page, record, paper, files):
        assert [secret for secret in (*SECRETS, desk.station.name) if secret in said] == []
        assert desk.station.code in said


def test_a_supplier_sees_these_fields_and_no_others(desk: Desk) -> None:
    note = sent(desk)

    record = Program(desk.supplier_user).get(f"chargebacks/{note.pk}/").json()
    facts = documents_of(note, "chargeback").get().facts
    (report,) = supplier_reports.reports_in(facts)

    assert {
        "record": sorted(record),
        "line": sorted(record["lines"][0]),
        "evidence": sorted(record["lines"][0]["evidence"]),
        "old part": sorted(record["lines"][0]["evidence"]["tags"][0]),
        "paper": sorted(facts),
        "line on paper": sorted(facts["lines"][0]),
        "old part on paper": sorted(facts["pieces"][0]),
        "report": sorted(report),
        "appraisal in a report": sorted(report["appraisals"][0]),
        "custody in a report": sorted(report["custody"][0]),
    } == FIELDS


def test_the_archive_holds_the_note_its_lines_old_parts_and_pictures(desk: Desk) -> None:
    note = sent(desk)

    files = archive_of(desk, note)
    manifest = json.loads(files["manifest.json"])

    (tag,) = documents_of(note, "chargeback").get().facts["pieces"]
    assert sorted(name.split("-")[0] for name in files) == [
        "CB",
        "appraisals/FP",
        "lines.csv",
        "manifest.json",
        "old",
        "photos/WC",
    ]
    assert {each["name"]: each["sha256"] for each in manifest["files"]} == {
        name: sha256(body).hexdigest() for name, body in files.items() if name != "manifest.json"
    }
    assert files["lines.csv"].decode().count("\r\n") == 1 + note.lines.count()
    assert tag["number"] in files["old-parts.csv"].decode()
    assert archive_of(desk, note) == files


@pytest.mark.parametrize(("language", "verdict"), [("zh-hans", "供应商缺陷"), ("en", "Supplier defect")])
def test_each_old_part_has_its_report_as_the_supplier_may_read_it(
    desk: Desk, tmp_path: Path, language: str, verdict: str
) -> None:
    note = sent(desk)
    document = documents_of(note, "chargeback").get()
    (report,) = supplier_reports.reports_in(document.facts)
    people = [str(each) for each in (desk.appraiser, desk.warehouse, desk.owner)]

    said = squeezed(text_of(supplier_reports.report_pdf(report, document, language), tmp_path))

    shown = (report["number"], desk.part.number, verdict, desk.station.code, note.number, report["custody"][-1]["hash"])
    assert [each for each in (*shown, supplier_reports.digest_of(report)) if "".join(each.split()) not in said] == []
    hidden = (*SECRETS, *people, desk.station.name, desk.station.name_en or "-----", "120.00")
    assert [each for each in hidden if "".join(each.split()) in said] == []
    assert STRUCK in said


def test_a_second_asker_gets_the_kept_archive_and_one_made_again_is_the_same(desk: Desk) -> None:
    note = sent(desk)
    document = documents_of(note, "chargeback").get()
    path, paper = evidence_pack.path_of(document, "zh-hans"), path_of(document)
    waiting = asked(desk.supplier_user, note)
    run = JobRun.objects.get(name="warranty.pack_evidence")
    joined = asked(desk.finance, note)
    jobs.drain()
    run.refresh_from_db()

    first = b"".join(asked(desk.finance, note).streaming_content)
    for lost in (path, paper):
        default_storage.delete(lost)
    default_storage.save(path, ContentFile(first[: len(first) // 2]))  # half an archive is none
    assert asked(desk.finance, note).status_code == 202
    jobs.drain()
    again = b"".join(asked(desk.finance, note).streaming_content)

    assert (waiting.status_code, joined.status_code, run.owner) == (202, 202, desk.supplier_user)
    assert (run.status, run.done, run.total) == ("done", 3, 3)
    assert run.result_url == f"{note.get_absolute_url()}evidence.zip"
    assert JobRun.objects.filter(name="warranty.pack_evidence").count() == 2
    assert again == first


def test_who_waits_is_offered_the_archive_and_not_sent_it_again_and_again(desk: Desk) -> None:
    note = sent(desk)
    asked(desk.supplier_user, note)
    jobs.drain()

    answer = asked(desk.supplier_user, note, HTTP_HX_REQUEST="true").content.decode()

    assert "every 2s" not in answer
    assert f'href="{note.get_absolute_url()}evidence.zip"' in answer


def test_a_packing_that_was_stopped_begins_again_only_for_who_asks(desk: Desk) -> None:
    note = sent(desk)
    asked(desk.supplier_user, note)
    run = JobRun.objects.get(name="warranty.pack_evidence")
    as_user(desk.supplier_user).post(f"/jobs/{run.pk}/cancel/")
    jobs.drain()

    polled = asked(desk.supplier_user, note, HTTP_HX_REQUEST="true").content.decode()

    run.refresh_from_db()
    assert (run.status, run.done) == ("cancelled", 0)
    assert "every 2s" not in polled
    assert JobRun.objects.filter(name="warranty.pack_evidence").count() == 1
    asked(desk.supplier_user, note)
    assert JobRun.objects.filter(name="warranty.pack_evidence").count() == 2


def test_reports_of_many_pieces_are_frozen_by_as_many_queries_as_of_one(
    desk: Desk, django_assert_num_queries: Any
) -> None:
    for _case in range(3):
        ready(desk)
    lines = list(chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance).lines.order_by("position"))

    for some in (lines[:2], lines):
        with django_assert_num_queries(4):
            kept = supplier_reports.freeze_reports(some)
        assert kept["count"] == len({line.case_id for line in some})


def test_the_supplier_sees_the_pictures_of_its_note_and_no_others(desk: Desk) -> None:
    note = sent(desk)
    client, (line, _labor) = as_user(desk.supplier_user), note.lines.order_by("position")
    job = line.case.claim.work_order
    other = attach(job, photo(2), kind="customer_signature", actor=None)
    (shown,) = line.facts["photos"]
    address = f"{note.get_absolute_url()}pictures/{shown['id']}/"

    assert address in client.get(note.get_absolute_url()).content.decode()
    assert client.get(address)["Content-Type"] == "image/jpeg"
    assert f'<a href="{address}large/">' in client.get(note.get_absolute_url()).content.decode()
    assert client.get(f"{address}large/").content == Attachment.objects.get(pk=shown["id"]).served.read()
    for unseen in (f"{other.pk}/", f"{other.pk}/large/"):
        assert client.get(f"{note.get_absolute_url()}pictures/{unseen}").status_code == 404
    assert client.get(f"/files/{shown['id']}/").status_code == 404


def test_the_database_takes_no_more_than_was_accepted(desk: Desk) -> None:
    note = sent(desk)
    answers = {
        line.pk: chargebacks.LineAnswer(line.claimed / 2, "只承认一半，另一半不在协议内") for line in note.lines.all()
    }
    note = chargebacks.answer_chargeback(note, answers=answers, actor=desk.supplier_user)

    with pytest.raises(IntegrityError, match="more_than_accepted"), transaction.atomic():
        RecoveryEntry.objects.create(
            chargeback=note, source="B-9", amount=note.accepted + 1, received_on=date(2025, 6, 1), at=clock.now()
        )


def test_a_note_not_sent_has_no_archive(desk: Desk) -> None:
    ready(desk)
    note = chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)

    assert as_user(desk.finance).get(f"{note.get_absolute_url()}evidence.zip").status_code == 404


def test_the_paper_lists_old_parts_and_their_appraisals(desk: Desk, tmp_path: Path) -> None:
    note = sent(desk)

    text = squeezed(text_of(pdf_bytes(documents_of(note, "chargeback").get()), tmp_path))

    assert "鉴定报告" in text
    assert "供应商缺陷" in text


@pytest.mark.parametrize(("language", "said"), [("en", "Chargeback note"), ("zh-hans", "索赔通知单")])
def test_the_note_is_mailed_in_the_suppliers_language(desk: Desk, language: str, said: str) -> None:
    Supplier.objects.filter(pk=desk.supplier.pk).update(language=language, email="info@example.com")
    for role, email in (("quality", "q@example.com"), ("sales", "s@example.com")):
        SupplierContact.objects.create(supplier=desk.supplier, name=role, role=role, email=email)
    desk.supplier.refresh_from_db()

    note = sent(desk)
    jobs.drain()

    (mail,) = MailOutbox.objects.filter(key__startswith="chargeback:")
    assert (mail.to, mail.language) == ("q@example.com", language)
    assert mail.document == documents_of(note, "chargeback").get()
    assert mail.subject.startswith(said)
    assert note.get_absolute_url() in mail.body


# Proposed


def test_last_months_notes_are_proposed_once_for_every_supplier(desk: Desk, june: Any) -> None:
    ready(desk)
    june("2025-07-02 00:50:00")
    propose_last_month()
    assert not JobRun.objects.exists()

    for night in ("2025-07-04 00:50:00", "2025-07-05 00:50:00"):  # the night of the third was missed
        june(night)
        propose_last_month()
        jobs.drain()

    note = Chargeback.objects.get()
    assert (note.status, note.period, note.batched_by) == ("open", date(2025, 6, 1), None)
    assert Notification.objects.filter(user=desk.finance, kind="chargeback.proposed").count() == 1
    chargebacks.withdraw_chargeback(note, actor=desk.finance)
    propose_last_month()
    jobs.drain()
    assert Chargeback.objects.count() == 1  # who took it back makes the next one


def test_finance_looks_the_lines_over_leaves_one_out_and_makes_the_note(desk: Desk) -> None:
    first, second = ready(desk), ready(desk)
    client, address = as_user(desk.finance), "/supplier/chargebacks/new/"
    chosen = {"supplier": desk.supplier.pk, "period": "2025-06"}

    looked = client.post(address, chosen).content.decode()
    assert (first.number in looked, second.number in looked, "¥288.00" in looked) == (True, True, True)
    assert "¥144.00" in client.post(address, {**chosen, "without": [second.pk]}).content.decode()
    assert not Chargeback.objects.exists()
    made = client.post(address, {**chosen, "without": [second.pk], "step": "make"})

    note = Chargeback.objects.get()
    assert (made.status_code, str(note.claimed)) == (302, "144.00")
    assert {line.case_id for line in note.lines.all()} == {first.pk}

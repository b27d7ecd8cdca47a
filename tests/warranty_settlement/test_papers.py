"""Notes to suppliers, tags, box lists and appraisal reports, read back from their PDFs."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from portal.core import drawing, jobs
from portal.core.attachments import attach
from portal.core.documents import documents_of, issue_document, pdf_bytes, render_document
from portal.core.money import capitals
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.claims import photo
from tests.factories.settlement import make_granted_claim
from tests.warranty_settlement.paper import pages_seen, pictures_in, squeezed, text_of
from warranty import appraisal, chargebacks, failed_parts, recovery
from warranty.chargebacks_documents import note_facts
from warranty.evidence import evidence_pictures
from warranty.failed_parts_documents import packing_list_pdf, tags_pdf
from warranty.models import Chargeback, FailedPart

FINDINGS = "焊点虚焊，与客户使用无关"


def pieces_of(desk: Desk) -> list[FailedPart]:
    claim = make_granted_claim(desk.station, part=desk.part)
    recovery.open_cases(claim)
    return failed_parts.request_returns(claim)


def appraised(desk: Desk, verdict: str = "supplier_defect") -> list[FailedPart]:
    pieces = pieces_of(desk)
    for piece in pieces:
        failed_parts.receive_piece(piece.number, actor=desk.warehouse)
        appraisal.appraise(piece, verdict=verdict, findings=FINDINGS, actor=desk.appraiser)
    return pieces


def sent(desk: Desk) -> Chargeback:
    appraised(desk)
    return chargebacks.send_chargeback(chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance), actor=None)


def test_note_shows_lines_sum_capitals_and_evidence_but_no_customer(desk: Desk, tmp_path: Path) -> None:
    note = sent(desk)

    text = text_of(pdf_bytes(documents_of(note, "chargeback").get()), tmp_path)

    assert note.number in text
    assert f"{note.claimed:,.2f}" in text
    assert [f"{line.claimed:,.2f}" in text for line in note.lines.all()] == [True, True]
    assert capitals(note.claimed) in squeezed(text)
    assert FINDINGS in squeezed(text)
    assert desk.station.code in text
    assert desk.station.name not in squeezed(text)
    assert "王秀英" not in text
    assert "13800001234" not in text


def test_the_evidence_shows_fault_and_plate_but_no_other_picture(desk: Desk, tmp_path: Path) -> None:
    pieces = appraised(desk)
    job = pieces[0].claim.work_order
    plate, fault = (
        attach(job, photo(number), kind=kind, actor=None) for number, kind in ((1, "plate_photo"), (2, "fault_photo"))
    )
    attach(job, photo(3), kind="customer_signature", actor=None)
    note = chargebacks.send_chargeback(chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance), actor=None)
    document = documents_of(note, "chargeback").get()

    made = pdf_bytes(document)

    frozen = document.facts["lines"][0]["photos"]
    assert [(each["id"], each["sha256"]) for each in frozen] == [(plate.pk, plate.sha256), (fault.pk, fault.sha256)]
    assert pictures_in(made, tmp_path) == 2


def test_a_picture_that_was_changed_is_left_out(desk: Desk, tmp_path: Path) -> None:
    job = appraised(desk)[0].claim.work_order
    plate = attach(job, photo(1), kind="plate_photo", actor=None)
    note = chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)
    facts = note_facts(note)

    assert list(evidence_pictures(facts)) == [f"evidence:{plate.pk}"]
    facts["lines"][0]["photos"][0]["sha256"] = "0" * 64
    assert evidence_pictures({"lines": facts["lines"][:1]}) == {}


def test_note_of_501_lines_goes_to_the_table(desk: Desk, tmp_path: Path) -> None:
    from portal.core.documents import preview_pdf

    facts = note_facts(sent(desk))
    line = facts["lines"][0] | {"claimed": "0.10"}
    many = [line | {"position": number, "claim": f"WC-{number:05}"} for number in range(501)]

    text = text_of(preview_pdf("chargeback", number="CB-9", facts=facts | {"lines": many}), tmp_path)

    assert all(f"WC-{number:05}" in text for number in range(501))
    assert "50.10" in text


def test_a_note_of_501_lines_keeps_its_evidence_and_names_what_is_not_printed(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = appraised(desk)[0].claim.work_order
    plate, fault = (
        attach(job, photo(number), kind=kind, actor=None) for number, kind in ((1, "plate_photo"), (2, "fault_photo"))
    )
    note = chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)
    facts = note_facts(note)
    line = facts["lines"][0]
    facts["lines"] = [line | {"position": number} for number in range(501)]

    row = issue_document("chargeback", subject=note, number="CB-9", facts=facts, actor=None)

    made = render_document(row)

    assert FINDINGS in squeezed(text_of(made, tmp_path))
    assert pictures_in(made, tmp_path) == 2
    assert f"图片编号{plate.pk}" not in squeezed(text_of(made, tmp_path))

    monkeypatch.setattr("warranty.evidence.PER_NOTE", 1)
    made = render_document(row)
    assert pictures_in(made, tmp_path) == 1
    assert f"图片编号{fault.pk}" in squeezed(text_of(made, tmp_path))


def test_a_long_note_is_drawn_before_anybody_opens_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.core.drawing_runs.QUICK_LINES", 1)

    document = documents_of(sent(desk), "chargeback").get()
    jobs.drain()

    for language in ("zh-hans", "en"):
        assert isinstance(drawing.paper(document, language), bytes)


def test_tags_carry_number_and_code_and_a_copy_says_so(desk: Desk, tmp_path: Path) -> None:
    pieces = pieces_of(desk)

    first = text_of(tags_pdf(failed_parts.print_tags(pieces, actor=desk.owner)), tmp_path)
    again = text_of(tags_pdf(failed_parts.print_tags(pieces, actor=desk.owner)), tmp_path)

    assert all(piece.number in first for piece in pieces)
    assert "副本" not in first
    assert again.count("副本") == len(pieces)


@pytest.mark.parametrize(("form", "sheets"), [("a4", 1), ("60x40", 2), ("50x30", 2)])
def test_a_tag_fits_its_label_in_both_languages_whatever_the_part_is_called(
    desk: Desk, tmp_path: Path, form: str, sheets: int
) -> None:
    pieces = failed_parts.print_tags(pieces_of(desk), actor=desk.owner)
    again = failed_parts.print_tags(pieces, actor=desk.owner)
    type(desk.part).objects.filter(pk=desk.part.pk).update(name="智能电源模块" * 20, name_en="Power module " * 15)
    found = list(
        FailedPart.objects.filter(pk__in=[piece.pk for piece in again]).select_related("part", "claim", "station")
    )

    with translation.override("en"):
        made = tags_pdf(found, form)
        text = text_of(made, tmp_path)

    assert len(pages_seen(made, tmp_path)) == sheets
    assert all(share > 0.02 for share in pages_seen(made, tmp_path))
    assert "Power module" in text
    assert text.count("Copy") == len(pieces)
    assert all(squeezed(piece.number) in squeezed(text) for piece in found)


def test_the_format_of_the_tags_is_remembered(desk: Desk) -> None:
    browser, piece = as_user(desk.owner), pieces_of(desk)[0]

    printed = browser.post("/warranty/failed-parts/print/", {"pieces": [piece.pk], "format": "60x40"})

    assert "form=60x40" in printed.url
    assert browser.get(printed.url)["Content-Type"] == "application/pdf"
    assert browser.get(printed.url.replace("60x40", "9x9")).status_code == 404
    assert '<option value="60x40" selected>' in browser.get("/warranty/failed-parts/to-return/").content.decode()


def test_box_list_names_every_piece_once(desk: Desk, tmp_path: Path) -> None:
    pieces = failed_parts.print_tags(pieces_of(desk), actor=desk.owner)
    box = failed_parts.pack_box(desk.station, pieces=pieces, actor=desk.owner)
    box = failed_parts.ship_box(box, carrier="顺丰速运", waybill="SF139007", weight_kg=Decimal("4.2"), actor=desk.owner)

    text = text_of(packing_list_pdf(box), tmp_path)

    assert [text.count(piece.number) for piece in pieces] == [1, 1]
    assert box.number in text
    assert "SF139007" in text


def test_appraisal_report_shows_verdict_findings_and_every_hand(desk: Desk, tmp_path: Path) -> None:
    piece = appraised(desk)[0]

    text = text_of(pdf_bytes(documents_of(piece, "appraisal_report").get()), tmp_path)

    assert piece.number in text
    assert "供应商缺陷" in text
    assert FINDINGS in squeezed(text)
    assert str(desk.appraiser) in text
    assert [entry.hash[:16] in squeezed(text) for entry in piece.custody.all()] == [True] * piece.custody.count()


def test_a_verdict_that_waits_for_a_second_one_has_no_report(desk: Desk) -> None:
    claim = make_granted_claim(desk.station, part=desk.part, part_amount="1500.00", qty=1)
    (piece,) = failed_parts.request_returns(claim)
    failed_parts.receive_piece(piece.number, actor=desk.warehouse)

    appraisal.appraise(piece, verdict="user", findings=FINDINGS, actor=desk.appraiser)
    assert not documents_of(piece, "appraisal_report").exists()
    appraisal.appraise(piece, verdict="user", findings=FINDINGS, actor=desk.second)

    report = documents_of(piece, "appraisal_report").get()
    assert [each["final"] for each in report.facts["appraisals"]] == [False, True]


@pytest.mark.parametrize("kind", ["chargeback", "appraisal_report"])
def test_every_paper_is_verified_by_its_code(desk: Desk, kind: str) -> None:
    from portal.core.documents import verify_url
    from portal.core.models.documents import Document

    sent(desk)
    document = Document.objects.filter(kind=kind).first()
    assert document is not None

    page = as_user().get("/" + verify_url(document).split("/", 3)[3]).content.decode()

    assert document.number in page
    assert desk.station.name not in page

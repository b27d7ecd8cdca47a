"""A supplier answers its notes by file: each bad row named at its cell, all or none, and the same effect as on the page."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from parts.models import Supplier, SupplierMembership
from portal.core.models.transfer import ImportBatch
from portal.core.transfer.applying import RowMovedOn, apply_batch
from portal.core.transfer.kinds import kind_of
from portal.core.transfer.staging import stage_batch, upload_batch
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import LONG_AGO
from tests.factories.stations import make_user
from tests.warranty_settlement.test_dispute_rounds import deny, first, is_whole
from tests.warranty_settlement.test_disputes import WHY, answered
from tests.warranty_settlement.test_supplier_statement import sent
from warranty import chargebacks
from warranty.answer_imports import ANSWERS_BY_FILE, present_lines
from warranty.models import Chargeback

NAMES = ["note", "position", "accepted", "reason"]


def staged(rows: list[list[object]], desk: Desk, *, user: object = None) -> ImportBatch:
    text = "\n".join(",".join(map(str, row)) for row in [NAMES, *rows])
    file = SimpleUploadedFile("answers.csv", text.encode())
    return stage_batch(upload_batch(kind_of(ANSWERS_BY_FILE), file, actor=user or desk.supplier_user))


def faults(batch: ImportBatch) -> list[tuple[int, str]]:
    return [(row.line, error["column"]) for row in batch.rows.order_by("line") for error in row.errors]


def test_the_file_answers_every_line_of_its_notes(desk: Desk) -> None:
    one, two = sent(desk), sent(desk)
    rows = [[line.chargeback.number, line.position, line.claimed, ""] for line in one.lines.order_by("position")]
    rows += [[line.chargeback.number, line.position, 0, WHY] for line in two.lines.order_by("position")]

    batch = apply_batch(staged(rows, desk), actor=desk.supplier_user)

    assert batch.error_count == 0
    assert [Chargeback.objects.get(pk=note.pk).status for note in (one, two)] == ["accepted", "disputed"]
    for note in (one, two):
        is_whole(note)


def test_each_bad_row_is_named_and_nothing_is_answered(desk: Desk) -> None:
    note, other = sent(desk), sent(desk)
    part, labor = note.lines.order_by("position")
    rows = [
        [note.number, part.position, part.claimed + 1, ""],
        [note.number, labor.position, 0, "不认"],
        [note.number, 99, 0, WHY],
        ["CB-0", 1, 0, WHY],
        [other.number, 1, 0, WHY],
    ]

    batch = staged(rows, desk)

    assert faults(batch) == [(2, "accepted"), (3, "reason"), (4, "position"), (5, "note"), (6, "note")]
    note.refresh_from_db()
    assert note.status == "sent"


def test_another_suppliers_note_is_no_note(desk: Desk) -> None:
    note = sent(desk)
    stranger = make_user()
    other = Supplier.objects.create(code="SY", name="杭州电子有限公司")
    SupplierMembership.objects.create(user=stranger, supplier=other, valid_from=LONG_AGO)

    batch = staged([[note.number, 1, 0, WHY]], desk, user=stranger)

    assert faults(batch) == [(2, "note")]
    assert list(present_lines(stranger)) == []


def test_denied_lines_are_answered_by_file_too_and_never_below(desk: Desk) -> None:
    note = answered(desk, "0.5")
    line = deny(desk, first(note))

    assert faults(staged([[note.number, line.position, "47.99", WHY]], desk)) == [(2, "accepted")]
    apply_batch(staged([[note.number, line.position, line.claimed, ""]], desk), actor=desk.supplier_user)

    line.refresh_from_db()
    assert line.outcome == "conceded"
    is_whole(note)


def test_the_list_to_fill_in_is_offered_where_the_note_is_answered_and_comes_back_as_it_is(desk: Desk) -> None:
    note = sent(desk)
    client = as_user(desk.supplier_user)
    page = client.get(f"/supplier/chargebacks/{note.pk}/answer/").content.decode()
    address = reverse("import_present", args=[ANSWERS_BY_FILE])
    assert address in page
    assert reverse("import_upload", args=[ANSWERS_BY_FILE]) in page

    raw = client.get(address, {"export": "csv"})
    assert raw.status_code == 200
    rows = list(present_lines(desk.supplier_user))
    batch = staged([[row["note"], row["position"], row["accepted"], row["reason"]] for row in rows], desk)

    assert (len(rows), batch.error_count) == (2, 0)
    apply_batch(batch, actor=desk.supplier_user)
    note.refresh_from_db()
    assert (note.status, note.accepted) == ("accepted", Decimal("144.00"))
    with pytest.raises(chargebacks.AlreadyAnswered):
        chargebacks.answer_chargeback(note, answers={}, actor=desk.supplier_user)


def test_a_note_that_changed_since_the_check_is_named_by_row_and_column(desk: Desk) -> None:
    note = sent(desk)
    first_line, second = note.lines.order_by("position")
    batch = staged([[note.number, line.position, line.claimed, ""] for line in (first_line, second)], desk)
    chargebacks.accept_chargeback(note, actor=desk.supplier_user)

    with translation.override("zh-hans"), pytest.raises(RowMovedOn) as refused:
        apply_batch(batch, actor=desk.supplier_user)

    said = str(refused.value)
    assert [word in said for word in ("第 2 行", "单号", note.number)] == [True, True, True]
    batch.refresh_from_db()
    assert (batch.status, batch.error_count) == ("checked", 0)

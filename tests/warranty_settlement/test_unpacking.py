"""Unpacking box by box: every condition a scan can find, the note that follows, its clock, and what nobody may do twice."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from portal.core import jobs
from portal.core.documents import documents_of, pdf_bytes
from portal.core.models import Notification
from portal.core.states import TransitionNotAllowed
from tests.conftest import as_user
from tests.desks import Desk, at
from tests.factories.settlement import make_granted_claim
from tests.factories.stations import make_member, make_station
from tests.warranty_settlement.paper import squeezed, text_of
from tests.warranty_settlement.test_packing import post
from warranty import appraisal, failed_parts
from warranty.failed_parts_custody import custody_faults
from warranty.models import FailedPart, PartBox, SettlementItem
from warranty.settlement_registry import headquarters_work, station_work


def shipped(desk: Desk, qty: int = 4) -> PartBox:
    """A box of pieces on its way, 18.00 of freight paid."""
    pieces = failed_parts.request_returns(make_granted_claim(desk.station, part=desk.part, qty=qty))
    tagged = failed_parts.print_tags(pieces, actor=desk.owner)
    box = failed_parts.pack_box(desk.station, pieces=tagged, actor=desk.owner)
    return failed_parts.ship_box(
        box,
        carrier="顺丰速运",
        waybill="SF139007",
        weight_kg=Decimal("4.2"),
        freight=Decimal("18.00"),
        actor=desk.owner,
    )


def receive(desk: Desk, box: PartBox, piece: FailedPart, **kw: Any) -> FailedPart:
    return failed_parts.receive_piece(failed_parts.qr_of(piece), box=box, actor=desk.warehouse, **kw)


def test_a_box_as_listed_is_closed_without_a_note(desk: Desk) -> None:
    box = shipped(desk, qty=2)
    for piece in box.pieces.order_by("pk"):
        receive(desk, box, piece, place="B-03")
    box.refresh_from_db()
    assert box.status == "shipped"  # it may hold more than its list says

    box = failed_parts.close_box(box, actor=desk.warehouse)

    assert (box.status, documents_of(box, "discrepancy_note").exists()) == ("received", False)
    assert SettlementItem.objects.get(box=box).amount == Decimal("18.00")
    last = box.pieces.order_by("pk")[0].custody.order_by("-sequence")[0]
    assert (last.giver, last.place, last.signed) == ("顺丰速运", "B-03", desk.warehouse.username)


def test_missing_wrong_damaged_and_extra_stand_on_the_note(desk: Desk, tmp_path: Path) -> None:
    box = shipped(desk)
    fine, wrong, damaged, missing = box.pieces.order_by("pk")
    (stray,) = failed_parts.request_returns(make_granted_claim(make_station(), part=desk.part, qty=1))
    receive(desk, box, fine)
    receive(desk, box, wrong, condition="wrong_part", note="里面是风扇")
    receive(desk, box, damaged, condition="damaged")
    receive(desk, box, stray)
    failed_parts.note_extra(box, found="散热片 H-12", note="没有标签", actor=desk.warehouse)

    box = failed_parts.close_box(box, actor=desk.warehouse)

    conditions = {row.pk: row.condition for row in FailedPart.objects.all()}
    assert conditions == {
        fine.pk: "ok", wrong.pk: "wrong_part", damaged.pk: "damaged", missing.pk: "missing", stray.pk: "extra",
    }  # fmt: skip
    note = documents_of(box, "discrepancy_note").get()
    said = [(line["number"], line["condition"]) for line in note.facts["differences"]]
    assert sorted(said) == sorted([
        (wrong.number, "wrong_part"), (damaged.number, "damaged"), (missing.number, "missing"),
        (stray.number, "extra"), ("", "extra"),
    ])  # fmt: skip
    text = squeezed(text_of(pdf_bytes(note), tmp_path))
    assert [word in text for word in ("里面是风扇", "散热片H-12", missing.number, desk.station.code)] == [True] * 4
    assert fine.number not in text
    with translation.override("en"):
        english = squeezed(text_of(pdf_bytes(note, "en"), tmp_path))
    assert ("Powermodule" in english, "Missing" in english) == (True, True)


def test_the_station_is_told_of_the_note_and_reads_it_and_no_other_does(desk: Desk) -> None:
    box = shipped(desk, qty=2)
    receive(desk, box, box.pieces.order_by("pk")[0])
    failed_parts.close_box(box, actor=desk.warehouse)
    jobs.drain()

    told = Notification.objects.get(kind="partbox.discrepancy")

    assert (told.user, told.url) == (desk.owner, f"/warranty/boxes/{box.pk}/")
    page = as_user(desk.owner).get(told.url).content.decode()
    note = documents_of(box, "discrepancy_note").get()
    assert f"/documents/{note.pk}/" in page
    stranger = as_user(make_member("station_owner", station=make_station()))
    assert stranger.get(f"/documents/{note.pk}/").status_code == 404


def test_the_clock_of_the_note_runs_from_the_first_scan(desk: Desk, june: Any) -> None:
    box = shipped(desk, qty=2)
    june("2025-06-03 10:00:00")
    assert work(desk) == []

    receive(desk, box, box.pieces.order_by("pk")[0])
    june("2025-06-04 09:00:00")
    receive(desk, box, box.pieces.order_by("pk")[1])

    assert work(desk) == [(box.number, at("2025-06-04 10:00:00"), "wait")]
    june("2025-06-04 10:00:01")
    assert work(desk) == [(box.number, at("2025-06-04 10:00:00"), "bad")]
    failed_parts.close_box(box, actor=desk.warehouse)
    assert work(desk) == []


def work(desk: Desk) -> list[Any]:
    found = next(each for each in headquarters_work(desk.warehouse) if each.key == "unpacking")
    items = [found.item(row) for row in found.rows]
    return [(item.number, item.due_at, item.tone) for item in items]


def test_a_scan_twice_a_second_receiver_and_a_closed_box_are_refused(desk: Desk) -> None:
    box = shipped(desk, qty=2)
    first, second = box.pieces.order_by("pk")
    receive(desk, box, first)

    with pytest.raises(TransitionNotAllowed):
        receive(desk, box, first)
    with pytest.raises(TransitionNotAllowed):
        failed_parts.receive_piece(first.number, actor=desk.appraiser)
    failed_parts.close_box(box, actor=desk.warehouse)
    with pytest.raises(TransitionNotAllowed):
        failed_parts.close_box(box, actor=desk.appraiser)
    with pytest.raises(failed_parts.NotBeingUnpacked):
        receive(desk, box, second)
    with pytest.raises(failed_parts.NotBeingUnpacked):
        failed_parts.note_extra(box, found="风扇", actor=desk.warehouse)


def test_a_missing_piece_that_turns_up_later_is_received_and_its_box_stays_closed(desk: Desk) -> None:
    box = shipped(desk, qty=2)
    here, later = box.pieces.order_by("pk")
    receive(desk, box, here)
    failed_parts.close_box(box, actor=desk.warehouse)

    found = failed_parts.receive_piece(later.number, actor=desk.warehouse)

    assert (found.status, found.condition) == ("received", "ok")
    assert SettlementItem.objects.filter(box=box).count() == 1
    appraisal.appraise(found, verdict="supplier_defect", actor=desk.appraiser)


def test_a_piece_of_another_box_is_extra_here_and_empties_its_own(desk: Desk) -> None:
    box, other = shipped(desk, qty=1), shipped(desk, qty=1)
    (stray,) = other.pieces.all()

    receive(desk, box, stray)

    other.refresh_from_db()
    assert (other.status, [extra.failed_part for extra in box.extras.all()]) == ("received", [stray])
    assert custody_faults(stray) == []


def test_the_page_ticks_the_list_off_keeps_the_place_and_begins_each_piece_as_listed(desk: Desk) -> None:
    box = shipped(desk, qty=3)
    first, second, third = box.pieces.order_by("pk")
    client, address = as_user(desk.warehouse), f"/warranty/boxes/{box.pk}/receive/"

    found = post(client, "/warranty/failed-parts/receive/", scanned="sf139007", condition="ok")
    assert found.redirect_chain[0][0] == address
    scanned = post(
        client, address, scanned=failed_parts.qr_of(first), condition="damaged", place="B-03", note="外壳破"
    ).content.decode()
    post(client, address, scanned=second.number, condition="ok", place="B-03")
    extra = post(client, f"/warranty/boxes/{box.pk}/extra/", found="风扇 120mm").content.decode()
    closing = client.get(f"/warranty/boxes/{box.pk}/close/").content.decode()
    again = post(client, address, scanned=first.number, condition="wrong_part").content.decode()

    assert f"✓ {first.number}" in scanned
    assert 'id="condition-wrong_part" class="careful" checked' in again  # refused: what was said of it is kept
    assert 'id="condition-ok" data-once checked' in scanned
    assert 'value="B-03"' in scanned
    assert ("风扇 120mm" in extra, third.number in extra) == (True, True)
    assert "1" in closing
    post(client, f"/warranty/boxes/{box.pk}/close/")
    conditions = list(box.pieces.order_by("pk").values_list("condition", flat=True))
    assert conditions == ["damaged", "ok", "missing"]


def test_extra_pieces_are_seen_by_the_station_of_the_box_only(desk: Desk) -> None:
    from warranty.models import ExtraPiece

    row = failed_parts.note_extra(shipped(desk, qty=1), found="风扇", actor=desk.warehouse)
    stranger = make_member("station_owner", station=make_station())

    assert list(ExtraPiece.objects.visible_to(desk.owner)) == [row]
    assert list(ExtraPiece.objects.visible_to(stranger)) == []
    with pytest.raises(failed_parts.ExtraNeedsWords):
        failed_parts.note_extra(shipped(desk, qty=1), found=" x ", actor=desk.warehouse)


def test_a_scan_taken_back_is_scanned_anew_in_its_true_condition(desk: Desk) -> None:
    box = shipped(desk, qty=2)
    first, second = box.pieces.order_by("pk")
    receive(desk, box, first, condition="damaged")

    back = failed_parts.take_back_scan(first, actor=desk.warehouse)

    assert (back.status, back.condition, back.received_at) == ("shipped", "", None)
    last = back.custody.order_by("-sequence")[0]
    assert (last.act, last.giver, last.taker) == ("scan_taken_back", str(desk.warehouse), "顺丰速运")
    receive(desk, box, first)
    receive(desk, box, second)
    box = failed_parts.close_box(box, actor=desk.warehouse)
    assert documents_of(box, "discrepancy_note").exists() is False
    assert custody_faults(first) == []
    with pytest.raises(failed_parts.NotBeingUnpacked):
        failed_parts.take_back_scan(first, actor=desk.warehouse)


def test_a_stray_goes_back_to_where_it_was_and_is_no_extra_any_more(desk: Desk) -> None:
    box = shipped(desk, qty=1)
    (stray,) = failed_parts.request_returns(make_granted_claim(make_station(), part=desk.part, qty=1))
    failed_parts.print_tags([stray], actor=desk.owner)
    receive(desk, box, stray)

    back = failed_parts.take_back_scan(stray, actor=desk.warehouse, note="扫错了标签")

    extra = box.extras.get()
    assert (back.status, extra.struck_by, extra.struck_reason) == ("tagged", desk.warehouse, "扫错了标签")
    receive(desk, box, stray)
    assert [row.failed_part for row in box.extras.in_force()] == [stray]


def test_what_was_not_received_or_is_appraised_is_not_taken_back(desk: Desk) -> None:
    box = shipped(desk, qty=2)
    first, second = box.pieces.order_by("pk")
    receive(desk, box, first)
    appraisal.appraise(first, verdict="supplier_defect", actor=desk.appraiser)

    for piece in (first, second):
        with pytest.raises(TransitionNotAllowed):
            failed_parts.take_back_scan(piece, actor=desk.warehouse)


def test_a_received_piece_is_neither_packed_nor_given_up(desk: Desk) -> None:
    box = shipped(desk, qty=1)
    (piece,) = box.pieces.all()
    receive(desk, box, piece)

    with pytest.raises(TransitionNotAllowed):
        failed_parts.lose_piece(piece, reason="站方遗失旧件，确认无法找回", actor=desk.approver)
    with pytest.raises(TransitionNotAllowed):
        failed_parts.pack_box(desk.station, pieces=[piece], actor=desk.owner)
    with pytest.raises(TransitionNotAllowed):
        failed_parts.scan_into_box(None, scanned=piece.number, actor=desk.owner)


def test_an_extra_piece_is_struck_out_once_with_a_reason_and_stands_on_no_note(desk: Desk) -> None:
    box = shipped(desk, qty=1)
    receive(desk, box, box.pieces.get())
    extra = failed_parts.note_extra(box, found="风扇 120mm", actor=desk.warehouse)
    with pytest.raises(failed_parts.ReasonMissing):
        failed_parts.strike_extra(extra, reason=" 错 ", actor=desk.warehouse)

    failed_parts.strike_extra(extra, reason="只是包装内衬，不是配件", actor=desk.warehouse)

    with pytest.raises(failed_parts.NotNotedHere):
        failed_parts.strike_extra(extra, reason="只是包装内衬，不是配件", actor=desk.warehouse)
    for change in ({"found": "x"}, {"struck_reason": "x"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(extra).objects.filter(pk=extra.pk).update(**change)
    box = failed_parts.close_box(box, actor=desk.warehouse)
    assert documents_of(box, "discrepancy_note").exists() is False


def test_the_door_takes_a_scan_back_and_strikes_out_by_page(desk: Desk) -> None:
    box = shipped(desk, qty=1)
    piece = box.pieces.get()
    receive(desk, box, piece)
    extra = failed_parts.note_extra(box, found="风扇 120mm", actor=desk.warehouse)
    client, address = as_user(desk.warehouse), f"/warranty/boxes/{box.pk}/"

    asked = client.get(f"{address}strike/?extra={extra.pk}").content.decode()
    struck = post(client, f"{address}strike/", extra=extra.pk, reason="只是包装内衬，不是配件").content.decode()
    post(client, f"{address}take-back/", piece=piece.pk)

    assert f'value="{extra.pk}" selected' in asked
    assert ("<s>风扇 120mm</s>" in struck, "只是包装内衬" in struck) == (True, True)
    assert list(box.pieces.values_list("status", "condition")) == [("shipped", "")]


def test_a_piece_missing_in_its_box_says_what_that_means_and_stands_in_the_stations_work(desk: Desk, june: Any) -> None:
    box = shipped(desk, qty=2)
    here, gone = box.pieces.order_by("pk")
    receive(desk, box, here)
    failed_parts.close_box(box, actor=desk.warehouse)
    work = {each.key: each for each in station_work(desk.owner)}["missing_pieces"]
    address = gone.get_absolute_url()

    assert [row.pk for row in work.rows] == [gone.pk]
    before = as_user(desk.owner).get(address).content.decode()
    june("2025-06-17 09:00:00")
    late = as_user(desk.owner).get(address).content.decode()

    assert [word in before for word in (f"箱 {box.number} 内没有该旧件", "前仍未到厂的，扣款", "随下一箱寄出")] == [
        True
    ] * 3
    assert ("到厂期限" in late and "已过" in late, "到厂后扫码收货" in late) == (True, False)
    assert box.get_absolute_url() in late
    failed_parts.receive_piece(gone.number, actor=desk.warehouse)
    assert "内没有该旧件" not in as_user(desk.owner).get(address).content.decode()
    assert not {each.key: each for each in station_work(desk.owner)}["missing_pieces"].rows

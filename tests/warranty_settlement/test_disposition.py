"""How an old part ends: as its verdict allows, scrap before two witnesses with a certificate."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from parts import stock
from parts.models import Posting, StockBalance
from portal.core import clock
from portal.core.documents import documents_of, pdf_bytes
from tests.conftest import as_user
from tests.desks import Desk, at
from tests.factories.claims import photo
from tests.factories.settlement import make_granted_claim
from tests.factories.stations import make_member, make_station
from tests.warranty_settlement.paper import pictures_in, squeezed, text_of
from warranty import appraisal, chargebacks, disposing, failed_parts, recovery, settlement
from warranty import settlement_posting as posting
from warranty.chargebacks import LineAnswer
from warranty.failed_parts_custody import custody_faults
from warranty.failed_parts_keeping import keep_until
from warranty.models import Chargeback, FailedPart, PieceShipment, SettlementItem
from warranty.settlement_checks import refurbished_off
from warranty.settlement_registry import headquarters_work


def inspected(desk: Desk, verdict: str = "supplier_defect") -> FailedPart:
    (piece,) = failed_parts.request_returns(make_granted_claim(desk.station, part=desk.part, qty=1))
    failed_parts.receive_piece(piece.number, actor=desk.warehouse)
    appraisal.appraise(piece, verdict=verdict, findings="焊点虚焊，与客户使用无关", actor=desk.appraiser)
    return FailedPart.objects.get(pk=piece.pk)


def kept_long_enough(desk: Desk, verdict: str = "supplier_defect") -> FailedPart:
    """Its claim was settled on 5 July; it is 3 October, 90 days later."""
    piece = inspected(desk, verdict)
    settle(desk, piece)
    clock.set(at("2025-10-03 09:00:00"))
    return piece


def settle(desk: Desk, piece: FailedPart) -> None:
    posting.credit_claim(piece.claim)
    clock.set(at("2025-07-05 09:00:00"))
    statement = settlement.build_statement(desk.station, date(2025, 6, 1), actor=None)
    settlement.issue_statement(statement, actor=desk.finance)


def scrap(desk: Desk, piece: FailedPart, **kw: Any) -> FailedPart:
    told: dict[str, Any] = {"witnesses": [desk.second, desk.warehouse], "photos": [photo(1)]}
    return appraisal.dispose(piece, disposition="scrap", actor=desk.appraiser, **told | kw)


def test_scrap_needs_two_witnesses_besides_the_one_who_scraps(desk: Desk) -> None:
    piece = kept_long_enough(desk)

    for witnesses in ([], [desk.second], [desk.second, desk.appraiser]):
        with pytest.raises(appraisal.WitnessesMissing):
            scrap(desk, piece, witnesses=witnesses)
    with pytest.raises(disposing.PhotoMissing):
        scrap(desk, piece, photos=[])

    assert FailedPart.objects.get(pk=piece.pk).status == "inspected"


def test_scrap_leaves_a_certificate_with_both_names(desk: Desk, tmp_path: Path) -> None:
    piece = kept_long_enough(desk)

    scrap(desk, piece)

    paper = documents_of(piece, "scrap_certificate").get()
    assert pictures_in(pdf_bytes(paper), tmp_path) == 1
    assert "Powermodule" in squeezed(text_of(pdf_bytes(paper, "en"), tmp_path))
    text = squeezed(text_of(pdf_bytes(paper), tmp_path))
    assert piece.number in text
    assert str(desk.second) in text
    assert str(desk.warehouse) in text
    last = piece.custody.order_by("-sequence")[0]
    assert (last.act, str(desk.second) in last.note) == ("dispositioned", True)
    assert custody_faults(piece) == []


@pytest.mark.parametrize(("verdict", "refused"), [("workmanship", "to_supplier"), ("supplier_defect", "refurbish")])
def test_a_verdict_allows_only_its_own_ends(desk: Desk, verdict: str, refused: str) -> None:
    with pytest.raises(appraisal.DispositionNotAllowed):
        appraisal.dispose(inspected(desk, verdict), disposition=refused, actor=desk.appraiser)


def test_the_page_asks_each_disposition_for_its_own_and_its_button_says_it(desk: Desk) -> None:
    client = as_user(desk.appraiser)

    scrap_or_hold = client.get(f"/warranty/failed-parts/{inspected(desk, 'undetermined').pk}/dispose/").content.decode()
    back_or_scrap = client.get(f"/warranty/failed-parts/{inspected(desk, 'workmanship').pk}/dispose/").content.decode()

    assert ['data-only-for="scrap"' in scrap_or_hold, 'data-only-for="hold"' in scrap_or_hold] == [True, True]
    assert ['data-only-for="scrap"' in back_or_scrap, 'data-only-for="hold"' in back_or_scrap] == [True, False]
    assert ['data-act="报废该件"' in back_or_scrap, 'data-act="转待退回服务站"' in back_or_scrap] == [True, True]


def test_the_page_asks_for_witnesses_and_takes_them(desk: Desk) -> None:
    piece = kept_long_enough(desk)
    client, address = as_user(desk.appraiser), f"/warranty/failed-parts/{piece.pk}/dispose/"
    key = client.get(address).content.decode().split('name="idempotency_key" value="')[1].split('"')[0]

    alone = client.post(address, {"idempotency_key": key, "disposition": "scrap"})
    both = client.post(
        address,
        {
            "idempotency_key": key,
            "disposition": "scrap",
            "witnesses": [desk.second.pk, desk.warehouse.pk],
            "photos": [photo(1)],
        },
    )

    assert (alone.status_code, both.status_code) == (409, 302)
    assert FailedPart.objects.get(pk=piece.pk).disposition == "scrap"
    assert "废" in client.get(f"/warranty/failed-parts/{piece.pk}/").content.decode()


def test_a_piece_is_kept_until_ninety_days_after_settlement(desk: Desk) -> None:
    piece = inspected(desk)
    assert keep_until(piece) is None
    with pytest.raises(disposing.KeptForNow):
        scrap(desk, piece)

    settle(desk, piece)
    clock.set(at("2025-10-02 23:59:59"))
    assert keep_until(piece) == date(2025, 10, 3)
    with pytest.raises(disposing.KeptUntil) as refused:
        scrap(desk, piece)
    assert "2025-10-03" in str(refused.value)

    clock.set(at("2025-10-03 00:00:00"))
    assert scrap(desk, piece).status == "dispositioned"


def charged(desk: Desk) -> tuple[FailedPart, Chargeback]:
    """A defect of the supplier, on a note that was sent."""
    claim = make_granted_claim(desk.station, part=desk.part, qty=1)
    recovery.open_cases(claim)
    (piece,) = failed_parts.request_returns(claim)
    failed_parts.receive_piece(piece.number, actor=desk.warehouse)
    appraisal.appraise(piece, verdict="supplier_defect", actor=desk.appraiser)
    note = chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)
    return piece, chargebacks.send_chargeback(note, actor=desk.finance)


def test_a_disputed_piece_is_kept_until_the_dispute_is_decided(desk: Desk) -> None:
    piece, note = charged(desk)
    answers = {line.pk: LineAnswer(Decimal(0), "不承认来料缺陷，请复检") for line in note.lines.all()}
    chargebacks.answer_chargeback(note, answers=answers, actor=desk.supplier_user)
    settle(desk, piece)
    clock.set(at("2026-01-10 09:00:00"))

    with pytest.raises(disposing.KeptForDispute):
        scrap(desk, piece)
    for line in note.lines.all():
        chargebacks.resolve_dispute(line, outcome="conceded", note="供应商意见成立，撤回", actor=desk.approver)

    assert scrap(desk, piece).status == "dispositioned"


def test_a_kept_piece_has_a_day_and_a_way_out(desk: Desk) -> None:
    piece = inspected(desk)
    for until in (None, date(2025, 6, 1), date(2026, 6, 2)):
        with pytest.raises(disposing.DayMissing):
            appraisal.dispose(piece, disposition="hold", until=until, actor=desk.appraiser)

    with pytest.raises(disposing.DayOutOfReach, match=r"2026-06-02.*2025-06-02.*2026-06-01"):
        appraisal.dispose(piece, disposition="hold", until=date(2026, 6, 2), actor=desk.appraiser)

    held = appraisal.dispose(piece, disposition="hold", until=date(2025, 6, 20), actor=desk.appraiser)
    appraisal.dispose(held, disposition="hold", until=date(2025, 6, 30), actor=desk.appraiser)
    clock.set(at("2025-06-30 08:00:00"))
    waiting = next(each for each in headquarters_work(desk.appraiser) if each.key == "kept")

    assert (held.status, [row.pk for row in waiting.rows]) == ("held", [piece.pk])
    sent = appraisal.dispose(held, disposition="to_supplier", actor=desk.appraiser)
    assert (sent.status, sent.disposition, sent.held_until) == ("dispositioned", "to_supplier", None)
    assert custody_faults(piece) == []


def test_a_refurbished_piece_lies_on_the_shelf_of_class_b_once(desk: Desk) -> None:
    piece = inspected(desk, "no_fault_found")

    appraisal.dispose(piece, disposition="refurbish", actor=desk.appraiser)

    assert stock.on_hand(desk.part, stock.refurbished()) == 1
    again = [
        stock.Move(stock.world().pk, desk.part.pk, qty=Decimal(-1), unit_cost=Decimal(0)),
        stock.Move(stock.refurbished().pk, desk.part.pk, qty=Decimal(1)),
    ]
    assert stock.post(kind="refurbish", source=piece.number, moves=again) is False
    assert StockBalance.objects.get(part=desk.part, location=stock.refurbished()).value == 0
    assert (Posting.objects.filter(kind="refurbish").count(), list(refurbished_off())) == (1, [])


def test_pieces_go_to_their_supplier_in_one_shipment_and_are_received(desk: Desk) -> None:
    piece, _note = charged(desk)
    appraisal.dispose(piece, disposition="to_supplier", actor=desk.appraiser)
    waiting = next(each for each in headquarters_work(desk.warehouse) if each.key == "send_on")
    assert [row.pk for row in waiting.rows] == [piece.pk]

    row = failed_parts.send_pieces([piece], carrier="德邦快递", waybill="DB1", cost=Decimal(20), actor=desk.warehouse)
    with pytest.raises(failed_parts.SentAlready):
        failed_parts.send_pieces([piece], carrier="德邦快递", waybill="DB1", actor=desk.warehouse)
    assert not desk.warehouse.has_perm("warranty.receive_pieceshipment", row)
    with pytest.raises(failed_parts.OwnShipment):
        failed_parts.receive_shipment(row, received_as="刘工", actor=desk.warehouse)
    failed_parts.receive_shipment(row, received_as="刘工", actor=desk.supplier_user)
    with pytest.raises(failed_parts.ReceivedAlready):
        failed_parts.receive_shipment(row, received_as="刘工", actor=desk.supplier_user)

    assert (row.supplier, row.station) == (desk.supplier, None)
    acts = list(piece.custody.order_by("sequence").values_list("act", "taker", "signed"))[-2:]
    assert acts == [("sent_on", "德邦快递", desk.warehouse.username), ("handed_over", str(desk.supplier), "刘工")]
    assert not SettlementItem.objects.filter(kind="freight").exists()
    assert custody_faults(piece) == []


def test_a_station_pays_the_freight_of_what_it_gets_back_and_confirms_it(desk: Desk) -> None:
    piece = inspected(desk, "workmanship")
    appraisal.dispose(piece, disposition="to_station", actor=desk.appraiser)
    waiting = next(each for each in headquarters_work(desk.warehouse) if each.key == "send_on")
    assert [waiting.item(row).due_at.date().isoformat() for row in waiting.rows] == ["2025-06-16"]

    row = failed_parts.send_pieces([piece], carrier="德邦快递", waybill="DB1", cost=Decimal(20), actor=desk.warehouse)

    assert SettlementItem.objects.get(source=row.number).amount == Decimal("-20.00")
    address = f"/warranty/failed-parts/shipments/{row.pk}/"
    client = as_user(desk.owner)
    key = client.get(f"{address}receive/").content.decode().split('name="idempotency_key" value="')[1].split('"')[0]
    client.post(f"{address}receive/", {"idempotency_key": key, "received_as": "王店长"})
    assert PieceShipment.objects.get().received_as == "王店长"
    assert as_user(make_member("station_owner", station=make_station())).get(address).status_code == 404


def test_one_shipment_has_one_receiver_who_is_known(desk: Desk) -> None:
    unknown, back = inspected(desk), inspected(desk, "workmanship")
    appraisal.dispose(unknown, disposition="to_supplier", actor=desk.appraiser)
    appraisal.dispose(back, disposition="to_station", actor=desk.appraiser)

    for pieces in ([unknown], [unknown, back]):
        with pytest.raises(failed_parts.NotOneReceiver):
            failed_parts.send_pieces(pieces, carrier="德邦", waybill="1", actor=desk.warehouse)
    with pytest.raises(failed_parts.NothingToSend):
        failed_parts.send_pieces([], carrier="德邦", waybill="1", actor=desk.warehouse)


def test_the_page_sends_what_was_ticked(desk: Desk) -> None:
    piece = inspected(desk, "workmanship")
    appraisal.dispose(piece, disposition="to_station", actor=desk.appraiser)
    client, address = as_user(desk.warehouse), "/warranty/failed-parts/send-on/"
    page = client.get(address).content.decode()
    key = page.split('name="idempotency_key" value="')[1].split('"')[0]

    sent = client.post(
        address, {"idempotency_key": key, "pieces": [piece.pk], "carrier": "德邦", "waybill": "DB1", "cost": "0"}
    )

    row = PieceShipment.objects.get()
    assert (piece.number in page, sent["Location"]) == (True, row.get_absolute_url())
    assert piece.number in client.get(row.get_absolute_url()).content.decode()
    assert row.number in client.get("/warranty/failed-parts/shipments/").content.decode()
    assert list(PieceShipment.objects.visible_to(desk.owner)) == [row]
    assert list(PieceShipment.objects.visible_to(make_member("station_owner", station=make_station()))) == []

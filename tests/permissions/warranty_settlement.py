"""Pages of old parts, statements and recovery. Records hang on station A and on supplier X."""

from decimal import Decimal
from typing import Any

from parts.models import Supplier
from portal.accounts.models import User
from portal.core import clock
from portal.core.attachments import attach
from tests.factories.claims import photo
from tests.factories.settlement import (
    confirmed_below,
    gross_not_carried,
    make_agreement,
    make_granted_claim,
    make_old_part,
)
from tests.factories.stations import make_user
from tests.permissions import STATION_A, STATION_B, SUPPLIERS, Expected, Row, only
from warranty import appraisal, chargebacks, failed_parts, recovery, settlement
from warranty import settlement_posting as posting
from warranty.chargebacks import LineAnswer
from warranty.models import Chargeback, ChargebackLine, FailedPart, FurtherTest, PartBox, PieceShipment, Statement
from warranty.settlement_rules import month_of

TREE = ("region_manager", "center_clerk")
OFFICE = ("owner_a", "clerk_a", "owner_b", "clerk_b")
DESK = ("finance", "service_manager", "auditor", "admin")
PARTS_DESK = ("appraiser", "warehouse", "reviewer", "approver", "quality", *DESK)
FIELD_MEN = ("technician_a", "technician_b")
FOREIGN = (*STATION_B, *SUPPLIERS, "outsider")
NOT_X = (*STATION_A, *STATION_B, *TREE, "supplier_y", "outsider")


def at_a(*members: str, ok: int = 200) -> Expected:
    """A record of station A."""
    return only(*members, ok=ok, hidden=FOREIGN)


def for_x(*members: str, ok: int = 200) -> Expected:
    """A note to supplier X."""
    return only(*members, ok=ok, hidden=NOT_X)


def at_headquarters(*members: str, ok: int = 200) -> Expected:
    """A record that only headquarters sees."""
    return only(*members, ok=ok, hidden=(*NOT_X, "supplier_x"))


def piece(cast: Any) -> FailedPart:
    """A piece the station has to return."""
    part = make_old_part()
    make_agreement(cast.supplier_x_co, part)
    claim = make_granted_claim(cast.station_a, part=part, qty=1)
    recovery.open_cases(claim)
    return failed_parts.request_returns(claim)[0]


def case(cast: Any) -> list[int]:
    """The address of a recovery case that waits for its piece."""
    return [piece(cast).line.recovery_cases.get().pk]


def unnamed(cast: Any) -> list[int]:
    """The address of a case that either of two suppliers may have to answer for."""
    part = make_old_part()
    for supplier in (cast.supplier_x_co, Supplier.objects.create(code=f"S-{part.number}", name="杭州电子有限公司")):
        make_agreement(supplier, part)
    (found,) = recovery.open_cases(make_granted_claim(cast.station_a, part=part, qty=1))
    return [found.pk]


def nameless(cast: Any) -> list[int]:
    """The address of a case of a part that nobody is known to deliver."""
    (found,) = recovery.open_cases(make_granted_claim(cast.station_a, part=make_old_part(), qty=1))
    return [found.pk]


def lost(cast: Any) -> list[int]:
    """The address of a case whose piece was given up."""
    row = piece(cast)
    failed_parts.lose_piece(row, reason="站方遗失旧件，确认无法找回", actor=cast.approver)
    return [row.line.recovery_cases.get().pk]


def received(cast: Any) -> FailedPart:
    """A piece on the bench."""
    return failed_parts.receive_piece(piece(cast).number, actor=cast.warehouse)


def inspected(cast: Any) -> FailedPart:
    """A piece with a verdict."""
    row = received(cast)
    appraisal.appraise(row, verdict="supplier_defect", actor=cast.appraiser)
    row.refresh_from_db()
    return row


def split(cast: Any) -> FailedPart:
    """A dear piece on the bench on which its two appraisers differ; no third one is free."""
    part = make_old_part()
    claim = make_granted_claim(cast.station_a, part=part, part_amount="1500.00", qty=1)
    recovery.open_cases(claim)
    row = failed_parts.receive_piece(failed_parts.request_returns(claim)[0].number, actor=cast.warehouse)
    for verdict, appraiser in (("user", cast.appraiser), ("workmanship", second_appraiser())):
        appraisal.appraise(row, verdict=verdict, findings="外壳有撞击痕迹，非产品缺陷", actor=appraiser)
    return row


def sent_back(cast: Any) -> PieceShipment:
    """A piece on its way back to its station."""
    row = received(cast)
    appraisal.appraise(row, verdict="workmanship", findings="焊点虚焊，与来料无关", actor=cast.appraiser)
    appraisal.dispose(row, disposition="to_station", actor=cast.appraiser)
    return failed_parts.send_pieces([row], carrier="德邦", waybill="DB1", actor=cast.warehouse)


def sent_to_x(cast: Any) -> PieceShipment:
    """A piece on its way to supplier X."""
    row = inspected(cast)
    appraisal.dispose(row, disposition="to_supplier", actor=cast.appraiser)
    return failed_parts.send_pieces([row], carrier="德邦", waybill="DB2", actor=cast.warehouse)


def box(cast: Any) -> PartBox:
    """A packed box."""
    pieces = failed_parts.print_tags([piece(cast)], actor=cast.clerk_a)
    return failed_parts.pack_box(cast.station_a, pieces=pieces, actor=cast.clerk_a)


def sealed(cast: Any) -> PartBox:
    """A sealed box."""
    return failed_parts.seal_box(box(cast), weight_kg=Decimal(1), actor=cast.clerk_a)


def statement(cast: Any) -> Statement:
    """A draft of this month, built on the fifth of the next."""
    now = clock.now()
    posting.credit_claim(make_granted_claim(cast.station_a))
    return built(cast, now)


def built(cast: Any, now: Any) -> Statement:
    """The draft of the instant's month with all that waits."""
    clock.set(clock.end_of(now.date().replace(day=28)) + 10 * (clock.end_of(now.date()) - clock.start_of(now.date())))
    try:
        return settlement.build_statement(cast.station_a, month_of(clock.local_date(now)), actor=cast.finance)
    finally:
        clock.set(None)


def issued(cast: Any) -> Statement:
    """A statement the station may answer."""
    return settlement.issue_statement(statement(cast), actor=cast.finance)


def confirmed(cast: Any) -> Statement:
    """A statement the station agreed to."""
    return settlement.confirm_statement(issued(cast), actor=cast.owner_a)


def below(cast: Any) -> Statement:
    """A statement that was confirmed below 0 before such were carried."""
    now = clock.now()
    amounts = {"parts": Decimal(-99_999)}  # more than whatever else waits for the station
    moved = {"kind": "reroute", "source": "WC-0/1/part/1", "rate": Decimal("0.13")}
    posting.post_item(cast.station_a, at=now, amounts=amounts, **moved)
    with gross_not_carried():
        draft = built(cast, now)
    return confirmed_below(draft, actor=cast.finance)


def invoiced(cast: Any) -> Statement:
    """A statement whose invoice is here."""
    row = confirmed(cast)
    return settlement.record_invoice(row, invoice_number="F-1", amount=row.gross, actor=cast.finance)


def note(cast: Any) -> Chargeback:
    """A note that was not sent."""
    inspected(cast)
    return chargebacks.batch_chargebacks(cast.supplier_x_co, actor=cast.finance)


def sent(cast: Any) -> Chargeback:
    """A note the supplier may answer."""
    return chargebacks.send_chargeback(note(cast), actor=cast.finance)


def first_page(cast: Any) -> list[int]:
    """The address of the first page of the answer to a note."""
    return [sent(cast).pk, 1]


def pictured(cast: Any) -> list[int]:
    """The address of a picture on a sent note."""
    job = inspected(cast).claim.work_order
    photo_of_plate = attach(job, photo(1), kind="plate_photo", actor=None)
    made = chargebacks.batch_chargebacks(cast.supplier_x_co, actor=cast.finance)
    return [chargebacks.send_chargeback(made, actor=cast.finance).pk, photo_of_plate.pk]


def answered(cast: Any) -> Chargeback:
    """A note with a dispute."""
    row = sent(cast)
    answers = {line.pk: LineAnswer(line.claimed / 2, "只承认一半，另一半不在协议内") for line in row.lines.all()}
    return chargebacks.answer_chargeback(row, answers=answers, actor=cast.supplier_x)


def accepted(cast: Any) -> Chargeback:
    """A note that the supplier accepted and has not paid."""
    return chargebacks.accept_chargeback(sent(cast), actor=cast.supplier_x)


def second_appraiser() -> User:
    """Beside the one of the cast."""
    found = User.objects.filter(username="second-appraiser").first()
    return found or make_user("appraiser", username="second-appraiser")


def doubted(cast: Any) -> ChargebackLine:
    """A line half accepted, whose supplier a further test then cleared."""
    (key,) = tested_again(cast)
    test = FurtherTest.objects.get(pk=key)
    chargebacks.judge_again(
        test, verdict="workmanship", findings="焊接温度过高，为维修所致", actor=make_user("appraiser")
    )
    return test.line


def tested_again(cast: Any) -> list[int]:
    """An old part whose supplier disputes the charge, on the bench once more; another appraiser judged it first."""
    appraisal.appraise(received(cast), verdict="supplier_defect", actor=second_appraiser())
    row = chargebacks.batch_chargebacks(cast.supplier_x_co, actor=cast.finance)
    row = chargebacks.send_chargeback(row, actor=cast.finance)
    answers = {line.pk: LineAnswer(line.claimed / 2, "只承认一半，另一半不在协议内") for line in row.lines.all()}
    line = chargebacks.answer_chargeback(row, answers=answers, actor=cast.supplier_x).lines.earliest("position")
    (test,) = chargebacks.ask_further_test(line, reason="供应商称检测方法不当，请复检", actor=cast.approver)
    return [test.pk]


def supplier_of_note(cast: Any) -> list[int]:
    """The address of supplier X, which has a note."""
    return [sent(cast).supplier_id]


def pk(make: Any) -> Any:
    """The address of a record made anew."""
    return lambda cast: [make(cast).pk]


PARTS_READERS = (*STATION_A, *TREE, *PARTS_DESK)
MONEY_READERS = ("owner_a", "clerk_a", *TREE, *DESK)
JUDGES = ("reviewer", "approver")
NOTE_READERS = ("supplier_x", "quality", *JUDGES, *DESK)
ROWS = [
    Row("failed_part_list", get=only(*OFFICE, *FIELD_MEN, *TREE, *PARTS_DESK)),
    Row("failed_parts_to_return", get=only(*OFFICE, *FIELD_MEN)),
    Row("failed_part_print", get=only(*OFFICE, *FIELD_MEN), post=only(*OFFICE, *FIELD_MEN, ok=422)),
    Row("failed_part_tags_pdf", get=only(*OFFICE, *FIELD_MEN, ok=404)),
    Row("failed_part_pack", get=only(*OFFICE), post=only(*OFFICE, ok=422)),
    Row("failed_part_receive", get=only("warehouse", "appraiser"), post=only("warehouse", "appraiser", ok=422)),
    Row("failed_part_bench", get=only("appraiser"), post=only("appraiser", ok=422)),
    Row("failed_part_detail", args=pk(inspected), get=at_a(*PARTS_READERS)),
    Row("failed_part_appraise", args=pk(received), get=at_a("appraiser"), post=at_a("appraiser", ok=422)),
    Row("failed_part_report", args=pk(inspected), get=only(*PARTS_READERS, hidden=STATION_B)),
    Row("failed_part_rule", args=pk(split), get=at_a("approver"), post=at_a("approver", ok=422)),
    Row("failed_part_dispose", args=pk(inspected), get=at_a("appraiser"), post=at_a("appraiser", ok=422)),
    Row(
        "failed_part_extend",
        args=pk(piece),
        get=at_a("reviewer", "approver", "service_manager"),
        post=at_a("reviewer", "approver", "service_manager", ok=422),
    ),
    Row(
        "failed_part_ask_extension",
        args=pk(piece),
        get=at_a("owner_a", "clerk_a"),
        post=at_a("owner_a", "clerk_a", ok=422),
    ),
    Row(
        "failed_part_refuse_extension",
        args=pk(piece),
        get=at_a("reviewer", "approver", "service_manager"),
        post=at_a("reviewer", "approver", "service_manager", ok=422),
    ),
    Row("failed_part_waive", args=pk(piece), get=at_a("approver"), post=at_a("approver", ok=422)),
    Row("failed_part_lose", args=pk(piece), get=at_a("approver"), post=at_a("approver", ok=422)),
    Row("failed_parts_send_on", get=only("warehouse", "appraiser"), post=only("warehouse", "appraiser", ok=422)),
    Row("piece_shipment_list", get=only(*OFFICE, *TREE, *SUPPLIERS, *PARTS_DESK)),
    Row(
        "piece_shipment_detail",
        args=pk(sent_to_x),
        get=for_x("supplier_x", *PARTS_DESK),
        label="piece_shipment_detail (to a supplier)",
    ),
    Row(
        "piece_shipment_receive",
        args=pk(sent_to_x),
        get=for_x("supplier_x", "appraiser"),
        post=for_x("supplier_x", "appraiser", ok=422),
        label="piece_shipment_receive (to a supplier)",
    ),
    Row("piece_shipment_detail", args=pk(sent_back), get=at_a("owner_a", "clerk_a", *TREE, *PARTS_DESK)),
    Row(
        "piece_shipment_receive",
        args=pk(sent_back),
        get=at_a("owner_a", "clerk_a", "appraiser"),
        post=at_a("owner_a", "clerk_a", "appraiser", ok=422),
    ),
    Row("failed_part_figures", get=only(*OFFICE, *FIELD_MEN, *TREE, *PARTS_DESK)),
    Row("failed_part_figure_rows", get=only(*OFFICE, *FIELD_MEN, *TREE, *PARTS_DESK)),
    Row("part_box_list", get=only(*OFFICE, *FIELD_MEN, *TREE, *PARTS_DESK)),
    Row("part_box_detail", args=pk(box), get=at_a(*PARTS_READERS)),
    Row("part_box_pdf", args=pk(box), get=only(*PARTS_READERS, hidden=STATION_B)),
    Row("failed_part_packing", get=only(*OFFICE), post=only(*OFFICE, ok=422)),
    Row("part_box_pack", args=pk(box), get=at_a("owner_a", "clerk_a"), post=at_a("owner_a", "clerk_a", ok=422)),
    Row("part_box_take_out", args=pk(box), get=at_a("owner_a", "clerk_a"), post=at_a("owner_a", "clerk_a", ok=422)),
    Row("part_box_seal", args=pk(box), get=at_a("owner_a", "clerk_a"), post=at_a("owner_a", "clerk_a", ok=422)),
    Row("part_box_reopen", args=pk(sealed), get=at_a("owner_a", "clerk_a")),
    Row(
        "part_box_receive",
        args=pk(box),
        get=at_a("warehouse", "appraiser"),
        post=at_a("warehouse", "appraiser", ok=422),
    ),
    Row(
        "part_box_extra", args=pk(box), get=at_a("warehouse", "appraiser"), post=at_a("warehouse", "appraiser", ok=422)
    ),
    *(
        Row(
            f"part_box_{act}",
            args=pk(box),
            get=at_a("warehouse", "appraiser"),
            post=at_a("warehouse", "appraiser", ok=422),
        )
        for act in ("take_back", "strike")
    ),
    Row("part_box_ship", args=pk(box), get=at_a("owner_a", "clerk_a"), post=at_a("owner_a", "clerk_a", ok=422)),
    Row("part_box_close", args=pk(box), get=at_a("warehouse", "appraiser")),
    Row("statement_list", get=only(*OFFICE, *TREE, *DESK)),
    Row("statement_preview", get=only(*OFFICE, *TREE, *DESK)),
    Row("statement_build", get=only("finance"), post=only("finance", ok=422)),
    Row("statement_detail", args=pk(issued), get=at_a(*MONEY_READERS)),
    Row("statement_pdf", args=pk(issued), get=only(*MONEY_READERS, hidden=("owner_b", "clerk_b"))),
    Row("statement_csv", args=pk(issued), get=only(*MONEY_READERS, hidden=("owner_b", "clerk_b"))),
    Row("statement_xlsx", args=pk(issued), get=only(*MONEY_READERS, hidden=("owner_b", "clerk_b"))),
    Row("statement_issue_month", get=only("finance"), post=only("finance", ok=422)),
    Row("statement_issue", args=pk(statement), get=at_a("finance")),
    Row("statement_void", args=pk(statement), get=at_a("finance")),
    Row("statement_confirm", args=pk(issued), get=at_a("owner_a")),
    Row("statement_dispute", args=pk(issued), get=at_a("owner_a"), post=at_a("owner_a", ok=409)),
    Row("statement_invoice", args=pk(confirmed), get=at_a("finance"), post=at_a("finance", ok=422)),
    Row("statement_carry", args=pk(below), get=at_a("finance")),
    Row("statement_pay", args=pk(invoiced), get=at_a("finance"), post=at_a("finance", ok=422)),
    Row("costs", get=only("region_manager", "quality", "approver", *DESK)),
    Row("cost_rows", get=only("region_manager", "quality", "approver", *DESK)),
    Row("cost_units", get=only("region_manager", "quality", "approver", *DESK)),
    Row("cost_report", get=only("region_manager", "quality", "approver", *DESK)),
    Row("recovery_list", get=only("quality", "approver", *DESK)),
    Row("recovery_figures", get=only("quality", "approver", *DESK)),
    Row("recovery_leakage", get=only("quality", "approver", *DESK)),
    Row("recovery_detail", args=case, get=at_headquarters("quality", "approver", *DESK)),
    Row("recovery_reopen", args=lost, get=at_headquarters("approver"), post=at_headquarters("approver", ok=422)),
    Row(
        "recovery_assign",
        args=unnamed,
        get=at_headquarters("finance"),
        post=at_headquarters("finance", ok=422),
    ),
    Row("recovery_in_house", args=nameless, get=at_headquarters("finance"), post=at_headquarters("finance", ok=422)),
    Row("chargeback_list", get=only("supplier_x", "supplier_y", "quality", *JUDGES, *DESK)),
    Row("chargeback_batch", get=only("finance"), post=only("finance", ok=422)),
    Row("chargeback_detail", args=pk(sent), get=for_x(*NOTE_READERS)),
    Row(
        "chargeback_detail",
        args=pk(note),
        get=at_headquarters("quality", *JUDGES, *DESK),
        label="chargeback_detail (not sent)",
    ),
    Row("chargeback_pdf", args=pk(sent), get=only(*NOTE_READERS, hidden=("supplier_y",))),
    Row("chargeback_picture", args=pictured, get=only(*NOTE_READERS, hidden=("supplier_y",))),
    Row("chargeback_picture_large", args=pictured, get=only(*NOTE_READERS, hidden=("supplier_y",))),
    Row("chargeback_zip", args=pk(sent), get=only(*NOTE_READERS, ok=202, hidden=("supplier_y",))),
    Row("supplier_statement_list", get=only(*SUPPLIERS, *DESK)),
    Row("supplier_statement", args=supplier_of_note, get=for_x("supplier_x", *DESK)),
    Row(
        "supplier_statement_issue",
        args=supplier_of_note,
        get=for_x("finance"),
        post=for_x("finance", ok=422),
    ),
    Row("chargeback_send", args=pk(note), get=at_headquarters("finance")),
    Row("chargeback_withdraw", args=pk(note), get=at_headquarters("finance")),
    Row("chargeback_acknowledge", args=pk(sent), get=for_x("supplier_x")),
    Row("chargeback_accept", args=pk(sent), get=for_x("supplier_x")),
    Row("chargeback_answer", args=pk(sent), get=for_x("supplier_x"), post=for_x("supplier_x", ok=422)),
    Row("chargeback_disputes", args=pk(answered), get=for_x(*JUDGES), post=for_x(*JUDGES, ok=200)),
    Row("chargeback_answer_page", args=first_page, get=for_x("supplier_x"), post=for_x("supplier_x", ok=302)),
    Row("chargeback_answer_send", args=pk(sent), get=for_x("supplier_x"), post=for_x("supplier_x", ok=422)),
    Row("chargeback_enter", args=pk(sent), get=for_x("finance"), post=for_x("finance", ok=422)),
    Row("chargeback_doubt", args=pk(doubted), get=for_x(*JUDGES), post=for_x(*JUDGES, ok=422)),
    Row("chargeback_reply", args=pk(sent), get=for_x("supplier_x"), post=for_x("supplier_x", ok=422)),
    Row("chargeback_pay", args=pk(answered), get=for_x("finance"), post=for_x("finance", ok=422)),
    Row("chargeback_give_up", args=pk(accepted), get=for_x("approver"), post=for_x("approver", ok=422)),
    Row("chargeback_repay", args=pk(answered), get=for_x("finance"), post=for_x("finance", ok=422)),
    Row(
        "chargeback_test",
        args=lambda cast: [answered(cast).lines.first().pk],
        get=for_x(*JUDGES),
        post=for_x(*JUDGES, ok=422),
    ),
    Row("further_test", args=tested_again, get=at_headquarters("appraiser"), post=at_headquarters("appraiser", ok=422)),
    Row(
        "chargeback_reroute",
        args=lambda cast: [answered(cast).lines.first().pk],
        get=for_x(*JUDGES),
        post=for_x(*JUDGES, ok=422),
    ),
    Row(
        "chargeback_resolve",
        args=lambda cast: [answered(cast).lines.first().pk],
        get=for_x(*JUDGES),  # finance made the note, so others decide
        post=for_x(*JUDGES, ok=422),
    ),
]

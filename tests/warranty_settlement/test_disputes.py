"""A disputed line finds who bears it, by somebody who did not make the note; the note moves on with its last dispute."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.parameters import set_parameter
from service.models import LaborOperation
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import change_agreement, make_granted_claim
from tests.factories.stations import make_user
from warranty import appraisal, chargebacks, failed_parts, recovery, settlement
from warranty import settlement_posting as posting
from warranty.chargebacks import LineAnswer
from warranty.chargebacks.refusals import FeeOfNoStation
from warranty.models import Chargeback, ChargebackLine, SettlementItem
from warranty.settlement_documents import english_texts
from warranty.settlement_queries import figures_of, names_in_language, note_figures, worded

WHY = "工时不在协议范围之内，不予承担"
NOTE = "协议第三条已明确包含工时费用"


def sent_note(desk: Desk) -> Chargeback:
    """A note over 144.00 that waits for the supplier's answer."""
    claim = make_granted_claim(desk.station, part=desk.part, qty=1, travel="0")
    recovery.open_cases(claim)
    (piece,) = failed_parts.request_returns(claim)
    failed_parts.receive_piece(piece.number, actor=desk.warehouse)
    appraisal.appraise(piece, verdict="supplier_defect", actor=desk.appraiser)
    note = chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)
    return chargebacks.send_chargeback(note, actor=desk.finance)


def answered(desk: Desk, share: str = "0") -> Chargeback:
    """A note over 144.00 of which the supplier accepts a share of every line."""
    note = sent_note(desk)
    answers = {line.pk: LineAnswer(line.claimed * Decimal(share), WHY) for line in note.lines.all()}
    return chargebacks.answer_chargeback(note, answers=answers, actor=desk.supplier_user)


def resolve(desk: Desk, note: Chargeback, *outcomes: str) -> Chargeback:
    for line, outcome in zip(note.lines.order_by("position"), outcomes, strict=True):
        chargebacks.resolve_dispute(line, outcome=outcome, note=NOTE, actor=desk.approver)
    return Chargeback.objects.get(pk=note.pk)


@pytest.mark.parametrize(
    ("outcomes", "status", "accepted"),
    [
        (("conceded", "conceded"), "accepted", "144.00"),
        (("conceded", "written_off"), "part_accepted", "96.00"),
        (("written_off", "written_off"), "written_off", "0.00"),
        (("station", "written_off"), "written_off", "0.00"),
    ],
)
def test_the_last_dispute_moves_the_note(desk: Desk, outcomes: Any, status: str, accepted: str) -> None:
    note = resolve(desk, answered(desk), *outcomes)

    assert (note.status, note.accepted) == (status, Decimal(accepted))
    assert note.accepted + note.disputed == note.claimed


def test_each_side_reads_the_open_rest_from_its_own_chair(desk: Desk) -> None:
    note = answered(desk, "0.5")

    supplier = as_user(desk.supplier_user).get(note.get_absolute_url()).content.decode()
    finance = as_user(desk.finance).get(note.get_absolute_url()).content.decode()

    assert "贵司还有 ¥72.00 待付。 贵司对 ¥72.00 提出的异议正由我方处理。" in supplier
    assert "还有 ¥72.00 待收。 另有 ¥72.00 存在异议。" in finance


def test_an_open_dispute_keeps_the_note_where_it_is(desk: Desk) -> None:
    note = answered(desk)

    chargebacks.resolve_dispute(note.lines.first(), outcome="conceded", actor=desk.approver)  # type: ignore[arg-type]

    note.refresh_from_db()
    assert note.status == "disputed"


def test_a_note_paid_before_its_dispute_ends_is_settled_then(desk: Desk) -> None:
    note = answered(desk, "0.5")
    chargebacks.record_supplier_payment(note, amount=Decimal("72.00"), bank_reference="B-1", actor=desk.finance)
    note.refresh_from_db()
    assert note.status == "part_accepted"

    assert resolve(desk, note, "written_off", "written_off").status == "settled"


def test_what_the_station_bears_is_debited_on_its_statement(desk: Desk) -> None:
    note = resolve(desk, answered(desk), "station", "station")

    lines = settlement.preview(desk.station, note.period).lines
    assert sorted(line.amount for line in lines if line.kind == "reroute") == [Decimal("-96.00"), Decimal("-48.00")]


def test_who_made_the_note_does_not_decide(desk: Desk) -> None:
    note = answered(desk)
    line = note.lines.earliest("position")

    with pytest.raises(chargebacks.OwnNote):
        chargebacks.resolve_dispute(line, outcome="conceded", actor=desk.finance)
    assert as_user(desk.finance).get(f"/supplier/chargebacks/lines/{line.pk}/resolve/").status_code == 403
    assert as_user(make_user(Role.FINANCE)).get(f"/supplier/chargebacks/lines/{line.pk}/resolve/").status_code == 200


def test_a_reviewer_finds_the_dispute_and_decides_it(desk: Desk) -> None:
    line = answered(desk).lines.earliest("position")
    client = as_user(make_user(Role.REVIEWER))
    address = f"/supplier/chargebacks/lines/{line.pk}/resolve/"

    assert address in client.get("/").content.decode()
    key = client.get(address).content.decode().split('name="idempotency_key" value="')[1].split('"')[0]
    sent = client.post(address, {"idempotency_key": key, "outcome": "conceded", "note": NOTE})

    assert sent.status_code == 302
    assert ChargebackLine.objects.get(pk=line.pk).outcome == "conceded"


def test_a_dispute_is_decided_once(desk: Desk) -> None:
    line = answered(desk).lines.earliest("position")
    chargebacks.resolve_dispute(line, outcome="written_off", actor=desk.approver)

    with pytest.raises(chargebacks.NotDisputed):
        chargebacks.resolve_dispute(line, outcome="station", actor=desk.approver)


def test_what_was_given_up_is_disputed_no_more_while_the_rest_is(desk: Desk) -> None:
    """A quarter of the part accepted, its rest given up: only three quarters of labor are in dispute."""
    note = answered(desk, "0.25")
    part = note.lines.earliest("position")
    chargebacks.resolve_dispute(part, outcome="written_off", actor=desk.approver)

    figures = figures_of(Chargeback.objects.get(pk=note.pk))
    (counted,) = note_figures(clock.today())

    assert (figures.accepted, figures.disputed) == (Decimal("36.00"), Decimal("36.00"))
    assert figures.outstanding == Decimal("72.00")
    assert counted == figures


def test_what_the_station_bears_is_taxed_as_it_was_paid(desk: Desk) -> None:
    note = answered(desk)
    posting.credit_claim(note.lines.get(kind="part").case.claim)
    set_parameter("warranty.tax_general_claim_percent", Decimal(9), actor=None)  # from today on, after the approval

    resolve(desk, note, "station", "written_off")

    (borne,) = SettlementItem.objects.filter(kind="reroute")
    assert (borne.amount, borne.tax_rate) == (Decimal("-96.00"), Decimal("0.06"))


def test_what_the_station_bears_is_named_in_english_too(desk: Desk, june: Any) -> None:
    june("2025-06-10 10:00:00")
    note = answered(desk)
    posting.credit_claim(note.lines.get(kind="part").case.claim)
    LaborOperation.objects.update(name_en="Replace the power module")
    resolve(desk, note, "station", "station")
    june("2025-07-05 09:00:00")

    statement = settlement.build_statement(desk.station, date(2025, 6, 1), actor=desk.finance)

    borne = statement.lines.filter(kind="reroute").order_by("position")
    with translation.override("en"):
        names = names_in_language(borne)
    assert [worded(line.text, names) for line in borne] == ["Power module", "Replace the power module"]
    assert [english_texts(statement)[line.pk] for line in borne] == ["Power module", "Replace the power module"]
    assert worded("更换电源模块 · AP-2025-000001", names) == "Replace the power module · AP-2025-000001"


def test_a_station_does_not_bear_a_fee_that_it_never_received(desk: Desk) -> None:
    change_agreement(desk.agreement, handling_fee=Decimal(15))
    note = answered(desk)
    fee = note.lines.get(claim_line=None)

    with pytest.raises(FeeOfNoStation), transaction.atomic():
        chargebacks.resolve_dispute(fee, outcome="station", actor=desk.approver)
    with pytest.raises(FeeOfNoStation), transaction.atomic():
        chargebacks.decide_disputes(
            note, lines=[fee.pk], outcome="station", reason="经复核，应由服务站承担", actor=desk.approver
        )

    assert not SettlementItem.objects.filter(kind="reroute").exists()
    resolved = chargebacks.resolve_dispute(fee, outcome="written_off", actor=desk.approver)
    assert resolved.outcome == "written_off"


def test_what_cannot_be_decided_about_a_line_is_not_offered(desk: Desk) -> None:
    change_agreement(desk.agreement, handling_fee=Decimal(15))
    note = answered(desk)
    approver = as_user(desk.approver)

    fee = approver.get(f"/supplier/chargebacks/lines/{note.lines.get(claim_line=None).pk}/resolve/").content.decode()
    part = approver.get(f"/supplier/chargebacks/lines/{note.lines.get(kind='part').pk}/resolve/").content.decode()

    assert 'value="station"' not in fee
    assert ("/another/" in fee, "/test/" in fee) == (False, False)
    assert 'value="station"' in part
    assert ("/another/" in part, "/test/" in part) == (False, True)
    assert "没有其他有协议的供应商供应该配件。" in part

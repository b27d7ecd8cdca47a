"""Two at once over money and pieces: one wins, the other is told; and what happens where the lock is taken away."""

from datetime import date
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest

from portal.core.errors import Refusal
from portal.core.states import TransitionNotAllowed
from stations.models import DealerAccount
from tests.conftest import race
from tests.desks import Desk, june, make_desk  # noqa: F401 a fixture
from tests.factories.settlement import make_granted_claim
from tests.factories.stations import make_station
from warranty import appraisal, chargebacks, failed_parts, recovery, settlement
from warranty import settlement_posting as posting
from warranty.chargebacks import LineAnswer
from warranty.models import (
    Chargeback,
    ChargebackLine,
    CustodyEntry,
    DisputeEntry,
    FailedPart,
    RecoveryEntry,
    SettlementItem,
    Statement,
)
from warranty.settlement import answering, payment

# ruff: noqa: F811 the fixture is imported
pytestmark = pytest.mark.django_db(transaction=True)
JUNE = date(2025, 6, 1)
ANSWER = "协议第三条已明确包含"


@pytest.fixture
def desk(june: Any) -> Desk:
    return make_desk()


def invoiced(desk: Desk, june: Any) -> Statement:
    posting.credit_claim(make_granted_claim(desk.station, part=desk.part))
    june("2025-07-05 09:00:00")
    row = settlement.issue_statement(settlement.build_statement(desk.station, JUNE, actor=None), actor=desk.finance)
    row = settlement.confirm_statement(row, actor=desk.owner)
    return settlement.record_invoice(row, invoice_number="F-1", amount=row.gross, actor=desk.finance)


def winners(results: list[Any], kind: type) -> list[Any]:
    """Those who got what they wanted; everybody else was refused in words."""
    assert all(isinstance(result, kind | Refusal) for result in results), results
    return [result for result in results if isinstance(result, kind)]


def test_a_statement_is_paid_once(desk: Desk, june: Any) -> None:
    statement = invoiced(desk, june)

    def pay(number: int) -> Any:
        row = Statement.objects.get(pk=statement.pk)
        return settlement.pay_statement(row, bank_reference=f"ICBC-{number}", actor=desk.finance)

    results = race(4, pay)

    assert len(winners(results, Statement)) == 1
    assert DealerAccount.objects.get(dealer=desk.station.dealer).warranty == Decimal("0.00")


def both_invoiced(desk: Desk, june: Any) -> list[Statement]:
    """June's statements of two stations, with their invoices."""
    other = make_station()
    posting.credit_claim(make_granted_claim(other, part=desk.part))
    first = invoiced(desk, june)
    row = settlement.issue_statement(settlement.build_statement(other, JUNE, actor=None), actor=desk.finance)
    row = settlement.confirm_statement(row, actor=desk.owner)
    return [first, settlement.record_invoice(row, invoice_number="F-2", amount=row.gross, actor=desk.finance)]


def pay_by_one_reference(desk: Desk, statements: list[Statement]) -> list[Any]:
    def pay(number: int) -> Any:
        row = Statement.objects.get(pk=statements[number].pk)
        return settlement.pay_statement(row, bank_reference="ICBC-1", actor=desk.finance)

    return race(2, pay)


def test_one_transfer_entered_for_two_statements_at_once_pays_one(desk: Desk, june: Any) -> None:
    results = pay_by_one_reference(desk, both_invoiced(desk, june))

    assert sorted(type(result).__name__ for result in results) == ["ReferencePaidAnother", "Statement"]
    assert Statement.objects.filter(bank_reference="ICBC-1").count() == 1


def test_without_waiting_for_each_other_one_transfer_pays_both(
    desk: Desk, june: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: both have looked before either writes."""
    statements, both_looked = both_invoiced(desk, june), Barrier(2)
    really_move = payment.move

    def looked(*asked: Any, **named: Any) -> Any:
        both_looked.wait(10)
        return really_move(*asked, **named)

    monkeypatch.setattr(payment, "one_after_another", lambda _reference: None)
    monkeypatch.setattr(payment, "move_claims", lambda *_asked, **_named: None)
    monkeypatch.setattr(payment, "move", looked)

    pay_by_one_reference(desk, statements)

    assert Statement.objects.filter(bank_reference="ICBC-1").count() == 2


def test_a_statement_is_answered_once(desk: Desk, june: Any) -> None:
    posting.credit_claim(make_granted_claim(desk.station, part=desk.part))
    june("2025-07-05 09:00:00")
    issued = settlement.issue_statement(settlement.build_statement(desk.station, JUNE, actor=None), actor=desk.finance)
    line = issued.lines.get()

    def answer(number: int) -> Any:
        row = Statement.objects.get(pk=issued.pk)
        if number % 2:
            return settlement.confirm_statement(row, actor=desk.owner)
        return settlement.dispute_lines(row, reasons={line.pk: "工时金额与实际派工不符"}, actor=desk.owner)

    assert len(winners(race(4, answer), Statement)) == 1


def test_one_month_is_built_into_one_live_statement(desk: Desk, june: Any) -> None:
    posting.credit_claim(make_granted_claim(desk.station, part=desk.part))
    june("2025-07-05 09:00:00")

    results = race(4, lambda _n: settlement.build_statement(desk.station, JUNE, actor=desk.finance))

    assert len(winners(results, Statement)) == 4  # each replaces the draft before it
    live = Statement.objects.exclude(status="voided").get()
    assert live.lines.count() == 1
    assert live.lines.filter(is_live=True).count() == 1


def test_an_item_is_posted_once(desk: Desk) -> None:
    claim = make_granted_claim(desk.station, part=desk.part)

    results = race(4, lambda _n: posting.credit_claim(type(claim).objects.get(pk=claim.pk)))

    assert [isinstance(result, SettlementItem) for result in results].count(True) == 1
    assert SettlementItem.objects.filter(claim=claim).count() == 1


def test_a_piece_is_received_once(desk: Desk) -> None:
    (piece,) = failed_parts.request_returns(make_granted_claim(desk.station, part=desk.part, qty=1))

    results = race(4, lambda _n: failed_parts.receive_piece(piece.number, actor=desk.warehouse))

    assert len(winners(results, FailedPart)) == 1
    assert CustodyEntry.objects.filter(failed_part=piece, act="received").count() == 1


def sent_note(desk: Desk) -> Chargeback:
    claim = make_granted_claim(desk.station, part=desk.part, qty=1)
    recovery.open_cases(claim)
    (piece,) = failed_parts.request_returns(claim)
    failed_parts.receive_piece(piece.number, actor=desk.warehouse)
    appraisal.appraise(piece, verdict="supplier_defect", actor=desk.appraiser)
    note = chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)
    return chargebacks.send_chargeback(note, actor=desk.finance)


def accept_all(note: Chargeback) -> dict[int, LineAnswer]:
    return {line.pk: LineAnswer(line.claimed) for line in note.lines.all()}


def dispute_all(note: Chargeback) -> dict[int, LineAnswer]:
    return {line.pk: LineAnswer(Decimal(0), "不在协议约定的范围之内") for line in note.lines.all()}


def two_answers(note: Chargeback, desk: Desk) -> list[Any]:
    """One colleague accepts all, the other disputes all, at once."""
    answers = [accept_all(note), dispute_all(note)]

    def answer(number: int) -> Any:
        row = Chargeback.objects.get(pk=note.pk)
        return chargebacks.answer_chargeback(row, answers=answers[number], actor=desk.supplier_user)

    return race(2, answer)


def test_a_note_is_answered_once(desk: Desk) -> None:
    note = sent_note(desk)

    results = two_answers(note, desk)

    assert len(winners(results, Chargeback)) == 1
    note.refresh_from_db()
    assert note.accepted + note.disputed == note.claimed
    assert sum(line.accepted or 0 for line in note.lines.all()) == note.accepted


def disputed_line(desk: Desk) -> ChargebackLine:
    """The first of two lines that the supplier disputes."""
    note = sent_note(desk)
    chargebacks.answer_chargeback(note, answers=dispute_all(note), actor=desk.supplier_user)
    return note.lines.earliest("position")


def two_outcomes(desk: Desk, line: ChargebackLine, *outcomes: str) -> list[Any]:
    """Two colleagues decide about the line at once."""

    def decide(number: int) -> Any:
        row = ChargebackLine.objects.get(pk=line.pk)
        return chargebacks.decide_dispute(row, outcome=outcomes[number], note=ANSWER, actor=desk.approver)

    return race(2, decide)


def test_two_outcomes_of_one_dispute_at_once_leave_one(desk: Desk) -> None:
    """One denies, one says that the supplier accepts after all: the amounts are whole whoever was first."""
    line = disputed_line(desk)

    results = two_outcomes(desk, line, "denied", "conceded")

    assert len(winners(results, ChargebackLine)) == 1
    line.refresh_from_db()
    assert (line.rounds, line.outcome) in ((1, ""), (0, "conceded"))
    assert (line.accepted or 0) + (line.disputed or 0) == line.claimed


def ends_of(line: ChargebackLine) -> list[str]:
    """What the dispute's thread says became of it."""
    ends = DisputeEntry.objects.filter(line=line, act__in=["conceded", "written_off", "station"])
    return sorted(ends.values_list("act", flat=True))


def test_a_line_given_up_and_charged_to_the_station_at_once_ends_in_one_way(desk: Desk) -> None:
    line = disputed_line(desk)

    results = two_outcomes(desk, line, "written_off", "station")

    assert len(winners(results, ChargebackLine)) == 1
    line.refresh_from_db()
    assert ends_of(line) == [line.outcome]
    assert SettlementItem.objects.filter(kind="reroute").count() == int(line.outcome == "station")


def test_without_the_lock_one_dispute_ends_in_two_ways(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the dispute: given up, and charged to the station all the same."""
    line = disputed_line(desk)
    both = Barrier(2, timeout=60)  # the note and then the line are read by both before either writes

    def read(row: Any, *related: str) -> Any:
        rows = type(row)._base_manager.all()
        found = (rows.select_related(*related) if related else rows).get(pk=row.pk)
        both.wait()
        return found

    monkeypatch.setattr(chargebacks.disputes, "lock", read)

    results = two_outcomes(desk, line, "written_off", "station")

    assert [type(result) for result in results] == [ChargebackLine] * 2
    assert ends_of(line) == ["station", "written_off"]
    assert SettlementItem.objects.filter(kind="reroute").count() == 1


def test_without_the_lock_both_answers_get_past_the_check(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: read without a lock both believe they answer first; only the table of moves is left."""
    note = sent_note(desk)
    both = Barrier(2, timeout=60)

    def read(row: Chargeback) -> Chargeback:
        found = Chargeback.objects.get(pk=row.pk)
        both.wait()
        return found

    monkeypatch.setattr(chargebacks.answering, "lock", read)
    past: list[int] = []
    answer_line = chargebacks.answering._answer_line

    def count(line: ChargebackLine, *rest: Any) -> None:
        past.append(line.chargeback_id)
        answer_line(line, *rest)

    monkeypatch.setattr(chargebacks.answering, "_answer_line", count)

    two_answers(note, desk)

    assert len(past) > note.lines.count()


def test_without_the_lock_two_confirmations_reach_the_move(
    desk: Desk, june: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the statement: the second is stopped by the table of moves, not before."""
    posting.credit_claim(make_granted_claim(desk.station, part=desk.part))
    june("2025-07-05 09:00:00")
    issued = settlement.issue_statement(settlement.build_statement(desk.station, JUNE, actor=None), actor=desk.finance)
    monkeypatch.setattr(answering, "lock", lambda row: type(row)._base_manager.get(pk=row.pk))

    results = race(2, lambda _n: settlement.confirm_statement(Statement.objects.get(pk=issued.pk), actor=desk.owner))

    assert sum(isinstance(result, TransitionNotAllowed) for result in results) == 1
    assert DealerAccount.objects.get(dealer=desk.station.dealer).warranty == issued.gross


def test_parallel_payments_never_exceed_what_was_accepted(desk: Desk) -> None:
    note = sent_note(desk)
    note = chargebacks.answer_chargeback(note, answers=accept_all(note), actor=desk.supplier_user)
    most = (note.accepted * Decimal("0.6")).quantize(Decimal("0.01"))

    def pay(number: int) -> Any:
        row = Chargeback.objects.get(pk=note.pk)
        return chargebacks.record_supplier_payment(row, amount=most, bank_reference=f"B-{number}", actor=desk.finance)

    results = race(4, pay)

    assert len(winners(results, RecoveryEntry)) == 1
    note.refresh_from_db()
    assert note.recovered == most


def test_two_batches_charge_a_case_once(desk: Desk) -> None:
    sent_note(desk)
    claim = make_granted_claim(desk.station, part=desk.part, qty=1)
    recovery.open_cases(claim)
    (piece,) = failed_parts.request_returns(claim)
    failed_parts.receive_piece(piece.number, actor=desk.warehouse)
    appraisal.appraise(piece, verdict="supplier_defect", actor=desk.appraiser)

    results = race(4, lambda _n: chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance))

    assert len(winners(results, Chargeback)) == 1
    assert ChargebackLine.objects.filter(claim_line__claim=claim, claim_line__kind="part", is_live=True).count() == 1

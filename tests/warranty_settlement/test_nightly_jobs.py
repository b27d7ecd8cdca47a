"""The nightly jobs take every row by itself: one that errs undoes no other, is said, and is tried again."""

from decimal import Decimal
from typing import Any

import pytest

from parts.models import Supplier
from portal.core import clock, events, jobs
from portal.core.models import JobRun, Notification
from portal.core.models.jobs import JobStatus
from tests.desks import Desk
from tests.factories.settlement import at, make_agreement, make_granted_claim, make_old_part
from tests.factories.stations import make_station
from warranty import appraisal, chargebacks, failed_parts, recovery, settlement
from warranty import settlement_posting as posting
from warranty.models import Chargeback, RecoveryCase, SettlementItem, Statement
from warranty.recovery_jobs import propose_last_month, propose_notes
from warranty.settlement_jobs import build_month, old_parts_daily, recovery_daily, statements_daily


def fails_for(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, broken: Any) -> None:
    """The operation errs for that row and does its work for every other."""
    really = getattr(module, name)

    def act(row: Any, *rest: Any, **named: Any) -> Any:
        if row.pk == broken.pk:
            raise ArithmeticError(f"{name} {row.pk}")
        return really(row, *rest, **named)

    monkeypatch.setattr(module, name, act)


def waiting(desk: Desk) -> RecoveryCase:
    (case,) = recovery.open_cases(make_granted_claim(desk.station, part=desk.part, qty=1))
    return case


def sent(desk: Desk) -> Chargeback:
    """A note of one case, waiting for the supplier."""
    claim = make_granted_claim(desk.station, part=desk.part, qty=1)
    recovery.open_cases(claim)
    for piece in failed_parts.request_returns(claim):
        failed_parts.receive_piece(piece.number, actor=desk.warehouse)
        appraisal.appraise(piece, verdict="supplier_defect", findings="焊点虚焊，与客户使用无关", actor=desk.appraiser)
    note = chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)
    return chargebacks.send_chargeback(note, actor=desk.finance)


def states(rows: list[Any]) -> list[str]:
    return [type(row)._base_manager.get(pk=row.pk).status for row in rows]


def test_one_case_that_errs_keeps_no_other_from_being_lost_or_announced(
    desk: Desk, june: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, other = waiting(desk), waiting(desk)
    june("2025-07-25 12:00:00")
    note = sent(desk)
    near = waiting(desk)
    RecoveryCase.objects.filter(pk=near.pk).update(last_day="2025-08-29")
    june("2025-08-16 00:30:00")
    fails_for(monkeypatch, recovery, "lose", broken)

    with pytest.raises(ArithmeticError):
        recovery_daily()

    assert states([broken, other, near, note]) == ["waiting", "lost", "waiting", "accepted"]
    assert Notification.objects.filter(kind="recoverycase.alarm", subject_id=near.pk).exists()
    monkeypatch.undo()
    recovery_daily()
    assert states([broken]) == ["lost"]


def test_a_supplier_who_answers_in_the_very_night_undoes_nothing(
    desk: Desk, june: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, note = waiting(desk), sent(desk)
    lines = {line.pk: chargebacks.LineAnswer(Decimal(0), "焊点检验合格，非我方责任") for line in note.lines.all()}
    june("2025-08-16 00:30:00")
    found = jobs.each

    def answered_meanwhile(name: str, find: Any, act: Any) -> list[Any]:
        rows = list(find())
        if name == "warranty.accept_silent":
            chargebacks.answer_chargeback(note, answers=lines, actor=desk.supplier_user)
        return found(name, lambda: rows, act)

    monkeypatch.setattr(jobs, "each", answered_meanwhile)

    recovery_daily()

    assert states([case, note]) == ["lost", "disputed"]


def test_one_piece_that_errs_keeps_no_other_from_its_debit(
    desk: Desk, june: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = []
    for _each in range(2):
        claim = make_granted_claim(desk.station, part=desk.part, qty=1)
        posting.credit_claim(claim)
        pieces += failed_parts.request_returns(claim)
    june("2025-06-17 00:20:00")
    fails_for(monkeypatch, posting, "debit_not_returned", pieces[0])

    with pytest.raises(ArithmeticError):
        old_parts_daily()

    debited = SettlementItem.objects.filter(kind="pnr").values_list("failed_part", flat=True)
    assert list(debited) == [pieces[1].pk]
    june("2025-07-05 00:45:00")
    run = jobs.start_run("warranty.build_month", owner=desk.finance, title="June", period="2025-06-01")
    build_month(run.pk, "2025-06-01")  # the piece keeps nobody's statement back
    assert Statement.objects.filter(station=desk.station, status="draft").exists()


def test_one_statement_that_errs_keeps_no_other_from_being_confirmed(
    desk: Desk, june: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements = []
    for station in (desk.station, make_station()):
        amounts = {"other": Decimal("90.00")}
        posting.post_item(
            station, kind="freight", source=f"BX-{station.pk}", at=at("2025-05-12 10:00:00"), amounts=amounts
        )
        made = settlement.build_statement(station, at("2025-05-01 00:00:00").date(), actor=desk.finance)
        statements.append(settlement.issue_statement(made, actor=desk.finance))
    june("2025-06-20 00:40:00")
    fails_for(monkeypatch, settlement.answering, "confirm_statement", statements[0])

    with pytest.raises(ArithmeticError):
        statements_daily()

    assert states(statements) == ["issued", "confirmed"]


def test_one_supplier_that_errs_keeps_no_other_from_its_note(
    desk: Desk, june: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Supplier.objects.create(code="SY", name="杭州电子有限公司")
    second = make_old_part()
    make_agreement(other, second)
    for part in (desk.part, second):
        claim = make_granted_claim(desk.station, part=part, qty=1)
        recovery.open_cases(claim)
        for piece in failed_parts.request_returns(claim):
            failed_parts.receive_piece(piece.number, actor=desk.warehouse)
            found = "焊点虚焊，与客户使用无关"
            appraisal.appraise(piece, verdict="supplier_defect", findings=found, actor=desk.appraiser)
    june("2025-07-03 00:50:00")
    propose_last_month()
    run = JobRun.objects.get(name="warranty.propose_notes")
    fails_for(monkeypatch, chargebacks, "batch_chargebacks", desk.supplier)

    for _attempt in range(2):
        with pytest.raises(ArithmeticError):
            propose_notes(run.pk, "2025-06-01")

    run.refresh_from_db()
    assert list(Chargeback.objects.values_list("supplier", flat=True)) == [other.pk]
    assert run.status == JobStatus.FAILED
    assert desk.supplier.code in run.message
    assert Notification.objects.filter(kind="chargeback.proposed", user=desk.finance).count() == 1
    monkeypatch.undo()

    jobs.drain()

    assert set(Chargeback.objects.values_list("supplier", flat=True)) == {other.pk, desk.supplier.pk}


@pytest.mark.django_db(transaction=True)
def test_each_row_has_a_transaction_of_its_own() -> None:
    held: list[bool] = []
    supplier = Supplier.objects.create(code="SX", name="宁波电源科技有限公司")

    def act(row: int) -> bool:
        events.record(supplier, "supplier.changed", actor=None, at=clock.now(), data={"row": row})
        held.append(Supplier.objects.select_for_update().filter(pk=supplier.pk).exists())
        if row == 2:
            raise ArithmeticError
        return True

    with pytest.raises(ArithmeticError):
        jobs.each("core.test", lambda: [1, 2, 3], act)

    assert held == [True, True, True]
    assert list(events.of_subject(supplier).values_list("data__row", flat=True).order_by("pk")) == [1, 3]

"""An approval of the month's last instant meets the build; and what happens to builds, batches and payments without their locks."""
# ruff: noqa: F811 the fixtures are imported

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

from tests.conftest import race
from tests.desks import Desk, june  # noqa: F401 a fixture
from tests.factories.settlement import at, make_granted_claim
from tests.races.test_settlement import accept_all, desk, sent_note  # noqa: F401 a fixture
from warranty import appraisal, chargebacks, failed_parts, recovery, settlement
from warranty import settlement_posting as posting
from warranty.chargebacks import batching, payment
from warranty.models import Chargeback, RecoveryEntry, SettlementItem, Statement, WarrantyClaim
from warranty.settlement import building
from warranty.settlement_checks import CHECKS

pytestmark = pytest.mark.django_db(transaction=True)
JUNE = date(2025, 6, 1)


def meeting(count: int, really: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which nobody passes before `count` have come to it, or five seconds have gone by."""
    barrier = Barrier(count)

    def wait(*given: Any, **named: Any) -> Any:
        found = really(*given, **named)
        with suppress(BrokenBarrierError):
            barrier.wait(5)
        return found

    return wait


def at_the_last_instant(desk: Desk, june: Any) -> WarrantyClaim:
    """Approved in the last millisecond of June; its credit is late, the build is there first."""
    early = make_granted_claim(desk.station, part=desk.part, part_amount="200.00", decided_at=at("2025-06-10 10:00:00"))
    posting.credit_claim(early)
    claim = make_granted_claim(
        desk.station, part=desk.part, part_amount="200.00", decided_at=at("2025-06-30 23:59:59.999")
    )
    june("2025-07-01 00:00:01")
    return claim


def credit_and_build(desk: Desk, claim: WarrantyClaim) -> list[Any]:
    def act(number: int) -> Any:
        if number % 2:
            return posting.credit_claim(WarrantyClaim.objects.get(pk=claim.pk))
        return settlement.build_statement(desk.station, JUNE, actor=desk.finance)

    return race(4, act)


def test_an_approval_of_the_last_instant_stands_once_on_its_month(desk: Desk, june: Any) -> None:
    claim = at_the_last_instant(desk, june)

    results = credit_and_build(desk, claim)

    assert [each for each in results if isinstance(each, Exception)] == []
    assert SettlementItem.objects.get(claim=claim).period == JUNE
    draft = Statement.objects.get(period=JUNE, status="draft")
    assert draft.lines.filter(item__claim=claim).count() == 1
    assert [said for check in CHECKS.values() for said in check()] == []


def test_without_holding_the_station_only_the_database_keeps_the_credit_single(
    desk: Desk, june: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: both have looked for an earlier credit before either posts."""
    claim = at_the_last_instant(desk, june)
    monkeypatch.setattr(posting, "hold_station", lambda _station: None)
    monkeypatch.setattr(posting, "first_open_month", meeting(2, posting.first_open_month))

    results = race(2, lambda _n: posting.credit_claim(WarrantyClaim.objects.get(pk=claim.pk)))

    assert sum(isinstance(each, IntegrityError) for each in results) == 1


def test_without_holding_the_station_two_builds_of_a_month_collide(
    desk: Desk, june: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the build: only the index of live statements is left, and says so with an error."""
    posting.credit_claim(make_granted_claim(desk.station, part=desk.part))
    june("2025-07-05 09:00:00")
    monkeypatch.setattr(posting, "hold_station", lambda _station: None)
    monkeypatch.setattr(building, "drafted_lines", meeting(2, building.drafted_lines))

    results = race(2, lambda _n: settlement.build_statement(desk.station, JUNE, actor=desk.finance))

    assert sum(isinstance(each, IntegrityError) for each in results) == 1


def test_without_locks_two_batches_both_want_the_same_cases(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the batch: with the lock the second is told in words that nothing is left to charge."""
    claim = make_granted_claim(desk.station, part=desk.part, qty=1)
    recovery.open_cases(claim)
    (piece,) = failed_parts.request_returns(claim)
    failed_parts.receive_piece(piece.number, actor=desk.warehouse)
    appraisal.appraise(piece, verdict="supplier_defect", actor=desk.appraiser)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_named: rows)
    monkeypatch.setattr(batching, "take_number", meeting_before(2, batching.take_number))

    results = race(2, lambda _n: chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance))

    assert not any(isinstance(each, chargebacks.NothingToCharge) for each in results)
    assert sum(isinstance(each, Chargeback) for each in results) == 1


def meeting_before(count: int, really: Callable[..., Any]) -> Callable[..., Any]:
    """The same, met before the function runs: it may make the others wait."""
    met = meeting(count, lambda: None)

    def wait(*given: Any, **named: Any) -> Any:
        met()
        return really(*given, **named)

    return wait


def test_without_the_lock_two_payments_exceed_what_was_accepted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the supplier's money: both believe that 60 % still fits."""
    note = sent_note(desk)
    note = chargebacks.answer_chargeback(note, answers=accept_all(note), actor=desk.supplier_user)
    most = (note.accepted * Decimal("0.6")).quantize(Decimal("0.01"))
    unlocked = meeting(2, lambda row, *_related: type(row)._base_manager.get(pk=row.pk))
    monkeypatch.setattr(payment, "lock", unlocked)

    def pay(number: int) -> Any:
        row = Chargeback.objects.get(pk=note.pk)
        return chargebacks.record_supplier_payment(row, amount=most, bank_reference=f"B-{number}", actor=desk.finance)

    results = race(2, pay)

    told = [each for each in results if isinstance(each, chargebacks.PaymentOutOfBounds)]
    assert told == []  # nobody was refused in words: the check was passed by both
    assert (
        sum(isinstance(each, RecoveryEntry) for each in results)
        + sum(isinstance(each, IntegrityError) for each in results)
        == 2
    )

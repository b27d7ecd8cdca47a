"""A note ends in the operation that ends its last line: credited, given up, or accepted and paid. Source: rules.md 3.7."""

from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from portal.core.documents import documents_of
from portal.core.models import Event
from tests.conftest import as_user
from tests.desks import Desk
from tests.warranty_settlement.test_reversal import note_over, recoverable
from warranty import chargebacks, chargebacks_reversal
from warranty.chargebacks import LineAnswer
from warranty.chargebacks_reversal import release_claim
from warranty.models import Chargeback, WarrantyClaim
from warranty.paper_standings import note_today
from warranty.settlement_checks import chargebacks_off, notes_where_their_lines_are
from warranty.settlement_queries import figures_of

WHY = "工时不在协议范围之内，不予承担"


def sent(desk: Desk, claims: int = 1) -> tuple[Chargeback, list[WarrantyClaim]]:
    """A note over so many claims of 144.00 each, 96.00 for the part and 48.00 for labor."""
    found = [recoverable(desk) for _each in range(claims)]
    return note_over(desk, *found), found


def answer(desk: Desk, note: Chargeback, accepted: list[WarrantyClaim]) -> Chargeback:
    """The lines of these claims are accepted, all others disputed."""
    answers = {
        line.pk: LineAnswer(line.claimed) if line.case.claim in accepted else LineAnswer(Decimal(0), WHY)
        for line in note.lines.filter(outcome="").select_related("case__claim")
    }
    return chargebacks.answer_chargeback(note, answers=answers, actor=desk.supplier_user)


def give_up(desk: Desk, note: Chargeback, claim: WarrantyClaim) -> None:
    for line in note.lines.filter(case__claim=claim).order_by("position"):
        chargebacks.resolve_dispute(line, outcome="written_off", note=WHY, actor=desk.approver)


def pay(desk: Desk, note: Chargeback, amount: str) -> None:
    chargebacks.record_supplier_payment(note, amount=Decimal(amount), bank_reference="B-1", actor=desk.finance)


def status(note: Chargeback) -> str:
    note.refresh_from_db()
    assert list(notes_where_their_lines_are()) == list(chargebacks_off()) == []
    return note.status


@pytest.mark.parametrize("read", [False, True])
def test_an_unanswered_note_credited_as_a_whole_is_settled_and_asks_nobody(desk: Desk, june: Any, read: bool) -> None:
    note, (claim,) = sent(desk)
    if read:
        chargebacks.acknowledge_chargeback(note, actor=desk.supplier_user)

    release_claim(claim, actor=desk.finance)

    assert status(note) == "settled"
    assert f"/chargebacks/{note.pk}/answer/" not in as_user(desk.supplier_user).get("/").content.decode()
    told = note_today(documents_of(note, "chargeback").get())
    assert told is not None
    assert told.word == "已全额冲减"
    june("2025-07-15 09:00:00")
    assert chargebacks.accept_silent() == 0
    assert (note.answered_at, figures_of(note).outstanding) == (None, Decimal(0))


def test_one_credited_claim_of_two_leaves_the_note_to_be_answered(desk: Desk) -> None:
    note, (kept, reversed_one) = sent(desk, 2)

    release_claim(reversed_one, actor=desk.finance)

    assert status(note) == "sent"
    assert answer(desk, note, [kept]).status == "accepted"  # what was credited is no dispute


@pytest.mark.parametrize("accepted", [False, True])
def test_an_answered_note_credited_as_a_whole_is_settled(desk: Desk, accepted: bool) -> None:
    note, (claim,) = sent(desk)
    answer(desk, note, [claim] if accepted else [])

    release_claim(claim, actor=desk.finance)

    assert status(note) == "settled"
    assert Event.objects.get(kind="chargeback.settled", subject_id=note.pk).actor == desk.finance


@pytest.mark.parametrize(("paid", "expected"), [(True, "settled"), (False, "accepted")])
def test_with_its_last_dispute_credited_the_rest_decides(desk: Desk, paid: bool, expected: str) -> None:
    note, (kept, reversed_one) = sent(desk, 2)
    answer(desk, note, [kept])
    if paid:
        pay(desk, note, "144.00")
    assert status(note) == "part_accepted"

    release_claim(reversed_one, actor=desk.finance)

    assert status(note) == expected


def test_a_paid_line_credited_leaves_a_settled_note_settled(desk: Desk) -> None:
    note, claims = sent(desk, 2)
    answer(desk, note, claims)
    pay(desk, note, "288.00")

    release_claim(claims[0], actor=desk.finance)

    assert status(note) == "settled"
    assert note.recovered == Decimal("144.00")


def test_a_note_given_up_in_part_and_credited_for_the_rest_is_written_off(desk: Desk) -> None:
    note, (given_up, reversed_one) = sent(desk, 2)
    answer(desk, note, [])
    give_up(desk, note, given_up)
    assert status(note) == "disputed"

    release_claim(reversed_one, actor=desk.finance)

    assert status(note) == "written_off"
    release_claim(given_up, actor=desk.finance)
    assert status(note) == "written_off"  # an end stays


def test_notes_left_behind_are_named_and_brought_to_their_ends(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it was before: nobody concluded a note whose lines were credited."""
    monkeypatch.setattr(chargebacks_reversal, "conclude", lambda *_asked: None)
    unanswered, (first,) = sent(desk)
    disputed, (second,) = sent(desk)
    answer(desk, disputed, [])
    half, (kept, third) = sent(desk, 2)
    answer(desk, half, [kept])
    for claim in (first, second, third):
        release_claim(claim, actor=desk.finance)
    assert [said.split(" ")[0] for said in notes_where_their_lines_are()] == [
        unanswered.number, disputed.number, half.number,
    ]  # fmt: skip

    with connection.cursor() as cursor:
        cursor.execute(import_module("warranty.migrations.0080_ends_of_notes").ENDED)

    assert [status(note) for note in (unanswered, disputed, half)] == ["settled", "settled", "accepted"]
    moved = Event.objects.get(kind="chargeback.accepted", subject_id=half.pk)
    assert (moved.from_status, moved.actor) == ("part_accepted", None)

"""A denied dispute goes back to the supplier with a new last day, a limited number of times; what was said is kept."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from parts.models import Supplier
from portal.accounts.roles import Role
from portal.core import clock, jobs
from portal.core.calendar import add_working_days
from portal.core.errors import Refusal
from portal.core.models.notifications import MailOutbox, Notification
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import at, change_agreement, make_agreement
from tests.factories.stations import make_user
from tests.warranty_settlement.test_disputes import NOTE, WHY, answered, sent_note
from tests.warranty_settlement.test_properties import in_database
from tests.warranty_settlement.test_supplier_statement import adds_up
from warranty import chargebacks
from warranty.chargebacks import LineAnswer
from warranty.chargebacks_reversal import release_claim
from warranty.models import Chargeback, ChargebackLine, DisputeEntry
from warranty.settlement_checks import chargebacks_off, notes_where_their_lines_are


def first(note: Chargeback) -> ChargebackLine:
    return note.lines.earliest("position")


def deny(desk: Desk, line: ChargebackLine, answer: str = NOTE) -> ChargebackLine:
    return chargebacks.deny_dispute(line, answer=answer, actor=desk.approver)


def answer(desk: Desk, note: Chargeback, accepted: str | Decimal, reason: str = WHY) -> Chargeback:
    """The supplier answers every denied line with the same amount."""
    fresh = Chargeback.objects.get(pk=note.pk)
    answers = {line.pk: LineAnswer(Decimal(accepted), reason) for line in chargebacks.lines_to_answer(fresh)}
    return chargebacks.answer_chargeback(fresh, answers=answers, actor=desk.supplier_user)


def is_whole(note: Chargeback) -> None:
    """accepted + disputed = charged, of the note and of every line; nothing more received than accepted."""
    note.refresh_from_db()
    assert note.accepted + note.disputed == note.claimed
    assert all((line.accepted or 0) + (line.disputed or 0) == line.claimed for line in note.lines.all())
    assert 0 <= note.recovered <= note.accepted
    assert list(chargebacks_off()) == []


def test_a_denied_line_is_the_suppliers_again_with_a_new_day(desk: Desk) -> None:
    note = answered(desk)

    line = deny(desk, first(note))

    assert line.answer_by == add_working_days(date(2025, 6, 1), 10)
    note.refresh_from_db()
    assert (note.status, note.disputed) == ("disputed", Decimal("144.00"))
    assert chargebacks.lines_to_answer(note) == [line]
    is_whole(note)


def test_both_sides_words_are_kept_by_round(desk: Desk) -> None:
    note = answered(desk)
    line = deny(desk, first(note))
    note = answer(desk, note, "40.00", "最多承担四十元，其余为安装不当")
    deny(desk, first(note), "安装记录完整，仍属贵司责任")

    said = [
        (each.round, each.act, each.text, each.accepted, each.actor)
        for each in DisputeEntry.objects.filter(line=line).order_by("pk")
    ]

    assert said == [
        (0, "disputed", WHY, Decimal("0.00"), desk.supplier_user),
        (1, "denied", NOTE, Decimal("0.00"), desk.approver),
        (1, "disputed", "最多承担四十元，其余为安装不当", Decimal("40.00"), desk.supplier_user),
        (2, "denied", "安装记录完整，仍属贵司责任", Decimal("40.00"), desk.approver),
    ]
    is_whole(note)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        DisputeEntry.objects.filter(line=line).update(text="")


def test_the_rounds_end(desk: Desk) -> None:
    note = answered(desk)
    for _round in range(2):
        deny(desk, first(note))
        note = answer(desk, note, "0")

    with pytest.raises(chargebacks.RoundsUsedUp):
        deny(desk, first(note))

    chargebacks.resolve_dispute(first(note), outcome="written_off", actor=desk.approver)
    is_whole(note)


def test_what_was_accepted_stays_accepted(desk: Desk) -> None:
    note = answered(desk, "0.5")
    deny(desk, first(note))

    with pytest.raises(chargebacks.AmountBelowAccepted):
        answer(desk, note, "47.99")

    note = answer(desk, note, first(note).claimed, "")
    line = first(note)
    assert (line.outcome, line.disputed, line.answer_by) == ("conceded", Decimal("0.00"), None)
    is_whole(note)


def test_the_last_denied_line_accepted_moves_the_note(desk: Desk) -> None:
    note = answered(desk)
    part, labor = note.lines.order_by("position")
    deny(desk, part)
    chargebacks.resolve_dispute(labor, outcome="written_off", actor=desk.approver)

    note = answer(desk, note, part.claimed, "")

    assert (note.status, note.accepted) == ("part_accepted", part.claimed)
    with pytest.raises(chargebacks.AlreadyAnswered):
        answer(desk, note, "0")


@pytest.mark.parametrize(("deemed", "outcome"), [(True, "conceded"), (False, "")])
def test_silence_accepts_from_the_new_day_on_where_it_is_agreed(
    desk: Desk, june: Any, deemed: bool, outcome: str
) -> None:
    change_agreement(desk.agreement, deemed_accept=deemed)
    note = answered(desk)
    line = deny(desk, first(note))
    assert line.answer_by is not None

    assert chargebacks.accept_silent(at=at(f"{line.answer_by} 23:59:59")) == 0
    june(f"{line.answer_by + timedelta(days=1)} 00:30:00")
    assert chargebacks.accept_silent() == int(deemed)

    line.refresh_from_db()
    assert line.outcome == outcome
    assert (line in ChargebackLine.objects.with_us(clock.today())) is not deemed
    assert list(DisputeEntry.objects.filter(line=line, act="silent").values_list("accepted", flat=True)) == (
        [line.claimed] if deemed else []
    )
    is_whole(note)


REROUTED, TESTED = "rerouted", "tested"
ACTS = (*chargebacks.DECISIONS, REROUTED, TESTED)
FREE = dict.fromkeys(ACTS, "")
TABLE = {
    "with_us": FREE,
    "with_supplier": dict.fromkeys(ACTS, "with_supplier") | {"written_off": "", "station": ""},
    "late": FREE,
    "under_test": FREE | {"denied": "under_test", REROUTED: "under_test", TESTED: "under_test"},
    "tested": FREE | {TESTED: "tested_again"},
    "rounds_used": FREE | {"denied": "rounds_used_up"},
    "decided": dict.fromkeys(ACTS, "not_disputed"),
    "credited": dict.fromkeys(ACTS, "not_disputed"),
    "unanswered": dict.fromkeys(ACTS, "not_disputed"),
}


def brought(desk: Desk, june: Any, state: str) -> ChargebackLine:
    """A line in a state of its dispute: with us, with the supplier, late, on the bench, … or without any."""
    note = answered(desk) if state != "unanswered" else sent_note(desk)
    line = first(note)
    if state in ("with_supplier", "late"):
        deny(desk, line)
    if state == "late":
        june(f"{first(note).answer_by} 23:59:59")
        clock.set(clock.now() + timedelta(seconds=1))
    if state in ("under_test", "tested"):
        (test,) = chargebacks.ask_further_test(line, reason=NOTE, actor=desk.approver)
        if state == "tested":
            chargebacks.judge_again(test, verdict="supplier_defect", findings=NOTE, actor=desk.second)
            answer(desk, note, "0")
    if state == "rounds_used":
        for _round in range(2):
            deny(desk, first(note))
            answer(desk, note, "0")
    if state == "decided":
        chargebacks.resolve_dispute(line, outcome="conceded", actor=desk.approver)
    if state == "credited":
        release_claim(line.case.claim, actor=None)
    return first(note)


def act_on(line: ChargebackLine, act: str, other: Supplier, actor: Any) -> None:
    if act == REROUTED:
        chargebacks.reroute_dispute(line, supplier=other, reason=NOTE, actor=actor)
    elif act == TESTED:
        chargebacks.ask_further_test(line, reason=NOTE, actor=actor)
    else:
        chargebacks.decide_dispute(line, outcome=act, note=NOTE, actor=actor)


@pytest.mark.parametrize("state", TABLE)
def test_each_decision_in_each_state_by_each_person(desk: Desk, june: Any, state: str) -> None:
    """code of the refusal, or none; who made the note decides nothing in any state."""
    line = brought(desk, june, state)
    other = Supplier.objects.create(code="SZ", name="温州电源厂")
    make_agreement(other, desk.part, contract_price="100.00", part_share=100, labor_share=0, notice_days=90)

    for act, refused in TABLE[state].items():
        for person, expected in ((desk.approver, refused), (desk.finance, "own_note")):
            with transaction.atomic():
                code = ""
                try:
                    act_on(line, act, other, person)
                except Refusal as refusal:
                    code = refusal.code
                assert (state, act, code) == (state, act, expected)
                assert list(chargebacks_off()) == list(notes_where_their_lines_are()) == []
                transaction.set_rollback(True)


PAGES = {REROUTED: "another", TESTED: "test", "resolve": "resolve"}


@pytest.mark.parametrize("role", Role)
def test_each_page_of_a_dispute_opens_for_who_decides_disputes_alone(desk: Desk, role: Role) -> None:
    line = first(answered(desk))
    client = as_user(make_user(role))
    opens = {Role.FINANCE, Role.REVIEWER, Role.APPROVER}

    for page in PAGES.values():
        status = client.get(f"/supplier/chargebacks/lines/{line.pk}/{page}/").status_code
        assert (role, page, status == 200) == (role, page, role in opens)


STEPS = st.lists(
    st.tuples(st.sampled_from(["denied", "conceded", "written_off", "station", "answer", "pay"]), st.integers(0, 100)),
    max_size=8,
)


@settings(in_database, max_examples=12)
@given(steps=STEPS)
def test_whatever_is_said_accepted_and_disputed_make_what_was_charged(desk: Desk, steps: Any) -> None:
    with transaction.atomic():
        note = answered(desk, "0.25")
        for step, share in steps:
            note = Chargeback.objects.get(pk=note.pk)
            line = note.lines.order_by("position")[share % 2]
            try:
                if step == "answer":
                    answer(desk, note, first(note).claimed * share / 100)
                elif step == "pay":
                    chargebacks.record_supplier_payment(
                        note, amount=note.claimed * share / 100, bank_reference=f"B-{share}", actor=desk.finance
                    )
                else:
                    chargebacks.decide_dispute(line, outcome=step, note=NOTE, actor=desk.approver)
            except Refusal:
                pass
            is_whole(note)
            adds_up(desk.supplier)
        transaction.set_rollback(True)


def test_the_supplier_is_told_in_the_portal_and_by_one_mail(desk: Desk) -> None:
    type(desk.supplier).objects.update(email="claims@example.com")
    note = answered(desk)
    for line in note.lines.order_by("position"):
        deny(desk, line)
    jobs.drain()

    told = Notification.objects.filter(user=desk.supplier_user, kind="chargeback.dispute_denied")
    mails = MailOutbox.objects.filter(key__startswith=f"denial:{note.pk}:")

    assert told.count() == 2
    assert NOTE in mails.get().body
    answer(desk, note, "0")
    jobs.drain()
    assert Notification.objects.filter(user=desk.finance, kind="chargeback.answered_again").count() == 1


def test_the_supplier_finds_the_denied_line_and_answers_it_on_its_page(desk: Desk) -> None:
    note = answered(desk, "0.5")
    line = deny(desk, first(note))
    page = f"/supplier/chargebacks/{note.pk}/answer/"
    client = as_user(desk.supplier_user)

    assert page in client.get("/").content.decode()
    assert "1 行异议被驳回" in client.get(note.get_absolute_url()).content.decode()
    shown = client.get(page).content.decode()
    assert NOTE in shown
    assert desk.approver.get_full_name() not in shown
    assert shown.count('name="decision_') == 1
    key = shown.split('name="idempotency_key" value="')[1].split('"')[0]
    sent = client.post(page, {"idempotency_key": key, "step": "send", f"decision_{line.pk}": "accept"})

    assert sent.status_code == 302
    line.refresh_from_db()
    assert (line.outcome, line.accepted) == ("conceded", line.claimed)
    is_whole(note)


def test_headquarters_read_the_whole_dispute_and_deny_on_its_page(desk: Desk) -> None:
    note = answered(desk)
    line = first(note)
    client, page = as_user(desk.approver), f"/supplier/chargebacks/lines/{line.pk}/resolve/"
    key = client.get(page).content.decode().split('name="idempotency_key" value="')[1].split('"')[0]

    sent = client.post(page, {"idempotency_key": key, "outcome": "denied", "note": NOTE})

    assert sent.status_code == 302
    line.refresh_from_db()
    assert line.rounds == 1
    assert page not in client.get("/").content.decode()  # it waits for the supplier
    assert "异议已驳回，供应商须在" in client.get(note.get_absolute_url()).content.decode()

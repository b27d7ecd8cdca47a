"""A supplier answers by letter: finance enters it line by line or as a whole, with the paper and the day it came."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portal.core.attachments import attachments_of
from portal.core.days import DayOutOfBounds
from portal.core.models import Event
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.claims import photo
from tests.warranty_settlement.test_disputes import NOTE, sent_note
from warranty import chargebacks
from warranty.chargebacks import LineAnswer
from warranty.models import Chargeback, DisputeEntry


@pytest.fixture
def note(desk: Desk) -> Chargeback:
    """A sent note of 144.00, 96.00 for the part and 48.00 for labor."""
    return sent_note(desk)


def accepting(note: Chargeback) -> dict[int, LineAnswer]:
    return {line.pk: LineAnswer(line.claimed) for line in note.lines.all()}


def enter(desk: Desk, note: Chargeback, **said: Any) -> Chargeback:
    facts = {"answers": accepting(note), "received_on": date(2025, 6, 1), "paper": photo(1)}
    return chargebacks.enter_answer(note, actor=desk.finance, **facts | said)


def test_it_binds_like_the_suppliers_own_and_says_who_entered_it(desk: Desk, note: Chargeback) -> None:
    note = enter(desk, note)

    assert (note.status, note.accepted) == ("accepted", Decimal("144.00"))
    (kept,) = attachments_of(note, "paper_answer")
    told = Event.objects.get(kind="chargeback.answer_entered", subject_id=note.pk)
    assert (told.actor, told.data["supplier"], told.data["received_on"]) == (desk.finance, "SX", "2025-06-01")
    assert told.data["sha256"] == kept.sha256
    page = as_user(desk.approver).get(note.get_absolute_url()).content.decode()
    assert f"由 {desk.finance} 代供应商录入" in page
    theirs = as_user(desk.supplier_user).get(note.get_absolute_url()).content.decode()
    assert "由我方代供应商录入" in theirs
    assert str(desk.finance) not in theirs
    assert f"/files/{kept.pk}/" in theirs


@pytest.mark.parametrize("day", ["2025-05-31", "2025-06-02"])
def test_it_came_between_the_note_and_today(desk: Desk, note: Chargeback, day: str) -> None:
    with pytest.raises(DayOutOfBounds):
        enter(desk, note, received_on=date.fromisoformat(day))


def test_no_answer_without_its_paper_and_none_twice(desk: Desk, note: Chargeback) -> None:
    with pytest.raises(chargebacks.PaperMissing):
        enter(desk, note, paper=None)
    enter(desk, note)

    with pytest.raises(chargebacks.AlreadyAnswered):
        enter(desk, note)


def test_a_denied_line_is_answered_on_paper_from_the_day_of_the_denial(desk: Desk, note: Chargeback, june: Any) -> None:
    answers = {line.pk: LineAnswer(Decimal(0), NOTE) for line in note.lines.all()}
    note = chargebacks.answer_chargeback(note, answers=answers, actor=desk.supplier_user)
    june("2025-06-05 12:00:00")
    line = note.lines.get(kind="part")
    chargebacks.decide_dispute(line, outcome="denied", note=NOTE, actor=desk.approver)
    june("2025-06-10 12:00:00")
    again = {line.pk: LineAnswer(line.claimed)}
    with pytest.raises(DayOutOfBounds):
        enter(desk, note, answers=again, received_on=date(2025, 6, 4))

    enter(desk, note, answers=again, received_on=date(2025, 6, 9))

    line.refresh_from_db()
    assert (line.accepted, line.outcome) == (Decimal("96.00"), "conceded")


def test_finance_enters_it_on_the_page(desk: Desk, note: Chargeback) -> None:
    client, page = as_user(desk.finance), f"/supplier/chargebacks/{note.pk}/enter/"
    part, labor = note.lines.order_by("position")
    assert page in client.get(note.get_absolute_url()).content.decode()
    assert client.get(page).status_code == 200
    said = {
        "received_on": "2025-06-01", "whole": "lines", "paper": photo(1),
        f"decision_{part.pk}": "part", f"line_{part.pk}": "50%", f"reason_{part.pk}": NOTE,
    }  # fmt: skip

    missing = client.post(page, said)
    assert missing.status_code == 422
    assert f"第 {labor.position} 行" in missing.content.decode()
    sent = client.post(page, said | {"paper": photo(2), f"decision_{labor.pk}": "accept"})

    assert sent.status_code == 302
    note.refresh_from_db()
    assert (note.accepted, note.disputed) == (Decimal("96.00"), Decimal("48.00"))
    assert DisputeEntry.objects.get(line=part).actor == desk.finance


@pytest.mark.parametrize(("whole", "accepted"), [("accept", "144.00"), ("dispute", "0.00")])
def test_the_whole_note_is_answered_alike(desk: Desk, note: Chargeback, whole: str, accepted: str) -> None:
    client, page = as_user(desk.finance), f"/supplier/chargebacks/{note.pk}/enter/"
    said = {"received_on": "2025-06-01", "whole": whole, "reason": NOTE, "paper": photo(1)}

    assert client.post(page, said).status_code == 302

    note.refresh_from_db()
    assert note.accepted == Decimal(accepted)


def test_the_answer_form_names_the_line_in_each_problem(desk: Desk, note: Chargeback) -> None:
    part, labor = note.lines.order_by("position")
    said = {
        f"decision_{part.pk}": "part", f"line_{part.pk}": "0.005", f"reason_{part.pk}": NOTE,
        f"decision_{labor.pk}": "dispute",
    }  # fmt: skip

    page = as_user(desk.supplier_user).post(f"/supplier/chargebacks/{note.pk}/answer/", said).content.decode()

    problems = page[page.index('class="problems"') :]
    problems = problems[: problems.index("</div>")]
    assert "第 1 行" in problems
    assert "0.005" in problems
    assert "第 2 行" in problems


def test_half_a_cent_is_refused_and_not_rounded(desk: Desk, note: Chargeback) -> None:
    answers = accepting(note) | {note.lines.earliest("position").pk: LineAnswer(Decimal("0.005"), NOTE)}

    with pytest.raises(chargebacks.AmountNotInCents):
        chargebacks.answer_chargeback(note, answers=answers, actor=desk.supplier_user)

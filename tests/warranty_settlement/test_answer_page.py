"""The supplier decides every line by hand and looks its answer over before it binds."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from tests.conftest import as_user
from tests.permissions.warranty_settlement import sent
from warranty.models import Chargeback, ChargebackLine

REASON = "工时不在质保协议的约定范围内"


@pytest.fixture
def note(cast: Any) -> Chargeback:
    return sent(cast)


def page_of(note: Chargeback) -> str:
    return reverse("chargeback_answer", args=[note.pk])


def lines_of(note: Chargeback) -> list[ChargebackLine]:
    return list(note.lines.order_by("position"))


def accepting(note: Chargeback) -> dict[str, str]:
    return {f"decision_{line.pk}": "accept" for line in lines_of(note)}


@pytest.mark.django_db
def test_no_line_is_decided_beforehand(cast: Any, note: Chargeback) -> None:
    browser = as_user(cast.supplier_x)

    form = browser.get(page_of(note)).context["form"]
    answer = browser.post(page_of(note), {})

    assert {bound.value() for bound in form} == {None}
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {f"decision_{line.pk}" for line in lines_of(note)}


@pytest.mark.django_db
def test_a_full_answer_is_looked_over_and_then_sent(cast: Any, note: Chargeback) -> None:
    first, *others = lines_of(note)
    data = accepting(note) | {f"decision_{first.pk}": "part", f"line_{first.pk}": "50%", f"reason_{first.pk}": REASON}
    browser = as_user(cast.supplier_x)

    shown = browser.post(page_of(note), data)
    note.refresh_from_db()
    before = note.status
    done = browser.post(page_of(note), data | {"step": "send"})

    half = first.claimed / 2
    accepted = half + sum(line.claimed for line in others)
    assert shown.status_code == 200
    assert shown.context["sums"] == {"claimed": note.claimed, "accepted": accepted, "disputed": half}
    assert REASON in shown.content.decode()
    assert (before, done.status_code) == ("sent", 302)
    note.refresh_from_db()
    assert (note.status, note.accepted, note.disputed) == ("part_accepted", accepted, half)


@pytest.mark.django_db
def test_accept_all_chooses_and_sends_nothing(cast: Any, note: Chargeback) -> None:
    answer = as_user(cast.supplier_x).post(page_of(note), {"step": "accept_all"})

    form = answer.context["form"]
    assert [form[f"decision_{line.pk}"].value() for line in lines_of(note)] == ["accept"] * note.lines.count()
    note.refresh_from_db()
    assert (note.status, note.accepted) == ("sent", Decimal(0))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("decision", "amount", "reason", "at"),
    [
        ("dispute", "", "不认", "reason"),
        ("part", "", REASON, "line"),
        ("part", "1e3", REASON, "line"),
        ("part", "101%", REASON, "line"),
        ("whatever", "", REASON, "decision"),
    ],
)
def test_an_answer_that_says_too_little_stays_on_the_form(
    cast: Any, note: Chargeback, decision: str, amount: str, reason: str, at: str
) -> None:
    first = lines_of(note)[0]
    wrong = {f"decision_{first.pk}": decision, f"line_{first.pk}": amount, f"reason_{first.pk}": reason}

    answer = as_user(cast.supplier_x).post(page_of(note), accepting(note) | wrong | {"step": "send"})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [f"{at}_{first.pk}"]
    note.refresh_from_db()
    assert note.status == "sent"

"""A note of more lines than one form takes is answered by pages: each is kept when it is left, and one press sends the whole."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import as_user
from tests.permissions.warranty_settlement import note as note_of_x
from warranty import chargebacks
from warranty.chargebacks import drafts
from warranty.models import Chargeback, ChargebackLine, DraftAnswer

REASON = "工时不在质保协议的约定范围内"
pytestmark = pytest.mark.django_db


def long_note(cast: Any, lines: int) -> Chargeback:
    """A sent note with so many lines of 10.00 after its own."""
    note = note_of_x(cast)
    first = note.lines.earliest("position")
    more = [
        ChargebackLine(
            chargeback=note, case_id=first.case_id, position=100 + number, kind=f"x{number}", facts=first.facts,
            base=Decimal(10), share=Decimal(100), claimed=Decimal(10),
        )
        for number in range(lines - note.lines.count())
    ]  # fmt: skip
    ChargebackLine.objects.bulk_create(more)
    Chargeback.objects.filter(pk=note.pk).update(claimed=note.claimed + 10 * len(more))
    note.refresh_from_db()
    return chargebacks.send_chargeback(note, actor=cast.finance)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "PAGED_FROM", 4)
    monkeypatch.setattr(drafts, "A_PAGE", 2)


@pytest.fixture
def note(cast: Any, small_pages: None) -> Chargeback:
    """Three pages: 2, 2 and 1 lines."""
    return long_note(cast, 5)


def page(note: Chargeback, number: int) -> str:
    return reverse("chargeback_answer_page", args=[note.pk, number])


def lines_on(note: Chargeback, number: int) -> list[ChargebackLine]:
    size = drafts.A_PAGE
    return list(note.lines.order_by("position")[(number - 1) * size : number * size])


def accepting(lines: list[ChargebackLine]) -> dict[str, str]:
    return {f"decision_{line.pk}": "accept" for line in lines}


def test_a_note_of_twelve_hundred_lines_is_answered_page_by_page(cast: Any) -> None:
    note, browser = long_note(cast, 1_200), as_user(cast.supplier_x)
    first, second = lines_on(note, 1)[:2]
    said = accepting(lines_on(note, 1)) | {
        f"decision_{first.pk}": "part", f"line_{first.pk}": "50%", f"reason_{first.pk}": REASON,
        f"decision_{second.pk}": "dispute", f"reason_{second.pk}": REASON,
    }  # fmt: skip

    begun = browser.get(reverse("chargeback_answer", args=[note.pk]))
    moved = browser.post(page(note, 1), said | {"go": "2"})
    for number in range(2, 7):
        shown = browser.get(page(note, number))
        assert (shown.status_code, len(shown.context["form"].lines)) == (200, 200)
        browser.post(page(note, number), accepting(lines_on(note, number)) | {"step": "look_over"})
    send = browser.get(reverse("chargeback_answer_send", args=[note.pk]))
    done = browser.post(reverse("chargeback_answer_send", args=[note.pk]), {"seen": send.context["seen"]})

    disputed = first.claimed / 2 + second.claimed
    assert (begun.url, moved.url) == (page(note, 1), page(note, 2))
    assert [line.pk for line, _answer in send.context["unlike"]] == [first.pk, second.pk]
    assert (send.context["accepted_count"], send.context["progress"].disputed) == (1_198, disputed)
    assert (done.status_code, DraftAnswer.objects.count()) == (302, 0)
    note.refresh_from_db()
    assert (note.status, note.disputed, note.accepted) == ("part_accepted", disputed, note.claimed - disputed)


def test_a_page_takes_as_many_queries_of_a_long_note_as_of_a_longer_one(cast: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(drafts, "A_PAGE", 20)
    browser, shown_by, kept_by = as_user(cast.supplier_x), set(), set()

    for size in (60, 400):
        note = long_note(cast, size)
        for number in (1, 3):
            browser.get(page(note, number))
            with CaptureQueriesContext(connection) as shown:
                browser.get(page(note, number))
            with CaptureQueriesContext(connection) as kept:
                browser.post(page(note, number), accepting(lines_on(note, number)) | {"go": "2"})
            shown_by.add(len(shown))
            kept_by.add(len(kept))

    assert (len(shown_by), len(kept_by)) == (1, 1)


def test_what_was_typed_stays_whole_or_not(cast: Any, note: Chargeback) -> None:
    browser, (first, second) = as_user(cast.supplier_x), lines_on(note, 1)

    left = browser.post(page(note, 1), {f"decision_{first.pk}": "accept", f"reason_{second.pk}": "还要问", "go": "3"})
    again = browser.get(page(note, 1))

    assert left.url == page(note, 3)
    form = again.context["form"]
    assert form[f"decision_{first.pk}"].value() == "accept"
    assert form[f"reason_{second.pk}"].value() == "还要问"
    assert again.context["open_pages"] == [1, 2, 3]
    assert next(stat.value for stat in again.context["stats"]) == "1 / 5"
    browser.post(page(note, 1), {"go": "2"})
    assert not DraftAnswer.objects.exists()


def test_what_is_no_answer_is_kept_and_marked_until_it_is_mended(cast: Any, note: Chargeback) -> None:
    browser, (first, second) = as_user(cast.supplier_x), lines_on(note, 1)
    wrong = {f"decision_{first.pk}": "part", f"line_{first.pk}": "101%", f"reason_{first.pk}": REASON}

    stays = browser.post(page(note, 1), wrong | accepting([second]) | {"go": "2"})
    later = browser.get(page(note, 1))

    assert (stays.status_code, list(stays.context["form"].errors)) == (422, [f"line_{first.pk}"])
    assert "101%" in later.content.decode()
    assert list(later.context["form"].errors) == [f"line_{first.pk}"]
    assert DraftAnswer.objects.get(line=first).accepted is None
    assert DraftAnswer.objects.get(line=second).accepted == second.claimed
    assert browser.post(page(note, 1), wrong | {f"line_{first.pk}": "1.00", "go": "2"}).url == page(note, 2)


def test_nothing_is_sent_before_every_line_is_decided(cast: Any, note: Chargeback) -> None:
    browser, send = as_user(cast.supplier_x), reverse("chargeback_answer_send", args=[note.pk])
    browser.post(page(note, 2), accepting(lines_on(note, 2)) | {"step": "look_over"})

    looked = browser.get(send)
    mark = chargebacks.mark_of(chargebacks.drafted_answers(note))
    refused = browser.post(send, {"seen": mark})

    assert "还有 3 行未答复：请看第 1, 3 页" in looked.content.decode()
    assert refused.status_code == 409
    note.refresh_from_db()
    assert (note.status, DraftAnswer.objects.count()) == ("sent", 2)


def test_every_undecided_line_is_accepted_and_a_dispute_stays(cast: Any, note: Chargeback) -> None:
    browser, (first, _second) = as_user(cast.supplier_x), lines_on(note, 1)
    said = {f"decision_{first.pk}": "dispute", f"reason_{first.pk}": REASON, "step": "accept_all"}

    browser.post(page(note, 1), said)

    progress = chargebacks.progress_of(note)
    assert (progress.undecided, progress.disputed) == (0, first.claimed)
    note.refresh_from_db()
    assert note.status == "sent"


def test_a_colleagues_change_is_looked_over_before_it_is_sent(cast: Any, note: Chargeback) -> None:
    browser, send = as_user(cast.supplier_x), reverse("chargeback_answer_send", args=[note.pk])
    chargebacks.accept_undecided(note, actor=cast.supplier_x)
    seen = browser.get(send).context["seen"]
    first = lines_on(note, 1)[0]
    change = {first.pk: chargebacks.Typed("dispute", "", REASON, Decimal(0))}
    chargebacks.keep_drafts(note, change, actor=cast.supplier_x)

    refused = browser.post(send, {"seen": seen})
    sent = browser.post(send, {"seen": refused.context["seen"]})

    assert (refused.status_code, sent.status_code) == (409, 302)
    note.refresh_from_db()
    assert note.disputed == first.claimed


def test_drafts_are_the_suppliers_alone_and_end_with_the_answer(cast: Any, note: Chargeback) -> None:
    chargebacks.accept_undecided(note, actor=cast.supplier_x)

    assert DraftAnswer.objects.visible_to(cast.supplier_x).count() == 5
    for other in (cast.supplier_y, cast.finance, cast.owner_a):
        assert not DraftAnswer.objects.visible_to(other).exists()
    assert as_user(cast.supplier_y).get(page(note, 1)).status_code == 404
    answers = {line.pk: chargebacks.LineAnswer(line.claimed) for line in note.lines.all()}
    note = chargebacks.answer_chargeback(note, answers=answers, actor=cast.supplier_x)
    assert not DraftAnswer.objects.exists()
    with pytest.raises(chargebacks.AlreadyAnswered):
        chargebacks.keep_drafts(note, {lines_on(note, 1)[0].pk: chargebacks.Typed("accept")}, actor=cast.supplier_x)


def test_a_page_beyond_the_last_is_none(cast: Any, note: Chargeback) -> None:
    browser = as_user(cast.supplier_x)

    assert [browser.get(page(note, number)).status_code for number in (0, 3, 4)] == [404, 200, 404]

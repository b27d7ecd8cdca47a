"""The supplier's account: closing is opening and all movements, the books' own figures, the file's and the paper's."""

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from parts.models import Supplier
from portal.core import clock
from portal.core.documents import pdf_bytes
from portal.core.show import money
from stations.account_statements import PeriodNotOver, PeriodTurned
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import make_agreement, make_old_part
from tests.warranty_settlement.paper import squeezed, text_of
from tests.warranty_settlement.test_evidence_pack import ready
from warranty import chargebacks, supplier_statements
from warranty.chargebacks_reversal import release_claim
from warranty.models import Chargeback, ChargebackLine
from warranty.settlement_queries import note_figures
from warranty.supplier_statements import Open, issue_supplier_statement, open_now, supplier_period

REASON = "只承认一半，另一半不在协议内"
JUNE, JULY = (
    {"first": date(2025, 6, 1), "last": date(2025, 6, 30)},
    {"first": date(2025, 7, 1), "last": date(2025, 7, 31)},
)


def sent(desk: Desk) -> Chargeback:
    ready(desk)
    note = chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)
    return chargebacks.send_chargeback(note, actor=desk.finance)


def halved(desk: Desk, note: Chargeback) -> Chargeback:
    """Half of each line is accepted."""
    answers = {line.pk: chargebacks.LineAnswer(line.claimed / 2, REASON) for line in note.lines.all()}
    return chargebacks.answer_chargeback(note, answers=answers, actor=desk.supplier_user)


def lines_of(note: Chargeback) -> list[ChargebackLine]:
    return list(note.lines.filter(is_live=True).order_by("position"))


def told(desk: Desk, june: Any) -> list[Chargeback]:
    """June: three notes, one halved and half paid. July: a line given up, one conceded, a claim reversed, the rest unanswered."""
    june("2025-06-10 10:00:00")
    first, second, waiting = sent(desk), sent(desk), sent(desk)
    june("2025-06-20 10:00:00")
    first, second = halved(desk, first), halved(desk, second)
    chargebacks.record_supplier_payment(first, amount=Decimal("50.00"), bank_reference="B-1", actor=desk.finance)
    june("2025-07-05 10:00:00")
    part, labor = lines_of(first)
    chargebacks.resolve_dispute(part, outcome="written_off", actor=desk.approver)
    chargebacks.resolve_dispute(labor, outcome="conceded", actor=desk.approver)
    part, _labor = lines_of(second)
    chargebacks.resolve_dispute(part, outcome="station", actor=desk.approver)
    june("2025-07-06 10:00:00")
    release_claim(lines_of(first)[0].case.claim, actor=desk.approver)  # given up in part, and paid in part, before
    return [Chargeback.objects.get(pk=note.pk) for note in (first, second, waiting)]


def adds_up(supplier: Supplier) -> Open:
    """The balance of the movements is what the notes and the recovery figures say."""
    today = clock.today()
    period, found = supplier_period(supplier, first=date(2025, 1, 1), last=today), open_now(supplier)
    given_up = -dict(period.sums())[supplier_statements.EntryKind.WRITTEN_OFF]
    issued = sum(row.issued for row in note_figures(today))
    received = sum(row.received for row in note_figures(today))
    assert period.closing == period.opening + sum(amount for _kind, amount in period.sums())
    assert period.closing == found.total
    assert period.closing == issued - received - given_up - found.owed_back
    return found


def test_every_step_keeps_the_balance_equal_to_the_notes(desk: Desk, june: Any) -> None:
    assert adds_up(desk.supplier) == Open(Decimal(0), Decimal(0), Decimal(0))
    note = sent(desk)
    assert adds_up(desk.supplier) == Open(note.claimed, Decimal(0), Decimal(0))
    note = halved(desk, note)
    half = note.claimed / 2
    assert adds_up(desk.supplier) == Open(Decimal(0), half, half)
    chargebacks.record_supplier_payment(note, amount=Decimal("20.00"), bank_reference="B-1", actor=desk.finance)
    assert adds_up(desk.supplier).due == half - 20
    for line, outcome in zip(lines_of(note), ("written_off", "conceded"), strict=True):
        chargebacks.resolve_dispute(line, outcome=outcome, actor=desk.approver)
        adds_up(desk.supplier)
    release_claim(lines_of(note)[0].case.claim, actor=desk.approver)
    assert adds_up(desk.supplier) == Open(Decimal(0), Decimal(0), Decimal(0), owed_back=Decimal("20.00"))


def test_one_months_closing_is_the_next_ones_opening(desk: Desk, june: Any) -> None:
    first, second, waiting = told(desk, june)

    before, after = supplier_period(desk.supplier, **JUNE), supplier_period(desk.supplier, **JULY)

    claimed = first.claimed + second.claimed + waiting.claimed
    assert (before.opening, before.closing) == (0, claimed - 50)
    assert (after.opening, after.closing) == (before.closing, open_now(desk.supplier).total)
    assert [line.balance for line in after.lines][-1] == after.closing
    adds_up(desk.supplier)


def test_the_page_its_file_and_its_paper_say_the_same(desk: Desk, june: Any, tmp_path: Path) -> None:
    notes = told(desk, june)
    june("2025-08-01 10:00:00")
    page = reverse("supplier_statement", args=[desk.supplier.pk])
    days = {name: day.isoformat() for name, day in JULY.items()}
    period = supplier_period(desk.supplier, **JULY)

    made = issue_supplier_statement(desk.supplier, **JULY, actor=desk.finance)
    shown = as_user(desk.supplier_user).get(page, days)
    raw = as_user(desk.supplier_user).get(page, days | {"export": "csv"}).content.decode("utf-8-sig")
    text = squeezed(text_of(pdf_bytes(made), tmp_path))

    rows = list(csv.reader(io.StringIO(raw)))[1:]
    assert (Decimal(rows[0][5]), Decimal(rows[-1][5])) == (period.opening, period.closing)
    assert sum(Decimal(row[4]) for row in rows[1:-1]) == Decimal(rows[-1][4]) == period.closing - period.opening
    assert all(f"{amount:,.2f}" in text for amount in (period.opening, period.closing))
    assert "供应商对账单" in text
    assert all(notes[number].get_absolute_url() in shown.content.decode() for number in (0, 1))
    assert reverse("document", args=[made.pk]) in shown.content.decode()
    assert as_user(desk.supplier_user).get(reverse("document", args=[made.pk])).status_code == 200


def test_the_list_says_what_each_supplier_owes_with_as_many_queries_as_for_one(
    desk: Desk, june: Any, django_assert_num_queries: Any
) -> None:
    told(desk, june)
    mine = adds_up(desk.supplier)
    other, part = Supplier.objects.create(code="SY", name="杭州电子有限公司"), make_old_part()
    make_agreement(other, part)
    ready(replace(desk, supplier=other, part=part))
    sent_to_other = chargebacks.batch_chargebacks(other, actor=desk.finance)
    sent_to_other = chargebacks.send_chargeback(sent_to_other, actor=desk.finance)

    listed = as_user(desk.finance).get(reverse("supplier_statement_list")).content.decode()

    assert money(mine.total) in listed
    assert money(sent_to_other.claimed) in listed
    for keys in ([desk.supplier.pk], [desk.supplier.pk, other.pk]):
        with django_assert_num_queries(5):  # two more where something is owed back
            found = supplier_statements.open_of(keys)
        assert found[desk.supplier.pk] == mine
    assert found[other.pk].total == sent_to_other.claimed


def test_a_supplier_sees_its_own_statement_only(desk: Desk, june: Any) -> None:
    other = Supplier.objects.create(code="SY", name="杭州电子有限公司")
    sent(desk)

    client = as_user(desk.supplier_user)

    assert client.get(reverse("supplier_statement", args=[other.pk])).status_code == 404
    listed = client.get(reverse("supplier_statement_list")).content.decode()
    assert (desk.supplier.code in listed, other.code in listed) == (True, False)


def test_a_period_runs_forward_and_is_over_before_it_is_issued(desk: Desk, june: Any) -> None:
    with pytest.raises(PeriodTurned):
        supplier_period(desk.supplier, first=date(2025, 6, 2), last=date(2025, 6, 1))
    with pytest.raises(PeriodNotOver):
        issue_supplier_statement(desk.supplier, first=date(2025, 5, 1), last=date(2025, 6, 1), actor=desk.finance)

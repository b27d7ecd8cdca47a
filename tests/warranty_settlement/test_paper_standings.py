"""Who scans the code of a paper reads whether it still holds, beside that it is genuine."""

from datetime import date
from decimal import Decimal
from typing import Any

from portal.accounts.roles import Role
from portal.core.documents import documents_of, verify_url
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.claims import Bench, make_bench
from tests.factories.settlement import make_granted_claim
from tests.factories.stations import make_user
from tests.warranty_settlement.test_reversal import note_over, recoverable
from warranty import review, settlement
from warranty import settlement_posting as posting
from warranty.chargebacks_reversal import release_claim


def said_of(subject: Any, kind: str) -> str:
    """The public page of the record's first paper of the kind."""
    document = documents_of(subject, kind).order_by("pk")[0]
    return as_user().get("/" + verify_url(document).split("/", 3)[3]).content.decode()


def test_a_superseded_statement_names_the_one_that_took_its_place(desk: Desk, june: Any) -> None:
    for amount in ("330.00", "120.00"):
        posting.credit_claim(make_granted_claim(desk.station, part=desk.part, part_amount=amount, labor="96.00"))
    june("2025-07-05 09:00:00")
    draft = settlement.build_statement(desk.station, date(2025, 6, 1), actor=None)
    first = settlement.issue_statement(draft, actor=desk.finance)
    assert "本单有效" in said_of(first, "statement")

    line = first.lines.filter(kind="claim")[0]
    revision = settlement.dispute_lines(first, reasons={line.pk: "工时金额与实际派工不符"}, actor=desk.owner)

    old = said_of(first, "statement")
    assert "已被更正" in old
    assert revision.number in old
    assert "本单有效" in said_of(revision, "statement")


def test_the_letter_of_a_reversed_claim_says_so(db: None, june: Any) -> None:
    bench: Bench = make_bench()
    june("2026-10-05 12:00:00")
    claim = bench.submitted()
    assert "本单有效" in said_of(claim, "claim_decision")

    review.reverse_claim(claim, reason="客户证实未更换任何配件", actor=make_user(Role.APPROVER))

    assert "已冲销" in said_of(claim, "claim_decision")


def test_a_note_of_which_a_part_was_credited_names_the_credit(desk: Desk) -> None:
    kept, taken_back = recoverable(desk), recoverable(desk)
    note = note_over(desk)
    assert note.claimed > Decimal(0)
    assert "本单有效" in said_of(note, "chargeback")

    (number,) = release_claim(taken_back, actor=desk.finance)

    page = said_of(note, "chargeback")
    assert "部分冲减" in page
    assert f"金额 ¥{note.claimed:,.2f}，其中 ¥144.00 已由贷项通知单冲减：{number}" in page

    release_claim(kept, actor=desk.finance)

    page = said_of(note, "chargeback")
    assert "已全额冲减" in page
    assert f"金额 ¥{note.claimed:,.2f} 已由贷项通知单全额冲减" in page


def test_a_letter_says_its_outcome_in_the_readers_language_and_what_an_amount_is(db: None, june: Any) -> None:
    bench: Bench = make_bench()
    june("2026-10-05 12:00:00")
    claim = bench.submitted()
    address = "/" + verify_url(documents_of(claim, "claim_decision")[0]).split("/", 3)[3]

    chinese = as_user().get(address).content.decode()
    english = as_user().get(address, headers={"accept-language": "en"}).content.decode()

    assert "<dt>核准金额</dt><dd>¥" in chinese
    assert "<dt>结果</dt><dd>部分通过</dd>" in chinese
    assert "<dt>Outcome</dt><dd>Partially approved</dd>" in english

"""Whatever the amounts: nothing is lost between a line, its pieces, its note and its statement."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core import clock
from portal.core.money import round_money
from tests.desks import Desk
from tests.factories.settlement import make_granted_claim
from warranty import appraisal, chargebacks, failed_parts, settlement
from warranty import settlement_posting as posting
from warranty.chargebacks import LineAnswer
from warranty.failed_parts_rules import VERDICTS, check_character, piece_amounts, read_tag, tag_text
from warranty.forms.answers import read_share
from warranty.models import Chargeback, ChargebackLine, RecoveryCase, SettlementItem
from warranty.recovery_rules import PaidLine, Terms, recoverable_lines
from warranty.settlement_rules import Amount, Totals, statement_totals

CENTS = st.decimals("0.00", "99999.99", places=2)
SIGNED = st.decimals("-99999.99", "99999.99", places=2)
RATES = st.sampled_from([Decimal("0"), Decimal("0.01"), Decimal("0.06"), Decimal("0.09"), Decimal("0.13")])
AMOUNTS = st.lists(st.builds(Amount, SIGNED, RATES), max_size=12)
in_database = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def is_taxed(found: Totals) -> bool:
    """Neither the net is below 0 nor what its taxes would make of it: nobody can invoice that."""
    taxes = sum((round_money(group.net * group.tax_rate) for group in found.groups), Decimal(0))
    return found.net >= 0 and found.net + taxes >= 0


@given(AMOUNTS, AMOUNTS)
def test_totals_are_sums_and_tax_is_rounded_once_per_rate(lines: list[Amount], before: list[Amount]) -> None:
    found = statement_totals(lines, before)

    assert found.net == sum((each.amount for each in [*lines, *before]), Decimal(0))
    assert found.gross == found.net + found.tax
    assert found.tax == sum((group.tax for group in found.groups), Decimal(0))
    for group in found.groups:
        assert group.net == sum((a.amount for a in [*lines, *before] if a.tax_rate == group.tax_rate), Decimal(0))
        assert group.tax == (round_money(group.net * group.tax_rate) if is_taxed(found) else 0)


@given(AMOUNTS, AMOUNTS)
def test_what_is_not_paid_is_carried_to_the_cent(lines: list[Amount], before: list[Amount]) -> None:
    found = statement_totals(lines, before)
    carried = sum((each.amount for each in found.carried), Decimal(0))

    assert (found.payable, carried) == ((found.gross, 0) if is_taxed(found) else (0, found.net))
    assert found.payable >= 0
    assert (found.carried == ()) == (is_taxed(found) or not any(group.net for group in found.groups))


@given(CENTS, st.integers(1, 99))
def test_pieces_share_a_line_without_losing_a_cent(amount: Decimal, count: int) -> None:
    shares = piece_amounts(amount, count)

    assert len(shares) == count
    assert sum(shares) == amount
    assert len(set(shares[:-1])) <= 1


@given(CENTS, st.decimals("0", "100", places=2))
def test_a_share_of_a_claimed_amount_never_exceeds_it(claimed: Decimal, percent: Decimal) -> None:
    assert 0 <= round_money(read_share(f"{percent}%", claimed)) <= claimed


@given(
    paid=st.lists(
        st.tuples(st.sampled_from(["part", "labor", "travel", "other"]), CENTS, st.integers(1, 9)), max_size=6
    ),
    shares=st.dictionaries(st.sampled_from(["part", "labor", "travel"]), st.decimals("0", "1", places=4)),
    caps=st.dictionaries(st.sampled_from(["part", "labor", "travel"]), CENTS),
    price=st.none() | CENTS,
    fee=CENTS,
)
def test_a_supplier_never_pays_more_than_was_paid_its_share_its_cap_or_its_price(
    paid: list[tuple[str, Decimal, int]],
    shares: dict[str, Decimal],
    caps: dict[str, Decimal],
    price: Decimal | None,
    fee: Decimal,
) -> None:
    lines = [PaidLine(kind, amount, Decimal(qty)) for kind, amount, qty in paid]
    terms = Terms(shares=shares, caps=caps, contract_price=price, handling_fee=fee)

    found = recoverable_lines(lines, terms)

    assert len(found) == len(lines) + bool(fee)
    assert sum(each.amount for each in found[: len(lines)]) <= sum(line.paid for line in lines)
    for line, each in zip(lines, found, strict=False):
        assert 0 <= each.amount <= min(each.base, caps.get(line.kind, each.base))
        assert each.base <= line.paid
        assert each.amount <= round_money(line.paid * shares.get(line.kind, Decimal(0)))
        if line.kind == "part" and price is not None:
            assert each.base <= round_money(price * line.qty)


@given(CENTS, st.integers(1, 99), st.decimals("0", "1", places=4))
def test_a_rate_of_a_sum_is_off_by_less_than_a_cent_from_the_exact_tax(
    amount: Decimal, count: int, rate: Decimal
) -> None:
    """Tax is rounded once a group; rounding every line instead could be off by half a cent a line."""
    found = statement_totals([Amount(amount, rate)] * count)

    assert abs(found.tax - amount * count * rate) <= Decimal("0.005")


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=12), st.data())
def test_one_misread_character_of_a_tag_is_noticed(number: str, data: Any) -> None:
    text = tag_text(number=f"FP-{number}", claim="WC-1", line=1, piece=1, station="S1")
    place = data.draw(st.sampled_from([at for at, letter in enumerate(text[:-2]) if letter.isalnum()]))
    other = data.draw(st.sampled_from([c for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" if c != text[place]]))

    assert read_tag(text) == f"FP-{number}"
    assert check_character(text[:-2]) == text[-1]
    assert read_tag(text[:place] + other + text[place + 1 :]) is None


@in_database
@given(lines=st.lists(st.tuples(CENTS, st.decimals("0", "1", places=4)), min_size=1, max_size=5))
def test_accepted_and_disputed_make_what_was_charged(desk: Desk, lines: list[tuple[Decimal, Decimal]]) -> None:
    with transaction.atomic():
        note = note_over(desk, [claimed for claimed, _share in lines])
        rows = list(note.lines.order_by("position"))
        answers = {
            row.pk: LineAnswer(round_money(row.claimed * share), "与协议约定的范围不符，不予承担")
            for row, (_claimed, share) in zip(rows, lines, strict=True)
        }

        note = chargebacks.answer_chargeback(note, answers=answers, actor=desk.supplier_user)

        assert note.accepted + note.disputed == note.claimed == sum(claimed for claimed, _share in lines)
        assert note.status == ("accepted" if not note.disputed else "part_accepted" if note.accepted else "disputed")
        for row in note.lines.all():
            assert row.accepted + row.disputed == row.claimed
        transaction.set_rollback(True)


def note_over(desk: Desk, amounts: list[Decimal]) -> Chargeback:
    """A note that was sent, with a line of a case of its own for each amount."""
    now = clock.now()
    note = Chargeback.objects.create(
        supplier=desk.supplier,
        period=dt.date(2025, 6, 1),
        number=f"CB-{Chargeback.objects.count() + 1}",
        batched_at=now,
        claimed=sum(amounts),
        sent_at=now,
    )
    for position, amount in enumerate(amounts, start=1):
        claim = make_granted_claim(desk.station, part=desk.part, qty=1, labor="0", travel="0")
        line = claim.lines.get()
        case = RecoveryCase.objects.create(
            claim=claim, line=line, part=desk.part, number=claim.number, approved_on=dt.date(2025, 6, 1)
        )
        ChargebackLine.objects.create(
            chargeback=note, case=case, claim_line=line, position=position, kind="part", base=amount, share=100,
            claimed=amount,
        )  # fmt: skip
    Chargeback.objects.filter(pk=note.pk).update(status="sent")
    return Chargeback.objects.get(pk=note.pk)


@in_database
@given(amounts=st.lists(st.tuples(SIGNED, RATES), min_size=1, max_size=8))
def test_a_built_statement_is_the_sum_of_its_lines(
    desk: Desk, june: Any, amounts: list[tuple[Decimal, Decimal]]
) -> None:
    june("2025-06-12 10:00:00")
    with transaction.atomic():
        for number, (amount, rate) in enumerate(amounts):
            posting.post_item(
                desk.station,
                kind="freight",
                source=f"BX-{number}",
                at=clock.now(),
                amounts={"other": amount},
                rate=rate,
            )
        june("2025-07-05 09:00:00")

        built = settlement.build_statement(desk.station, dt.date(2025, 6, 1), actor=desk.finance)

        lines = list(built.lines.all())
        assert built.net == sum((line.amount for line in lines), Decimal(0)) == sum(amount for amount, _r in amounts)
        assert built.tax == sum((group.tax for group in built.tax_groups.all()), Decimal(0))
        assert built.gross == built.net + built.tax
        assert [line.position for line in lines] == list(range(1, len(amounts) + 1))
        transaction.set_rollback(True)
    june("2025-06-12 10:00:00")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    decided=st.integers(0, 30),
    asked_early=st.booleans(),
    came=st.integers(0, 40 * 24 - 1),
    verdict=st.sampled_from([*VERDICTS]),
    ending=st.sampled_from(["received", "waived", "lost first"]),
)
def test_a_missed_night_changes_neither_money_nor_dates(
    desk: Desk, june: Any, decided: int, asked_early: bool, came: int, verdict: str, ending: str
) -> None:
    """asked_early: the piece was asked back before the claim was decided. decided: day; came: hour of June and July."""
    told = {}
    for night_runs in (True, False):
        with transaction.atomic():
            told[night_runs] = _way_of_a_piece(desk, june, decided, asked_early, came, verdict, ending, night_runs)
            transaction.set_rollback(True)

    assert told[True] == told[False]


def _way_of_a_piece(
    desk: Desk, june: Any, decided: int, asked_early: bool, came: int, verdict: str, ending: str, night_runs: bool
) -> list[Any]:
    """What was posted for a piece asked back on 1 June or later, with every night from the 16th on run, or with none until August."""
    begun = clock.start_of(dt.date(2025, 6, 1))
    arrives = begun + dt.timedelta(hours=came, minutes=30)
    asked = begun if asked_early else max(begun, begun + dt.timedelta(days=decided, hours=9))
    claim = make_granted_claim(
        desk.station, part=desk.part, qty=1, decided_at=begun + dt.timedelta(days=decided, hours=9)
    )
    clock.set(asked)
    (piece,) = failed_parts.request_returns(claim, at=asked)
    if arrives <= asked:
        return []
    if ending == "lost first":
        failed_parts.lose_piece(piece, reason="运输途中遗失，承运商已确认", actor=desk.approver, at=asked)
    nights = [begun + dt.timedelta(days=day, minutes=20) for day in range(15, 45)] if night_runs else []
    for night in [each for each in nights if asked < each < arrives]:
        failed_parts.debit_overdue(at=night)
    if ending == "waived":
        failed_parts.waive_return(piece, reason="低值件，免予返还处理", actor=desk.approver, at=arrives)
    else:
        failed_parts.receive_piece(piece.number, actor=desk.warehouse, at=arrives)
        appraisal.appraise(
            piece, verdict=verdict, findings="外观完好，通电测试无输出", actor=desk.appraiser,
            at=arrives + dt.timedelta(hours=1),
        )  # fmt: skip
    failed_parts.debit_overdue(at=begun + dt.timedelta(days=70))
    items = SettlementItem.objects.filter(failed_part=piece).order_by("at", "pk")
    return list(items.values_list("kind", "amount", "at", "period", "tax_rate"))

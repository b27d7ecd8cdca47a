"""Many cases come together on one note: by few statements, with what each would charge alone, and only those of the month."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parts.models import Supplier
from tests.desks import Desk
from tests.factories.settlement import (
    change_agreement,
    drop_agreements,
    make_agreement,
    make_granted_claim,
    make_old_part,
)
from warranty import chargebacks, failed_parts, recovery
from warranty.chargebacks import batching, charging
from warranty.models import Chargeback, ChargebackLine, RecoveryCase, SupplierAgreement
from warranty.recovery_charges import charges_of
from warranty.recovery_reading import read_cases
from warranty.scrubbing import scrub

AMOUNTS = st.decimals("0.01", "9999.99", places=2)
PERCENT = st.decimals("0", "100", places=2)
CAPS = st.none() | st.decimals("0", "500", places=2)
in_database = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def no_return(desk: Desk) -> None:
    """The supplier pays without the old part, so that a case is open at once."""
    desk.agreement = change_agreement(desk.agreement, no_return=True)


def opened(desk: Desk, count: int = 1, **claim: Any) -> list[RecoveryCase]:
    return [
        case
        for _number in range(count)
        for case in recovery.open_cases(make_granted_claim(desk.station, part=desk.part, **claim))
    ]


def one_by_one(cases: list[RecoveryCase]) -> list[tuple[int, Any, Any, Decimal, Decimal, Decimal]]:
    """What each case charges when it is asked alone, a line only once: as the batch said before it asked for many at once."""
    found, taken = [], set()
    for case in cases:
        for charge in charges_of(case, at_once=True):
            key = charge.claim_line.pk if charge.claim_line else None
            if key is None or key not in taken:
                found.append(told(case, charge))
            taken.add(key)
    return found


def told(case: RecoveryCase, charge: Any) -> Any:
    line = charge.claim_line.pk if charge.claim_line else None
    return case.pk, line, charge.amount.kind, charge.amount.base, charge.amount.amount, charge.share, charge.qty


@in_database
@given(
    claims=st.lists(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS, st.integers(1, 4), st.booleans()), min_size=1, max_size=4),
    shares=st.tuples(PERCENT, PERCENT, PERCENT),
    caps=st.tuples(CAPS, CAPS, CAPS),
    fee=st.decimals("0", "50", places=2),
    price=AMOUNTS,
)
def test_together_they_charge_what_each_charges_alone(
    desk: Desk, claims: Any, shares: Any, caps: Any, fee: Decimal, price: Decimal
) -> None:
    with transaction.atomic():
        terms = dict(zip(("part_share", "labor_share", "travel_share"), shares, strict=True))
        limits = dict(zip(("part_cap", "labor_cap", "travel_cap"), caps, strict=True))
        beside = make_old_part()
        for part in (desk.part, beside):
            drop_agreements(SupplierAgreement.objects.filter(part=part))
            part.suppliers.all().delete()
            make_agreement(
                desk.supplier, part, contract_price=str(price), no_return=True, handling_fee=fee, **terms, **limits
            )
        for amount, labor, travel, qty, two in claims:
            more = [(beside, "80.00")] if two else []
            opened(desk, part_amount=str(amount), labor=str(labor), travel=str(travel), qty=qty, beside=more)
        cases = list(RecoveryCase.objects.select_related(*recovery.OF_CASE).order_by("pk"))

        read = list(read_cases([case.pk for case in cases]))
        together = [told(case, charge) for case, charge in charging.charges_together(read)]

        assert together == one_by_one(cases)
        transaction.set_rollback(True)


def test_what_others_expect_after_a_batch_is_what_each_expects_when_asked_alone(desk: Desk) -> None:
    beside, other = make_old_part(), Supplier.objects.create(code="SY", name="苏州线缆有限公司")
    make_agreement(other, beside, contract_price="100.00", handling_fee="9.00")
    claims = [
        make_granted_claim(desk.station, part=desk.part, qty=qty, travel="30.00", beside=[(beside, "310.00")] * many)
        for qty, many in ((1, 0), (2, 1), (1, 2))
    ]
    for claim in claims:
        failed_parts.request_returns(claim)
        recovery.open_cases(claim)
    waiting = RecoveryCase.objects.filter(supplier=other)
    assert waiting.update(expected=1) == 3

    chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)

    together = dict(waiting.values_list("pk", "expected"))
    recovery.expect_anew([claim.pk for claim in claims])
    assert together == dict(waiting.values_list("pk", "expected"))
    assert 1 not in together.values()


def statements_of(desk: Desk, count: int) -> int:
    opened(desk, count)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        note = chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)
    assert note.lines.count() == 2 * count
    return len(asked)


def test_many_cases_cost_as_many_statements_as_few(desk: Desk) -> None:
    assert statements_of(desk, 12) == statements_of(desk, 3)


def test_a_batch_in_chunks_is_one_note_with_one_numbering(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = opened(desk, 5)
    monkeypatch.setattr(batching, "CHUNK", 2)

    note = chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)

    assert list(note.lines.order_by("position").values_list("position", flat=True)) == list(range(1, 11))
    assert note.claimed == 5 * Decimal("240.00")
    assert set(RecoveryCase.objects.values_list("status", flat=True)) == {"charged"}
    assert [case.pk for case in cases] == list(note.lines.filter(kind="part").values_list("case", flat=True))


def test_a_line_says_what_case_claim_and_part_say(desk: Desk) -> None:
    (case,) = opened(desk)
    note = chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)

    claim, part = case.claim, case.part
    of_case = {
        "claim": claim.number,
        "station": claim.station.code,
        "model": claim.product_model.code if claim.product_model else "",
        "serial": claim.serial_number,
        "part": part.number,
        "part_name": part.name,
        "part_name_en": part.name_en,
        "failed_on": claim.failed_on.isoformat(),
        "repaired_on": claim.repaired_on.isoformat(),
        "fault": claim.fault_code.code if claim.fault_code else "",
        **{name: scrub(getattr(claim, name)) for name in ("complaint", "cause", "correction")},
        "photos": [],
        "tags": [],
        "appeal": "",
        "notice_by": case.last_day.isoformat() if case.last_day else "",
    }
    for line, charge in zip(note.lines.order_by("position"), charges_of(case, at_once=True), strict=True):
        own: Any = charge.claim_line
        assert line.facts == of_case | {"qty": str(charge.qty)}
        assert (line.case_id, line.claim_line_id, line.kind) == (case.pk, own.pk, own.kind)
        assert line.text == (own.description or part.name)
        assert (line.base, line.share, line.claimed) == (
            charge.amount.base,
            charge.share * 100,
            charge.amount.amount,
        )
        assert (line.accepted, line.disputed, line.is_live, line.is_supplement) == (None, None, True, False)


def test_the_database_still_adds_a_note_up(desk: Desk) -> None:
    opened(desk)
    note = chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)

    with pytest.raises(IntegrityError, match="chargeback"), transaction.atomic():
        ChargebackLine.objects.filter(chargeback=note, kind="labor").update(claimed=Decimal("48.01"))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_month_takes_what_was_ready_by_its_end(desk: Desk, june: Any) -> None:
    june("2025-06-30 23:59:59")
    before = opened(desk)
    june("2025-07-01 00:00:00")
    after = opened(desk)
    june("2025-07-03 09:00:00")

    told = chargebacks.propose(desk.supplier, period=date(2025, 6, 1), on=date(2025, 7, 3))
    note = chargebacks.batch_chargebacks(desk.supplier, period=date(2025, 6, 1), actor=desk.finance)

    assert (told.cases, told.lines, told.claimed) == (1, 2, note.claimed)
    assert note.period == date(2025, 6, 1)
    assert {line.case_id for line in note.lines.all()} == {before[0].pk}
    assert RecoveryCase.objects.get(pk=after[0].pk).status == "open"


def test_the_proposal_is_the_note_without_what_is_left_out(desk: Desk) -> None:
    first, second, third = opened(desk, 3)
    month = date(2025, 6, 1)

    told = chargebacks.propose(desk.supplier, period=month, on=month, without=[second.pk])
    note = chargebacks.batch_chargebacks(desk.supplier, period=month, without=[second.pk], actor=desk.finance)

    assert [each.case.pk for each in told.shown] == [first.pk, third.pk]
    assert (told.claimed, told.cases) == (note.claimed, 2)
    assert RecoveryCase.objects.get(pk=second.pk).status == "open"
    assert Chargeback.objects.count() == 1

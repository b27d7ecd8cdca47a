"""Every (from, to) pair of every state machine here is allowed or refused as its table says: by move(), by the database."""

from collections import deque
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from portal.core import clock
from portal.core.states import TransitionNotAllowed, can_move, move
from tests.desks import Desk
from tests.factories.fines import make_fine
from tests.factories.settlement import make_granted_claim
from warranty import failed_parts
from warranty.models import Chargeback, FailedPart, PartBox, RecoveryCase, Statement, StationFine


def piece(desk: Desk) -> FailedPart:
    """Asked for; its time of receipt and its day of keeping are filled, so that every state can hold it."""
    (row,) = failed_parts.request_returns(make_granted_claim(desk.station, part=desk.part, qty=1))
    FailedPart.objects.filter(pk=row.pk).update(received_at=clock.now(), held_until=date(2025, 6, 30))
    return FailedPart.objects.get(pk=row.pk)


def box(desk: Desk) -> PartBox:
    return PartBox.objects.create(station=desk.station, number="BX-1")


def case(desk: Desk) -> RecoveryCase:
    """Its day and reason of loss are filled, so that every state can hold it."""
    claim = make_granted_claim(desk.station, part=desk.part, qty=1)
    line = claim.lines.get(kind="part")
    return RecoveryCase.objects.create(
        claim=claim,
        line=line,
        part=desk.part,
        supplier=desk.supplier,
        agreement=desk.agreement,
        number="RC-1",
        approved_on=date(2025, 6, 1),
        lost_on=date(2025, 9, 1),
        lost_reason="late",
    )


def note(desk: Desk) -> Chargeback:
    return Chargeback.objects.create(
        supplier=desk.supplier, period=date(2025, 6, 1), number="CB-1", batched_at=clock.now()
    )


def statement(desk: Desk) -> Statement:
    return Statement.objects.create(
        station=desk.station,
        period=date(2025, 5, 1),
        number="BS-1",
        built_at=clock.now(),
        issued_at=clock.now(),
        fingerprint="f" * 64,
        bank_reference="ICBC-1",
        paid_on=date(2025, 6, 1),
    )


def fine(desk: Desk) -> StationFine:
    """Its persons and times are filled, so that every state can hold it."""
    row = make_fine(station=desk.station)
    filled = {"decided_by": desk.approver, "taken_back_by": desk.approver}
    StationFine.objects.filter(pk=row.pk).update(decided_at=clock.now(), taken_back_at=clock.now(), **filled)
    return StationFine.objects.get(pk=row.pk)


MACHINES = {
    "failed_part_moves_as_tabled": piece,
    "part_box_moves_as_tabled": box,
    "recovery_moves_as_tabled": case,
    "chargeback_moves_as_tabled": note,
    "statement_moves_as_tabled": statement,
    "fine_moves": fine,
}


def way_to(row: Any, wanted: str) -> list[str]:
    """The shortest legal way from the row's present state, without that state; raises when there is none."""
    seen, waiting = {row.status}, deque([(row.status, [])])
    while waiting:
        here, way = waiting.popleft()
        if here == wanted:
            return way
        for after in sorted(row.MOVES.get(here, ())):
            if after not in seen:
                seen.add(after)
                waiting.append((after, [*way, after]))
    raise AssertionError(f"nothing leads to {wanted}")


def write(row: Any, status: str) -> None:
    """As somebody would who knows no operation."""
    type(row)._base_manager.filter(pk=row.pk).update(status=status)


def states_of(row: models.Model) -> list[str]:
    return [str(value) for value, _label in row._meta.get_field("status").flatchoices]  # type: ignore[union-attr]


@pytest.mark.parametrize("guard", MACHINES)
def test_each_pair_moves_as_the_table_says_whoever_writes(desk: Desk, guard: str) -> None:
    born = MACHINES[guard](desk)
    states = states_of(born)

    for before in states:
        for after in states:
            if before == after:
                continue
            with transaction.atomic():
                for step in way_to(born, before):
                    write(born, step)
                row = type(born)._base_manager.get(pk=born.pk)
                allowed = can_move(row, after)
                assert allowed is (after in row.MOVES.get(before, frozenset()))
                check_pair(row, after, guard, allowed=allowed)
                transaction.set_rollback(True)


def check_pair(row: Any, after: str, guard: str, *, allowed: bool) -> None:
    if allowed:
        with transaction.atomic():
            assert move(row, after, actor=None).status == after
            transaction.set_rollback(True)
        write(row, after)
        return
    with pytest.raises(TransitionNotAllowed):
        move(row, after, actor=None)
    with pytest.raises(IntegrityError, match=r"move \w+ -> \w+"), transaction.atomic():
        write(row, after)


@pytest.mark.parametrize("guard", MACHINES)
def test_nothing_is_born_in_a_later_state(desk: Desk, guard: str) -> None:
    born = MACHINES[guard](desk)

    for status in states_of(born):
        if status == born.status:
            continue
        twin = type(born)._base_manager.get(pk=born.pk)
        twin.pk, twin.status = None, status
        with pytest.raises(IntegrityError, match="new row in status"), transaction.atomic():
            twin.save(force_insert=True)

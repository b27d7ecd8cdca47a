"""Scenario 4: an old part that stays away is debited, and credited back when it comes late and is accepted."""
# ruff: noqa: F811 the fixtures are imported

from decimal import Decimal
from typing import Any

import pytest

from tests.database import owner
from tests.desks import desk, june, make_desk  # noqa: F401 fixtures
from tests.factories.settlement import at, make_granted_claim
from warranty import appraisal, failed_parts, settlement
from warranty.failed_parts_custody import custody_faults
from warranty.models import CustodyEntry
from warranty.settlement_rules import month_of


def on_preview(station: Any, period: Any) -> list[tuple[str, Decimal]]:
    return [(line.kind, line.amount) for line in settlement.preview(station, period).lines]


def test_old_part_overdue(desk: Any, june: Any) -> None:
    asked = june("2025-06-01 09:00:00")
    claim = make_granted_claim(desk.station, part=desk.part, qty=1, labor="0", travel="0", decided_at=asked)
    (piece,) = failed_parts.request_returns(claim, at=asked)
    period = month_of(piece.requested_on)

    assert [p.number for p in failed_parts.remind_due(at=at("2025-06-12 09:00:00"))] == []
    assert [p.number for p in failed_parts.remind_due(at=at("2025-06-13 09:00:00"))] == [piece.number]
    assert failed_parts.debit_overdue(at=at("2025-06-16 23:59:00")) == 0

    june("2025-06-17 00:20:00")
    assert failed_parts.debit_overdue() == 1
    assert failed_parts.debit_overdue() == 0
    assert on_preview(desk.station, period) == [("pnr", Decimal("-330.00"))]

    june("2025-06-18 10:00:00")
    failed_parts.print_tags([piece], actor=desk.owner)
    box = failed_parts.pack_box(desk.station, pieces=[piece], actor=desk.owner)
    failed_parts.ship_box(box, carrier="顺丰", waybill="SF123", weight_kg=Decimal(2), actor=desk.owner)
    june("2025-06-20 10:00:00")
    failed_parts.receive_piece(failed_parts.qr_of(piece), actor=desk.warehouse)
    june("2025-06-25 10:00:00")
    appraisal.appraise(piece, verdict="supplier_defect", actor=desk.appraiser)

    assert on_preview(desk.station, period) == [("pnr", Decimal("-330.00")), ("pnr_credit", Decimal("330.00"))]
    assert CustodyEntry.objects.filter(failed_part=piece).count() >= 5
    assert custody_faults(piece) == []


@pytest.mark.django_db(transaction=True)
def test_tampered_custody_entry_shows(june: Any) -> None:

    desk = make_desk()
    claim = make_granted_claim(desk.station, part=desk.part, qty=1)
    (piece,) = failed_parts.request_returns(claim)
    failed_parts.print_tags([piece], actor=desk.owner)
    assert custody_faults(piece) == []

    with owner() as db:
        db.execute("SET session_replication_role = replica")  # as nobody but an owner could
        db.execute(
            "UPDATE warranty_custodyentry SET taker = 'x' WHERE failed_part_id = %s AND sequence = 1", [piece.pk]
        )

    assert len(custody_faults(piece)) == 1

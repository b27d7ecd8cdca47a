"""A piece without a serial number is traced by the batch it was issued from: who delivered it answers, from the day we got it."""

from decimal import Decimal
from typing import Any

import pytest

from parts.issuing import issue_to_job
from parts.models import GoodsReceipt, GoodsReceiptLine, Supplier
from service.models import IssuedPart, ServiceRequest
from tests.desks import Desk
from tests.factories.parts import make_location, stock_at_station
from tests.factories.settlement import at, make_granted_claim, make_job
from tests.warranty_settlement.test_recovery_clock import other_supplier
from warranty import recovery
from warranty.models import RecoveryCase


def delivered(desk: Desk, supplier: Supplier, batch: str, on: str) -> None:
    """The supplier delivered pieces of the batch on that day."""
    number = f"GR-{GoodsReceipt.objects.count()}"
    receipt = GoodsReceipt.objects.create(
        supplier=supplier, location=make_location(), number=number, received_at=at(f"{on} 09:00:00")
    )
    GoodsReceiptLine.objects.create(receipt=receipt, part=desk.part, qty=9, unit_cost=100, batch=batch)


def failed_after_fitting(desk: Desk, batch: str) -> RecoveryCase:
    """A piece issued from the batch to an earlier job on the unit has failed; the case of the claim for it."""
    claim = make_granted_claim(desk.station, part=desk.part, qty=1)
    job: Any = make_job(desk.station)
    ServiceRequest.objects.filter(pk=job.request_id).update(unit=claim.unit)
    then = at("2025-03-10 09:00:00")
    IssuedPart.objects.create(work_order=job, part=desk.part, position=1, qty=Decimal(1), issued_at=then)
    stock_at_station(desk.station, desk.part, 1, batch=batch)
    issue_to_job(desk.station, desk.part, Decimal(1), source=job.number, line=1)
    (case,) = recovery.open_cases(claim)
    return case


def test_the_batch_names_who_delivered_it_and_since_when(desk: Desk) -> None:
    other = other_supplier(desk)
    delivered(desk, other, "L-7", "2025-02-01")
    delivered(desk, desk.supplier, "L-8", "2025-02-20")

    case = failed_after_fitting(desk, "L-7")

    assert (case.supplier, case.named_by, case.status) == (other, "batch", "waiting")
    assert case.received_on is not None
    assert case.received_on.isoformat() == "2025-02-01"


def test_the_last_delivery_of_a_batch_counts(desk: Desk) -> None:
    other = other_supplier(desk)
    delivered(desk, other, "L-7", "2025-02-01")
    delivered(desk, other, "L-7", "2025-03-01")

    case = failed_after_fitting(desk, "L-7")

    assert (case.supplier, str(case.received_on)) == (other, "2025-03-01")


@pytest.mark.parametrize("batch", ["L-7", "L-9", ""])
def test_a_batch_of_two_suppliers_of_nobody_or_none_names_nobody(desk: Desk, batch: str) -> None:
    delivered(desk, other_supplier(desk), "L-7", "2025-02-01")
    delivered(desk, desk.supplier, "L-7", "2025-02-20")

    case = failed_after_fitting(desk, batch)

    assert (case.supplier, case.status, case.received_on) == (None, "unassigned", None)

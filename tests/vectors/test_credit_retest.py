"""Vectors of letting held orders go after a payment."""

from datetime import datetime
from decimal import Decimal

import pytest

from parts.credit import HeldOrder, releasable
from portal.core.money import round_money
from tests.vectors.cases import Vector, check, vectors


@pytest.mark.parametrize("vector", vectors("credit_retest"))
def test_credit_retest(vector: Vector) -> None:
    given = vector.input
    used = Decimal(given["unpaid"]) - Decimal(given["payment"])
    committed = Decimal(given["shipped_not_invoiced"]) + Decimal(given["confirmed_open"])
    held = [
        HeldOrder(hold["id"], datetime.fromisoformat(hold["at"]), Decimal(hold["amount"])) for hold in given["holds"]
    ]

    released = releasable(limit=Decimal(given["limit"]), used=used, committed=committed, held=held)

    exposure = used + committed + sum((order.amount for order in released), Decimal(0))
    check(vector, {"released": [order.key for order in released], "exposure": round_money(exposure)})

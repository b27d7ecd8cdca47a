"""Vectors of the credit check."""

from decimal import Decimal

import pytest

from parts.credit import check_credit
from portal.core.money import round_money
from tests.vectors.cases import Vector, check, vectors


@pytest.mark.parametrize("vector", vectors("credit"))
def test_credit(vector: Vector) -> None:
    given = {key: Decimal(amount) for key, amount in vector.input.items()}

    answer = check_credit(
        limit=given["limit"],
        used=given["unpaid"],
        committed=given["shipped_not_invoiced"] + given["confirmed_open"],
        order=given["order"],
    )

    found = {"exposure": round_money(answer.exposure), "hold": answer.hold, "over_by": round_money(answer.over_by)}
    check(vector, found)

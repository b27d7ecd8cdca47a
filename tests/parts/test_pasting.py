"""Rows pasted from Excel or typed: which cell is the quantity, and that nothing is guessed."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from parts.basket import read_rows
from parts.forms.prices import ROWS as PRICES
from parts.forms.purchasing import ROWS
from parts.pasting import read_pasted
from parts.stock import plain

D = Decimal


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("LOCK-09E 1,500", ("LOCK-09E", D(1500))),
        ("LOCK-09E\t1,500", ("LOCK-09E", D(1500))),
        ("LOCK-09E，１，２００", ("LOCK-09E", D(1200))),
        ("LOCK-09E", ("LOCK-09E", D(1))),
        ("LOCK-09E\t２\t件", ("LOCK-09E", D(2))),
        ("名称\t配件编码\t单价\t数量\n锁具\tLOCK-09E\t15.36\t40", ("LOCK-09E", D(40))),
        ("Part number;Quantity\nLOCK-09E;3", ("LOCK-09E", D(3))),
    ],
)
def test_a_row_of_an_order_is_read_as_it_stands(typed: str, expected: tuple[str, Decimal]) -> None:
    (row,) = read_rows(typed)

    assert ((row.number, row.qty), row.problem) == (expected, "")


@pytest.mark.parametrize(
    "typed",
    [
        "N\t40\t15.36",
        "N 40 3",
        "N\t锁具\t40",
        "N\t\t15.36",
        "N 1e3",
        "N -1",
        "N 0",
        "编码\t单价\nN\t15.36",
        "编码\t数量\t件数\nN\t1\t2",
    ],
)
def test_a_row_that_can_be_read_in_two_ways_is_refused(typed: str) -> None:
    assert any(row.problem for row in read_rows(typed))


@pytest.mark.parametrize(
    ("typed", "page", "expected"),
    [
        ("N 40 15.36", ROWS, (D(40), D("15.36"))),
        ("N\t1,200\t¥1,015.30", ROWS, (D(1200), D("1015.30"))),
        ("N 1,200 ￥15", ROWS, (D(1200), D(15))),
        ("N 1,200", ROWS, (D(1200), None)),
        ("N\t1,200.50", PRICES, (None, D("1200.50"))),
        ("配件编码\t配件名称\t价格\nN\tLock 5\t99", PRICES, (None, D(99))),
    ],
)
def test_quantities_and_prices_keep_their_thousands(typed: str, page: Any, expected: tuple[Any, Any]) -> None:
    (row,) = read_pasted(typed, page)

    assert ((row.amount("qty"), row.amount("price")), row.problem) == (expected, "")


@pytest.mark.parametrize(
    ("typed", "page"), [("N,12,100", ROWS), ("N\t0", PRICES), ("N\tLock\t9", PRICES), ("N\t\t9", ROWS)]
)
def test_rows_of_purchases_and_price_lists_are_not_guessed(typed: str, page: Any) -> None:
    assert [bool(row.problem) for row in read_pasted(typed, page)] == [True]


def test_only_two_functions_shorten_a_number_for_typing() -> None:
    """Decimal.normalize() writes 20 as 2E+1; `stock.plain` and the claims' `plain` do not."""
    files = [path for label in ("parts", "stations", "service", "warranty") for path in Path(label).rglob("*.py")]
    found = {path.as_posix() for path in files if ".normalize()" in path.read_text(encoding="utf-8")}

    assert (found, plain(D("20.000"))) == ({"parts/stock.py", "warranty/forms/claims.py"}, "20")

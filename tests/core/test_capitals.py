"""Amounts in Chinese capitals: what a bank reads back is the amount, to the cent."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.core.money import capitals

DIGIT = {sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖")}
PLACE = {"拾": 10, "佰": 100, "仟": 1000}
SECTION = {"万": 10**4, "亿": 10**8}


def read_back(text: str) -> Decimal:
    """The amount that the capitals say, read sign by sign as a teller does; written without a look at how they are made."""
    sign = -1 if text.startswith("负") else 1
    text = text.removeprefix("负").removesuffix("整")
    whole, _yuan, rest = text.partition("元") if "元" in text else ("", "", text)
    cents, waiting = 0, 0
    for mark in rest:
        if mark in DIGIT:
            waiting = DIGIT[mark]
        else:
            cents += waiting * {"角": 10, "分": 1}[mark]
    return sign * (Decimal(_whole(whole)) + Decimal(cents) / 100)


def _whole(text: str) -> int:
    total = section = waiting = 0
    for mark in text:
        if mark in DIGIT:
            waiting = DIGIT[mark]
        elif mark in PLACE:
            section, waiting = section + waiting * PLACE[mark], 0
        else:
            total, section, waiting = total + (section + waiting) * SECTION[mark], 0, 0
    return total + section + waiting


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("0.01", "壹分"),
        ("0.10", "壹角"),
        ("10.00", "壹拾元整"),
        ("100000.00", "壹拾万元整"),
        ("9999999.99", "玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        ("10000000.01", "壹仟万元零壹分"),
        ("1000000000.00", "壹拾亿元整"),
        ("1000000000.01", "壹拾亿元零壹分"),
        ("1000010000.00", "壹拾亿零壹万元整"),
        ("-0.01", "负壹分"),
    ],
)
def test_edges_are_written_as_a_bank_wants_them(amount: str, said: str) -> None:
    assert capitals(Decimal(amount)) == said
    assert read_back(said) == Decimal(amount)


@given(st.decimals("-999999999999.99", "999999999999.99", places=2))
@example(Decimal("100000000.10"))
@example(Decimal("100000001.00"))
@example(Decimal("10010010010.01"))
def test_what_is_read_back_is_the_amount(amount: Decimal) -> None:
    said = capitals(amount)

    assert read_back(said) == amount
    assert "零零" not in said
    assert said.endswith(("整", "角", "分"))


@given(st.integers(1, 999_999_999_999))
def test_whole_amounts_end_in_whole_and_never_name_cents(yuan: int) -> None:
    assert capitals(Decimal(yuan)).endswith("元整")

"""Rounding, capitals and totals."""

from decimal import Decimal

import pytest

from portal.core.money import capitals, round_money, total


@pytest.mark.parametrize(
    ("raw", "rounded"),
    [("0.005", "0.01"), ("-0.005", "-0.01"), ("2.675", "2.68"), ("1", "1.00"), ("98.1300", "98.13")],
)
def test_round_money_takes_halves_away_from_zero(raw: str, rounded: str) -> None:
    assert str(round_money(raw)) == rounded


def test_round_money_refuses_a_float() -> None:
    with pytest.raises(TypeError):
        round_money(0.1)  # type: ignore[arg-type]


def test_total_adds_rounded_lines() -> None:
    assert total([Decimal("0.005"), Decimal("0.005")]) == Decimal("0.02")
    assert total([]) == Decimal("0.00")


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "零元整"),
        ("1733.63", "壹仟柒佰叁拾叁元陆角叁分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("100000005", "壹亿零伍元整"),
        ("-5", "负伍元整"),
        ("10.05", "壹拾元零伍分"),
        ("0.5", "伍角"),
    ],
)
def test_capitals(amount: str, text: str) -> None:
    assert capitals(amount) == text

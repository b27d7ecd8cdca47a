"""Money and quantities: the only rounding, Chinese capitals, columns with both bounds. Floats are refused."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.db import models
from django.db.models import Q

CENT: Final = Decimal("0.01")
ZERO: Final = Decimal("0.00")
BOUND: Final = Decimal(99_999_999)  # an upper bound also refuses NaN, which PostgreSQL sorts above every number

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
SECTIONS = ("", "万", "亿", "万亿")


def round_money(amount: Decimal | int | str) -> Decimal:
    """The amount in CNY with two places, halves away from zero. Raises TypeError for a float."""
    if isinstance(amount, float):
        raise TypeError("money is never a float")
    return Decimal(amount).quantize(CENT, rounding=ROUND_HALF_UP)


def with_tax(amount: Decimal, percent: Decimal) -> Decimal:
    """The amount, rounded, with so many percent of tax on it."""
    return round_money(amount * (100 + percent) / 100)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum of rounded lines; 0.00 for none."""
    return sum((round_money(amount) for amount in amounts), ZERO)


def capitals(amount: Decimal | int | str) -> str:
    """The amount in Chinese capitals by the PBoC payment rules: 整 after 元 only, the optional 零 left out (C40)."""
    rounded = round_money(amount)
    if rounded < 0:
        return f"负{capitals(-rounded)}"
    cents = int(rounded * 100)
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    if cents == 0:
        return "零元整"
    text = f"{_whole(yuan)}元" if yuan else ""
    if not jiao and not fen:
        return f"{text}整"
    if jiao:
        text += f"{DIGITS[jiao]}角"
    elif yuan:
        text += "零"
    return f"{text}{DIGITS[fen]}分" if fen else text


def _whole(number: int) -> str:
    """A whole number from 1 on; one 零 for a run of zeros between digits, none for an empty lower end of a section."""
    text, zero_due = "", False
    sections = []
    while number:
        sections.append(number % 10_000)
        number //= 10_000
    for index in reversed(range(len(sections))):
        section = sections[index]
        if not section:
            zero_due = bool(text)
            continue
        if text and (zero_due or section < 1000):
            text += "零"
        text += _section(section) + SECTIONS[index]
        zero_due = False
    return text


def _section(number: int) -> str:
    """1 to 9,999."""
    text, zero_due = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if zero_due and text else "") + DIGITS[digit] + PLACES[place]
            zero_due = False
        else:
            zero_due = True
    return text


def money_field(label: Any = None, **options: Any) -> "models.DecimalField[Any, Decimal]":
    """A column of CNY with two places; pair it with bounded()."""
    return models.DecimalField(label, max_digits=14, decimal_places=2, **options)


def quantity_field(label: Any = None, **options: Any) -> "models.DecimalField[Any, Decimal]":
    """A column of a quantity with three places; pair it with bounded()."""
    return models.DecimalField(label, max_digits=14, decimal_places=3, **options)


def bounded(
    field: str, low: Decimal | int = 0, high: Decimal | int = BOUND, *, name: str, null: bool = False
) -> models.CheckConstraint:
    """low ≤ field ≤ high, said in the database; the upper bound keeps NaN out."""
    condition = Q(**{f"{field}__gte": low, f"{field}__lte": high})
    return models.CheckConstraint(condition=condition | Q(**{field: None}) if null else condition, name=name)

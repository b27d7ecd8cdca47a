"""Columns for money until a shared one is used: 14 digits, two places, both bounds."""

from decimal import Decimal
from typing import Any

from django.db import models

BOUND = Decimal("999999999999.99")


def money_field(**options: Any) -> "models.DecimalField[Any, Any]":
    """CNY, two places."""
    return models.DecimalField(max_digits=14, decimal_places=2, **options)


def bounded(field: str, low: Decimal | int, high: Decimal | int, name: str) -> models.CheckConstraint:
    """A check with both bounds, which NaN does not pass."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__gte": low, f"{field}__lte": high}), name=name)

"""The three guarantees (三包): what the law offers the customer on the day of request."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Guarantee:
    """Days after the sale with refund and with exchange, and the failed repairs of one fault that give exchange."""

    refund_days: int = 7
    exchange_days: int = 15
    failed_repairs: int = 2


AS_DELIVERED = Guarantee()


def advice(
    *, sale_day: date, request_day: date, failed_repairs: int = 0, terms: Guarantee = AS_DELIVERED
) -> tuple[str, ...]:
    """What the three guarantees offer the customer on the day of request, best first (rules.md 3.3(11), C15)."""
    days = (request_day - sale_day).days
    if days <= terms.refund_days:
        options: tuple[str, ...] = ("refund", "exchange", "repair")
    elif days <= terms.exchange_days:
        options = ("exchange", "repair")
    else:
        options = ("repair",)
    if failed_repairs >= terms.failed_repairs and "exchange" not in options:
        options = ("exchange", *options)
    return options

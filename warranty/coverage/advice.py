"""The three guarantees (三包): what the law offers the customer on the day of request."""

from datetime import date


def advice(*, sale_day: date, request_day: date, failed_repairs: int = 0) -> tuple[str, ...]:
    """What the three guarantees offer the customer on the day of request, best first (rules.md 3.3(11), C15)."""
    days = (request_day - sale_day).days
    if days <= 7:
        options: tuple[str, ...] = ("refund", "exchange", "repair")
    elif days <= 15:
        options = ("exchange", "repair")
    else:
        options = ("repair",)
    if failed_repairs >= 2 and "exchange" not in options:
        options = ("exchange", *options)
    return options

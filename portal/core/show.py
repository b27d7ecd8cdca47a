"""How values look on pages, in mails and on paper: money, quantities, days, instants. Not here: rounding (money.py)."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core import clock

NOTHING: Final = "–"


def amount(value: Any) -> str:
    """1,234.00, with a real minus sign."""
    if value is None or value == "":
        return NOTHING
    number = Decimal(value)
    return f"{'−' if number < 0 else ''}{abs(number):,.2f}"


def money(value: Any) -> str:
    """¥1,234.00."""
    text = amount(value)
    return text if text == NOTHING else (f"−¥{text[1:]}" if text[0] == "−" else f"¥{text}")


def sentences(texts: Iterable[Any]) -> str:
    """Findings one after the other, each long enough to hold a comma: “A; B”, in Chinese “A；B”."""
    return _("; ").join(str(text) for text in texts)


def quantity(value: Any) -> str:
    """2 or 1.25: no more decimals than there are."""
    if value is None or value == "":
        return NOTHING
    number = Decimal(value)
    text = f"{abs(number):,.3f}".rstrip("0").rstrip(".")
    return f"−{text}" if number < 0 else text


def percent(value: Any) -> str:
    """68% of 0.68? No: 68 is 68%, and 66.25 is 66.25%: the one way in which pages, papers and mails write a share."""
    return NOTHING if value is None or value == "" else f"{quantity(value)}%"


def day(value: Any) -> str:
    """2026-11-21, as Shanghai counts days."""
    if not value:
        return NOTHING
    return (clock.local_date(value) if isinstance(value, datetime) else value).isoformat()


def moment(value: Any) -> str:
    """2026-11-21 09:12, Beijing time."""
    return f"{clock.local(value):%Y-%m-%d %H:%M}" if value else NOTHING


def short_moment(value: Any) -> str:
    """11-21 09:12 within this year, else with the year."""
    if not value:
        return NOTHING
    local = clock.local(value)
    return f"{local:%m-%d %H:%M}" if local.year == clock.today().year else f"{local:%Y-%m-%d %H:%M}"


def phone(value: str) -> str:
    """138****6621."""
    text = (value or "").strip()
    return (
        f"{text[:-8]}****{text[-4:]}"
        if len(text) >= 11
        else ("*" * max(len(text) - 2, 0) + text[-2:] if text else NOTHING)
    )


def span(length: timedelta) -> str:
    """A length of time in the two largest units that matter: 9 min, 1:20 h, 12 days."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return _("under a minute")
    if minutes < 60:
        return _("%(count)d min") % {"count": minutes}
    if minutes < 24 * 60:
        return _("%(hours)d:%(minutes)02d h") % {"hours": minutes // 60, "minutes": minutes % 60}
    days = minutes // (24 * 60)
    return _("1 day") if days == 1 else _("%(count)d days") % {"count": days}


def time_left(due_at: datetime, at: datetime | None = None) -> tuple[str, str]:
    """The words and the tone: what is left, or by how much it is late."""
    left = due_at - (at or clock.now())
    if left < timedelta(0):
        return _("late by %(span)s") % {"span": span(-left)}, "bad"
    words = _("%(span)s left") % {"span": span(left)}
    return words, "wait" if left < timedelta(hours=24) else "calm"


def cell(value: Any) -> str:
    """Any value, by its type; a dash for nothing."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return quantity(value)
    return value if isinstance(value, str) else str(value)


def listed(words: Iterable[Any]) -> str:
    """Names one after another, with the comma of the reader's language."""
    comma = "、" if (get_language() or "").startswith("zh") else ", "
    return comma.join(str(word) for word in words)


def month(value: Any) -> str:
    """2026-10; nothing for None."""
    return "" if value is None else f"{value:%Y-%m}"


AS: Final[dict[str, Callable[[Any], str]]] = {
    "money": money, "amount": amount, "qty": quantity, "percent": percent, "day": day, "moment": moment, "phone": phone,
    "short_moment": short_moment, "month": month,
}  # fmt: skip

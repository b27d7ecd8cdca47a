"""Words for the codes on statements and notes, whose frozen facts hold codes only: {% load settlement %}."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core.show import quantity
from warranty.models import ItemKind, LineKind, Verdict
from warranty.settlement_states import FailedPartStatus

register = template.Library()


def _word(choices: Iterable[tuple[str, Any]], code: str) -> str:
    return str(dict(choices).get(code, code))


@register.filter
def item_kind(code: str) -> str:
    """What a statement line is for."""
    return _word(ItemKind.choices, code)


@register.filter
def line_kind(code: str) -> str:
    """What a charged line is for."""
    return gettext("Handling fee") if code == "handling" else _word(LineKind.choices, code)


@register.filter
def piece_status(code: str) -> str:
    """Where an old part stood."""
    return _word(FailedPartStatus.choices, code)


@register.filter
def verdict_word(code: str) -> str:
    """An appraiser's verdict."""
    return _word(Verdict.choices, code)


@register.filter
def cut_version(source: str) -> str:
    """A claim's number without its decision version."""
    return source.rsplit("/", 1)[0]


@register.filter
def as_percent(rate: str) -> str:
    """0.0600 → 6%."""
    return f"{quantity(Decimal(rate) * 100)}%"


ACTS = {
    "requested": _("Asked for"),
    "tagged": _("Tagged"),
    "packed": _("Packed"),
    "shipped": _("Shipped"),
    "received": _("Received"),
    "appraised": _("Appraised"),
    "dispositioned": _("Closed"),
    "waived": _("Waived"),
    "lost": _("Lost"),
}


@register.filter
def custody_act(code: str) -> str:
    """An act of the custody log."""
    return str(ACTS.get(code, code))


@register.simple_tag
def line_amounts(line: Any) -> Sequence[Decimal]:
    """Parts, labor, travel and other of a line, stored or only drafted."""
    if hasattr(line, "amounts"):
        return line.amounts  # type: ignore[no-any-return]
    return (line.parts_amount, line.labor_amount, line.travel_amount, line.other_amount)

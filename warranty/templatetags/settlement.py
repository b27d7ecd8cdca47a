"""Words for the codes on statements and notes, whose frozen facts hold codes only: {% load settlement %}."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core import show
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


@register.simple_tag
def falling_bars(steps: Sequence[tuple[Any, Decimal]]) -> SafeString:
    """Steps from the whole to what is left of it, as SVG; what each step loses stands pale above it."""
    top = max((value for _label, value in steps), default=Decimal(0)) or Decimal(1)
    bars, before = [], None
    for number, (label, value) in enumerate(steps):
        left, height = 16 + number * 124, int(value / top * 160)
        lost = 0 if before is None else max(before - height, 0)
        bars.append(
            format_html(
                '<rect x="{}" y="{}" width="92" height="{}" fill="#fdeae8"/>'
                '<rect x="{}" y="{}" width="92" height="{}" fill="#0b6e75"/>'
                '<text x="{}" y="{}" text-anchor="middle" font-size="12" fill="#14202b">{}</text>'
                '<text x="{}" y="224" text-anchor="middle" font-size="12" fill="#4a5a68">{}</text>',
                left,
                200 - height - lost,
                lost,
                left,
                200 - height,
                height,
                left + 46,
                192 - height - lost,
                show.money(value),
                left + 46,
                label,
            )
        )
        before = height
    width = 16 + 124 * len(steps)
    title = gettext("Supplier recovery")
    return format_html(
        '<svg viewBox="0 0 {} 236" role="img" aria-label="{}" width="100%">{}</svg>',
        width,
        title,
        format_html_join("", "{}", ((bar,) for bar in bars)),
    )

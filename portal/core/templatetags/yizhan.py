"""Template tags and filters every page may use; a builtin library, so no {% load %}.

Filters: money, amount, qty, percent, day, moment, short_moment, phone, cell, tone.
Tags: {% badge row %}, {% badge row "field" %}, {% mood "wait" _("Text") %}, {% due at label %}, {% timeline record %},
{% table rows columns %}, {% field form.name %}, {% control form.name %}, {% idempotency_key %}, {% can "app.verb_model" row as ok %}.
Includes: components/{next_step,stat,facts,empty,form,formset,problems,table,proof}.html.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import segno
from django import forms, template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from portal.core import events, show
from portal.core.pieces import Column, Table, badge_of
from portal.core.scope import scope_of
from portal.core.timeline import entries_of
from portal.core.tones import tone_of

register = template.Library()

register.filter("money", show.money)
register.filter("amount", show.amount)
register.filter("qty", show.quantity)
register.filter("percent", show.percent)
register.filter("day", show.day)
register.filter("moment", show.moment)
register.filter("short_moment", show.short_moment)
register.filter("phone", show.phone)
register.filter("cell", show.cell)
register.filter("listed", show.listed)


@register.filter
def tone(status: str) -> str:
    """The tone of a bare status."""
    return tone_of(str(status))


@register.filter
def unlocalized(value: Any) -> str:
    """A number for an attribute."""
    return str(value)


@register.filter
def get_item(mapping: Any, key: str) -> Any:
    """mapping[key], or nothing."""
    return mapping.get(key, "")


@register.simple_tag
def qr(text: str) -> SafeString:
    """A QR code as inline SVG, colored by classes only."""
    drawn = segno.make(text, error="m").svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None)
    return mark_safe(drawn)  # noqa: S308 segno draws it; the text is inside as modules, not as markup


@register.simple_tag
def badge(row: Any, name: str = "status") -> SafeString:
    """The row's status as a badge."""
    return badge_of(row, name)


@register.simple_tag
def mood(tone: str, text: Any) -> SafeString:
    """A badge with a free word."""
    return format_html('<span class="badge-tone {}">{}</span>', tone, text)


@register.inclusion_tag("components/time_left.html")
def due(at: datetime | None, what: Any = "", share: int | None = None) -> dict[str, Any]:
    """What is left until an instant, in words, with the thing it belongs to and, if given, how much of it is used (0–100)."""
    if at is None:
        return {"text": "", "tone": "calm", "what": what, "share": None}
    text, mood_of_it = show.time_left(at)
    return {"text": text, "tone": mood_of_it, "what": what, "share": share}


@register.inclusion_tag("components/timeline.html", takes_context=True)
def timeline(context: Context, record: Any) -> dict[str, Any]:
    """The record's own events, latest first; a supplier reads neither the names nor the notes of our people."""
    scope = scope_of(context["user"])
    named, inside = not scope.of("supplier"), scope.everything
    return {"entries": entries_of(events.of_subject(record)[:50], named=named, inside=inside)}


@register.inclusion_tag("components/table.html")
def table(rows: Sequence[Any], columns: Sequence[Column]) -> dict[str, Any]:
    """Rows as a table that becomes cards on a phone."""
    return {"table": Table.of(list(rows), columns)}


@register.simple_tag
def idempotency_key() -> SafeString:
    """The hidden key that makes a form's second post harmless."""
    return format_html('<input type="hidden" name="idempotency_key" value="{}">', uuid.uuid4().hex)


@register.simple_tag(takes_context=True)
def can(context: Context, permission: str, record: Any = None) -> bool:
    """Whether the reader has the permission on the record."""
    return bool(context["user"].has_perm(permission, record))


CHECKS = (forms.CheckboxInput,)
GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)
SELECTS = (forms.Select, forms.SelectMultiple)


def kind_of(bound: forms.BoundField) -> str:
    """How the field is drawn: check, group, file, select, textarea or input."""
    widget = bound.field.widget
    for kind, classes in (("group", GROUPS), ("check", CHECKS), ("file", (forms.FileInput,)), ("select", SELECTS)):
        if isinstance(widget, classes):
            return kind
    return "textarea" if isinstance(widget, forms.Textarea) else "input"


@register.simple_tag
def control(bound: forms.BoundField) -> SafeString:
    """Only the input, with our classes and its help and errors named for screen readers."""
    kind = kind_of(bound)
    names = {"select": "form-select", "check": "form-check-input", "file": "", "group": ""}.get(kind, "form-control")
    attributes: dict[str, Any] = {"class": f"{bound.field.widget.attrs.get('class', '')} {names}".strip()}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    described = [f"hint_{bound.auto_id}"] if bound.help_text else []
    described += [f"problem_{bound.auto_id}"] if bound.errors else []
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if kind == "textarea":
        attributes.setdefault("rows", bound.field.widget.attrs.get("rows") if "rows" in bound.field.widget.attrs else 3)
    if isinstance(bound.field, forms.DecimalField | forms.IntegerField) and kind == "input":
        attributes["inputmode"] = "decimal"
    return bound.as_widget(attrs=attributes)


@register.inclusion_tag("components/field.html")
def field(bound: forms.BoundField, extra: str = "") -> dict[str, Any]:
    """A form field with label, help and errors; what need not be filled in says so, or when (the field's `demanded`)."""
    accept = str(bound.field.widget.attrs.get("accept", ""))
    return {
        "field": bound,
        "kind": kind_of(bound),
        "control": control(bound),
        "extra": extra,
        "hint_id": f"hint_{bound.auto_id}",
        "problem_id": f"problem_{bound.auto_id}",
        "photo": "image" in accept,
        "demanded": "" if bound.field.required else getattr(bound.field, "demanded", _("optional")),
    }

"""What pages are made of: next step, stat, fact, action, column, table. Plain values that templates draw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from portal.core import show
from portal.core.tones import tone_of

type Text = str | Promise


@dataclass(frozen=True)
class NextStep:
    """What happens next and by when; with a button if the reader is the one to do it. tone: '', wait or bad."""

    text: Text
    label: Text = ""
    url: str = ""
    tone: str = ""
    heading: Text = _("Next step")  # noqa: RUF009 lazy, so the same for all


@dataclass(frozen=True)
class Stat:
    """One figure. share: 0–100 draws a bar under it."""

    label: Text
    value: Any
    detail: Text = ""
    tone: str = ""
    url: str = ""
    share: int | None = None
    share_tone: str = ""


@dataclass(frozen=True)
class Fact:
    """A row of a definition list."""

    label: Text
    value: Any
    url: str = ""


@dataclass(frozen=True)
class Proof:
    """One checked condition: verdict ok, wait (a person should look), no or na; what and why."""

    verdict: str
    text: Text
    detail: Text = ""
    aside: Text = ""

    @property
    def mark(self) -> str:
        """✓, !, ✗ or –."""
        return {"ok": "✓", "wait": "!", "no": "✗"}.get(self.verdict, "–")


@dataclass(frozen=True)
class Action:
    """A button in the page head; left out for who lacks the permission on the record."""

    label: Text
    url: str
    permission: str = ""
    style: str = ""  # '', primary or danger


CSS: Final = {"number": "lead nowrap", "lead": "lead", "name": "what", "badge": "mark"} | dict.fromkeys(
    ("day", "month", "moment", "code"), "nowrap"
)


@dataclass(frozen=True)
class Column:
    """A column of a table.

    source: a path ('unit__serial_number') or a function of the row; kind: '' (by type), 'number' (links to the row), 'lead'
    (names the row without a link), 'badge', 'money', 'amount', 'qty', 'figure' (a number already in words), 'name' (long, so
    never squeezed), 'code' (short, never broken), 'moment', 'day', 'month', 'html'; small: path or function for a second,
    lighter line; sort: field that the head sorts by; link: the address the text leads to, '' for none. The label defaults to
    the field's verbose name.
    """

    source: str | Callable[[Any], Any]
    label: Text = ""
    kind: str = ""
    small: str | Callable[[Any], Any] = ""
    sort: str = ""
    on_phone: bool = True
    link: Callable[[Any], str] | None = None

    @property
    def is_right(self) -> bool:
        """Whether figures stand right-aligned."""
        return self.kind in {"money", "amount", "qty", "figure"}

    @property
    def css(self) -> str:
        """The classes of its cells."""
        names = CSS.get(self.kind, "")
        return f"{names}{' r' if self.is_right else ''}{'' if self.on_phone else ' hide-phone-cell'}".strip()

    def title(self, model: type[models.Model] | None) -> Text:
        """The head's text."""
        if self.label or model is None or not isinstance(self.source, str):
            return self.label
        try:
            return str(model._meta.get_field(self.source.split("__")[0]).verbose_name)  # type: ignore[union-attr]
        except FieldDoesNotExist:
            return self.source

    def cell(self, row: Any, label: Text) -> "Cell":
        """What stands in this column for a row."""
        small = value_of(row, self.small) if self.small else ""
        return Cell(
            self._html(row), self.css, capfirst(str(label)), show.cell(small) if small not in ("", None) else ""
        )

    def _html(self, row: Any) -> str | SafeString:
        value = value_of(row, self.source)
        if self.kind == "badge":
            return badge_of(row, self.source if isinstance(self.source, str) else "status")
        if self.link is not None and (leads_to := self.link(row)):
            return format_html('<a href="{}">{}</a>', leads_to, show.cell(value))
        if self.kind == "number":
            address = row.get_absolute_url() if hasattr(row, "get_absolute_url") else ""
            text = show.cell(value)
            return format_html('<a class="number" href="{}">{}</a>', address, text) if address else text
        return show.AS.get(self.kind, show.cell)(value)


@dataclass
class Cell:
    """One cell, ready to print."""

    html: str | SafeString
    css: str = ""
    label: Text = ""
    small: str = ""


@dataclass
class Heading:
    """One column head; sort_url empty where nobody may sort."""

    label: Text
    css: str
    sort_url: str = ""
    sort_mark: str = ""


@dataclass
class Table:
    """Heads and cells; components/table.html turns it into cards on a phone."""

    columns: list[Heading] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)

    @classmethod
    def of(cls, rows: Sequence[Any], columns: Sequence[Column], model: type[models.Model] | None = None) -> "Table":
        """A table of rows; the model, if given, names the columns."""
        model = model or next((type(row) for row in rows if isinstance(row, models.Model)), None)
        labels = [column.title(model) for column in columns]
        heads = [Heading(label, column.css) for label, column in zip(labels, columns, strict=True)]
        cells = [[column.cell(row, label) for label, column in zip(labels, columns, strict=True)] for row in rows]
        if columns and not any("lead" in head.css for head in heads):  # what names a row heads its card on a phone
            firsts: list[Heading | Cell] = [heads[0], *(row[0] for row in cells)]
            for first in firsts:
                first.css = f"lead {first.css}".strip()
        return cls(heads, cells)


def value_of(row: Any, source: str | Callable[[Any], Any]) -> Any:
    """The value at a path ('unit__serial_number') of a row, its display if it has choices; None where the path breaks off."""
    if callable(source):
        return source(row)
    value = row
    for name in source.split("__"):
        if value is None:
            return None
        display = getattr(value, f"get_{name}_display", None)
        value = display() if display else value.get(name) if isinstance(value, dict) else getattr(value, name)
        if callable(value) and not isinstance(value, Promise):
            value = value()
    return value


def badge_of(row: Any, name: str = "status") -> SafeString:
    """The status of a row as a badge: its word in its tone."""
    *path, name = name.split("__")
    owner = value_of(row, "__".join(path)) if path else row
    if owner is None:
        return SafeString("–")
    status = str(getattr(owner, name) or "")
    if not status:
        return SafeString("–")
    display = getattr(owner, f"get_{name}_display", None)
    model_name = getattr(getattr(owner, "_meta", None), "model_name", "") or ""
    return format_html(
        '<span class="badge-tone {}">{}</span>', tone_of(status, model_name), display() if display else status
    )

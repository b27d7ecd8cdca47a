"""Rows pasted from Excel or typed, read in one way for every page. Not here: whether what they name exists.

A tab parts cells; without tabs spaces, commas and semicolons do. A heading row is passed over and says which column is
which. Without it the columns stand in the page's order, and a row that reads otherwise is refused, never guessed at.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from parts.catalog import INVISIBLE

THOUSANDTH: Final = Decimal("0.001")
CENT: Final = Decimal("0.01")
MOST: Final = Decimal(9_999_999)
NUMBER = re.compile(r"¥?\s*(\d+|\d{1,3}(?:,\d{3})+)(\.\d+)?")
BREAKS = r"\s,;、"
TOKEN = re.compile(rf"(?<=[{BREAKS}])¥?\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?![^{BREAKS}])|[^{BREAKS}]+")
NAMES = re.compile(r"(?i)名|name|descr|规格|备注|note")
NUMERIC: Final = ("qty", "price")
HEADINGS: Final = {
    "bin": re.compile(r"(?i)\bbin\b|库位|货位|储位"),
    "batch": re.compile(r"(?i)batch|批次|批号"),
    "qty": re.compile(r"(?i)qty|quantity|pieces|数量|件数|实盘"),
    "price": re.compile(r"(?i)price|cost|单价|价格|成本|售价"),
    "number": re.compile(r"(?i)part|number|\bno\b|编码|编号|图号|料号|配件号|零件号"),
}
LABELS: Final = {
    "bin": _("bin"), "batch": _("batch"), "qty": _("quantity"), "price": _("price"), "number": _("part number"),
}  # fmt: skip


@dataclass(frozen=True)
class PastedRow:
    """One row: where it stood, its cells by column, or what is wrong with it."""

    position: int
    typed: str
    cells: Mapping[str, str] = field(default_factory=dict)
    problem: str | Promise = ""

    def text(self, name: str) -> str:
        """A cell as typed; empty where there is none."""
        return self.cells.get(name, "")

    def amount(self, name: str) -> Decimal | None:
        """A cell as a number; None where there is none."""
        return number_of(self.text(name))

    @property
    def said(self) -> str:
        """The problem with its place."""
        text = _("Line %(line)s, “%(got)s”: %(problem)s")
        return str(text % {"line": self.position, "got": self.typed[:60], "problem": self.problem})


class Page(NamedTuple):
    """What a page expects: its columns in order where no heading says otherwise, and which may be left out."""

    columns: tuple[str, ...]
    optional: tuple[str, ...] = ()
    may_be_zero: bool = False


def number_of(text: str) -> Decimal | None:
    """1200 of “1,200”, 15.36 of “¥15.36”; None for what is no plain number from 0."""
    found = NUMBER.fullmatch(text)
    return Decimal((found[1] + (found[2] or "")).replace(",", "")) if found else None


def read_pasted(text: str, page: Page) -> list[PastedRow]:
    """Every row that is not empty, in order, as the page reads it."""
    rows: list[PastedRow] = []
    heading: Mapping[str, int] = {}
    is_first = True
    for position, line in enumerate(text.splitlines(), start=1):
        typed = unicodedata.normalize("NFKC", line.translate(INVISIBLE)).strip(" \r\n")
        if not re.sub(rf"[{BREAKS}]", "", typed):
            continue
        cells = _split(typed)
        if is_first and _is_heading(cells):
            heading, twice = _columns_named(cells) if "\t" in typed or not re.search(r"[^,;、] ", typed) else ({}, "")
            if twice:
                problem = _("more than one column is named as the %(name)s: keep one.") % {"name": LABELS[twice]}
                rows.append(PastedRow(position, typed.strip(), problem=problem))
        else:
            rows.append(_row(position, typed, heading, page))
        is_first = False
    return rows


def name_bad_rows(form: Any, name: str, rows: Sequence[PastedRow]) -> list[PastedRow]:
    """The rows that could be read; every other one is an error of the form's field."""
    for row in rows:
        if row.problem:
            form.add_error(name, row.said)
    return [row for row in rows if not row.problem]


def _split(typed: str) -> list[str]:
    if "\t" in typed:
        return [cell.strip() for cell in typed.split("\t")]
    return TOKEN.findall(typed)


def _is_heading(cells: Sequence[str]) -> bool:
    return not re.search(r"\d", "".join(cells)) and any(
        pattern.search(cell) for cell in cells for pattern in HEADINGS.values()
    )


def _columns_named(cells: Sequence[str]) -> tuple[dict[str, int], str]:
    """Where each column stands, and the name of one that stands twice; nothing unless it tells the numbers' column from others."""
    found: dict[str, int] = {}
    for index, cell in enumerate(cells):
        name = next((name for name, pattern in HEADINGS.items() if pattern.search(cell)), "")
        if not name or (name == "number" and NAMES.search(cell)):
            continue
        if name in found:
            return {}, name
        found[name] = index
    return (found, "") if "number" in found and len(found) > 1 else ({}, "")


def _row(position: int, typed: str, heading: Mapping[str, int], page: Page) -> PastedRow:
    cells = _split(typed)
    unclear = re.search(r",(\d{1,3}(,\d{3})+)(?!\d)", typed)
    if unclear and "\t" not in typed and len(page.columns) > 2:
        problem: Any = _("“%(got)s” can be one number or several: part the columns with tabs.") % {"got": unclear[1]}
        return PastedRow(position, typed.strip(), problem=problem)
    if heading:
        named = {name: cells[index] for name, index in heading.items() if index < len(cells)}
        return PastedRow(position, typed.strip(), named, _problem(named, page, is_headed=True))
    while not cells[0]:
        cells = cells[1:]
    named = dict(zip(page.columns, cells, strict=False))
    problem = _problem(named, page)
    for index, cell in enumerate(cells[len(page.columns) :], start=len(page.columns) + 1):
        if number_of(cell) is not None and not problem:
            said = _("column %(column)s, “%(got)s”, is one number too many: put a heading row above the columns.")
            problem = said % {"column": index, "got": cell[:20]}
    return PastedRow(position, typed.strip(), named, problem)


def _problem(named: Mapping[str, str], page: Page, *, is_headed: bool = False) -> str | Promise:
    """What keeps a row from being read; empty if nothing does. Under a heading row no quantity is left out."""
    for index, name in enumerate(page.columns, start=1):
        cell = named.get(name, "")
        if not cell and (name not in page.optional or (is_headed and name == "qty")):
            return _("the %(name)s is missing.") % {"name": LABELS[name]}
        if name in NUMERIC and cell and not _fits(name, cell, page.may_be_zero):
            said = _("column %(column)s must be the %(name)s, got “%(got)s”.")
            if is_headed:
                said = _("“%(got)s” is no %(name)s.")
            return said % {"column": index, "name": LABELS[name], "got": cell[:20]}
    return ""


def _fits(name: str, cell: str, may_be_zero: bool) -> bool:
    """Whether the cell is a quantity or a price."""
    amount = number_of(cell)
    if amount is None or amount > MOST or (amount == 0 and not may_be_zero):
        return False
    return amount == amount.quantize(CENT if name == "price" else THOUSANDTH)

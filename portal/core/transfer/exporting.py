"""Rows as CSV or Excel: texts that would be formulas get an apostrophe; numbers stay numbers."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Any, Final
from unicodedata import east_asian_width

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.errors import Refusal

MAX_ROWS: Final = 50_000
NOT_IN_A_SHEETS_NAME: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
STARTS_FORMULA: Final = re.compile(r"^[\s\u200b-\u200f\ufeff]*[=+\-@＝＋－＠﹢﹣﹦﹫−]|^[\t\r\n]")
NARROWEST: Final = 8
WIDEST: Final = 48
WIDTHS_FROM: Final = 200  # rows; the rest looks alike
CENTS: Final = -2
CONTENT_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ExportTooLarge(Refusal):
    """More rows than one file may hold."""

    message = _("The export has more than %(count)s rows. Narrow the filters first.")
    code = "export_too_large"


@dataclass(frozen=True)
class ExportColumn:
    """A heading and where its value comes from: a path of attributes or keys, or a function of the row."""

    label: str | Promise
    source: str | Callable[[Any], Any]

    def value(self, row: Any) -> Any:
        """The row's value, typed."""
        if callable(self.source):
            return self.source(row)
        value = row
        for part in self.source.split("__"):
            value = value.get(part) if isinstance(value, dict) else getattr(value, part, None)
        return value() if callable(value) else value


def file_name(name: str) -> str:
    """The name without signs that some file system refuses."""
    return re.sub(r"[\\/:*?\"<>|\x00-\x1f]+", "-", name).strip(" .-")[:120] or "export"


def neutral(text: str) -> str:
    """The text as a spreadsheet shows it and never runs it."""
    return f"'{text}" if STARTS_FORMULA.match(text) else text


def export_response(
    rows: Iterable[Any], columns: Sequence[ExportColumn], format: str, *, name: str, actor: Any | None = None
) -> HttpResponse:
    """A download of at most 50,000 rows; with an actor one Event tells who took how many. Raises ExportTooLarge.

    format: "csv" (UTF-8 with BOM, as Excel wants it) or "xlsx". rows: already within the reader's scope.
    """
    writer = {"csv": to_csv, "xlsx": to_xlsx}[format]
    table = [[column.value(row) for column in columns] for row, _limit in zip(rows, range(MAX_ROWS + 1), strict=False)]
    if len(table) > MAX_ROWS:
        raise ExportTooLarge(count=f"{MAX_ROWS:,}")
    body = writer([str(column.label) for column in columns], table, name)
    if actor is not None:
        events.record(actor, "user.exported", actor=actor, data={"name": name, "rows": len(table), "format": format})
    response = HttpResponse(body, content_type=CONTENT_TYPES[format])
    response["Content-Disposition"] = content_disposition_header(True, f"{file_name(name)}.{format}")
    return response


def to_csv(header: Sequence[str], table: Iterable[Sequence[Any]], name: str = "") -> bytes:
    """CSV with BOM; line ends as RFC 4180. It has no place for a name."""
    file = io.BytesIO()
    write_csv(file, header, table, name)
    return file.getvalue()


def to_xlsx(header: Sequence[str], table: Iterable[Sequence[Any]], name: str = "") -> bytes:
    """A workbook of one sheet of that name, its head bold and always in sight; texts are string cells, whatever they
    look like."""
    file = io.BytesIO()
    write_xlsx(file, header, table, name)
    return file.getvalue()


def write_csv(file: IO[bytes], header: Sequence[str], table: Iterable[Sequence[Any]], name: str = "") -> None:
    """The same into a file, row by row."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([neutral(text) for text in header])
    writer.writerows([_flat(value) for value in row] for row in table)
    text.detach()


def write_xlsx(file: IO[bytes], header: Sequence[str], table: Iterable[Sequence[Any]], name: str = "") -> None:
    """The same into a file, row by row."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet(NOT_IN_A_SHEETS_NAME.sub(" ", name)[:31].strip(" '") or "1")

    def cell(value: Any, font: Any = None) -> Any:
        made = WriteOnlyCell(sheet, value=_workbook_value(value))
        if isinstance(made.value, str):
            made.data_type = "s"
        elif number_format := _number_format(made.value):
            made.number_format = number_format
        if font is not None:
            made.font = font
        return made

    rest = iter(table)
    first = list(islice(rest, WIDTHS_FROM))
    sheet.freeze_panes = "A2"
    for number, width in enumerate(_widths(header, first), start=1):
        sheet.column_dimensions[_letters(number)].width = width
    bold = Font(bold=True)
    sheet.append([cell(str(text), bold) for text in header])
    for row in chain(first, rest):
        sheet.append([cell(value) for value in row])
    book.save(file)


def _flat(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return value
    if isinstance(value, datetime):
        return clock.local(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return neutral(str(value))


def _number_format(value: Any) -> str:
    """How a sheet shows the value: amounts with cents and thousands, days and moments as on the pages."""
    if isinstance(value, datetime):
        return "yyyy-mm-dd hh:mm"
    if isinstance(value, date):
        return "yyyy-mm-dd"
    if isinstance(value, Decimal) and value.as_tuple().exponent == CENTS:
        return "#,##0.00"
    return ""


def _widths(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[int]:
    """A width per column that shows most of its texts; a Chinese sign takes two places."""
    columns = zip(header, *rows, strict=True)
    return [min(WIDEST, max(NARROWEST, 2 + max(_places(value) for value in column))) for column in columns]


def _places(value: Any) -> int:
    text = str(_flat(value))
    return len(text) + sum(east_asian_width(sign) in "WF" for sign in text)


def _letters(number: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(number))


def _workbook_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return clock.local(value).replace(tzinfo=None)
    if value is None or isinstance(value, bool | int | Decimal | date):
        return value
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return neutral(ILLEGAL_CHARACTERS_RE.sub("", str(value)))[:32_000]

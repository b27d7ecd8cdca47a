"""Rows as CSV or Excel: texts that would be formulas get an apostrophe; numbers stay numbers."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.errors import Refusal

MAX_ROWS: Final = 50_000
NOT_IN_A_SHEETS_NAME: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
STARTS_FORMULA: Final = re.compile(r"^[\s\u200b-\u200f\ufeff]*[=+\-@＝＋－＠﹢﹣﹦﹫−]|^[\t\r\n]")
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
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([neutral(text) for text in header])
    writer.writerows([_flat(value) for value in row] for row in table)
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def to_xlsx(header: Sequence[str], table: Iterable[Sequence[Any]], name: str = "") -> bytes:
    """A workbook of one sheet of that name; texts are string cells, whatever they look like."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(NOT_IN_A_SHEETS_NAME.sub(" ", name)[:31].strip(" '") or "1")

    def cell(value: Any) -> Any:
        made = WriteOnlyCell(sheet, value=_workbook_value(value))
        if isinstance(made.value, str):
            made.data_type = "s"
        return made

    sheet.append([cell(str(text)) for text in header])
    for row in table:
        sheet.append([cell(value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


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


def _workbook_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return clock.local(value).replace(tzinfo=None)
    if value is None or isinstance(value, bool | int | Decimal | date):
        return value
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return neutral(ILLEGAL_CHARACTERS_RE.sub("", str(value)))[:32_000]

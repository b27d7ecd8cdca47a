"""A file as rows of texts, after the safety checks: size, real type, zip ratio, macros, entities, encoding, header."""

import csv
import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Names
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from portal.core import show
from portal.core.errors import Refusal
from portal.core.office_files import UNREADABLE
from portal.core.transfer.kinds import Column, Formula, ImportKind, fold

type Assigned = Names[str, str]

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_INFLATED: Final = 50 * 1024 * 1024
MAX_RATIO: Final = 100
MAX_ROWS: Final = 1_100_000
MAX_COLUMNS: Final = 200
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
FIRST_SHEET: Final = "xl/worksheets/sheet1.xml"
UNCALCULATED: Final = re.compile(r'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*><f[^>]*>([^<]*)</f>(?:<v ?/>|<v></v>)?</c>')
MARKUP: Final = re.compile(rb"^\s*(<\?xml|<!doctype|<html|\{\\rtf|%PDF)", re.IGNORECASE)


class BadImportFile(Refusal):
    """The file as a whole cannot be taken."""

    message = _("The file was not taken: %(reason)s.")
    code = "bad_import_file"


@dataclass(frozen=True)
class Sheet:
    """A file opened: how its text was encoded, its header, and its rows with line numbers, which can be read once."""

    encoding: str
    header: list[str]
    rows: Iterator[tuple[int, list[str]]]


@dataclass(frozen=True)
class Mapping:
    """Which column of the file fills which column of the kind; headings that fill none."""

    columns: list[Column]
    positions: list[int]
    ignored: list[str]
    width: int


def open_sheet(raw: bytes, name: str) -> Sheet:
    """The first sheet of a workbook, or the CSV. Raises BadImportFile."""
    if not raw.strip():
        raise BadImportFile(reason=_("it is empty"))
    if len(raw) > MAX_BYTES:
        raise BadImportFile(reason=_("it is larger than 64 MB"))
    suffix = name.rpartition(".")[2].casefold()
    if raw.startswith(OLE) or suffix in {"xls", "xlsm", "xlsb", "ods"}:
        raise BadImportFile(reason=_("save it as .xlsx or .csv first; old workbooks and macros are not taken"))
    is_zip = raw.startswith(ZIP)
    if is_zip != (suffix == "xlsx"):
        raise BadImportFile(reason=_("its content does not fit its name; it must be a .csv or an .xlsx file"))
    return _open_workbook(raw) if is_zip else _open_csv(raw)


class ColumnsMissing(BadImportFile):
    """Headings that nobody recognizes; the person may say what they mean."""

    code = "columns_missing"


def assigned(kind: ImportKind, header: Sequence[str], known: Assigned | None = None) -> dict[str, int]:
    """The place in the file of each column of the kind that is found there: as the person said, else by its headings.

    known: column by heading (folded). Raises BadImportFile for repeated headings.
    """
    seen: dict[str, int] = {}
    for position, heading in enumerate(header):
        folded = fold(heading)
        if folded and folded in seen:
            raise BadImportFile(reason=_("the column “%(name)s” stands in it twice") % {"name": heading[:60]})
        seen[folded] = position
    found = {column: seen[heading] for heading, column in (known or {}).items() if heading in seen}
    free = {heading: position for heading, position in seen.items() if position not in found.values()}
    for column in kind.columns:
        if column.name in found:
            continue
        hits = sorted({free[name] for name in column.names() if name in free})
        if len(hits) > 1:
            raise BadImportFile(reason=_("the column “%(name)s” stands in it twice") % {"name": column.label})
        if hits:
            found[column.name] = hits[0]
    return found


def map_header(kind: ImportKind, header: Sequence[str], known: Assigned | None = None) -> Mapping:
    """Columns by their headings, in any order. Raises ColumnsMissing, and BadImportFile for repeated ones."""
    found = assigned(kind, header, known)
    columns = [column for column in kind.columns if column.name in found]
    positions = [found[column.name] for column in columns]
    missing = [
        str(column.label) for column in kind.columns if (column.required or column.key) and column not in columns
    ]
    if missing:
        raise ColumnsMissing(reason=_("it lacks the columns %(names)s") % {"names": show.listed(missing)})
    ignored = [text[:60] for n, text in enumerate(header) if n not in positions and text.strip()]
    return Mapping(columns, positions, ignored, len(header))


def _open_csv(raw: bytes) -> Sheet:
    if MARKUP.match(raw[:512]):
        raise BadImportFile(reason=_("its content does not fit its name; it must be a .csv or an .xlsx file"))
    encoding, text = _decoded(raw)
    if "\x00" in text:
        raise BadImportFile(reason=_("it holds NUL characters; it is not a text file"))
    first = text.partition("\n")[0]
    delimiter = max(",;\t，", key=first.count) if any(sign in first for sign in ",;\t，") else ","
    rows = _guarded(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    header = next(rows, (1, []))[1]
    return Sheet(encoding, _checked_header(header), rows)


def _decoded(raw: bytes) -> tuple[str, str]:
    """UTF-8 with or without BOM, UTF-16 with BOM, else GB18030, which contains GBK and GB2312."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    elif raw.startswith(b"\xef\xbb\xbf"):
        candidates = ["utf-8-sig"]
    else:
        candidates = ["utf-8", "gb18030"]
    for encoding in candidates:
        try:
            return encoding, raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadImportFile(reason=_("its encoding is none of UTF-8, UTF-16 and GBK"))


def _guarded(rows: Iterable[Sequence[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with the number of their last line as the file counts. Raises BadImportFile."""
    line = 1
    try:
        for count, cells in enumerate(rows):
            line = getattr(rows, "line_num", count + 1)
            if count > MAX_ROWS:
                raise BadImportFile(reason=_("it has more than 1,100,000 rows"))
            if any(cell.strip() for cell in cells):
                yield line, list(cells)
    except csv.Error as error:
        raise BadImportFile(
            reason=_("after line %(line)s a quotation mark is not closed or stands in the wrong place") % {"line": line}
        ) from error


def _checked_header(header: list[str]) -> list[str]:
    if not any(cell.strip() for cell in header):
        raise BadImportFile(reason=_("it has no header row"))
    if len(header) > MAX_COLUMNS:
        raise BadImportFile(reason=_("it has more than 200 columns"))
    return header


def _open_workbook(raw: bytes) -> Sheet:
    _refuse_bomb(raw)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0)
        found = sheet.to_python(skip_empty_area=False)
        formulas = list(_without_value(raw))
    except (CalamineError, IndexError, *UNREADABLE) as error:
        raise BadImportFile(reason=_("the workbook is broken")) from error
    texts = [[_cell_text(cell) for cell in row] for row in found]
    for (line, place), formula in formulas:
        if line < len(texts) and place < len(texts[line]):
            texts[line][place] = formula
    rows = _guarded(texts)
    header = next(rows, (1, []))[1]
    while header and not header[-1].strip():
        header.pop()
    return Sheet("xlsx", _checked_header(header), rows)


def _without_value(raw: bytes) -> Iterator[tuple[tuple[int, int], Formula]]:
    """Formulas of the first sheet that a program wrote and nobody has calculated, by row and column counted from 0."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if FIRST_SHEET not in archive.namelist():
            return
        sheet = archive.read(FIRST_SHEET).decode("utf-8", "replace")
    for letters, row, formula in UNCALCULATED.findall(sheet):
        place = 0
        for letter in letters:
            place = place * 26 + ord(letter) - 64
        yield (int(row) - 1, place - 1), Formula(f"={html.unescape(formula)}")


def _refuse_bomb(raw: bytes) -> None:
    """Inflated size, ratio, macros and document types, before anything is parsed."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            inflated = sum(entry.file_size for entry in entries)
            if "xl/workbook.xml" not in names:
                raise BadImportFile(reason=_("it is not an Excel workbook"))
            if any("vbaProject" in name for name in names):
                raise BadImportFile(reason=_("it holds macros"))
            if len(entries) > 2_000 or inflated > MAX_INFLATED or inflated > MAX_RATIO * len(raw):
                raise BadImportFile(reason=_("unpacked it would be too large; save it as .csv"))
            for entry in entries:
                if entry.filename.endswith((".xml", ".rels")) and entry.file_size:
                    with archive.open(entry) as part:
                        if b"<!DOCTYPE" in part.read(4096).upper():
                            raise BadImportFile(reason=_("it holds a document type, which no workbook needs"))
    except UNREADABLE as error:
        raise BadImportFile(reason=_("the workbook is broken")) from error


def _cell_text(cell: Any) -> str:
    """A cell as the reader would see it: 12, not 12.0; days as ISO."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time().isoformat() == "00:00:00" else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).replace("\x00", "")

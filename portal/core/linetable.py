"""Long line tables as PDF: typst in child processes of 1,000 lines, merged with running page numbers. Not here: letters.

A part is rendered by linetable_part.py in a process of its own, which gives its memory back (141 MiB a part, 13 times
faster than one WeasyPrint document of 5,000 lines).
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from itertools import batched
from pathlib import Path
from typing import Any, Final

from django.utils.functional import Promise
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

LINES_PER_PART: Final = 1_000
SECONDS_PER_PART: Final = 120
PART: Final = Path(__file__).with_name("linetable_part.py")

type Step = Callable[[], None]  # before each part; what it raises stops the drawing


@dataclass(frozen=True)
class LineColumn:
    """A heading, the key of the line's value, a width in percent of the page, and whether the column is added up.

    words: what a code in the column is called, for columns that hold codes. written: how any other text is written.
    said: what the column says where several values of the line tell it together; key then only names the column.
    """

    title: str | Promise
    key: str
    width_percent: int
    total: bool = False
    words: Mapping[str, str | Promise] = field(default_factory=dict)
    written: Callable[[str], str] = str
    said: Callable[[dict[str, Any]], str] | None = None

    def cell(self, line: dict[str, Any]) -> str:
        """The line's text in this column."""
        if self.said is not None:
            return self.said(line)
        text = str(line.get(self.key, ""))
        return str(self.words[text]) if text in self.words else self.written(text)

    def spec(self) -> dict[str, Any]:
        """What the template needs."""
        return {"title": str(self.title), "width_percent": self.width_percent, "right": self.total}


def parts_of(lines: int) -> int:
    """How many parts so many lines make."""
    return -(-lines // LINES_PER_PART)


def with_line_table(
    summary: bytes,
    *,
    heading: str,
    columns: Sequence[LineColumn],
    lines: Iterable[dict[str, Any]],
    step: Step | None = None,
) -> bytes:
    """The summary's pages, then every line once; each page is stamped `x / y`, each part ends with the sum so far.

    lines: values by column key; a column that is added up holds decimal texts.
    """
    writer = PdfWriter()
    writer.append(PdfReader(BytesIO(summary)), import_outline=False)
    with tempfile.TemporaryDirectory() as folder:
        for spec in _specs(Path(folder), heading, columns, lines):
            if step is not None:
                step()
            writer.append(_rendered(spec), import_outline=False)
        _number(writer)
        made = BytesIO()
        writer.write(made)
    return made.getvalue()


def _specs(
    folder: Path, heading: str, columns: Sequence[LineColumn], lines: Iterable[dict[str, Any]]
) -> Iterable[Path]:
    """One file a part, with the sum up to its end; holds one part in memory."""
    sums = {column.key: Decimal(0) for column in columns if column.total}
    for number, part in enumerate(batched(lines, LINES_PER_PART)):
        for key in sums:
            sums[key] += sum(Decimal(str(line.get(key) or 0)) for line in part)
        shown = {
            "title": heading,
            "heading": heading if number == 0 else "",
            "columns": [column.spec() for column in columns],
            "lines": [[column.cell(line) for column in columns] for line in part],
            "footer": [str(sums.get(column.key, "")) for column in columns],
        }
        spec = folder / f"{number:05}.json"
        spec.write_text(json.dumps(shown, ensure_ascii=False), encoding="utf-8")
        yield spec


def _rendered(spec: Path) -> Path:
    """Our own script on our own data; nothing of the caller's environment but the interpreter."""
    subprocess.run([sys.executable, "-I", PART, spec], check=True, timeout=SECONDS_PER_PART)  # noqa: S603
    return spec.with_suffix(".pdf")


def _number(writer: PdfWriter) -> None:
    """Stamp `x / y` by one appended content stream a page: nothing is parsed, so 1,000 pages take under a second."""
    names = {"Type": "Font", "Subtype": "Type1", "BaseFont": "Helvetica"}
    font = writer._add_object(
        DictionaryObject({NameObject(f"/{key}"): NameObject(f"/{name}") for key, name in names.items()})
    )
    count = len(writer.pages)
    for number, page in enumerate(writer.pages, start=1):
        _stamp(writer, page, font, f"{number} / {count}")


def _stamp(writer: PdfWriter, page: PageObject, font: Any, text: str) -> None:
    stream = StreamObject()
    place = f"{float(page.mediabox.width) - 90:.0f} 22"
    stream.set_data(f"q 0.37 0.43 0.48 rg BT /PageNo 8 Tf 1 0 0 1 {place} Tm ({text}) Tj ET Q".encode())
    contents = page.raw_get("/Contents")
    before = list(contents) if isinstance(contents, ArrayObject) else [contents]
    page[NameObject("/Contents")] = ArrayObject([*before, writer._add_object(stream)])
    resources: Any = page["/Resources"].get_object()
    fonts: Any = resources.get("/Font", DictionaryObject()).get_object()
    own = DictionaryObject(resources)
    own[NameObject("/Font")] = DictionaryObject({**fonts, NameObject("/PageNo"): font})
    page[NameObject("/Resources")] = own

"""The claim report of 50, 500, 5,000 and 50,000 lines: read, drawn, written as CSV and Excel, as its job does it (P10).

The limit of the same run: the same cells in a bare table of the renderer that suits the length, WeasyPrint up to 500 lines,
typst by 1,000 beyond, without reading, sums, merging, page numbers and files. Memory: the peak of this process and of its
largest child; sizes ascend, so each peak is that of its size. LINES says other sizes.
"""

import json
import os
import resource
import tempfile
from collections.abc import Iterator
from itertools import batched
from pathlib import Path
from typing import Any

from bench.figures import Figure, seconds

SIZES = "50,500,5000,50000"
MIB = 1024


def measure(size: str) -> Iterator[Figure]:
    """A figure per length; the rows are those of the volume, everything is taken back."""
    from django.db import transaction

    from portal.core import documents
    from portal.core.document_lines import KEY, keep_lines
    from warranty.claim_report_lines import FILE_COLUMNS, PAPER_COLUMNS, Totals, printed
    from warranty.claim_reports import KIND, WRITERS

    before = 0.0
    for count in map(int, os.environ.get("LINES", SIZES).split(",")):
        made: dict[str, Any] = {}

        def ours(count: int = count, made: dict[str, Any] = made) -> None:
            totals = Totals()
            kept = keep_lines(printed(totals.counting(_rows(count))))
            facts = {"number": f"CR-{count}", "filters": [], "read_at": "", "asked_by": "bench", KEY: kept}
            made["lines"] = kept["count"]
            made["pdf"] = documents.preview_pdf(KIND, number=f"CR-{count}", facts=facts | totals.as_facts())
            header = [str(column.label) for column in FILE_COLUMNS]
            for write in WRITERS.values():
                lines = documents.lines_of(facts)
                with tempfile.TemporaryFile() as file:
                    write(file, header, ([column.value(line) for column in FILE_COLUMNS] for line in lines), "bench")

        with transaction.atomic():
            mine = min(seconds(ours) for _round in range(3 if count <= 500 else 1))
            transaction.set_rollback(True)
        cells = [[column.cell(line) for column in PAPER_COLUMNS] for line in printed(_rows(count))]
        own, child = (
            resource.getrusage(who).ru_maxrss // MIB for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        floor = seconds(lambda cells=cells: _bare(cells))
        a_thousand = mine * 1000 / made["lines"]
        detail = {
            "lines": made["lines"],
            "seconds_a_thousand": round(a_thousand, 2),
            "growth": round(a_thousand / before, 2) if before else 1.0,
            "peak_mib": own,
            "child_mib": child,
            "pdf_mib": round(len(made["pdf"]) / MIB / MIB, 2),
        }
        before = a_thousand
        yield Figure(f"claim_report_{count}", size, mine, floor, 2.5, round(mine / floor, 2), detail)


def _rows(count: int) -> Iterator[dict[str, Any]]:
    """So many lines of the volume's claims, again from the first where it has fewer."""
    from warranty.claim_report_lines import FIELDS
    from warranty.models import ClaimLine

    left = count
    while left:
        found = 0
        for row in ClaimLine.objects.order_by("claim_id", "position").values(*FIELDS)[:left].iterator(2_000):
            found += 1
            yield row
        if not found:
            return
        left -= found


def _bare(cells: list[list[str]]) -> None:
    from weasyprint import HTML

    from portal.core.documents import MAX_TEMPLATE_LINES
    from portal.core.linetable import LINES_PER_PART, _rendered

    if len(cells) <= MAX_TEMPLATE_LINES:
        rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells)
        style = "<style>@page{size:A4 landscape}table{table-layout:fixed;width:100%}</style>"
        HTML(string=f"{style}<table>{rows}</table>").write_pdf()
        return
    columns = [{"title": "x", "width_percent": 10, "right": False}] * len(cells[0])
    with tempfile.TemporaryDirectory() as folder:
        for number, part in enumerate(batched(cells, LINES_PER_PART)):
            spec = Path(folder) / f"{number}.json"
            shown = {"title": "x", "heading": "", "columns": columns, "lines": part, "footer": [""] * len(columns)}
            spec.write_text(json.dumps(shown, ensure_ascii=False), encoding="utf-8")
            _rendered(spec)

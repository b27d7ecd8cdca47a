"""The report of a count: every line with book, first and second count, difference in pieces and value; and the accuracy."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.models import StockCount, StockCountLine
from portal.core import clock, money, show
from portal.core.documents import issue_document
from portal.core.linetable import LineColumn

COUNT_REPORT: Final = "parts.count_report"
ZERO = Decimal(0)
LINE_COLUMNS: Final = (
    LineColumn(_("Bin"), "bin", 14),
    LineColumn(_("Part number"), "part", 18),
    LineColumn(_("Batch"), "batch", 12),
    LineColumn(_("Book"), "book", 10),
    LineColumn(_("First count"), "first", 11),
    LineColumn(_("Second count"), "second", 11),
    LineColumn(_("Difference"), "variance", 11, total=True),
    LineColumn(_("Value (CNY)"), "value", 13, total=True),
)


@dataclass(frozen=True)
class Outcome:
    """The figures of a count, from its lines."""

    lines: int
    counted: int
    different: int
    gain: Decimal
    loss: Decimal

    @property
    def accuracy_percent(self) -> Decimal | None:
        """Share of the lines where the book was right; None before anything is counted."""
        if not self.lines:
            return None
        return (Decimal(self.lines - self.different) * 100 / self.lines).quantize(Decimal("0.1"))


def outcome(lines: Sequence[StockCountLine]) -> Outcome:
    """What the lines say together, at the value of a piece at the freeze."""
    values = [row.variance_value for row in lines]
    return Outcome(
        lines=len(lines),
        counted=sum(row.counted_qty is not None for row in lines),
        different=sum(row.variance_qty != 0 for row in lines),
        gain=money.total(value for value in values if value > 0),
        loss=-money.total(value for value in values if value < 0),
    )


def issue(count: StockCount, lines: Sequence[StockCountLine], *, actor: Any) -> Any:
    """The report stands as a document with the facts of this moment."""
    return issue_document(COUNT_REPORT, subject=count, number=count.number, facts=facts(count, lines), actor=actor)


def facts(count: StockCount, lines: Sequence[StockCountLine]) -> dict[str, Any]:
    """What the report says, frozen."""
    found = outcome(lines)
    names = sorted({str(row.first_by) for row in lines if row.first_by_id})
    again = sorted({str(row.second_by) for row in lines if row.second_by_id})
    return {
        "number": count.number,
        "place": f"{count.location.code} {count.location.name}",
        "posted_on": clock.local_date(count.posted_at or clock.now()).isoformat(),
        "frozen_at": clock.local(count.started_at or clock.now()).strftime("%Y-%m-%d %H:%M"),
        "counters": show.listed(names),
        "second_counters": show.listed(again),
        "approver": str(count.approved_by or ""),
        "accuracy": str(found.accuracy_percent) if found.accuracy_percent is not None else "",
        "line_count": found.lines,
        "different": found.different,
        "gain": str(count.gain_value),
        "loss": str(count.loss_value),
        "lines": [
            {
                "bin": row.location.code,
                "part": row.part.number,
                "part_name": row.part.name,
                "part_name_en": row.part.name_en,
                "batch": row.batch,
                "book": stock.plain(row.book_qty),
                "apart": stock.plain(row.apart_qty),
                "first": stock.plain(row.first_qty or ZERO),
                "second": "" if row.second_qty is None else stock.plain(row.second_qty),
                "variance": stock.plain(row.variance_qty),
                "value": str(row.variance_value),
            }
            for row in lines
        ],
    }

"""Counting sheets as files: what was found in the bins of counts that are under way. Not here: how a count goes (counts)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from parts.counts.entry import add_found, enter_counts
from parts.models import Location, Part, StockCount, StockCountLine
from parts.states import CountStatus
from parts.supply_imports import fractions
from portal.core.transfer import Column, ImportKind, StagedRow
from portal.core.transfer.kinds import Finding

AT_WORK: Final = (CountStatus.COUNTING, CountStatus.RECOUNT)


def _lines(rows: Iterable[StagedRow]) -> dict[tuple[Any, ...], StockCountLine]:
    """Lines of the counts that the rows name, by count, bin, part and batch."""
    counts = {row.values["count_id"] for row in rows}
    found = StockCountLine.objects.filter(count__in=counts).select_related("count")
    return {(line.count_id, line.location_id, line.part_id, line.batch): line for line in found}


def _key(values: dict[str, Any]) -> tuple[Any, ...]:
    return (values["count_id"], values["location_id"], values["part_id"], values.get("batch") or "")


def inspect_counts(batch: Any, rows: Iterable[StagedRow]) -> Iterator[Finding]:
    """Counts that are not under way, bins they do not have, lines that nobody counts again."""
    staged = list(rows)
    seen = StockCount.objects.visible_to(batch.uploaded_by) if batch.uploaded_by else StockCount.objects.all()
    counts = seen.in_bulk({row.values["count_id"] for row in staged})
    frozen = dict(Location.objects.exclude(frozen_by="").values_list("pk", "frozen_by"))
    lines = _lines(staged)
    parts = Part.objects.in_bulk({row.values["part_id"] for row in staged})
    for row in staged:
        yield from fractions(row, parts[row.values["part_id"]], "qty")
        values = row.values
        count, line = counts.get(values["count_id"]), lines.get(_key(values))
        may_count = batch.uploaded_by is None or batch.uploaded_by.has_perm("parts.enter_count", count)
        if count is None or count.status not in AT_WORK or not may_count:
            yield Finding(row.line, "count", values["count"], _("a count that is under way"))
        elif frozen.get(values["location_id"]) != count.number:
            yield Finding(row.line, "location", values["location"], _("a bin of this count"))
        elif count.status == CountStatus.RECOUNT and not (line and line.must_recount):
            yield Finding(row.line, "part", values["part"], _("a line that is to be counted again"))


def same_counts(_batch: Any, rows: Iterable[StagedRow]) -> Iterator[int]:
    """Lines that hold the very figure, and those not counted yet."""
    staged = list(rows)
    lines = _lines(staged)
    for row in staged:
        if row.values.get("qty") is None:
            yield row.line
            continue
        line = lines.get(_key(row.values))
        if line is not None:
            stands = line.second_qty if line.count.status == CountStatus.RECOUNT else line.first_qty
            if stands == row.values["qty"]:
                yield row.line


def apply_counts(_batch: Any, rows: Iterator[StagedRow], actor: Any) -> None:
    """The figures stand in the counts as if the person had typed them; what the book does not know is added."""
    staged = [row for row in rows if row.values.get("qty") is not None]
    lines = _lines(staged)
    counts = StockCount.objects.in_bulk({row.values["count_id"] for row in staged})
    found: dict[int, dict[int, Any]] = defaultdict(dict)
    for row in staged:
        line = lines.get(_key(row.values))
        if line is not None:
            found[line.count_id][line.pk] = row.values["qty"]
            continue
        values = row.values
        add_found(
            counts[values["count_id"]], Location.objects.get(pk=values["location_id"]),
            Part.objects.get(pk=values["part_id"]), values["qty"], batch=values.get("batch") or "", actor=actor,
        )  # fmt: skip
    for pk, quantities in sorted(found.items()):
        enter_counts(counts[pk], found=quantities, actor=actor)


def present_counts(user: Any) -> Iterator[dict[str, Any]]:
    """The sheet of every count under way, blind: what is to be counted, and what was entered so far."""
    rows = StockCountLine.objects.filter(count__in=StockCount.objects.visible_to(user).filter(status__in=AT_WORK))
    for line in rows.select_related("count", "location", "part").order_by("count", "location__pick_order", "pk"):
        again = line.count.status == CountStatus.RECOUNT
        if again and not line.must_recount:
            continue
        yield {
            "count": line.count.number, "location": line.location.code, "part": line.part.number, "batch": line.batch,
            "qty": line.second_qty if again else line.first_qty,
        }  # fmt: skip


STOCK_COUNTS: Final = ImportKind(
    key="parts.stock_counts",
    title=_("Counting sheets"),
    permission="parts.enter_count",
    apply=apply_counts,
    inspect=inspect_counts,
    same=same_counts,
    present=present_counts,
    columns=(
        Column("count", _("Count number"), key=True, references=(StockCount, "number"), headings=("盘点单号",)),
        Column("location", _("Bin code"), key=True, references=(Location, "code"), headings=("库位编码", "库位")),
        Column("part", _("Part number"), key=True, references=(Part, "number"), headings=("配件编码",)),
        Column("batch", _("Batch"), max_length=40, part_of_key=True, headings=("批次",)),
        Column("qty", _("Counted quantity"), kind="decimal", places=3, low=0, headings=("实盘数量",)),
    ),
    help=_("For counts that are under way. The sheet does not show what the book says."),
)

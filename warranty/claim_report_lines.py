"""What a claim report says: its lines as they stand, read by one query, and the sums over them. Not here: who may ask."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from parts.stock import plain
from portal.core import clock
from portal.core.linetable import LineColumn
from portal.core.transfer.exporting import ExportColumn
from stations.models.products import in_language
from warranty.models import ClaimLine, ClaimStatus, LineKind

ZERO = Decimal("0.00")
HAS_AMOUNT: Final = Q(claimed_amount__gt=0) | Q(approved_amount__gt=0) | Q(appealed__granted_amount__gt=0)
FIELDS: Final = (
    "claim_id", "claim__number", "claim__work_order__number", "claim__status", "claim__station__code",
    "claim__station__name", "claim__station__name_en", "claim__product_model__code", "claim__serial_number",
    "claim__failed_on", "claim__repaired_on", "claim__decided_at", "claim__fault_code__code", "position", "kind",
    "part__number", "part__name", "part__name_en", "operation__code", "operation__name", "operation__name_en",
    "description", "qty", "hours", "km", "claimed_amount", "approved_amount", "appealed__granted_amount", "invoice_number",
)  # fmt: skip
PAPER_COLUMNS: Final = (
    LineColumn(_("No."), "no", 5),
    LineColumn(_("Claim"), "claim", 13),
    LineColumn(_("Station"), "station", 14),
    LineColumn(_("Serial number"), "serial", 12),
    LineColumn(_("Repaired on"), "repaired_on", 8),
    LineColumn(_("Kind"), "kind_word", 7),
    LineColumn(_("What"), "what", 17),
    LineColumn(_("Claimed"), "claimed", 8, total=True),
    LineColumn(_("Approved"), "approved", 8, total=True),
    LineColumn(_("On appeal"), "appealed", 8, total=True),
)


def _amount(key: str) -> Any:
    return lambda line: Decimal(line[key]) if line[key] else None


def _day(key: str) -> Any:
    return lambda line: date.fromisoformat(line[key]) if line[key] else None


FILE_COLUMNS: Final = (
    ExportColumn(_("No."), lambda line: int(line["no"]) if line["no"] else None),
    ExportColumn(_("Claim"), "claim"),
    ExportColumn(_("Status"), "status_word"),
    ExportColumn(_("Station code"), "station_code"),
    ExportColumn(_("Station"), "station"),
    ExportColumn(_("Model"), "model"),
    ExportColumn(_("Serial number"), "serial"),
    ExportColumn(_("Failed on"), _day("failed_on")),
    ExportColumn(_("Repaired on"), _day("repaired_on")),
    ExportColumn(_("Decided on"), _day("decided_on")),
    ExportColumn(_("Fault code"), "fault"),
    ExportColumn(_("Kind"), "kind_word"),
    ExportColumn(_("What"), "what"),
    ExportColumn(_("Quantity"), _amount("qty")),
    ExportColumn(_("Invoice number"), "invoice"),
    ExportColumn(_("Claimed"), _amount("claimed")),
    ExportColumn(_("Approved"), _amount("approved")),
    ExportColumn(pgettext_lazy("report", "Granted on appeal"), _amount("appealed")),
)


@dataclass
class Sums:
    """Claims and CNY without tax."""

    claims: set[int] = field(default_factory=set)
    lines: int = 0
    claimed: Decimal = ZERO
    approved: Decimal = ZERO
    appealed: Decimal = ZERO

    def add(self, row: dict[str, Any]) -> None:
        """One line more."""
        self.claims.add(row["claim_id"])
        self.lines += 1
        self.claimed += row["claimed_amount"]
        self.approved += row["approved_amount"] or ZERO
        self.appealed += row["appealed__granted_amount"] or ZERO

    def as_facts(self) -> dict[str, Any]:
        """As a document freezes them."""
        money = {name: f"{getattr(self, name):.2f}" for name in ("claimed", "approved", "appealed")}
        return {"claims": len(self.claims), "lines": self.lines, **money}


@dataclass
class Totals:
    """The sum over all, by state of the claims and by kind of the lines; filled while the lines pass."""

    whole: Sums = field(default_factory=Sums)
    by_status: dict[str, Sums] = field(default_factory=lambda: defaultdict(Sums))
    by_kind: dict[str, Sums] = field(default_factory=lambda: defaultdict(Sums))

    def counting(self, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """The same rows, each counted."""
        for row in rows:
            for sums in (self.whole, self.by_status[row["claim__status"]], self.by_kind[row["kind"]]):
                sums.add(row)
            yield row

    def as_facts(self) -> dict[str, Any]:
        """In the order of the words, and in the language of the moment."""
        return {
            "totals": self.whole.as_facts(),
            "by_status": _worded(self.by_status, ClaimStatus.choices),
            "by_kind": _worded(self.by_kind, LineKind.choices),
        }


def _worded(found: dict[str, Sums], choices: Iterable[tuple[str, Any]]) -> list[dict[str, Any]]:
    return [{"code": value, "word": str(word), **found[value].as_facts()} for value, word in choices if value in found]


def total_row(facts: dict[str, Any]) -> dict[str, Any]:
    """The last row of the files: the sums of the paper, in the language of the moment."""
    sums = {name: facts["totals"][name] for name in ("claimed", "approved", "appealed")}
    return defaultdict(str, claim=gettext("Total"), **sums)


def read_lines(chosen: Iterable[int], *, reader: Any) -> Iterator[dict[str, Any]]:
    """The lines of these claims as they stand, by one query and therefore of one instant; only the reader's.

    Lines on which nothing was claimed and nothing granted are left out; of a claim that has no other, the first stays.
    """
    rows = ClaimLine.objects.visible_to(reader).filter(claim__in=list(chosen)).order_by("claim_id", "position")
    for _claim, lines in groupby(rows.values(*FIELDS).iterator(chunk_size=2_000), itemgetter("claim_id")):
        of_claim = list(lines)
        yield from [line for line in of_claim if _has_amount(line)] or of_claim[:1]


def _has_amount(row: dict[str, Any]) -> bool:
    return bool(row["claimed_amount"] or row["approved_amount"] or row["appealed__granted_amount"])


def printed(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each line as paper and files say it: texts, in the language of the moment."""
    statuses, kinds = dict(ClaimStatus.choices), dict(LineKind.choices)
    words = {str(value): str(word) for found in (statuses, kinds) for value, word in found.items()}
    for number, row in enumerate(rows, start=1):
        decided = row["claim__decided_at"]
        yield {
            "no": str(number),
            "claim": row["claim__number"] or row["claim__work_order__number"],
            "status_word": words[row["claim__status"]],
            "station_code": row["claim__station__code"],
            "station": in_language(row["claim__station__name"], row["claim__station__name_en"]),
            "model": row["claim__product_model__code"] or "",
            "serial": row["claim__serial_number"],
            "failed_on": row["claim__failed_on"].isoformat(),
            "repaired_on": row["claim__repaired_on"].isoformat(),
            "decided_on": clock.local_date(decided).isoformat() if decided else "",
            "fault": row["claim__fault_code__code"] or "",
            "kind_word": words[row["kind"]],
            "what": _what(row),
            "qty": plain(_quantity(row)),
            "invoice": row["invoice_number"],
            "claimed": f"{row['claimed_amount']:.2f}",
            "approved": "" if row["approved_amount"] is None else f"{row['approved_amount']:.2f}",
            "appealed": f"{row['appealed__granted_amount']:.2f}" if row["appealed__granted_amount"] else "",
        }


def _what(row: dict[str, Any]) -> str:
    if row["part__number"]:
        return f"{row['part__number']} {in_language(row['part__name'], row['part__name_en'])}"
    if row["operation__code"]:
        return f"{row['operation__code']} {in_language(row['operation__name'], row['operation__name_en'])}"
    return str(row["description"])


def _quantity(row: dict[str, Any]) -> Decimal:
    """Hours of labor, kilometers of travel, else pieces."""
    found = {LineKind.LABOR: row["hours"], LineKind.TRAVEL: row["km"]}.get(row["kind"]) or row["qty"]
    return Decimal(found)

"""Contract prices with suppliers by their days: many at once. Not here: ordering at them (orders)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from parts.models import SupplierPart


@dataclass(frozen=True)
class Agreed:
    """What holds between a supplier and a part (by key) from a day on; facts not named stay or take their default."""

    supplier_id: int
    part_id: int
    valid_from: date
    facts: Mapping[str, Any]

    @property
    def pair(self) -> tuple[int, int]:
        """Whose and which."""
        return self.supplier_id, self.part_id


def agreed_conflicts(rows: Sequence[Agreed]) -> list[tuple[Agreed, date]]:
    """Rows with a last day that runs into a later period that is known, with its first day."""
    known = _periods(rows)
    found = []
    for row in rows:
        later = [each.valid_from for each in known[row.pair] if each.valid_from > row.valid_from]
        end = row.facts.get("valid_to")
        if end is not None and later and end > min(later):
            found.append((row, min(later)))
        elif end is not None and end <= row.valid_from:
            found.append((row, row.valid_from))
    return found


def _periods(rows: Iterable[Agreed]) -> dict[tuple[int, int], list[SupplierPart]]:
    pairs = {row.pair for row in rows}
    known: dict[tuple[int, int], list[SupplierPart]] = defaultdict(list)
    found = SupplierPart.objects.filter(
        supplier__in={supplier for supplier, _part in pairs}, part__in={part for _supplier, part in pairs}
    )
    for each in found.order_by("valid_from"):
        known[each.supplier_id, each.part_id].append(each)
    return known


@transaction.atomic
def set_supplier_prices(rows: Sequence[Agreed]) -> int:
    """Each price holds from its day until its end or the next known period; the one before ends there. How many are new.

    Set-based. Source: rules.md 3.9.
    """
    known = _periods(rows)
    ended, changed, fresh = [], [], []
    for row in sorted(rows, key=lambda each: (each.pair, each.valid_from)):
        periods = known[row.pair]
        standing = next((each for each in periods if each.valid_from == row.valid_from), None)
        if standing is not None:
            for name, value in row.facts.items():
                setattr(standing, name, value)
            if standing.pk:
                changed.append(standing)
            continue
        later = min((each.valid_from for each in periods if each.valid_from > row.valid_from), default=None)
        before = max(
            (each for each in periods if each.valid_from < row.valid_from),
            key=lambda each: each.valid_from,
            default=None,
        )
        if before is not None and (before.valid_to is None or before.valid_to > row.valid_from):
            before.valid_to = row.valid_from
            if before.pk:
                ended.append(before)
        facts = {"valid_to": later} | dict(row.facts)
        made = SupplierPart(supplier_id=row.supplier_id, part_id=row.part_id, valid_from=row.valid_from, **facts)
        periods.append(made)
        fresh.append(made)
    names = [
        "supplier_part_number",
        "contract_price",
        "lead_days",
        "pack_qty",
        "min_order_qty",
        "is_preferred",
        "valid_to",
    ]
    SupplierPart.objects.bulk_update(ended, ["valid_to"], batch_size=2_000)
    SupplierPart.objects.bulk_update(changed, names, batch_size=2_000)
    SupplierPart.objects.bulk_create(fresh, batch_size=2_000)
    return len(fresh)

"""What a unit that counts pieces refuses: half a piece in a pack, in a kit, on a shelf. Not here: quantities of documents (stock)."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.db.models.functions import Floor
from django.utils.translation import gettext_lazy as _

from parts.models import Part, StockBalance
from parts.stock import QuantityNotWhole, plain
from portal.core.errors import Refusal
from portal.core.transfer import StagedRow
from portal.core.transfer.kinds import Finding

SIZES = ("pack_qty", "min_order_qty")


class UnitOfPartedStock(Refusal):
    """Meters lie on the shelf in fractions; as pieces they could not."""

    message = _(
        "%(part)s: %(held)s lie at %(place)s, so its unit cannot become %(unit)s; count or use up the rest first."
    )
    code = "unit_of_parted_stock"


def refuse_parted(part: Part, **sizes: Decimal | None) -> None:
    """Raises QuantityNotWhole for the first size, by field, that parts a piece."""
    for field, size in sizes.items():
        if size is not None and part.is_fraction(size):
            raise QuantityNotWhole(part=part.number, got=plain(size), unit=part.local_unit, field=field)


def refuse_unit(part: Part) -> None:
    """Raises UnitOfPartedStock where the part, counted whole from now on, lies somewhere in fractions."""
    if part.pk and part.counts_whole and (held := _parted([part.pk]).get(part.pk)):
        facts = {"held": plain(held.on_hand), "place": held.location.local_name}
        raise UnitOfPartedStock(part=part.number, unit=part.local_unit, field="unit", **facts)


def _parted(parts: Iterable[int]) -> Mapping[int, StockBalance]:
    """A balance that is no whole number, by part."""
    rows = StockBalance.objects.filter(part__in=parts, is_world=False).alias(whole=Floor("on_hand"))
    return {row.part_id: row for row in rows.exclude(on_hand=F("whole")).select_related("location")}


def inspect_parts(_batch: Any, rows: Iterable[StagedRow]) -> Iterator[Finding]:
    """Packs and minimums of whole pieces; units that the stock allows. A cell that is absent is what the catalog has."""
    staged = list(rows)
    known = {part.number: part for part in Part.objects.filter(number__in={row.values["number"] for row in staged})}
    parted = _parted(part.pk for part in known.values())
    for row in staged:
        part = known.get(row.values["number"]) or Part(number=row.values["number"])
        before, part.unit = part.unit, row.values.get("unit") or part.unit
        for name in SIZES:
            size = row.values.get(name) or getattr(part, name)
            if part.is_fraction(Decimal(size)):
                yield Finding(row.line, name, str(size), _("a whole number of %(unit)s"), {"unit": part.unit})
        if part.counts_whole and part.unit != before and part.pk in parted:
            yield Finding(row.line, "unit", part.unit, _("a unit that can be parted, as its stock is"))

"""What is typed about vans: pieces of what lies there, a row for every part."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.forms.cases import quantity
from parts.forms.returns import RowsForm
from parts.models import Location, Part, StockBalance
from parts.ordering import Wanted

MOST_ROWS = 30


def parts_at(place: Location | None) -> dict[int, Decimal]:
    """Free pieces per part at a place and in its bins."""
    rows = StockBalance.objects.filter(location__in=Location.objects.within(place.pk)) if place else ()
    held: dict[int, Decimal] = {}
    for row in rows:
        held[row.part_id] = held.get(row.part_id, stock.ZERO) + row.available
    return {part: qty for part, qty in held.items() if qty > 0}


class CarryForm(RowsForm):
    """How many of each part, out of those free at a place; `text` finds a part by number or name."""

    def __init__(self, *args: Any, place: Location | None = None, text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = parts_at(place)
        rows: QuerySet[Part] = Part.objects.filter(pk__in=free).order_by("number")
        rows = rows.filter(pk__in=_sent(self.data)) if self.is_bound else _found(rows, text)
        self.found = len(rows)
        lines = list(rows[:MOST_ROWS])
        for part in lines:
            part.free = free[part.pk]  # type: ignore[attr-defined]
        self.is_alone = len(lines) == 1
        self.add_rows(lines)

    def fields_of(self, line: Any) -> dict[str, forms.Field]:
        fields: dict[str, forms.Field] = {"qty": quantity(_("Quantity"))}
        if self.is_alone and not line.is_serialised:
            fields["qty"].initial = min(line.free, Decimal(1))
        if line.is_serialised:
            fields["serials"] = forms.CharField(
                label=_("Serial numbers, one a line"),
                max_length=4_000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 1, "class": "mono"}),
            )
        return fields

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.wanted():
            self.add_error(None, _("Enter a quantity for at least one part."))
        return values

    def wanted(self) -> list[Wanted]:
        """The rows with a quantity."""
        return [Wanted(line.number, qty) for line in self.lines if (qty := self.value("qty", line))]

    def named(self) -> list[str]:
        """All serial numbers."""
        return [number for line in self.lines for number in (self.value("serials", line) or "").split()]


def _sent(data: Mapping[str, Any]) -> list[int]:
    """The keys of the parts whose rows were sent."""
    keys = [name.removeprefix("qty_") for name in data if name.startswith("qty_")]
    return [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 16][:MOST_ROWS]


def _found(rows: QuerySet[Part], text: str) -> QuerySet[Part]:
    exact = rows.filter(number__iexact=text) if text else rows
    if not text or exact.exists():
        return exact
    like = Q(number__icontains=text) | Q(name__icontains=text) | Q(name_en__icontains=text)
    return rows.filter(like | Q(pinyin_key__icontains=text))

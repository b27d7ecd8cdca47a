"""What the warehouse chooses before a walk: which orders, which pieces of one order."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.models import Location, PartsOrder
from parts.taking import first_warehouse, set_aside_for
from parts.waves import MOST_ORDERS, Ready, ready_orders, warehouses_to_walk
from portal.core.pages import ActingForm
from portal.core.pages.operation import be_careful


class PickPartForm(ActingForm):
    """How many pieces of each bin go onto this pick list; all of them, unless somebody says less."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = list(set_aside_for(self.subject))
        self.frozen = stock.frozen_places(row.location_id for row in self.held)
        here = first_warehouse(self.held) if self.held else 0
        for row in self.held:
            counted = row.location_id in self.frozen
            self.fields[f"qty_{row.pk}"] = forms.DecimalField(
                label=_("%(part)s from %(location)s") % {"part": row.part.number, "location": row.location.code},
                min_value=0, max_value=row.allocated_qty, max_digits=14, decimal_places=3, required=False,
                disabled=counted, initial=stock.plain(row.allocated_qty) if row.location.place_id == here and not counted else 0,
                widget=forms.NumberInput(attrs={"inputmode": "decimal"}),
            )  # fmt: skip
        be_careful(self)

    def rows(self) -> list[tuple[Any, forms.BoundField, str]]:
        """Each allocation with its field, and the count that keeps it."""
        return [
            (
                row,
                self[f"qty_{row.pk}"],
                self.frozen[row.location_id].frozen_by if row.location_id in self.frozen else "",
            )
            for row in self.held
        ]

    def wanted(self) -> dict[int, Decimal]:
        """Pieces by key of the allocation."""
        typed = {row.pk: self.cleaned_data.get(f"qty_{row.pk}") for row in self.held}
        return {pk: qty for pk, qty in typed.items() if qty}


class WaveForm(ActingForm):
    """Which of the orders that are ready go onto one pick list."""

    orders = forms.ModelMultipleChoiceField(
        PartsOrder.objects.all(), label=_("Orders"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one order.")},
    )  # fmt: skip

    def __init__(self, *args: Any, place: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = warehouses_to_walk()
        asked = [row for row in self.places if str(row.pk) == place]
        self.place = next(iter(asked or self.places), None)
        held = Q(lines__allocations__allocated_qty__gt=0) & within("lines__allocations__location", self.place)
        waiting = PartsOrder.objects.visible_to(self.user).filter(held).distinct()
        self.total = waiting.count()
        in_turn = PartsOrder.objects.filter(pk__in=waiting.values("pk")).in_turn().select_related("station")
        self.ready = ready_orders(in_turn[:MOST_ORDERS], self.place) if self.place else []
        self.fields["orders"].queryset = waiting  # type: ignore[attr-defined]

    def rows(self) -> list[tuple[Ready, bool]]:
        """What is ready, and whether it is chosen: all that a list would take, unless somebody said otherwise."""
        bound = self["orders"]
        typed = [str(pk) for pk in bound.value() or ()] if self.is_bound else None
        return [(row, bool(row.lines) if typed is None else str(row.order.pk) in typed) for row in self.ready]


def within(path: str, place: Location | None) -> Q:
    """The location at this path is the place or one of its bins."""
    key = place.pk if place else 0
    return Q(**{path: key}) | Q(**{f"{path}__parent": key})

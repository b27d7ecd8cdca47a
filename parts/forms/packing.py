"""What the warehouse types to pack and to ship: parcels, what lies in each, the carrier, tracking and serial numbers."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.carriers import carrier_named
from parts.models import Carrier, Parcel, Shipment, ShipmentLine
from parts.packing import MOST_KG, Box, contents_by_part, known_weight, misplaced, picked_lines
from portal.core import show
from portal.core.errors import Refusal
from portal.core.pages import ActingForm
from portal.core.pages.operation import be_careful

MOST_ON_A_PAGE: Final = 20  # parcels; a program may say more
CELLS: Final = re.compile(r"\t|[,;，；]| +")
DECIMALS: Final = {"inputmode": "decimal", "autocomplete": "off"}
CODES: Final = {"autocomplete": "off", "autocapitalize": "characters", "class": "mono"}


def parcel_count(text: Any) -> int:
    """How many parcels a page asks for, within what it can show."""
    typed = str(text)
    sane = typed.isascii() and typed.isdecimal() and len(typed) < 4
    return min(max(int(typed), 1), MOST_ON_A_PAGE) if sane else 1


class PackForm(ActingForm):
    """The parcels side by side, and how many pieces of each line lie in which; with one parcel everything is in it."""

    def __init__(self, *args: Any, count: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = picked_lines(self.subject)
        packed = list(self.subject.parcels.order_by("position").prefetch_related("lines")[:MOST_ON_A_PAGE])
        typed = parcel_count(self.data.get("parcels", "1")) if self.is_bound else 0
        self.count = count or typed or len(packed) or 1
        self.fields["parcels"] = forms.IntegerField(
            min_value=1, max_value=MOST_ON_A_PAGE, initial=self.count, widget=forms.HiddenInput()
        )
        for position in range(1, self.count + 1):
            self._add_parcel(position)
        self.initial = {"parcels": self.count} | self._start(packed) | dict(self.initial)
        be_careful(self)

    def _add_parcel(self, position: int) -> None:
        named = {"position": position}
        self.fields[f"weight_{position}"] = forms.DecimalField(
            label=_("Parcel %(position)s: weight (kg)") % named, min_value=stock.THOUSANDTH, max_value=MOST_KG,
            max_digits=7, decimal_places=3, widget=forms.NumberInput(attrs=DECIMALS),
        )  # fmt: skip
        self.fields[f"carton_{position}"] = forms.CharField(
            label=_("Parcel %(position)s: carton") % named, max_length=40, required=False,
            widget=forms.TextInput(attrs={"placeholder": "40 × 30 × 20 cm"}),
        )  # fmt: skip
        self.fields[f"tracking_{position}"] = forms.CharField(
            label=_("Parcel %(position)s: tracking number") % named, max_length=60, required=False,
            widget=forms.TextInput(attrs=CODES),
        )  # fmt: skip
        if self.count > 1:
            for row in self.lines:
                self.fields[f"in_{row.pk}_{position}"] = forms.DecimalField(
                    label=_("%(part)s in parcel %(position)s") % {"part": row.part.number, "position": position},
                    min_value=0, max_value=row.qty, max_digits=14, decimal_places=3, required=False,
                    widget=forms.NumberInput(attrs=DECIMALS | {"data-in": position}),
                )  # fmt: skip

    def _start(self, packed: list[Parcel]) -> dict[str, Any]:
        """The parcels as they stand; of a new shipment one with everything, its weight where the catalog knows it."""
        found: dict[str, Any] = {}
        for parcel in packed:
            place = parcel.position
            found |= {f"carton_{place}": parcel.carton, f"tracking_{place}": parcel.tracking_number}
            found[f"weight_{place}"] = stock.plain(parcel.weight_kg) if parcel.weight_kg else ""
            found |= {f"in_{line.shipment_line_id}_{place}": stock.plain(line.qty) for line in parcel.lines.all()}
        if not packed:
            weight = known_weight(self.lines)
            found["weight_1"] = stock.plain(weight.quantize(stock.THOUSANDTH)) if weight else ""
        if len(packed) < 2:
            found |= {f"in_{row.pk}_1": stock.plain(row.qty) for row in self.lines}
        return found

    def rows(self) -> list[tuple[ShipmentLine, list[forms.BoundField]]]:
        """Each line with a field per parcel; none with one parcel."""
        several = range(1, self.count + 1) if self.count > 1 else ()
        return [(row, [self[f"in_{row.pk}_{position}"] for position in several]) for row in self.lines]

    def heads(self) -> Iterator[tuple[int, forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Each parcel's position, weight, carton and tracking number."""
        for position in range(1, self.count + 1):
            yield position, self[f"weight_{position}"], self[f"carton_{position}"], self[f"tracking_{position}"]

    def _contents(self, values: Mapping[str, Any], position: int) -> dict[int, Decimal]:
        if self.count == 1:
            return {}
        typed = {row.pk: values.get(f"in_{row.pk}_{position}") for row in self.lines}
        return {pk: qty for pk, qty in typed.items() if qty}

    def clean(self) -> dict[str, Any]:
        """Every line that is not packed exactly once is named."""
        values: dict[str, Any] = super().clean() or {}
        contents = [self._contents(values, position) for position in range(1, self.count + 1)]
        if self.count > 1 and not any(name.startswith("in_") for name in self.errors):
            for row, got in misplaced(self.lines, contents):
                text = _("%(part)s: %(got)s pieces lie in the parcels, expected %(expected)s.")
                said = {"part": row.part.number, "got": show.quantity(got), "expected": show.quantity(row.qty)}
                self.add_error(f"in_{row.pk}_1", text % said)
            for position, box in enumerate(contents, start=1):
                if not box:
                    text = _("Parcel %(position)s is empty: put something into it or leave it out.")
                    self.add_error(f"weight_{position}", text % {"position": position})
        return values

    def boxes(self) -> list[Box]:
        """The parcels as typed."""
        values = self.cleaned_data
        return [
            Box(
                values[f"tracking_{position}"],
                values[f"weight_{position}"],
                values[f"carton_{position}"],
                self._contents(values, position),
            )
            for position in range(1, self.count + 1)
        ]


class PackTextForm(ActingForm):
    """The parcels as text, one a line: weight in kg, the tracking number if it is known, with several also what lies in each."""

    parcels = forms.CharField(
        label=_("Parcels"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "mono"}),
        help_text=_(
            "One parcel a line: weight in kg, then the tracking number if it is known; with several parcels also what lies"
            " in each, like GW-MB-100=2."
        ),
    )

    def clean_parcels(self) -> list[Box]:
        """Boxes; every bad line is named."""
        typed, wanted = [], []
        for position, line in enumerate(self.cleaned_data["parcels"].splitlines(), start=1):
            cells = [cell for cell in CELLS.split(line.strip()) if cell]
            if not cells:
                continue
            try:
                weight = Decimal(cells[0])
                if not (weight.is_finite() and stock.THOUSANDTH <= weight <= MOST_KG):
                    raise InvalidOperation
                pairs = [cell.rpartition("=") for cell in cells[1:] if "=" in cell]
                wanted.append({number: Decimal(qty) for number, _equals, qty in pairs})
            except InvalidOperation:
                text = _("Line %(line)s: “%(text)s” is not understood. Expected is a weight above 0, like 1.5.")
                self.add_error("parcels", text % {"line": position, "text": line[:40]})
                continue
            number = "".join(cell for cell in cells[1:] if "=" not in cell)[:60]
            typed.append((number, weight.quantize(stock.THOUSANDTH)))
        if self.errors or not any(wanted):
            return [Box(number, weight) for number, weight in typed]
        try:
            contents = contents_by_part(picked_lines(self.subject), wanted)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return [Box(number, weight, "", held) for (number, weight), held in zip(typed, contents, strict=True)]


class CarrierField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the carriers that are used."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Carrier.objects.filter(is_active=True).order_by("code"), label=_("Carrier"), **kwargs)


class ShipForm(ActingForm):
    """Who carries it, each parcel's tracking number, and which pieces leave where they are known by number."""

    carrier = CarrierField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parcels = list(self.subject.parcels.order_by("position"))
        for parcel in self.parcels:
            self.fields[f"tracking_{parcel.position}"] = forms.CharField(
                label=_("Parcel %(position)s: tracking number") % {"position": parcel.position}, max_length=60,
                required=False, initial=parcel.tracking_number, widget=forms.TextInput(attrs=CODES),
            )  # fmt: skip
        tracked = self.subject.lines.filter(qty__gt=0, part__is_serialised=True).select_related("part").order_by("pk")
        pieces: dict[str, Decimal] = {}
        for row in tracked:
            pieces[row.part.number] = pieces.get(row.part.number, Decimal(0)) + row.qty
        if pieces:
            self.fields["serials"] = serials_field(pieces)
        last = Shipment.objects.exclude(carrier="").order_by("-shipped_at", "-pk").values_list("carrier", flat=True)
        found = carrier_named(last[0]) if last[:1] else None
        if found and found.is_active:
            self.initial.setdefault("carrier", found.pk)

    def tracking(self) -> dict[int, str]:
        """By position of the parcel; what is emptied is empty."""
        return {row.position: self.cleaned_data[f"tracking_{row.position}"].strip() for row in self.parcels}

    def serials(self) -> list[str]:
        """The numbers named."""
        return serials_of(self.cleaned_data.get("serials", ""))


def serials_field(pieces: Mapping[str, Decimal], **kwargs: Any) -> forms.CharField:
    """Serial numbers, scanned one after the other. pieces: how many of which part are asked for."""
    wanted = ", ".join(f"{number} × {show.quantity(qty)}" for number, qty in pieces.items())
    return forms.CharField(
        label=_("Serial numbers"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(
            attrs={"rows": 3, "class": "mono", "autocapitalize": "characters", "data-scan-many": "1"}
        ),
        help_text=_("Scan them one after the other, one a line: %(wanted)s.") % {"wanted": wanted} if wanted else "",
        **kwargs,
    )


def serials_of(text: str) -> list[str]:
    """Serial numbers as typed or scanned, each once; of a label's code only what stands after the part number."""
    found = [cell.rpartition(";")[2].strip() for cell in re.split(r"[\n\t,，、]+", text)]
    return list(dict.fromkeys(cell[:60] for cell in found if cell))

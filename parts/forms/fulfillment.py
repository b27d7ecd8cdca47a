"""What the parts clerk types: parcels, carriers, deliveries of suppliers."""

import re
from decimal import Decimal, InvalidOperation

from django import forms
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.fulfillment import Box
from parts.models import Part
from parts.pasting import Page, name_bad_rows, read_pasted
from parts.receiving import Delivered
from portal.core.pages import ActingForm

ROWS = Page(("number", "qty", "price"))
CELLS = re.compile(r"\t|[,;，；]| +")


class NoteForm(ActingForm):
    """A note of one's own."""

    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class PackForm(ActingForm):
    """The parcels, one a line: weight in kg, then the tracking number if it is known."""

    parcels = forms.CharField(
        label=_("Parcels"),
        initial="1.0",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "mono"}),
        help_text=_("One parcel a line: weight in kg, then the tracking number if it is known."),
    )

    def clean_parcels(self) -> list[Box]:
        """Boxes; every bad line is named."""
        boxes = []
        for position, line in enumerate(self.cleaned_data["parcels"].splitlines(), start=1):
            cells = [cell for cell in CELLS.split(line.strip()) if cell]
            if not cells:
                continue
            try:
                weight = Decimal(cells[0])
                if not (weight.is_finite() and 0 <= weight <= 9_999):
                    raise InvalidOperation
            except InvalidOperation:
                text = _("Line %(line)s: “%(weight)s” is not a weight.")
                self.add_error("parcels", text % {"line": position, "weight": cells[0][:20]})
                continue
            boxes.append(Box("".join(cells[1:])[:60], weight.quantize(stock.THOUSANDTH)))
        return boxes


class ShipForm(ActingForm):
    """Who carries it."""

    carrier = forms.CharField(label=_("Carrier"), max_length=60)
    tracking = forms.CharField(
        label=_("Tracking numbers"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono"}),
        help_text=_("One a line, in the order of the parcels; empty lines keep what was entered when packing."),
    )

    def clean_tracking(self) -> dict[int, str]:
        """By position of the parcel."""
        lines = self.cleaned_data["tracking"].splitlines()
        return {position: line.strip()[:60] for position, line in enumerate(lines, start=1) if line.strip()}


class DeliveryForm(ActingForm):
    """What a supplier delivered."""

    delivery_note = forms.CharField(label=_("Supplier's delivery note"), max_length=60, required=False)
    rows = forms.CharField(
        label=_("Delivered parts"),
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 8, "class": "mono"}),
        help_text=_(
            "One part a line: part number, quantity, unit cost in CNY without tax; rows from Excel can be pasted."
        ),
    )

    def clean_rows(self) -> list[Delivered]:
        """Deliveries; every bad line is named."""
        rows = name_bad_rows(self, "rows", read_pasted(self.cleaned_data["rows"], ROWS))
        catalog = {part.number: part for part in Part.objects.filter(number__in=[row.text("number") for row in rows])}
        found = []
        for row in rows:
            if part := catalog.get(row.text("number")):
                found.append(Delivered(part, row.amount("qty") or Decimal(0), row.amount("price") or Decimal(0)))
            else:
                text = _("Line %(line)s: %(number)s is not in the catalog.")
                self.add_error("rows", text % {"line": row.position, "number": row.text("number")[:60]})
        return found

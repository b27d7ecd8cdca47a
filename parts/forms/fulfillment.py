"""What the parts clerk types: notes and deliveries of suppliers. Not here: parcels (packing)."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from parts.models import Part
from parts.pasting import Page, name_bad_rows, read_pasted
from parts.receiving import Delivered
from portal.core.pages import ActingForm

ROWS = Page(("number", "qty", "price"))


class NoteForm(ActingForm):
    """A note of one's own."""

    note = forms.CharField(label=_("Note"), max_length=200, required=False)


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

"""What a parts clerk and a supplier type about purchase orders."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts import stock
from parts.forms.packing import serials_of
from parts.models import Location, PurchaseOrder, PurchaseOrderLine, Supplier
from parts.pasting import Page, name_bad_rows, read_pasted
from parts.purchasing.orders import Needed
from parts.purchasing.receipts import Arrived
from parts.receiving import WAREHOUSES
from portal.core.pages import ActingForm

ROWS = Page(("number", "qty", "price"), optional=("price",))


class PurchaseForm(ActingForm):
    """A purchase order as pasted rows."""

    supplier = forms.ModelChoiceField(Supplier.objects.filter(is_active=True), label=_("Supplier"))
    rows = forms.CharField(
        label=_("Parts to buy"),
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 8, "class": "mono", "spellcheck": "false"}),
        help_text=_(
            "One part a line: part number, quantity and, where the supplier's list has none, the unit price in CNY without tax."
        ),
    )
    note = forms.CharField(label=_("Note to the supplier"), max_length=500, required=False)

    def clean_rows(self) -> list[Needed]:
        """Needs; every bad line is named."""
        return needs_of(self, "rows")


def needs_of(form: forms.Form, name: str) -> list[Needed]:
    """The needs pasted into the field; every bad line is named at it."""
    rows = name_bad_rows(form, name, read_pasted(form.cleaned_data[name], ROWS))
    return [Needed(row.text("number")[:60], row.amount("qty") or Decimal(0), row.amount("price")) for row in rows]


def warehouse_field(label: Any) -> "forms.ModelChoiceField[Location]":
    """One of the warehouses that goods of suppliers lie in; none chosen is the order's own."""
    return forms.ModelChoiceField(
        Location.objects.places().filter(kind__in=WAREHOUSES, is_active=True).order_by("kind", "code"),
        label=label,
        required=False,
    )


class LinesForm(ActingForm):
    """A form with its own fields for every line of the order it is about."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        order: PurchaseOrder = self.subject
        self.lines = list(order.lines.select_related("part").order_by("position")) if order else []
        self.lines = [line for line in self.lines if self.takes(line)]
        for line in self.lines:
            for name, field in self.fields_of(line).items():
                self.fields[f"{name}_{line.pk}"] = field

    def takes(self, line: PurchaseOrderLine) -> bool:
        """Whether the form asks about the line."""
        return True

    def fields_of(self, line: PurchaseOrderLine) -> dict[str, forms.Field]:
        """The fields of a line, by name."""
        raise NotImplementedError

    def rows(self) -> list[tuple[PurchaseOrderLine, list[Any]]]:
        """Each line with its bound fields, for the template."""
        return [(line, [self[f"{name}_{line.pk}"] for name in self.fields_of(line)]) for line in self.lines]

    def own_fields(self) -> list[Any]:
        """The fields that belong to no line."""
        of_lines = {f"{name}_{line.pk}" for line in self.lines for name in self.fields_of(line)}
        return [self[name] for name in self.fields if name not in of_lines]

    def value(self, name: str, line: PurchaseOrderLine) -> Any:
        """What was entered for the line."""
        return self.cleaned_data.get(f"{name}_{line.pk}")


class ReviseForm(LinesForm):
    """Quantity and price of every line of a draft, and parts that come on top."""

    more = forms.CharField(
        label=_("More parts"),
        max_length=60_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono", "spellcheck": "false"}),
        help_text=_("One part a line: part number, quantity and perhaps the unit price in CNY without tax."),
    )
    note = forms.CharField(label=_("Note to the supplier"), max_length=500, required=False)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, help_text=_("Needed for a price that is not the agreed one.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.subject:
            self.fields["note"].initial = self.subject.note

    def fields_of(self, line: PurchaseOrderLine) -> dict[str, forms.Field]:
        return {
            "qty": forms.DecimalField(
                label=_("Order"),
                min_value=0,
                max_digits=14,
                decimal_places=3,
                required=False,
                initial=stock.plain(line.open_qty),
                help_text=_("0 takes the line off the draft."),
            ),
            "unit_price": forms.DecimalField(
                label=_("Unit price"),
                min_value=0,
                max_value=9_999_999,
                decimal_places=2,
                required=False,
                initial=line.unit_price,
                help_text=_("Empty: the agreed price."),
            ),
        }

    def clean_more(self) -> list[Needed]:
        """Needs; every bad line is named."""
        return needs_of(self, "more")

    def needs(self) -> list[Needed]:
        """All that the draft shall have."""
        kept = [
            Needed(line.part.number, qty, self.value("unit_price", line))
            for line in self.lines
            if (qty := self.value("qty", line))
        ]
        return [*kept, *self.cleaned_data["more"]]


class ConfirmForm(LinesForm):
    """The promised day of every open line."""

    reference = forms.CharField(label=_("Your order number"), max_length=60, required=False)

    def takes(self, line: PurchaseOrderLine) -> bool:
        return bool(line.open_qty)

    def fields_of(self, line: PurchaseOrderLine) -> dict[str, forms.Field]:
        first = line.promised_on or line.wanted_on
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return {"promised": forms.DateField(label=_("Delivery day"), initial=first, widget=widget)}


class ReceiveForm(LinesForm):
    """What lies on the dock, line by line."""

    place = warehouse_field(_("Into"))
    delivery_note = forms.CharField(label=_("Supplier's delivery note"), max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.subject:
            self.fields["place"].initial = self.subject.location_id

    def takes(self, line: PurchaseOrderLine) -> bool:
        return bool(line.open_qty or line.received_qty)

    def fields_of(self, line: PurchaseOrderLine) -> dict[str, forms.Field]:
        fields: dict[str, forms.Field] = {
            "qty": forms.DecimalField(
                label=_("Received now"), min_value=0, max_digits=14, decimal_places=3, required=False
            ),
            "batch": forms.CharField(label=_("Batch"), max_length=40, required=False),
            "shelf": forms.CharField(label=_("Bin"), max_length=30, required=False),
            "note": forms.CharField(label=_("Note"), max_length=200, required=False),
        }
        if line.part.is_batch_tracked:
            fields["expires_on"] = forms.DateField(
                label=_("Batch expires on"),
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            )
        if line.part.is_serialised:
            fields["serials"] = forms.CharField(
                label=_("Serial numbers, one a line"),
                max_length=60_000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2, "class": "mono"}),
            )
        return fields

    def arrived(self) -> list[Arrived]:
        """The lines of which something came."""
        return [
            Arrived(
                line.pk,
                qty,
                batch=self.value("batch", line) or "",
                shelf=self.value("shelf", line) or "",
                note=self.value("note", line) or "",
                serials=tuple(serials_of((self.value("serials", line) or "").replace(" ", "\n"))),
                expires_on=self.value("expires_on", line),
            )
            for line in self.lines
            if (qty := self.value("qty", line))
        ]


class CancelForm(LinesForm):
    """How much of each line is cancelled; nothing typed means all that is open."""

    reason = forms.CharField(label=_("Reason"), min_length=4, max_length=300)

    def takes(self, line: PurchaseOrderLine) -> bool:
        return bool(line.open_qty)

    def fields_of(self, line: PurchaseOrderLine) -> dict[str, forms.Field]:
        return {
            "qty": forms.DecimalField(
                label=_("Cancel"), min_value=0, max_digits=14, decimal_places=3, initial=stock.plain(line.open_qty)
            )
        }

    def quantities(self) -> dict[int, Decimal]:
        """By key of the line."""
        return {line.pk: self.value("qty", line) or Decimal(0) for line in self.lines}


class DeclineForm(CancelForm):
    """How much of each line the supplier does not deliver."""

    def fields_of(self, line: PurchaseOrderLine) -> dict[str, forms.Field]:
        fields = super().fields_of(line)
        fields["qty"].label = pgettext_lazy("purchase order", "Decline")
        return fields


class ReturnForm(LinesForm):
    """How much of each line goes back, and from where."""

    place = warehouse_field(_("Out of"))
    reason = forms.CharField(label=_("Reason"), min_length=4, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.subject:
            self.fields["place"].initial = self.subject.location_id

    def takes(self, line: PurchaseOrderLine) -> bool:
        return line.returnable_qty > 0

    def fields_of(self, line: PurchaseOrderLine) -> dict[str, forms.Field]:
        return {
            "qty": forms.DecimalField(
                label=_("Send back"), min_value=0, max_digits=14, decimal_places=3, required=False
            )
        }

    def quantities(self) -> dict[int, Decimal]:
        """By key of the line."""
        return {line.pk: qty for line in self.lines if (qty := self.value("qty", line))}

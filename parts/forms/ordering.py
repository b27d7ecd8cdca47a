"""What a station types to order and to receive parts."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parts.basket import Basket, assess, read_rows
from parts.forms.cases import photos_field
from parts.forms.packing import serials_of
from parts.models import OrderKind, ShipmentLine
from parts.ordering import MAX_LINES
from portal.core.pages import ActingForm
from stations.models import Station

PLACEABLE = OrderKind.choices
REFERENCES = {
    OrderKind.MACHINE_DOWN: _("Enter the serial number of the stopped machine or the number of the job."),
    OrderKind.CAMPAIGN: _("Enter the number of the campaign."),
}


class OrderForm(ActingForm):
    """An order as pasted rows; `basket` holds them priced once the form was cleaned."""

    station = forms.ModelChoiceField(Station.objects.all(), label=_("Station"))
    kind = forms.ChoiceField(choices=PLACEABLE, label=_("Order kind"), initial=OrderKind.STOCK)
    rows = forms.CharField(
        label=_("Parts"),
        max_length=60_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "mono", "spellcheck": "false", "data-order-rows": "1"}),
        help_text=_("One part a line: part number, then quantity. Rows copied from Excel can be pasted as they are."),
    )
    no_partial = forms.BooleanField(label=_("Deliver each line only when it is complete"), required=False)
    reference = forms.CharField(
        label=_("Your reference"), max_length=60, required=False,
        help_text=_(
            "Stopped machine: its serial number or the job's number. Campaign: its number. Free warranty replacement: the"
            " number of the work order or the claim."
        ),
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.basket: Basket | None = None
        stations = list(self.fields["station"].queryset[:2])  # type: ignore[attr-defined]
        if len(stations) == 1:
            self.fields["station"].widget = forms.HiddenInput()
            self.initial.setdefault("station", stations[0].pk)
        self.fields["reference"].demanded = _("required unless it is for stock")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Prices the rows; every row that cannot be ordered is named with its line."""
        values = super().clean() or {}
        wanted = REFERENCES.get(values.get("kind", ""))
        if wanted and len(values.get("reference", "").strip()) < 3:
            self.add_error("reference", wanted)
        station, text = values.get("station"), values.get("rows")
        if station is None or text is None:
            return values
        rows = read_rows(text)
        if not rows:
            self.add_error("rows", _("Enter at least one part."))
        elif len(rows) > MAX_LINES:
            self.add_error("rows", _("An order takes at most %(most)s lines.") % {"most": MAX_LINES})
        else:
            self.basket = assess(station, rows, kind=values.get("kind") or OrderKind.STOCK, user=self.user)
            for line in self.basket.problems[:20]:
                text = _("Line %(line)s, %(number)s: %(problem)s")
                self.add_error(
                    "rows",
                    text % {"line": line.row.position, "number": line.row.number, "problem": line.problem},
                )
        return values


class ReasonForm(ActingForm):
    """Why."""

    reason = forms.CharField(label=_("Reason"), min_length=4, max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class CountForm(ActingForm):
    """What came of one shipment line."""

    line = forms.IntegerField(widget=forms.HiddenInput())
    received = forms.DecimalField(label=_("Received"), min_value=0, max_digits=8, decimal_places=3)
    damaged = forms.DecimalField(
        label=_("Of these damaged"), min_value=0, max_digits=8, decimal_places=3, initial=0, required=False
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    serials = forms.CharField(
        label=_("Serial numbers of the sound pieces"), max_length=20_000, required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "mono", "autocapitalize": "characters"}),
    )  # fmt: skip
    photos = photos_field(_("Pictures of the damage"))

    def clean_serials(self) -> tuple[str, ...]:
        """Each once, as typed or scanned."""
        return tuple(serials_of(self.cleaned_data["serials"]))

    def clean_damaged(self) -> Decimal:
        """Nothing typed is nothing damaged."""
        damaged: Decimal | None = self.cleaned_data.get("damaged")
        return damaged if damaged is not None else Decimal(0)


class CountFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """One row per line of the shipment; `subject` is the shipment."""

    def __init__(self, *args: Any, lines: list[ShipmentLine] | None = None, **kwargs: Any) -> None:
        self.lines = lines or []
        super().__init__(*args, **kwargs)
        for form, line in zip(self.forms, self.lines, strict=False):
            form.shipped = line


CountRows = forms.formset_factory(CountForm, formset=CountFormSet, extra=0, max_num=500, validate_max=True)

"""What people type about a unit before any claim: the question of its cover, its sale, and what was wrong about it."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models import Part
from portal.core import clock
from portal.core.pages import ActingForm
from portal.core.phones import phone_number
from service.models.customers import normal_serial
from stations.models import ProductModel, Station
from warranty import causes, registration
from warranty.forms.words import WordsField
from warranty.models import Remedy

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SerialField(forms.CharField):
    """A serial number from the plate: scanned or typed, kept in upper case without blanks."""

    def __init__(self, **options: Any) -> None:
        attrs = {"autocomplete": "off", "autocapitalize": "characters", "data-scan-input": ""}
        super().__init__(label=_("Serial number"), max_length=60, widget=forms.TextInput(attrs=attrs), **options)

    def clean(self, value: Any) -> str:
        return normal_serial(super().clean(value) or "")


class PartNumberField(forms.CharField):
    """A part of the catalog by its number; None where nothing is typed."""

    def clean(self, value: Any) -> Any:
        number = (super().clean(value) or "").strip()
        if not number:
            return None
        found = Part.objects.filter(number__iexact=number).order_by("pk").first()
        if found is None:
            raise forms.ValidationError(
                _("There is no part %(number)s: take the number from the catalog."), params={"number": number}
            )
        return found


class CoverageForm(ActingForm):
    """Is it covered? Only the serial number is compulsory."""

    serial_number = SerialField()
    part = PartNumberField(
        label=_("Part number"), max_length=60, required=False, help_text=_("Empty: the unit as a whole.")
    )
    failed_on = forms.DateField(label=_("Failure day"), required=False, widget=DAY, help_text=_("Empty: today."))
    usage_reading = forms.DecimalField(
        label=_("Usage reading"), max_digits=11, decimal_places=3, min_value=Decimal(0), required=False
    )
    cause_class = forms.ChoiceField(
        label=pgettext_lazy("claim", "Cause"),
        choices=lambda: [("", "–"), *causes.choices(clock.today())],
        required=False,
    )
    remedy = forms.ChoiceField(label=_("Remedy"), choices=Remedy.choices, initial=Remedy.REPLACE, required=False)


class SaleForm(ActingForm):
    """A sale to register: the unit by its plate, the customer, the papers."""

    serial_number = SerialField()
    station = forms.ModelChoiceField(label=_("Station"), queryset=Station.objects.all())
    sale_date = forms.DateField(label=_("Sold on"), widget=DAY)
    handed_over_on = forms.DateField(label=_("Handed over on"), widget=DAY, required=False)
    product_model = forms.ModelChoiceField(
        label=_("Model on the plate"),
        queryset=ProductModel.objects.filter(is_active=True),
        required=False,
        help_text=_("Compared with the model on file."),
    )
    invoice_number = forms.CharField(label=_("Invoice number"), max_length=60, required=False)
    invoice_on = forms.DateField(label=_("Invoice date"), widget=DAY, required=False)
    invoice = forms.FileField(
        label=_("Invoice (picture or PDF)"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf"}),
    )
    customer_name = forms.CharField(label=_("Customer"), max_length=80)
    customer_phone = forms.CharField(label=_("Phone"), max_length=30, validators=[phone_number])
    customer_address = forms.CharField(label=_("Address"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["station"]
        mine = list(choice.queryset[:2])
        if len(mine) == 1:  # nothing to choose
            self.only_station: Any = mine[0]
            del self.fields["station"]

    @property
    def filing_station(self) -> Any:
        """The station that files."""
        return self.cleaned_data.get("station") or self.only_station

    def sale(self) -> registration.Sale:
        """What the operation is told, but for the buyer."""
        told = self.cleaned_data
        return registration.Sale(
            told["sale_date"],
            told["handed_over_on"],
            told["invoice_number"],
            told["invoice_on"],
            told["product_model"],
        )


class CorrectionForm(ActingForm):
    """What was wrong, as it should read: an untouched field stays as it is."""

    sale_date = forms.DateField(label=_("Sold on"), widget=DAY)
    handed_over_on = forms.DateField(label=_("Handed over on"), widget=DAY, required=False)
    invoice_number = forms.CharField(label=_("Invoice number"), max_length=60, required=False)
    invoice_on = forms.DateField(label=_("Invoice date"), widget=DAY, required=False)
    product_model = forms.ModelChoiceField(
        label=_("Product model"),
        queryset=ProductModel.objects.filter(is_active=True),
        help_text=_("Of the unit on file."),
    )
    serial_number = SerialField(help_text=_("Another number moves the registration to that unit."))
    customer_name = forms.CharField(label=_("Customer"), max_length=80, required=False)
    customer_phone = forms.CharField(
        label=_("Phone"),
        max_length=30,
        validators=[phone_number],
        required=False,
        help_text=_("Only for another customer."),
    )
    reason = WordsField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What shows that it was wrong, at least %(least)s characters."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Another customer is known by the phone number as well."""
        values = super().clean() or {}
        now = self.subject.customer or self.subject.unit.customer
        name = (values.get("customer_name") or "").strip()
        is_another = bool(name) and (now is None or now.name != name)
        if is_another and not values.get("customer_phone") and "customer_phone" not in self.errors:
            self.add_error("customer_phone", _("This field is required."))
        return values


class SeenForm(ActingForm):
    """What the auditor found about a paid claim."""

    note = forms.CharField(label=_("Remark"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))

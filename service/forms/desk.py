"""Forms of the service desk: intake, offer, close, cancel."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.pages import ActingForm
from service.models import Category, Channel, Customer, FaultCode, InstalledUnit, ProblemClass, Urgency
from stations.contracts import dispatchable
from stations.models import ProductModel, Station


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A unit by serial number and model."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.serial_number} · {obj.product_model}"


class CustomerChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A customer by name and address."""

    def label_from_instance(self, obj: Any) -> str:
        return " · ".join(filter(None, [obj.name, obj.address]))


class IntakeForm(ActingForm):
    """A call becomes a request. `found` is what the look-up by phone or serial number brought."""

    customer = CustomerChoice(
        label=_("Customer"),
        queryset=Customer.objects.none(),
        required=False,
        widget=forms.RadioSelect,
        empty_label=_("Somebody new"),
        blank=True,
    )
    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30)
    address = forms.CharField(label=_("Address of the visit"), max_length=200)
    unit = UnitChoice(
        label=_("Unit"),
        queryset=InstalledUnit.objects.none(),
        required=False,
        widget=forms.RadioSelect,
        empty_label=_("Another unit, or none"),
        blank=True,
    )
    serial_number = forms.CharField(
        label=_("Serial number of another unit"), max_length=60, required=False, help_text=_("It is put on file.")
    )
    product_model = forms.ModelChoiceField(
        label=_("Its product model"), queryset=ProductModel.objects.filter(is_active=True), required=False
    )
    fault_text = forms.CharField(
        label=_("What the customer says"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    fault_code = forms.ModelChoiceField(
        label=_("Fault code"), queryset=FaultCode.objects.filter(is_active=True), required=False
    )
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency.choices, initial=Urgency.FUNCTION_FAULT)
    category = forms.ChoiceField(label=_("Category"), choices=Category.choices, initial=Category.URGENT_REPAIR)
    problem_class = forms.TypedChoiceField(
        label=_("Problem class"), choices=ProblemClass.choices, coerce=int, initial=ProblemClass.L1
    )
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices, initial=Channel.HOTLINE)
    offer_now = forms.BooleanField(label=_("Offer to the best station at once"), required=False, initial=True)

    def __init__(self, *args: Any, found: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = found
        self.fields["customer"].queryset = Customer.objects.filter(pk__in=[each.pk for each in found.customers])  # type: ignore[attr-defined]
        units = InstalledUnit.objects.filter(pk__in=[each.pk for each in found.units])
        self.fields["unit"].queryset = units.select_related("product_model")  # type: ignore[attr-defined]
        if not found.customers:
            del self.fields["customer"]
        if not found.units:
            del self.fields["unit"]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if not values.get("customer") and not values.get("name", "").strip():
            self.add_error("name", _("Ask for the name."))
        typed = values.get("serial_number", "").strip()
        if typed and not (values.get("unit") or values.get("product_model") or self.known(values)):
            self.add_error("product_model", _("Choose the model of a unit that is not on file."))
        return values

    def known(self, values: dict[str, Any]) -> InstalledUnit | None:
        """The unit on file under the typed serial number."""
        from service.intake import unit_by_serial

        return unit_by_serial(values.get("serial_number", ""))


class OfferForm(ActingForm):
    """Which station gets the job on offer."""

    station = forms.ModelChoiceField(label=_("Station"), queryset=Station.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station"].queryset = dispatchable().visible_to(self.user)  # type: ignore[attr-defined]


class NoteForm(ActingForm):
    """What was said."""

    note = forms.CharField(
        label=_("What was said"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ResultForm(ActingForm):
    """How a request ended."""

    result = forms.CharField(label=_("Result"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ReasonForm(ActingForm):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

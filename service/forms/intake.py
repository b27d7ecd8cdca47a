"""Forms of a call: who and what it is about, and the request itself."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.core.pages import ActingForm
from portal.core.phones import phone_number
from service import intake
from service.models import Category, Channel, Customer, FaultCode, InstalledUnit, ProblemClass, Urgency
from service.models.customers import normal_serial
from stations.models import ProductModel

SERIAL = re.compile(r"[A-Z0-9][A-Z0-9./_-]{2,59}")


def serial_number(text: str) -> None:
    """Raises ValidationError for what stands on no plate, unless a unit is on file under it."""
    if "\0" in text:
        return  # the field says so itself; the database would not even look
    if text.strip() and not SERIAL.fullmatch(normal_serial(text)) and intake.unit_by_serial(text) is None:
        raise ValidationError(
            _("“%(given)s” is not a serial number: write 3 to 60 letters, digits and hyphens, like G3A29-00817."),
            params={"given": text.strip()},
        )


class LookUpForm(forms.Form):
    """Who calls, or about which unit."""

    phone = forms.CharField(
        label=_("Phone number"),
        max_length=30,
        required=False,
        validators=[phone_number],
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    serial = forms.CharField(label=_("or serial number"), max_length=60, required=False, validators=[serial_number])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.demanded = ""  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(values.values()):
            self.add_error("phone", _("Write a phone number or a serial number."))
        return values


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
    name = forms.CharField(
        label=_("Name"), max_length=80, required=False, error_messages={"required": _("Ask for the name.")}
    )
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
    fault_code = forms.ModelChoiceField(label=_("Fault code"), queryset=FaultCode.objects.in_use(), required=False)
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
        self.fields["phone"].validators.append(phone_number)
        self.fields["serial_number"].validators.append(serial_number)
        self._offer_what_was_found()
        codes = FaultCode.objects.in_use().for_family(self._family())
        self.fields["fault_code"].choices = [  # type: ignore[attr-defined]
            ("", "---------"),
            *((code.pk, str(code)) for code in codes),
        ]

    def _offer_what_was_found(self) -> None:
        """Customers and units of the look-up; what is demanded then, and what only for somebody or something new."""
        found, fields = self.found, self.fields
        fields["customer"].queryset = Customer.objects.filter(pk__in=[each.pk for each in found.customers])  # type: ignore[attr-defined]
        units = InstalledUnit.objects.filter(pk__in=[each.pk for each in found.units])
        fields["unit"].queryset = units.select_related("product_model__family")  # type: ignore[attr-defined]
        fields["customer"].demanded = fields["unit"].demanded = ""  # type: ignore[attr-defined]
        fields["name"].demanded = _("needed for somebody new")  # type: ignore[attr-defined]
        fields["product_model"].demanded = _("needed for a unit that is not on file")  # type: ignore[attr-defined]
        if not found.customers:
            del fields["customer"]
            fields["name"].required = True
        if not found.units:
            del fields["unit"]
            fields["serial_number"].label = _("Serial number")

    def _family(self) -> Any:
        """The product family the call is about, as far as the form tells; None while it is unknown."""

        def told(name: str) -> str:
            value = self.data.get(name) if self.is_bound else self.initial.get(name)
            return str(value or "")

        return intake.family_of(unit=told("unit"), serial_number=told("serial_number"), model=told("product_model"))

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if "customer" in self.fields and not values.get("customer") and not values.get("name", "").strip():
            self.add_error("name", self.fields["name"].error_messages["required"])
        self._clean_unit(values)
        return values

    def _clean_unit(self, values: dict[str, Any]) -> None:
        """The chosen unit or the typed one, not both; it is this customer's; the fault is one of its family."""
        chosen, typed = values.get("unit"), normal_serial(values.get("serial_number") or "")
        on_file = intake.unit_by_serial(typed)
        if chosen and typed and on_file != chosen:
            text = _("You chose unit %(chosen)s and wrote %(typed)s: clear one of them.")
            self.add_error("serial_number", text % {"chosen": chosen.serial_number, "typed": typed})
        unit = chosen or on_file
        wrote = typed or "serial_number" in self.errors
        if wrote and not unit and not values.get("product_model") and "product_model" not in self.errors:
            self.add_error("product_model", _("Choose the model of a unit that is not on file."))
        if unit and unit.customer_id and unit.customer != values.get("customer"):
            foreign = intake.UnitOfAnotherCustomer(serial=unit.serial_number)
            self.add_error("unit" if chosen else "serial_number", str(foreign))
        model = unit.product_model if unit else values.get("product_model") if typed else None
        code = values.get("fault_code")
        if code and model and not code.is_for(model.family_id):
            self.add_error("fault_code", str(intake.FaultCodeOfAnotherFamily.of(code, model.family)))

    def known(self, values: dict[str, Any]) -> InstalledUnit | None:
        """The unit on file under the typed serial number."""
        return intake.unit_by_serial(values.get("serial_number", ""))

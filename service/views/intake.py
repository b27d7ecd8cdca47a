"""Intake: the phone number or the serial number first, then one form."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View

from portal.core import clock
from portal.core.errors import Refusal
from portal.core.pages import OperationView, PermissionRequiredMixin
from service import dispatch, entitlement, intake, progress
from service.forms.intake import IntakeForm, LookUpForm
from service.models import Customer, FaultCode, InstalledUnit, ServiceRequest
from service.models.customers import digits_of, normal_serial

MOST_UNITS = 8
MOST_CODES = 200


@dataclass(frozen=True)
class Found:
    """What is on file for a phone number or a serial number."""

    phone: str = ""
    serial: str = ""
    customers: list[Customer] = field(default_factory=list)
    units: list[InstalledUnit] = field(default_factory=list)

    @property
    def was_asked(self) -> bool:
        """Whether there was something to look up."""
        return bool(self.phone or self.serial)


def look_up(phone: str, serial: str) -> Found:
    """Customers and units for what was typed; a serial number brings its owner along."""
    customers = intake.customers_by_phone(phone)
    unit = intake.unit_by_serial(serial)
    if unit is not None and unit.customer and unit.customer not in customers:
        customers = [unit.customer] if not phone else customers
    units = [unit] if unit else []
    if not units and customers:
        owned = InstalledUnit.objects.filter(customer__in=customers).select_related("product_model__family", "customer")
        units = list(owned.order_by("-pk")[:MOST_UNITS])
    return Found(digits_of(phone), normal_serial(serial), customers, units)


class Intake(OperationView):
    """A call becomes a request, offered to the best station at once."""

    permission = "service.take_request"
    title = _("Take a call")
    submit_label = _("Create the request")
    form_class = IntakeForm
    template_name = "service/intake.html"
    draft = "intake"

    @cached_property
    def look_up_form(self) -> LookUpForm:
        """The look-up of this page, bound once somebody or something was asked for."""
        asked = self.request.GET
        return LookUpForm(asked if {"phone", "serial"} & set(asked) else None, auto_id="look-up-%s")

    @cached_property
    def found(self) -> Found:
        """What the look-up brought; nothing while it is not asked or not understood."""
        form = self.look_up_form
        return look_up(**form.cleaned_data) if form.is_bound and form.is_valid() else Found()

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"found": self.found}

    def get_initial(self) -> dict[str, Any]:
        found = self.found
        first = found.customers[0] if found.customers else None
        unit = found.units[0] if found.units else None
        return {
            "customer": first.pk if first else None,
            "phone": found.phone or (first.phone if first else ""),
            "address": (unit.address if unit else "") or (first.address if first else ""),
            "unit": unit.pk if unit else None,
            "serial_number": "" if unit else found.serial,
            "offer_now": True,
        }

    def operate(self, form: IntakeForm) -> ServiceRequest:
        values, actor = form.cleaned_data, self.request.user
        customer = values.get("customer") or intake.add_customer(
            name=values["name"], phone=values["phone"], address=values["address"], actor=actor
        )
        request = intake.take_request(
            customer=customer,
            unit=self._unit(form, customer),
            contact_name=values["name"],
            contact_phone=values["phone"],
            address=values["address"],
            actor=actor,
            **{
                name: values[name]
                for name in ("fault_text", "fault_code", "urgency", "category", "problem_class", "channel")
            },
        )
        self.success_message = gettext("%(number)s is taken.") % {"number": request.number}
        if values["offer_now"]:
            self._offer(request)
        return request

    def _unit(self, form: IntakeForm, customer: Customer) -> InstalledUnit | None:
        values = form.cleaned_data
        if values.get("unit") or not values["serial_number"].strip():
            return values.get("unit")
        return form.known(values) or intake.add_unit(
            serial_number=values["serial_number"],
            product_model=values["product_model"],
            customer=customer,
            actor=self.request.user,
        )

    def _offer(self, request: ServiceRequest) -> None:
        try:
            order = dispatch.dispatch_best(request, actor=self.request.user)
        except Refusal as refusal:
            self.success_message = f"{self.success_message} {refusal}"
        else:
            offered = gettext("%(station)s has it on offer.") % {"station": order.station}
            self.success_message = f"{self.success_message} {offered}"

    def get_cancel_url(self) -> str:
        return ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cards = [(unit, cover_card(unit)) for unit in self.found.units]
        return super().get_context_data(**kwargs) | {
            "found": self.found,
            "look_up": self.look_up_form,
            "unit_cards": cards,
        }


def cover_card(unit: InstalledUnit) -> dict[str, Any]:
    """What the unit is entitled to today, in words; and its last requests."""
    answer = entitlement.ask(unit, on=clock.today())
    return {
        "word": progress.cover_words(answer.verdict),
        "tone": progress.cover_tone(answer.verdict),
        "text": answer.text,
        "requests": unit.requests.order_by("-pk")[:3],
    }


class FaultSuggestions(PermissionRequiredMixin, View):
    """The options of the fault code for what was typed so far, the likeliest first and chosen."""

    permission = "service.take_request"

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = {name: str(value).replace("\x00", "") for name, value in request.GET.items()}
        family = intake.family_of(
            unit=asked.get("unit", ""),
            serial_number=asked.get("serial_number", "")[:60],
            model=asked.get("product_model", ""),
        )
        likely = intake.suggest_fault_codes(asked.get("fault_text", "")[:500], family)
        codes = FaultCode.objects.in_use().for_family(family)
        others = list(codes.exclude(pk__in=[code.pk for code in likely])[:MOST_CODES])
        chosen = str(likely[0].pk) if likely else asked.get("fault_code", "")
        context = {"likely": likely, "others": others, "chosen": chosen}
        return render(request, "service/fault_options.html", context)

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
from service.forms.desk import IntakeForm
from service.models import Customer, FaultCode, InstalledUnit, ServiceRequest
from service.models.customers import digits_of, normal_serial

MOST_UNITS = 8


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
    def found(self) -> Found:
        """The look-up of this page."""
        asked = self.request.GET
        return look_up(
            asked.get("phone", "").replace("\x00", "")[:30], asked.get("serial", "").replace("\x00", "")[:60]
        )

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
        return super().get_context_data(**kwargs) | {"found": self.found, "unit_cards": cards}


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
        asked = request.GET
        text = asked.get("fault_text", "").replace("\x00", "")[:500]
        unit = self._unit(asked.get("unit", ""), asked.get("serial_number", ""))
        family = unit.product_model.family if unit else None
        likely = intake.suggest_fault_codes(text, family)
        others = FaultCode.objects.filter(is_active=True).exclude(pk__in=[code.pk for code in likely])
        if family:
            others = others.filter(family=family) | others.filter(family=None)
        return render(request, "service/fault_options.html", {"likely": likely, "others": others[:200]})

    def _unit(self, pk: str, serial: str) -> InstalledUnit | None:
        if pk.isascii() and pk.isdigit() and len(pk) < 10:
            return InstalledUnit.objects.visible_to(self.request.user).filter(pk=int(pk)).first()
        return intake.unit_by_serial(serial.replace("\x00", "")[:60])

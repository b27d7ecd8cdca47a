"""The form of a sale to register, and the unit it looks up while one types."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.pages import OperationView, ScopedPage
from service.models.customers import normal_serial
from warranty import facts, registration
from warranty.forms.registration import SaleForm
from warranty.models import RegistrationStatus, UnitRegistration

FILE = "warranty.file_registration"


class FileRegistration(OperationView):
    """A sale is filed; headquarters approves it."""

    permission = FILE
    template_name = "warranty/registration_form.html"
    title = _("Register a sale")
    intro = _("Cover starts on the day of sale once headquarters has approved; file within 30 days of the sale.")
    submit_label = _("File")
    success_message = _("The registration was filed.")
    form_class = SaleForm
    draft = "registration"

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"serial_number": self.request.GET.get("serial_number", "")[:60]}

    def operate(self, form: SaleForm) -> UnitRegistration:
        told = form.cleaned_data
        return registration.register_sale(
            told["serial_number"],
            sale=form.sale(),
            buyer=registration.Buyer(told["customer_name"], told["customer_phone"], told["customer_address"]),
            station=form.filing_station,
            invoice=told["invoice"],
            actor=self.request.user,
        )

    def get_cancel_url(self) -> str:
        return reverse("registration_list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        return context | looked_up(str(form["serial_number"].value() or ""), str(form["sale_date"].value() or ""))


class RegistrationUnit(ScopedPage):
    """What is on file under a serial number, and whether its sale can still be registered in time."""

    permission = FILE

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = looked_up(request.GET.get("serial_number", "")[:60], request.GET.get("sale_date", "")[:10])
        return render(request, "warranty/registration_unit.html", asked)


def looked_up(serial_number: str, sale_day: str) -> dict[str, Any]:
    """The unit's card beside the form: unit, whether it is registered, the last day to file, whether that is past."""
    serial = normal_serial(serial_number) if "\x00" not in serial_number else ""
    unit = facts.find_unit(serial) if serial else None
    try:
        sold = date.fromisoformat(sale_day)
        last = registration.last_day_to_file(sold)
    except (ValueError, OverflowError):
        last = None
    approved = {"unit": unit, "status": RegistrationStatus.APPROVED}
    return {
        "serial": serial,
        "unit": unit,
        "is_registered": unit is not None and UnitRegistration.objects.filter(**approved).exists(),
        "last_day": last,
        "is_late": last is not None and last < clock.today(),
    }

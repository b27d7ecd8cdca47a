"""Pages of unit registrations: what a station filed, and filing one."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.errors import Refusal
from portal.core.pages import Action, Column, OperationView, ScopedListView
from stations.models import Station
from warranty import facts, registration
from warranty.forms.claims import RegistrationForm
from warranty.models import UnitRegistration


class UnknownSerial(Refusal):
    """There is no such unit."""

    message = _("The serial number %(serial)s is not in our files.")
    code = "unknown_serial"


class RegistrationList(ScopedListView):
    """Registrations of the user's scope, latest first."""

    model = UnitRegistration
    permission = "warranty.view_unitregistration"
    title = _("Unit registrations")
    columns = (
        Column("unit__serial_number", _("Serial number"), small="unit__product_model__local_name"),
        Column("status", kind="badge"),
        Column("sale_date", kind="day"),
        Column("filed_on", kind="day"),
        Column("station", on_phone=False),
    )
    search_fields = ("unit__serial_number",)
    chips = "status"
    ordering = ("-pk",)
    select_related = ("unit__product_model", "station")

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("Register a sale"), reverse("registration_new"), "warranty.file_registration", "primary")]


class FileRegistration(OperationView):
    """A sale is filed; headquarters approves it."""

    permission = "warranty.file_registration"
    title = _("Register a sale")
    intro = _("Cover starts on the day of sale once headquarters has approved; file within 30 days of the sale.")
    submit_label = _("File")
    success_message = _("The registration was filed.")
    form_class = RegistrationForm

    def operate(self, form: Any) -> str:
        values = form.cleaned_data
        unit = facts.find_unit(values["serial_number"].strip())
        if unit is None:
            raise UnknownSerial(serial=values["serial_number"], field="serial_number")
        station = Station.objects.visible_to(self.request.user).order_by("pk").first()
        registration.file_registration(unit, sale_date=values["sale_date"], station=station, actor=self.request.user)
        return reverse("registration_list")

    def get_cancel_url(self) -> str:
        return reverse("registration_list")

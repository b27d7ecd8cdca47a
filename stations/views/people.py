"""People of a station: inviting, certifying, ending."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.pages import OperationView
from stations import people
from stations.forms.people import CertifyForm, PersonForm, TechnicianForm
from stations.models import Membership, Technician
from stations.views.stations import StationOperation


class InviteOwner(StationOperation):
    permission = "stations.invite_owner"
    form_class = PersonForm
    title = _("Invite the owner")
    intro = _("The owner sets a password by the link and then manages staff, orders, jobs and claims of the station.")
    submit_label = _("Invite")

    def get_initial(self) -> dict[str, Any]:
        station = self.object
        given = {"username": station.phone, "display_name": station.contact_name, "phone": station.phone}
        return super().get_initial() | given

    def operate(self, form: Any) -> Any:
        self.told(people.invite_owner(self.object, actor=self.request.user, **form.cleaned_data))
        return self.object


class InviteClerk(StationOperation):
    permission = "stations.manage_staff"
    form_class = PersonForm
    title = _("Add a clerk")
    intro = _("The clerk sets a password by the link, orders parts and files claims for this station.")
    submit_label = _("Invite")

    def operate(self, form: Any) -> Any:
        self.told(people.invite_clerk(self.object, actor=self.request.user, **form.cleaned_data))
        return self.object


class AddTechnician(StationOperation):
    permission = "stations.manage_staff"
    form_class = TechnicianForm
    title = _("Add a technician")
    submit_label = _("Add")
    success_message = _("Added. Jobs need a certificate for the product family.")

    def operate(self, form: Any) -> Any:
        _person, link = people.add_technician(self.object, actor=self.request.user, **form.cleaned_data)
        if link:
            self.told(link)
        return self.object


class Certify(OperationView):
    model = Technician
    permission = "stations.certify_technician"
    form_class = CertifyForm
    title = _("Certify the technician")
    success_message = _("Certified.")
    select_related = ["station"]

    def get_subtitle(self) -> Any:
        return f"{self.object} · {self.object.station}"

    def get_cancel_url(self) -> str:
        return str(self.object.station.get_absolute_url())

    def operate(self, form: Any) -> Any:
        people.certify(self.object, actor=self.request.user, **form.cleaned_data)
        return self.object.station


class EndMembership(OperationView):
    model = Membership
    permission = "stations.manage_staff"
    title = _("End the membership")
    intro = _("From today on the person sees nothing of the station any more; what they did stays on record.")
    submit_label = _("End it")
    danger = True
    success_message = _("Ended.")
    select_related = ["user", "station", "dealer"]

    def get_subtitle(self) -> Any:
        return f"{self.object.user} · {self.object.node}"

    def get_cancel_url(self) -> str:
        return reverse("station_list")

    def operate(self, form: Any) -> Any:
        people.end_membership(self.object, actor=self.request.user)
        return reverse("station_list")

"""Suspension, return to service, leaving the network."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.pages import Action, OperationView
from stations import lifecycle
from stations.forms.lifecycle import WhyForm
from stations.models import Station, StationStatus

S = StationStatus


def standing_actions(station: Station) -> list[Action]:
    """The buttons that change a station's standing, as its table of moves allows."""
    may = station.MOVES.get(station.status, frozenset())
    found = []
    if S.SUSPENDED in may:
        url = reverse("station_suspend", args=[station.pk])
        found.append(Action(_("Suspend"), url, "stations.suspend_station", "danger"))
    if station.status == S.SUSPENDED:
        url = reverse("station_resume", args=[station.pk])
        found.append(Action(_("Take back into service"), url, "stations.resume_station", "primary"))
    if S.TERMINATED in may:
        url = reverse("station_terminate", args=[station.pk])
        found.append(Action(_("End the authorization"), url, "stations.terminate_station", "danger"))
    return found


class LifecycleOperation(OperationView):
    """A station changes its standing, with a reason."""

    model = Station
    form_class = WhyForm
    select_related = ["center", "dealer"]

    def get_subtitle(self) -> Any:
        return f"{self.object.code} {self.object}"


class SuspendStation(LifecycleOperation):
    permission = "stations.suspend_station"
    title = _("Suspend the station")
    intro = _(
        "No new jobs, parts against cash only, open jobs go to other stations within 24 hours. "
        "Finished work can still be claimed."
    )
    submit_label = _("Suspend")
    success_message = _("Suspended.")
    danger = True

    def operate(self, form: Any) -> Any:
        return lifecycle.suspend_station(self.object, actor=self.request.user, **form.cleaned_data)


class ResumeStation(LifecycleOperation):
    permission = "stations.resume_station"
    title = _("Take back into service")
    intro = _("The station gets jobs again, if its contract is still in force.")
    submit_label = _("Take back into service")
    success_message = _("In service again.")

    def operate(self, form: Any) -> Any:
        return lifecycle.resume_station(self.object, actor=self.request.user, **form.cleaned_data)


class TerminateStation(LifecycleOperation):
    permission = "stations.terminate_station"
    title = _("End the authorization")
    intro = _(
        "The station leaves the network for good: its people are logged out at once and cannot log in again, "
        "old parts and equipment come in, its stock is bought back. The history stays."
    )
    submit_label = _("End the authorization")
    success_message = _("The station has left the network.")
    danger = True

    def operate(self, form: Any) -> Any:
        return lifecycle.terminate_station(self.object, actor=self.request.user, **form.cleaned_data)

"""Where and when a station serves: the pages that change it, and what its card shows of it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.pages import OperationView
from stations import coverage, opening
from stations.forms.coverage import AreaRows, ClosedDaysForm, HoursForm, RadiusForm
from stations.models import ClosedDays, Station


def service_card(station: Station) -> dict[str, Any]:
    """What stations/service_card.html shows: areas, the week, closed days ahead."""
    at = clock.now()
    return {
        "areas": coverage.areas_of(station),
        "week": opening.week_of(station, at),
        "closed_ahead": opening.closed_ahead(station, clock.local_date(at)),
    }


class StationServiceOperation(OperationView):
    """Something changed of where or when a station serves."""

    model = Station
    select_related = ["center__region", "dealer"]

    def get_subtitle(self) -> Any:
        return f"{self.object.code} {self.object}"


class SetServiceArea(StationServiceOperation):
    permission = "stations.set_area"
    form_class = RadiusForm
    formset_class = AreaRows
    formset_prefix = "areas"
    formset_label = _("Divisions served")
    template_name = "stations/area_form.html"
    title = _("Service area")
    intro = _("The station serves every place within the radius, and every place in the divisions named here.")
    success_message = _("The service area is set.")

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"service_radius_km": self.object.service_radius_km}

    def get_formset_kwargs(self) -> dict[str, Any]:
        initial = [{"division": area.division} for area in coverage.areas_of(self.object)]
        return super().get_formset_kwargs() | {"initial": initial}

    def operate(self, form: Any) -> Any:
        rows = [row.cleaned_data.get("division") for row in self.get_formset().forms]
        return coverage.set_service_area(
            self.object, divisions=filter(None, rows), radius_km=form.cleaned_data["service_radius_km"],
            actor=self.request.user,
        )  # fmt: skip


class SetHours(StationServiceOperation):
    permission = "stations.set_hours"
    form_class = HoursForm
    template_name = "stations/hours_form.html"
    title = _("Business and on-call hours")
    intro = _("Several spans are parted by commas; hours past midnight end on the next day, like 20:00–08:00.")
    success_message = _("The hours are set.")

    def get_initial(self) -> dict[str, Any]:
        own = list(self.object.hours.all())
        return super().get_initial() | HoursForm.typed(own or opening.default_hours())

    def operate(self, form: Any) -> Any:
        return opening.set_hours(self.object, hours=form.hours(), actor=self.request.user)


class AddClosedDays(StationServiceOperation):
    permission = "stations.set_hours"
    form_class = ClosedDaysForm
    title = _("Closed days")
    intro = _("Holidays, stocktaking, rebuilding: customers and dispatchers see that the station is closed.")
    success_message = _("Entered.")

    def operate(self, form: Any) -> Any:
        opening.add_closed_days(self.object, actor=self.request.user, **form.cleaned_data)
        return self.object


class RemoveClosedDays(OperationView):
    model = ClosedDays
    permission = "stations.set_hours"
    title = _("Open after all")
    intro = _("The station is open on these days.")
    submit_label = _("Remove the closed days")
    success_message = _("Removed.")
    danger = True
    select_related = ["station"]

    def get_subtitle(self) -> Any:
        row = self.object
        return f"{row.station} · {row.first_day} – {row.last_day} · {row.reason}"

    def get_cancel_url(self) -> str:
        return reverse("station_detail", args=[self.object.station_id])

    def operate(self, form: Any) -> Any:
        return opening.remove_closed_days(self.object, actor=self.request.user)

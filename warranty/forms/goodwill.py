"""What people type about goodwill: the request, the shares, budgets."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import clock
from portal.core.pages import ActingForm
from portal.core.parameters import param
from service.models import InstalledUnit, WorkOrder
from stations.models import ProductFamily, Region, Station
from warranty.forms.words import WordsField

SHARES = {
    "part_share_percent": _("Parts (%)"),
    "labor_share_percent": _("Labor (%)"),
    "travel_share_percent": _("Travel (%)"),
}


class GoodwillRequestForm(ActingForm):
    """For which job or unit, how much, and why."""

    about = forms.CharField(
        label=_("Work order or serial number"), max_length=60,
        help_text=_("The work order if there is one; else the unit's serial number."),
    )  # fmt: skip
    station = forms.ModelChoiceField(
        label=_("Station"), queryset=Station.objects.all(), required=False,
        help_text=_("Only for a serial number: a work order names its station."),
    )  # fmt: skip
    amount = forms.DecimalField(
        label=pgettext_lazy("goodwill", "Asked for (CNY, tax excluded)"), max_digits=10, decimal_places=2, min_value=1
    )
    reason = WordsField(
        label=_("Why the customer deserves it"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = list(Station.objects.visible_to(self.user).order_by("pk")[:2])
        self.only_station = mine[0] if len(mine) == 1 else None
        if self.only_station is not None:
            del self.fields["station"]

    def clean(self) -> dict[str, Any]:
        """The job and unit behind the number, and the station that asks."""
        values = super().clean() or {}
        about = values.get("about", "").strip()
        if not about:
            return values
        jobs = WorkOrder.objects.visible_to(self.user).select_related("request__unit", "station")
        job = jobs.filter(number=about).first()
        unit = job.request.unit if job else InstalledUnit.objects.filter(serial_number=about).first()
        if unit is None:
            text = _("Got “%(got)s”, expected the number of one of your work orders or a known serial number.")
            self.add_error("about", text % {"got": about[:60]})
            return values
        station = job.station if job else self.only_station or values.get("station")
        if station is None:
            self.add_error("station", _("Choose the station that does the work."))
        return values | {"work_order": job, "unit": unit, "station": station}


class AuthorizeForm(ActingForm):
    """Which shares, up to how much, for how long; a second signature only confirms them."""

    part_share_percent = forms.IntegerField(label=SHARES["part_share_percent"], min_value=0, max_value=100, initial=50)
    labor_share_percent = forms.IntegerField(label=SHARES["labor_share_percent"], min_value=0, max_value=100, initial=0)
    travel_share_percent = forms.IntegerField(
        label=SHARES["travel_share_percent"], min_value=0, max_value=100, initial=0
    )
    budget = forms.DecimalField(label=_("Up to (CNY, tax excluded)"), max_digits=12, decimal_places=2, min_value=1)
    expires_on = forms.DateField(label=_("Good through"), widget=forms.DateInput(attrs={"type": "date"}))
    answer = forms.CharField(
        label=_("Note to the station"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row, today = self.subject, clock.today()
        self.fields["budget"].initial = row.budget
        days = today.toordinal() + param("warranty.goodwill_days", today)
        self.fields["expires_on"].initial = row.expires_on or today.fromordinal(days)
        if row.authorized_by_id:
            for name in SHARES:
                self.fields[name].initial = getattr(row, name)
            for field in self.fields.values():
                field.disabled = True

    def given(self) -> dict[str, Any]:
        """What the operation is told."""
        values = dict(self.cleaned_data)
        return {"shares": {name: values.pop(name) for name in SHARES}, **values}


class AnswerGoodwillForm(ActingForm):
    """Why not."""

    answer = WordsField(
        label=pgettext_lazy("authorization", "Explanation to the station"), max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class BudgetForm(ActingForm):
    """The year's amount for a region or product line; left empty: for all of the rest."""

    year = forms.IntegerField(label=_("Year"), min_value=2020, max_value=2099)
    region = forms.ModelChoiceField(
        label=_("Region"), queryset=Region.objects.all(), required=False, empty_label=_("All regions")
    )
    family = forms.ModelChoiceField(
        label=_("Product family"), queryset=ProductFamily.objects.all(), required=False, empty_label=_("All products")
    )
    amount = forms.DecimalField(label=_("Budget (CNY)"), max_digits=12, decimal_places=2, min_value=0)
    reason = forms.CharField(label=_("Reason"), max_length=300)

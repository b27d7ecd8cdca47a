"""What people type about prior authorizations: the request with its lines, the grant, the refusal."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models import Part
from portal.core import clock
from portal.core.pages import ActingForm
from portal.core.parameters import param
from service.models import InstalledUnit, LaborOperation, WorkOrder
from stations.forms.applications import ManyFilesField, ManyFilesInput
from stations.models import Station
from warranty.authorizations import Wanted
from warranty.forms.claims import ReasonChoice
from warranty.forms.words import WordsField
from warranty.models import LineKind, ReasonUse

KINDS = [(kind.value, kind.label) for kind in (LineKind.OUTSIDE, LineKind.PART, LineKind.LABOR, LineKind.OTHER)]
MOST_PHOTOS = 10


class RequestForm(ActingForm):
    """For which job or unit, and why."""

    about = forms.CharField(
        label=_("Work order or serial number"), max_length=60,
        help_text=_("The work order if there is one; else the unit's serial number."),
    )  # fmt: skip
    station = forms.ModelChoiceField(
        label=_("Station"), queryset=Station.objects.all(), required=False,
        help_text=_("Only for a serial number: a work order names its station."),
    )  # fmt: skip
    reason = WordsField(label=_("Why the work is needed"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    photos = ManyFilesField(
        label=_("Photos or quotation (PDF)"), required=False, max_length=300,
        widget=ManyFilesInput(attrs={"accept": "image/*,application/pdf"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = list(Station.objects.visible_to(self.user).order_by("pk")[:2])
        self.only_station = mine[0] if len(mine) == 1 else None
        if self.only_station is not None:
            del self.fields["station"]

    def clean_photos(self) -> list[Any]:
        """Some."""
        photos: list[Any] = self.cleaned_data["photos"]
        if len(photos) > MOST_PHOTOS:
            raise forms.ValidationError(
                _("Got %(got)s files, expected at most %(most)s."), params={"got": len(photos), "most": MOST_PHOTOS}
            )
        return photos

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
            missing = _("Work order %(number)s names no unit yet; enter its serial number there first.")
            self.add_error("about", missing % {"number": about} if job else text % {"got": about[:60]})
            return values
        station = job.station if job else self.only_station or values.get("station")
        if station is None:
            self.add_error("station", _("Choose the station that does the work."))
        return values | {"work_order": job, "unit": unit, "station": station}


class WantedForm(ActingForm):
    """One part, operation or service, and what it costs."""

    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, initial=LineKind.OUTSIDE)
    item = forms.CharField(
        label=_("Part number or operation code"), max_length=60, required=False,
        help_text=_("For parts and labor."),
    )  # fmt: skip
    description = forms.CharField(label=_("Description"), max_length=200, required=False)
    qty = forms.DecimalField(
        label=_("Quantity"), max_digits=8, decimal_places=3, min_value=0, initial=1, required=False
    )
    amount = forms.DecimalField(
        label=_("Amount (CNY, tax excluded)"), max_digits=10, decimal_places=2, min_value=0, required=False,
        help_text=_("Empty: the price or flat hours of the day."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The part or operation behind its number; a service has a description and an amount."""
        values = super().clean() or {}
        kind, item = values.get("kind"), values.get("item", "").strip()
        found: dict[str, Any] = {}
        if kind == LineKind.PART:
            found["part"] = Part.objects.filter(number=item).first()
        elif kind == LineKind.LABOR:
            found["operation"] = LaborOperation.objects.filter(code=item, is_active=True).first()
        elif not values.get("description", "").strip():
            self.add_error("description", _("Say what is done."))
        elif not values.get("amount") and "amount" not in self.errors:
            self.add_error("amount", _("This field is required."))
        if found and None in found.values():
            self.add_error("item", _("Got “%(got)s”, expected a part number or operation code in use.") % {"got": item})
        return values | found

    def wanted(self) -> Wanted:
        """What the operation is told."""
        values = self.cleaned_data
        return Wanted(
            kind=values["kind"], description=values.get("description", ""), part=values.get("part"),
            operation=values.get("operation"), qty=values.get("qty") or Decimal(1), amount=values.get("amount"),
        )  # fmt: skip


class _AtLeastOne(forms.BaseFormSet):  # type: ignore[type-arg]  # the class is no generic at run time
    """Says what is missing in the words of the page."""

    default_error_messages = {
        **forms.BaseFormSet.default_error_messages,
        "too_few_forms": _("Name at least one part, operation or service."),
    }


WantedRows = forms.formset_factory(
    WantedForm, formset=_AtLeastOne, extra=0, min_num=1, validate_min=True, max_num=30, absolute_max=30
)


class GrantForm(ActingForm):
    """Up to how much, for how long."""

    amount = forms.DecimalField(
        label=_("Granted up to (CNY, tax excluded)"), max_digits=12, decimal_places=2, min_value=0
    )
    valid_until = forms.DateField(label=_("Valid through"), widget=forms.DateInput(attrs={"type": "date"}))
    answer = forms.CharField(
        label=_("Note to the station"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        self.fields["amount"].initial = self.subject.estimated
        last = today.toordinal() + param("warranty.authorization_days", today)
        self.fields["valid_until"].initial = today.fromordinal(last).isoformat()


class RefuseForm(ActingForm):
    """Why not."""

    reason_code = ReasonChoice(ReasonUse.AUTHORIZATION, label=_("Reason"))
    answer = WordsField(
        label=pgettext_lazy("authorization", "Explanation to the station"), max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

"""Forms of where and when a station serves."""

import re
from collections.abc import Iterable
from datetime import time
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.pages import ActingForm
from portal.core.parameters import param
from stations.coverage import RadiusTooLarge
from stations.forms.applications import DateInput
from stations.forms.recruiting import KnownDivisionField
from stations.models import HoursKind, Weekday
from stations.opening import Hours

SPAN: Final = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)\s*[-–—~至到]\s*([01]?\d|2[0-4])[:：]([0-5]\d)", re.ASCII)
BETWEEN: Final = re.compile(r"[,，、;；]")


class RadiusForm(ActingForm):
    """How far the station drives."""

    service_radius_km = forms.IntegerField(
        label=_("service radius (km)"), min_value=0,
        help_text=_("Around the station's coordinates; 0 if only the divisions below are served."),
    )  # fmt: skip

    def clean_service_radius_km(self) -> int:
        """Within what the parameter allows, said at the field also where a division is wrong as well."""
        given, most = int(self.cleaned_data["service_radius_km"]), param("stations.largest_radius_km")
        if given > most:
            raise forms.ValidationError(str(RadiusTooLarge(given=given, most=most)))
        return given


class AreaRow(ActingForm):
    """One division; an empty row is none."""

    division = KnownDivisionField(label=_("province, city or county"), required=False)


AreaRows = forms.formset_factory(AreaRow, extra=1, max_num=400, validate_max=True)


def spans_of(text: str) -> list[tuple[time, time]]:
    """09:00-12:00, 13:00–18:00 as times; 24:00 is midnight. Raises ValidationError with what was got and expected."""
    found = []
    for part in filter(None, (piece.strip() for piece in BETWEEN.split(text))):
        match = SPAN.fullmatch(part)
        if match is None or (match[3] == "24" and match[4] != "00"):
            problem = _("Got “%(given)s”; expected hours like 09:00–12:00, 13:00–18:00.")
            raise forms.ValidationError(problem, params={"given": part[:40]})
        opens, closes = (int(match[1]), int(match[2])), (int(match[3]) % 24, int(match[4]))
        found.append((time(*opens), time(*closes)))
    return found


class SpansField(forms.CharField):
    """The hours of one weekday."""

    def __init__(self, **options: Any) -> None:
        attrs = {"placeholder": "09:00–18:00", "autocomplete": "off"}
        super().__init__(max_length=100, required=False, widget=forms.TextInput(attrs=attrs), **options)

    def clean(self, value: Any) -> Any:
        return spans_of(super().clean(value))


class HoursForm(ActingForm):
    """A week: business and on-call hours of every weekday; an end before its start lies on the next day."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, name in Weekday.choices:
            for kind, label in HoursKind.choices:
                self.fields[f"{kind}_{day}"] = SpansField(label=f"{name} · {label}")

    @staticmethod
    def typed(rows: Iterable[Any]) -> dict[str, str]:
        """Hours as they stand in the fields."""
        found: dict[str, list[str]] = {}
        for row in rows:
            found.setdefault(f"{row.kind}_{row.weekday}", []).append(f"{row.opens_at:%H:%M}–{row.closes_at:%H:%M}")
        return {name: ", ".join(spans) for name, spans in found.items()}

    def hours(self) -> list[Hours]:
        """As the operation takes them."""
        return [
            Hours(str(kind), day, opens, closes)
            for day in Weekday.values
            for kind in HoursKind.values
            for opens, closes in self.cleaned_data[f"{kind}_{day}"]
        ]

    def days(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """The weekdays with their two fields."""
        return [(str(label), self[f"business_{day}"], self[f"on_call_{day}"]) for day, label in Weekday.choices]


class ClosedDaysForm(ActingForm):
    """Days without business."""

    first_day = forms.DateField(label=_("first closed day"), widget=DateInput())
    last_day = forms.DateField(label=_("last closed day"), widget=DateInput())
    reason = forms.CharField(label=_("reason"), max_length=100)
    is_on_call = forms.BooleanField(label=_("on call meanwhile"), required=False)

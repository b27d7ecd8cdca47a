"""Limits and rates in force on a day, with what was and what comes."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import clock, show
from portal.core.pages import ActingForm, ScopedPage
from portal.core.pieces import Text
from warranty import in_force


class DayForm(ActingForm):
    """The day to look at."""

    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


class LimitsInForce(ScopedPage):
    """Everything dated in one place: limits, prices, deadlines, rates."""

    permission = "warranty.view_laborrate"
    template_name = "warranty/in_force.html"

    def get_title(self) -> Text:
        return _("Limits and rates in force on %(day)s") % {"day": show.day(self.day())}

    def day(self) -> date:
        """Of the address; today without one. Raises BadRequest."""
        form = DayForm({"day": self.request.GET.get("day", "")}, user=self.request.user)
        if set(self.request.GET) - {"day"} or not form.is_valid():
            raise BadRequest
        return form.cleaned_data["day"] or clock.today()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        day = self.day()
        labor, travel = in_force.rates_on(day)
        groups = [(group, [_shown(row) for row in rows]) for group, rows in in_force.parameters_on(day).items()]
        given = {"day": day, "groups": groups, "labor": labor, "travel": travel}
        return super().get_context_data(**kwargs) | given


def _shown(row: in_force.InForce) -> tuple[Any, str, str, list[tuple[Any, str]]]:
    """A parameter, what holds, what comes, and every value entered in the same words."""
    parameter = row.parameter
    entered = [(old, said(parameter.parse(old.value), parameter)) for old in row.history]
    return row, said(row.value, parameter), said(row.next_value, parameter), entered


def said(value: Any, parameter: Any) -> str:
    """The value with its unit, as people read it."""
    if value is None:
        return ""
    if parameter.unit == "CNY":
        return show.money(value)
    if not parameter.unit and parameter.kind == "decimal" and parameter.high == 1:
        return show.percent(value * 100)  # a share
    if parameter.unit == "%":
        return show.percent(value)
    text = show.quantity(value) if parameter.kind in {"decimal", "integer"} else str(value)
    return f"{text} {UNITS.get(parameter.unit, parameter.unit)}".strip()


UNITS = {
    "months": pgettext_lazy("unit", "months"),
    "days": _("days"),
    "d": _("days"),
    "h": pgettext_lazy("unit", "hours"),
    "characters": _("characters"),
}

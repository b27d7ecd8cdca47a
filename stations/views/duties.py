"""Dealers who must build a station: list, one, set."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import clock
from portal.core.pages import Action, Column, Fact, NextStep, OperationView, ScopedDetailView, ScopedListView
from portal.core.templatetags.yizhan import mood
from stations import duties
from stations.forms.recruiting import ChangeDutyForm, DutyForm
from stations.models import DealerDuty

SET = "stations.set_duty"


def standing(row: DealerDuty) -> tuple[str, Any]:
    """The tone and the word for how far the dealer is; the row carries `has_built`."""
    if not row.dealer_class.must_build:
        return "calm", _("need not build")
    if row.has_built:  # type: ignore[attr-defined]
        return "good", _("built")
    left = duties.days_left(row, clock.today()) or 0
    if left < 0:
        return "bad", _("overdue by %(days)s days") % {"days": -left}
    near = left <= max(duties.alarm_days(clock.today()), default=0)
    return ("wait" if near else "run"), _("%(days)s days left") % {"days": left}


class DutyList(ScopedListView):
    """Dealers by class and by the day their station is due."""

    model = DealerDuty
    permission = "stations.view_dealerduty"
    export_permission = "stations.export_lists"
    title = _("Stations to build")
    empty_text = _("No dealer has a class yet.")
    columns = [
        Column("dealer", _("Dealer"), kind="number", small="dealer__code"),
        Column("dealer_class"),
        Column("center", small="center__region"),
        Column("build_by", kind="day", sort="build_by"),
        Column(lambda row: mood(*standing(row)), _("Standing"), kind="html"),
        Column("note", on_phone=False),
    ]
    search_fields = ["dealer__name", "dealer__name_en", "dealer__code", "note"]
    filter_fields = ["dealer_class", "center", "build_by"]
    ordering = ["build_by"]
    select_related = ["dealer", "dealer_class", "center__region"]

    def get_queryset(self) -> Any:
        return super().get_queryset().annotate(has_built=duties.built())

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("Set a dealer's class"), reverse("duty_add"), SET, "primary")]


class DutyDetail(ScopedDetailView):
    """What one dealer owes, and what has come of it."""

    model = DealerDuty
    permission = "stations.view_dealerduty"
    template_name = "stations/duty_detail.html"
    select_related = ["dealer", "dealer_class", "center__region"]

    def get_queryset(self) -> Any:
        return super().get_queryset().annotate(has_built=duties.built())

    def get_title(self) -> Any:
        return str(self.get_object().dealer)

    def get_subtitle(self) -> Any:
        row = self.get_object()
        return " · ".join([row.dealer.code, str(row.center.region), str(row.center)])

    def next_step(self) -> NextStep | None:
        row = self.get_object()
        tone, text = standing(row)
        if tone not in {"bad", "wait", "run"}:
            return None
        return NextStep(
            _("A service station must stand by %(day)s: %(standing)s.") % {"day": row.build_by, "standing": text},
            tone="" if tone == "run" else tone,
        )

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(
                pgettext_lazy("record", "Change"), reverse("duty_change", args=[self.get_object().pk]), SET, "primary"
            )
        ]

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        return [
            Fact(_("Dealer class"), row.dealer_class),
            Fact(_("Operation center"), row.center),
            Fact(_("Station must stand by"), row.build_by),
            Fact(_("Note"), row.note),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.get_object()
        tone, text = standing(row)
        return super().get_context_data(**kwargs) | {
            "tone": tone, "standing": text, "stations": row.dealer.stations.visible_to(self.request.user),
        }  # fmt: skip


class SetDuty(OperationView):
    """A dealer gets a class."""

    model = DealerDuty
    permission = SET
    form_class = DutyForm
    title = _("Set a dealer's class")
    intro = _(
        "Where the class must build a station, dealer, center and region are reminded before its day and when it has passed."
    )
    success_message = _("The dealer's class is set.")

    def get_cancel_url(self) -> str:
        return reverse("duty_list")

    def operate(self, form: Any) -> Any:
        values = dict(form.cleaned_data)
        return duties.set_duty(values.pop("dealer"), actor=self.request.user, **values)


class ChangeDuty(OperationView):
    """A dealer's class or day changes."""

    model = DealerDuty
    permission = SET
    form_class = ChangeDutyForm
    title = _("Change class or day")
    success_message = _("The dealer's class is set.")
    select_related = ["dealer", "dealer_class", "center"]

    def get_subtitle(self) -> Any:
        return str(self.object.dealer)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.object}

    def operate(self, form: Any) -> Any:
        return duties.set_duty(self.object.dealer, actor=self.request.user, **form.cleaned_data)

"""Audits by the region, claims drawn for a check, and limits that fell back after errors."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import clock, show
from portal.core.pages import Action, Column, Fact, NextStep, OperationView, ScopedDetailView, ScopedListView
from warranty import audits
from warranty.forms.audits import RegionAuditForm
from warranty.models import LimitFallback, RegionAudit, RegionAuditStatus, SampleAudit
from warranty.risk_wording import risk_items


class RegionAuditList(ScopedListView):
    """Audits, those due soonest first."""

    model = RegionAudit
    permission = "warranty.view_regionaudit"
    export_permission = "warranty.export_lists"
    title = _("Region audits")
    columns = (
        Column("number", kind="number", small="claim__number"),
        Column("station", small="station__code"),
        Column("status", kind="badge"),
        Column("risk_score", kind="qty"),
        Column("opened_at", pgettext_lazy("region audit", "Opened at"), kind="day", on_phone=False),
        Column("due_on", kind="day", sort="due_on"),
    )
    search_fields = ("number", "claim__number", "claim__serial_number", "station__name", "station__code")
    filter_fields = ("station", "due_on")
    chips = "status"
    ordering = ("due_on",)
    select_related = ("station", "claim")

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(_("Claims drawn for a check"), reverse("sample_audit_list"), "warranty.view_sampleaudit"),
            Action(_("Lowered limits"), reverse("limit_fallback_list"), "warranty.view_limitfallback"),
        ]

    empty_text = _("No audit. A claim with a risk score of 60 or more asks its region for one.")


class RegionAuditDetail(ScopedDetailView):
    """Why the region is asked, and what it found."""

    model = RegionAudit
    permission = "warranty.view_regionaudit"
    template_name = "warranty/region_audit_detail.html"
    select_related = ("station__center__region", "claim__product_model", "claim__work_order", "closed_by")

    def get_subtitle(self) -> str:
        return str(self.get_object().station)

    def next_step(self) -> NextStep | None:
        audit = self.get_object()
        if audit.status != RegionAuditStatus.OPEN:
            return None
        late = audit.due_on < clock.today()
        text = _("The region looks behind the claim by %(day)s and writes down what it found.")
        return NextStep(text % {"day": show.day(audit.due_on)}, tone="bad" if late else "wait")

    def get_actions(self) -> Sequence[Action]:
        audit = self.get_object()
        if audit.status != RegionAuditStatus.OPEN:
            return []
        url = reverse("region_audit_close", args=[audit.pk])
        return [Action(_("Write down what was found"), url, "warranty.close_region_audit", "primary")]

    def facts(self) -> Sequence[Fact]:
        audit = self.get_object()
        return [
            Fact(_("Claim"), audit.claim, audit.claim.get_absolute_url()),
            Fact(_("Station"), audit.station, audit.station.get_absolute_url()),
            Fact(_("Region"), audit.station.center.region),
            Fact(pgettext_lazy("region audit", "Opened at"), audit.opened_at),
            Fact(_("Due on"), audit.due_on),
            Fact(_("Closed by"), audit.closed_by),
            Fact(_("Closed at"), audit.closed_at),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.get_object().claim.explanation.get("risk", {})
        return super().get_context_data(**kwargs) | {"risk": risk_items(found), "score": found.get("score", 0)}


class CloseRegionAudit(OperationView):
    """The region says what it found."""

    model = RegionAudit
    permission = "warranty.close_region_audit"
    title = _("What was found")
    intro = _("Your finding goes to the claim's reviewer. It cannot be changed later.")
    submit_label = _("Close the audit")
    success_message = _("The audit is closed.")
    form_class = RegionAuditForm
    draft = "region-audit"

    def why_not(self) -> Any:
        return "" if self.object.status == RegionAuditStatus.OPEN else _("This audit is closed.")

    def operate(self, form: Any) -> RegionAudit:
        return audits.close_region_audit(self.object, actor=self.request.user, **form.given())


class SampleAuditList(ScopedListView):
    """Claims that were drawn for a check, with what was wrong."""

    model = SampleAudit
    permission = "warranty.view_sampleaudit"
    export_permission = "warranty.export_lists"
    title = _("Claims drawn for a check")
    columns = (
        Column("claim", kind="number"),
        Column("station", small="station__code"),
        Column("audited_at", kind="day"),
        Column("error_count", kind="qty"),
        Column("fallback__started_on", _("Limit lowered on"), kind="day", on_phone=False),
    )
    search_fields = ("claim__number", "station__name", "station__code")
    filter_fields = ("station", "audited_at")
    ordering = ("-pk",)
    select_related = ("claim", "station", "fallback")
    empty_text = _("No claim was drawn for a check yet.")


class LimitFallbackList(ScopedListView):
    """Stations whose limit without a person was lowered, with the days on which it rises again."""

    model = LimitFallback
    permission = "warranty.view_limitfallback"
    export_permission = "warranty.export_lists"
    title = _("Lowered limits")
    columns = (
        Column("station", kind="number", small="station__code"),
        Column("started_on", kind="day"),
        Column("half_from", kind="day"),
        Column("ended_on", kind="day"),
        Column("lift_reason", on_phone=False),
    )
    search_fields = ("station__name", "station__code")
    filter_fields = ("station", "started_on")
    ordering = ("-pk",)
    select_related = ("station",)
    empty_text = _("No limit is lowered. Two errors in the last 20 checked claims of a station would lower it.")

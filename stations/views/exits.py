"""Stations on their way out: the list, the checklist, its items."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.core import clock
from portal.core.attachments import attachments_of_all
from portal.core.pages import Action, Column, Fact, NextStep, OperationView, ScopedDetailView, ScopedListView
from stations import exits
from stations.documents import exit_record_of
from stations.forms.contracts import EvidenceForm
from stations.forms.lifecycle import WhyForm
from stations.models import ExitItem, ExitItemStatus, ExitStatus, StationExit


class ExitList(ScopedListView):
    """Stations that have left, those with something to do first."""

    model = StationExit
    permission = "stations.view_stationexit"
    export_permission = "stations.export_lists"
    title = _("Exits")
    columns = [
        Column("number", kind="number", small="reason"),
        Column("station", small="station__center"),
        Column("terminated_at", kind="moment", small="terminated_by"),
        Column("held_until", kind="day"),
        Column("status", kind="badge"),
    ]
    search_fields = ["number", "station__code", "station__name"]
    chips = "status"
    select_related = ["station__center", "terminated_by"]
    empty_text = _("No station has left the network.")


class ExitDetail(ScopedDetailView):
    """The checklist of one exit."""

    model = StationExit
    permission = "stations.view_stationexit"
    template_name = "stations/exit_detail.html"
    select_related = ["station__center", "station__dealer", "terminated_by", "completed_by"]

    def get_subtitle(self) -> Any:
        return str(self.get_object().station)

    @property
    def checklist(self) -> list[dict[str, Any]]:
        """Items with what is found and what this reader may do."""
        if not hasattr(self, "_checklist"):
            user, row = self.request.user, self.get_object()
            shown = exits.items_with_kinds(row, clock.today())
            files: dict[int, list[Any]] = {}
            for file in attachments_of_all([item for item, _kind, _finding in shown]):
                files.setdefault(file.subject_id, []).append(file)
            self._checklist = [
                {
                    "item": item, "kind": kind, "finding": finding, "files": files.get(item.pk, []),
                    "may_confirm": item.status == ExitItemStatus.PENDING
                    and kind is not None
                    and (kind.by_hand or kind.settle is not None)
                    and user.has_perm("stations.confirm_exit_item", item),
                    "may_waive": item.status == ExitItemStatus.PENDING and user.has_perm("stations.waive_exit_item", item),
                }
                for item, kind, finding in shown
            ]  # fmt: skip
        return self._checklist

    def next_step(self) -> NextStep | None:
        row = self.get_object()
        if row.status != ExitStatus.OPEN:
            return None
        pending = sum(each["item"].status == ExitItemStatus.PENDING for each in self.checklist)
        if pending:
            text = ngettext("%(count)s item is still to do.", "%(count)s items are still to do.", pending)
            return NextStep(text % {"count": pending}, tone="wait")
        may = self.request.user.has_perm("stations.complete_exit", row)
        url = reverse("exit_complete", args=[row.pk]) if may else ""
        return NextStep(_("Everything is decided."), _("Complete the exit"), url)

    def get_actions(self) -> Sequence[Action]:
        record = exit_record_of(self.get_object())
        return (
            [Action(_("Exit record (PDF)"), reverse("document", args=[record.pk]), style="primary")] if record else []
        )

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        return [
            Fact(_("Station"), row.station, row.station.get_absolute_url()),
            Fact(_("Reason"), row.reason),
            Fact(_("Ended on"), row.terminated_at),
            Fact(_("Ended by"), row.terminated_by),
            Fact(_("Last statement held until"), row.held_until),
            Fact(_("Completed on"), row.completed_at),
            Fact(_("Completed by"), row.completed_by),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"checklist": self.checklist}


class CompleteExit(OperationView):
    model = StationExit
    permission = "stations.complete_exit"
    title = _("Complete the exit")
    intro = _("The exit record is issued and the station's file is closed.")
    submit_label = _("Complete the exit")
    success_message = _("Completed.")
    select_related = ["station"]

    def get_subtitle(self) -> Any:
        return f"{self.object.number} · {self.object.station}"

    def operate(self, form: Any) -> Any:
        return exits.complete_exit(self.object, actor=self.request.user)


class ItemOperation(OperationView):
    """One item is decided."""

    model = ExitItem
    select_related = ["exit__station__dealer", "exit__station__center"]

    def get_subtitle(self) -> Any:
        return f"{exits.label_of(self.object)} · {self.object.exit.station}"

    def get_intro(self) -> Any:
        finding = exits.look(self.object, clock.today())
        return finding.text if finding else ""


class ConfirmItem(ItemOperation):
    permission = "stations.confirm_exit_item"
    form_class = EvidenceForm
    title = _("Confirm the item")
    submit_label = _("Confirm")
    success_message = _("Confirmed.")

    def operate(self, form: Any) -> Any:
        exits.confirm_item(self.object, actor=self.request.user, **form.cleaned_data)
        return self.object.exit


class WaiveItem(ItemOperation):
    permission = "stations.waive_exit_item"
    form_class = WhyForm
    title = _("Waive the item")
    submit_label = _("Waive")
    success_message = _("Waived.")
    danger = True

    def operate(self, form: Any) -> Any:
        exits.waive_item(self.object, actor=self.request.user, **form.cleaned_data)
        return self.object.exit

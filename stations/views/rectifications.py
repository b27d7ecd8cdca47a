"""Rectifications: what is to be put right, the evidence of it, and who let themselves be convinced."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.core.attachments import attachments_of_all
from portal.core.models import Event
from portal.core.pages import Action, Column, Fact, NextStep, OperationView, ScopedDetailView, ScopedListView
from portal.core.timeline import Entry, entries_of
from stations import inspections, rectification
from stations.forms.visits import AcceptForm, EvidenceForm, RemarkForm, RevisitForm, VerificationForm
from stations.models import FindingStatus, RectificationFinding, RectificationOrder, VerifiedBy, VisitPurpose


class RectificationList(ScopedListView):
    """Orders, those due soonest first."""

    model = RectificationOrder
    permission = "stations.view_rectificationorder"
    export_permission = "stations.export_lists"
    title = _("Rectifications")
    columns = [
        Column("number", kind="number", small="inspection__purpose"),
        Column("place", label=_("Station")),
        Column("status", kind="badge"),
        Column("term", kind="qty"),
        Column("verified_by"),
        Column("issued_on", kind="day", on_phone=False),
        Column("due_on", kind="day", sort="due_on"),
    ]
    search_fields = ["inspection__number", "station__name", "station__code", "application__company_name"]
    filter_fields = ["verified_by", "term", "due_on"]
    chips = "status"
    ordering = ["due_on"]
    select_related = ["station", "application", "inspection"]
    empty_text = _("Nothing to put right. A visit that finds something orders a rectification.")


class RectificationDetail(ScopedDetailView):
    """One order: every finding with its clause, evidence and verifier."""

    model = RectificationOrder
    permission = "stations.view_rectificationorder"
    template_name = "stations/rectification_detail.html"
    select_related = ["station__center__region", "application__center__region", "inspection"]

    def get_subtitle(self) -> Any:
        return self.get_object().place

    def next_step(self) -> NextStep | None:
        row = self.get_object()
        if not row.is_open:
            return None
        lines = list(row.lines.order_by("position").values_list("pk", "status"))
        statuses = {status for _pk, status in lines}
        left = [pk for pk, status in lines if status == FindingStatus.OPEN]
        if left and self.request.user.has_perm("stations.answer_rectification", row):
            text = ngettext(
                "%(count)s finding is still yours to answer.",
                "%(count)s findings are still yours to answer.",
                len(left),
            )
            url = reverse("finding_answer", args=[left[0]])
            return NextStep(text % {"count": len(left)}, _("Show that it is put right"), url, "wait")
        if left and FindingStatus.ANSWERED in statuses:
            return NextStep(
                _("Evidence of some findings is with the region; the outlet still owes the others."), "", "", "wait"
            )
        if FindingStatus.ANSWERED in statuses:
            return NextStep(_("Evidence was filed: the region looks at it, finding by finding."), "", "", "wait")
        if FindingStatus.OPEN in statuses:
            return NextStep(_("The outlet puts the findings right and shows it, finding by finding."), "", "", "")
        return NextStep(_("Everything was shown; the region makes the second visit."), "", "", "wait")

    def get_actions(self) -> Sequence[Action]:
        row = self.get_object()
        if not row.is_open:
            return []
        actions = []
        if row.station_id:
            actions.append(
                Action(
                    _("Choose how to verify"), reverse("rectification_verification", args=[row.pk]),
                    "stations.verify_rectification",
                )
            )  # fmt: skip
        if not row.revisits.open().exists():
            name = "rectification_revisit" if row.station_id else "application_inspect"
            target = row.pk if row.station_id else row.application_id
            actions.append(
                Action(_("Plan the second visit"), reverse(name, args=[target]), "stations.verify_rectification")
            )
        return actions

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        subject = row.station or row.application
        return [
            Fact(subject._meta.verbose_name, subject, subject.get_absolute_url()),
            Fact(_("Found by"), row.inspection.number, row.inspection.get_absolute_url()),
            Fact(_("Term"), _("second term") if row.term > 1 else _("first term")),
            Fact(_("Verified by"), row.get_verified_by_display()),
            Fact(_("Issued on"), row.issued_on),
            Fact(_("Due on"), row.due_on),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        order = self.get_object()
        lines = with_files(order.lines.select_related("verifier"))
        return super().get_context_data(**kwargs) | {
            "lines": lines,
            "entries": _history(order, lines),
            "revisits": self.get_object().revisits.visible_to(self.request.user),
        }


def _history(order: RectificationOrder, lines: list[RectificationFinding]) -> list[Entry]:
    """Events of the order and of its findings, latest first."""
    urls = {(line._meta.label_lower, line.pk): line.get_absolute_url() for line in lines}
    mine = Q(subject_type=order._meta.label_lower, subject_id=order.pk)
    theirs = Q(subject_type=RectificationFinding._meta.label_lower, subject_id__in=[line.pk for line in lines])
    found = Event.objects.filter(mine | theirs).select_related("actor").order_by("-at", "-pk")
    return entries_of(found[:50], urls=urls)


def with_files(lines: Any) -> list[RectificationFinding]:
    """The findings, each with its evidence's files, read in one query."""
    found = list(lines.order_by("position"))
    files: dict[int, list[Any]] = {}
    for file in attachments_of_all(found):
        files.setdefault(file.subject_id, []).append(file)
    for finding in found:
        finding.files = files.get(finding.pk, [])
    return found


class FindingOperation(OperationView):
    """An act about one finding."""

    model = RectificationFinding
    select_related = ["order__station", "order__application", "order__inspection"]

    def get_subtitle(self) -> Any:
        return f"{self.object.order.place} · {self.object.local_clause or self.object.finding}"

    def get_intro(self) -> Any:
        return self.object.finding


class AnswerFinding(FindingOperation):
    permission = "stations.answer_rectification"
    form_class = EvidenceForm
    title = _("Show that it is put right")
    submit_label = _("File the evidence")
    success_message = _("Filed. The region looks at it.")

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"evidence": self.object.evidence}

    def operate(self, form: Any) -> Any:
        values = form.cleaned_data
        return rectification.answer_finding(
            self.object, evidence=values["evidence"], uploads=values["photos"], actor=self.request.user
        )


class AcceptFinding(FindingOperation):
    permission = "stations.verify_rectification"
    form_class = AcceptForm
    title = _("Accept the evidence")
    submit_label = _("Accept the evidence")
    success_message = _("Accepted.")

    def operate(self, form: Any) -> Any:
        return rectification.accept_finding(self.object, remark=form.cleaned_data["remark"], actor=self.request.user)


class ReturnFinding(FindingOperation):
    permission = "stations.verify_rectification"
    form_class = RemarkForm
    title = _("Return the evidence")
    submit_label = _("Return")
    success_message = _("Returned.")

    def operate(self, form: Any) -> Any:
        return rectification.return_finding(self.object, remark=form.cleaned_data["remark"], actor=self.request.user)


class ChooseVerification(OperationView):
    """A second visit, or the evidence."""

    model = RectificationOrder
    select_related = ["station", "application", "inspection"]
    permission = "stations.verify_rectification"
    form_class = VerificationForm
    title = _("Choose how to verify")
    success_message = _("Chosen.")

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"verified_by": self.object.verified_by or VerifiedBy.VISIT}

    def operate(self, form: Any) -> Any:
        verified_by = form.cleaned_data["verified_by"]
        return rectification.choose_verification(self.object, verified_by=verified_by, actor=self.request.user)


class PlanRevisit(OperationView):
    """The second visit to a station."""

    model = RectificationOrder
    select_related = ["station", "application", "inspection__template"]
    permission = "stations.verify_rectification"
    form_class = RevisitForm
    title = _("Plan the second visit")
    submit_label = _("Plan")
    success_message = _("Planned.")

    def operate(self, form: Any) -> Any:
        order = self.object
        return inspections.plan_visit(
            order.station or order.application, purpose=VisitPurpose.REVISIT, checks=order,
            planned_on=form.cleaned_data["planned_on"], actor=self.request.user,
        )  # fmt: skip

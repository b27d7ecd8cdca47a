"""Visits as the people of the region make them: what is due, planning, filling in on the spot, the record."""

from collections.abc import Sequence
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import clock
from portal.core.attachments import attachments_of
from portal.core.errors import Refusal
from portal.core.pages import Action, Column, Fact, NextStep, OperationView, ScopedDetailView, ScopedListView
from portal.core.parameters import param
from stations import inspections
from stations.forms.visits import CancelForm, PhotoForm, PlanVisitForm, VisitForm
from stations.inspection_report import report_of
from stations.models import Section, SiteInspection, StationApplication, VisitStatus

VS = VisitStatus


class VisitList(ScopedListView):
    """Visits due, under way and done."""

    model = SiteInspection
    permission = "stations.view_siteinspection"
    export_permission = "stations.export_lists"
    title = _("Visits")
    columns = [
        Column("number", kind="number", small="purpose"),
        Column("place", label=_("Station")),
        Column("status", kind="badge"),
        Column("planned_on", kind="day", sort="planned_on"),
        Column("inspected_at", kind="moment", sort="inspected_at", on_phone=False),
        Column("score", kind="qty"),
        Column("outcome", kind="badge", on_phone=False),
    ]
    search_fields = ["number", "station__name", "station__code", "application__company_name", "application__number"]
    filter_fields = ["purpose", "outcome", "planned_on"]
    chips = "status"
    ordering = ["-pk"]
    select_related = ["station", "application"]
    empty_text = _("No visits yet. Plan one; the checklist is filled in on a telephone.")

    def get_actions(self) -> Sequence[Action]:
        plan = Action(_("Plan a visit"), reverse("visit_plan"), "stations.plan_visit", "primary")
        return [plan, Action(_("Rectifications"), reverse("rectification_list"), "stations.view_rectificationorder")]


class PlanVisit(OperationView):
    """A station is to be visited."""

    permission = "stations.plan_visit"
    form_class: type[BaseForm] = PlanVisitForm
    title = _("Plan a visit")
    intro = _("A surprise visit is not shown to the station before it is recorded, and never by whom it was made.")
    submit_label = _("Plan")
    success_message = _("Planned.")

    def get_cancel_url(self) -> str:
        return reverse("visit_list")

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {
            name: self.request.GET[name] for name in ("station",) if name in self.request.GET
        }

    def operate(self, form: Any) -> Any:
        values = dict(form.cleaned_data)
        if "inspector" not in values:
            values["inspector"] = self.request.user
        return inspections.plan_visit(values.pop("station"), actor=self.request.user, **values)


class VisitOperation(OperationView):
    """An act about one visit."""

    model = SiteInspection
    select_related = ["application__center__region", "application__invitation", "station", "inspector", "template"]

    def get_subtitle(self) -> Any:
        return f"{self.object.number} · {self.object.place}"


class BeginVisit(VisitOperation):
    """Standing before the door."""

    permission = "stations.do_visit"
    title = _("Begin the visit")
    intro = _("From now on the visit is yours: what you fill in is saved as you go.")
    submit_label = pgettext_lazy("visit", "Begin")

    def operate(self, form: Any) -> Any:
        visit = inspections.begin_visit(self.object, actor=self.request.user)
        return reverse("visit_fill", args=[visit.pk])


class Inspect(OperationView):
    """An application's visit, begun or gone on with."""

    model = StationApplication
    select_related = ["center__region", "invitation"]
    permission = "stations.inspect_application"
    title = _("Site inspection")
    intro = _("From now on the visit is yours: what you fill in is saved as you go.")
    submit_label = pgettext_lazy("visit", "Begin")

    def get_subtitle(self) -> Any:
        return str(self.object)

    def operate(self, form: Any) -> Any:
        visit = inspections.begin_inspection(self.object, actor=self.request.user)
        return reverse("visit_fill", args=[visit.pk])


class CancelVisit(VisitOperation):
    permission = "stations.cancel_visit"
    form_class = CancelForm
    title = _("Cancel the visit")
    submit_label = _("Cancel the visit")
    danger = True
    success_message = _("Cancelled.")

    def operate(self, form: Any) -> Any:
        return inspections.cancel_visit(self.object, reason=form.cleaned_data["reason"], actor=self.request.user)


class FillVisit(VisitOperation):
    """The checklist on a telephone: saved as one goes (act=save, photo), recorded at the end (act=finish)."""

    permission = "stations.fill_visit"
    form_class = VisitForm
    template_name = "stations/visit_fill.html"
    title = _("Fill in the visit")
    submit_label = _("Sign and record")
    success_message = _("Recorded.")
    draft = "visit"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.status != VS.UNDER_WAY:
            return redirect(self.object)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act = request.POST.get("act", "finish")
        if act in ("save", "photo"):
            return self._draft(act)
        return super().post(request, *args, **kwargs)

    def _draft(self, act: str) -> JsonResponse:
        """What was filled in so far, or one picture; the answer is for the page's own module."""
        try:
            return self._save_photo() if act == "photo" else self._save()
        except Refusal as refusal:
            return JsonResponse({"error": str(refusal), "code": refusal.code}, status=409)

    def _save(self) -> JsonResponse:
        form = VisitForm(self.request.POST, user=self.request.user, subject=self.object)
        if not form.is_valid():
            return JsonResponse({"errors": form.errors}, status=422)
        progress = self._keep(form)
        return JsonResponse(
            {
                "score": str(progress.result.score),
                "outcome": progress.result.outcome,
                "rated": progress.rated,
                "items": progress.items,
            }
        )

    def _save_photo(self) -> JsonResponse:
        form = PhotoForm(self.request.POST, self.request.FILES, user=self.request.user, subject=self.object)
        if not form.is_valid():
            return JsonResponse({"errors": form.errors}, status=422)
        item = form.cleaned_data["item"]
        if not self.object.answers.filter(item_id=item).exists():
            return JsonResponse({"errors": {"item": [str(_("No such item in this visit."))]}}, status=422)
        photo = inspections.add_photo(
            self.object, item=item, upload=form.cleaned_data["photo"], place=form.place(), actor=self.request.user
        )
        address = reverse("attachment_size", args=[photo.attachment_id, "thumb"])
        return JsonResponse({"thumbnail": address, "meters": photo.distance_meters, "item": item})

    def _keep(self, form: VisitForm) -> inspections.Progress:
        return inspections.save_visit(
            self.object, ratings=form.ratings(), findings=form.item_findings(), summary=form.cleaned_data["findings"],
            place=form.place(), actor=self.request.user,
        )  # fmt: skip

    def operate(self, form: Any) -> Any:
        self._keep(form)
        for item, upload in form.photos():
            inspections.add_photo(self.object, item=item, upload=upload, place=form.place(), actor=self.request.user)
        try:
            return inspections.finish_visit(
                self.object, inspector=form.inspector(), host=form.host(),
                unsigned_reason=form.cleaned_data.get("unsigned_reason", ""), due_on=form.cleaned_data["due_on"],
                actor=self.request.user,
            )  # fmt: skip
        except inspections.VisitLacks as refusal:
            for part in refusal.parts:
                self._tell(form, part)
            raise

    def _tell(self, form: Any, lack: inspections.VisitLacks) -> None:
        """At its items, at its field, or above the form."""
        for item in lack.item_ids:
            form.add_error(f"item-{item}", lack.at_item)
        if not lack.item_ids:
            form.add_error(lack.field if lack.field in form.fields else None, str(lack))

    def refused(self, form: Any, text: str, field: str, *, status: int) -> HttpResponse:
        """What lacks has been told already, all of it at once."""
        if form.errors:
            return self.render_to_response(self.get_context_data(form=form), status=status)
        return super().refused(form, text, field, status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        answers = context["form"].answers
        return context | {
            "pass_score": param("stations.inspection_pass_score"),
            "fail_score": param("stations.inspection_fail_score"),
            "progress": inspections.progress_of(answers, clock.now()),
        }


class InspectionDetail(ScopedDetailView):
    """One visit, item by item, with its photos, signatures and report."""

    model = SiteInspection
    permission = "stations.view_siteinspection"
    template_name = "stations/inspection_detail.html"
    select_related = ["application__center__region", "station__center__region", "inspector", "template", "checks"]

    def get_subtitle(self) -> Any:
        row = self.get_object()
        return f"{row.get_purpose_display()} · {row.place}"

    def next_step(self) -> NextStep | None:
        row = self.get_object()
        user = self.request.user
        if row.status == VS.PLANNED:
            may = user.has_perm("stations.do_visit", row)
            text = _("The visit is planned. Whoever goes begins it on the spot, on a telephone.")
            return NextStep(
                text, _("Begin the visit"), reverse("visit_begin", args=[row.pk]) if may else "", "wait" if may else ""
            )
        if row.status == VS.UNDER_WAY:
            may = user.has_perm("stations.fill_visit", row)
            text = _("The visit is under way.")
            return NextStep(
                text, _("Go on filling in"), reverse("visit_fill", args=[row.pk]) if may else "", "wait" if may else ""
            )
        return None

    def get_actions(self) -> Sequence[Action]:
        row = self.get_object()
        actions = []
        if report := report_of(row):
            actions.append(
                Action(_("Report (PDF)"), reverse("document", args=[report.pk]), "stations.view_siteinspection")
            )
        if row.status in (VS.PLANNED, VS.UNDER_WAY):
            cancel = reverse("visit_cancel", args=[row.pk])
            actions.append(Action(_("Cancel the visit"), cancel, "stations.cancel_visit", "danger"))
        return actions

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        return [
            Fact(row.subject._meta.verbose_name, row.subject, row.subject.get_absolute_url()),
            Fact(_("Purpose"), row.get_purpose_display()),
            Fact(_("Inspector"), who_visited(row, self.request.user)),
            Fact(_("Planned for"), row.planned_on),
            Fact(_("Inspected at"), row.inspected_at),
            Fact(_("Template"), row.template),
            Fact(_("Signed by the inspector"), row.inspector_signed_as),
            Fact(_("Signed by the visited"), row.host_signed_as or row.unsigned_reason),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.get_object()
        answers = list(row.answers.prefetch_related("photos__attachment").order_by("pk"))
        sections: dict[str, list[Any]] = {}
        for answer in answers:
            sections.setdefault(answer.section or Section.PREMISES, []).append(answer)
        return super().get_context_data(**kwargs) | {
            "answers": answers,
            "sections": [(Section(section).label, rows) for section, rows in sections.items()],
            "signatures": [file for file in attachments_of(row) if file.is_picture],
            "orders": row.rectifications.all(),
        }


def who_visited(visit: SiteInspection, user: Any) -> Any:
    """The inspector; of a surprise visit only to who may send people on such visits."""
    if visit.is_surprise and visit.inspector_id != user.pk and not user.has_perm("stations.see_mystery"):
        return _("Service experience officer")
    return visit.inspector or _("whoever of the region goes")

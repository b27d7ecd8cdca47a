"""The page behind an invitation link: an outlet applies without an account, on a phone, in as many visits as needed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.http import require_safe

from portal.core import clock
from portal.core.attachments import attachments_of
from portal.core.client import address_of
from portal.core.errors import Refusal
from portal.core.models import Division
from portal.core.pages import IdempotentMixin
from portal.core.throttling import limited, over_limit, refused_for_now
from stations import applications
from stations.applications.likeness import paused_until
from stations.forms.applicant_rows import EquipmentRows, PeopleRows
from stations.forms.applications import DocumentForm, FactsForm
from stations.forms.apply_problems import problems_of
from stations.models import ApplicationInvitation, DocumentType, StationApplication
from stations.views.progress import Progress

GUESSES, POSTS, WITHIN = 20, 60, 600  # wrong links of one address, sends of one application, in so many seconds
SAVES = 600  # of texts and single files, which leave by themselves


@require_safe
@limited("places", most=120, seconds=60)
def places(request: HttpRequest) -> HttpResponse:
    """Counties and cities whose name contains what was typed, as options of the list; at most 20."""
    typed = request.GET.get("division", "").replace("\x00", "")[:40].strip()
    found = Division.objects.exclude(level="province").filter(full_name__contains=typed) if len(typed) > 1 else ()
    return render(request, "stations/places.html", {"places": found[:20]})


class Apply(Progress, IdempotentMixin, View):
    """GET shows form or progress; POST saves what was typed (act=save), one file (photo, remove), or sends it (submit)."""

    invitation: ApplicationInvitation
    application: StationApplication

    def dispatch(self, request: HttpRequest, *args: Any, token: str, **kwargs: Any) -> HttpResponseBase:
        try:
            self.invitation = applications.find_invitation(token)
        except applications.LinkOver as over:
            if over_limit("apply-guess", address_of(request), most=GUESSES, seconds=WITHIN):
                return refused_for_now(request, WITHIN)
            return render(request, "stations/apply_over.html", {"refusal": over}, status=410)
        if request.method == "POST" and self._too_often(request, token):
            return refused_for_now(request, WITHIN)
        self.application = applications.file_application(
            center=self.invitation.center,
            kind=self.invitation.kind,
            invitation=self.invitation,
            facts={"company_name": self.invitation.company_name, "phone": self.invitation.phone},
        )
        return super().dispatch(request, *args, **kwargs)

    def _too_often(self, request: HttpRequest, token: str) -> bool:
        by_itself = "application/json" in request.headers.get("Accept", "")
        scope, most = ("apply-save", SAVES) if by_itself else ("apply", POSTS)
        return over_limit(scope, token, most=most, seconds=WITHIN)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Form while the applicant may edit, else the progress."""
        if not self.application.is_editable:
            return self.progress(request)
        return self._page(request, FactsForm(instance=self.application), self._documents())

    def post(self, request: HttpRequest) -> HttpResponse:
        """What was typed is kept whatever else is wrong; "submit" then sends it."""
        act = request.POST.get("act", "save")
        if act == "withdraw":
            return self.withdraw(request)
        if act == "evidence":
            return self.evidence(request)
        if not self.application.is_editable:
            return redirect(request.path)
        if act == "photo":
            return self._take_file(request)
        if act == "remove":
            return self._remove_file(request)
        if "application/json" in request.headers.get("Accept", ""):
            return self._autosave(request)
        return self._save_or_send(request, act)

    def _save_or_send(self, request: HttpRequest, act: str) -> HttpResponse:
        form, papers = FactsForm(request.POST, instance=self.application), self._documents(request)
        lists = self._lists(request)
        wrong, refusal = self._keep(form, papers, lists)
        if wrong or refusal:
            return self._page(request, form, papers, lists=lists, status=409 if refusal else 422, refusal=refusal)
        if act != "submit":
            messages.success(request, _("Saved. You can close this page and come back by the same link."))
            return redirect(request.path)
        try:
            applications.submit_application(self.application)
        except Refusal as refusal:
            self.application.refresh_from_db()
            form = FactsForm(instance=self.application)
            return self._page(request, form, self._documents(), status=409, refusal=refusal)
        return redirect(request.path)

    # by itself, as one types

    def _autosave(self, request: HttpRequest) -> JsonResponse:
        """All that is right so far is kept; what is not is told by field."""
        form, papers, lists = (
            FactsForm(request.POST, instance=self.application),
            self._documents(request),
            self._lists(request),
        )
        bad, refusal = self._keep(form, papers, lists)
        if refusal:
            bad[refusal.field or "form"] = [str(refusal)]
        return JsonResponse({"saved_at": clock.now().isoformat(), "errors": bad}, status=200 if not bad else 422)

    def _keep(
        self, form: FactsForm, papers: list[DocumentForm], lists: list[Any]
    ) -> tuple[dict[str, list[str]], Refusal | None]:
        """Whatever is right stands in the application; the answer is what is not, by field, and why saving stopped."""
        forms: list[Any] = [form, *papers, *(row for rows in lists for row in rows.forms)]
        wrong = {each.add_prefix(name): list(map(str, found)) for each in forms for name, found in each.errors.items()}
        wrong |= {rows.prefix: list(map(str, rows.non_form_errors())) for rows in lists if rows.is_too_long}
        self.application.refresh_from_db()  # the form has written what is wrong as well into the row in memory
        good = [rows for rows in lists if not rows.is_too_long]
        return wrong, self._save(form, [paper for paper in papers if paper.is_valid()], good)

    def _take_file(self, request: HttpRequest) -> JsonResponse:
        """One file of one paper, sent as soon as it was chosen."""
        kind, upload = request.POST.get("document", ""), request.FILES.get("photo")
        if kind not in DocumentType.values or upload is None:
            return JsonResponse({"error": str(_("Name a paper and send its file."))}, status=422)
        held = self.application.documents.filter(document_type=kind).first()
        try:
            document = applications.save_document(
                self.application, document_type=kind, upload=upload,
                document_number=held.document_number if held else "", expires_on=held.expires_on if held else None,
            )  # fmt: skip
        except Refusal as refusal:
            return JsonResponse({"error": str(refusal), "code": refusal.code}, status=409)
        return JsonResponse({"files": [{"id": file.pk, "name": file.name} for file in attachments_of(document)]})

    def _remove_file(self, request: HttpRequest) -> HttpResponse:
        """A file that was sent by mistake."""
        wanted = request.POST.get("file", "")
        papers = self.application.documents.all()
        found = next((file for paper in papers for file in attachments_of(paper) if str(file.pk) == wanted), None)
        if found is not None:
            applications.remove_file(self.application, found)
        return redirect(request.path)

    # forms

    def _save(self, form: FactsForm, papers: list[DocumentForm], lists: list[Any]) -> Refusal | None:
        try:
            applications.save_draft(self.application, facts=form.cleaned_data)
            for rows in lists:
                if isinstance(rows, PeopleRows):
                    applications.save_people(self.application, people=rows.rows())
                else:
                    applications.save_equipment(self.application, equipment=rows.rows())
        except Refusal as refusal:
            if refusal.field in form.fields:
                form.add_error(refusal.field, str(refusal))
            return refusal
        refusals = filter(None, [self._save_paper(paper) for paper in papers])
        return next(refusals, None)

    def _save_paper(self, paper: DocumentForm) -> Refusal | None:
        """One save per file; a bad file is told at its own field."""
        values = {name: value for name, value in paper.cleaned_data.items() if name != "files"}
        if not any(paper.cleaned_data.values()) and not paper.has_changed():
            return None
        values["document_number"] = values.get("document_number", "")
        document_type = paper.required_document.document_type
        try:
            for upload in paper.cleaned_data["files"] or [None]:
                applications.save_document(self.application, document_type=document_type, upload=upload, **values)
        except Refusal as refusal:
            paper.add_error("files", str(refusal))
            return refusal
        return None

    def _documents(self, request: HttpRequest | None = None) -> list[DocumentForm]:
        """One form a required paper; lists filled row by row are asked for separately."""
        held = {document.document_type: document for document in self.application.documents.all()}
        forms = []
        for required in applications.required_documents(self.application.kind, self.application.wanted_grade):
            if required.is_listed:
                continue
            document = held.get(required.document_type)
            initial = (
                {"document_number": document.document_number, "expires_on": document.expires_on} if document else {}
            )
            bound = (request.POST, request.FILES) if request else ()
            form = DocumentForm(*bound, required_document=required, initial=initial)
            forms.append(form)
        return forms

    def _lists(self, request: HttpRequest | None = None) -> list[Any]:
        """People and equipment; a request without the rows, of somebody who never saw them, changes none."""
        sources: tuple[tuple[Any, str, Any], ...] = (
            (PeopleRows, "people", self.application.people),
            (EquipmentRows, "equipment", self.application.equipment),
        )
        if request is not None:
            return [
                made(request.POST, prefix=name)
                for made, name, _rows in sources
                if f"{name}-TOTAL_FORMS" in request.POST
            ]
        return [made(prefix=name, initial=list(rows.values())) for made, name, rows in sources]

    def _page(
        self,
        request: HttpRequest,
        form: FactsForm,
        papers: list[DocumentForm],
        *,
        lists: list[Any] | None = None,
        status: int = 200,
        refusal: Refusal | None = None,
    ) -> HttpResponse:
        form.mark_needed()
        held = {document.document_type: document for document in self.application.documents.all()}
        for paper in papers:
            document = held.get(paper.required_document.document_type)
            paper.received = list(attachments_of(document)) if document else []  # type: ignore[attr-defined]
            paper.mark_needed(has_file=bool(paper.received))  # type: ignore[attr-defined]
        missing = refusal.missing if isinstance(refusal, applications.Incomplete) else []
        typed = {rows.prefix: rows for rows in lists or []}
        people, equipment = (typed.get(rows.prefix, rows) for rows in self._lists())
        context = {
            "application": self.application, "invitation": self.invitation, "form": form, "papers": papers,
            "people": people, "equipment": equipment, "refusal": refusal, "missing": missing, "wide_box": True,
            "problems": problems_of(form, papers, [people, equipment]),
            "paused_until": paused_until(self.application.license_number, clock.today()),
        }  # fmt: skip
        return render(request, "stations/apply.html", context, status=status)

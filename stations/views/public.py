"""The page behind an invitation link: an outlet applies without an account, on a phone, in as many visits as needed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.http import require_safe

from portal.core.attachments import attachments_of
from portal.core.client import address_of
from portal.core.errors import Refusal
from portal.core.models import Division
from portal.core.pages import IdempotentMixin
from portal.core.throttling import limited, over_limit, refused_for_now
from stations import applications
from stations.forms.applications import DocumentForm, FactsForm
from stations.models import ApplicationInvitation, ApplicationStatus, StationApplication

GUESSES, POSTS, WITHIN = 20, 60, 600  # wrong links of one address, saves of one application, in so many seconds
STEPS = (
    (ApplicationStatus.SUBMITTED, _("Sent")),
    (ApplicationStatus.REGION_REVIEW, _("Region review")),
    (ApplicationStatus.INSPECTION, _("Site inspection")),
    (ApplicationStatus.HQ_DECISION, _("Headquarters decision")),
    (ApplicationStatus.CONTRACTING, _("Contract")),
    (ApplicationStatus.ACTIVE, _("Active")),
)
REACHED: dict[str, int] = {
    ApplicationStatus.SUBMITTED: 0, ApplicationStatus.CENTER_CHECK: 0, ApplicationStatus.REGION_REVIEW: 1,
    ApplicationStatus.INSPECTION: 2, ApplicationStatus.RECTIFICATION: 2, ApplicationStatus.HQ_DECISION: 3,
    ApplicationStatus.CONTRACTING: 4, ApplicationStatus.ACTIVE: 5,
}  # fmt: skip


@require_safe
@limited("places", most=120, seconds=60)
def places(request: HttpRequest) -> HttpResponse:
    """Counties and cities whose name contains what was typed, as options of the list; at most 20."""
    typed = request.GET.get("division", "").replace("\x00", "")[:40].strip()
    found = Division.objects.exclude(level="province").filter(full_name__contains=typed) if len(typed) > 1 else ()
    return render(request, "stations/places.html", {"places": found[:20]})


class Apply(IdempotentMixin, View):
    """GET shows form or progress; POST saves what was typed and, if asked, submits it."""

    invitation: ApplicationInvitation
    application: StationApplication

    def dispatch(self, request: HttpRequest, *args: Any, token: str, **kwargs: Any) -> Any:
        try:
            self.invitation = applications.find_invitation(token)
        except applications.LinkOver as over:
            if over_limit("apply-guess", address_of(request), most=GUESSES, seconds=WITHIN):
                return refused_for_now(request, WITHIN)
            return render(request, "stations/apply_over.html", {"refusal": over}, status=410)
        if request.method == "POST" and over_limit("apply", token, most=POSTS, seconds=WITHIN):
            return refused_for_now(request, WITHIN)
        self.application = applications.file_application(
            center=self.invitation.center,
            kind=self.invitation.kind,
            invitation=self.invitation,
            facts={"company_name": self.invitation.company_name, "phone": self.invitation.phone},
        )
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Form while the applicant may edit, else the progress."""
        if not self.application.is_editable:
            return self._progress(request)
        return self._page(request, FactsForm(instance=self.application), self._documents())

    def post(self, request: HttpRequest) -> HttpResponse:
        """What was typed is kept whatever else is wrong; "submit" then sends it."""
        if not self.application.is_editable:
            return redirect(request.path)
        form, papers = FactsForm(request.POST, instance=self.application), self._documents(request)
        is_good = form.is_valid() and all(paper.is_valid() for paper in papers)
        if not is_good:
            return self._page(request, form, papers, status=422)
        if refusal := self._save(form, papers):
            return self._page(request, form, papers, status=409, refusal=refusal)
        if request.POST.get("act") != "submit":
            messages.success(request, _("Saved. You can close this page and come back by the same link."))
            return redirect(request.path)
        try:
            applications.submit_application(self.application)
        except Refusal as refusal:
            self.application.refresh_from_db()
            form = FactsForm(instance=self.application)
            return self._page(request, form, self._documents(), status=409, refusal=refusal)
        return redirect(request.path)

    def _save(self, form: FactsForm, papers: list[DocumentForm]) -> Refusal | None:
        try:
            applications.save_draft(self.application, facts=form.cleaned_data)
            for paper in papers:
                self._save_paper(paper)
        except Refusal as refusal:
            return refusal
        return None

    def _save_paper(self, paper: DocumentForm) -> None:
        """One save per file; a bad file is told at its own field."""
        values = {name: value for name, value in paper.cleaned_data.items() if name != "files"}
        if not any(paper.cleaned_data.values()) and not paper.has_changed():
            return
        values["document_number"] = values.get("document_number", "")
        document_type = paper.required_document.document_type
        try:
            for upload in paper.cleaned_data["files"] or [None]:
                applications.save_document(self.application, document_type=document_type, upload=upload, **values)
        except Refusal as refusal:
            paper.add_error("files", str(refusal))
            raise

    def _documents(self, request: HttpRequest | None = None) -> list[DocumentForm]:
        held = {document.document_type: document for document in self.application.documents.all()}
        forms = []
        for required in applications.required_documents(self.application.kind):
            document = held.get(required.document_type)
            initial = (
                {"document_number": document.document_number, "expires_on": document.expires_on} if document else {}
            )
            bound = (request.POST, request.FILES) if request else ()
            form = DocumentForm(*bound, required_document=required, initial=initial)
            form.received = list(attachments_of(document)) if document else []  # type: ignore[attr-defined]
            forms.append(form)
        return forms

    def _page(
        self,
        request: HttpRequest,
        form: FactsForm,
        papers: list[DocumentForm],
        *,
        status: int = 200,
        refusal: Refusal | None = None,
    ) -> HttpResponse:
        form.mark_needed()
        for paper in papers:
            paper.mark_needed(has_file=bool(paper.received))  # type: ignore[attr-defined]
        missing = refusal.missing if isinstance(refusal, applications.Incomplete) else []
        context = {
            "application": self.application, "invitation": self.invitation, "form": form, "papers": papers,
            "refusal": refusal, "missing": missing, "wide_box": True,
        }  # fmt: skip
        return render(request, "stations/apply.html", context, status=status)

    def _progress(self, request: HttpRequest) -> HttpResponse:
        reached = REACHED.get(ApplicationStatus(self.application.status), -1)
        steps = [
            {"label": label, "done": number < reached, "current": number == reached}
            for number, (_status, label) in enumerate(STEPS)
        ]
        order = self.application.rectifications.filter(status="open").first()
        context = {"application": self.application, "steps": steps, "rectification": order, "wide_box": True}
        return render(request, "stations/apply_progress.html", context)

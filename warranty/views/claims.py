"""Pages of claims for stations and readers: list, finished jobs, draft with coach, claim, and the station's acts."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core import show
from portal.core.attachments import attach
from portal.core.documents import documents_of
from portal.core.pages import Action, Column, Fact, NextStep, OperationView, ScopedDetailView, ScopedListView
from service.models import WorkOrder
from warranty import claims, photos, review
from warranty.deadline import deadline_of, deadline_of_claim
from warranty.forms.claims import AddLineForm, AnswerForm, DraftForm, DraftLines, PhotoForm, ReasonForm, plain
from warranty.models import ClaimLine, ClaimStatus, WarrantyClaim
from warranty.standing import next_step_of
from warranty.states import EDITABLE
from warranty.views.explained import Explained
from warranty.worklists import unclaimed_jobs

EDIT = "warranty.edit_claim"
RELATED = (
    "station",
    "work_order__request",
    "unit",
    "product_model",
    "fault_code",
    "submitted_by",
    "replaces",
    "goodwill",
)


def until_when(claim: WarrantyClaim) -> str:
    """The last day to submit a draft, or that it has passed; nothing for other claims."""
    if claim.status != ClaimStatus.DRAFT:
        return ""
    limit = deadline_of(claim.repaired_on)
    text = gettext("expired on %(day)s") if limit.is_past else gettext("submit by %(day)s")
    return text % {"day": show.day(limit.last)}


class ClaimList(ScopedListView):
    """Claims of the user's scope, open ones first by choosing a chip."""

    model = WarrantyClaim
    permission = "warranty.view_warrantyclaim"
    export_permission = "warranty.export_lists"
    title = _("Warranty claims")
    columns = (
        Column(str, _("Claim"), "number", small="work_order__number"),
        Column("serial_number", small="product_model__local_name"),
        Column("status", kind="badge", small=until_when),
        Column("failed_on", kind="day", sort="failed_on"),
        Column("claimed_total", kind="money", sort="claimed_total"),
        Column(lambda claim: claim.approved_total, _("Approved"), "money", sort="approved_total"),
        Column("station", small="station__code", on_phone=False),
    )
    search_fields = (
        "number", "serial_number", "work_order__number", "product_model__code", "product_model__name",
        "product_model__name_en", "station__name", "station__name_en",
    )  # fmt: skip
    filter_fields = ("station", "failed_on")
    chips = "status"
    ordering = ("-pk",)
    select_related = ("station", "work_order", "product_model")
    empty_text = _("No claims yet. A claim starts from a finished job.")

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("New claim"), reverse("claimable_jobs"), "warranty.draft_claim", "primary")]


class ClaimQueue(ClaimList):
    """Claims that wait for a decision, oldest first, with what they ask for; deciding is done in the administration."""

    permission = "warranty.approve_claim"
    title = _("Claims to decide")
    chips = ""
    filter_fields = ("station", "route")
    ordering = ("submitted_at",)
    empty_text = _("Nothing waits for a decision.")

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().awaiting_decision()  # type: ignore[attr-defined,no-any-return]

    def get_actions(self) -> Sequence[Action]:
        return []


class ClaimableJobs(ScopedListView):
    """Finished jobs that no claim covers: the first step of a claim."""

    model = WorkOrder
    permission = "warranty.draft_claim"
    title = _("Finished jobs without a claim")
    subtitle_text = _("Choose the job; parts, hours, way and photos are taken over.")
    columns = (
        Column("number", small="request__unit__serial_number"),
        Column("request__unit__product_model__local_name", _("Model")),
        Column("repaired_on", kind="day"),
        Column("station", on_phone=False),
    )
    search_fields = ("number", "request__unit__serial_number")
    ordering = ("-repaired_on",)
    select_related = ("station", "request__unit__product_model")
    template_name = "warranty/claimable_jobs.html"
    empty_text = _("Every finished job is claimed.")

    def get_queryset(self) -> models.QuerySet[Any]:
        return unclaimed_jobs(self.request.user).select_related(*self.select_related)  # type: ignore[no-any-return]


class DraftClaim(OperationView):
    """A draft is made from a finished job."""

    model = WorkOrder
    permission = "warranty.draft_claim"
    title = _("Claim this job")
    intro = _("A draft is made with the job's parts, hours, way and photos. Nothing is submitted yet.")
    submit_label = _("Make the draft")
    template_name = "warranty/claim_job.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The question, or the claim that the job already has."""
        standing = claims.standing_claim(self.object)
        if standing is None:
            return super().get(request, *args, **kwargs)
        messages.info(request, gettext("This job already has a claim: %(claim)s.") % {"claim": standing})
        return redirect(standing)

    def get_title(self) -> str:
        return gettext("Claim job %(number)s") % {"number": self.object.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        repaired_on = self.object.repaired_on
        return super().get_context_data(**kwargs) | {"deadline": deadline_of(repaired_on) if repaired_on else None}

    def operate(self, form: Any) -> str:
        claim = claims.draft_from_work_order(self.object, actor=self.request.user)
        return reverse("claim_edit", args=[claim.pk])

    def get_cancel_url(self) -> str:
        return reverse("claimable_jobs")


class ReplaceClaim(OperationView):
    """A new draft takes the place of a rejected claim."""

    model = WarrantyClaim
    permission = "warranty.draft_claim"
    title = _("Claim again")
    intro = _("A new draft of the same job is made. It names this claim as the one it replaces.")
    submit_label = _("Make the draft")

    def operate(self, form: Any) -> str:
        claim = claims.draft_from_work_order(self.object.work_order, actor=self.request.user, replaces=self.object)
        return reverse("claim_edit", args=[claim.pk])


class ClaimDetail(Explained, ScopedDetailView):
    """What was claimed and what it got, why, what happened and what comes next."""

    model = WarrantyClaim
    permission = "warranty.view_warrantyclaim"
    template_name = "warranty/claim_detail.html"
    select_related = (*RELATED, "decided_by")

    def get_title(self) -> str:
        return str(self.get_object())

    def get_subtitle(self) -> str:
        claim = self.get_object()
        model = claim.product_model.local_name if claim.product_model else ""
        failure = gettext("failed %(day)s") % {"day": show.day(claim.failed_on)}
        job = gettext("job %(number)s") % {"number": claim.work_order.number}
        return " · ".join(part for part in (model, f"SN {claim.serial_number}", failure, job) if part)

    def get_actions(self) -> Sequence[Action]:
        claim = self.get_object()
        acts = [
            Action(_("Decision letter (PDF)"), reverse("document", args=[letter.pk]))
            for letter in documents_of(claim, "claim_decision")[:1]
        ]
        if claim.status in EDITABLE:
            acts.append(Action(_("Edit"), reverse("claim_edit", args=[claim.pk]), EDIT))
        if claim.status == ClaimStatus.REJECTED and not deadline_of(claim.repaired_on).is_past:
            acts.append(Action(_("Claim again"), reverse("claim_replace", args=[claim.pk]), "warranty.draft_claim"))
        if claim.status in {*EDITABLE, ClaimStatus.IN_REVIEW}:
            url = reverse("claim_withdraw", args=[claim.pk])
            acts.append(Action(_("Withdraw"), url, "warranty.withdraw_claim", "danger"))
        if claim.status == ClaimStatus.IN_REVIEW:
            url = reverse("admin:warranty_warrantyclaim_decide", args=[claim.pk])
            acts.append(Action(_("Decide"), url, "warranty.approve_claim", "primary"))
        return acts

    def next_step(self) -> NextStep | None:
        return next_step_of(self.get_object(), self.request.user)

    def facts(self) -> Sequence[Fact]:
        claim = self.get_object()
        found = [
            Fact(_("Station"), claim.station),
            Fact(_("Work order"), claim.work_order, reverse("trail", args=[claim.root_number])),
            Fact(_("Fault code"), claim.fault_code),
            Fact(_("Repaired on"), claim.repaired_on),
            Fact(_("Submitted"), claim.submitted_at),
            Fact(_("Submitted by"), claim.submitted_by),
        ]
        if claim.replaces:
            found.append(Fact(_("Replaces"), claim.replaces, claim.replaces.get_absolute_url()))
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        claim = self.get_object()
        return (
            super().get_context_data(**kwargs)
            | self.explained(claim)
            | {
                "photos": photos.photos_of(claim),
                "questions": claim.questions.select_related("asked_by", "answered_by"),
            }
        )


class OnDraft(OperationView):
    """The page of an act on a draft; once the claim is frozen its form is not shown any more, and a post is refused."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, or the claim with the reason why there is none."""
        claim = self.object.claim if isinstance(self.object, ClaimLine) else self.object
        if claim.is_editable:
            return super().get(request, *args, **kwargs)
        messages.warning(request, str(claims.ClaimIsFrozen(claim=str(claim))))
        return redirect(claim)


class EditClaim(Explained, OnDraft):
    """The draft: texts and lines on the left, the coach on the right; saved while typing, submitted from here."""

    model = WarrantyClaim
    permission = EDIT
    template_name = "warranty/claim_edit.html"
    form_class = DraftForm
    formset_class = DraftLines
    submit_label = _("Save")
    select_related = RELATED
    draft = "claim"

    def get_title(self) -> str:
        return gettext("Claim for job %(number)s") % {"number": self.object.work_order.number}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.object}

    def get_formset_kwargs(self) -> dict[str, Any]:
        lines = {line.pk: line for line in self.object.lines.select_related("part", "operation").order_by("position")}
        initial = [
            {"line_id": line.pk, **{name: plain(getattr(line, name)) for name in claims.LINE_FIELDS}}
            for line in lines.values()
        ]
        given = {"user": self.request.user, "subject": self.object, "lines": lines}
        return {"initial": initial, "form_kwargs": given}

    def operate(self, form: Any) -> str:
        claim = save_draft(self.object, form, self.get_formset(), self.request.user)
        if self.request.POST.get("then") == "submit":
            if not self.request.user.has_perm("warranty.submit_claim", claim):
                raise PermissionDenied
            claim = claims.submit_claim(claim, actor=self.request.user)
            return claim.get_absolute_url()
        return reverse("claim_edit", args=[claim.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        claim = self.object
        claim.refresh_from_db()
        shown = {"photos": photos.photos_of(claim), "deadline": deadline_of_claim(claim)}
        return super().get_context_data(**kwargs) | self.explained(claim) | shown


class CoachPanel(Explained, OnDraft):
    """Answers a changed field: the draft is saved as far as it is valid, and the coach says what that means."""

    model = WarrantyClaim
    permission = EDIT
    select_related = RELATED
    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        page = EditClaim()
        page.setup(request, *args, **kwargs)
        form, formset = page.get_form(), page.get_formset()
        claim = self.get_object()
        if not claim.is_editable:
            return HttpResponse(str(claims.ClaimIsFrozen(claim=str(claim))), status=409)
        if form.is_valid() and formset.is_valid():
            with transaction.atomic():
                save_draft(claim, form, formset, request.user)
        fresh = WarrantyClaim.objects.select_related(*RELATED).get(pk=claim.pk)
        return render(request, "warranty/coach.html", {"object": fresh, "out_of_band": True, **self.explained(fresh)})


def save_draft(claim: WarrantyClaim, form: Any, formset: Any, actor: Any) -> WarrantyClaim:
    """The operation's arguments out of the two forms."""
    lines = {row.cleaned_data["line_id"]: row.values() for row in formset}
    return claims.edit_draft(claim, actor=actor, changes=form.cleaned_data, lines=lines)


class SubmitClaim(OnDraft):
    """The draft is submitted: numbered, frozen, checked and decided or routed at once."""

    model = WarrantyClaim
    permission = "warranty.submit_claim"
    title = _("Submit the claim")
    intro = _("The contents are frozen. The system checks the claim and decides or routes it at once.")
    submit_label = _("Submit")
    success_message = _("The claim was submitted.")

    def operate(self, form: Any) -> WarrantyClaim:
        return claims.submit_claim(self.object, actor=self.request.user)


class WithdrawClaim(OperationView):
    """The claim stands no longer."""

    model = WarrantyClaim
    permission = "warranty.withdraw_claim"
    title = _("Withdraw the claim")
    intro = _("The claim stands no longer; the job can be claimed anew.")
    submit_label = _("Withdraw")
    success_message = _("The claim was withdrawn.")
    form_class = ReasonForm
    danger = True

    def operate(self, form: Any) -> WarrantyClaim:
        return claims.withdraw_claim(self.object, actor=self.request.user, note=form.cleaned_data["reason"])


class AnswerQuestion(OperationView):
    """The station answers; the claim goes back to the checks as its next version."""

    model = WarrantyClaim
    permission = "warranty.answer_question"
    title = _("Answer the question")
    submit_label = _("Send the answer")
    success_message = _("The answer was sent.")
    form_class = AnswerForm
    draft = "claim-answer"

    def get_intro(self) -> str:
        asked = self.object.questions.filter(answered_at=None).last()
        return asked.question if asked else ""

    def operate(self, form: Any) -> WarrantyClaim:
        return review.answer_question(self.object, answer=form.cleaned_data["answer"], actor=self.request.user)


class AddPhoto(OnDraft):
    """A picture or paper is added to a draft."""

    model = WarrantyClaim
    permission = EDIT
    title = _("Add a photo")
    submit_label = _("Add")
    form_class = PhotoForm

    def operate(self, form: Any) -> str:
        claim = self.object
        if claim.status not in EDITABLE:
            raise claims.ClaimIsFrozen(claim=str(claim))
        attach(claim, form.cleaned_data["file"], kind=form.cleaned_data["kind"], actor=self.request.user)
        claims.refresh(claim)
        return reverse("claim_edit", args=[claim.pk])

    def get_cancel_url(self) -> str:
        return reverse("claim_edit", args=[self.object.pk])


class AddLine(OnDraft):
    """A line of diagnosis, outside service, freight or other is added to a draft."""

    model = WarrantyClaim
    permission = EDIT
    title = _("Add a line")
    submit_label = _("Add")
    form_class = AddLineForm

    def operate(self, form: Any) -> str:
        values = {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}
        claims.add_line(self.object, actor=self.request.user, **values)
        return reverse("claim_edit", args=[self.object.pk])

    def get_cancel_url(self) -> str:
        return reverse("claim_edit", args=[self.object.pk])


class RemoveLine(OnDraft):
    """A line is taken out of a draft."""

    model = ClaimLine
    permission = EDIT
    title = _("Remove the line")
    intro = _("The line is taken out of the draft; the job keeps what was recorded.")
    submit_label = _("Remove")
    select_related = ("claim",)
    danger = True

    def operate(self, form: Any) -> str:
        claim = self.object.claim
        claims.remove_line(self.object, actor=self.request.user)
        return reverse("claim_edit", args=[claim.pk])

    def get_cancel_url(self) -> str:
        return reverse("claim_edit", args=[self.object.claim_id])

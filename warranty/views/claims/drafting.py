"""The draft of a claim: made from a job, edited with the coach, lines, photos, sent."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core.attachments import attach
from portal.core.errors import Refusal
from portal.core.listing import refuse_unknown
from portal.core.pages import OperationView
from service.models import WorkOrder
from warranty import claims, photos
from warranty.deadline import deadline_of, deadline_of_claim
from warranty.drafting import LINE_FIELDS
from warranty.forms.claim_lines import AddLineForm
from warranty.forms.claims import DraftForm, DraftLines, plain
from warranty.models import ClaimLine, LineKind, WarrantyClaim
from warranty.part_choice import part_choices
from warranty.views.claims.lists import EDIT, RELATED
from warranty.views.explained import Explained


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
            {"line_id": line.pk, **{name: plain(getattr(line, name)) for name in LINE_FIELDS}}
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
        context = super().get_context_data(**kwargs)
        typed = context["form"].is_bound
        return (
            context
            | self.explained(claim, self.request.user)
            | {
                "photos": photos.photos_of(claim),
                "deadline": deadline_of_claim(claim),
                "problems": _wrong_with(context["form"], context["formset"]) if typed else [],
            }
        )


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
        problems: list[str] = []
        if form.is_valid() and formset.is_valid():
            try:
                with transaction.atomic():
                    save_draft(claim, form, formset, request.user)
            except Refusal as refusal:
                problems.append(str(refusal))
        else:
            problems.extend(_wrong_with(form, formset))
        fresh = WarrantyClaim.objects.select_related(*RELATED).get(pk=claim.pk)
        return render(
            request,
            "warranty/coach.html",
            {"object": fresh, "out_of_band": True, "problems": problems, **self.explained(fresh, self.request.user)},
        )


def _wrong_with(form: Any, formset: Any) -> list[str]:
    """Each field that cannot be saved as it is typed, with the reason; those of a line are named with the line."""
    found = []
    for row in (form, *formset):
        line = getattr(row, "line", None)
        heading = f"{line.get_kind_display()} {line.what}".strip() + " · " if line else ""
        for name, texts in row.errors.items():
            label = row.fields[name].label if name in row.fields else ""
            found.append(f"{heading}{label or ''}: {' '.join(texts)}".removeprefix(": "))
    return found


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


class AddLine(OnDraft):
    """A line of any kind is added to a draft; the address names the kind, the form has its fields."""

    model = WarrantyClaim
    permission = EDIT
    title = _("Add a line")
    submit_label = _("Add")
    template_name = "warranty/claim_line.html"
    form_class = AddLineForm
    select_related = ("product_model", "unit", "work_order")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"chosen": self.request.GET.get("kind", LineKind.PART)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        kinds = [(value, label, value == form.chosen) for value, label in LineKind.choices]
        if form.chosen != LineKind.PART:
            return context | {"kinds": kinds}
        text = _searched(form["part"].value())
        choices = part_choices(self.object, text, self.request.user)
        return context | {"kinds": kinds, "choices": choices, "text": text}

    def operate(self, form: Any) -> str:
        claim, actor = self.object, self.request.user
        with transaction.atomic():
            if file := form.cleaned_data.get("file"):
                attach(claim, file, kind="invoice", actor=actor)
            claims.add_line(claim, actor=actor, kind=form.cleaned_data["kind"], **form.values())
        return reverse("claim_edit", args=[claim.pk])

    def get_cancel_url(self) -> str:
        return reverse("claim_edit", args=[self.object.pk])


class PartChoices(OnDraft):
    """Parts for a line while one is looked for: what the job issued and what fits the unit first."""

    model = WarrantyClaim
    permission = EDIT
    select_related = ("product_model", "unit", "work_order")
    http_method_names = ("get",)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refuse_unknown(request, {"part"})
        text = _searched(request.GET.get("part"))
        choices = part_choices(self.object, text, request.user)
        return render(request, "warranty/part_choices.html", {"choices": choices, "text": text})


def _searched(typed: str | None) -> str:
    """What is looked for. Raises BadRequest for what no part is called."""
    text = (typed or "").strip()
    if "\x00" in text:
        raise BadRequest
    return text[:80]


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

"""One claim, and what its station does with it once it is sent."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core import show
from portal.core.documents import documents_of
from portal.core.pages import Action, Fact, NextStep, OperationView, ScopedDetailView
from warranty import claims, draft_photos, photos, review
from warranty.appeals import may_appeal
from warranty.deadline import deadline_of
from warranty.forms.claims import AnswerForm, ReasonForm
from warranty.models import Appeal, ClaimStatus, WarrantyClaim
from warranty.standing import next_step_of
from warranty.states import EDITABLE
from warranty.views.claims.lists import EDIT, RELATED
from warranty.views.explained import Explained
from warranty.waiting_letters import KIND as WAITING_LETTER
from warranty.whereabouts import whereabouts

LETTERS = {"claim_decision": _("Decision letter (PDF)"), WAITING_LETTER: _("What is still needed (PDF)")}


def letters_of(claim: WarrantyClaim) -> list[Action]:
    """The latest letter: a claim that waits for its station shows what for, a decided one the decision."""
    waits = claim.status in {ClaimStatus.INFO_REQUESTED, ClaimStatus.IN_REVIEW}
    kind = WAITING_LETTER if waits else "claim_decision"
    return [Action(LETTERS[kind], reverse("document", args=[row.pk])) for row in documents_of(claim, kind)[:1]]


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
        acts = letters_of(claim)
        report = reverse("claim_report_one", args=[claim.pk])
        acts.append(Action(_("Claim report"), report, "warranty.report_claims"))
        if claim.status in EDITABLE:
            acts.append(Action(_("Edit"), reverse("claim_edit", args=[claim.pk]), EDIT))
        if may_appeal(claim):
            acts.append(Action(_("Appeal"), reverse("appeal_file", args=[claim.pk]), "warranty.file_appeal"))
        if claim.status == ClaimStatus.REJECTED and not deadline_of(claim.repaired_on).is_past:
            acts.append(Action(_("Claim again"), reverse("claim_replace", args=[claim.pk]), "warranty.draft_claim"))
        if claim.status in {*EDITABLE, ClaimStatus.IN_REVIEW}:
            url = reverse("claim_withdraw", args=[claim.pk])
            acts.append(Action(_("Withdraw"), url, "warranty.withdraw_claim", "danger"))
        if claim.status == ClaimStatus.IN_REVIEW:
            acts.append(Action(_("Open at the desk"), claim.desk_url, "warranty.open_desk", "primary"))
        if claim.pays:
            url = reverse("claim_reverse", args=[claim.pk])
            acts.append(Action(_("Reverse"), url, "warranty.reverse_claim", "danger"))
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
        if appeal := Appeal.objects.filter(claim=claim).first():
            found.append(Fact(_("Appeal"), f"{appeal} · {appeal.get_status_display()}", appeal.get_absolute_url()))
        if claim.reversed_for_id:
            found.append(Fact(pgettext_lazy("claim", "Reversed because"), claim.reversed_for.in_words))
        if claim.replaces:
            found.append(Fact(_("Replaces"), claim.replaces, claim.replaces.get_absolute_url()))
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        claim = self.get_object()
        return (
            super().get_context_data(**kwargs)
            | self.explained(claim, self.request.user)
            | {
                "photos": photos.photos_of(claim),
                "whereabouts": whereabouts(claim).facts(),
                "questions": claim.questions.select_related("asked_by", "answered_by", "reason_code"),
                "versions": claim.versions.select_related("submitted_by").order_by("-version"),
            }
        )


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
        given, user = form.cleaned_data, self.request.user
        with transaction.atomic():
            draft_photos.add_photos(
                self.object, given["files"], kind=given["kind"] or "other", actor=user, field="files"
            )
            return review.answer_question(self.object, answer=given["answer"], actor=user)


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

"""The desk: the whole story of one claim in review beside the panel that decides it, and who else is looking."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core import clock, show
from portal.core.errors import Refusal
from portal.core.pages import Action, OperationView
from portal.core.parameters import param
from warranty import photos, review
from warranty.appeals.filing import evidence_of
from warranty.desk import holding, presence, releasing, seen, taking
from warranty.desk.queue import age_days, band_of
from warranty.desk.story import story_of
from warranty.forms.claims import ReasonForm, plain
from warranty.forms.desk import DeskForm, DeskLines
from warranty.four_eyes import require_decider
from warranty.models import (
    Appeal,
    ClaimReview,
    ClaimStatus,
    LineHold,
    LineKind,
    PriorAuthorization,
    RegionAudit,
    WarrantyClaim,
)
from warranty.views.claims.lists import RELATED
from warranty.views.claims.queue import OnDesk
from warranty.views.explained import Explained
from warranty.wording import say

PLATES = ("plate_photo", "serial_plate", "plate")
ACTS = {
    "decide": "warranty.approve_claim",
    "next": "warranty.approve_claim",
    "hold": "warranty.hold_line",
    "ask": "warranty.request_info",
}


def decisions_of(rows: Sequence[dict[str, Any]]) -> list[review.LineDecision]:
    """What the form says each line gets."""
    return [
        review.LineDecision(
            line_id=row["line_id"],
            amount=row["amount"],
            reason_code=row["reason_code"].code if row["reason_code"] else "",
            note=row["note"],
            qty=row.get("qty"),
            hours=row.get("hours"),
        )
        for row in rows
    ]


class ClaimDesk(Explained, OperationView):
    """One claim to decide; POST decides it, holds lines or asks the station, as the pressed button says."""

    model = WarrantyClaim
    permission = "warranty.open_desk"
    template_name = "warranty/claim_desk.html"
    form_class = DeskForm
    formset_class = DeskLines
    select_related = (*RELATED, "decided_by", "work_order__technician__user", "station__center__region")

    def get_title(self) -> str:
        return str(self.object)

    def get_subtitle(self) -> str:
        claim = self.object
        model = claim.product_model.local_name if claim.product_model else ""
        failure = gettext("failed %(day)s") % {"day": show.day(claim.failed_on)}
        return " · ".join(part for part in (str(claim.station), model, f"SN {claim.serial_number}", failure) if part)

    def get_cancel_url(self) -> str:
        return str(self.object.desk_url)

    @cached_property
    def lines(self) -> list[Any]:
        """The lines as they stand, part and operation loaded."""
        rows = self.object.lines.select_related("part", "operation", "reason_code", "issued_part")
        return list(rows.order_by("position"))

    def get_formset_kwargs(self) -> dict[str, Any]:
        return {**super().get_formset_kwargs(), "initial": self.initial_rows()}

    def initial_rows(self) -> list[dict[str, Any]]:
        """One row a line: what the rules allow and why, or what the first approver decided."""
        claim = self.object
        proposed = {row.line_id: row for row in review.proposals(claim, self.lines)}
        first = self.first
        given = {row["line"]: row for row in first.lines} if first else {}
        return [self._row(line, proposed[line.pk], given.get(line.pk)) for line in self.lines]

    def _row(self, line: Any, proposal: Any, before: dict[str, Any] | None) -> dict[str, Any]:
        flat = min(line.hours, line.flat_hours * line.qty) if line.flat_hours else line.hours
        return {
            "line_id": line.pk,
            "qty": plain(line.qty) if line.kind == LineKind.PART else None,
            "hours": plain(flat) if line.kind == LineKind.LABOR else None,
            "amount": before["approved"] if before else proposal.amount,
            "reason_code": before["reason"] if before else proposal.reason_code,
            "note": before["note"] if before else proposal.note,
        }

    @cached_property
    def first(self) -> Any:
        """The decision of the first of two approvers."""
        return review.first_decision(self.object)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only a decision needs every line; holding and asking do not."""
        act = request.POST.get("act", "")
        if act not in ACTS or not request.user.has_perm(ACTS[act], self.object):
            raise PermissionDenied
        form, formset = self.get_form(), self.get_formset()
        form.fields["question_code"].required = act == "ask"
        if not form.is_valid() or (act in {"decide", "next"} and not formset.is_valid()):
            return self.form_invalid(form)
        return self.form_valid(form)

    def operate(self, form: Any) -> str:
        act, given, user = self.request.POST["act"], form.cleaned_data, self.request.user
        if act == "ask":
            missing, question = given["question_code"].code, given["question"]
            review.request_info(self.object, reason_code=missing, question=question, actor=user, mark=given["mark"])
            self.success_message = _("The station was asked.")
        elif act == "hold":
            chosen = [row.initial["line_id"] for row in self.get_formset() if row.data.get(row.add_prefix("hold"))]
            holding.hold_lines(self.object, lines=chosen, reason=given["hold_reason"], actor=user, mark=given["mark"])
            self.success_message = _("The lines wait for the appraisal; the station was asked to send the old parts.")
        else:
            return self._decide(given)
        return str(self.object.desk_url)

    def _decide(self, given: dict[str, Any]) -> str:
        user = self.request.user
        decided = review.decide_lines(
            self.object,
            decisions=decisions_of(self.get_formset().cleaned_data),
            actor=user,
            reason=given["reason"],
            mark=given["mark"],
        )
        presence.leave(decided, user=user)
        is_first = decided.status == ClaimStatus.IN_REVIEW
        self.success_message = (
            _("Your approval is recorded; a second approver has to agree.")
            if is_first
            else _("The decision stands; the station is told.")
        )
        if self.request.POST["act"] == "next":
            try:
                return taking.take_next(user, skipping=decided.pk).desk_url
            except taking.NothingWaits:
                return reverse("claim_queue")
        return str(decided.desk_url)

    def refused(self, form: Any, text: str, field: str, *, status: int) -> HttpResponse:
        """The page as the claim stands now, with everything that was typed."""
        del self._found
        self.__dict__.pop("lines", None)
        self.__dict__.pop("first", None)
        return super().refused(form, text, field, status=status)

    def why_not_mine(self) -> str:
        """Why this reader cannot decide the claim; empty if they can."""
        if self.object.status != ClaimStatus.IN_REVIEW:
            return ""
        try:
            require_decider(self.object, self.request.user)
        except Refusal as refusal:
            return str(refusal)
        if self.is_my_first():
            return gettext("You gave the first approval; a second approver has to agree.")
        return ""

    def is_my_first(self) -> bool:
        """Whether the reader gave the first of two approvals, and the second is not there yet."""
        first = self.first
        waits = self.object.status == ClaimStatus.IN_REVIEW
        return waits and first is not None and first.decided_by_id == self.request.user.pk

    def why_wait(self) -> str:
        """Why nobody can decide the claim yet: a line is held; empty otherwise."""
        try:
            holding.require_nothing_held(self.object)
        except holding.LineIsHeld as refusal:
            return str(refusal)
        return ""

    def why_not_ask(self) -> str:
        """Why the station cannot be asked any more; empty if it can."""
        rounds, allowed = self.object.questions.count(), param("warranty.question_rounds")
        refusal = review.NoMoreQuestions(claim=self.object.number, rounds=rounds)
        return str(refusal) if rounds >= allowed else ""

    def get_actions(self) -> Sequence[Action]:
        claim = self.object
        acts = [Action(_("Page of the claim"), claim.get_absolute_url(), "warranty.view_warrantyclaim")]
        if claim.status == ClaimStatus.IN_REVIEW:
            acts.append(Action(_("Hand over"), reverse("claim_hand_over", args=[claim.pk]), "warranty.hand_over_claim"))
        if claim.pays:
            url = reverse("claim_reverse", args=[claim.pk])
            acts.append(Action(_("Reverse"), url, "warranty.reverse_claim", "danger"))
        return acts

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        claim, user = self.object, self.request.user
        context = super().get_context_data(**kwargs) | self.explained(claim, user)
        in_review = claim.status == ClaimStatus.IN_REVIEW
        why_not = self.why_not_mine()
        taken = ClaimReview.objects.filter(claim=claim).select_related("taken_by").first()
        return context | {
            "mark": seen.mark_of(claim),
            "in_review": in_review,
            "may_decide": in_review and not why_not and user.has_perm("warranty.approve_claim", claim),
            "may_ask": in_review and user.has_perm("warranty.request_info", claim),
            "why_not_ask": self.why_not_ask() if in_review else "",
            "may_withdraw": self.is_my_first() and user.has_perm("warranty.withdraw_first_approval", claim),
            "why_wait": self.why_wait(),
            "why_not_mine": why_not,
            "taken": taken,
            "reasons": [say(code) for code in taken.reasons] if taken else [],
            "age": band_of(days) if (days := self._days()) is not None else None,
            "age_days": days,
            "first": self.first,
            "authorization": authorization_of(claim),
            "appeal": appeal_of(claim),
            "region_audit": RegionAudit.objects.filter(claim=claim).select_related("closed_by").first(),
            "rows": (rows := self._rows(context["formset"], context["lines"])),
            "can_hold": any(row["line"].kind == LineKind.PART and not row["hold"] for row in rows),
            "story": story_of(claim, self.lines),
            "photos": (pictures := photos.photos_of(claim)),
            "pair": pair_of(pictures),
            "questions": claim.questions.select_related("asked_by", "answered_by", "reason_code"),
            "versions": claim.versions.select_related("submitted_by").defer("content", "inputs"),
            "decisions": claim.decisions.select_related("decided_by").order_by("pk"),
        }

    def _days(self) -> int | None:
        submitted = self.object.submitted_at
        return age_days(submitted, clock.today()) if submitted else None

    def _rows(self, formset: Any, explained: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each line with its form, its explanation and its hold."""
        by_line = {row["line"].pk: row for row in explained}
        holds: dict[int, LineHold] = {}
        found = LineHold.objects.filter(line__claim=self.object).select_related("held_by", "line")
        for each in found.prefetch_related("line__failed_parts").order_by("pk"):
            holds[each.line_id] = each
        return [
            {
                "form": form,
                **by_line[form.initial["line_id"]],
                "hold": (hold := holds.get(form.initial["line_id"])),
                "given": form.initial["amount"],
                "verdict": releasing.in_words(hold) if hold and hold.released_at else "",
            }
            for form in formset
            if form.initial.get("line_id") in by_line
        ]


def authorization_of(claim: WarrantyClaim) -> PriorAuthorization | None:
    """What headquarters had granted before the work and the claim takes up, with its lines."""
    found = PriorAuthorization.objects.filter(claim=claim).select_related("decided_by", "requested_by")
    return found.prefetch_related("lines__part", "lines__operation").first()


def appeal_of(claim: WarrantyClaim) -> dict[str, Any] | None:
    """The station's appeal with its lines and evidence; nothing where there is none."""
    found = Appeal.objects.filter(claim=claim).select_related("filed_by", "decided_by").first()
    if found is None:
        return None
    rows = found.lines.select_related("line__part", "line__operation").order_by("line__position")
    return {"appeal": found, "rows": rows, "photos": evidence_of(found)}


def pair_of(pictures: Sequence[Any]) -> list[Any]:
    """The two pictures to hold side by side: what failed and the serial plate; else the first two."""
    drawn = [picture for picture in pictures if picture.is_picture]
    plate = next((picture for picture in drawn if picture.kind in PLATES), None)
    fault = next((picture for picture in drawn if picture is not plate), None)
    return [picture for picture in (fault, plate) if picture is not None]


class DeskPresence(OnDesk):
    """The page reports every 20 seconds; the answer is a line of who else is here, and what has changed since."""

    permission = "warranty.open_desk"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse(status=405)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        claim, typed = self.object, request.POST.get("mark", "")
        others = presence.arrive(claim, user=request.user, is_typing=request.POST.get("typing") == "1")
        mark = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
        changes = seen.changes_since(claim, mark) if mark else []
        return render(request, "warranty/desk/presence.html", {"others": others, "changes": changes, "object": claim})


class ReleaseHold(OnDesk):
    """A held line may be decided without the verdict."""

    permission = "warranty.hold_line"
    title = _("Release the line")
    intro = _("The line can be decided without the appraisal; an old part that was not sent need not come for it.")
    submit_label = _("Release")
    success_message = _("The line was released.")
    form_class = ReasonForm

    def operate(self, form: Any) -> str:
        holding.release_hold(
            self.object, line=self.kwargs["line"], reason=form.cleaned_data["reason"], actor=self.request.user
        )
        return self.after()

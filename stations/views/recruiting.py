"""Candidate outlets: list by stage, one with its log, what is done to them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.models import Division
from portal.core.pages import Action, Column, Fact, NextStep, OperationView, ScopedDetailView, ScopedListView
from portal.core.states import can_move
from stations import recruiting
from stations.forms.applications import NoteForm
from stations.forms.recruiting import CandidateForm, CarerForm, ContactForm, LossForm, NewCandidateForm, TalkForm
from stations.models import CandidateOutlet, CandidateStatus
from stations.states import GIVEN_UP

RECRUIT = "stations.recruit_candidate"
S = CandidateStatus


def is_due(row: CandidateOutlet, on: date) -> bool:
    """The next step should have been taken."""
    return row.next_step_on is not None and row.next_step_on <= on


class CandidateList(ScopedListView):
    """Outlets one would like to win."""

    model = CandidateOutlet
    permission = "stations.view_candidateoutlet"
    export_permission = "stations.export_lists"
    title = _("Candidate outlets")
    empty_text = _("No candidates yet. Enter an outlet you have seen, or pick a place without a station.")
    columns = [
        Column("number", label=_("number"), kind="number"),
        Column(str, _("Outlet"), small="brands_sold", sort="name"),
        Column("status", kind="badge"),
        Column("division__full_name", _("place"), small="address"),
        Column("center", small="center__region", on_phone=False),
        Column("owner", on_phone=False),
        Column("next_step_on", kind="day", small="next_step", sort="next_step_on"),
        Column("last_talk_at", kind="day", sort="last_talk_at", on_phone=False),
    ]
    search_fields = ["name", "name_en", "address", "contacts__name", "contacts__phone"]
    filter_fields = ["center", "kind", "next_step_on"]
    chips = "status"
    select_related = ["center__region", "owner", "division"]

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(_("Places without a station"), reverse("white_spots"), "stations.view_candidateoutlet"),
            Action(_("Enter a candidate"), reverse("candidate_add"), RECRUIT, "primary"),
        ]


class CandidateDetail(ScopedDetailView):
    """One outlet: how far one is, with whom one talks, what was said."""

    model = CandidateOutlet
    permission = "stations.view_candidateoutlet"
    template_name = "stations/candidate_detail.html"
    select_related = ["center__region", "owner", "division", "invitation__application"]

    def get_title(self) -> Any:
        return str(self.get_object())

    def get_subtitle(self) -> Any:
        row = self.get_object()
        return " · ".join([row.number, str(row.center.region), str(row.center), row.division.full_name])

    def next_step(self) -> NextStep | None:
        row = self.get_object()
        if row.status == S.APPLIED:
            application = row.invitation.application
            return NextStep(_("The outlet has applied."), _("Open the application"), application.get_absolute_url())
        if row.next_step_on is None:
            return self._after_the_application(row)
        tone = "bad" if row.next_step_on < clock.today() else "wait" if is_due(row, clock.today()) else ""
        may = self.request.user.has_perm(RECRUIT, row)
        url = reverse("candidate_talk", args=[row.pk]) if may else ""
        return NextStep(f"{row.next_step_on}: {row.next_step}", _("Write down a talk"), url, tone)

    def _after_the_application(self, row: CandidateOutlet) -> NextStep | None:
        """An outlet whose application is over is talked with again; not before the pause is over, if it was refused."""
        application = getattr(row.invitation, "application", None)
        if row.status != S.NEGOTIATING or application is None or application.status not in GIVEN_UP:
            return None
        text = _("Application %(number)s: %(status)s. Talk to them again.")
        if application.paused_until is not None:
            text = _("Application %(number)s: %(status)s. Talk to them again; they may apply from %(day)s.")
        facts = {
            "number": application.number or f"#{application.pk}",
            "status": application.get_status_display(),
            "day": application.paused_until,
        }
        return NextStep(text % facts, _("Open the application"), application.get_absolute_url(), "wait")

    def get_actions(self) -> Sequence[Action]:
        row = self.get_object()
        pk = [row.pk]
        if row.status == S.LOST:
            return [Action(_("Take up again"), reverse("candidate_reopen", args=pk), RECRUIT, "primary")]
        moves = [
            (S.NEGOTIATING, Action(_("Negotiate"), reverse("candidate_negotiate", args=pk), RECRUIT)),
            (
                S.INVITED,
                Action(_("Invite to apply"), reverse("candidate_invite", args=pk), "stations.invite_applicant"),
            ),
            (S.LOST, Action(_("Give up"), reverse("candidate_lose", args=pk), RECRUIT, "danger")),
        ]
        return [
            Action(_("Write down a talk"), reverse("candidate_talk", args=pk), RECRUIT, "primary"),
            *(action for target, action in moves if row.status != S.APPLIED and can_move(row, target)),
            Action(_("Assign"), reverse("candidate_assign", args=pk), "stations.assign_candidate"),
            Action(_("Edit"), reverse("candidate_change", args=pk), RECRUIT),
        ]

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        facts = [
            Fact(_("Kind"), row.get_kind_display()),
            Fact(_("Place"), row.division.full_name),
            Fact(_("Address"), row.address),
            Fact(_("Premises (m²)"), row.premises_square_meters),
            Fact(_("People"), row.staff_count),
            Fact(_("Brands they sell"), row.brands_sold),
            Fact(_("Cared for by"), row.owner),
            Fact(_("Entered at"), row.found_at),
        ]
        if row.lost_reason:
            facts.append(Fact(_("Lost because"), row.get_lost_reason_display()))
        if row.longitude is not None:
            geo = f"geo:{row.latitude},{row.longitude}?q={row.latitude},{row.longitude}"
            facts.append(Fact(_("Position"), f"{row.latitude}, {row.longitude}", geo))
        return facts

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.get_object()
        return super().get_context_data(**kwargs) | {
            "contacts": row.contacts.all(),
            "entries": row.entries.select_related("actor", "contact"),
            "may_recruit": self.request.user.has_perm(RECRUIT, row) and row.status != S.LOST,
        }


class AddCandidate(OperationView):
    model = CandidateOutlet
    permission = RECRUIT
    form_class = NewCandidateForm
    template_name = "stations/candidate_form.html"
    title = _("Enter a candidate")
    success_message = _("Entered. Next: talk to them.")

    def get_cancel_url(self) -> str:
        return reverse("candidate_list")

    def get_initial(self) -> dict[str, Any]:
        asked = self.request.GET.get("division", "")[:6]
        found = Division.objects.filter(code=asked).first() if asked.isdecimal() else None
        return super().get_initial() | ({"division": found} if found else {})

    def operate(self, form: Any) -> Any:
        values, user = form.cleaned_data, self.request.user
        return recruiting.add_candidate(
            center=values["center"], division=values["division"], facts=form.facts(), contacts=[form.contact()],
            actor=user,
        )  # fmt: skip


class CandidateOperation(OperationView):
    """Something done to a candidate."""

    model = CandidateOutlet
    permission = RECRUIT
    select_related = ["center__region", "division"]

    def get_subtitle(self) -> Any:
        return f"{self.object.number} {self.object}"


class ChangeCandidate(CandidateOperation):
    form_class = CandidateForm
    template_name = "stations/candidate_form.html"
    title = _("Edit the candidate")
    success_message = _("Saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.object, "initial": {"division": self.object.division}}

    def operate(self, form: Any) -> Any:
        return recruiting.change_candidate(
            self.object, facts=form.facts(), division=form.cleaned_data["division"], actor=self.request.user
        )


class AddContact(CandidateOperation):
    form_class = ContactForm
    title = _("Add a contact")
    success_message = _("Saved.")

    def operate(self, form: Any) -> Any:
        recruiting.add_contact(self.object, actor=self.request.user, **form.cleaned_data)
        return self.object


class LogTalk(CandidateOperation):
    form_class = TalkForm
    title = _("Write down a talk")
    intro = _("What is written here stays as it is; with a next step and its day you are reminded.")
    success_message = _("Written down.")
    draft = "talk"

    def operate(self, form: Any) -> Any:
        recruiting.log_talk(self.object, actor=self.request.user, **form.cleaned_data)
        return self.object


class AssignCandidate(CandidateOperation):
    permission = "stations.assign_candidate"
    form_class = CarerForm
    title = _("Assign the candidate")
    success_message = _("Assigned.")

    def operate(self, form: Any) -> Any:
        return recruiting.assign_candidate(self.object, actor=self.request.user, **form.cleaned_data)


class NegotiateCandidate(CandidateOperation):
    form_class = NoteForm
    title = _("Negotiate")
    intro = _("They are interested; conditions are being talked about. A link given out before opens nothing any more.")
    submit_label = _("Negotiate")

    def operate(self, form: Any) -> Any:
        return recruiting.negotiate(self.object, actor=self.request.user, **form.cleaned_data)


class InviteCandidate(CandidateOperation):
    permission = "stations.invite_applicant"
    title = _("Invite to apply")
    intro = _("A link, also as QR code, by which this outlet applies on a phone, without an account.")
    submit_label = _("Make the link")

    def operate(self, form: Any) -> Any:
        invitation = recruiting.invite_candidate(self.object, actor=self.request.user)
        return reverse("invitation_detail", args=[invitation.pk])


class LoseCandidate(CandidateOperation):
    form_class = LossForm
    title = _("Give up")
    intro = _("The outlet will not become a station; its link, if any, opens nothing any more.")
    submit_label = _("Give up")
    danger = True

    def operate(self, form: Any) -> Any:
        return recruiting.lose_candidate(self.object, actor=self.request.user, **form.cleaned_data)


class TakeUpAgain(CandidateOperation):
    form_class = NoteForm
    title = _("Take up again")
    submit_label = _("Take up again")

    def operate(self, form: Any) -> Any:
        return recruiting.take_up_again(self.object, actor=self.request.user, **form.cleaned_data)

"""Applications as the network sees them: queue, record, one page per decision."""

from collections.abc import Sequence
from typing import Any

from django.forms import BaseForm
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core.pages import (
    Action,
    Column,
    Fact,
    NextStep,
    OperationView,
    ScopedDetailView,
    ScopedListView,
)
from stations import applications, onboarding
from stations.forms.applications import NoteForm, ReasonForm
from stations.forms.contracts import ContractForm
from stations.models import (
    ApplicationStatus,
    StationApplication,
)
from stations.views.application_context import application_context, application_facts

S = ApplicationStatus


class ApplicationList(ScopedListView):
    """The queue."""

    model = StationApplication
    permission = "stations.view_stationapplication"
    title = _("Station applications")
    columns = [
        Column(lambda row: row.number or gettext("Draft"), label=_("number"), kind="number", small="created_at"),
        Column("company_name", small="local_station_name"),
        Column("center", small="center__region"),
        Column("kind"),
        Column("status", kind="badge"),
        Column("submitted_at", kind="moment", sort="submitted_at"),
    ]
    search_fields = ["number", "company_name", "station_name", "license_number", "phone"]
    filter_fields = ["kind", "center"]
    chips = "status"
    ordering = ["-pk"]
    select_related = ["center__region"]
    empty_text = _("No applications yet. Invite an outlet by a link; it applies on a phone without an account.")

    def get_actions(self) -> Sequence[Action]:
        invite = reverse("application_invite")
        return [
            Action(_("Invitations"), reverse("invitation_list"), "stations.view_applicationinvitation"),
            Action(_("Invite an applicant"), invite, "stations.invite_applicant", "primary"),
        ]


class ApplicationDetail(ScopedDetailView):
    """One application: what was shown, what was found, who decided, what is next."""

    model = StationApplication
    permission = "stations.view_stationapplication"
    template_name = "stations/application_detail.html"
    select_related = [
        "center__region",
        "station",
        "region_decider",
        "hq_decider",
        "filed_by",
        "dealer",
        "invitation__invited_by",
    ]

    def get_title(self) -> Any:
        return self.get_object().company_name or _("Application")

    def get_subtitle(self) -> Any:
        row = self.get_object()
        return " · ".join(filter(None, [row.number, row.local_station_name, str(row.center)]))

    def next_step(self) -> NextStep | None:
        row = self.get_object()
        step = NEXT.get(row.status)
        if step is None:
            return None
        text, label, url_name, permission = step
        if (
            row.status == S.RECTIFICATION
            and not row.rectifications.filter(status="open", lines__status="open").exists()
        ):
            text = _("All evidence is with the region; it looks at it and makes the re-visit.")
        may = bool(url_name) and self.request.user.has_perm(permission, row)
        url = reverse(url_name, args=[row.pk]) if may else ""
        tone = "wait" if may else ""
        return NextStep(text, label, url, tone)

    def get_actions(self) -> Sequence[Action]:
        row = self.get_object()
        actions = []
        if S.SENT_BACK in StationApplication.MOVES.get(row.status, ()):
            back, refuse = reverse("application_send_back", args=[row.pk]), reverse("application_refuse", args=[row.pk])
            actions.append(Action(_("Send back"), back, "stations.return_application"))
            actions.append(Action(_("Refuse"), refuse, "stations.return_application", "danger"))
        if S.WITHDRAWN in StationApplication.MOVES.get(row.status, ()) and row.number:
            withdraw = reverse("application_withdraw", args=[row.pk])
            actions.append(Action(_("Record a withdrawal"), withdraw, "stations.withdraw_application"))
        if row.station_id:
            actions.append(Action(_("Open the station"), row.station.get_absolute_url(), "stations.view_station"))
        return actions

    def facts(self) -> Sequence[Fact]:
        return application_facts(self.get_object())

    def deciders(self) -> list[Fact]:
        """Who decided for whom."""
        row = self.get_object()
        return [
            Fact(_("Region"), row.region_decider or _("not yet")),
            Fact(_("Headquarters"), row.hq_decider or _("not yet")),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return (
            super().get_context_data(**kwargs) | application_context(self.get_object()) | {"deciders": self.deciders()}
        )


NEXT: dict[str, tuple[Any, Any, str, str]] = {
    S.DRAFT: (_("The applicant is still filling in the form."), "", "", ""),
    S.CENTER_CHECK: (
        _("Something looks like a duplicate: the operation center compares and passes it on, or the region if the center may not."),
        _("Pass on"), "application_check", "stations.check_application",
    ),
    S.REGION_REVIEW: (
        _("The region manager reviews papers and place."),
        _("Approve for the region"), "application_approve", "stations.review_application",
    ),
    S.INSPECTION: (
        _("Somebody of the region visits the premises and rates each item."),
        _("Begin the inspection"), "application_inspect", "stations.inspect_application",
    ),
    S.RECTIFICATION: (
        _("The applicant puts the findings right; then comes a re-visit."),
        _("Begin the re-visit"), "application_inspect", "stations.inspect_application",
    ),
    S.HQ_DECISION: (
        _("The inspection passed. Headquarters decides; not the person who reviewed for the region."),
        _("Approve for headquarters"), "application_decide", "stations.decide_application",
    ),
    S.CONTRACTING: (
        _("Approved. Headquarters signs the contract; the station then becomes active."),
        _("Sign the contract"), "application_sign", "stations.sign_contract",
    ),
    S.SENT_BACK: (_("The applicant corrects the application and sends it again."), "", "", ""),
}  # fmt: skip


class ApplicationOperation(OperationView):
    """A decision about an application."""

    model = StationApplication
    select_related = ["center__region", "invitation"]
    form_class: type[BaseForm] = NoteForm

    def get_subtitle(self) -> Any:
        return str(self.object)


class PassCenterCheck(ApplicationOperation):
    permission = "stations.check_application"
    title = _("Pass on to the region")
    intro = _("You compared the application with those that look alike, and it is another outlet.")
    submit_label = _("Pass on")
    success_message = _("The region reviews it next.")

    def operate(self, form: Any) -> Any:
        return applications.pass_center_check(self.object, actor=self.request.user, note=form.cleaned_data["note"])


class ApproveByRegion(ApplicationOperation):
    permission = "stations.review_application"
    title = _("Approve for the region")
    intro = _("The first approval: papers and place fit. A site inspection follows, then headquarters decides.")
    submit_label = _("Approve")
    success_message = _("Approved for the region. Next: the site inspection.")

    def operate(self, form: Any) -> Any:
        return applications.approve_by_region(self.object, actor=self.request.user, note=form.cleaned_data["note"])


class DecideApplication(ApplicationOperation):
    permission = "stations.decide_application"
    title = _("Approve for headquarters")
    intro = _("The second approval. The contract can then be signed.")
    submit_label = _("Approve")
    success_message = _("Approved. Next: the contract.")

    def operate(self, form: Any) -> Any:
        return applications.decide_application(self.object, actor=self.request.user, note=form.cleaned_data["note"])


class SendBack(ApplicationOperation):
    permission = "stations.return_application"
    form_class = ReasonForm
    title = _("Send back to the applicant")
    intro = _("The applicant corrects it by the same link and sends it again; the number stays.")
    submit_label = _("Send back")
    success_message = _("Sent back.")

    def operate(self, form: Any) -> Any:
        return applications.send_back(self.object, reason=form.cleaned_data["reason"], actor=self.request.user)


class RefuseApplication(ApplicationOperation):
    permission = "stations.return_application"
    form_class = ReasonForm
    title = _("Refuse the application")
    intro = _("The application ends here, and the company may not apply again before the pause is over.")
    submit_label = _("Refuse")
    danger = True
    success_message = _("Refused.")

    def operate(self, form: Any) -> Any:
        return applications.refuse_application(self.object, reason=form.cleaned_data["reason"], actor=self.request.user)


class WithdrawApplication(ApplicationOperation):
    permission = "stations.withdraw_application"
    title = _("Record a withdrawal")
    intro = _("The applicant has said that they give up. The application ends here; they may apply again at any time.")
    submit_label = _("Withdraw")
    danger = True
    success_message = _("Withdrawn.")

    def operate(self, form: Any) -> Any:
        return applications.withdraw_application(self.object, actor=self.request.user)


class SignContract(ApplicationOperation):
    permission = "stations.sign_contract"
    form_class = ContractForm
    title = _("Sign the contract")
    intro = _("With the signature the station is made, active and on probation, and its certificate is issued.")
    submit_label = _("Sign")
    success_message = _("Signed: the station is active. Next: invite its owner.")

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"signatory": self.object.owner_name}

    def operate(self, form: Any) -> Any:
        return onboarding.sign_contract(self.object, actor=self.request.user, **form.values()).station

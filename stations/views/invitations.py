"""Application links: given out, shown as QR code, revoked."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.pages import Action, Column, Fact, OperationView, ScopedDetailView, ScopedListView
from stations import applications
from stations.forms.applications import InviteApplicantForm
from stations.models import ApplicationInvitation
from stations.models.applications import invitation_is_open


class InvitationList(ScopedListView):
    """Links given out."""

    model = ApplicationInvitation
    permission = "stations.view_applicationinvitation"
    title = _("Application invitations")
    columns = [
        Column(str, label=_("Invited"), kind="number", small="phone"),
        Column("center"),
        Column("kind"),
        Column("invited_at", kind="moment"),
        Column("expires_at", kind="moment"),
        Column(lambda row: getattr(row, "application", None) and row.application.number, label=_("Application")),
    ]
    search_fields = ["company_name", "phone"]
    filter_fields = ["center"]
    select_related = ["center", "application"]

    def get_actions(self) -> Sequence[Action]:
        invite = reverse("application_invite")
        return [Action(_("Invite an applicant"), invite, "stations.invite_applicant", "primary")]


class InvitationDetail(ScopedDetailView):
    """The link and its QR code."""

    model = ApplicationInvitation
    permission = "stations.view_applicationinvitation"
    template_name = "stations/invitation_detail.html"
    select_related = ["center__region", "application", "invited_by"]

    def get_title(self) -> Any:
        return str(self.get_object())

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        return [
            Fact(_("Operation center"), row.center),
            Fact(_("Kind of station"), row.get_kind_display()),
            Fact(_("Invited by"), row.invited_by),
            Fact(_("Expires at"), row.expires_at),
        ]

    def get_actions(self) -> Sequence[Action]:
        row = self.get_object()
        if row.revoked_at:
            return []
        return [Action(_("Revoke"), reverse("invitation_revoke", args=[row.pk]), "stations.invite_applicant", "danger")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.get_object()
        is_open = invitation_is_open(row, clock.now())
        application = getattr(row, "application", None)
        return super().get_context_data(**kwargs) | {
            "link": applications.link_of(row) if is_open else "",
            "application": application,
        }


class InviteApplicant(OperationView):
    model = ApplicationInvitation
    permission = "stations.invite_applicant"
    form_class = InviteApplicantForm
    title = _("Invite an applicant")
    intro = _("A link, also as QR code, by which one outlet applies on a phone, without an account.")
    submit_label = _("Make the link")

    def get_cancel_url(self) -> str:
        return reverse("application_list")

    def operate(self, form: Any) -> Any:
        values = form.cleaned_data
        invitation = applications.invite_applicant(actor=self.request.user, **values)
        return reverse("invitation_detail", args=[invitation.pk])


class RevokeInvitation(OperationView):
    model = ApplicationInvitation
    permission = "stations.invite_applicant"
    title = _("Revoke the link")
    intro = _("The link then opens nothing any more, not even a draft begun with it.")
    submit_label = _("Revoke")
    danger = True
    success_message = _("Revoked.")

    def get_cancel_url(self) -> str:
        return reverse("invitation_detail", args=[self.object.pk])

    def operate(self, form: Any) -> Any:
        applications.revoke_invitation(self.object, actor=self.request.user)

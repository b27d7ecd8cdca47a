"""Links by which outlets apply: given out, read, revoked."""

from typing import Any

from rest_framework import serializers

from portal.core import clock
from portal.core.api import StrictSerializer, StrictText
from portal.core.api_filters import by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from stations import applications
from stations.api.fields import OwnCenterField
from stations.models import ApplicationInvitation, OperationCenter, StationKind
from stations.models.applications import invitation_is_open

INVITATION = ("center", "application", "invited_by")


class InvitationRow(RowSerializer):
    """A link as lists show it; application: the id of what was filed by it."""

    center = serializers.CharField(source="center.code")
    invited_by = serializers.CharField(source="invited_by.username")
    application = serializers.IntegerField(source="application.pk", allow_null=True, default=None)

    class Meta:
        model = ApplicationInvitation
        fields = [
            "id", "center", "kind", "company_name", "phone", "invited_by", "invited_at", "expires_at", "revoked_at",
            "application",
        ]  # fmt: skip


class InvitationRecord(InvitationRow):
    """A link with its address, empty once it opens nothing."""

    link = serializers.SerializerMethodField()

    class Meta(InvitationRow.Meta):
        fields = [*InvitationRow.Meta.fields, "link"]

    def get_link(self, row: ApplicationInvitation) -> str:
        """The whole address."""
        return applications.link_of(row) if invitation_is_open(row, clock.now()) else ""


class InvitationFilter(ScopedFilterSet):
    """By center."""

    center = by_code(OperationCenter.objects.all())


class NewInvitation(StrictSerializer):
    """Whom the link is for."""

    center = OwnCenterField()
    kind = serializers.ChoiceField(choices=StationKind.choices, default=StationKind.DEALER)
    company_name = StrictText(max_length=120, allow_blank=True, default="")
    phone = StrictText(max_length=30, allow_blank=True, default="")


class Invitations(ListEndpoint):
    """Links of the caller's centers, the latest first; POST makes one."""

    model = ApplicationInvitation
    permission = "stations.view_applicationinvitation"
    create_permission = "stations.invite_applicant"
    row_class = InvitationRow
    made_class = InvitationRecord
    body_class = NewInvitation
    filterset_class = InvitationFilter
    select_related = INVITATION

    def operate(self, values: dict[str, Any]) -> ApplicationInvitation:
        return applications.invite_applicant(values.pop("center"), actor=self.request.user, **values)


class OneInvitation(RecordEndpoint):
    """One link."""

    model = ApplicationInvitation
    permission = "stations.view_applicationinvitation"
    row_class = InvitationRecord
    select_related = INVITATION


class RevokeInvitation(OperationEndpoint):
    """The link opens nothing any more."""

    model = ApplicationInvitation
    permission = "stations.invite_applicant"
    row_class = InvitationRecord
    select_related = INVITATION

    def operate(self, values: dict[str, Any]) -> ApplicationInvitation:
        applications.revoke_invitation(self.record, actor=self.request.user)
        return self.record  # type: ignore[no-any-return]

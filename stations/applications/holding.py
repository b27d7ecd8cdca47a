"""Where an application stands, what comes next and who holds it: role and names. Read only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.models import RoleGrant, User
from portal.accounts.roles import Role
from portal.core import clock, events
from portal.core.show import listed
from stations.models import ApplicationStatus, Membership, StationApplication

S = ApplicationStatus
SHOWN = 3  # names; of a large headquarters the rest is a number


@dataclass(frozen=True)
class Holder:
    """Who has to act: the role, and the people who may."""

    role: str | Promise
    names: tuple[str, ...] = ()
    more: int = 0

    def __str__(self) -> str:
        named = listed(self.names) + (f" +{self.more}" if self.more else "")
        return f"{self.role} ({named})" if named else str(self.role)


@dataclass(frozen=True)
class Step:
    """One stage of the way."""

    label: str | Promise
    done: bool
    current: bool
    at: datetime | None = None


WAY = (
    (S.SUBMITTED, _("Sent")),
    (S.REGION_REVIEW, _("Region review")),
    (S.INSPECTION, _("Site inspection")),
    (S.HQ_DECISION, _("Headquarters decision")),
    (S.CONTRACTING, _("Contract")),
    (S.ACTIVE, _("Active")),
)
REACHED: dict[str, int] = {
    S.SUBMITTED: 0, S.CENTER_CHECK: 0, S.REGION_REVIEW: 1, S.INSPECTION: 2, S.RECTIFICATION: 2, S.HQ_DECISION: 3,
    S.CONTRACTING: 4, S.ACTIVE: 5,
}  # fmt: skip


def steps_of(application: StationApplication) -> list[Step]:
    """The stages from sending to work, with the day on which each was reached."""
    reached = REACHED.get(application.status, -1)
    since = {event.to_status: event.at for event in reversed(list(events.of_subject(application)))}
    return [
        Step(label, number < reached, number == reached, since.get(str(status)) if number <= reached else None)
        for number, (status, label) in enumerate(WAY)
    ]


def holder_of(application: StationApplication) -> Holder | None:
    """Who has to act now; nobody when it is over. Those who may not decide it (own, or for the region) are left out."""
    status = application.status
    if status in (S.DRAFT, S.SENT_BACK):
        return Holder(pgettext_lazy("person", "Applicant"), tuple(filter(None, [application.owner_name])))
    if status == S.RECTIFICATION and application.rectifications.filter(status="open", lines__status="open").exists():
        return Holder(pgettext_lazy("person", "Applicant"), tuple(filter(None, [application.owner_name])))
    users = deciders_of(application)
    if users is None:
        return None
    found = list(users[: SHOWN + 20])
    label = _role_of(application, found).label
    return Holder(label, tuple(str(user) for user in found[:SHOWN]), max(len(found) - SHOWN, 0))


def _role_of(application: StationApplication, found: list[User]) -> Role:
    """As whom they act; a pre-check is the region's where nobody of the center may make it."""
    if application.status in (S.HQ_DECISION, S.CONTRACTING):
        return Role.SERVICE_MANAGER
    if application.status == S.CENTER_CHECK and (not found or _clerks_of(application).filter(pk=found[0].pk).exists()):
        return Role.CENTER_CLERK
    return Role.REGION_MANAGER


def _clerks_of(application: StationApplication) -> QuerySet[User]:
    held = _members(Role.CENTER_CLERK, Q(center=application.center_id))
    return User.objects.filter(pk__in=held, is_active=True).exclude(pk__in=application.own_people)


def deciders_of(application: StationApplication) -> QuerySet[User] | None:
    """Who may decide the present step; nothing where it is the applicant's turn, or over."""
    status, not_for = application.status, application.own_people
    if status == S.CENTER_CHECK and (clerks := _clerks_of(application)).exists():
        return clerks.order_by("pk")
    if status in (S.CENTER_CHECK, S.REGION_REVIEW, S.INSPECTION, S.RECTIFICATION):
        held = _members(Role.REGION_MANAGER, Q(region=application.center.region_id))
    elif status in (S.HQ_DECISION, S.CONTRACTING):
        held = RoleGrant.objects.in_force().filter(role=Role.SERVICE_MANAGER).values("user_id")
        not_for |= frozenset(filter(None, [application.region_decider_id]))
    else:
        return None
    return User.objects.filter(pk__in=held, is_active=True).exclude(pk__in=not_for).order_by("pk")


def _members(role: Role, node: Q) -> Any:
    today = clock.today()
    in_force = Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gt=today))
    return Membership.objects.filter(node, in_force, role=role).values("user_id")

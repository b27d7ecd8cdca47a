"""Who visits, who is visited, who is told of it. Not here: what a role may do (rules)."""

from typing import Any

from django.db.models import Q, QuerySet

from portal.accounts.models import User
from portal.accounts.roles import Role, roles_of
from portal.core import clock
from portal.core.scope import scope_of
from stations.models import Membership, OperationCenter, Region, Station, StationStatus, VisitPurpose

VISITORS = (Role.REGION_MANAGER, Role.CENTER_CLERK, Role.MYSTERY_CUSTOMER)
OFFICE = (Role.STATION_OWNER, Role.STATION_CLERK)
PLANNED = (VisitPurpose.SUPERVISION, VisitPurpose.SURPRISE, VisitPurpose.YEARLY)


def _in_force() -> Q:
    today = clock.today()
    return Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gt=today)) & Q(user__is_active=True)


def members(*roles: str, region: Region | None = None, center: OperationCenter | None = None) -> QuerySet[User]:
    """Users who act in one of these roles today, at that region or center."""
    found = Membership.objects.filter(_in_force(), role__in=roles)
    if center is not None:
        found = found.filter(Q(center=center) | Q(region=center.region_id))
    elif region is not None:
        found = found.filter(region=region)
    return User.objects.filter(pk__in=found.values("user_id")).order_by("display_name", "pk")


def inspectors_of(user: Any) -> QuerySet[User]:
    """Whom the user may send: people of their own regions and centers; for headquarters everybody who visits."""
    found = Membership.objects.filter(_in_force(), role__in=VISITORS)
    scope = scope_of(user)
    if not scope.everything:
        centers = scope.of("center")
        found = found.filter(Q(region_id__in=scope.of("region")) | Q(center_id__in=centers))
    return User.objects.filter(pk__in=found.values("user_id")).order_by("display_name", "pk")


def stations_to_visit(user: Any) -> QuerySet[Station]:
    """Where the user may go: stations they see, and a mystery customer those of the regions they are sent to."""
    living = Station.objects.exclude(status=StationStatus.TERMINATED).order_by("code")
    seen = living.visible_to(user)
    if Role.MYSTERY_CUSTOMER not in roles_of(user):
        return seen
    sent = Membership.objects.filter(_in_force(), user_id=user.pk, role=Role.MYSTERY_CUSTOMER)
    here = Q(center__region__in=sent.values("region")) | Q(center__in=sent.values("center"))
    return living.filter(here | Q(pk__in=seen.values("pk")))


def purposes_for(user: Any) -> tuple[VisitPurpose, ...]:
    """What the user may plan a visit for; a mystery customer surprises, nothing else, and goes in person."""
    return (VisitPurpose.SURPRISE,) if is_only_mystery(user) else PLANNED


def is_only_mystery(user: Any) -> bool:
    """A mystery customer who does not manage a region as well."""
    held = roles_of(user)
    return Role.MYSTERY_CUSTOMER in held and Role.REGION_MANAGER not in held


def office_of(station: Station) -> QuerySet[User]:
    """The station's manager and clerks."""
    found = Membership.objects.filter(_in_force(), Q(station=station) | Q(dealer=station.dealer_id), role__in=OFFICE)
    return User.objects.filter(pk__in=found.values("user_id"))

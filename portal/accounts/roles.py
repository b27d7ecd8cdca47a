"""The roles people act in, and who holds them. Not here: what a role may do (permissions.py)."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.scope import once_per_user
from portal.core.written import Written


class Role(models.TextChoices):
    """The trade's roles; the first group works at headquarters."""

    ADMINISTRATOR = "administrator", _("Administrator")
    SERVICE_MANAGER = "service_manager", _("HQ service manager")
    AGENT = "agent", _("Call-center agent")
    REVIEWER = "reviewer", _("Claim reviewer")
    APPROVER = "approver", _("Claim approver")
    APPRAISER = "appraiser", _("Failed-part appraiser")
    WAREHOUSE = "warehouse", _("Parts clerk")
    FINANCE = "finance", _("Finance")
    QUALITY = "quality", _("Quality engineer")
    RND_OWNER = "rnd_owner", _("R&D owner")
    AUDITOR = "auditor", _("Auditor")
    REGION_MANAGER = "region_manager", _("Region manager")
    CENTER_CLERK = "center_clerk", _("Operation-center clerk")
    STATION_OWNER = "station_owner", _("Station manager")
    STATION_CLERK = "station_clerk", _("Station clerk")
    TECHNICIAN = "technician", _("Technician")
    SUPPLIER = "supplier", _("Supplier user")
    MYSTERY_CUSTOMER = "mystery_customer", _("Service experience officer")


HQ_ROLES = frozenset(
    {
        Role.ADMINISTRATOR,
        Role.SERVICE_MANAGER,
        Role.AGENT,
        Role.REVIEWER,
        Role.APPROVER,
        Role.APPRAISER,
        Role.WAREHOUSE,
        Role.FINANCE,
        Role.QUALITY,
        Role.RND_OWNER,
        Role.AUDITOR,
    }
)
STATION_ROLES = frozenset({Role.STATION_OWNER, Role.STATION_CLERK, Role.TECHNICIAN})

type RoleSource = Callable[[Any], Iterable[str]]
_sources: list[RoleSource] = []


def register_source(source: RoleSource) -> None:
    """`source(user)` answers roles that memberships of an upper app give today. Called in AppConfig.ready()."""
    if source not in _sources:
        _sources.append(source)


def roles_of(user: Any) -> frozenset[Role]:
    """The roles the user holds now, found once per user object, that is once per request."""
    if user is None or not user.is_authenticated or not user.is_active:
        return frozenset()
    return once_per_user(user, "_roles", _find)


def _granted(user_id: int, day: date) -> QuerySet[Any, tuple[Any, ...]]:
    from portal.accounts.models import RoleGrant

    return RoleGrant.objects.in_force(day).filter(user_id=user_id).values_list("role")


_grants = Written(_granted)


def _find(user: Any) -> frozenset[Role]:
    held = {role for (role,) in _grants(user.pk, clock.today())}
    for source in _sources:
        held |= set(source(user))
    if user.is_superuser:
        held.add(Role.ADMINISTRATOR)
    return frozenset(Role(value) for value in held)


def at_headquarters(user: Any) -> bool:
    """Whether the user holds a role of headquarters, and so sees every row."""
    return bool(roles_of(user) & HQ_ROLES)

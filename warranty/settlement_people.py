"""Who is told about old parts, statements and notes, who sees a piece scrapped, who reads as a supplier."""

from typing import Any, Final

from django.db.models import Q, QuerySet

from parts.models import Supplier, SupplierMembership
from portal.accounts.models import RoleGrant, User
from portal.accounts.roles import Role, at_headquarters, roles_of
from portal.core import clock
from stations.models import Membership, Station

WITNESSES: Final = (Role.APPRAISER, Role.WAREHOUSE, Role.QUALITY, Role.REVIEWER, Role.AUDITOR)


def _in_force() -> Q:
    today = clock.today()
    return Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gt=today))


def station_users(station: Station) -> list[Any]:
    """The station's manager and clerks, those of its dealer included."""
    here = Q(station=station) | Q(dealer_id=station.dealer_id)
    members = Membership.objects.filter(_in_force(), here, role__in=[Role.STATION_OWNER, Role.STATION_CLERK])
    return list(User.objects.filter(pk__in=members.values("user"), is_active=True))


def supplier_users(supplier: Supplier) -> list[Any]:
    """Those who act for the supplier."""
    members = SupplierMembership.objects.filter(_in_force(), supplier=supplier)
    return list(User.objects.filter(pk__in=members.values("user"), is_active=True))


def role_users(role: Role) -> list[Any]:
    """Those who hold a role of headquarters."""
    return list(
        User.objects.filter(pk__in=RoleGrant.objects.in_force().filter(role=role).values("user"), is_active=True)
    )


def possible_witnesses(user: Any) -> QuerySet[User]:
    """Colleagues before whom this user may scrap a piece, by name."""
    held = RoleGrant.objects.in_force().filter(role__in=WITNESSES)
    return User.objects.filter(pk__in=held.values("user"), is_active=True).exclude(pk=user.pk).order_by("username")


def is_supplier(user: Any) -> bool:
    """Whether the reader acts for a supplier: it sees neither freight nor whose claim a piece comes from."""
    return Role.SUPPLIER in roles_of(user) and not at_headquarters(user)

"""Who is told about old parts, statements and notes."""

from typing import Any

from django.db.models import Q

from parts.models import Supplier, SupplierMembership
from portal.accounts.models import RoleGrant, User
from portal.accounts.roles import Role
from portal.core import clock
from stations.models import Membership, Station


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

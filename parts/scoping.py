"""Who acts for which supplier today: fills the floor's lists of scope and roles."""

from typing import Any

from django.db.models import Q

from parts.models import SupplierMembership
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.scope import once_per_user


def suppliers_of(user: Any) -> frozenset[int]:
    """The suppliers the user acts for; several memberships are a union. One query per user object."""
    return frozenset(row.supplier_id for row in once_per_user(user, "_supplier_memberships", _read))


def _read(user: Any) -> list[SupplierMembership]:
    today = clock.today()
    rows = SupplierMembership.objects.filter(Q(valid_to=None) | Q(valid_to__gt=today), user=user, valid_from__lte=today)
    return list(rows.select_related("supplier").order_by("supplier__code"))


def supplier_roles(user: Any) -> frozenset[str]:
    """Who acts for a supplier is a supplier user."""
    return frozenset({Role.SUPPLIER.value} if suppliers_of(user) else ())


def places_of(user: Any) -> list[str]:
    """The names of the suppliers the user works for."""
    return [row.supplier.local_name for row in once_per_user(user, "_supplier_memberships", _read)]

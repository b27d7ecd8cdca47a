"""Who acts for which supplier today: fills the floor's lists of scope and roles."""

from typing import Any

from django.db.models import Q

from parts.models import Supplier, SupplierMembership
from portal.accounts.roles import Role
from portal.core import clock


def suppliers_of(user: Any) -> frozenset[int]:
    """The suppliers the user acts for; several memberships are a union. One query per user object."""
    if "_suppliers" not in user.__dict__:
        today = clock.today()
        rows = SupplierMembership.objects.filter(
            Q(valid_to=None) | Q(valid_to__gt=today), user=user, valid_from__lte=today
        )
        user.__dict__["_suppliers"] = frozenset(rows.values_list("supplier_id", flat=True))
    found: frozenset[int] = user.__dict__["_suppliers"]
    return found


def supplier_roles(user: Any) -> frozenset[str]:
    """Who acts for a supplier is a supplier user."""
    return frozenset({Role.SUPPLIER.value} if suppliers_of(user) else ())


def places_of(user: Any) -> list[str]:
    """The names of the suppliers the user works for."""
    ids = suppliers_of(user)
    return [row.local_name for row in Supplier.objects.filter(pk__in=ids)] if ids else []

"""Who acts for which supplier today: fills the floor's lists of scope and roles."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from parts.models import SupplierMembership
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.scope import once_per_user
from portal.core.written import Written
from stations.models.products import in_language


def suppliers_of(user: Any) -> frozenset[int]:
    """The suppliers the user acts for; several memberships are a union. One query per user object."""
    return frozenset(supplier for supplier, _name, _name_en in once_per_user(user, "_supplier_memberships", _read))


def _in_force(user_id: int, day: date) -> QuerySet[SupplierMembership, tuple[Any, ...]]:
    rows = SupplierMembership.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=day), user_id=user_id, valid_from__lte=day
    )
    return rows.order_by("supplier__code").values_list("supplier_id", "supplier__name", "supplier__name_en")


_memberships = Written(_in_force)


def _read(user: Any) -> list[tuple[Any, ...]]:
    return _memberships(user.pk, clock.today())


def supplier_roles(user: Any) -> frozenset[str]:
    """Who acts for a supplier is a supplier user."""
    return frozenset({Role.SUPPLIER.value} if suppliers_of(user) else ())


def places_of(user: Any) -> list[str]:
    """The names of the suppliers the user works for."""
    rows = once_per_user(user, "_supplier_memberships", _read)
    return [in_language(name, name_en) for _supplier, name, name_en in rows]

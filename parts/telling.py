"""Who is told about goods at headquarters. Not here: in which words."""

from django.db.models import QuerySet

from portal.accounts.models import RoleGrant, User
from portal.accounts.roles import Role


def holders_of(role: Role) -> QuerySet[User]:
    """The people of headquarters in this role."""
    grants = RoleGrant.objects.in_force().filter(role=role)
    return User.objects.filter(pk__in=grants.values("user"), is_active=True)

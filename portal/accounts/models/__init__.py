"""Users, the roles granted to them, invitations."""

from portal.accounts.models.invitations import Invitation
from portal.accounts.models.users import RoleGrant, User

__all__ = ["Invitation", "RoleGrant", "User"]

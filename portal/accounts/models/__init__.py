"""Users, the roles granted to them, invitations, sessions."""

from portal.accounts.models.invitations import Invitation
from portal.accounts.models.sessions import LoginSession
from portal.accounts.models.users import RoleGrant, User

__all__ = ["Invitation", "LoginSession", "RoleGrant", "User"]

"""Users, the roles granted to them, invitations, sessions, API tokens."""

from portal.accounts.models.invitations import Invitation
from portal.accounts.models.sessions import LoginSession
from portal.accounts.models.tokens import ApiToken
from portal.accounts.models.users import RoleGrant, User

__all__ = ["ApiToken", "Invitation", "LoginSession", "RoleGrant", "User"]

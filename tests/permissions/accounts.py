"""Login and one's own account."""

from typing import Any

from portal.accounts.models import LoginSession
from portal.accounts.tokens import make_token
from tests.permissions import ALL, Row, everybody, only, users


def session_of_clerk_a(cast: Any) -> list[Any]:
    """A browser of clerk_a's."""
    return [LoginSession.objects.create(user=cast.clerk_a, session_key="k" * 32).pk]


def token_of_clerk_a(cast: Any) -> list[Any]:
    """A program that acts as clerk_a."""
    row, _token = make_token(cast.clerk_a, name="stock", may_write=False, days=30, actor=cast.clerk_a)
    return [row.pk]


OTHERS = tuple(name for name in ALL if name != "clerk_a")
ROWS = [
    Row("login", get=only("anonymous", otherwise=302), post=only("anonymous", otherwise=302)),
    Row("password_forgotten", get=everybody(), post=everybody()),
    Row("password_reset", args=lambda cast: ["MQ", "no-such-token"], get=everybody(410), post=everybody(410)),
    Row("logout", get=everybody(405), post=everybody(302)),
    Row("second_factor", get=users(), post=users()),
    Row("second_factor_setup", get=users(), post=users()),
    Row("set_language", get=everybody(405), post=everybody(302)),
    Row("accept_invitation", args=lambda cast: ["no-such-token"], get=everybody(410), post=everybody(410)),
    Row("account", get=users(), post=users(405)),
    Row("account_change", get=users(), post=users(422)),
    Row("password_change", get=users(), post=users(422)),
    Row("session_end", args=session_of_clerk_a, get=only("clerk_a", hidden=OTHERS)),
    Row("api_token_list", get=users()),
    Row("api_token_new", get=users(), post=users(422)),
    Row("api_token_revoke", args=token_of_clerk_a, get=only("clerk_a", hidden=OTHERS)),
    Row("session_end_others", get=users(), post=users(302)),
]

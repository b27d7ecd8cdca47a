"""How the API knows its caller: a personal token in the header, else the session of the browser with its CSRF token."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request


class PersonalToken(BaseAuthentication):
    """`Authorization: Token yz_…`; the middleware ApiBearer has looked it up, so that scope and audit are the bearer's."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """Raises AuthenticationFailed (401) for a header that opens nothing."""
        given: Any = getattr(request._request, "api_token", None)
        if given is not None:
            return given.user, given
        if "HTTP_AUTHORIZATION" in request.META:
            raise AuthenticationFailed(_("This token is wrong, revoked or expired."))
        return None

    def authenticate_header(self, request: Request) -> str:
        """401, not 403, for who names nobody."""
        return "Token"


class PersonalTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """For the OpenAPI description."""

    target_class = PersonalToken
    name = "personalToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A header."""
        return {
            "type": "apiKey", "in": "header", "name": "Authorization",
            "description": "Token yz_…, made under My account",
        }  # fmt: skip

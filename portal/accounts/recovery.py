"""ask_for_reset(), holder_of(), reset_password(): a forgotten password, by mail. Not here: changing a known one (profile)."""

from typing import Any, Final

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts import sessions, tokens
from portal.accounts.models import User
from portal.core import clock, events, notifications
from portal.core.errors import Refusal
from portal.core.states import lock

ONE_MAIL_IN_MINUTES: Final = 10
MOST_ACCOUNTS: Final = 3


class ResetOver(Refusal):
    """The link was used, has expired or never existed: one answer for all three."""

    message = gettext_lazy("This link is no longer valid. Ask for a new one.")
    code = "reset_over"


@transaction.atomic
def ask_for_reset(name: str) -> int:
    """Active accounts of this user name or e-mail have a link in the post, one in ten minutes; how many there are.

    Who asks must get the same answer whether there is one or not. Writes MailOutbox rows and Events.
    """
    named = Q(username=name) | Q(email__iexact=name)
    found = User.objects.filter(named, is_active=True).exclude(email="").order_by("pk")[:MOST_ACCOUNTS]
    holders = [user for user in found if user.has_usable_password()]
    for user in holders:
        _post_link(user)
    return len(holders)


def _post_link(user: User) -> None:
    now = clock.now()
    key = urlsafe_base64_encode(str(user.pk).encode())
    path = reverse("password_reset", args=[key, default_token_generator.make_token(user)])
    with translation.override(user.language):
        subject = _("A new password for Yizhan")
        body = _(
            "Hello %(name)s,\n\nby this link you set a new password for the account %(username)s within one hour:\n"
            "%(link)s\n\nIf you did not ask for it, do nothing: your password stays as it is."
        ) % {"name": user, "username": user.username, "link": f"{settings.PUBLIC_URL}{path}"}
    window = int(now.timestamp()) // (60 * ONE_MAIL_IN_MINUTES)
    notifications.post(
        user.email, subject, body, key=f"password-reset:{user.pk}:{window}", language=user.language, at=now
    )
    events.record(user, "user.reset_asked", actor=None, at=now)


def holder_of(key: str, token: str) -> User:
    """Whose link it is. Raises ResetOver."""
    try:
        pk = int(urlsafe_base64_decode(key).decode())
        found = User.objects.filter(pk=pk, is_active=True).first()
    except (ValueError, OverflowError):
        found = None
    if found is None or not default_token_generator.check_token(found, token):
        raise ResetOver
    return found


@transaction.atomic
def reset_password(key: str, token: str, *, password: str) -> User:
    """Only the new password opens the account; every session is over, every API token revoked, the second factor stays.

    Raises ResetOver, ValidationError. Writes one Event, and one per session and token.
    """
    user: Any = lock(holder_of(key, token))
    if not default_token_generator.check_token(user, token):  # a twin was quicker
        raise ResetOver
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    sessions.end_others(user, keep="", actor=user)
    tokens.revoke_all(user, actor=user)
    events.record(user, "user.password_reset", actor=user)
    return user  # type: ignore[no-any-return]

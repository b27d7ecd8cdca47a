"""invite() and accept(): how a person gets an account. Not here: who may invite whom (the callers' permissions)."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Invitation, User
from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.phones import check_phone

VALID_DAYS = 14


class UsernameTaken(Refusal):
    """Another account has the name."""

    message = _("The user name “%(username)s” is taken.")
    code = "username_taken"


class InvitationOver(Refusal):
    """The link was used, has expired or never existed: one answer for all three."""

    message = _("This invitation link is no longer valid. Ask for a new one.")
    code = "invitation_over"


@transaction.atomic
def create_invited_user(
    *, username: str, display_name: str, phone: str = "", email: str = "", language: str = "zh-hans", actor: Any | None
) -> User:
    """An account without a usable password exists. Raises UsernameTaken, PhoneNotANumber. Writes one Event."""
    check_phone(phone)
    if User.objects.filter(username=username).exists():
        raise UsernameTaken(username=username, field="username")
    user = User(username=username, display_name=display_name, phone=phone, email=email, language=language)
    user.set_unusable_password()
    user.save()
    events.record(user, "user.created", actor=actor)
    return user


@transaction.atomic
def invite(user: User, *, actor: Any | None) -> str:
    """The link, shown once, by which the user sets a password within 14 days; earlier links of theirs end. Writes one Event."""
    now = clock.now()
    Invitation.objects.filter(user=user, used_at=None).update(expires_at=now)
    token = secrets.token_urlsafe(32)
    Invitation.objects.create(
        user=user,
        token_sha256=_digest(token),
        invited_by=actor,
        created_at=now,
        expires_at=now + timedelta(days=VALID_DAYS),
    )
    events.record(user, "user.invited", actor=actor, at=now)
    return f"{settings.PUBLIC_URL}{reverse('accept_invitation', args=[token])}"


@transaction.atomic
def revoke(user: User, *, actor: Any | None) -> int:
    """No open link of the user works any more; how many there were. Writes one Event."""
    now = clock.now()
    ended = Invitation.objects.filter(user=user, used_at=None, expires_at__gt=now).update(expires_at=now)
    events.record(user, "user.invitation_revoked", actor=actor, at=now)
    return ended


def find(token: str) -> Invitation:
    """The open invitation of a token. Raises InvitationOver."""
    found = Invitation.objects.select_related("user").filter(token_sha256=_digest(token)).first()
    if found is None or found.used_at or found.expires_at <= clock.now():
        raise InvitationOver
    return found


@transaction.atomic
def accept(token: str, *, password: str, language: str) -> User:
    """The user has this password and language, and the link is used up. Raises InvitationOver, ValidationError. Writes one Event."""
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=find(token).pk)
    if invitation.used_at:
        raise InvitationOver
    user = invitation.user
    validate_password(password, user)
    user.set_password(password)
    user.language = language
    user.save(update_fields=["password", "language"])
    invitation.used_at = clock.now()
    invitation.save(update_fields=["used_at"])
    events.record(user, "user.accepted_invitation", actor=user)
    return user


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

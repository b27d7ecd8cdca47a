"""make_token(), revoke_token(), bearer_of(): a program acts as a person. Not here: what the person may do (permissions)."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import ApiToken
from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.states import lock

PREFIX: Final = "yz_"  # so that a scanner of leaked secrets knows ours
MOST: Final = 20
NOTED_EVERY: Final = timedelta(hours=1)


class TooManyTokens(Refusal):
    """A person holds only so many at once."""

    message = _("You have %(count)s tokens; revoke one first.")
    code = "too_many_tokens"


@transaction.atomic
def make_token(user: Any, *, name: str, may_write: bool, days: int, actor: Any) -> tuple[ApiToken, str]:
    """The token, shown once; only its hash is kept. Raises TooManyTokens. Writes one Event."""
    holder = lock(user)
    if holder.api_tokens.in_force().count() >= MOST:
        raise TooManyTokens(count=MOST)
    token, now = PREFIX + secrets.token_urlsafe(32), clock.now()
    row = ApiToken.objects.create(
        user=holder, name=name, sha256=_digest(token), may_write=may_write,
        created_at=now, expires_at=now + timedelta(days=days),
    )  # fmt: skip
    events.record(holder, "user.token_made", actor=actor, at=now, data={"name": name, "may_write": may_write})
    return row, token


@transaction.atomic
def revoke_token(token: ApiToken, *, actor: Any) -> ApiToken:
    """The token opens nothing any more. Writes one Event, the first time."""
    row: ApiToken = lock(token)
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        row.save(update_fields=["revoked_at"])
        events.record(row.user, "user.token_revoked", actor=actor, data={"name": row.name})
    return row


def revoke_all(user: Any, *, actor: Any) -> int:
    """No token of the user opens anything any more; how many did."""
    return len([revoke_token(row, actor=actor) for row in ApiToken.objects.filter(user=user).in_force()])


def bearer_of(token: str) -> ApiToken | None:
    """The row of a token in force whose user is active, with the user; its last use is noted once an hour."""
    found = ApiToken.objects.in_force().select_related("user").filter(sha256=_digest(token)).first()
    if found is None or not found.user.is_active:
        return None
    now = clock.now()
    if found.last_used_at is None or now - found.last_used_at > NOTED_EVERY:
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

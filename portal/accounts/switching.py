"""switch_off(), switch_on(), unlock(): whether an account opens. Not here: what it may do."""

from typing import Any

from axes.utils import reset
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts import sessions
from portal.accounts.models import User
from portal.core import events
from portal.core.errors import Refusal
from portal.core.states import lock


class OwnAccount(Refusal):
    """Nobody locks themselves out."""

    message = _("You cannot switch off your own account.")
    code = "own_account"


@transaction.atomic
def switch_off(user: User, *, actor: Any) -> User:
    """The user is out of every browser and cannot log in. Raises OwnAccount. Writes one Event, and one per session."""
    if actor is not None and actor.pk == user.pk:
        raise OwnAccount
    user = lock(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    sessions.end_others(user, keep="", actor=actor)
    events.record(user, "user.switched_off", actor=actor)
    return user


@transaction.atomic
def switch_on(user: User, *, actor: Any) -> User:
    """The user may log in again. Writes one Event."""
    user = lock(user)
    user.is_active = True
    user.save(update_fields=["is_active"])
    events.record(user, "user.switched_on", actor=actor)
    return user


@transaction.atomic
def unlock(user: User, *, actor: Any) -> int:
    """Wrong passwords are forgotten; how many were on record. Writes one Event."""
    count: int = reset(username=user.username)
    events.record(user, "user.unlocked", actor=actor, data={"attempts": count})
    return count

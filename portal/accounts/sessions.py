"""begin(), end(), end_others(): the sessions of a user. Not here: passwords and second factors."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import transaction

from portal.accounts.models import LoginSession
from portal.core import events


def _store() -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore


@transaction.atomic
def begin(user: Any, *, session_key: str, browser: str, address: str | None) -> LoginSession:
    """The user's list shows this session. Writes one Event."""
    LoginSession.objects.filter(session_key=session_key).delete()
    row = LoginSession.objects.create(user=user, session_key=session_key, browser=browser[:200], address=address)
    events.record(user, "user.logged_in", actor=user)
    return row


def forget(session_key: str) -> None:
    """The list no longer shows a session that ended by itself."""
    LoginSession.objects.filter(session_key=session_key).delete()


@transaction.atomic
def end(session: LoginSession, *, actor: Any) -> None:
    """Whoever sits in that browser is logged out at their next click. Writes one Event."""
    _store()(session.session_key).delete()
    events.record(session.user, "user.session_ended", actor=actor)
    session.delete()


@transaction.atomic
def end_others(user: Any, *, keep: str, actor: Any) -> int:
    """Every session of the user but `keep` is over; how many there were."""
    others = list(LoginSession.objects.select_related("user").filter(user=user).exclude(session_key=keep))
    for session in others:
        end(session, actor=actor)
    return len(others)


def names_of(browser: str) -> str:
    """Browser and system out of a User-Agent, for people: Chrome · Windows."""
    programs = (
        ("Edg", "Edge"),
        ("MicroMessenger", "WeChat"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    )
    systems = (
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    )
    found = [next((name for mark, name in table if mark in browser), "") for table in (programs, systems)]
    return " · ".join(name for name in found if name) or browser[:40]

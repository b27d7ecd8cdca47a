"""Our own system checks: what would fail later is said at `manage.py check`. Warnings, unless nothing could work."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import Error as DatabaseError


@register(Tags.database)
def calendar_coverage(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """A year that clocks may ask for is entered in the working calendar."""
    if not databases:
        return []
    from portal.core.calendar_keeping import missing_years

    try:
        missing = missing_years()
    except DatabaseError:
        return []  # not migrated yet
    hint = "Enter its holidays and make-up workdays in the admin, or import them as JSON or ICS."
    return [Warning(f"The working calendar of {year} is not entered.", hint=hint, id="core.W001") for year in missing]


@register()
def paper(**_options: Any) -> list[CheckMessage]:
    """The font of every PDF is installed."""
    from portal.core.documents import FontMissing, font_file

    try:
        font_file()
    except FontMissing:
        return [Error("Noto Sans SC is not installed: no PDF can be made.", id="core.E001")]
    return []


@register()
def zone(**_options: Any) -> list[CheckMessage]:
    """Time-zone data is installed."""
    try:
        ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        return [Error("No time-zone data: install tzdata.", id="core.E002")]
    return []


@register(Tags.security, deploy=True)
def mail(**_options: Any) -> list[CheckMessage]:
    """A production machine sends real mail from a real address."""
    backend = str(settings.MAILERS["default"].get("BACKEND", ""))
    if backend.endswith(("console.EmailBackend", "dummy.EmailBackend")):
        return [Warning("Mail is written to the console, not sent.", hint="Set EMAIL_URL.", id="core.W002")]
    if settings.DEFAULT_FROM_EMAIL.endswith("@localhost>"):
        return [Warning("DEFAULT_FROM_EMAIL is not an address that anybody can answer.", id="core.W003")]
    return []

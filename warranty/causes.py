"""Causes that a claim may name: those that may be covered, and those that headquarters excludes, in versions. Reads only."""

from datetime import date

from portal.core import context
from warranty.models import CauseClass, ExclusionCause

COVERED = (CauseClass.MATERIAL, CauseClass.WEAR, CauseClass.UNKNOWN)
NOTED = "excluded causes"


def versions() -> list[ExclusionCause]:
    """Every released version of every excluded cause; one query a request or job step."""
    noted = context.notebook()
    if noted is not None and NOTED in noted:
        kept: list[ExclusionCause] = noted[NOTED]
        return kept
    rows = list(ExclusionCause.objects.released().order_by("code", "valid_from"))
    context.note(NOTED, rows)
    return rows


def excluded_on(day: date) -> tuple[ExclusionCause, ...]:
    """The versions in force on a day of failure, by code."""
    return tuple(row for row in versions() if row.valid_from <= day and (row.valid_to is None or day < row.valid_to))


def codes_on(day: date) -> tuple[str, ...]:
    """What the rules of coverage are told."""
    return tuple(row.code for row in excluded_on(day))


def marks_on(day: date) -> str:
    """Which versions a decision used; stored with it."""
    return " ".join(row.number for row in excluded_on(day))


def choices(day: date) -> list[tuple[str, str]]:
    """What may be chosen for a failure on that day: the coverable causes, then the excluded ones."""
    named = [(row.code, row.shown_name) for row in excluded_on(day)]
    return [*((str(cause.value), str(cause.label)) for cause in COVERED), *named]


def name_of(code: str) -> str:
    """The cause in words, as the latest version of it says, for any code that was ever stored."""
    if code in {cause.value for cause in COVERED}:
        return str(CauseClass(code).label)
    latest = next((row for row in reversed(versions()) if row.code == code), None)
    if latest is not None:
        return latest.shown_name
    return str(CauseClass(code).label) if code in CauseClass.values else code

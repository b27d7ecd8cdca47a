"""grade_on(): the grade held on a day; set_grade(): a dated row with its source. Not here: monthly scores."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, context, events
from portal.core.errors import Refusal
from portal.core.parameters import param
from portal.core.states import lock
from stations.models import GradeLetter, Station, StationGrade

NOTED = "grades"


class ReasonMissing(Refusal):
    """A grade set by hand says why."""

    message = _("Say why the grade is set by hand.")
    code = "reason_missing"


def grade_on(station: Station, on: date | None = None) -> GradeLetter:
    """The grade in force on the day (default: today). Probation ends by itself after its days; then, ungraded, it is C.

    A station without any row counts as on probation. Source: rules.md 3.10.
    """
    on = on or clock.today()
    row = next((row for row in _grades_of(station) if row.valid_from <= on), None)
    if row is None:
        return GradeLetter.PROBATION
    if row.grade == GradeLetter.PROBATION:
        ends = row.valid_from + timedelta(days=param("stations.probation_days", on))
        return GradeLetter.PROBATION if on < ends else GradeLetter.C
    return GradeLetter(row.grade)


def _grades_of(station: Station) -> list[StationGrade]:
    """The station's grades, latest first; read once per request or job step."""
    noted = context.notebook()
    known: dict[int, list[StationGrade]] = {} if noted is None else noted.setdefault(NOTED, {})
    if station.pk not in known:
        known[station.pk] = list(StationGrade.objects.filter(station=station.pk).order_by("-valid_from"))
    return known[station.pk]


def priced_as(grade: str) -> GradeLetter:
    """The letter whose rates and limits apply: a station on probation is priced as C."""
    return GradeLetter.C if grade == GradeLetter.PROBATION else GradeLetter(grade)


@transaction.atomic
def set_grade(
    station: Station, *, grade: str, valid_from: date, reason: str, actor: Any | None, source: str = "set"
) -> StationGrade:
    """From that day on the station holds the grade; a row of that day is replaced. Raises ReasonMissing. One Event."""
    if source == "set" and len(reason.strip()) < 4:
        raise ReasonMissing(field="reason")
    lock(station)
    row, _is_new = StationGrade.objects.update_or_create(
        station=station, valid_from=valid_from, defaults={"grade": grade, "source": source, "reason": reason[:200]}
    )
    (context.notebook() or {}).pop(NOTED, None)
    data = {"grade": str(grade), "valid_from": str(valid_from), "source": source}
    events.record(station, "station.graded", actor=actor, note=reason, data=data)
    return row

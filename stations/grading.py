"""grade_on(), grades_on(): the grade held on a day; set_grade(): a dated row with its source. Not here: monthly scores."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, context, events
from portal.core.errors import Refusal
from portal.core.parameters import param
from portal.core.states import lock
from portal.core.written import Written
from stations.models import GradeLetter, Station, StationGrade, StationStatus

NOTED = "grades"


SHORTEST_REASON, LONG_REASON = 4, 10


class ReasonMissing(Refusal):
    """A grade set by hand says why."""

    message = _("Say why the grade is set by hand, in at least %(least)s characters.")
    code = "reason_missing"


class NoGradeThen(Refusal):
    """Only a station of the network holds a grade, from the day it opened on."""

    message = _("%(station)s holds no grade on %(day)s: it opened on %(opened)s, or has left the network.")
    code = "no_grade_then"


class MonthLocked(Refusal):
    """Statements of the month were issued at the old grade's rates; they stay as issued."""

    message = _(
        "The month of %(day)s is closed: a grade that reaches back into it needs a reason of %(least)s characters."
    )
    code = "month_locked"


type MonthLock = Callable[[Station, date], bool]
_locks: list[MonthLock] = []


def lock_months(test: MonthLock) -> None:
    """`test(station, day)` tells whether the day's month is closed for the station. Called in AppConfig.ready()."""
    if test not in _locks:
        _locks.append(test)


def grade_on(station: Station, on: date | None = None) -> GradeLetter:
    """The grade in force on the day (default: today). Probation ends by itself after its days; then, ungraded, it is C.

    A station without any row counts as on probation. Source: rules.md 3.10.
    """
    on = on or clock.today()
    row = grade_row_on(station, on)
    return _held(row.grade, row.valid_from, on) if row else GradeLetter.PROBATION


def grade_row_on(station: Station, on: date) -> StationGrade | None:
    """The row that gives the grade of the day."""
    return next((row for row in _grades_of(station) if row.valid_from <= on), None)


def grades_on(on: date | None = None, stations: Iterable[int] | None = None) -> dict[int, GradeLetter]:
    """grade_on() for every station (or those named), by its key, in one query; who has no row is on probation."""
    on = on or clock.today()
    rows = StationGrade.objects.filter(valid_from__lte=on)
    known = Station.objects.order_by().values_list("pk", flat=True)
    if stations is not None:
        chosen = list(stations)
        rows, known = rows.filter(station__in=chosen), known.filter(pk__in=chosen)
    latest = rows.order_by("station_id", "-valid_from").distinct("station_id")
    held = {
        station: _held(grade, since, on)
        for station, grade, since in latest.values_list("station_id", "grade", "valid_from")
    }
    return {pk: held.get(pk, GradeLetter.PROBATION) for pk in known}


def _held(grade: str, since: date, on: date) -> GradeLetter:
    """Probation ends by itself after its days; then, ungraded, it is C."""
    if grade == GradeLetter.PROBATION:
        ends = since + timedelta(days=param("stations.probation_days", on))
        return GradeLetter.PROBATION if on < ends else GradeLetter.C
    return GradeLetter(grade)


_grades = Written(lambda station: StationGrade.objects.filter(station=station).order_by("-valid_from"))


def _grades_of(station: Station) -> list[StationGrade]:
    """The station's grades, latest first; read once per request or job step."""
    noted = context.notebook()
    known: dict[int, list[StationGrade]] = {} if noted is None else noted.setdefault(NOTED, {})
    if station.pk not in known:
        known[station.pk] = _grades(station.pk)
    return known[station.pk]


def priced_as(grade: str) -> GradeLetter:
    """The letter whose rates and limits apply: a station on probation is priced as C."""
    return GradeLetter.C if grade == GradeLetter.PROBATION else GradeLetter(grade)


@transaction.atomic
def set_grade(
    station: Station, *, grade: str, valid_from: date, reason: str, actor: Any | None, source: str = "set"
) -> StationGrade:
    """From that day on the station holds the grade; a row of that day is replaced.

    A grade may reach back into a closed month, by a longer reason: what was issued stays as issued, what is decided from
    now on asks grade_on() and finds the new one. Raises ReasonMissing, MonthLocked, NoGradeThen. Writes StationGrade and
    one Event.
    """
    if source == "set" and len(reason.strip()) < SHORTEST_REASON:
        raise ReasonMissing(least=SHORTEST_REASON, field="reason")
    is_locked = any(test(station, valid_from) for test in _locks)
    if is_locked and source == "set" and len(reason.strip()) < LONG_REASON:
        raise MonthLocked(day=valid_from.isoformat(), least=LONG_REASON, field="reason")
    station = lock(station)
    before = station.opened_on is not None and valid_from < station.opened_on
    if source == "set" and (before or station.status == StationStatus.TERMINATED):
        raise NoGradeThen(station=station, day=valid_from.isoformat(), opened=station.opened_on, field="valid_from")
    row, _is_new = StationGrade.objects.update_or_create(
        station=station, valid_from=valid_from, defaults={"grade": grade, "source": source, "reason": reason[:200]}
    )
    (context.notebook() or {}).pop(NOTED, None)
    data = {"grade": str(grade), "valid_from": str(valid_from), "source": source, "reaches_back": is_locked}
    events.record(station, "station.graded", actor=actor, note=reason, data=data)
    return row

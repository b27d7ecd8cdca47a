"""How the return of old parts goes: on time, what was found, nothing found by station, how long the bench takes.

Each figure counts the very rows that it opens: one function chooses them. Source: rules.md 3.6, last sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet

from portal.core import clock
from portal.core.money import round_money
from warranty.models import FailedPart, Verdict
from warranty.settlement_states import FailedPartStatus

AGES: Final[Mapping[str, tuple[int, int | None]]] = {"0-3": (0, 3), "4-7": (4, 7), "8-14": (8, 14), "15-": (15, None)}
IN_TIME: Final = Q(received_at__date__lte=F("due_on"))


class UnknownFigure(ValueError):
    """A figure that this page does not have."""


@dataclass(frozen=True)
class StationShare:
    """A station's appraised pieces and those in which no fault was found."""

    station: int
    code: str
    judged: int
    without_fault: int

    @property
    def percent(self) -> Decimal:
        """The share without a fault."""
        return percent(self.without_fault, self.judged) or Decimal("0.00")


def percent(part: int, whole: int) -> Decimal | None:
    """A share in per cent to two places, half up; None of nothing."""
    return round_money(Decimal(part) * 100 / whole) if whole else None


def figure_rows(
    user: Any, figure: str, *, since: date, value: str = "", station: int | None = None
) -> QuerySet[FailedPart]:
    """The pieces of the user's scope that a figure counts; `since` is its first day, today its last.

    figure: all (by the day they were asked for); due, on_time, late (by their last day); judged, verdict (value: which),
    by the day of the final verdict; bench (value: a key of AGES), as it stands now. Raises UnknownFigure.
    """
    rows = FailedPart.objects.visible_to(user)
    if station is not None:
        rows = rows.filter(station=station)
    today = clock.today()
    due = rows.filter(due_on__gte=since, due_on__lt=today).exclude(status=FailedPartStatus.WAIVED)
    judged = rows.filter(appraisals__is_final=True, appraisals__at__gte=clock.start_of(since))
    if figure == "all":
        return rows.filter(requested_on__gte=since)
    if figure == "due":
        return due
    if figure == "on_time":
        return due.filter(IN_TIME)
    if figure == "late":
        return due.exclude(pk__in=due.filter(IN_TIME).values("pk"))
    if figure == "judged":
        return judged
    if figure == "verdict" and value in Verdict.values:
        return rows.filter(
            appraisals__is_final=True, appraisals__at__gte=clock.start_of(since), appraisals__verdict=value
        )
    if figure == "bench" and value in AGES:
        return _lying(rows, value, today)
    raise UnknownFigure(figure)


def _lying(rows: QuerySet[FailedPart], value: str, today: date) -> QuerySet[FailedPart]:
    least, most = AGES[value]
    lying = rows.filter(status=FailedPartStatus.RECEIVED)
    lying = lying.filter(received_at__lt=clock.start_of(today - timedelta(days=least - 1)))
    return lying if most is None else lying.filter(received_at__gte=clock.start_of(today - timedelta(days=most)))


def no_fault_by_station(user: Any, *, since: date) -> list[StationShare]:
    """Stations with appraised pieces, the largest share without a fault first."""
    rows = figure_rows(user, "judged", since=since).values("station", "station__code")
    empty = Count("pk", filter=Q(appraisals__verdict=Verdict.NO_FAULT_FOUND))
    found = [
        StationShare(row["station"], row["station__code"], row["judged"], row["empty"])
        for row in rows.annotate(judged=Count("pk"), empty=empty)
    ]
    return sorted(found, key=lambda row: (-row.percent, -row.judged, row.code))


def verdict_mix(user: Any, *, since: date) -> list[tuple[str, int]]:
    """How often each verdict was given, in the order of the keys."""
    rows = figure_rows(user, "judged", since=since).values_list("appraisals__verdict").annotate(count=Count("pk"))
    counted = dict(rows)
    return [(verdict, counted.get(verdict, 0)) for verdict in Verdict.values]

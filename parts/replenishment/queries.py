"""Figures over stock and planning: slow movers by class and age, turnover by place. Not here: planning itself (run)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Case, Count, DecimalField, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from parts import stock
from parts.models import LevelSource, Location, PlanningFigure, PlanningRun, Posting, PurchaseSuggestion
from parts.replenishment.history import ROOM_OF_VAN
from portal.core import clock
from portal.core.parameters import param

COVER = (0, 7, 15, 30, 60, 90, 180)  # days that stock lasts
AGES = (180, 360, 720)  # days; the oldest class is open
ZERO = Decimal(0)


@dataclass(frozen=True)
class Cell:
    """Stock of one class and age: from `low` days without issue up to `high`, open where None."""

    abc: str
    low: int
    high: int | None
    count: int
    value: Decimal


@dataclass(frozen=True)
class Turnover:
    """How often the stock of a place went through in 12 months: issue value ÷ mean value at month ends; None without stock."""

    location: int
    name: str
    issued: Decimal
    mean_value: Decimal

    @property
    def times(self) -> Decimal | None:
        """Rounded to two places."""
        return (self.issued / self.mean_value).quantize(Decimal("0.01")) if self.mean_value else None


def idle_since(rows: "QuerySet[PlanningFigure]", day: date) -> "QuerySet[PlanningFigure]":
    """Figures whose part was last issued, or came without any issue, before the day."""
    return rows.filter(Q(last_issue_on__lt=day) | Q(last_issue_on=None, first_on__lt=day))


def slow_movers() -> "QuerySet[PlanningFigure]":
    """Parts in the central warehouse without an issue for D days, as the last run saw them."""
    rows = PlanningFigure.objects.of_last_run().filter(location=stock.central_warehouse(), on_hand__gt=0)
    return idle_since(rows, clock.today() - timedelta(days=param("parts.slow_mover_days")))


def last_run() -> PlanningRun | None:
    """The run whose figures are shown; None before the first one."""
    return PlanningRun.objects.exclude(finished_at=None).order_by("-pk").first()


def issues_since(run: PlanningRun) -> int:
    """How many times goods left the central warehouse for an order since the run looked."""
    found = Posting.objects.filter(kind="ship", at__gt=run.collected_at or run.started_at)
    return found.filter(entries__location__in=Location.objects.within(stock.central_warehouse().pk)).distinct().count()


def forced_on_idle(rows: "QuerySet[PurchaseSuggestion]") -> "QuerySet[PurchaseSuggestion]":
    """Suggestions that stand only because a minimum is set by hand for a part that nobody takes."""
    day = clock.today() - timedelta(days=param("parts.slow_mover_days"))
    idle = Q(figure__last_issue_on__lt=day) | Q(figure__last_issue_on=None, figure__first_on__lt=day)
    return rows.filter(idle, figure__level_source__in=[LevelSource.FORCED, LevelSource.MANUAL])


def idle_grid() -> list[Cell]:
    """The slow movers by class and age; one query."""
    first = param("parts.slow_mover_days")
    steps = [first, *(age for age in AGES if age > first)]
    today = clock.today()
    spans = list(zip(steps, [*steps[1:], None], strict=True))
    wanted: dict[str, Any] = {}
    for number, (low, high) in enumerate(spans):
        inside = Q(idle__lt=today - timedelta(days=low))
        if high is not None:
            inside &= Q(idle__gte=today - timedelta(days=high))
        wanted |= {f"count{number}": Count("pk", filter=inside), f"value{number}": Sum("stock_value", filter=inside)}
    rows: Any = slow_movers().alias(idle=_idle()).order_by().values("abc").annotate(**wanted)
    found: dict[str, dict[str, Any]] = {row["abc"]: row for row in rows}
    cells = []
    for letter in ("A", "B", "C"):
        row = found.get(letter, {})
        for number, (low, high) in enumerate(spans):
            cells.append(Cell(letter, low, high, row.get(f"count{number}") or 0, row.get(f"value{number}") or ZERO))
    return cells


def cover_of_stock(location: int) -> list[tuple[int, int | None, int]]:
    """Parts at the place by the days their stock lasts at the forecast demand: from, up to (None: open or no demand), parts.

    Stock of which nobody asks counts into the last span. One query; as the last run saw it.
    """
    days = F("on_hand") / F("demand_mean")
    lasting = Case(When(demand_mean__gt=0, then=days), default=Value(Decimal(COVER[-1])), output_field=DecimalField())
    spans = list(zip(COVER, [*COVER[1:], None], strict=True))
    wanted = {}
    for number, (low, high) in enumerate(spans):
        inside = Q(lasting__gte=low) if high is None else Q(lasting__gte=low, lasting__lt=high)
        wanted[f"count{number}"] = Count("pk", filter=inside)
    rows = PlanningFigure.objects.of_last_run().filter(location=location).exclude(on_hand=0, demand_mean=0)
    counts = rows.alias(lasting=lasting).aggregate(**wanted)
    return [(low, high, counts[f"count{number}"]) for number, (low, high) in enumerate(spans)]


def _idle() -> Any:
    return Coalesce(F("last_issue_on"), F("first_on"))


def turnover(locations: list[int] | None = None) -> list[Turnover]:
    """Turnover of the last 12 months of every warehouse and station stock room with stock or issues; one statement.

    The mean is over the value at the ends of 13 months, today's included, each worked back from today's balance.
    """
    today = clock.today()
    ends = [clock.start_of(today + timedelta(days=1))]
    index = today.year * 12 + today.month - 1
    ends += [clock.start_of(date((index - back) // 12, (index - back) % 12 + 1, 1)) for back in range(12)]
    since = ends[-1]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH places AS (
                SELECT place.id, CASE place.kind WHEN 'van' THEN {ROOM_OF_VAN} ELSE coalesce(place.parent_id, place.id) END AS home
                FROM parts_location place WHERE place.kind IN ('hq', 'station', 'van')
            ),
            moved AS (
                SELECT place.home AS location_id, posting.at, entry.value,
                    posting.kind IN ('ship', 'issue_to_job', 'return_from_job') AS is_issue
                FROM parts_stockentry entry
                JOIN parts_posting posting ON posting.id = entry.posting_id
                JOIN places place ON place.id = entry.location_id
                WHERE posting.at >= %(since)s AND entry.value <> 0
                    AND (%(places)s::bigint[] IS NULL OR place.home = ANY(%(places)s))
            ),
            later AS (
                SELECT location_id, sum(-value) FILTER (WHERE is_issue) AS issued,
                    sum(value * (SELECT count(*) FROM unnest(%(ends)s::timestamptz[]) AS month (ends) WHERE at >= ends))
                        AS undone
                FROM moved GROUP BY location_id
            ),
            held AS (
                SELECT place.home AS location_id, sum(balance.value) AS value
                FROM parts_stockbalance balance
                JOIN places place ON place.id = balance.location_id
                WHERE balance.value <> 0 AND (%(places)s::bigint[] IS NULL OR place.home = ANY(%(places)s))
                GROUP BY place.home
            )
            SELECT place.id, place.name, coalesce(later.issued, 0),
                round((coalesce(held.value, 0) * %(count)s - coalesce(later.undone, 0)) / %(count)s, 2)
            FROM parts_location place LEFT JOIN held ON held.location_id = place.id
            LEFT JOIN later ON later.location_id = place.id
            WHERE held.location_id IS NOT NULL OR later.location_id IS NOT NULL
            ORDER BY place.kind, place.code
            """,  # noqa: S608 our own fragment
            {"since": since, "ends": ends, "count": len(ends), "places": locations},
        )
        return [Turnover(*row) for row in cursor.fetchall()]

"""The points ledger: entered once per source, balances are sums."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Sum

from stations.models import Idea, PointEntry


@dataclass(frozen=True)
class Points:
    """A person's points and those of their station."""

    person: int
    station: int


def post_points(idea: Idea, points: int, *, at: datetime) -> PointEntry:
    """The author and the station have the points; an idea's are entered once. Writes one PointEntry."""
    entry, _is_new = PointEntry.objects.get_or_create(
        source=idea.number,
        defaults={"station": idea.station, "user": idea.author, "idea": idea, "points": points, "posted_at": at},
    )
    return entry


def points_of(user: Any) -> int:
    """All points of a person."""
    return PointEntry.objects.filter(user=user).aggregate(all=Sum("points"))["all"] or 0


def points_of_stations(stations: Iterable[int]) -> dict[int, int]:
    """Points by station (key), for those that have some."""
    rows = PointEntry.objects.filter(station_id__in=list(stations)).order_by().values("station")
    return {row["station"]: row["all"] for row in rows.annotate(all=Sum("points"))}

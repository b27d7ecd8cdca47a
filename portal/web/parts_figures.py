"""The 24-hour fill rate per station, from the jobs' part lines. Turnover of stock is the parts' own (replenishment.queries).

A part line's need is known when the technician stands at the unit; it is filled if the part was taken from stock at most 24
hours after that (C39: inclusive). Lines taken back and repairs in place do not count; nor do jobs whose 24 hours still run.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from portal.core import clock
from service.models import IssuedPart, PartAction
from stations.models.products import in_language

WINDOW = timedelta(hours=24)


@dataclass(frozen=True)
class FillRate:
    """Lines of a station's jobs in a period and how many were filled within 24 hours."""

    station: int
    code: str
    name: str
    lines: int
    filled: int

    @property
    def percent(self) -> Decimal | None:
        """Two places; None without a line."""
        return (Decimal(self.filled) * 100 / self.lines).quantize(Decimal("0.01")) if self.lines else None


def part_lines(user: Any, *, since: datetime, until: datetime | None = None) -> "QuerySet[IssuedPart]":
    """Lines whose 24 hours have passed, of jobs visible to the user."""
    closed = (until or clock.now()) - WINDOW
    rows = IssuedPart.objects.visible_to(user).filter(action=PartAction.REPLACE, returned_at=None)
    return rows.filter(work_order__arrived_at__gte=since, work_order__arrived_at__lte=closed)


def fill_rates(user: Any, *, since: datetime) -> list[FillRate]:
    """One row a station, the worst first; one query."""
    filled = Q(issued_at__lte=F("work_order__arrived_at") + WINDOW)
    rows = (
        part_lines(user, since=since)
        .order_by()
        .values(
            "work_order__station",
            "work_order__station__code",
            "work_order__station__name",
            "work_order__station__name_en",
        )
    )
    found = [
        FillRate(
            row["work_order__station"],
            row["work_order__station__code"],
            in_language(row["work_order__station__name"], row["work_order__station__name_en"]),
            row["lines"],
            row["filled"],
        )
        for row in rows.annotate(lines=Count("pk"), filled=Count("pk", filter=filled))
    ]
    return sorted(found, key=lambda row: (row.percent or Decimal(0), row.code))

"""Figures of old parts, each with the rows behind it."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import clock, show
from portal.core.pages import Column, ScopedListView, ScopedPage, Stat
from warranty.failed_parts_figures import (
    AGES,
    UnknownFigure,
    figure_rows,
    no_fault_by_station,
    percent,
    verdict_mix,
)
from warranty.models import FailedPart, Verdict

PERIODS = (30, 90, 365)


def period_of(request: Any) -> int:
    """The days of the address, 90 by default."""
    text = request.GET.get("days", "90")
    if text not in {str(days) for days in PERIODS}:
        raise BadRequest
    return int(text)


class FailedPartFigures(ScopedPage):
    """On-time return, verdict mix, no fault found by station, ageing of the bench."""

    permission = "warranty.view_failedpart"
    template_name = "warranty/failed_parts/figures.html"
    title = gettext_lazy("Figures of old parts")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        days = period_of(self.request)
        user, since = self.request.user, clock.today() - timedelta(days=days)
        counted = {name: figure_rows(user, name, since=since).count() for name in ("due", "on_time", "late")}
        mix = verdict_mix(user, since=since)
        judged = sum(count for _verdict, count in mix)
        share = percent(counted["on_time"], counted["due"])
        empty = dict(mix)[Verdict.NO_FAULT_FOUND]
        words = dict(Verdict.choices)
        return super().get_context_data(**kwargs) | {
            "days": days,
            "periods": PERIODS,
            "stats": [
                Stat(_("Returned on time"), show.percent(share), url=self._rows("on_time")),
                Stat(_("Late or missing"), counted["late"], url=self._rows("late")),
                Stat(_("Appraised"), judged, url=self._rows("judged")),
                Stat(
                    _("No fault found"),
                    show.percent(percent(empty, judged)),
                    url=self._rows("verdict", Verdict.NO_FAULT_FOUND),
                ),
            ],
            "mix": [
                (words[verdict], count, percent(count, judged), self._rows("verdict", verdict))
                for verdict, count in mix
            ],
            "stations": [
                (row, self._rows("verdict", Verdict.NO_FAULT_FOUND, row.station), self._rows("judged", "", row.station))
                for row in no_fault_by_station(user, since=since)[:200]
            ],
            "bench": [
                (_span(age), figure_rows(user, "bench", since=since, value=age).count(), self._rows("bench", age))
                for age in AGES
            ],
        }

    def _rows(self, figure: str, value: str = "", station: int | None = None) -> str:
        asked = {"days": period_of(self.request), "figure": figure, "value": value, "station": station or ""}
        return f"{reverse('failed_part_figure_rows')}?{urlencode(asked)}"


def _span(age: str) -> str:
    """The days as people write them: 4–7, or ≥ 15."""
    first, _dash, last = age.partition("-")
    return f"{first}–{last}" if last else f"≥ {first}"


class FailedPartFigureRows(ScopedListView):
    """The pieces behind one figure."""

    model = FailedPart
    permission = "warranty.view_failedpart"
    export_permission = "warranty.export_lists"
    title = gettext_lazy("Old parts behind a figure")
    extra_parameters = frozenset({"days", "figure", "value", "station"})
    columns = [
        Column("number", kind="number", small="claim__number"),
        Column("status", kind="badge"),
        Column("part__local_name", gettext_lazy("Part"), small="part__number"),
        Column("station", gettext_lazy("Station"), small="station__code"),
        Column("amount", kind="money"),
        Column("due_on", kind="day"),
        Column("received_at", kind="moment"),
    ]
    select_related = ["claim", "part", "station"]
    empty_text = gettext_lazy("No old part counts here.")

    def get_queryset(self) -> Any:
        asked, since = self.request.GET, clock.today() - timedelta(days=period_of(self.request))
        station = asked.get("station", "")
        if station and not (station.isascii() and station.isdigit() and len(station) <= 18):
            raise BadRequest
        try:
            rows = figure_rows(
                self.request.user, asked.get("figure", "all"), since=since, value=asked.get("value", ""),
                station=int(station) if station else None,
            )  # fmt: skip
        except UnknownFigure:
            raise BadRequest from None
        return rows.select_related(*self.select_related)

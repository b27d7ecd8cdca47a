"""How well parts serve: 24-hour fill rate by station and turnover of stock by place, each with the rows behind it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import BadRequest
from django.utils.translation import gettext_lazy as _

from parts.models import Location
from parts.replenishment.queries import turnover
from portal.core import clock, show
from portal.core.pages import Column, ScopedListView, ScopedPage, Stat
from portal.web.parts_figures import WINDOW, fill_rates, part_lines
from service.models import IssuedPart

PERIODS = (30, 90, 365)


def period_of(request: Any) -> int:
    """The days of the address, 90 by default."""
    text = request.GET.get("days", "90")
    if text not in {str(days) for days in PERIODS}:
        raise BadRequest
    return int(text)


class PartsFigures(ScopedPage):
    """Fill rate and turnover."""

    permission = "parts.view_planningfigure"
    template_name = "web/parts_figures.html"
    title = _("Parts figures")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        days = period_of(self.request)
        rates = fill_rates(self.request.user, since=clock.now() - timedelta(days=days))
        lines, filled = sum(row.lines for row in rates), sum(row.filled for row in rates)
        places = list(Location.objects.visible_to(self.request.user).values_list("pk", flat=True))
        turned = turnover(places)[:200]
        named = Location.objects.select_related("station").in_bulk([row.location for row in turned])
        whole = show.percent((Decimal(filled) * 100 / lines).quantize(Decimal("0.01")) if lines else None)
        return super().get_context_data(**kwargs) | {
            "days": days,
            "periods": PERIODS,
            "rates": rates[:200],
            "turnovers": turned,
            "names": {pk: place.local_name for pk, place in named.items()},
            "stats": [Stat(_("24-hour fill rate"), whole), Stat(_("Part lines of jobs"), str(lines))],
        }


class FillLines(ScopedListView):
    """The part lines behind a station's fill rate."""

    model = IssuedPart
    permission = "parts.view_planningfigure"
    title = _("Part lines of jobs")
    extra_parameters = frozenset({"days", "station"})
    columns = (
        Column("work_order__number", _("Work order"), kind="number"),
        Column("part__number", _("Part number"), small=lambda row: row.part.local_name),
        Column("qty", kind="qty"),
        Column("work_order__arrived_at", _("Needed at"), kind="moment"),
        Column("issued_at", kind="moment"),
        Column(
            lambda row: _("yes") if row.issued_at <= row.work_order.arrived_at + WINDOW else _("no"), _("Within 24 h")
        ),
    )
    select_related = ("part", "work_order")

    def get_queryset(self) -> Any:
        rows = part_lines(self.request.user, since=clock.now() - timedelta(days=period_of(self.request)))
        if station := self.request.GET.get("station", ""):
            if not (station.isascii() and station.isdigit() and len(station) <= 18):
                raise BadRequest
            rows = rows.filter(work_order__station=int(station))
        return rows.select_related(*self.select_related)

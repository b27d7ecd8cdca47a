"""The region board: where the stations stand and how, and what waits for the region; headquarters sees all regions."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.listing import refuse_unknown
from portal.core.maps import point_map, tile_grid
from portal.core.pages import Column, ScopedPage, Stat
from portal.core.pieces import Table
from portal.core.registries import Picture
from portal.core.tones import tone_of
from portal.web import worklists
from stations import board
from stations.models import GradeLetter, Region, StationStatus

PERMISSION = "stations.view_candidateoutlet"
LISTED = 12
CROWD = 300  # stations beyond this are shown by province; their points once a region is chosen
ATTENTION = (StationStatus.SUSPENDED, StationStatus.EXPIRED)
COLUMNS = (
    Column("code", kind="number"),
    Column(str, gettext_lazy("Station"), small="center"),
    Column("status", kind="badge"),
    Column(lambda row: GradeLetter(row.held_grade).label, gettext_lazy("Grade")),
)


class RegionBoard(ScopedPage):
    """Figures, map, tiles, work and stations of one region, or of all that the reader sees."""

    permission = PERMISSION
    template_name = "web/board.html"
    title = gettext_lazy("Region board")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        refuse_unknown(self.request, {"region"})
        today = clock.today()
        region = self._region()
        rows = board.scope_of_board(self.request.user, region)
        matrix = board.by_state_and_grade(rows, today)
        worst = board.with_grade(rows.exclude(status=StationStatus.TERMINATED), today).select_related("center")
        listed = worst.filter(status__in=ATTENTION).order_by("status", "code")[:LISTED]
        return super().get_context_data(**kwargs) | {
            "region": region, "regions": self._regions(), "stats": _stats(matrix, region), "matrix": matrix.rows,
            "grades": [(letter, GradeLetter(letter).label) for letter in board.GRADES], "sums": _sums(matrix),
            "total": matrix.of(), "tiles": draw_tiles(rows), "map": _map(rows, today, matrix.of()),
            "by_region": [] if region else board.by_region(rows, today), "groups": _groups(self.request),
            "table": Table.of(list(listed), COLUMNS), "list_query": f"region={region.pk}&" if region else "",
        }  # fmt: skip

    def get_subtitle(self) -> Any:
        return str(self._region() or _("All regions you see"))

    def _regions(self) -> list[Region]:
        """Those with a station the reader sees."""
        seen = board.scope_of_board(self.request.user, None).values("center__region")
        return list(Region.objects.filter(pk__in=seen))

    def _region(self) -> Region | None:
        asked = self.request.GET.get("region", "")
        return Region.objects.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 10 else None


def _stats(matrix: board.Matrix, region: Region | None) -> list[Stat]:
    """Four figures that lead to their rows."""
    address = f"{reverse('station_list')}?{f'region={region.pk}&' if region else ''}"
    alive = matrix.of() - matrix.of(StationStatus.TERMINATED)
    active = matrix.of(StationStatus.ACTIVE)
    stopped = matrix.of(StationStatus.SUSPENDED) + matrix.of(StationStatus.EXPIRED)
    low = matrix.of(StationStatus.ACTIVE, GradeLetter.D)
    new = matrix.of(StationStatus.ACTIVE, GradeLetter.PROBATION)
    share = round(100 * active / alive) if alive else None
    return [
        Stat(
            _("Active stations"),
            active,
            _("of %(count)d") % {"count": alive},
            "",
            f"{address}status=active",
            share,
            "good",
        ),
        Stat(_("Suspended or expired"), stopped, "", "bad" if stopped else "", f"{address}status=suspended"),
        Stat(
            _("Grade D"),
            low,
            _("at work with the lowest grade"),
            "wait" if low else "",
            f"{address}status=active&grade=D",
        ),
        Stat(_("On probation"), new, _("opened a short while ago"), "", f"{address}status=active&grade=probation"),
    ]


def _sums(matrix: board.Matrix) -> list[int]:
    return [matrix.of(grade=letter) for letter in board.GRADES]


def _groups(request: HttpRequest) -> list[Any]:
    """What waits for the reader, the region's own work first; whatever an app has registered."""
    return [group for group in worklists.waiting_for(request).groups if group.count]


def draw_tiles(rows: Any) -> SafeString:
    """The stations by province."""
    tiles = board.by_province(rows, f"{reverse('station_list')}?province=")
    return tile_grid(_("Stations by province"), tiles, unit=_("Stations"))


def _map(rows: Any, today: Any, count: int) -> SafeString | None:
    return None if count > CROWD else draw_points(rows, today)


def draw_points(rows: Any, today: Any) -> SafeString:
    """The stations where they lie, toned by state, lettered by grade."""
    points = board.points_of(rows, today)
    legend = [
        (tone_of(status, "station"), StationStatus(status).label)
        for status in (StationStatus.ACTIVE, StationStatus.SUSPENDED, StationStatus.EXPIRED, StationStatus.APPLICANT)
    ]
    headings = [_("Station"), _("Code"), _("Status"), _("Grade"), _("Operation center")]
    return point_map(_("Stations by place"), points, headings=headings, towns=board.towns_around(points), legend=legend)


def stations_by_place(user: Any) -> SafeString:
    """The first page's drawing: points of a region, tiles of the country."""
    rows, today = board.scope_of_board(user, None), clock.today()
    return draw_points(rows, today) if rows.count() <= CROWD else draw_tiles(rows)


PICTURE = Picture(
    "stations_by_place", gettext_lazy("Stations by place"), stations_by_place, PERMISSION,
    frozenset({Role.REGION_MANAGER, Role.CENTER_CLERK, Role.SERVICE_MANAGER, Role.AUDITOR}), "region_board",
)  # fmt: skip

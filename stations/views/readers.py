"""Who has read what: the stations of a document, and the figures of all stations for a month."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar, Final

from django.core.exceptions import BadRequest
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.calendar import add_months
from portal.core.pages import Action, Column, ScopedListView, visible_or_404
from portal.core.show import listed, percent
from stations import bulletins
from stations.models import Bulletin, BulletinReading, BulletinRecipient, Station
from stations.views.bulletins import share_text

MONTH: Final = re.compile(r"(199[1-9]|20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)


class BulletinReaders(ScopedListView):
    """The stations that have a document: who confirmed it, who has not."""

    model = BulletinRecipient
    permission = "stations.view_readers"
    export_permission = "stations.export_lists"
    title = _("Who has read it")
    columns: ClassVar[Sequence[Column]] = (
        Column("station__code", _("Station code"), sort="station__code"),
        Column("station", small="station__center__region"),
        Column("due_on", kind="day", sort="due_on"),
        Column(lambda row: _("Yes") if row.was_opened else _("No"), _("Read")),
        Column(lambda row: f"{len(row.readers_done)} / {row.readers_count}", _("People")),
        Column(lambda row: listed(row.readers_done), _("Read by")),
        Column(lambda row: row.first_read_at, _("First read at"), kind="moment"),
    )
    search_fields = ("station__code", "station__name", "station__name_en")
    extra_parameters = frozenset({"read"})
    ordering = ("was_opened", "station__code")
    select_related = ("station__center__region",)

    @property
    def bulletin(self) -> Bulletin:
        """The document of the address. Raises Http404."""
        if not hasattr(self, "_bulletin"):
            self._bulletin = visible_or_404(Bulletin, self.request.user, pk=self.kwargs["pk"])
        return self._bulletin

    def get_permission_object(self) -> Bulletin:
        return self.bulletin

    def get_subtitle(self) -> Any:
        row = self.bulletin
        return f"{row.number} · {_('version %(version)s') % {'version': row.version}} · {row.local_title}"

    def get_queryset(self) -> Any:
        """Those who have not read it come first; ?read=no shows them alone."""
        read = BulletinReading.objects.filter(bulletin=OuterRef("bulletin"), station=OuterRef("station"))
        rows = super().get_queryset().filter(bulletin=self.bulletin).annotate(was_opened=Exists(read))
        wanted = self.request.GET.get("read", "")
        if wanted not in {"", "yes", "no"}:
            raise BadRequest
        return rows.filter(was_opened=wanted == "yes") if wanted else rows

    def made_ready(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Each with its people and what they did."""
        stations = [row.station_id for row in rows]
        readers = bulletins.readers_of(stations, clock.today())
        done: dict[int, list[BulletinReading]] = {}
        read = BulletinReading.objects.filter(bulletin=self.bulletin, station_id__in=stations).select_related("user")
        for each in read.order_by("read_at"):
            done.setdefault(each.station_id, []).append(each)
        for row in rows:
            theirs = done.get(row.station_id, [])
            row.readers_done = [str(each.user) for each in theirs]
            row.readers_count = len(readers.get(row.station_id, set()) | {each.user_id for each in theirs})
            row.first_read_at = theirs[0].read_at if theirs else None
        return rows

    def get_actions(self) -> Sequence[Action]:
        here = self.request.path
        return [
            Action(_("Only who has not read it"), f"{here}?read=no"),
            Action(_("Back to the document"), self.bulletin.get_absolute_url()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"bulletin": self.bulletin}


class BulletinShares(ScopedListView):
    """How well each station read what was due in a month; later a note of its score."""

    model = Station
    permission = "stations.view_readers"
    export_permission = "stations.export_lists"
    title = _("Reading by station")
    template_name = "stations/bulletin_shares.html"
    columns: ClassVar[Sequence[Column]] = (
        Column("code", kind="number", sort="code"),
        Column(str, _("Station"), small="center__region"),
        Column(lambda row: row.reading.due, _("Documents due"), kind="qty"),
        Column(lambda row: row.reading.opened, _("Read in time"), kind="qty"),
        Column(lambda row: percent(row.reading.share), _("Share read")),
        Column(lambda row: percent(row.reading.share_of_people), _("Share of people")),
    )
    search_fields = ("code", "name", "name_en")
    filter_fields = ("center", "kind")
    extra_parameters = frozenset({"month"})
    ordering = ("code",)
    select_related = ("center__region",)

    @property
    def month(self) -> date:
        """The month of the address, by default this one. Raises BadRequest."""
        asked = self.request.GET.get("month", "")
        if not asked:
            return clock.today().replace(day=1)
        if not MONTH.fullmatch(asked):
            raise BadRequest
        return date.fromisoformat(f"{asked}-01")

    def get_subtitle(self) -> Any:
        return _("Documents whose reading day lies in %(month)s") % {"month": f"{self.month:%Y-%m}"}

    def made_ready(self, rows: Sequence[Any]) -> Sequence[Any]:
        """All of a page's figures in one query."""
        first = self.month
        found = bulletins.shares_read((first, add_months(first, 1)), stations=[row.pk for row in rows])
        for row in rows:
            row.reading = found.get(row.pk, bulletins.ReadShare())
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        first = self.month
        months = {"before": add_months(first, -1), "after": add_months(first, 1)}
        return super().get_context_data(**kwargs) | {"month": first, **months}

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("Documents and bulletins"), reverse("bulletin_list"), "stations.view_bulletin")]


__all__ = ["BulletinReaders", "BulletinShares", "share_text"]

"""The network as a whole: its stations, its tree, the places without a station."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.core.exceptions import BadRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.listing import PageFilterSet, refuse_unknown
from portal.core.maps import ProvinceTile, tile_grid
from portal.core.models.divisions import DivisionLevel
from portal.core.pages import Action, Column, ScopedListView, ScopedPage
from stations import board, white_spots
from stations.models import Dealer, GradeLetter, OperationCenter, Region, Station, StationKind

SHOWN = 25
ORANGE = "#b3611a"


class StationFilter(PageFilterSet):
    """By region, center, kind, grade and province."""

    region = django_filters.ModelChoiceFilter(
        label=_("region"), queryset=Region.objects.all(), field_name="center__region"
    )
    center = django_filters.ModelChoiceFilter(label=_("operation center"), queryset=OperationCenter.objects.all())
    kind = django_filters.ChoiceFilter(label=_("kind"), choices=StationKind)
    grade = django_filters.ChoiceFilter(label=_("grade"), choices=GradeLetter, field_name="held_grade")
    province = django_filters.CharFilter(
        label=_("division code"), field_name="division", lookup_expr="startswith", max_length=6
    )

    class Meta:
        model = Station
        fields: Sequence[str] = ()


class StationList(ScopedListView):
    """The network, as far as one sees it."""

    model = Station
    permission = "stations.view_station"
    export_permission = "stations.export_lists"
    title = _("Stations")
    columns = [
        Column("code", kind="number", sort="code"),
        Column(str, _("Station"), small="dealer", sort="name"),
        Column("center", small="center__region"),
        Column("kind", on_phone=False),
        Column("status", kind="badge"),
        Column(lambda row: GradeLetter(row.held_grade).label, _("Grade"), sort="held_grade"),
        Column("address", small="phone", on_phone=False),
        Column("opened_on", kind="day", sort="opened_on", on_phone=False),
    ]
    search_fields = ["code", "name", "name_en", "dealer__name", "address", "phone"]
    filterset_class = StationFilter
    chips = "status"
    ordering = ["code"]
    select_related = ["center__region", "dealer"]

    def get_queryset(self) -> Any:
        return board.with_grade(super().get_queryset(), clock.today())

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(_("Region board"), reverse("region_board"), "stations.view_candidateoutlet"),
            Action(_("Network tree"), reverse("network_tree"), "stations.view_candidateoutlet"),
        ]


class WhiteSpots(ScopedPage):
    """Divisions that no station serves, the most wanted first; the country as tiles beside them."""

    permission = "stations.view_candidateoutlet"
    template_name = "stations/white_spots.html"
    title = _("Places without a station")

    def get_subtitle(self) -> Any:
        return _(
            "No station that may be given jobs today has them in its service or contract area or reaches them with its radius."
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        refuse_unknown(self.request, {"level", "province"})
        level = self._one_of("level", DivisionLevel.values) or DivisionLevel.COUNTY
        country = white_spots.coverage(self.request.user, clock.today())
        tiles = country.tiles()
        province = self._one_of("province", [tile.place.code for tile in tiles])
        spots = country.spots(level, province)
        return super().get_context_data(**kwargs) | {
            "drawing": self._tiles(tiles, level, province),
            "levels": [(value, label, self._address(level=value), value == level) for value, label in DivisionLevel.choices],
            "provinces": [(tile.place.code, tile.place.name, tile.place.code == province) for tile in tiles],
            "level": level, "province": province, "labels": country.labels, "count": len(spots),
            "spots": [
                (country.told(spot), list(zip(country.labels, spot.counts, strict=True))) for spot in spots[:SHOWN]
            ],
            "more": max(len(spots) - SHOWN, 0),
            "may_add": self.request.user.has_perm("stations.recruit_candidate"),
        }  # fmt: skip

    def _one_of(self, name: str, known: Sequence[str]) -> str:
        """The parameter, which may be left out. Raises BadRequest for another value than the known ones."""
        asked = self.request.GET.get(name, "")
        if asked and asked not in known:
            text = _("%(name)s: got “%(got)s”, expected one of %(known)s.")
            raise BadRequest(text % {"name": name, "got": asked[:20], "known": ", ".join(known)})
        return asked

    def _address(self, **changes: str) -> str:
        kept = {name: value for name, value in self.request.GET.items()} | changes
        return f"?{urlencode({name: value for name, value in kept.items() if value})}"

    def _tiles(self, tiles: Sequence[white_spots.Tile], level: str, province: str) -> Any:
        shown = [
            ProvinceTile(
                tile.place.code, tile.white, tile.share,
                _("of %(counties)d; %(demand)d counted there") % {"counties": tile.counties, "demand": tile.demand},
                self._address(level=level, province="" if tile.place.code == province else tile.place.code),
                tile.place.code == province,
            )
            for tile in tiles
        ]  # fmt: skip
        return tile_grid(_("Counties without a station by province"), shown, unit=_("Counties without"), fill=ORANGE)


class NetworkTree(ScopedPage):
    """Brands, regions, centers, dealers, stations: the whole tree with its numbers, one region opened at a time."""

    permission = "stations.view_candidateoutlet"
    template_name = "stations/network_tree.html"
    title = _("Network tree")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        refuse_unknown(self.request, {"region"})
        user: Any = self.request.user
        rows = Station.objects.visible_to(user)
        asked = self.request.GET.get("region", "")
        region = Region.objects.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 10 else None
        branches = board.tree(rows, region=region)
        if region is None and len(branches) == 1:
            region = Region.objects.get(code=branches[0].code)
            branches = board.tree(rows, region=region)
        return super().get_context_data(**kwargs) | {
            "branches": branches, "opened": region.code if region else "",
            "principals": board.principals(Dealer.objects.visible_to(user)),
            "total": sum(branch.stations for branch in branches), "active": sum(branch.active for branch in branches),
        }  # fmt: skip

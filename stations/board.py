"""The network in numbers: stations by state and grade, by province, by region; where they lie. Each figure one query."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Left
from django.utils.translation import gettext as _

from portal.core.maps import Point, ProvinceTile
from portal.core.models import Division
from portal.core.parameters import param
from portal.core.tones import tone_of
from stations.models import Brand, Dealer, GradeLetter, OperationCenter, Region, Station, StationGrade, StationStatus

POINTS = 500  # more points than these are no picture any more
GRADES = tuple(GradeLetter.values)


def with_grade(stations: QuerySet[Station], on: date) -> Any:
    """Each station with `held_grade`, as grading.grade_on() answers it, in the same query."""
    rows = StationGrade.objects.filter(station=OuterRef("pk"), valid_from__lte=on).order_by("-valid_from")
    ended = on - timedelta(days=param("stations.probation_days", on))
    letter = Case(
        When(last_grade=None, then=Value(str(GradeLetter.PROBATION))),
        When(last_grade=GradeLetter.PROBATION, last_grade_from__lte=ended, then=Value(str(GradeLetter.C))),
        default=F("last_grade"),
        output_field=CharField(),
    )
    return stations.annotate(
        last_grade=Subquery(rows.values("grade")[:1]), last_grade_from=Subquery(rows.values("valid_from")[:1])
    ).annotate(held_grade=letter)


@dataclass(frozen=True)
class Matrix:
    """How many stations are in which state with which grade."""

    counts: Mapping[tuple[str, str], int]

    def of(self, status: str = "", grade: str = "") -> int:
        """The number in that state, of that grade; both empty: all."""
        return sum(
            number
            for (held, letter), number in self.counts.items()
            if (not status or held == status) and (not grade or letter == grade)
        )

    @property
    def rows(self) -> list[tuple[str, str, list[tuple[str, int]], int]]:
        """Value and label of a state, its numbers by grade, its sum; states without a station are left out."""
        return [
            (value, str(label), [(grade, self.of(value, grade)) for grade in GRADES], self.of(value))
            for value, label in StationStatus.choices
            if self.of(value)
        ]


def by_state_and_grade(stations: QuerySet[Station], on: date) -> Matrix:
    """The matrix of these stations on the day."""
    rows = with_grade(stations, on).order_by().values_list("status", "held_grade").annotate(how_many=Count("pk"))
    return Matrix({(status, grade): number for status, grade, number in rows})


def by_province(stations: QuerySet[Station], address: str = "") -> list[ProvinceTile]:
    """A tile for every province with a station: how many, filled by the share of the largest.

    address: of the list, to which the province is added.
    """
    not_at_work = Q(status__in=[StationStatus.SUSPENDED, StationStatus.EXPIRED])
    rows = list(
        stations.exclude(status=StationStatus.TERMINATED)
        .exclude(division="")
        .order_by()
        .values_list(Left("division", 2))
        .annotate(how_many=Count("pk"), stopped=Count("pk", filter=not_at_work))
    )
    most = max((number for _code, number, _stopped in rows), default=0)
    return [
        ProvinceTile(
            f"{code}0000", number, number / most, _("%(count)d suspended or expired") % {"count": stopped} if stopped else "",
            f"{address}{code}" if address else "",
        )
        for code, number, stopped in rows
    ]  # fmt: skip


def points_of(stations: QuerySet[Station], on: date) -> list[Point]:
    """Where the stations lie, toned by state, lettered by grade; those without coordinates are left out."""
    shown: Any = with_grade(stations.exclude(longitude=None).exclude(status=StationStatus.TERMINATED), on)
    letters: dict[str, str] = {GradeLetter.PROBATION: _("P")}
    return [
        Point(
            str(row), float(row.longitude), float(row.latitude), tone_of(row.status, "station"),
            letters.get(row.held_grade, row.held_grade),
            [row.code, row.get_status_display(), GradeLetter(row.held_grade).label, str(row.center)],
            row.get_absolute_url(),
        )
        for row in shown.select_related("center").order_by("pk")[:POINTS]
    ]  # fmt: skip


def towns_around(points: Sequence[Point]) -> list[tuple[str, float, float]]:
    """Cities, then counties, within the rectangle of the points, to know one's way about."""
    if not points:
        return []
    xs, ys = [point.longitude for point in points], [point.latitude for point in points]
    rows = Division.objects.filter(
        longitude__gte=min(xs) - 1, longitude__lte=max(xs) + 1, latitude__gte=min(ys) - 1, latitude__lte=max(ys) + 1
    ).exclude(level="province")
    shown = rows.order_by("level", "code").values_list("name", "full_name", "longitude", "latitude")
    return [(_short(name, full), float(x or 0), float(y or 0)) for name, full, x, y in shown]


def _short(name: str, full_name: str) -> str:
    """杭州市 is written 杭州; a city without a name of its own is written as its province."""
    said = full_name if name in {"市辖区", "县"} else name
    return said.removesuffix("市") if len(said) > 2 else said


@dataclass(frozen=True)
class RegionRow:
    """A region and how many stations it has: in all, at work, and with which worst news."""

    region: Region
    stations: int
    active: int
    stopped: int
    low: int


def by_region(stations: QuerySet[Station], on: date) -> list[RegionRow]:
    """Every region of these stations."""
    live = with_grade(stations.exclude(status=StationStatus.TERMINATED), on)
    rows = (
        live.order_by()
        .values("center__region")
        .annotate(
            how_many=Count("pk"),
            active=Count("pk", filter=Q(status=StationStatus.ACTIVE)),
            stopped=Count("pk", filter=Q(status__in=[StationStatus.SUSPENDED, StationStatus.EXPIRED])),
            low=Count("pk", filter=Q(held_grade=GradeLetter.D)),
        )
    )
    found = {row["center__region"]: row for row in rows}
    regions = Region.objects.filter(pk__in=found)
    return [
        RegionRow(
            region, found[region.pk]["how_many"], found[region.pk]["active"], found[region.pk]["stopped"],
            found[region.pk]["low"],
        )
        for region in regions
    ]  # fmt: skip


@dataclass(frozen=True)
class Branch:
    """A node of the tree: what it is, its name, how many stations hang below it, where it leads, what hangs on it."""

    kind: str
    name: str
    code: str
    stations: int
    active: int
    url: str = ""
    row: Station | None = None
    children: Sequence["Branch"] = ()


def tree(stations: QuerySet[Station], *, region: Region | None) -> list[Branch]:
    """Regions with their centers; of the chosen region also dealers and stations. Three queries, four with a region."""
    live = stations.exclude(status=StationStatus.TERMINATED)
    active = Count("pk", filter=Q(status=StationStatus.ACTIVE))
    counted = {
        center: (number, working)
        for center, number, working in live.order_by()
        .values_list("center_id")
        .annotate(how_many=Count("pk"), working=active)
    }
    chosen = _stations_below(live, region) if region else {}
    centers: dict[int, list[OperationCenter]] = {}
    for center in OperationCenter.objects.filter(pk__in=counted).order_by("code"):
        centers.setdefault(center.region_id, []).append(center)
    found = []
    for each in Region.objects.filter(pk__in=centers).order_by("code"):
        below = [_center(center, *counted[center.pk], chosen.get(center.pk, ())) for center in centers[each.pk]]
        found.append(
            Branch(
                "region", str(each), each.code, sum(one.stations for one in below), sum(one.active for one in below),
                f"?region={each.pk}", children=below,
            )
        )  # fmt: skip
    return found


def _center(center: OperationCenter, number: int, working: int, below: Iterable[Branch]) -> Branch:
    return Branch("center", str(center), center.code, number, working, children=list(below))


def _stations_below(stations: QuerySet[Station], region: Region) -> dict[int, list[Branch]]:
    """By center its dealers, each with its stations."""
    rows = stations.filter(center__region=region).select_related("dealer").order_by("dealer__code", "code")
    dealers: dict[tuple[int, int], list[Station]] = {}
    for row in rows:
        dealers.setdefault((row.center_id, row.dealer_id), []).append(row)
    found: dict[int, list[Branch]] = {}
    for (center, _dealer), held in dealers.items():
        leaves = [
            Branch(
                "station", str(row), row.code, 1, int(row.status == StationStatus.ACTIVE), row.get_absolute_url(), row
            )
            for row in held
        ]
        dealer = held[0].dealer
        found.setdefault(center, []).append(
            Branch("dealer", str(dealer), dealer.code, len(held), sum(leaf.active for leaf in leaves), children=leaves)
        )
    return found


def principals(dealers: QuerySet[Dealer]) -> list[tuple[Brand, int]]:
    """The brands for which dealers work, with the number of dealers."""
    counted = dict(
        dealers.exclude(principal=None).order_by().values_list("principal_id").annotate(how_many=Count("pk"))
    )
    return [(brand, counted[brand.pk]) for brand in Brand.objects.filter(pk__in=counted).order_by("code")]


def scope_of_board(user: Any, region: Region | None) -> QuerySet[Station]:
    """The stations a user's board shows."""
    rows = Station.objects.visible_to(user)
    return rows.filter(center__region=region) if region else rows

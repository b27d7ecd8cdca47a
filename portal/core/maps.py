"""Maps without a map: the country as a grid of its 34 province-level units, a region as points with a scale bar.

Both are drawn 360 wide, so that a phone shows them whole. Not here: what is shown in them (queries of the apps).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core.charts import BRAND, INK, LINE, SOFT, Text, figure, plain, short, words

WIDE: Final = 360
CELL: Final = 40
ROWS: Final = 7
CROWDED: Final = 80  # more points than these carry no letters
FILLS: Final[Mapping[str, str]] = {  # the tones of the look, as tokens.css has them
    "good": "#15693d", "run": "#1d5fb8", "wait": "#e0a100", "bad": "#b42318", "calm": "#7f8c97", "": BRAND,
}  # fmt: skip
PROVINCES: Final[Mapping[str, tuple[int, int, str, str]]] = {  # code → column, row, name, letters
    "230000": (8, 0, "黑龙江", "HL"), "650000": (0, 1, "新疆", "XJ"), "150000": (5, 1, "内蒙古", "NM"),
    "220000": (8, 1, "吉林", "JL"), "630000": (1, 2, "青海", "QH"), "620000": (2, 2, "甘肃", "GS"),
    "640000": (3, 2, "宁夏", "NX"), "610000": (4, 2, "陕西", "SN"), "140000": (5, 2, "山西", "SX"),
    "110000": (6, 2, "北京", "BJ"), "120000": (7, 2, "天津", "TJ"), "210000": (8, 2, "辽宁", "LN"),
    "540000": (1, 3, "西藏", "XZ"), "510000": (2, 3, "四川", "SC"), "500000": (3, 3, "重庆", "CQ"),
    "420000": (4, 3, "湖北", "HB"), "410000": (5, 3, "河南", "HA"), "130000": (6, 3, "河北", "HE"),
    "370000": (7, 3, "山东", "SD"), "530000": (2, 4, "云南", "YN"), "520000": (3, 4, "贵州", "GZ"),
    "430000": (4, 4, "湖南", "HN"), "340000": (5, 4, "安徽", "AH"), "320000": (6, 4, "江苏", "JS"),
    "310000": (7, 4, "上海", "SH"), "450000": (3, 5, "广西", "GX"), "440000": (4, 5, "广东", "GD"),
    "360000": (5, 5, "江西", "JX"), "330000": (6, 5, "浙江", "ZJ"), "460000": (3, 6, "海南", "HI"),
    "820000": (4, 6, "澳门", "MO"), "810000": (5, 6, "香港", "HK"), "350000": (6, 6, "福建", "FJ"),
    "710000": (7, 6, "台湾", "TW"),
}  # fmt: skip


@dataclass(frozen=True)
class ProvinceTile:
    """What stands in a province's tile: a number, how strongly it is filled (0–1), where it leads."""

    code: str
    value: int
    share: float
    told: Text = ""
    url: str = ""
    current: bool = False


@dataclass(frozen=True)
class Point:
    """A place on a regional map: its name, tone, the letter in it, what is told of it, where it leads."""

    name: Text
    longitude: float
    latitude: float
    tone: str = ""
    letter: str = ""
    told: Sequence[Text] = ()
    url: str = ""


def tile_grid(title: Text, tiles: Iterable[ProvinceTile], *, unit: Text, fill: str = BRAND) -> SafeString:
    """One square a province, where it lies among the others, the darker the larger its share."""
    known = {tile.code: tile for tile in tiles}
    parts = [_tile(code, known.get(code), fill) for code in PROVINCES]
    rows = [
        [_province(code), plain(known[code].value), known[code].told or "–"]
        for code in sorted(PROVINCES)
        if code in known
    ]
    headings = [_("Province"), unit, _("Remark")]
    return figure(title, parts, headings, rows, height=ROWS * CELL, width=WIDE, css="drawing whole")


def _tile(code: str, tile: ProvinceTile | None, fill: str) -> SafeString:
    column, row, _name, letters = PROVINCES[code]
    x, y, share = column * CELL, row * CELL, min(max(tile.share if tile else 0.0, 0.0), 1.0)
    ink = "#ffffff" if share > 0.5 else INK
    square = format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="5" fill="{}" fill-opacity="{}" stroke="{}" stroke-width="{}">'
        "<title>{}</title></rect>{}{}",
        x + 1.5, y + 1.5, CELL - 3, CELL - 3, fill if share else "#eef1f3", f"{0.15 + 0.85 * share:.2f}" if share else "1",
        INK if tile and tile.current else LINE, 2 if tile and tile.current else 1,
        f"{_province(code)}: {plain(tile.value)} {tile.told}" if tile else _province(code),
        words(x + CELL / 2, y + 16, _province(code) if _chinese() else letters, fill=ink, size=10),
        words(x + CELL / 2, y + 31, plain(tile.value) if tile else "–", fill=ink, size=12),
    )  # fmt: skip
    return format_html('<a href="{}">{}</a>', tile.url, square) if tile and tile.url else square


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _province(code: str) -> str:
    _column, _row, name, letters = PROVINCES[code]
    return name if _chinese() else letters


def point_map(
    title: Text,
    points: Sequence[Point],
    *,
    headings: Sequence[Text],
    towns: Iterable[tuple[str, float, float]] = (),
    legend: Sequence[tuple[str, Text]] = (),
) -> SafeString:
    """Points where they lie, towns as far as there is room for their names, and how long a line of so many km is.

    headings: of the table, the name first; towns: name, longitude, latitude, the most important first; legend: tone, text.
    """
    if not points:
        return figure(title, (), headings, ())
    frame = Frame.around(points)
    parts = [
        format_html('<rect x="0" y="0" width="{}" height="{}" rx="8" fill="#f5f7f8"/>', WIDE, frame.height + 52),
        *_towns(towns, frame, points),
        *(_point(point, frame, with_letter=len(points) <= CROWDED) for point in points),
        _scale_bar(frame),
        *_legend(legend, frame.height + 42),
    ]
    rows = [[point.name, *point.told] for point in points]
    return figure(title, parts, headings, rows, height=frame.height + 52, width=WIDE, css="drawing whole")


@dataclass(frozen=True)
class Frame:
    """From degrees to the drawing: so many units a degree, north up, both ways the same length a km."""

    west: float
    north: float
    per_longitude: float
    per_latitude: float
    height: int

    @classmethod
    def around(cls, points: Sequence[Point]) -> "Frame":
        """All points with a margin; at least some 10 km wide, and not higher than it is wide."""
        xs, ys = [point.longitude for point in points], [point.latitude for point in points]
        middle = (min(ys) + max(ys)) / 2
        squeeze = math.cos(math.radians(middle))
        wide, high = max((max(xs) - min(xs)) * squeeze, 0.1), max(max(ys) - min(ys), 0.1)
        unit = min((WIDE - 60) / wide, 300 / high)
        height = int(max(high * unit + 60, 160))
        west = (min(xs) + max(xs)) / 2 - WIDE / 2 / (unit * squeeze)
        return cls(west, middle + height / 2 / unit, unit * squeeze, unit, height)

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Where the place stands in the drawing."""
        return (longitude - self.west) * self.per_longitude, (self.north - latitude) * self.per_latitude

    def holds(self, x: float, y: float) -> bool:
        """Whether a name at this place stays within the drawing."""
        return 24 < x < WIDE - 24 and 14 < y < self.height - 6

    @property
    def per_km(self) -> float:
        """Units a km."""
        return self.per_latitude / 111.19


def _towns(towns: Iterable[tuple[str, float, float]], frame: Frame, points: Sequence[Point]) -> list[SafeString]:
    """Names of towns where no other name stands yet."""
    taken: list[tuple[float, float]] = []
    parts = []
    for name, longitude, latitude in towns:
        x, y = frame.place(longitude, latitude)
        if not frame.holds(x, y) or any(abs(x - a) < 44 and abs(y - b) < 14 for a, b in taken):
            continue
        taken.append((x, y))
        parts.append(words(x, y, short(name, 10), fill="#8a97a1", size=9))
    return parts


def _point(point: Point, frame: Frame, *, with_letter: bool) -> SafeString:
    x, y = frame.place(point.longitude, point.latitude)
    told = "; ".join(str(each) for each in (point.name, *point.told) if str(each))
    letter = words(x, y + 3.2, point.letter, fill="#ffffff" if point.tone != "wait" else INK, size=9)
    drawn = format_html(
        '<circle cx="{}" cy="{}" r="{}" fill="{}" fill-opacity="0.9" stroke="#ffffff" stroke-width="1.2"><title>{}</title>'
        "</circle>{}",
        f"{x:.1f}", f"{y:.1f}", 8 if with_letter else 4, FILLS.get(point.tone, BRAND), told,
        letter if with_letter and point.letter else "",
    )  # fmt: skip
    return format_html('<a href="{}">{}</a>', point.url, drawn) if point.url else drawn


def _scale_bar(frame: Frame) -> SafeString:
    """A round number of km, a fifth to a half of the drawing long."""
    rough = WIDE * 0.4 / frame.per_km
    power = 10 ** math.floor(math.log10(rough))
    km = max(size * power for size in (1, 2, 5) if size * power <= rough)
    length, y = km * frame.per_km, frame.height + 16
    return format_html(
        '<path d="M12 {} v5 h{} v-5" fill="none" stroke="{}" stroke-width="1.4"/>{}',
        y - 5, f"{length:.1f}", SOFT, words(18 + length, y + 2, f"{km:g} km", anchor="start", fill=SOFT, size=10),
    )  # fmt: skip


def _legend(entries: Sequence[tuple[str, Text]], y: int) -> list[SafeString]:
    parts: list[Any] = []
    x = 14.0
    for tone, text in entries:
        parts.append(
            format_html('<circle cx="{}" cy="{}" r="4" fill="{}"/>', f"{x:.1f}", y - 4, FILLS.get(tone, BRAND))
        )
        parts.append(words(x + 8, y, short(text, 16), anchor="start", size=10))
        x += 22 + 6.4 * sum(2 if sign > "\u2e80" else 1 for sign in short(text, 16)) * 0.9
    return parts

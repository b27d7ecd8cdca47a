"""Charts as SVG on the server, the same on pages and paper: title, description, and the data as a table beside.

Drawn with presentation attributes only, so that the strict content security policy holds. A missing value is a gap in
the drawing and – in the table, never 0. Not here: what is counted (queries of the apps).
"""

import hashlib
import math
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.core import show

type Text = str | Promise
type Number = Decimal | int | float | None
type Points = Sequence[tuple[Text, Number]]
type Series = Mapping[Text, Sequence[Number]] | Sequence[tuple[Text, Sequence[Number]]]

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 14, 40
INK, SOFT, LINE, BRAND, ACCENT, GOOD, BAD = "#14202b", "#5f6e7a", "#e3e8ec", "#0b6e75", "#d9822b", "#15693d", "#b42318"
COLORS: Final = (BRAND, ACCENT, "#1d5fb8", "#8a5a00", "#5b6873", "#7fa2a6")
MAX_LABEL: Final = 24  # Latin letters, or half as many Chinese signs
MOST_LABELS: Final = 12  # under bars; of more, every second or third
LETTER: Final = 6.2  # how wide a Latin letter of 11 px is


def bar_chart(title: Text, points: Points, *, unit: Text = "") -> SafeString:
    """One bar a label, from zero, negative ones downward."""
    values = [value for _label, value in points]
    axis = Axis(values)
    parts = [axis.grid()]
    step = -(-len(points) // MOST_LABELS)
    for number, (place, (label, value)) in enumerate(zip(slots(len(points)), points, strict=True)):
        if value is not None:
            parts.append(_bar(place, axis, 0, float(value), BRAND if value >= 0 else BAD, f"{label}: {plain(value)}"))
        if number % step == 0:
            parts.append(_below(place.middle, label, -(-len(points) // step), lines=2))
    return figure(title, parts, [_("Item"), unit or _("Value")], [[label, plain(value)] for label, value in points])


def line_chart(title: Text, labels: Sequence[Text], series: Series, *, unit: Text = "") -> SafeString:
    """One line a series; a missing value interrupts its line."""
    rows = _named(series)
    axis = Axis([value for _name, values in rows for value in values])
    places = slots(len(labels))
    parts = [
        axis.grid(),
        *(_below(place.middle, label, len(labels)) for place, label in zip(places, labels, strict=True)),
    ]
    for number, (_name, values) in enumerate(rows):
        parts += _line(places, values, axis, COLORS[number % len(COLORS)])
    parts.append(legend([name for name, _values in rows]))
    return figure(title, parts, [unit or _("Item"), *(name for name, _values in rows)], _crossed(labels, rows))


def stacked_chart(title: Text, labels: Sequence[Text], series: Series, *, unit: Text = "") -> SafeString:
    """One bar a label, made of the series' parts (none negative)."""
    rows = _named(series)
    sums = [sum(float(values[n] or 0) for _name, values in rows) for n in range(len(labels))]
    axis = Axis(sums)
    parts = [axis.grid()]
    for n, (place, label) in enumerate(zip(slots(len(labels)), labels, strict=True)):
        base = 0.0
        for number, (name, values) in enumerate(rows):
            part = float(values[n] or 0)
            text = f"{label}, {name}: {plain(values[n])}"
            parts.append(_bar(place, axis, base, base + part, COLORS[number % len(COLORS)], text))
            base += part
        parts.append(_below(place.middle, label, len(labels)))
    parts.append(legend([name for name, _values in rows]))
    return figure(title, parts, [unit or _("Item"), *(name for name, _values in rows)], _crossed(labels, rows))


def heat_map(
    title: Text, rows: Sequence[Text], columns: Sequence[Text], cells: Sequence[Sequence[Number]]
) -> SafeString:
    """A grid of cells, the darker the larger; the number stands in each. Headings too wide for their column are turned."""
    largest = max((float(value) for row in cells for value in row if value is not None), default=0) or 1
    left = 10 + LETTER * max((_letters(short(label)) for label in rows), default=0)
    wide, high = (WIDTH - left) / max(len(columns), 1), 22
    widest = LETTER * max((_letters(short(label)) for label in columns), default=0)
    top = 30.0
    if widest >= wide:  # the last heading leans out over the right edge
        top, lean = 16 + 0.62 * widest, 0.79 * LETTER * _letters(short(columns[-1]))
        wide = (WIDTH - left - max(lean - 20, 0)) / len(columns)
    parts = []
    for y, (label, row) in enumerate(zip(rows, cells, strict=True)):
        parts.append(words(left - 6, top + y * high + 15, short(label), anchor="end"))
        parts += [_heat(left + x * wide, top + y * high, wide, high, value, largest) for x, value in enumerate(row)]
    for x, label in enumerate(columns):
        middle = left + x * wide + wide / 2
        straight = words(middle, top - 8, short(label))
        parts.append(straight if widest < wide else words(middle - 4, top - 6, short(label), anchor="start", turn=-38))
    table = [[label, *(plain(value) for value in row)] for label, row in zip(rows, cells, strict=True)]
    return figure(title, parts, ["", *columns], table, height=int(top + 10 + len(rows) * high))


def _heat(x: float, y: float, wide: float, high: float, value: Number, largest: float) -> SafeString:
    share = 0.0 if value is None else max(float(value), 0) / largest
    cell = format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}" fill-opacity="{}" stroke="#fff"/>',
        f"{x:.1f}", f"{y:.1f}", f"{wide:.1f}", high, BRAND, f"{0.05 + 0.9 * share:.2f}",
    )  # fmt: skip
    return cell + words(x + wide / 2, y + high / 2 + 4, plain(value), fill="#fff" if share > 0.5 else INK)


def pareto_chart(title: Text, points: Points, *, unit: Text = "") -> SafeString:
    """Bars from the largest to the smallest, and the line of their cumulative share."""
    ranked = sorted(((label, float(value or 0), value) for label, value in points), key=lambda row: -row[1])
    whole, running, shares = sum(value for _label, value, _raw in ranked), 0.0, []
    for _label, value, _raw in ranked:
        running += value
        shares.append(100 * running / whole if whole else None)
    axis, places = Axis([value for _label, value, _raw in ranked]), slots(len(ranked))
    parts = [axis.grid()]
    for place, (label, value, raw) in zip(places, ranked, strict=True):
        parts += [
            _bar(place, axis, 0, value, BRAND, f"{label}: {plain(raw)}"),
            _below(place.middle, label, len(ranked), lines=2),
        ]
    parts += _line(places, shares, Axis([0, 100]), ACCENT)
    table = [
        [label, plain(raw), show.percent(None if share is None else f"{share:.2f}")]
        for (label, _value, raw), share in zip(ranked, shares, strict=True)
    ]
    return figure(title, parts, [_("Item"), unit or _("Value"), _("Cumulative share")], table)


def waterfall_chart(title: Text, steps: Points, *, total_label: Text = "", unit: Text = "") -> SafeString:
    """How a first amount becomes a last one: each step hangs where the one before ended; the sum stands at the end."""
    ends, running = [], 0.0
    for _label, value in steps:
        ends.append((running, running + float(value or 0)))
        running = ends[-1][1]
    axis, places = Axis([0, running, *(end for _start, end in ends)]), slots(len(steps) + 1)
    parts = [axis.grid()]
    for place, (label, value), (start, end) in zip(places, steps, ends, strict=False):
        color = GOOD if end >= start else BAD
        parts += [
            _bar(place, axis, start, end, color, f"{label}: {plain(value)}"),
            _below(place.middle, label, len(places), lines=2),
        ]
    name = total_label or _("Total")
    whole: Number = sum((Decimal(str(value or 0)) for _label, value in steps), Decimal(0))
    parts += [_bar(places[-1], axis, 0, running, BRAND, f"{name}: {plain(whole)}"), _below(places[-1].middle, name, 1)]
    table = [*([label, plain(value)] for label, value in steps), [name, plain(whole)]]
    return figure(title, parts, [_("Step"), unit or _("Value")], table)


def radar_chart(title: Text, axes: Sequence[Text], series: Series, *, full: Number = 100) -> SafeString:
    """One polygon a series on at least three axes from 0 to `full`."""
    rows, middle, radius, whole = _named(series), (WIDTH / 2, 150.0), 110.0, float(full or 1)

    def at(number: int, share: float) -> tuple[float, float]:
        angle = 2 * math.pi * number / max(len(axes), 1) - math.pi / 2
        return middle[0] + radius * share * math.cos(angle), middle[1] + radius * share * math.sin(angle)

    parts = [_polygon([at(n, ring) for n in range(len(axes))], "none", LINE) for ring in (0.25, 0.5, 0.75, 1.0)]
    parts += [words(*at(n, 1.14), short(label)) for n, label in enumerate(axes)]
    for number, (_name, values) in enumerate(rows):
        color = COLORS[number % len(COLORS)]
        known = [(n, min(max(float(value) / whole, 0), 1)) for n, value in enumerate(values) if value is not None]
        parts.append(_polygon([at(n, share) for n, share in known], color, color))
    parts.append(legend([name for name, _values in rows], y=292))
    return figure(title, parts, [_("Axis"), *(name for name, _values in rows)], _crossed(axes, rows), height=304)


def fishbone(problem: Text, bones: Mapping[Text, Sequence[Text]]) -> SafeString:
    """Causes by category on the bones of a fish whose head is the problem."""
    pairs, high = (len(bones) + 1) // 2, 120
    spine, step = 150.0, (WIDTH - 170) / max(pairs, 1)
    parts = [
        _stroke((20, spine), (WIDTH - 130, spine), INK, 2),
        format_html(
            '<rect x="{}" y="{}" width="122" height="40" rx="6" fill="{}"/>', WIDTH - 130, f"{spine - 20:.0f}", BRAND
        ),
        words(WIDTH - 69, spine + 4, short(problem, 28), fill="#fff"),
    ]
    for number, (name, causes) in enumerate(bones.items()):
        up = -1 if number % 2 == 0 else 1
        foot = 20 + step * (number // 2 + 1)
        tip = (foot - 46, spine + up * high)
        parts += [
            _stroke(tip, (foot, spine), SOFT, 1.4),
            words(tip[0], tip[1] + (up * 14 if up > 0 else -6), name, size=12),
        ]
        for place, cause in enumerate(causes[:5]):
            share = (place + 1) / 6
            x, y = tip[0] + 46 * share, tip[1] - up * high * share
            parts += [
                _stroke((x - 60, y), (x, y), LINE, 1),
                words(x - 4, y - 3, short(cause, 18), anchor="end", size=10),
            ]
    table = [[name, show.listed(causes) or "–"] for name, causes in bones.items()]
    return figure(problem, parts, [_("Category"), _("Causes")], table, height=306)


class Slot:
    """A label's place on the horizontal axis."""

    def __init__(self, left: float, width: float) -> None:
        self.left, self.width, self.middle = left, width, left + width / 2


def slots(count: int) -> list[Slot]:
    """Equal places for so many labels."""
    width = (WIDTH - LEFT - RIGHT) / max(count, 1)
    return [Slot(LEFT + width * number, width) for number in range(count)]


class Axis:
    """The vertical axis: round steps that contain zero and every value."""

    def __init__(self, values: Sequence[Number]) -> None:
        known = [float(value) for value in values if value is not None and math.isfinite(value)] or [0.0]
        low, high = min(0.0, *known), max(0.0, *known)
        span = high - low or 1.0
        rough = span / 4
        power = 10 ** math.floor(math.log10(rough))
        self.step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= rough * 0.999)
        if all(value.is_integer() for value in known):
            self.step = max(1.0, self.step)  # counts have no halves
        self.low, self.high = math.floor(low / self.step) * self.step, math.ceil(high / self.step) * self.step
        if self.low == self.high:
            self.high = self.low + self.step

    def y(self, value: float) -> float:
        """Where a value stands."""
        share = (value - self.low) / (self.high - self.low)
        return float(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM))

    def grid(self) -> SafeString:
        """Lines and their numbers."""
        ticks = [self.low + number * self.step for number in range(round((self.high - self.low) / self.step) + 1)]
        return mark_safe(  # noqa: S308 joined from escaped pieces
            "".join(
                _stroke((LEFT, self.y(tick)), (WIDTH - RIGHT, self.y(tick)), SOFT if abs(tick) < 1e-9 else LINE, 1)
                + words(LEFT - 6, self.y(tick) + 4, f"{tick:,.10g}", anchor="end", fill=SOFT)
                for tick in ticks
            )
        )


def plain(value: Number) -> str:
    """A number for the table, with separators; – for none."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "–"
    return f"{value:,.2f}" if isinstance(value, float) and not value.is_integer() else f"{value:,}"


def short(label: Text, length: int = MAX_LABEL) -> str:
    """No wider than so many Latin letters; a Chinese sign is as wide as two."""
    text, room = str(label), length
    for place, sign in enumerate(text):
        room -= _letters(sign)
        if room < 0:
            return f"{text[: max(place - 1, 1)]}…"
    return text


def _letters(text: str) -> int:
    """How many Latin letters are as wide."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _named(series: Series) -> list[tuple[Text, Sequence[Number]]]:
    return list(series.items()) if isinstance(series, Mapping) else list(series)


def _crossed(labels: Sequence[Text], rows: Sequence[tuple[Text, Sequence[Number]]]) -> list[list[Text]]:
    return [[label, *(plain(values[n]) for _name, values in rows)] for n, label in enumerate(labels)]


def _bar(place: Slot, axis: Axis, start: float, end: float, color: str, text: str) -> SafeString:
    top, bottom = sorted((axis.y(start), axis.y(end)))
    width = min(place.width * 0.7, 48)
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"><title>{}</title></rect>',
        f"{place.middle - width / 2:.1f}", f"{top:.1f}", f"{width:.1f}", f"{max(bottom - top, 0.5):.1f}", color, text,
    )  # fmt: skip


def _line(places: Sequence[Slot], values: Sequence[Number], axis: Axis, color: str) -> list[SafeString]:
    """Stretches between gaps, and a dot a value."""
    parts: list[SafeString] = []
    stretch: list[tuple[float, float]] = []
    for place, value in [*zip(places, values, strict=True), (Slot(0, 0), None)]:
        if value is None:
            if len(stretch) > 1:
                path = " ".join(f"{x:.1f},{y:.1f}" for x, y in stretch)
                parts.append(
                    format_html('<polyline points="{}" fill="none" stroke="{}" stroke-width="2"/>', path, color)
                )
            stretch = []
            continue
        stretch.append((place.middle, axis.y(float(value))))
        parts.append(
            format_html(
                '<circle cx="{}" cy="{}" r="3" fill="{}"><title>{}</title></circle>',
                f"{stretch[-1][0]:.1f}", f"{stretch[-1][1]:.1f}", color, plain(value),
            )
        )  # fmt: skip
    return parts


def _below(x: float, label: Text, count: int, *, lines: int = 1) -> SafeString:
    """The label under its slot, no wider than the slot; over two lines where nothing else stands below."""
    room, text = max(6, min(MAX_LABEL, int((WIDTH - LEFT - RIGHT) / LETTER / max(count, 1)))), str(label)
    if lines == 1 or _letters(text) <= room:
        return words(x, HEIGHT - BOTTOM + 16, short(text, room), fill=SOFT)
    cut = text.rfind(" ", 0, room + 1)
    first = text[:cut] if cut > 0 else text[: max(len(short(text, room)) - 1, 1)]
    rest = short(text[len(first) :].strip(), room)
    return words(x, HEIGHT - BOTTOM + 16, first, fill=SOFT) + words(x, HEIGHT - BOTTOM + 30, rest, fill=SOFT)


def legend(names: Sequence[Text], y: int = HEIGHT - 6) -> SafeString:
    parts, x = [], LEFT
    for number, name in enumerate(names):
        color = COLORS[number % len(COLORS)]
        parts.append(format_html('<rect x="{}" y="{}" width="10" height="10" fill="{}"/>', x, y - 9, color))
        parts.append(words(x + 14, y, short(name), anchor="start"))
        x += 30 + 12 * len(short(name))
    return mark_safe("".join(parts))  # noqa: S308 joined from escaped pieces


def words(
    x: float, y: float, text: Text, *, anchor: str = "middle", fill: str = INK, size: int = 11, turn: int = 0
) -> SafeString:
    """turn: degrees about the point, counter-clockwise where negative."""
    turned = format_html(' transform="rotate({} {} {})"', turn, f"{x:.1f}", f"{y:.1f}") if turn else ""
    return format_html(
        '<text x="{}" y="{}" text-anchor="{}" fill="{}" font-size="{}"{}>{}</text>', f"{x:.1f}", f"{y:.1f}", anchor, fill,
        size, turned, text,
    )  # fmt: skip


def _stroke(start: tuple[float, float], end: tuple[float, float], color: str, width: float) -> SafeString:
    numbers = [f"{number:.1f}" for number in (*start, *end)]
    return format_html('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="{}"/>', *numbers, color, width)


def _polygon(points: Sequence[tuple[float, float]], fill: str, stroke: str) -> SafeString:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return format_html('<polygon points="{}" fill="{}" fill-opacity="0.18" stroke="{}"/>', path, fill, stroke)


def figure(
    title: Text,
    parts: Sequence[Any],
    headings: Sequence[Text],
    rows: Sequence[Sequence[Any]],
    *,
    height: int = HEIGHT,
    width: int = WIDTH,
    css: str = "drawing",
) -> SafeString:
    """The drawing with title and description, then the same numbers as a table; without numbers a sentence says so."""
    if not rows:
        return format_html('<p class="empty">{}</p>', _("No data."))
    told = "; ".join(f"{row[0]}: {', '.join(str(cell) for cell in row[1:])}" for row in rows[:40]) or _("No data.")
    drawing = mark_safe("".join(conditional_escape(part) for part in parts))  # noqa: S308 every piece is escaped
    name = "c" + hashlib.sha256(f"{title}{told}".encode()).hexdigest()[:10]
    return format_html(
        '<figure class="{}"><div class="scroll-x"><svg viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d" width="100%"'
        ' font-family="Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif"><title id="{}-t">{}</title>'
        '<desc id="{}-d">{}</desc>{}</svg></div><details class="chart-data"><summary>{}</summary><table class="lines">'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></details></figure>",
        css, width, height, name, name, name, title, name, told, drawing, _("Data"),
        format_html_join("", '<th scope="col">{}</th>', ((heading,) for heading in headings)),
        format_html_join("", "<tr>{}</tr>", ((_cells(row),) for row in rows)),
    )  # fmt: skip


def _cells(row: Sequence[Any]) -> SafeString:
    head, *rest = row
    return format_html(
        '<th scope="row">{}</th>{}', head, format_html_join("", '<td class="r">{}</td>', ((x,) for x in rest))
    )

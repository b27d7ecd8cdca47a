"""The lists that apps fill in AppConfig.ready() and the roof reads. Registering twice is the same as once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from portal.core.counting import say_count


@dataclass(frozen=True)
class WorkItem:
    """One thing somebody has to do: what, where it stands, by when, and the page that does it."""

    number: str
    title: str
    url: str
    detail: str = ""
    status: str = ""
    tone: str = "calm"
    due_at: datetime | None = None
    due_label: str = ""
    action: str | Promise = ""


@dataclass(frozen=True)
class Worklist:
    """One group of work of a role: its label, all rows that wait (most urgent first), the page with them.

    The roof counts the rows of all groups in one question and fills `count`; only a page that shows items reads rows.
    """

    key: str
    label: str | Promise
    rows: QuerySet[Any]
    item: Callable[[Any], WorkItem]
    url: str
    tone: str = "calm"
    hint: str | Promise = ""
    shown: int = 5
    count: int = 0

    @property
    def said(self) -> str:
        """The count as people read it."""
        return say_count(self.count)

    @cached_property
    def items(self) -> list[WorkItem]:
        """The most urgent rows, as the first page shows them."""
        return [self.item(row) for row in self.rows[: self.shown]] if self.count else []


@dataclass(frozen=True)
class Hit:
    """One search result."""

    kind: str | Promise
    number: str
    title: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class Figure:
    """One number of the first page. share: 0–100 draws a bar; tone: '', wait or bad."""

    label: str | Promise
    value: str
    detail: str | Promise = ""
    url: str = ""
    tone: str = ""
    share: int | None = None
    share_tone: str = ""


@dataclass(frozen=True)
class Panel:
    """One card beside the work on the first page: a heading, at most one link, a template and its values."""

    title: str | Promise
    template: str
    values: dict[str, Any]
    url: str = ""
    link: str | Promise = ""
    order: int = 50


@dataclass(frozen=True)
class Picture:
    """A drawing of the first page, fetched after the page stands: `draw(user)` answers SVG over the user's own rows."""

    key: str
    title: str | Promise
    draw: Callable[[Any], SafeString]
    permission: str
    roles: frozenset[Any]
    url_name: str = ""


type WorklistProvider = Callable[[Any], Iterable[Worklist]]
type SearchProvider = Callable[[Any, str], Iterable[Hit]]
type BooksCheck = Callable[[], Iterable[str]]
type DemoChapter = Callable[[Any], None]

type FigureProvider = Callable[[Any], Iterable[Figure]]
type PanelProvider = Callable[[Any], Iterable[Panel]]
type PlaceProvider = Callable[[Any], Iterable[str]]

worklist_providers: list[WorklistProvider] = []
search_providers: list[SearchProvider] = []
books_checks: dict[str, BooksCheck] = {}
demo_chapters: list[tuple[int, DemoChapter]] = []


def worklist(provider: WorklistProvider) -> None:
    """`provider(user)` answers the user's groups of work; it builds queries and asks none."""
    if provider not in worklist_providers:
        worklist_providers.append(provider)


figure_providers: list[FigureProvider] = []
panel_providers: list[PanelProvider] = []
place_providers: list[PlaceProvider] = []


def figure(provider: FigureProvider) -> None:
    """`provider(user)` answers figures for the user's first page; at most four are shown."""
    if provider not in figure_providers:
        figure_providers.append(provider)


def panel(provider: PanelProvider) -> None:
    """`provider(user)` answers cards for the side of the user's first page."""
    if provider not in panel_providers:
        panel_providers.append(provider)


@dataclass(frozen=True)
class CoverageCount:
    """Something that happens at customers' places, counted for the search of places without a station.

    counts: the number per division code (of any level), in one query, over the whole country.
    """

    key: str
    label: str | Promise
    counts: Callable[[], Mapping[str, int]]


coverage_counts: dict[str, CoverageCount] = {}


def coverage_count(count: CoverageCount) -> None:
    """Places without a station are ranked by the sum of what is registered here."""
    coverage_counts[count.key] = count


pictures: dict[str, Picture] = {}


def picture(drawing: Picture) -> None:
    """Shown to who holds one of its roles and its permission."""
    pictures[drawing.key] = drawing


def place(provider: PlaceProvider) -> None:
    """`provider(user)` answers the names of the stations, regions or suppliers the user works for."""
    if provider not in place_providers:
        place_providers.append(provider)


def search(provider: SearchProvider) -> None:
    """`provider(user, text)` answers at most ten hits from rows visible to the user."""
    if provider not in search_providers:
        search_providers.append(provider)


def check_books(name: str, check: BooksCheck) -> None:
    """`check()` answers one sentence per violation of an invariant; `manage.py check_books` prints them."""
    books_checks[name] = check


def demo_chapter(order: int, chapter: DemoChapter) -> None:
    """`chapter(story)` plays its part of the demo network, in this order, through operations."""
    if (order, chapter) not in demo_chapters:
        demo_chapters.append((order, chapter))
        demo_chapters.sort(key=lambda entry: entry[0])


type Wording = str | Promise | Callable[[Mapping[str, Any]], str]
notices: dict[str, Wording] = {}  # kind of message → its sentence with %(name)s places, or what makes it of the facts


def say_notice(kind: str, facts: Mapping[str, Any]) -> str:
    """A message's facts as a sentence in the reader's language. Raises KeyError for a kind that no app words."""
    wording = notices[kind]
    return wording(facts) if callable(wording) else str(wording) % facts

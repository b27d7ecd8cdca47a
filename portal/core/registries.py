"""The lists that apps fill in AppConfig.ready() and the roof reads. Registering twice is the same as once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise


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
    action: str = ""


@dataclass(frozen=True)
class Worklist:
    """One group of work of a role: its label, how many, the first items, the page with all."""

    key: str
    label: str | Promise
    count: int
    url: str
    items: Sequence[WorkItem] = ()
    tone: str = "calm"
    hint: str | Promise = ""


@dataclass(frozen=True)
class Hit:
    """One search result."""

    kind: str | Promise
    number: str
    title: str
    url: str
    detail: str = ""


type WorklistProvider = Callable[[Any], Iterable[Worklist]]
type SearchProvider = Callable[[Any, str], Iterable[Hit]]
type BooksCheck = Callable[[], Iterable[str]]
type DemoChapter = Callable[[Any], None]

worklist_providers: list[WorklistProvider] = []
search_providers: list[SearchProvider] = []
books_checks: dict[str, BooksCheck] = {}
demo_chapters: list[tuple[int, DemoChapter]] = []


def worklist(provider: WorklistProvider) -> None:
    """`provider(user)` answers the user's groups of work; bounded queries only."""
    if provider not in worklist_providers:
        worklist_providers.append(provider)


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

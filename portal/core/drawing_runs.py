"""Which papers take longer than a page may, and the runs that draw them. Not here: drawing (documents), answers (drawing)."""

from typing import Any, Final

from django.utils.translation import gettext as _

from portal.core import jobs
from portal.core.document_lines import count_of
from portal.core.models.documents import Document
from portal.core.models.jobs import JobRun

QUICK_LINES: Final = 50  # drawn in 0.2 s (bench/document_50_lines.py); beyond, the web process has better things to do


def takes_long(facts: dict[str, Any]) -> bool:
    """Whether the facts list more things than a page may draw while somebody waits for it."""
    return _listed(facts) > QUICK_LINES or count_of(facts) > QUICK_LINES


def _listed(facts: Any) -> int:
    """How many entries all the lists in it have, nested ones too."""
    if isinstance(facts, dict):
        return sum(_listed(value) for value in facts.values() if isinstance(value, dict | list))
    if isinstance(facts, list):
        return len(facts) + sum(_listed(value) for value in facts if isinstance(value, dict | list))
    return 0


def start_paper(row: Document, language: str, *, title: str, path: str) -> JobRun:
    """The document is being drawn in this language by one run, however many ask. path: where its PDF will be kept."""
    name = _("Drawing %(title)s %(number)s") % {"title": title, "number": row.number}
    return jobs.start_run("core.draw_paper", owner=None, title=name, key=path, document=row.pk, language=language)


def start_order(order: str, *, owner: Any | None, title: str, path: str) -> JobRun:
    """A paper that nobody has issued is being drawn from the order stored under this name."""
    name = _("Drawing %(title)s") % {"title": title}
    return jobs.start_run("core.draw_order", owner=owner, title=name, key=path, order=order)


def latest(path: str) -> JobRun | None:
    """The last run that was to draw what is kept there."""
    return JobRun.objects.filter(key=path).order_by("-pk").first()

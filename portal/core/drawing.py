"""Papers for a reader: at once where they are kept or short, else by a job, and how far it is. Not here: how they look.

A draft, or a sheet of labels, is no document: what it says is stored as an order under the hash of its content, so that
it is drawn once for whoever looks, and cleared away after a day.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from portal.core import clock, documents
from portal.core.drawing_runs import QUICK_LINES, latest, start_order, start_paper, takes_long
from portal.core.linetable import Step
from portal.core.models.documents import Document
from portal.core.models.jobs import JobRun, JobStatus

type Paper = bytes | JobRun  # the PDF, or the run that makes it
type Archive = File[Any] | JobRun  # the file open for reading, or the run that makes it

ORDERS: Final = "orders"
KEPT_FOR: Final = timedelta(days=1)
TRIED_AGAIN_FOR: Final = timedelta(hours=1)  # so long its job goes on trying by itself


def paper(row: Document, language: str) -> Paper:
    """The document's PDF for a reader of this language, or the run that is drawing it."""
    if not takes_long(row.facts):
        return documents.pdf_bytes(row, language)
    path = documents.path_of(row, language)
    kept = documents.kept_pdf(path)
    return kept or trying(path) or start_paper(row, language, title=documents.title_of(row), path=path)


def draft(kind: str, *, number: str, facts: dict[str, Any], language: str, reader: Any) -> Paper:
    """The paper as it would be issued, or the run that is drawing it."""
    if not takes_long(facts):
        return documents.preview_pdf(kind, number=number, facts=facts, language=language)
    order = {"kind": kind, "number": number, "facts": facts, "language": language}
    return _ordered(order, reader=reader, title=number)


def sheet(html: str, *, count: int, title: str, reader: Any, pictures: Mapping[str, bytes] | None = None) -> Paper:
    """A page of our own template as PDF, or the run that is drawing it. count: how many things stand on it.

    pictures: JPEG by the address that the page names it by; few and small, since an order keeps them.
    """
    if count <= QUICK_LINES:
        return documents.html_to_pdf(html, pictures)
    kept = {address: base64.b64encode(raw).decode() for address, raw in (pictures or {}).items()}
    return _ordered({"html": html} | ({"pictures": kept} if kept else {}), reader=reader, title=title)


def _ordered(order: dict[str, Any], *, reader: Any, title: str) -> Paper:
    content = json.dumps(order, ensure_ascii=False, sort_keys=True).encode()
    name = hashlib.sha256(content).hexdigest()
    path = f"{ORDERS}/{name}.pdf"
    if (kept := documents.kept_pdf(path)) is not None:
        return kept
    if (run := trying(path)) is not None:
        return run
    if not default_storage.exists(f"{ORDERS}/{name}.json"):
        default_storage.save(f"{ORDERS}/{name}.json", ContentFile(content))
    return start_order(name, owner=reader, title=title, path=path)


def trying(path: str) -> JobRun | None:
    """The run that is at it, or failed so lately that it will be tried again by itself."""
    run = latest(path)
    if run is None or run.status in {JobStatus.DONE, JobStatus.CANCELLED}:
        return None
    if run.status == JobStatus.FAILED and run.finished_at and run.finished_at < clock.now() - TRIED_AGAIN_FOR:
        return None
    return run


def draw_order(name: str, *, step: Step) -> None:
    """The PDF of a stored order is kept beside it."""
    path = f"{ORDERS}/{name}.pdf"
    if documents.kept_pdf(path) is not None:
        return
    order = read_order(name)
    if html := order.get("html"):
        step()
        drawn = {address: base64.b64decode(raw) for address, raw in order.get("pictures", {}).items()}
        made = documents.html_to_pdf(html, drawn)
    else:
        made = documents.preview_pdf(**order, step=step)
    documents.keep_pdf(path, made)


def read_order(name: str) -> dict[str, Any]:
    """What the paper is to say."""
    with default_storage.open(f"{ORDERS}/{name}.json", "rb") as file:
        found: dict[str, Any] = json.load(file)
    return found


def order_steps(order: dict[str, Any]) -> int:
    """Into how many parts its drawing falls."""
    return 1 if "html" in order else documents.preview_steps(order["kind"], order["facts"])


def clear_orders() -> int:
    """Orders and their PDFs older than a day are gone; how many files."""
    if not default_storage.exists(ORDERS):
        return 0
    before = clock.now() - KEPT_FOR
    names = [f"{ORDERS}/{name}" for name in default_storage.listdir(ORDERS)[1]]
    old = [name for name in names if default_storage.get_modified_time(name) < before]
    for name in old:
        default_storage.delete(name)
    return len(old)

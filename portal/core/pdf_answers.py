"""PDFs as answers of a page: the paper, or the page that says it is being made. Not here: drawing them (documents)."""

from typing import Any

from django.core.files.base import File
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from portal.core.drawing import Archive, Paper
from portal.core.models.jobs import JobRun


def pdf_answer(content: bytes, name: str, *, download: bool = False) -> HttpResponse:
    """A PDF shown in the page, kept by nobody."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(download, f"{name}.pdf") or ""
    answer["Cache-Control"] = "no-store"
    return answer


def paper_answer(request: HttpRequest, paper: Paper, name: str, *, title: str, download: bool = False) -> HttpResponse:
    """The PDF; while it is being made 202 and a page that asks again by itself and opens it when it is there."""
    waiting = _awaited(request, paper, title)
    return waiting if waiting is not None else pdf_answer(paper, name, download=download)  # type: ignore[arg-type]


def archive_answer(request: HttpRequest, archive: Archive, name: str, *, title: str) -> HttpResponseBase:
    """The ZIP archive to be kept; while it is being made 202 and a page that asks again, then offers it for download."""
    if isinstance(archive, JobRun):
        told = {"because": _("It is put together in the background."), "heading": _("The archive is being made")}
        return _waiting(request, archive, title, **told)
    if asks_again(request):
        archive.close()
        return render(request, "web/paper_progress.html", {"address": request.get_full_path()})
    return zip_answer(archive, name)


def zip_answer(archive: "File[Any]", name: str) -> FileResponse:
    """The archive as it lies in the store, bit by bit."""
    answer = FileResponse(archive, content_type="application/zip")
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.zip") or ""
    return answer


def asks_again(request: HttpRequest) -> bool:
    """Whether the page that waits asks, by itself."""
    return bool(request.headers.get("HX-Request"))


def _awaited(request: HttpRequest, made: Paper, title: str) -> HttpResponse | None:
    """The page that asks again, what ends its asking, or None for who asks for the file itself and it is there."""
    if not isinstance(made, bytes):
        return _waiting(request, made, title)
    if asks_again(request):
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    return None


def _waiting(request: HttpRequest, run: JobRun, title: str, **told: str) -> HttpResponse:
    asked_again = asks_again(request)
    template = "web/paper_progress.html" if asked_again else "web/paper_awaited.html"
    context = {"run": run, "page_title": title, "address": request.get_full_path(), **told}
    return render(request, template, context, status=200 if asked_again else 202)

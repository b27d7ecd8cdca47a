"""PDFs as answers of a page: the paper, or the page that says it is being made. Not here: drawing them (documents)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from portal.core.drawing import Paper


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


def archive_answer(request: HttpRequest, archive: Paper, name: str, *, title: str) -> HttpResponse:
    """The ZIP archive to be kept; while it is being made as paper_answer."""
    if (waiting := _awaited(request, archive, title)) is not None:
        return waiting
    answer = HttpResponse(archive, content_type="application/zip")
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.zip") or ""
    return answer


def _awaited(request: HttpRequest, made: Paper, title: str) -> HttpResponse | None:
    """The page that asks again, what ends its asking, or None for who asks for the file itself and it is there."""
    asks_again = bool(request.headers.get("HX-Request"))
    if not isinstance(made, bytes):
        template = "web/paper_progress.html" if asks_again else "web/paper_awaited.html"
        context = {"run": made, "page_title": title, "address": request.get_full_path()}
        return render(request, template, context, status=200 if asks_again else 202)
    if asks_again:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    return None

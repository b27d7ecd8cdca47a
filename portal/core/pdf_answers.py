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
    asks_again = bool(request.headers.get("HX-Request"))
    if not isinstance(paper, bytes):
        template = "web/paper_progress.html" if asks_again else "web/paper_awaited.html"
        context = {"run": paper, "page_title": title, "address": request.get_full_path()}
        return render(request, template, context, status=200 if asks_again else 202)
    if asks_again:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    return pdf_answer(paper, name, download=download)

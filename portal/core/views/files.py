"""Attachments and documents, each behind the scope of its record, and the public verification page."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.core import documents, drawing
from portal.core.attachments import visible_attachment
from portal.core.models.documents import Document
from portal.core.pdf_answers import paper_answer

SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@require_safe
def attachment(request: HttpRequest, pk: int, size: str = "served") -> FileResponse:
    """The file as it is served, or its thumbnail; 404 outside the scope of its record."""
    row = visible_attachment(pk, request.user)
    if row is None:
        raise Http404
    file = row.thumbnail if size == "thumb" and row.thumbnail else row.served
    response = FileResponse(file.open("rb"), content_type=row.content_type)
    response["Content-Disposition"] = content_disposition_header(not row.is_picture, row.name) or ""
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "private, max-age=600"
    return response


@never_cache
@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The PDF of a document, in place, or how far its making is; 404 outside the scope of its record."""
    row = documents.visible_document(pk, request.user)
    if row is None:
        raise Http404
    made, title = drawing.paper(row, get_language() or ""), f"{documents.title_of(row)} {row.number}"
    return paper_answer(request, made, row.number, title=title, download="download" in request.GET)


@require_safe
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """Whether a printed document is ours and unchanged: number, date, hash and the facts its kind makes public."""
    row = Document.objects.filter(token=token).first()
    if row is None:
        return render(request, "core/verify.html", {"document": None}, status=404)
    shown = {"document": row, "title": documents.title_of(row), "facts": documents.public_facts(row)}
    shown |= {"intact": documents.is_intact(row), "standing": documents.standing_today(row)}
    return render(request, "core/verify.html", shown)

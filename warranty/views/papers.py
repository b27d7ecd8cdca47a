"""PDFs as answers, in the reader's language: a paper drawn now and kept by nobody, or a document, as a draft before it is issued."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from portal.core.documents import documents_of, pdf_bytes, preview_pdf
from portal.core.pages import ScopedPage, visible_or_404
from portal.core.pdf_answers import pdf_answer


class PaperPage(ScopedPage):
    """A record's document as issued; before that the same paper, marked as a draft."""

    model: ClassVar[type[models.Model]]
    kind: ClassVar[str]
    draft_facts: ClassVar["staticmethod[[Any], dict[str, Any]]"]  # what the draft would say; a staticmethod

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        row: Any = visible_or_404(self.model, request.user, pk=kwargs["pk"])
        language = get_language() or ""
        document = documents_of(row, self.kind).first()
        if document is not None:
            return pdf_answer(pdf_bytes(document, language), row.number)
        made = preview_pdf(self.kind, number=row.number, facts=self.draft_facts(row), language=language or "zh-hans")
        return pdf_answer(made, "draft")

"""PDFs as answers, in the reader's language: a paper drawn now and kept by nobody, or a document, as a draft before it is issued."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core import drawing
from portal.core.documents import documents_of, title_of
from portal.core.pages import ScopedPage, visible_or_404
from portal.core.pdf_answers import paper_answer


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
            made, title = drawing.paper(document, language), f"{title_of(document)} {row.number}"
            return paper_answer(request, made, row.number, title=title)
        facts, language = self.draft_facts(row), language or "zh-hans"
        made = drawing.draft(self.kind, number=row.number, facts=facts, language=language, reader=request.user)
        return paper_answer(request, made, "draft", title=_("Draft of %(number)s") % {"number": row.number})

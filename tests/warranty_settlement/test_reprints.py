"""Every paper of old parts, statements and suppliers: drawn anew from its row it is the same to the byte, and no page is blank."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portal.core import clock
from portal.core.documents import documents_of, languages_of, pdf_bytes, render_document
from portal.core.models.documents import Document
from tests.cast import Cast
from tests.permissions import warranty_settlement as made
from tests.warranty_settlement.paper import pages_seen
from warranty import failed_parts
from warranty.appraisal_documents import issue_certificate
from warranty.chargebacks_documents import issue_credit_note
from warranty.supplier_statements import issue_supplier_statement

EMPTY = 0.001  # of a page's area: a page number alone


def of(make: Callable[[Any], Any], kind: str) -> Callable[[Any], Document]:
    """The document of this kind of a record made anew."""
    return lambda cast: documents_of(make(cast), kind).get()


def discrepancy(cast: Any) -> Document:
    box = made.box(cast)
    failed_parts.note_extra(box, found="无标签的电机", actor=cast.warehouse)
    return documents_of(failed_parts.close_box(box, actor=cast.warehouse), "discrepancy_note").get()


def certificate(cast: Any) -> Document:
    piece, seen_by = made.inspected(cast), ["张工", "李工"]
    told: dict[str, Any] = {"verdict": "supplier_defect", "by": "王工", "witnesses": seen_by, "note": "压碎"}
    return issue_certificate(piece, **told, photos=[], signed=[], actor=cast.appraiser, at=clock.now())


def credit_note(cast: Any) -> Document:
    note = made.sent(cast)
    lines = list(note.lines.all())
    told: dict[str, Any] = {"number": "CN-1", "owed_back": Decimal(0), "reason": "reversed"}
    return issue_credit_note(note, lines, **told, actor=cast.finance, at=clock.now())


def account(cast: Any) -> Document:
    supplier = made.sent(cast).supplier
    return issue_supplier_statement(supplier, first=date(2025, 1, 1), last=date(2025, 1, 31), actor=cast.finance)


PAPERS: dict[str, Callable[[Any], Document]] = {
    "statement": of(made.issued, "statement"),
    "chargeback": of(made.sent, "chargeback"),
    "credit_note": credit_note,
    "supplier_statement": account,
    "appraisal_report": of(made.inspected, "appraisal_report"),
    "scrap_certificate": certificate,
    "discrepancy_note": discrepancy,
}


@pytest.mark.parametrize("kind", PAPERS)
def test_a_reprint_is_the_same_and_shows_something_on_every_page(kind: str, cast: Cast, tmp_path: Path) -> None:
    document = PAPERS[kind](cast)

    for language in languages_of(document):
        first = pdf_bytes(document, language)
        assert render_document(Document.objects.get(pk=document.pk), language) == first
        inked = pages_seen(first, tmp_path)
        assert inked
        assert min(inked) > EMPTY, (language, inked)

"""Everything that is wrong with what an applicant typed, in one list with links. Not here: what is still missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from stations.forms.applicant_rows import PeopleRows
from stations.forms.applications import DocumentForm, FactsForm


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: the place on the page, what it is called there, and the sentence."""

    anchor: str
    label: str
    text: str


def problems_of(form: FactsForm, papers: Sequence[DocumentForm], lists: Sequence[Any]) -> list[Problem]:
    """In the order of the page: company and station, people, equipment, papers."""
    found = list(_of(form, ""))
    for rows in lists:
        called = _("Person") if isinstance(rows, PeopleRows) else _("Equipment")
        found += [Problem(f"id_{rows.prefix}-TOTAL_FORMS", str(called), str(text)) for text in rows.non_form_errors()]
        for number, row in enumerate(rows.forms, 1):
            found += _of(row, f"{called} {number} · ")
    for paper in papers:
        found += _of(paper, f"{paper.required_document.get_document_type_display()} · ")
    return found


def _of(form: Any, before: str) -> Iterator[Problem]:
    for field in form:
        for text in field.errors:
            yield Problem(field.id_for_label or field.auto_id, f"{before}{field.label}", str(text))

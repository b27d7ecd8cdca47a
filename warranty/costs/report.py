"""The cost report: every breakdown on one paper with its charts, read once, frozen, drawn by a job. Not here: the figures."""

from decimal import Decimal
from functools import partial
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import clock, jobs, show
from portal.core.documents import documents_of, issue_document, pdf_bytes
from portal.core.models.documents import Document
from portal.core.models.jobs import JobRun
from portal.core.numbering import take_number
from portal.core.scope import scope_of
from warranty.costs.accruals import Accrual, Accrued, accrual, rest_of, units_by
from warranty.costs.asked import Asked
from warranty.costs.counting import counted_on
from warranty.costs.entries import Breakdown, breakdown
from warranty.costs.units import has_units

KIND: Final = "cost_report"
TOP: Final = 15
TRIES: Final = 5
HEADINGS: Final = {
    "month": gettext_lazy("By month"),
    "line": gettext_lazy("By product line"),
    "model": gettext_lazy("By model"),
    "part": gettext_lazy("By part"),
    "fault": gettext_lazy("By fault"),
    "station": gettext_lazy("By station"),
    "region": gettext_lazy("By region"),
    "supplier": gettext_lazy("By supplier"),
    "kind": gettext_lazy("By kind of line"),
}


class FiguresMoved(Exception):
    """Claims were decided each time the report was read: its tables would not have one total."""


def dimensions_for(user: Any) -> list[str]:
    """By what the reader may tell costs apart: who supplied a part is headquarters' business."""
    return [by for by in HEADINGS if by != "supplier" or scope_of(user).everything]


def ask_report(asked: Asked, *, actor: Any, language: str) -> JobRun:
    """The report is being made; the run's page leads to it."""
    title = _("Cost report %(since)s – %(until)s") % asked.parameters()
    return jobs.start_run(
        "warranty.make_cost_report", owner=actor, title=title, language=language, **asked.parameters()
    )


def carry_out(run: JobRun, asked: Asked, language: str) -> Document:
    """The report is issued under its number and drawn; what an earlier worker made is not made again. Raises Cancelled."""
    if document_of(run) is None:
        jobs.advance(run, partial(_freeze, run, asked, language))
    document = document_of(run)
    if document is None:  # issued just now
        raise AssertionError(run)
    jobs.advance(run, lambda: len(pdf_bytes(document)) and 1)
    return document


def document_of(run: JobRun) -> Document | None:
    """Its paper, once its figures are read."""
    return documents_of(run, KIND).first()


def _freeze(run: JobRun, asked: Asked, language: str) -> int:
    with translation.override(language):
        facts = facts_of(asked, run.owner)
    number = take_number("KR")
    issue_document(
        KIND,
        subject=run,
        number=number,
        facts={"number": number} | facts,
        actor=run.owner,
        language=language,
        draw=False,
    )
    return 1


def facts_of(asked: Asked, reader: Any) -> dict[str, Any]:
    """What it says, in the language of the moment; all its tables have one total. Raises FiguresMoved."""
    for _try in range(TRIES):
        found = [breakdown(reader, asked, by, top=TOP) for by in dimensions_for(reader)]
        totals = {each.total for each in found} | {sum(s.amount for s in each.shares) for each in found if each.shares}
        if len(totals) == 1:
            break
    else:
        raise FiguresMoved
    (total,) = totals
    units = units_by(reader, asked, "")[""] if has_units(reader, asked) else 0
    return {
        "filters": [{"label": label, "text": text} for label, text in asked.words()],
        "asked_by": reader.display_name or reader.username,
        "read_at": show.moment(clock.now()),
        "total": f"{total:.2f}",
        "units": str(units) if units else "–",
        "per_unit": f"{total / units:.2f}" if units else "",
        "tables": [_table(each) for each in found],
        "counted_on": show.day(day) if has_units(reader, asked) and (day := counted_on()) else "",
        "accrual": _accruals(reader, asked) if has_units(reader, asked) else {},
    }


def _table(found: Breakdown) -> dict[str, Any]:
    rows = [
        {"label": each.label, "amount": f"{each.amount:.2f}", "share": show.percent(each.percent)}
        for each in found.shares
    ]
    drawing = "bars" if found.by in ("month", "kind") else "pareto"
    return {"heading": str(HEADINGS[found.by]), "drawing": drawing, "total": f"{found.total:.2f}", "rows": rows}


def _accruals(reader: Any, asked: Asked) -> dict[str, Any]:
    """By model and by region, each with its total; the months are those of the models."""
    found = {by: accrual(reader, asked, by) for by in ("model", "region")}
    by_model = found["model"]
    return {
        "months": [
            {"label": show.month(month), "expected": _or_none(expected), "actual": f"{actual:.2f}"}
            for month, expected, actual in by_model.months
        ],
        "expected": _or_none(by_model.whole.expected),
        "actual": f"{by_model.whole.actual:.2f}",
        "tables": [
            {"heading": str(HEADINGS[by]), "rows": _accrued(each), "sum": _row(each.whole)}
            for by, each in found.items()
        ],
    }


def _accrued(found: Accrual) -> list[dict[str, str]]:
    rest = rest_of(found.models[TOP:])
    return [_row(row) for row in [*found.models[:TOP], *([rest] if rest else [])]]


def _row(row: Accrued) -> dict[str, str]:
    return {
        "label": row.label,
        "units": str(row.units),
        "rate": _or_none(row.rate),
        "expected": _or_none(row.expected),
        "actual": f"{row.actual:.2f}",
        "difference": _or_none(row.difference),
    }


def _or_none(value: Decimal | None) -> str:
    """As a document freezes an amount that may be unknown."""
    return "" if value is None else f"{value:.2f}"

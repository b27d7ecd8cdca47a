"""Statements as tables to calculate with, the same lines and totals as on paper, headed in the reader's language."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.core import clock
from portal.core.transfer import ExportColumn, export_response
from warranty.models import ItemKind, Statement
from warranty.settlement_documents import CSV_COLUMNS, FOOT, csv_rows
from warranty.settlement_lines import words_of
from warranty.settlement_queries import names_in_language, worded
from warranty.supplier_statements import SupplierPeriod

OF_PERIOD = [
    ExportColumn(gettext_lazy("Day"), lambda row: row[0]),
    ExportColumn(gettext_lazy("Kind"), lambda row: row[1]),
    ExportColumn(gettext_lazy("Note number"), lambda row: row[2]),
    ExportColumn(pgettext_lazy("account", "Document"), lambda row: row[3]),
    ExportColumn(gettext_lazy("Amount"), lambda row: row[4]),
    ExportColumn(gettext_lazy("Balance"), lambda row: row[5]),
]


def statement_file(statement: Statement, format: str, *, actor: Any) -> Any:
    """The statement's twin as an answer, "csv" or "xlsx". Raises ExportTooLarge. Writes one Event."""
    station = statement.station
    told = (_("Statement"), station.code, str(station), f"{statement.period:%Y-%m}", statement.number)
    name = " ".join(each for each in told if each)
    return export_response(csv_rows(statement), _columns(statement), format, name=name, actor=actor)


def _columns(statement: Statement) -> list[ExportColumn]:
    names = names_in_language(statement.lines.all())
    kinds: dict[str, Any] = dict(ItemKind.choices) | FOOT
    said = {
        "kind": lambda row: str(kinds.get(row["kind"], row["kind"])),
        "source": lambda row: words_of(row).document if row["position"] else row["source"],
        "text": lambda row: worded(row["text"], names),
        "why": lambda row: words_of(row).why if row["position"] else "",
    }
    return [ExportColumn(label, said.get(name, name)) for name, label in CSV_COLUMNS.items()]


def period_file(period: SupplierPeriod, format: str, *, actor: Any) -> Any:
    """A supplier's account between two days as an answer, "csv" or "xlsx". Raises ExportTooLarge. Writes one Event."""
    name = f"{_('Supplier statement')} {period.supplier.code} {period.first} {period.last}"
    return export_response(_rows(period), OF_PERIOD, format, name=name, actor=actor)


def _rows(period: SupplierPeriod) -> list[tuple[Any, ...]]:
    """Opening balance, movements, closing balance: the amounts between the balances add up."""
    return [
        (period.first, _("Opening balance"), "", "", None, period.opening),
        *(
            (clock.local_date(line.at), line.kind.label, line.note.number, line.document, line.amount, line.balance)
            for line in period.lines
        ),
        (period.last, _("Closing balance"), "", "", period.closing - period.opening, period.closing),
    ]

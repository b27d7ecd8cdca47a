"""What the roof learns of supplier recovery: the words of its events and the worklists of finance and suppliers.

Called by settlement_registry.register().
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core import clock, registries, timeline
from portal.core.documents import document_kind
from portal.core.registries import WorkItem, Worklist
from portal.core.show import money
from warranty import recovery_checks, recovery_keeping
from warranty.models import RecoveryCase
from warranty.settlement_states import RecoveryStatus
from warranty.supplier_statements import KIND, STATEMENT_COLUMNS


def register() -> None:
    """Worklists, checks and the supplier's statement."""
    timeline.title("supplier.statement_issued", _("Supplier statement issued"))
    document_kind(
        KIND,
        template="pdf/supplier_statement.html",
        title=_("Supplier statement"),
        public=(
            ("number", _("Number")),
            ("supplier", _("Supplier")),
            ("first_day", _("First day")),
            ("last_day", _("Last day")),
            ("closing", _("Closing balance")),
        ),
        line_columns=STATEMENT_COLUMNS,
        bilingual=True,
    )
    registries.worklist(recovery_work)
    for name, check in recovery_checks.CHECKS.items():
        registries.check_books(name, check)


def recovery_work(user: Any) -> Iterator[Worklist]:
    """Finance: notice days that come near, suppliers to be named, cases to charge."""
    if not user.has_perm("warranty.batch_chargeback"):
        return
    page, cases = reverse("recovery_list"), RecoveryCase.objects.visible_to(user)
    near = recovery_keeping.near(cases, clock.today())
    yield Worklist("notice_days", _("Notice days that come near"), _ordered(near), _case, page, tone="bad")
    for status, key, label in (
        (RecoveryStatus.UNASSIGNED, "unnamed", _("Suppliers to be named")),
        (RecoveryStatus.OPEN, "recovery", _("Cases to charge")),
    ):
        rows = _ordered(cases.filter(status=status))
        yield Worklist(key, label, rows, _case, f"{page}?status={status}", tone="wait")


def _ordered(cases: "QuerySet[RecoveryCase]") -> "QuerySet[RecoveryCase]":
    return cases.select_related("part", "supplier").order_by("last_day", "pk")


def _case(row: RecoveryCase) -> WorkItem:
    return WorkItem(
        number=row.number,
        title=row.part.local_name,
        url=row.get_absolute_url(),
        detail=" · ".join(filter(None, [str(row.supplier or ""), money(row.expected)])),
        status=str(row.get_status_display()),
        tone="wait",
        due_at=clock.end_of(row.last_day) if row.last_day else None,
        due_label=str(_("notice")),
    )

"""What the roof learns of supplier recovery: the words of its events and the worklists of finance and suppliers.

Called by settlement_registry.register().
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core import clock, registries, show, timeline
from portal.core.documents import document_kind, money_said
from portal.core.registries import WorkItem, Worklist
from portal.core.show import money
from warranty import answer_imports, chargebacks, recovery_checks, recovery_in_house, recovery_keeping
from warranty.models import Chargeback, RecoveryCase, RecoveryEntry
from warranty.recovery_rules import ALARM_DAYS
from warranty.settlement_states import ChargebackStatus, RecoveryStatus
from warranty.supplier_statements import KIND, STATEMENT_COLUMNS

TITLES = {
    recovery_in_house.MARKED: _("Marked as made in-house: no supplier is charged for it"),
    "recoverycase.opened": _("Recovery case opened"),
    "recoverycase.waiting": _("Recovery waits for the old part"),
    "recoverycase.open": _("Recovery may be charged"),
    "recoverycase.charged": _("Recovery placed on a note"),
    "recoverycase.notified": _("Supplier notified"),
    "recoverycase.answered": _("Supplier answered"),
    "recoverycase.dispute_resolved": _("Dispute with the supplier resolved"),
    "recoverycase.dispute_denied": _("Dispute of the supplier denied"),
    "recoverycase.paid": _("Supplier paid"),
    "recoverycase.lost": _("Recovery lost"),
    "recoverycase.unassigned": _("Recovery waits for its supplier to be named"),
    "recoverycase.closed": _("Recovery closed without charge"),
    "chargeback.batched": _("Note made"),
    "chargeback.sent": _("Note sent to the supplier"),
    "chargeback.acknowledged": _("Note read by the supplier"),
    "chargeback.accepted": _("Note accepted"),
    "chargeback.part_accepted": _("Note accepted in part"),
    "chargeback.disputed": _("Note disputed"),
    "chargeback.dispute_resolved": _("Dispute resolved"),
    "chargeback.dispute_denied": _("Dispute of a line denied"),
    "chargeback.test_asked": _("Old part of a disputed line sent to a further test"),
    "chargeback.tested_again": _("Old part of a disputed line tested again"),
    "chargeback.answer_entered": _("Answer on paper entered for the supplier"),
    "chargeback.doubted": _("Accepted, then cleared by a further test: to be decided"),
    "chargeback.doubt_kept": _("Charge kept in spite of the further test"),
    "chargeback.dispute_rerouted": _("Disputed line credited, another supplier answers for it"),
    "chargeback.answered_again": _("Denied lines answered again"),
    "chargeback.grown": _("Grown by what an appeal granted"),
    "chargeback.lines_dropped": _("Lines taken off, their claim was reversed"),
    "chargeback.unpaid_given_up": _("What was accepted and not paid was given up"),
    "recoverycase.unpaid_given_up": _("What the supplier accepted and did not pay was given up"),
    "chargeback.lines_late": _("Lines taken off, the last day for notice passed before the note was sent"),
    "chargeback.lines_passed_on": _("Lines taken off, another supplier answers for the part"),
    "chargeback.credited": _("Credit note written"),
    "recoverycase.credited": _("Supplier credited"),
    "chargeback.repaid": _("Paid back to the supplier"),
    "recoverycase.repaid": _("Paid back to the supplier"),
    "chargeback.payment": _("Payment of the supplier entered"),
    "chargeback.reply_filed": _("8D reply of the supplier filed"),
    "chargeback.settled": _("Note settled"),
    "chargeback.written_off": _("Rest of the note written off"),
    "chargeback.withdrawn": _("Note withdrawn"),
    "chargeback.document_issued": _("Note filed as a document"),
}


def register() -> None:
    """Words for events, worklists, checks and the supplier's statement."""
    for kind, text in TITLES.items():
        timeline.title(kind, text)
    timeline.title("supplier.statement_issued", _("Supplier statement issued"))
    document_kind(
        KIND,
        template="pdf/supplier_statement.html",
        title=_("Supplier statement"),
        permission="warranty.view_supplier_statement",
        public=(
            ("number", _("Number")),
            ("supplier", _("Supplier")),
            ("first_day", _("First day")),
            ("last_day", _("Last day")),
            ("closing", _("Closing balance"), money_said),
        ),
        line_columns=STATEMENT_COLUMNS,
        bilingual=True,
    )
    registries.worklist(recovery_work)
    answer_imports.register()
    for name, check in recovery_checks.CHECKS.items():
        registries.check_books(name, check)


def recovery_work(user: Any) -> Iterator[Worklist]:
    """Finance: notice days that come near, suppliers to be named, cases to charge, notes to send."""
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
    notes = chargebacks.unsent(Chargeback.objects.visible_to(user)).select_related("supplier")
    page = f"{reverse('chargeback_list')}?status={ChargebackStatus.OPEN}"
    yield Worklist("unsent_notes", _("Notes to send"), notes, _unsent, page, tone="wait")
    yield from _waiting(user)


def _waiting(user: Any) -> Iterator[Worklist]:
    """Answers and money that suppliers owe us, and money that we owe them."""
    at, page = clock.now(), f"{reverse('chargeback_list')}?waits="
    notes = Chargeback.objects.visible_to(user).select_related("supplier")
    late = chargebacks.unanswered_too_long(notes, at=at)
    yield Worklist("late_answers", _("Notes without an answer in time"), late, _unanswered, f"{page}answer", tone="bad")
    unpaid = chargebacks.unpaid_too_long(notes, at=at)
    yield Worklist("late_money", _("Accepted long ago and not paid"), unpaid, _unpaid, f"{page}money", tone="bad")
    entries = RecoveryEntry.objects.visible_to(user).select_related("chargeback__supplier")
    owed = chargebacks.still_owed(entries)
    yield Worklist("owed_back", _("Owed back to suppliers"), owed, _owed_back, f"{page}repayment", tone="wait")


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


def _unanswered(row: Chargeback) -> WorkItem:
    return WorkItem(
        number=row.number,
        title=str(row.supplier),
        url=row.get_absolute_url(),
        detail=money(row.claimed),
        status=str(row.get_status_display()),
        tone="bad",
        due_at=clock.end_of(row.answer_by) if row.answer_by else None,
        due_label=str(_("answer")),
        action=str(_("Open")),
    )


def _unpaid(row: Chargeback) -> WorkItem:
    answered = show.day(clock.local_date(row.answered_at)) if row.answered_at else ""
    return WorkItem(
        number=row.number,
        title=str(row.supplier),
        url=row.get_absolute_url(),
        detail=money(row.accepted - row.recovered),
        status=str(_("accepted on %(day)s") % {"day": answered}),
        tone="bad",
        action=str(_("Open")),
    )


def _owed_back(row: RecoveryEntry) -> WorkItem:
    left: Decimal = row.left  # type: ignore[attr-defined]  # chargebacks.still_owed() says it
    return WorkItem(
        number=row.source,
        title=str(row.chargeback.supplier),
        url=row.chargeback.get_absolute_url(),
        detail=money(left),
        status=row.chargeback.number,
        tone="wait",
        action=str(_("Open")),
    )


def _unsent(row: Chargeback) -> WorkItem:
    """A note with the last day on which all of its cases are safe."""
    day: date | None = row.notice_by  # type: ignore[attr-defined]  # chargebacks.unsent() says it
    near = day is not None and (day - clock.today()).days <= max(ALARM_DAYS)
    return WorkItem(
        number=row.number,
        title=f"{row.period:%Y-%m} {money(row.claimed)}",
        url=row.get_absolute_url(),
        detail=str(row.supplier),
        status=str(row.get_status_display()),
        tone="bad" if near else "wait",
        due_at=clock.end_of(day) if day else None,
        due_label=str(_("notice")),
        action=str(_("Send")),
    )

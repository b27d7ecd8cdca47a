"""What the floor and the roof learn of old parts, statements and recovery. Called in AppConfig.ready()."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events, registries
from portal.core.documents import document_kind
from portal.core.registries import Hit, WorkItem, Worklist
from warranty import settlement_parameters  # noqa: F401 declares
from warranty.models import Chargeback, FailedPart, RecoveryCase, Statement
from warranty.settlement_checks import CHECKS
from warranty.settlement_states import ON_ITS_WAY, UNANSWERED, RecoveryStatus, StatementStatus


def register() -> None:
    """Documents, subscribers, worklists, search and checks."""
    document_kind(
        "statement",
        template="pdf/statement.html",
        title=_("Claim settlement statement"),
        public=(("number", _("Number")), ("gross", _("Gross")), ("fingerprint", _("Fingerprint"))),
    )
    document_kind(
        "chargeback",
        template="pdf/chargeback.html",
        title=_("Chargeback note"),
        public=(("number", _("Number")), ("claimed", _("Claimed"))),
    )
    for kind in ("warrantyclaim.approved", "warrantyclaim.partially_approved"):
        events.subscribe(kind, "warranty.follow_approval")
    events.subscribe("warrantyclaim.reversed", "warranty.follow_reversal")
    events.subscribe("statement.issued", "warranty.tell_statement")
    events.subscribe("chargeback.sent", "warranty.tell_chargeback")
    registries.worklist(station_work)
    registries.worklist(headquarters_work)
    registries.worklist(supplier_work)
    registries.search(find)
    for name, check in CHECKS.items():
        registries.check_books(name, check)


def _due(day: Any) -> Any:
    return clock.end_of(day) if day else None


def _piece(piece: FailedPart) -> WorkItem:
    return WorkItem(
        number=piece.number,
        title=piece.part.local_name,
        url=piece.get_absolute_url(),
        detail=piece.claim.number,
        status=str(piece.get_status_display()),
        tone="bad" if piece.due_on < clock.today() else "wait",
        due_at=_due(piece.due_on),
        due_label=str(_("must arrive")),
    )


def station_work(user: Any) -> Iterator[Worklist]:
    """Old parts to return and statements to answer, for the station."""
    if user.has_perm("warranty.pack_box"):
        rows = FailedPart.objects.visible_to(user).filter(status__in=ON_ITS_WAY[:3]).order_by("due_on", "pk")
        if count := rows.count():
            items = [_piece(row) for row in rows.select_related("part", "claim")[:5]]
            url = reverse("failed_parts_to_return")
            yield Worklist("failed_parts", _("Old parts to return"), count, url, items, tone="wait")
    if user.has_perm("warranty.confirm_statement"):
        issued = Statement.objects.visible_to(user).filter(status=StatementStatus.ISSUED).order_by("answer_by")
        yield from _statements(issued, "statements", _("Statements to confirm"), StatementStatus.ISSUED)


def _statements(rows: Any, key: str, label: Any, status: str) -> Iterator[Worklist]:
    if count := rows.count():
        items = [
            WorkItem(
                number=row.number,
                title=f"{row.period:%Y-%m} ¥{row.gross:,.2f}",
                url=row.get_absolute_url(),
                detail=str(row.station),
                status=str(row.get_status_display()),
                tone="wait",
                due_at=_due(row.answer_by),
            )
            for row in rows.select_related("station")[:5]
        ]
        yield Worklist(key, label, count, f"{reverse('statement_list')}?status={status}", items, tone="wait")


def headquarters_work(user: Any) -> Iterator[Worklist]:
    """The bench, the drafts, invoices to enter and payments to make, the notice days that come near."""
    if user.has_perm("warranty.appraise_failedpart"):
        rows = FailedPart.objects.visible_to(user).to_appraise()
        if count := rows.count():
            items = [_piece(row) for row in rows.select_related("part", "claim")[:5]]
            yield Worklist("bench", _("Old parts to appraise"), count, reverse("failed_part_bench"), items)
    if user.has_perm("warranty.pay_statement"):
        statements = Statement.objects.visible_to(user)
        for status, label in (
            (StatementStatus.DRAFT, _("Statements to issue")),
            (StatementStatus.CONFIRMED, _("Invoices to enter")),
            (StatementStatus.INVOICED, _("Statements to pay")),
        ):
            yield from _statements(
                statements.filter(status=status).order_by("period"), f"statements_{status}", label, status
            )
    if user.has_perm("warranty.batch_chargeback"):
        yield from _cases(user)


def _cases(user: Any) -> Iterator[Worklist]:
    rows = RecoveryCase.objects.visible_to(user).filter(status=RecoveryStatus.OPEN).order_by("last_day", "pk")
    if count := rows.count():
        items = [
            WorkItem(
                number=row.number,
                title=row.part.local_name,
                url=reverse("recovery_list"),
                detail=str(row.supplier),
                due_at=_due(row.last_day),
                due_label=str(_("notice")),
            )
            for row in rows.select_related("part", "supplier")[:5]
        ]
        yield Worklist("recovery", _("Cases to charge"), count, reverse("recovery_list"), items, tone="wait")


def supplier_work(user: Any) -> Iterator[Worklist]:
    """Notes to answer, for the supplier."""
    if not user.has_perm("warranty.answer_chargeback"):
        return
    rows = Chargeback.objects.visible_to(user).filter(status__in=UNANSWERED).order_by("answer_by")
    if count := rows.count():
        items = [
            WorkItem(
                number=row.number,
                title=f"¥{row.claimed:,.2f}",
                url=row.get_absolute_url(),
                status=str(row.get_status_display()),
                tone="wait",
                due_at=_due(row.answer_by),
            )
            for row in rows[:5]
        ]
        yield Worklist("chargebacks", _("Notes to answer"), count, reverse("chargeback_list"), items, tone="wait")


def find(user: Any, text: str) -> Iterator[Hit]:
    """Old parts, statements and notes by part of their number."""
    for model, permission, label in (
        (FailedPart, "warranty.view_failedpart", _("Old part")),
        (Statement, "warranty.view_statement", _("Statement")),
        (Chargeback, "warranty.view_chargeback", _("Chargeback note")),
    ):
        if user.has_perm(permission):
            rows: Any = model._default_manager
            for row in rows.visible_to(user).filter(number__icontains=text)[:3]:
                yield Hit(label, row.number, str(row.get_status_display()), row.get_absolute_url())

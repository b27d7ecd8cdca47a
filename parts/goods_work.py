"""What goods after the shelf put on first pages and in search: receiving cases, returns, shipments by number or tracking number."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parts.models import PartsReturn, PickWave, ReceivingCase, Shipment, StockTransfer
from parts.states import CaseStatus, ReturnStatus, TransferStatus
from portal.core import clock
from portal.core.registries import Hit, WorkItem, Worklist
from portal.core.scope import scope_of
from portal.core.tones import tone_of

OPEN = _("Open")
NIGHT = time(23, 59, 59)


def end_of(day: date) -> datetime:
    """The last second of a day in Shanghai."""
    return datetime.combine(day, NIGHT, clock.SHANGHAI)


def worklists(user: Any) -> Iterator[Worklist]:
    """Cases without pictures for the station, to decide for the warehouse, to confirm for finance; overdue ones in red."""
    cases = ReceivingCase.objects.visible_to(user).select_related("station", "shipment")
    if user.has_perm("parts.report_differences"):
        yield _cases("case_photos", _("Receiving cases without pictures"), cases, CaseStatus.PHOTOS_WANTED, _("Add"))
        yield _cases("case_goods_to_send", _("Goods of cases to send back"), cases, CaseStatus.TO_RETURN, _("Open"))
    if user.has_perm("parts.decide_case"):
        yield _cases("cases", _("Receiving cases to decide"), cases, CaseStatus.OPEN, _("Decide"))
        yield _cases("case_goods_coming", _("Goods of cases to count"), cases, CaseStatus.RETURNING, _("Open"))
        late = cases.filter(status__in=[CaseStatus.OPEN, CaseStatus.TO_CONFIRM], due_on__lt=clock.today())
        url = reverse("receiving_case_list")
        yield Worklist(
            "cases_late", _("Receiving cases overdue"), late.order_by("due_on", "pk"), _case, url, tone="bad"
        )
    if user.has_perm("parts.confirm_case"):
        yield _cases(
            "case_credits", _("Credits of receiving cases to confirm"), cases, CaseStatus.TO_CONFIRM, _("Open")
        )
    returns = PartsReturn.objects.visible_to(user).select_related("station", "shipment")
    if user.has_perm("parts.decide_return"):
        yield _returns("returns", _("Returns of unused parts to decide"), returns, ReturnStatus.REQUESTED, _("Decide"))
        yield _returns("returns_coming", _("Returned parts to inspect"), returns, ReturnStatus.SHIPPED, _("Inspect"))
    if user.has_perm("parts.request_return"):
        yield _returns("returns_to_send", _("Approved returns to send"), returns, ReturnStatus.APPROVED, _("Send"))
    moving = StockTransfer.objects.visible_to(user).select_related("giver", "taker")
    if user.has_perm("parts.approve_transfer"):
        yield _transfers("transfers", _("Transfers to approve"), moving, TransferStatus.AGREED, _("Approve"))
    if user.has_perm("parts.request_transfer"):
        mine = scope_of(user).of("station")
        given, taken = moving.filter(giver__in=mine), moving.filter(taker__in=mine)
        yield _transfers("transfers_asked", _("Transfers asked of you"), given, TransferStatus.REQUESTED, _("Agree"))
        yield _transfers("transfers_to_send", _("Transfers to send"), given, TransferStatus.APPROVED, _("Send"))
        yield _transfers("transfers_coming", _("Transfers to receive"), taken, TransferStatus.SHIPPED, _("Receive"))


def _transfers(key: str, label: Any, rows: "QuerySet[StockTransfer]", status: str, action: Any) -> Worklist:
    def item(row: StockTransfer) -> WorkItem:
        return WorkItem(
            number=row.number,
            title=f"{row.giver} → {row.taker}",
            url=row.get_absolute_url(),
            status=str(row.get_status_display()),
            tone=tone_of(row.status, "stocktransfer"),
            action=str(action),
        )

    url = f"{reverse('stock_transfer_list')}?status={status}"
    return Worklist(key, label, rows.filter(status=status).order_by("requested_at", "pk"), item, url, tone="wait")


def _returns(key: str, label: Any, rows: "QuerySet[PartsReturn]", status: str, action: Any) -> Worklist:
    def item(row: PartsReturn) -> WorkItem:
        return WorkItem(
            number=row.number,
            title=str(row.station),
            detail=row.shipment.number,
            url=row.get_absolute_url(),
            status=str(row.get_status_display()),
            tone=tone_of(row.status, "partsreturn"),
            action=str(action),
        )

    url = f"{reverse('parts_return_list')}?status={status}"
    return Worklist(key, label, rows.filter(status=status).order_by("requested_at", "pk"), item, url, tone="wait")


def _cases(key: str, label: Any, rows: "QuerySet[ReceivingCase]", status: str, action: Any) -> Worklist:
    url = f"{reverse('receiving_case_list')}?status={status}"
    waiting = rows.filter(status=status).order_by("due_on", "pk")
    return Worklist(key, label, waiting, lambda row: _case(row, action), url, tone="wait")


def _case(row: ReceivingCase, action: Any = OPEN) -> WorkItem:
    day = row.return_due_on if row.status == CaseStatus.TO_RETURN else None if row.sent_on else row.due_on
    return WorkItem(
        number=row.number,
        title=str(row.station),
        detail=row.shipment.number,
        url=row.get_absolute_url(),
        status=str(row.get_status_display()),
        tone=tone_of(row.status, "receivingcase"),
        due_at=end_of(day) if day else None,
        due_label=str(_("answer") if row.return_due_on is None else _("goods sent back")),
        action=str(action),
    )


def search(user: Any, text: str) -> Iterator[Hit]:
    """Shipments by number and, whole, by tracking number, which a scan of the parcel gives; cases by number."""
    shipments = Shipment.objects.visible_to(user).select_related("station")
    for shipment in shipments.filter(number__holds=text)[:2]:
        yield Hit(_("Shipment"), shipment.number, str(shipment.station), shipment.get_absolute_url())
    for shipment in shipments.filter(parcels__tracking_number=text).distinct()[:2]:
        yield Hit(_("Parcel"), text, f"{shipment.number} · {shipment.station}", shipment.get_absolute_url())
    yield from _waves(user, text)
    if user.has_perm("parts.view_receivingcase"):
        for case in ReceivingCase.objects.visible_to(user).filter(number__holds=text).select_related("station")[:2]:
            yield Hit(_("Receiving case"), case.number, str(case.station), case.get_absolute_url())
    if user.has_perm("parts.view_partsreturn"):
        for back in PartsReturn.objects.visible_to(user).filter(number__holds=text).select_related("station")[:2]:
            yield Hit(_("Return of unused parts"), back.number, str(back.station), back.get_absolute_url())
    if user.has_perm("parts.view_stocktransfer"):
        for row in (
            StockTransfer.objects.visible_to(user).filter(number__holds=text).select_related("giver", "taker")[:2]
        ):
            yield Hit(_("Transfer"), row.number, f"{row.giver} → {row.taker}", row.get_absolute_url())


def _waves(user: Any, text: str) -> Iterator[Hit]:
    if user.has_perm("parts.view_pickwave") and text.upper().startswith("PW"):
        for wave in (
            PickWave.objects.visible_to(user).select_related("from_location").filter(number__istartswith=text)[:2]
        ):
            yield Hit(_("Wave"), wave.number, wave.from_location.local_name, wave.get_absolute_url())

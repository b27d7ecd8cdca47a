"""What a supplier reads of us: the order, its cancellation, the debit note; and what our clerks learn of the answer."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parts import stock
from parts.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    Supplier,
    SupplierMembership,
    SupplierReturn,
    SupplierReturnLine,
)
from parts.telling import holders_of
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.core import clock, money, notifications
from portal.core.documents import issue_document
from portal.core.registries import Wording

PURCHASE_ORDER: Final = "parts.purchase_order"
DEBIT_NOTE: Final = "parts.debit_note"


def _say_declined(facts: Mapping[str, Any]) -> str:
    supplier = (translation.get_language() == "en" and facts.get("supplier_en")) or facts["supplier"]
    text = _("Purchase order %(order)s: %(supplier)s does not deliver: %(reason)s")
    return text % {**facts, "supplier": supplier}


NOTICES: dict[str, Wording] = {
    "purchaseorder.sent": gettext_lazy("New purchase order %(order)s: please confirm the delivery days."),
    "purchaseorder.cancelled_rest": gettext_lazy("Purchase order %(order)s: open quantities were cancelled."),
    "purchaseorder.declined": _say_declined,
    "purchaseorder.late": gettext_lazy("Purchase order %(order)s: %(count)s lines are promised later than wanted."),
    "supplierreturn.made": gettext_lazy("Goods of purchase order %(order)s come back to you: debit note %(number)s."),
}


def order_facts(order: PurchaseOrder, lines: Iterable[PurchaseOrderLine]) -> dict[str, Any]:
    """What the order says, frozen as it was sent; a line cancelled in the draft is not on it."""
    supplier = order.supplier
    return {
        "supplier": {
            "code": supplier.code,
            "name": supplier.name,
            "name_en": supplier.name_en,
            "contact": supplier.contact_name,
            "address": supplier.address,
        },
        "deliver_to": order.location.name,
        "sent_on": clock.local_date(order.sent_at or order.created_at).isoformat(),
        "note": order.note,
        "lines": [
            {
                "part": line.part.number,
                "supplier_part": line.supplier_part_number,
                "name": line.part.name,
                "name_en": line.part.name_en,
                "qty": stock.plain(line.open_qty),
                "unit": line.part.unit,
                "unit_price": str(line.unit_price),
                "amount": str(money.round_money(line.open_qty * line.unit_price)),
                "wanted_on": line.wanted_on.isoformat() if line.wanted_on else "",
            }
            for line in sorted(lines, key=lambda line: line.position)
            if line.open_qty
        ],
        "amount": str(order.total),
        "amount_capitals": money.capitals(order.total),
    }


def send_order(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], *, actor: Any | None, at: datetime) -> None:
    """The document stands in the supplier's language; mail, with its PDF, and message are on their way."""
    paper = issue_document(
        PURCHASE_ORDER,
        subject=order,
        number=order.number,
        facts=order_facts(order, lines),
        actor=actor,
        language=order.language,
    )
    with translation.override(order.language):
        rows = [
            f"{line.part.number}  {line.supplier_part_number}  {stock.plain(line.open_qty)}  {line.wanted_on}"
            for line in lines
            if line.open_qty
        ]
        subject = _("Purchase order %(number)s") % {"number": order.number}
        intro = _("Please confirm a delivery day for every line of our purchase order %(number)s (%(total)s CNY):")
        body = "\n".join([intro % {"number": order.number, "total": order.total}, "", *rows, "", _address(order)])
    _mail(order.supplier, f"purchase:{order.pk}", subject, body, order.language, at, document=paper)
    _tell(supplier_users(order.supplier), "purchaseorder.sent", order)


def send_cancellation(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], reason: str, *, at: datetime) -> None:
    """The supplier learns what it need not deliver any more."""
    with translation.override(order.language):
        subject = _("Purchase order %(number)s: open quantities cancelled") % {"number": order.number}
        rows = [f"{line.part.number}  {stock.plain(line.cancelled_qty)}" for line in lines]
        body = "\n".join([f"{subject}. {reason}", "", *rows, "", _address(order)])
    sums = "-".join(stock.plain(line.cancelled_qty) for line in lines)
    _mail(order.supplier, f"purchase:{order.pk}:cancel:{sums}", subject, body, order.language, at)
    _tell(supplier_users(order.supplier), "purchaseorder.cancelled_rest", order)


def send_debit(made: SupplierReturn, rows: Sequence[SupplierReturnLine], *, actor: Any | None, at: datetime) -> None:
    """The debit note stands; the supplier knows that goods come back and has it by mail."""
    order = made.order
    paper = issue_document(
        DEBIT_NOTE,
        subject=made,
        number=made.number,
        facts=debit_facts(made, rows),
        actor=actor,
        language=order.language,
    )
    with translation.override(order.language):
        subject = _("Debit note %(number)s") % {"number": made.number}
        text = _("We send back goods of purchase order %(order)s and charge you %(amount)s CNY: %(reason)s")
        facts = {"order": order.number, "amount": made.amount, "reason": made.reason}
        body = "\n".join([text % facts, "", _address(order)])
    _mail(made.supplier, f"supplierreturn:{made.pk}", subject, body, order.language, at, document=paper)
    _tell(supplier_users(made.supplier), "supplierreturn.made", order, number=made.number)


def debit_facts(made: SupplierReturn, rows: Iterable[SupplierReturnLine]) -> dict[str, Any]:
    """What the debit note says, frozen."""
    supplier = made.supplier
    return {
        "supplier": {"code": supplier.code, "name": supplier.name, "name_en": supplier.name_en},
        "order": made.order.number,
        "returned_on": clock.local_date(made.returned_at).isoformat(),
        "reason": made.reason,
        "lines": [
            {
                "part": row.purchase_line.part.number,
                "supplier_part": row.purchase_line.supplier_part_number,
                "name": row.purchase_line.part.name,
                "name_en": row.purchase_line.part.name_en,
                "qty": stock.plain(row.qty),
                "unit": row.purchase_line.part.unit,
                "unit_price": str(row.unit_price),
                "amount": str(row.amount),
            }
            for row in rows
        ],
        "amount": str(made.amount),
        "amount_capitals": money.capitals(made.amount),
    }


def tell_late(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> None:
    """The parts clerks know which lines come later than wanted."""
    if lines:
        _tell(holders_of(Role.WAREHOUSE), "purchaseorder.late", order, count=len(lines))


def tell_declined(order: PurchaseOrder, reason: str) -> None:
    """The parts clerks know what has to be ordered elsewhere."""
    facts = {"supplier": order.supplier.name, "supplier_en": order.supplier.name_en, "reason": reason}
    _tell(holders_of(Role.WAREHOUSE), "purchaseorder.declined", order, **facts)


def supplier_users(supplier: Supplier) -> list[Any]:
    """Those who act for the supplier today."""
    today = clock.today()
    rows = SupplierMembership.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=today), supplier=supplier, valid_from__lte=today
    )
    return list(User.objects.filter(pk__in=rows.values("user"), is_active=True))


def _address(order: PurchaseOrder) -> str:
    return f"{settings.PUBLIC_URL}{order.get_absolute_url()}"


def _mail(
    supplier: Supplier, key: str, subject: str, body: str, language: str, at: datetime, document: Any = None
) -> None:
    """To everybody there who gets orders, else to the supplier's own address."""
    people = supplier.contacts.filter(is_active=True, gets_orders=True).order_by("pk")
    addresses = list(people.values_list("email", flat=True)) or [supplier.email]
    for address in dict.fromkeys(filter(None, addresses)):
        notifications.post(address, subject, body, key=f"{key}:{address}", language=language, document=document, at=at)


def _tell(users: Iterable[Any], kind: str, order: PurchaseOrder, **facts: Any) -> None:
    facts = {"order": order.number, **facts}
    notifications.notify(users, kind, facts, url=order.get_absolute_url(), subject=order)

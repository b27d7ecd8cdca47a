"""A draft that is changed before it is sent. Not here: what a sent order loses (orders.cancel_purchase_rest)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.models import PurchaseOrder, PurchaseOrderLine
from parts.purchasing.orders import Needed, SupplierNotActive, lock_lines, offers_of, priced_lines
from parts.states import PurchaseStatus
from portal.core import clock, events, money, states
from portal.core.bulk import update_rows
from portal.core.errors import Refusal

REVISED = ("ordered_qty", "open_qty", "cancelled_qty", "unit_price", "amount", "lead_days", "supplier_part_number")


class PriceReasonMissing(Refusal):
    """Another price than agreed, and nobody says why."""

    message = _("%(part)s: %(got)s instead of %(agreed)s CNY needs a reason of at least 4 characters.")
    code = "price_reason_missing"


@transaction.atomic
def revise_purchase_order(
    order: PurchaseOrder,
    *,
    lines: Sequence[Needed],
    actor: Any | None,
    reason: str = "",
    note: str | None = None,
    at: datetime | None = None,
) -> PurchaseOrder:
    """The draft has these lines, in the supplier's packs, at its prices of the day or at the price given with a reason.

    lines: all that the draft shall have; a line that planning asked for is not dropped but stands cancelled. note: None
    leaves it. Raises what draft_purchase_order raises, PriceReasonMissing, TransitionNotAllowed. Writes the lines and one
    Event with every change and the reason.
    """
    moment = at or clock.now()
    locked = states.lock(order, "supplier")
    if locked.status != PurchaseStatus.DRAFT:
        raise states.TransitionNotAllowed(
            record=str(locked), before=locked.get_status_display(), after=PurchaseStatus.DRAFT.label
        )
    if not locked.supplier.is_active:
        raise SupplierNotActive(supplier=locked.supplier.name)
    before = {line.part_id: line for line in lock_lines(locked).values()}
    wanted = priced_lines(locked.supplier, lines, clock.local_date(moment))
    _require_reason(locked, before, wanted, reason, moment)
    changes = [change for row in wanted if (change := _change(before.get(row.part_id), row))]
    gone = [line for part, line in before.items() if line.open_qty and part not in {row.part_id for row in wanted}]
    changes += [{"part": line.part.number, "qty": "0", "qty_before": stock.plain(line.open_qty)} for line in gone]
    noted = locked.note if note is None else note
    if not changes and noted == locked.note:
        return locked
    _drop(gone)
    _put(locked, before, wanted)
    locked.note, locked.total = noted, money.total(row.amount for row in wanted)
    locked.save(update_fields=["note", "total"])
    data = {"lines": changes, "total": str(locked.total)}
    events.record(locked, "purchaseorder.revised", actor=actor, at=moment, note=reason.strip(), data=data)
    return locked


def _require_reason(
    order: PurchaseOrder,
    before: dict[int, PurchaseOrderLine],
    wanted: Sequence[PurchaseOrderLine],
    reason: str,
    at: datetime,
) -> None:
    """Raises PriceReasonMissing for a price that is neither agreed nor the line's own."""
    if len(reason.strip()) >= 4:
        return
    offers = offers_of(order.supplier, [row.part_id for row in wanted], clock.local_date(at))
    for row in wanted:
        offer, line = offers.get(row.part_id), before.get(row.part_id)
        agreed = offer.contract_price if offer else line.unit_price if line else row.unit_price
        if row.unit_price not in {agreed, line.unit_price if line else agreed}:
            field = f"unit_price_{line.pk}" if line else "reason"
            raise PriceReasonMissing(part=row.part.number, got=row.unit_price, agreed=agreed, field=field)


def _change(line: PurchaseOrderLine | None, row: PurchaseOrderLine) -> dict[str, str]:
    """What is other than before, for the event."""
    if line is None:
        return {"part": row.part.number, "qty": stock.plain(row.ordered_qty), "price": str(row.unit_price)}
    found: dict[str, str] = {}
    if row.ordered_qty != line.open_qty:
        found |= {"qty": stock.plain(row.ordered_qty), "qty_before": stock.plain(line.open_qty)}
    if row.unit_price != line.unit_price:
        found |= {"price": str(row.unit_price), "price_before": str(line.unit_price)}
    return {"part": row.part.number} | found if found else {}


def _drop(gone: Sequence[PurchaseOrderLine]) -> None:
    """The lines are gone; one that answers a suggestion stands cancelled."""
    asked = set(
        PurchaseOrderLine.objects.filter(pk__in=[line.pk for line in gone], suggestions__isnull=False).values_list(
            "pk", flat=True
        )
    )
    for line in gone:
        line.cancelled_qty, line.open_qty = line.ordered_qty, stock.ZERO
    update_rows([line for line in gone if line.pk in asked], ["open_qty", "cancelled_qty"])
    PurchaseOrderLine.objects.filter(pk__in=[line.pk for line in gone if line.pk not in asked]).delete()


def _put(order: PurchaseOrder, before: dict[int, PurchaseOrderLine], wanted: Sequence[PurchaseOrderLine]) -> None:
    """Lines that stay keep their position; new ones follow."""
    last = max((line.position for line in before.values()), default=0)
    kept, new = [], []
    for row in wanted:
        line = before.get(row.part_id)
        if line is None:
            last += 1
            row.order, row.position = order, last
            new.append(row)
            continue
        for name in REVISED:
            setattr(line, name, getattr(row, name))
        kept.append(line)
    update_rows(kept, list(REVISED))
    PurchaseOrderLine.objects.bulk_create(new)

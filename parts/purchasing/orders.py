"""Orders to suppliers, from the draft to the last open piece. Not here: goods that come or go (receipts)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.four_eyes import needs_another_sender
from parts.models import Location, LocationKind, Part, PurchaseOrder, PurchaseOrderLine, Supplier, SupplierPart
from parts.purchasing import letters
from parts.states import PurchaseStatus
from portal.core import clock, events, money, states
from portal.core.bulk import update_rows
from portal.core.errors import Refusal
from portal.core.numbering import take_number

ZERO = Decimal(0)
MAX_LINES = 500
COLUMNS = ("ordered", "open", "received", "cancelled")


@dataclass(frozen=True)
class Needed:
    """A part number and how many pieces of it to buy; unit_price, CNY without tax, only where it is not the agreed one."""

    number: str
    qty: Decimal
    unit_price: Decimal | None = None


class EmptyPurchase(Refusal):
    """Nothing is to be bought."""

    message = _("A purchase order needs at least one line and takes at most %(most)s.")
    code = "empty_purchase"


class PartsUnknown(Refusal):
    """Numbers that are not in the catalog."""

    message = _("Not in the catalog: %(numbers)s.")
    code = "unknown_parts"


class NoSupplierPrice(Refusal):
    """The supplier has no price for the part on this day, and none was typed."""

    message = _("%(supplier)s has no price for %(part)s on %(on)s: enter the price, or add it to the supplier's list.")
    code = "no_supplier_price"


class SupplierNotActive(Refusal):
    """Nobody buys there any more."""

    message = _("%(supplier)s is no longer active.")
    code = "supplier_not_active"


class NotAWarehouse(Refusal):
    """Goods of suppliers go to the warehouse of headquarters."""

    message = _("%(place)s is not a warehouse of headquarters.")
    code = "not_a_warehouse"


class PromiseMissing(Refusal):
    """A line without a promised day, or with one that is over."""

    message = _("Line %(position)s: got “%(got)s”, expected a day from %(first)s to %(last)s.")
    code = "promise_missing"


class NothingOpen(Refusal):
    """Everything came or was cancelled."""

    message = _("Nothing of this purchase order can still be cancelled.")
    code = "nothing_open"


class CancelTooMuch(Refusal):
    """More than is open."""

    message = _("%(part)s: got %(got)s, expected at most %(open)s, which is still open.")
    code = "cancel_too_much"


class ReasonTooShort(Refusal):
    """A decision that needs its reason."""

    message = _("Give a reason of at least 4 characters.")
    code = "reason_missing"


class LineOfAnotherOrder(Refusal):
    """A line that this order does not have."""

    message = _("Line %(line)s does not belong to purchase order %(order)s.")
    code = "line_of_another_order"


def require_lines(order: PurchaseOrder, asked: Iterable[int], known: Collection[int]) -> None:
    """Every line that is asked for is one of the order's; all others are named. Raises LineOfAnotherOrder."""
    strange = sorted(set(asked) - set(known))
    if strange:
        raise LineOfAnotherOrder(line=", ".join(str(each) for each in strange), order=order.number, field="lines")


@transaction.atomic
def draft_purchase_order(
    supplier: Supplier,
    *,
    lines: Sequence[Needed],
    actor: Any | None,
    note: str = "",
    location: Location | None = None,
    at: datetime | None = None,
) -> PurchaseOrder:
    """A draft stands with the supplier's prices of the day; quantities are whole packs and not below its minimum.

    Lines of one part are joined; location: a warehouse of headquarters, by default the central one.
    Raises EmptyPurchase, PartsUnknown, NoSupplierPrice, SupplierNotActive, NotAWarehouse, QuantityNotPositive, QuantityNotWhole.
    Writes the order, its lines, one Event. Source: rules.md 3.9.
    """
    moment = at or clock.now()
    if not supplier.is_active:
        raise SupplierNotActive(supplier=supplier.name, field="supplier")
    place = location or stock.central_warehouse()
    if place.kind != LocationKind.HQ or place.parent_id:
        raise NotAWarehouse(place=place.name, field="location")
    rows = priced_lines(supplier, lines, clock.local_date(moment))
    order = PurchaseOrder.objects.create(
        supplier=supplier,
        location=place,
        created_by=actor,
        note=note,
        language=supplier.language,
        created_at=moment,
        total=money.total(row.amount for row in rows),
    )
    for row in rows:
        row.order = order
    PurchaseOrderLine.objects.bulk_create(rows)
    data = {"lines": len(rows), "total": str(order.total)}
    events.record(order, "purchaseorder.drafted", actor=actor, at=moment, to_status=PurchaseStatus.DRAFT, data=data)
    return order


def priced_lines(supplier: Supplier, lines: Sequence[Needed], on: date) -> list[PurchaseOrderLine]:
    """Unsaved lines, priced and rounded. Raises what draft_purchase_order names."""
    if not 1 <= len(lines) <= MAX_LINES:
        raise EmptyPurchase(most=MAX_LINES, field="lines")
    wanted: dict[str, Needed] = {}
    for line in lines:
        stock.positive(line.qty)
        before = wanted.get(line.number)
        price = line.unit_price if line.unit_price is not None else before.unit_price if before else None
        wanted[line.number] = Needed(line.number, line.qty + (before.qty if before else ZERO), price)
    catalog = {part.number: part for part in Part.objects.filter(number__in=wanted)}
    if unknown := [number for number in wanted if number not in catalog]:
        raise PartsUnknown(numbers=", ".join(unknown[:20]), field="lines")
    for number, need in wanted.items():
        stock.whole(catalog[number], need.qty, field="lines")
    offers = offers_of(supplier, [part.pk for part in catalog.values()], on)
    rows = []
    for position, line in enumerate(wanted.values(), start=1):
        part = catalog[line.number]
        offer = offers.get(part.pk)
        price = line.unit_price if line.unit_price is not None else offer.contract_price if offer else None
        if price is None:
            raise NoSupplierPrice(supplier=supplier.name, part=part.number, on=on, field="lines")
        qty = rounded_up(line.qty, offer)
        rows.append(
            PurchaseOrderLine(
                part=part,
                position=position,
                supplier_part_number=offer.supplier_part_number if offer else "",
                ordered_qty=qty,
                open_qty=qty,
                unit_price=money.round_money(price),
                amount=money.round_money(qty * money.round_money(price)),
                lead_days=offer.lead_days if offer else 0,
            )
        )
    return rows


def offers_of(supplier: Supplier, parts: Sequence[int], on: date) -> dict[int, SupplierPart]:
    """The supplier's prices in force on the day, by part."""
    return {row.part_id: row for row in SupplierPart.objects.in_force(on).filter(supplier=supplier, part__in=parts)}


def rounded_up(qty: Decimal, offer: SupplierPart | None) -> Decimal:
    """Not below the supplier's minimum, in whole packs of it."""
    if offer is None:
        return qty
    packs = (max(qty, offer.min_order_qty) / offer.pack_qty).to_integral_value(rounding=ROUND_CEILING)
    return packs * offer.pack_qty


@transaction.atomic
def send_purchase_order(order: PurchaseOrder, *, actor: Any | None, at: datetime | None = None) -> PurchaseOrder:
    """The supplier has the order: numbered, frozen as a document in its language, mailed to whoever gets orders there.

    Every line is wanted after its agreed delivery time. Raises TransitionNotAllowed, SupplierNotActive, SecondPersonNeeded.
    Writes a Document, mails, messages, Events. Source: rules.md 3.9.
    """
    moment = at or clock.now()
    locked = states.lock(order, "supplier", "location", "created_by")
    if not locked.supplier.is_active:
        raise SupplierNotActive(supplier=locked.supplier.name)
    if not states.can_move(locked, PurchaseStatus.SENT):
        raise states.TransitionNotAllowed(
            record=str(locked), before=locked.get_status_display(), after=PurchaseStatus.SENT.label
        )
    if refusal := needs_another_sender(locked, actor, at=moment):
        raise refusal
    lines = list(lock_lines(locked).values())
    day = clock.local_date(moment)
    for line in lines:
        line.wanted_on = day + timedelta(days=line.lead_days)
    update_rows(lines, ["wanted_on"])
    locked.language = locked.supplier.language
    locked.sent_at = moment
    locked.number = order.number = take_number("PU", at=moment)
    locked.total = money.total(money.round_money(line.open_qty * line.unit_price) for line in lines)
    locked.save(update_fields=["number", "sent_at", "language", "total"])
    moved = states.move(locked, PurchaseStatus.SENT, actor=actor, at=moment)
    letters.send_order(moved, lines, actor=actor, at=moment)
    return moved


@transaction.atomic
def confirm_purchase_order(
    order: PurchaseOrder,
    *,
    promises: Mapping[int, date],
    actor: Any | None,
    reference: str = "",
    at: datetime | None = None,
) -> PurchaseOrder:
    """Every open line has the supplier's promised day; said again later, it is the new promise.

    promises: by key of the line. Raises PromiseMissing, LineOfAnotherOrder, TransitionNotAllowed. Writes an Event;
    backorders of stations that these goods will fill show the new day.
    """
    moment = at or clock.now()
    locked = states.lock(order, "supplier")
    if not locked.is_coming:
        raise states.TransitionNotAllowed(
            record=str(locked), before=locked.get_status_display(), after=PurchaseStatus.CONFIRMED.label
        )
    known = lock_lines(locked)
    require_lines(locked, promises, known)
    lines = [line for line in known.values() if line.open_qty]
    today = clock.local_date(moment)
    last = today + timedelta(days=1095)
    for line in lines:
        day = promises.get(line.pk)
        if day is None or not today <= day <= last:
            got, field = day or "", f"promised_{line.pk}"
            raise PromiseMissing(position=line.position, got=got, first=today, last=last, field=field)
        line.promised_on = day
    update_rows(lines, ["promised_on"])
    locked.supplier_reference = reference or locked.supplier_reference
    locked.confirmed_at = locked.confirmed_at or moment
    locked.save(update_fields=["supplier_reference", "confirmed_at"])
    data = {str(line.position): line.promised_on.isoformat() for line in lines if line.promised_on}
    if locked.status == PurchaseStatus.SENT:
        locked = states.move(locked, PurchaseStatus.CONFIRMED, actor=actor, at=moment, data=data)
    else:
        events.record(locked, "purchaseorder.promised", actor=actor, at=moment, data=data)
    letters.tell_late(locked, [line for line in lines if line.is_late])
    return locked


@transaction.atomic
def cancel_purchase_rest(
    order: PurchaseOrder,
    *,
    actor: Any | None,
    reason: str,
    quantities: Mapping[int, Decimal] | None = None,
    by_supplier: bool = False,
    at: datetime | None = None,
) -> PurchaseOrder:
    """What has not come yet is cancelled, and the supplier told; an order of which nothing came ends cancelled.

    quantities: pieces by key of the line, by default all that is open. by_supplier: who declines needs no letter.
    Raises ReasonTooShort, NothingOpen,
    CancelTooMuch, LineOfAnotherOrder.
    Writes Events, a mail if the order was sent.
    """
    if len(reason.strip()) < 4:
        raise ReasonTooShort(field="reason")
    moment = at or clock.now()
    locked = states.lock(order, "supplier")
    lines = lock_lines(locked)
    wished = quantities if quantities is not None else {pk: line.open_qty for pk, line in lines.items()}
    touched = []
    for pk, qty in wished.items():
        line = lines.get(pk)
        if line is None:
            raise LineOfAnotherOrder(line=pk, order=locked, field="lines")
        if not qty:
            continue
        if stock.positive(qty) > line.open_qty:
            raise CancelTooMuch(part=line.part.number, got=stock.plain(qty), open=stock.plain(line.open_qty))
        stock.whole(line.part, qty)
        line.open_qty -= qty
        line.cancelled_qty += qty
        touched.append(line)
    if not touched or locked.status in {PurchaseStatus.CANCELLED, PurchaseStatus.CLOSED}:
        raise NothingOpen
    update_rows(touched, ["open_qty", "cancelled_qty"])
    data = {line.part.number: stock.plain(line.cancelled_qty) for line in touched}
    events.record(locked, "purchaseorder.rest_cancelled", actor=actor, at=moment, note=reason.strip(), data=data)
    if locked.sent_at and not by_supplier:
        letters.send_cancellation(locked, touched, reason.strip(), at=moment)
    return follow_purchase_lines(locked, actor=actor, at=moment, note=reason.strip())


@transaction.atomic
def decline_purchase_order(
    order: PurchaseOrder,
    *,
    actor: Any,
    reason: str,
    quantities: Mapping[int, Decimal] | None = None,
    at: datetime | None = None,
) -> PurchaseOrder:
    """The supplier does not deliver what is open; it is cancelled, so that it can be ordered elsewhere, and our clerks know why.

    quantities: pieces by key of the line, by default all that is open. Raises TransitionNotAllowed for an order that is not
    with the supplier, and what cancel_purchase_rest raises. Writes Events, notifications.
    """
    moment = at or clock.now()
    locked = states.lock(order, "supplier")
    if not locked.is_coming:
        raise states.TransitionNotAllowed(
            record=str(locked), before=locked.get_status_display(), after=PurchaseStatus.CANCELLED.label
        )
    events.record(locked, "purchaseorder.declined", actor=actor, at=moment, note=reason.strip())
    done = cancel_purchase_rest(locked, actor=actor, reason=reason, quantities=quantities, by_supplier=True, at=moment)
    letters.tell_declined(done, reason.strip())
    return done


@transaction.atomic
def close_purchase_order(order: PurchaseOrder, *, actor: Any | None, at: datetime | None = None) -> PurchaseOrder:
    """Nothing is expected of the order any more. Raises TransitionNotAllowed while pieces are open. Writes one Event."""
    moment = at or clock.now()
    moved = states.move(states.lock(order), PurchaseStatus.CLOSED, actor=actor, at=moment)
    moved.closed_at = moment
    moved.save(update_fields=["closed_at"])
    return moved


def lock_lines(order: PurchaseOrder) -> dict[int, PurchaseOrderLine]:
    """The order's lines by key, locked in order, parts beside them."""
    rows = order.lines.order_by("pk").select_for_update(no_key=True, of=("self",)).select_related("part")
    return {line.pk: line for line in rows}


def purchase_status(pieces: Mapping[str, Decimal]) -> PurchaseStatus | None:
    """Pure: where a sent order with these sums of pieces stands; None while nothing came and pieces are open."""
    if not pieces["open"]:
        return PurchaseStatus.RECEIVED if pieces["received"] else PurchaseStatus.CANCELLED
    return PurchaseStatus.PARTIALLY_RECEIVED if pieces["received"] else None


def follow_purchase_lines(order: PurchaseOrder, *, actor: Any | None, at: datetime, note: str = "") -> PurchaseOrder:
    """The order stands where its lines say; one Event if that is elsewhere than before."""
    sums = order.lines.aggregate(**{name: Sum(f"{name}_qty", default=ZERO) for name in COLUMNS})
    status = purchase_status(sums)
    if status is None or status == order.status or order.status == PurchaseStatus.CLOSED:
        return order
    return states.move(order, status, actor=actor, at=at, note=note)

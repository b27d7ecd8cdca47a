"""Parts orders: placing them with the credit check, releasing held ones, cancelling what nobody has set aside yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parts import pricing, running_out, stock
from parts.accounts import account_of, credit_check, lock_account_if_any, lock_account_of
from parts.credit import HeldOrder, releasable
from parts.models import OrderKind, Part, PartLifecycle, PartsOrder, PartsOrderLine
from parts.progress import follow_lines
from parts.replacements import require_reference, save_once
from parts.states import OrderStatus
from parts.superseding import successors
from portal.core import clock, events, money, show, states
from portal.core.bulk import update_rows
from portal.core.errors import Refusal
from portal.core.numbering import take_number
from stations import contracts, dealer_account
from stations.models import DealerAccount

ZERO = Decimal(0)
MAX_LINES = 500


@dataclass(frozen=True)
class Wanted:
    """A part number and how many pieces of it."""

    number: str
    qty: Decimal
    no_partial: bool = False


class EmptyOrder(Refusal):
    """Nothing was asked for."""

    message = _("An order needs at least one line.")
    code = "empty_order"


class TooManyLines(Refusal):
    """More lines than one order takes."""

    message = _("An order takes at most %(most)s lines; this one has %(count)s.")
    code = "too_many_lines"


class UnknownParts(Refusal):
    """Numbers that are not in the catalog."""

    message = _("Not in the catalog: %(numbers)s.")
    code = "unknown_parts"


class PartsNotSupplied(Refusal):
    """Parts that headquarters no longer supplies."""

    message = _("No longer supplied: %(numbers)s.")
    code = "parts_not_supplied"


class NothingToCancel(Refusal):
    """Everything is set aside, picked or gone."""

    message = _(
        "Every piece is already set aside, picked, shipped or cancelled: nothing of this order can still be cancelled."
    )
    code = "nothing_to_cancel"


class ReasonMissing(Refusal):
    """A decision that needs its reason."""

    message = _("Give a reason of at least 4 characters.")
    code = "reason_missing"


@transaction.atomic
def place_order(
    station: Any,
    *,
    lines: Sequence[Wanted],
    actor: Any,
    kind: str = OrderKind.STOCK,
    reference: str = "",
    note: str = "",
    at: datetime | None = None,
) -> PartsOrder:
    """The station's order stands with a number and frozen prices: confirmed, or on hold where it exceeds the credit.

    Quantities are raised to the minimum and rounded up to whole packs; lines of one part are joined.
    Raises EmptyOrder, TooManyLines, UnknownParts, PartsNotSupplied, NoMoreToBeHad, NoPrice, QuantityNotPositive, QuantityNotWhole,
    ReferenceMissing, ReferenceUsed.
    Writes the order, its lines, one account entry (leg committed) when confirmed, Events; the number of SQL statements
    does not depend on the number of lines. Source: rules.md 3.9 Order, Price, Credit.
    """
    moment = at or clock.now()
    reference = reference.strip()
    require_reference(station, kind, reference)
    wanted, catalog = _checked(lines, clock.local_date(moment))
    prices = pricing.quote([part.pk for part in catalog.values()], station, kind=kind, on=clock.local_date(moment))
    rows = _lines(wanted, catalog, prices, clock.local_date(moment))
    running_out.refuse_beyond(station, {row.part: row.ordered_qty for row in rows}, clock.local_date(moment))
    total = money.total(row.amount for row in rows)
    account = lock_account_if_any(station) if total else None
    reason = str(_hold_reason(station, account, total, moment)) if total else ""
    order = PartsOrder(
        station=station, kind=kind, reference=reference, note=note, created_by=actor, created_at=moment, total=total,
        number=take_number("PO", at=moment), submitted_at=moment, hold_reason=reason[:300],
        confirmed_at=None if reason else moment,
    )  # fmt: skip
    save_once(order)
    states.mark_locked(order)
    for row in rows:
        row.order = order
    PartsOrderLine.objects.bulk_create(rows)
    data = {"total": str(total), "lines": len(rows)}
    if reason:
        return states.move(order, OrderStatus.ON_HOLD, actor=actor, at=moment, note=reason, data=data)
    if account:
        _commit(order, account, actor=actor, at=moment, is_new=True)
    return states.move(order, OrderStatus.CONFIRMED, actor=actor, at=moment, data=data)


def rounded_qty(part: Part, qty: Decimal) -> Decimal:
    """At least the minimum, in whole packs."""
    packs = (max(qty, part.min_order_qty) / part.pack_qty).to_integral_value(rounding=ROUND_CEILING)
    return packs * part.pack_qty


def _checked(lines: Sequence[Wanted], on: date) -> tuple[dict[str, Wanted], dict[str, Part]]:
    """The lines joined by number, and the parts they name; one query. Raises what place_order names."""
    if not lines:
        raise EmptyOrder
    if len(lines) > MAX_LINES:
        raise TooManyLines(most=MAX_LINES, count=len(lines))
    wanted: dict[str, Wanted] = {}
    for line in lines:
        stock.positive(line.qty)
        known = wanted.get(line.number)
        qty = line.qty + known.qty if known else line.qty
        wanted[line.number] = Wanted(line.number, qty, line.no_partial or bool(known and known.no_partial))
    catalog = {part.number: part for part in _catalog(wanted, on)}
    unknown = [number for number in wanted if number not in catalog]
    if unknown:
        raise UnknownParts(numbers=", ".join(unknown[:20]), field="lines")
    ended = [part for part in catalog.values() if part.lifecycle == PartLifecycle.DISCONTINUED]
    if ended:
        instead = successors([part.pk for part in ended])
        named = [f"{part.number} → {instead[part.pk].number}" if part.pk in instead else part.number for part in ended]
        raise PartsNotSupplied(numbers=", ".join(named[:20]), field="lines")
    for number, line in wanted.items():
        stock.whole(catalog[number], line.qty, field="lines")
    return wanted, catalog


def _catalog(numbers: Iterable[str], on: date) -> Iterable[Part]:
    return Part.objects.filter(number__in=list(numbers)).annotate(is_cut_off=running_out.cut_off(on))


def _lines(
    wanted: dict[str, Wanted], catalog: dict[str, Part], prices: dict[int, pricing.NetPrice], on: Any
) -> list[PartsOrderLine]:
    rows = []
    for position, line in enumerate(wanted.values(), start=1):
        part = catalog[line.number]
        price = prices.get(part.pk)
        if price is None:
            raise pricing.NoPrice(part=part.number, on=on, field="lines")
        qty = rounded_qty(part, line.qty)
        rows.append(
            PartsOrderLine(
                part=part,
                position=position,
                ordered_qty=qty,
                open_qty=qty,
                no_partial=line.no_partial,
                net_price=price.amount,
                price_reason=price.reason() | {"asked_qty": stock.plain(line.qty)},
                amount=money.round_money(qty * price.amount),
            )
        )
    return rows


def why_held(order: PartsOrder) -> str:
    """Why the order is on hold as things stand, in the reader's language; what was kept where nothing holds it any more."""
    now = _hold_reason(order.station, account_of(order.station), order.total, clock.now())
    return str(now) or order.hold_reason


def _hold_reason(station: Any, account: DealerAccount | None, total: Decimal, at: datetime) -> Any:
    """Why the order may not go on, or nothing."""
    answer = contracts.may_order_on_credit(station, clock.local_date(at), has_account=account is not None)
    if not answer.ok:
        reasons = " ".join(str(reason) for reason in answer.reasons)
        return _("Against cash only: %(reasons)s") % {"reasons": reasons}
    check = credit_check(account, total) if account else None
    if check and check.hold:
        return _("%(over)s above the credit limit (exposure %(exposure)s)") % {
            "over": show.money(check.over_by),
            "exposure": show.money(check.exposure),
        }
    return ""


def _commit(
    order: PartsOrder, account: DealerAccount, *, actor: Any | None, at: datetime, is_new: bool = False
) -> None:
    """The order counts against the dealer's limit."""
    dealer_account.post_entry(
        account,
        kind="order_committed",
        source=order.number,
        amount=order.total,
        station=order.station,
        leg="committed",
        at=at,
        actor=actor,
        is_new=is_new,
    )


@transaction.atomic
def release_hold(order: PartsOrder, *, actor: Any, reason: str, at: datetime | None = None) -> PartsOrder:
    """Finance has let a held order pass, and said why; the account exceeds its limit by this order and no other.

    Raises ReasonMissing, TransitionNotAllowed. Writes an account entry and Events.
    """
    if len(reason.strip()) < 4:
        raise ReasonMissing(field="reason")
    moment = at or clock.now()
    locked = states.lock(order)
    if locked.status != OrderStatus.ON_HOLD:
        raise states.TransitionNotAllowed(
            record=str(locked), before=locked.get_status_display(), after=OrderStatus.CONFIRMED.label
        )
    account = lock_account_of(locked.station)
    check = credit_check(account, locked.total)
    if not check.hold:
        return _confirm_held(locked, account, actor=actor, reason=reason.strip(), at=moment)
    before = account.override
    for_this_order = {"reason": f"{locked.number}: {reason.strip()}", "actor": actor, "at": moment}
    account = dealer_account.allow_above_limit(account, amount=before + check.over_by, **for_this_order)
    confirmed = _confirm_held(locked, account, actor=actor, reason=reason.strip(), at=moment)
    dealer_account.allow_above_limit(account, amount=before, **for_this_order)
    return confirmed


def _confirm_held(
    order: PartsOrder, account: DealerAccount, *, actor: Any | None, reason: str, at: datetime
) -> PartsOrder:
    order.release_reason, order.confirmed_at = reason, at
    order.save(update_fields=["release_reason", "confirmed_at"])
    _commit(order, account, actor=actor, at=at)
    return states.move(order, OrderStatus.CONFIRMED, actor=actor, at=at, note=reason)


@transaction.atomic
def retest_holds(account: DealerAccount, *, at: datetime | None = None) -> list[PartsOrder]:
    """Held orders of the account that now fit are confirmed, oldest first; one that does not fit blocks no later one.

    Orders of a station that orders against cash only wait for finance, who sees the money come.
    Source: rules.md 3.9, C32; 3.10.
    """
    moment = at or clock.now()
    orders = PartsOrder.objects.filter(
        status=OrderStatus.ON_HOLD, station__dealer=account.dealer_id, station__dealer__principal=account.principal_id
    ).select_related("station")
    held = {str(order.pk): order for order in orders.order_by("pk").select_for_update(no_key=True, of=("self",))}
    if not held:
        return []
    locked = states.lock(account)
    waiting = [HeldOrder(key, order.submitted_at or moment, order.total) for key, order in held.items()]
    day = clock.local_date(moment)
    stations = {order.station_id: order.station for order in held.values()}
    cash_only = {pk for pk, station in stations.items() if not contracts.may_order_on_credit(station, day)}
    waiting = [entry for entry in waiting if held[entry.key].station_id not in cash_only]
    fitting = releasable(
        limit=locked.credit_limit + locked.override, used=locked.used, committed=locked.committed, held=waiting
    )
    reason = str(_("The credit suffices again."))
    return [_confirm_held(held[entry.key], locked, actor=None, reason=reason, at=moment) for entry in fitting]


def why_uncancellable(order: PartsOrder) -> NothingToCancel | None:
    """The refusal that cancelling the rest would meet; None while pieces can be cancelled."""
    over = order.status in {OrderStatus.CANCELLED, OrderStatus.CLOSED}
    return NothingToCancel() if over or not any(line.waiting_qty for line in order.lines.all()) else None


@transaction.atomic
def cancel_rest(order: PartsOrder, *, actor: Any, reason: str, at: datetime | None = None) -> PartsOrder:
    """Pieces that nobody has set aside are cancelled and no longer count against the credit; a held order ends whole.

    Raises ReasonMissing, NothingToCancel. Writes one account entry and Events. Source: rules.md 3.9 Order.
    """
    if len(reason.strip()) < 4:
        raise ReasonMissing(field="reason")
    moment = at or clock.now()
    locked = states.lock(order)
    lines = list(locked.lines.order_by("pk").select_for_update(no_key=True, of=("self",)))
    waiting = [line for line in lines if line.waiting_qty]
    if not waiting or locked.status in {OrderStatus.CANCELLED, OrderStatus.CLOSED}:
        raise NothingToCancel
    freed = ZERO
    for line in waiting:
        kept = line.ordered_qty - line.cancelled_qty - line.waiting_qty
        amount_kept = money.round_money(kept * line.net_price)
        freed += line.amount - amount_kept
        line.cancelled_qty += line.waiting_qty
        line.open_qty = line.backordered_qty = ZERO
        line.amount = amount_kept
    update_rows(waiting, ["cancelled_qty", "open_qty", "backordered_qty", "amount"])
    if freed and locked.status != OrderStatus.ON_HOLD:
        _free(locked, freed, actor=actor, at=moment)
    data = {"reason": reason, "freed": str(freed)}
    events.record(locked, "partsorder.rest_cancelled", actor=actor, at=moment, note=reason, data=data)
    if locked.status == OrderStatus.ON_HOLD:
        return states.move(locked, OrderStatus.CANCELLED, actor=actor, at=moment, note=reason)
    return follow_lines(locked, actor=actor, at=moment, note=reason)


def _free(order: PartsOrder, amount: Decimal, *, actor: Any | None, at: datetime) -> None:
    """The amount no longer counts against the dealer's limit."""
    dealer_account.post_entry(
        lock_account_of(order.station),
        kind="order_cancelled",
        source=order.number,
        amount=-amount,
        station=order.station,
        leg="committed",
        at=at,
        actor=actor,
    )

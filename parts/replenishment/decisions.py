"""What the parts clerk decides: suggestions accepted, changed, refused and ordered; levels set by hand."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.models import Location, LocationKind, Part, PurchaseOrder, PurchaseSuggestion, StockLevel, Supplier
from parts.purchasing.orders import MAX_LINES, Needed, ReasonTooShort, draft_purchase_order, offers_of, rounded_up
from parts.states import SuggestionStatus
from portal.core import clock, events, money, states
from portal.core.errors import Refusal

ZERO = Decimal(0)


class NothingAccepted(Refusal):
    """No accepted suggestion waits for its order."""

    message = _("No accepted suggestion with a supplier waits to be ordered.")
    code = "nothing_accepted"


class NoOffer(Refusal):
    """The supplier does not deliver the part."""

    message = _("%(supplier)s has no price for %(part)s today.")
    code = "no_offer"


class LevelImpossible(Refusal):
    """A target below its minimum, or a place that has no levels."""

    message = _("Got minimum %(minimum)s and target %(target)s, expected 0 or more and a target not below the minimum.")
    code = "level_impossible"


class NoPlaceForLevels(Refusal):
    """Levels are for the warehouse and for stations."""

    message = _("%(place)s is neither a warehouse of headquarters nor a station's stock room.")
    code = "no_place_for_levels"


@transaction.atomic
def accept_suggestion(
    suggestion: PurchaseSuggestion,
    *,
    actor: Any | None,
    qty: Decimal | None = None,
    supplier: Supplier | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> PurchaseSuggestion:
    """The suggestion will be ordered, in another quantity or elsewhere if a reason says why.

    qty becomes whole packs. Raises ReasonTooShort, NoOffer, QuantityNotPositive, TransitionNotAllowed. Writes one Event.
    """
    moment = at or clock.now()
    locked = states.lock(suggestion, "part", "supplier")
    buys_of = supplier or locked.supplier
    changed = (qty is not None and qty != locked.suggested_qty) or (
        supplier is not None and supplier != locked.supplier
    )
    if changed and len(reason.strip()) < 4:
        raise ReasonTooShort(field="reason")
    wanted = stock.pieces(locked.part, qty) if qty is not None else locked.suggested_qty
    if changed and buys_of is not None:
        offer = offers_of(buys_of, [locked.part_id], clock.local_date(moment)).get(locked.part_id)
        if offer is None:
            raise NoOffer(supplier=buys_of.name, part=locked.part.number, field="supplier")
        wanted, locked.unit_price = rounded_up(wanted, offer), offer.contract_price
    locked.supplier = buys_of
    locked.order_value = money.round_money(wanted * (locked.unit_price or ZERO))
    return _decide(locked, SuggestionStatus.ACCEPTED, wanted, reason, actor, moment)


@transaction.atomic
def reject_suggestion(
    suggestion: PurchaseSuggestion, *, reason: str, actor: Any | None, at: datetime | None = None
) -> PurchaseSuggestion:
    """The suggestion will not be ordered, and it stands why. Raises ReasonTooShort, TransitionNotAllowed."""
    if len(reason.strip()) < 4:
        raise ReasonTooShort(field="reason")
    locked = states.lock(suggestion)
    return _decide(locked, SuggestionStatus.REJECTED, None, reason, actor, at or clock.now())


def _decide(
    locked: PurchaseSuggestion, status: str, qty: Decimal | None, reason: str, actor: Any | None, at: datetime
) -> PurchaseSuggestion:
    moved = states.move(locked, status, actor=actor, at=at, note=reason.strip())
    moved.decided_qty, moved.reason, moved.decided_by, moved.decided_at = qty, reason.strip(), actor, at
    moved.save(
        update_fields=[
            "decided_qty", "reason", "decided_by", "decided_at", "supplier", "unit_price", "order_value",
        ]
    )  # fmt: skip
    return moved


@transaction.atomic
def accept_open(suggestions: Iterable[PurchaseSuggestion], *, actor: Any | None, at: datetime | None = None) -> int:
    """All of these that are open and have a supplier are accepted as they are; how many."""
    moment = at or clock.now()
    keys = [row.pk for row in suggestions]
    rows = PurchaseSuggestion.objects.filter(pk__in=keys, status=SuggestionStatus.OPEN, supplier__isnull=False)
    count = 0
    for row in rows.order_by("pk"):
        accept_suggestion(row, actor=actor, at=moment)
        count += 1
    return count


@transaction.atomic
def order_suggestions(*, actor: Any | None, at: datetime | None = None) -> list[PurchaseOrder]:
    """Every accepted suggestion with a supplier stands on a draft purchase order, one a supplier; the drafts.

    More than 500 lines of a supplier make further drafts. Raises NothingAccepted. Writes the drafts, Events.
    """
    moment = at or clock.now()
    rows = PurchaseSuggestion.objects.filter(status=SuggestionStatus.ACCEPTED, supplier__isnull=False)
    found = rows.order_by("pk").select_for_update(no_key=True, of=("self",)).select_related("part", "supplier")
    by_supplier: dict[int, list[PurchaseSuggestion]] = defaultdict(list)
    for row in found:
        by_supplier[row.supplier_id or 0].append(row)
    if not by_supplier:
        raise NothingAccepted
    made = []
    for _supplier, wanted in sorted(by_supplier.items()):
        for begin in range(0, len(wanted), MAX_LINES):
            made.append(_order(wanted[begin : begin + MAX_LINES], actor=actor, at=moment))
    return made


def _order(wanted: list[PurchaseSuggestion], *, actor: Any | None, at: datetime) -> PurchaseOrder:
    supplier = wanted[0].supplier
    assert supplier is not None  # noqa: S101 the query asks for it
    needs = [Needed(row.part.number, row.decided_qty or row.suggested_qty, row.unit_price) for row in wanted]
    order = draft_purchase_order(supplier, lines=needs, actor=actor, at=at)
    lines = {line.part_id: line for line in order.lines.all()}
    for row in wanted:
        row.purchase_line = lines[row.part_id]
        row.save(update_fields=["purchase_line"])
        states.move(row, SuggestionStatus.ORDERED, actor=actor, at=at)
    return order


@transaction.atomic
def set_stock_level(
    part: Part,
    location: Location,
    *,
    minimum: Decimal,
    reason: str,
    actor: Any | None,
    target: Decimal | None = None,
    is_forced: bool = False,
    valid_from: date | None = None,
    at: datetime | None = None,
) -> StockLevel:
    """From a day on (default: today) the part has this minimum and target at the place; earlier rows stay as history.

    Raises ReasonTooShort, LevelImpossible, QuantityNotWhole, NoPlaceForLevels. Writes one row and one Event. Source: rules.md 3.9.
    """
    moment = at or clock.now()
    if len(reason.strip()) < 4:
        raise ReasonTooShort(field="reason")
    given = [value for value in (minimum, target) if value is not None]
    if any(not value.is_finite() or value < 0 or value > money.BOUND for value in given) or (
        target is not None and target < minimum
    ):
        raise LevelImpossible(minimum=minimum, target="–" if target is None else target, field="minimum")
    for field, value in (("minimum", minimum), ("target", target)):
        stock.whole(part, value or stock.ZERO, field=field)
    if location.kind not in {LocationKind.HQ, LocationKind.STATION} or location.parent_id:
        raise NoPlaceForLevels(place=location.name, field="location")
    row = StockLevel.objects.create(
        part=part,
        location=location,
        minimum=minimum,
        target=target,
        is_forced=is_forced,
        reason=reason.strip(),
        valid_from=valid_from or clock.local_date(moment),
        set_by=actor,
        set_at=moment,
    )
    data = {"part": part.number, "place": location.code, "minimum": str(minimum), "target": str(target or "")}
    events.record(row, "stocklevel.set", actor=actor, at=moment, note=row.reason, data=data, root="")
    return row

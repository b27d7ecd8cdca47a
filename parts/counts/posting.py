"""The end of a count: a third person approves and the book is what was found; or it is cancelled and nothing has changed."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from parts import serials, stock
from parts.counts import entry, report
from parts.models import Location, PartSerial, StockBalance, StockCount, StockCountLine, StockEntry
from parts.picking import Key, give_back
from parts.states import CountStatus
from portal.core import clock, states
from portal.core.errors import Refusal

ZERO = Decimal(0)
GAIN, LOSS = "count_gain", "count_loss"


class OwnCount(Refusal):
    """Who counted does not approve."""

    message = _("You counted in this count; another person approves it.")
    code = "own_count"


class BookMoved(Refusal):
    """Goods moved while the place was frozen."""

    message = _(
        "%(part)s in %(location)s: the book was %(got)s at the freeze and is %(expected)s now. Cancel and count again."
    )
    code = "book_moved"


class CancelReasonMissing(Refusal):
    """A count is not thrown away without a word."""

    message = _("Write why, in at least 4 characters.")
    code = "cancel_reason_missing"


@transaction.atomic
def approve_count(
    count: StockCount, *, actor: Any, note: str = "", missing_serials: Sequence[str] = (), at: datetime | None = None
) -> StockCount:
    """The book is what was found, the places are open again, the report stands as a document.

    Pieces set aside that are not there are given back first. missing_serials: numbers of the pieces that are gone.
    Raises TransitionNotAllowed, OwnCount, BookMoved, NotEnoughStock, SerialsToName.
    Writes at most two Postings (count_gain, count_loss), the report, Events. Source: rules.md 3.9, reliability.md I1.
    """
    moment = at or clock.now()
    locked = states.lock(count, "location")
    lines = list(locked.lines.select_related("part", "location"))
    if counted_by(lines, actor):
        raise OwnCount
    locked.approved_by, locked.posted_at = actor, moment
    locked.save(update_fields=["approved_by", "posted_at"])
    moved = states.move(locked, CountStatus.POSTED, actor=actor, at=moment, note=note.strip())
    changed = [row for row in lines if row.variance_qty]
    lost, gained = [row for row in changed if row.variance_qty < 0], [row for row in changed if row.variance_qty > 0]
    _require_same_apart(lines)
    give_back(_no_longer_there(lost), source=locked.number, actor=actor, at=moment, note=locked.number)
    _require_book(lines)
    for kind, rows in ((LOSS, lost), (GAIN, gained)):
        _post(kind, rows, locked, missing_serials, actor, moment)
    moved.gain_value, moved.loss_value = _value(locked, GAIN), -_value(locked, LOSS)
    moved.save(update_fields=["gain_value", "loss_value"])
    Location.objects.filter(frozen_by=locked.number).update(frozen_by="")
    report.issue(moved, lines, actor=actor)
    return moved


def counted_by(lines: Sequence[StockCountLine], actor: Any) -> bool:
    """Whether the person counted any of the lines."""
    return any(actor.pk in {row.first_by_id, row.second_by_id} for row in lines)


def _no_longer_there(lost: Sequence[StockCountLine]) -> dict[Key, Decimal]:
    """Pieces set aside beyond what was found, by balance."""
    keys = {(row.part_id, row.location_id, row.batch): row for row in lost}
    rows = StockBalance.objects.filter(part__in={key[0] for key in keys}, location__in={key[1] for key in keys})
    found = {}
    for held in rows:
        row = keys.get((held.part_id, held.location_id, held.batch))
        if row and (over := held.reserved - row.book_qty - row.variance_qty) > 0:
            found[(held.part_id, held.location_id, held.batch)] = over
    return found


def _require_same_apart(lines: Sequence[StockCountLine]) -> None:
    """Raise BookMoved if pieces were picked, or a pick undone, since the book was taken down."""
    apart = entry.picked_apart({row.location_id for row in lines})
    for row in lines:
        now = apart.get((row.part_id, row.location_id, row.batch), ZERO)
        if now != row.apart_qty:
            got, expected = stock.plain(row.book_qty - row.apart_qty), stock.plain(row.book_qty - now)
            raise BookMoved(part=row.part.number, location=row.location.name, got=got, expected=expected)


def _require_book(lines: Sequence[StockCountLine]) -> None:
    """Raise BookMoved unless the locked balances are what the lines took down at the freeze."""
    outside = stock.world().pk
    keys = {(row.part_id, row.location_id, row.batch) for row in lines}
    held = stock.lock_balances(keys | {(row.part_id, outside, "") for row in lines})
    for row in lines:
        now = held[(row.part_id, row.location_id, row.batch)].on_hand
        if now != row.book_qty:
            raise BookMoved(
                part=row.part.number,
                location=row.location.name,
                got=stock.plain(row.book_qty),
                expected=stock.plain(now),
            )


def _post(
    kind: str, rows: Sequence[StockCountLine], count: StockCount, missing: Sequence[str], actor: Any, at: datetime
) -> None:
    if not rows:
        return
    outside = stock.world().pk
    moves = []
    for row in rows:
        moves.append(stock.Move(row.location_id, row.part_id, row.variance_qty, batch=row.batch))
    for part, qty, value in _per_part(rows):
        moves.append(stock.Move(outside, part, -qty, unit_cost=value / qty if qty > 0 else None))
    stock.post(kind=kind, source=count.number, moves=moves, at=at, actor=actor, count=count.number)
    if kind == LOSS:
        gone = PartSerial.objects.filter(part__in={row.part_id for row in rows}, serial__in=missing)
        serials.move_serials(moves, to={}, named=gone)


def _per_part(rows: Sequence[StockCountLine]) -> list[tuple[int, Decimal, Decimal]]:
    sums: dict[int, tuple[Decimal, Decimal]] = {}
    for row in rows:
        qty, value = sums.get(row.part_id, (ZERO, ZERO))
        sums[row.part_id] = (qty + row.variance_qty, value + row.variance_qty * row.unit_value)
    return [(part, qty, value) for part, (qty, value) in sums.items()]


def _value(count: StockCount, kind: str) -> Decimal:
    entries = StockEntry.objects.filter(posting__kind=kind, posting__source=count.number).exclude(
        location__kind="world"
    )
    return entries.aggregate(value=Sum("value"))["value"] or ZERO


@transaction.atomic
def cancel_count(count: StockCount, *, reason: str, actor: Any, at: datetime | None = None) -> StockCount:
    """The count is over, its places are open again, the book is as it was. Raises CancelReasonMissing, TransitionNotAllowed."""
    if len(reason.strip()) < 4:
        raise CancelReasonMissing(field="reason")
    locked = states.lock(count, "location")
    moved = states.move(locked, CountStatus.CANCELLED, actor=actor, at=at, note=reason.strip())
    Location.objects.filter(frozen_by=locked.number).update(frozen_by="")
    return moved

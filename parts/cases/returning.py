"""Goods of a decided case travel back: the station says how, headquarters counts what arrives, and the case is settled.

What does not arrive counts as kept by the station: it stands in its stock, is not credited, and is charged where it was sent
unasked or replaced. Source: rules.md 3.9 Receiving case.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.cases import letters
from parts.cases.deciding import LineUnknown
from parts.cases.settling import Trip, charge_for, close, lock_lines, post_money, post_trips
from parts.crediting import credit_for, take_credit
from parts.models import CaseLine, Decision, PartsOrderLine, ReceivingCase, ShipmentLine
from parts.states import CASE_COMING_BACK, CaseStatus
from portal.core import clock, states
from portal.core.bulk import update_rows
from portal.core.errors import Refusal, refuse_all
from portal.core.models import Notification

ARRIVAL: Final = "arrival"
DAYS_UNDER_WAY: Final = 10
DAYS_BETWEEN_REMINDERS: Final = 7


class SentOnImpossible(Refusal):
    """Sent before it was decided, or tomorrow."""

    message = _("The goods were sent on a day from %(first)s to %(last)s; got %(got)s.")
    code = "sent_on_impossible"


class MoreThanSent(Refusal):
    """More pieces than were to come back."""

    message = _("%(part)s: got %(got)s, expected 0 to %(most)s, which come back.")
    code = "more_than_sent"


@transaction.atomic
def send_goods_back(
    case: ReceivingCase,
    *,
    carrier: str,
    actor: Any,
    tracking_number: str = "",
    sent_on: date | None = None,
    at: datetime | None = None,
) -> ReceivingCase:
    """The station has handed the goods to a carrier; the warehouse expects them.

    sent_on: from the day of the decision to today. Raises SentOnImpossible, TransitionNotAllowed. Writes one Event.
    """
    moment = at or clock.now()
    locked = states.lock(case, "station")
    today, first = clock.local_date(moment), clock.local_date(case.decided_at or moment)
    day = sent_on or today
    if not first <= day <= today:
        raise SentOnImpossible(first=first.isoformat(), last=today.isoformat(), got=day.isoformat(), field="sent_on")
    moved = states.move(locked, CaseStatus.RETURNING, actor=actor, at=moment)
    moved.carrier, moved.tracking_number, moved.sent_on = carrier, tracking_number, day
    moved.save(update_fields=["carrier", "tracking_number", "sent_on"])
    letters.tell_warehouse("receivingcase.returning", moved)
    return moved


@transaction.atomic
def receive_goods_back(
    case: ReceivingCase, *, counts: Mapping[int, Decimal], actor: Any, at: datetime | None = None
) -> ReceivingCase:
    """What arrived lies in quarantine and is credited as decided, what did not arrive is the station's; the case is closed.

    counts: pieces by key of the line; lines not named brought none. Raises at once every MoreThanSent, LineUnknown,
    QuantityNotWhole; TransitionNotAllowed, NoPrice, CreditExceeded. Writes Postings, account entries, a document, Events.
    """
    moment = at or clock.now()
    states.lock(case.shipment.order)
    states.lock(case.shipment)
    locked = states.lock(case, "shipment__order", "station")
    if locked.status not in CASE_COMING_BACK:
        raise states.refusal(locked, CaseStatus.CLOSED.label)
    lines = list(locked.lines.select_related("part", "shipment_line__order_line").order_by("position"))
    back = [line for line in lines if line.comes_back]
    problems = [problem for line in back for problem in _count(line, counts.get(line.pk, stock.ZERO))]
    if not {line.pk for line in back} >= {key for key, qty in counts.items() if qty}:
        problems.append(LineUnknown(lines=", ".join(str(line.position) for line in back), field="lines"))
    refuse_all(problems)
    rows, ordered = lock_lines(locked, back)
    trips: list[Trip] = []
    for line in back:
        trips += _settle_arrival(line, rows.get(line.shipment_line_id or 0), ordered, locked)
    update_rows(rows.values(), ["settled_qty", "credited_qty", "credited_amount"])
    update_rows(ordered.values(), ["received_qty", "settled_qty"])
    update_rows(back, ["arrived_qty", "amount"])
    post_trips(locked, trips, actor=actor, at=moment)
    credit, charge = post_money(locked, back, actor=actor, at=moment, entry=ARRIVAL)
    locked.credit, locked.charge = locked.credit + credit, locked.charge + charge
    locked.save(update_fields=["credit", "charge"])
    return close(locked, lines, actor=actor, at=moment)


def _count(line: CaseLine, qty: Decimal) -> Iterator[Refusal]:
    """The line carries what arrived; what is wrong with the count."""
    field, number = f"arrived_{line.pk}", line.part.number
    if not (qty.is_finite() and 0 <= qty <= line.qty and qty == qty.quantize(stock.THOUSANDTH)):
        yield MoreThanSent(part=number, got=qty, most=stock.plain(line.qty), field=field)
        return
    try:
        line.arrived_qty = stock.whole(line.part, qty, field=field)
    except stock.QuantityNotWhole as refusal:
        yield refusal


def _settle_arrival(
    line: CaseLine, row: ShipmentLine | None, orders: Mapping[int, PartsOrderLine], case: ReceivingCase
) -> list[Trip]:
    """Pieces leave transit, into quarantine or to the station; the line's amount says what that is worth."""
    arrived, missing = line.arrived_qty or stock.ZERO, line.missing_qty
    if line.decision == Decision.SEND_BACK:
        line.amount = charge_for(line, missing, case, case.decided_at or clock.now()) if missing else stock.ZERO
        return _trips(line, case, [(batch, Decimal(qty)) for batch, qty in line.lots], "case_surplus_back", None)
    if row is None:
        return []
    row.settled_qty += line.qty
    ordered = orders[row.order_line_id]
    ordered.settled_qty += arrived
    ordered.received_qty += missing
    if line.decision == Decision.CREDIT:
        line.amount = -credit_for(row, arrived) if arrived else stock.ZERO
        take_credit(row, arrived, -line.amount)
    else:
        line.amount = credit_for(row, missing) if missing else stock.ZERO
    return _trips(line, case, [(row.allocation.batch, line.qty)], "case_quarantine", row)


def _trips(
    line: CaseLine, case: ReceivingCase, lots: list[tuple[str, Decimal]], arrived_as: str, row: ShipmentLine | None
) -> list[Trip]:
    """One trip of what arrived and one of what did not, each in the batch it is of."""
    way, left = stock.transit_location(case.station).pk, line.arrived_qty or stock.ZERO
    moves: dict[str, list[stock.Move]] = {arrived_as: [], "case_not_back": []}
    targets = {arrived_as: stock.quarantine(), "case_not_back": stock.station_location(case.station)}
    for batch, qty in lots:
        first = min(qty, left)
        left -= first
        for kind, pieces in ((arrived_as, first), ("case_not_back", qty - first)):
            if pieces:
                moves[kind] += [
                    stock.Move(way, line.part_id, -pieces, batch=batch),
                    stock.Move(targets[kind].pk, line.part_id, pieces, batch=batch),
                ]
    return [Trip(kind, targets[kind], line.part, tuple(found), row) for kind, found in moves.items() if found]


def remind_of_goods(*, at: datetime | None = None) -> int:
    """Stations that are late in sending, and the warehouse where goods are long under way, are told, once a week; how many.

    Run daily. Writes notifications.
    """
    moment = at or clock.now()
    today = clock.local_date(moment)
    cases = ReceivingCase.objects.select_related("station").order_by("pk")
    late = cases.filter(status=CaseStatus.TO_RETURN, return_due_on__lt=today)
    lost = cases.filter(status=CaseStatus.RETURNING, sent_on__lt=today - timedelta(days=DAYS_UNDER_WAY))
    found = [("receivingcase.return_late", each) for each in late] + [
        ("receivingcase.not_arrived", each) for each in lost
    ]
    told = _told_since(moment - timedelta(days=DAYS_BETWEEN_REMINDERS), [case for _kind, case in found])
    due = [(kind, case) for kind, case in found if (kind, case.pk) not in told]
    for kind, case in due:
        (letters.tell_station if kind == "receivingcase.return_late" else letters.tell_warehouse)(kind, case, at=moment)
    return len(due)


def _told_since(moment: datetime, cases: list[ReceivingCase]) -> set[tuple[str, int | None]]:
    """Kind and case of what somebody was told since then."""
    label = ReceivingCase._meta.label_lower
    rows = Notification.objects.filter(subject_type=label, subject_id__in=[case.pk for case in cases])
    return set(rows.filter(created_at__gt=moment).values_list("kind", "subject_id"))

"""Price lists from the draft to the day they hold: drawing up, changing, releasing by another person, dropping.

Not here: what a station pays (pricing), what a list changes (price_changes).
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parts.models import Part, PartLifecycle, PriceList, PriceListRow
from parts.pricing import NATIONAL, Priced, paid_by_grade, price_conflicts, set_prices
from parts.states import PriceListStatus
from portal.core import clock, events, states
from portal.core.errors import Refusal
from portal.core.money import round_money
from portal.core.notifications import notify
from portal.core.numbering import take_number

HUNDRED = Decimal(100)
MAX_SHIFT_PERCENT = Decimal(90)
SHOWN = 10


class NotADraft(Refusal):
    """What is released or dropped stays as it is."""

    message = _("%(number)s is no longer a draft: its prices stay as they are. Draw up a new list.")
    code = "price_list_not_a_draft"


class EmptyPriceList(Refusal):
    """Nothing to release."""

    message = _("%(number)s has no prices yet.")
    code = "empty_price_list"


class BeginsInThePast(Refusal):
    """What has been ordered was ordered at the prices of its day."""

    message = _("Valid from: got %(got)s, expected %(today)s or later.")
    code = "price_list_in_the_past"


class PricesTaken(Refusal):
    """On this day another price begins already."""

    message = _("On %(day)s another price already begins for: %(parts)s. Choose another day.")
    code = "prices_taken"


class OwnPriceList(Refusal):
    """Four eyes."""

    message = _("You drew up this list: another person releases it.")
    code = "own_price_list"


class ShiftTooLarge(Refusal):
    """A slip of the keyboard."""

    message = _("Change in percent: got %(got)s, expected -%(most)s to %(most)s and not 0.")
    code = "price_shift_too_large"


class UnknownPartNumbers(Refusal):
    """Numbers that are not in the catalog."""

    message = _("Not in the catalog: %(numbers)s.")
    code = "unknown_parts"


class PriceNotPositive(Refusal):
    """What costs nothing is given by the order's kind, not by its price."""

    message = _("%(part)s: got %(got)s, expected a price above 0.")
    code = "price_not_positive"


@transaction.atomic
def draw_up_price_list(
    *,
    title: str,
    valid_from: date,
    actor: Any,
    grade: str = NATIONAL,
    prices: Mapping[str, Decimal] | None = None,
    shift_percent: Decimal | None = None,
    category: Any = None,
    source: str = "",
    at: datetime | None = None,
) -> PriceList:
    """A draft stands with the prices named (by part number), or with all present ones moved by some percent.

    category: only its parts are moved. source: the import that names the prices.
    Raises BeginsInThePast, ShiftTooLarge, UnknownPartNumbers. Writes the list, its
    rows, one Event.
    """
    moment = at or clock.now()
    if valid_from < clock.local_date(moment):
        raise BeginsInThePast(
            got=valid_from.isoformat(), today=clock.local_date(moment).isoformat(), field="valid_from"
        )
    if shift_percent is not None and not (shift_percent and abs(shift_percent) <= MAX_SHIFT_PERCENT):
        raise ShiftTooLarge(got=shift_percent, most=MAX_SHIFT_PERCENT, field="shift_percent")
    made = PriceList.objects.create(
        title=title.strip()[:120], grade=grade, valid_from=valid_from, created_by=actor, created_at=moment,
        number=take_number("PL", at=moment),
    )  # fmt: skip
    if shift_percent is not None:
        _write(made, _shifted(made, shift_percent, category))
    if prices:
        put_prices(made, prices=prices, source=source, actor=actor, at=moment)
    data = {"rows": made.rows.count(), "valid_from": valid_from.isoformat(), "grade": grade}
    events.record(made, "pricelist.drawn_up", actor=actor, at=moment, to_status=PriceListStatus.DRAFT, data=data)
    return made


def _shifted(made: PriceList, percent: Decimal, category: Any) -> dict[int, Decimal]:
    """What holds on the list's first day, moved; by part."""
    parts = Part.objects.exclude(lifecycle=PartLifecycle.DISCONTINUED)
    if category is not None:
        parts = parts.filter(category=category)
    keys = list(parts.order_by("pk").values_list("pk", flat=True))
    present = paid_by_grade(keys, grade=made.grade, on=made.valid_from)
    return {part: round_money(price * (HUNDRED + percent) / HUNDRED) for part, price in present.items()}


@transaction.atomic
def put_prices(
    price_list: PriceList, *, prices: Mapping[str, Decimal], actor: Any, source: str = "", at: datetime | None = None
) -> PriceList:
    """The draft has these prices, by part number; others of it stay.

    Raises NotADraft, PriceNotPositive, UnknownPartNumbers. Writes one Event.
    """
    made = _draft(price_list)
    for number, price in prices.items():
        if not price > 0:
            raise PriceNotPositive(part=number, got=price, field="rows")
    keys = dict(Part.objects.filter(number__in=list(prices)).values_list("number", "pk"))
    if unknown := [number for number in prices if number not in keys]:
        raise UnknownPartNumbers(numbers=", ".join(unknown[:20]), field="rows")
    _write(made, {keys[number]: price for number, price in prices.items()}, source)
    events.record(made, "pricelist.changed", actor=actor, at=at, data={"rows": len(prices)})
    return made


def _write(made: PriceList, prices: Mapping[int, Decimal], source: str = "") -> None:
    PriceListRow.objects.bulk_create(
        [PriceListRow(price_list=made, part_id=part, price=price, source=source) for part, price in prices.items()],
        update_conflicts=True,
        unique_fields=["price_list", "part"],
        update_fields=["price", "source"],
        batch_size=5_000,
    )


@transaction.atomic
def take_out(price_list: PriceList, *, numbers: Iterable[str], actor: Any, at: datetime | None = None) -> PriceList:
    """The draft no longer names these parts. Raises NotADraft. Writes one Event."""
    made = _draft(price_list)
    count, _by_model = made.rows.filter(part__number__in=list(numbers)).delete()
    events.record(made, "pricelist.changed", actor=actor, at=at, data={"taken_out": count})
    return made


@transaction.atomic
def release_price_list(price_list: PriceList, *, actor: Any, at: datetime | None = None) -> PriceList:
    """The prices hold from the list's day on, until a later list says otherwise; the author is told.

    Raises OwnPriceList, EmptyPriceList, BeginsInThePast, PricesTaken, TransitionNotAllowed. Writes national or grade
    prices, one Event, one notification. Source: rules.md 3.9 Price.
    """
    moment = at or clock.now()
    made = states.lock(price_list)
    if made.created_by_id == actor.pk:
        raise OwnPriceList
    if made.is_draft:
        _refuse_unready(made, clock.local_date(moment))
    made.released_by, made.released_at = actor, moment
    made.save(update_fields=["released_by", "released_at"])
    states.move(made, PriceListStatus.RELEASED, actor=actor, at=moment)
    set_prices(_wanted(made), grade=made.grade, source=made.number)
    facts = {"number": made.number, "day": made.valid_from.isoformat()}
    notify([made.created_by], "pricelist.released", facts, url=made.get_absolute_url(), subject=made, at=moment)
    return made


def _wanted(made: PriceList) -> list[Priced]:
    return [Priced(part, price, made.valid_from) for part, price in made.rows.values_list("part_id", "price")]


def _refuse_unready(made: PriceList, today: date) -> None:
    """Raises what release_price_list names."""
    wanted = _wanted(made)
    if not wanted:
        raise EmptyPriceList(number=made.number)
    if made.valid_from < today:
        raise BeginsInThePast(got=made.valid_from.isoformat(), today=today.isoformat())
    if taken := price_conflicts(wanted, grade=made.grade):
        numbers = Part.objects.filter(pk__in=[row.part_id for row, _price in taken[:SHOWN]]).values_list(
            "number", flat=True
        )
        raise PricesTaken(day=made.valid_from.isoformat(), parts=", ".join(numbers))


@transaction.atomic
def drop_price_list(price_list: PriceList, *, reason: str, actor: Any, at: datetime | None = None) -> PriceList:
    """The draft will not hold. Raises TransitionNotAllowed. Writes one Event."""
    return states.move(states.lock(price_list), PriceListStatus.DROPPED, actor=actor, at=at, note=reason)


def _draft(price_list: PriceList) -> PriceList:
    made = states.lock(price_list)
    if not made.is_draft:
        raise NotADraft(number=made.number)
    return made

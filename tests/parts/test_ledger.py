"""The stock books hold: balanced, bounded, posted once, never oversold; and the controls that lose without each wall."""

import time
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Sum
from django.db.utils import InternalError, ProgrammingError

from parts import stock
from parts.models import Location, Part, Posting, StockBalance, StockEntry
from parts.stock import EntriesDoNotBalance, Move, NotEnoughStock, SourceReused, post
from tests.conftest import race
from tests.factories.parts import make_location, make_part, put_stock

D = Decimal
ZERO = D(0)


@transaction.atomic
def take(place: Location, part: Part, pieces: int | str, source: str) -> bool:
    """Pieces leave for outside."""
    moves = [Move(place.pk, part.pk, -D(pieces)), Move(stock.world().pk, part.pk, D(pieces))]
    return post(kind="issue", source=source, moves=moves)


@transaction.atomic
def reserve(place: Location, part: Part, pieces: int, source: str) -> bool:
    """Pieces are set aside, or set free again when negative."""
    return post(kind="reserve", source=source, moves=[Move(place.pk, part.pk, reserved=D(pieces))])


def balance(place: Location, part: Part) -> StockBalance:
    return StockBalance.objects.get(location=place, part=part)


@pytest.mark.django_db
def test_posting_again_changes_nothing_and_another_body_is_refused() -> None:
    place, part = make_location(), make_part()
    put_stock(place, part, 5)

    assert [take(place, part, 2, "WO-1/1") for _ in range(2)] == [True, False]
    with pytest.raises(SourceReused):
        take(place, part, 3, "WO-1/1")

    assert balance(place, part).on_hand == 3


@pytest.mark.django_db
def test_posting_again_is_no_error_when_the_stock_is_gone() -> None:
    place, part = make_location(), make_part()
    put_stock(place, part, 2)
    take(place, part, 2, "WO-1/1")

    assert take(place, part, 2, "WO-1/1") is False


@pytest.mark.django_db
def test_refusal_names_part_place_and_figures_and_changes_nothing() -> None:
    place, part = make_location(name="南仓"), make_part(number="GW-01")
    put_stock(place, part, 5)
    reserve(place, part, 4, "run-1")

    with pytest.raises(NotEnoughStock) as refusal:
        take(place, part, 2, "WO-1/1")

    assert refusal.value.values == {"part": "GW-01", "location": "南仓", "available": "1", "wanted": "2"}
    assert not Posting.objects.filter(source="WO-1/1").exists()
    assert (balance(place, part).on_hand, balance(place, part).reserved) == (5, 4)


@pytest.mark.django_db
def test_moving_average_goes_with_the_goods_to_the_last_cent() -> None:
    here, there, part = make_location(), make_location(), make_part()
    put_stock(here, part, 2, unit_cost="10.00")
    put_stock(here, part, 1, unit_cost="10.01")

    with transaction.atomic():
        post(kind="transfer", source="T-1", moves=[Move(here.pk, part.pk, D(-1)), Move(there.pk, part.pk, D(1))])
    assert (balance(here, part).value, balance(there, part).value) == (D("20.01"), D("10.00"))

    with transaction.atomic():
        post(kind="transfer", source="T-2", moves=[Move(here.pk, part.pk, D(-2)), Move(there.pk, part.pk, D(2))])
    assert (balance(here, part).value, balance(there, part).value) == (ZERO, D("30.01"))


@pytest.mark.django_db
def test_unbalanced_moves_are_refused_by_function_and_by_database() -> None:
    place, part = make_location(), make_part()

    with pytest.raises(EntriesDoNotBalance), transaction.atomic():
        post(kind="gift", source="x", moves=[Move(place.pk, part.pk, D(1))])
    with pytest.raises(IntegrityError, match="do not balance"), transaction.atomic():
        posting = Posting.objects.create(kind="gift", source="y", at="2026-01-01T00:00Z")
        StockEntry.objects.create(posting=posting, location=place, part=part, qty=1)


@pytest.mark.django_db
@pytest.mark.parametrize("pieces", ["NaN", "100000000"])
def test_nan_and_the_far_too_many_are_refused_by_the_database(pieces: str) -> None:
    place, part = make_location(), make_part()
    posting = Posting.objects.create(kind="gift", source=pieces, at="2026-01-01T00:00Z")

    with pytest.raises((IntegrityError, DataError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO parts_stockentry (posting_id, location_id, part_id, batch, qty, reserved, value)"
            " SELECT %s, place, %s, '', qty, 0, 0 FROM (VALUES (%s, %s::numeric), (%s, -%s::numeric)) AS legs (place, qty)",
            [posting.pk, part.pk, place.pk, pieces, stock.world().pk, pieces],
        )


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["parts_posting", "parts_stockentry", "parts_stockbalance"])
@pytest.mark.parametrize("statement", ["UPDATE {table} SET id = id", "DELETE FROM {table}", "TRUNCATE {table} CASCADE"])
def test_the_application_can_neither_change_nor_delete_what_was_posted(table: str, statement: str) -> None:
    put_stock(make_location(), make_part(), 1)

    with pytest.raises((ProgrammingError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table=table))


@pytest.mark.django_db
def test_the_application_cannot_write_balances() -> None:
    place, part = make_location(), make_part()

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        StockBalance.objects.create(location=place, part=part, on_hand=1)


@pytest.mark.django_db(transaction=True)
def test_one_piece_eight_takers_one_wins() -> None:
    place, part = make_location(), make_part()
    put_stock(place, part, 1)

    results = race(8, lambda number: take(place, part, 1, f"WO-{number}"))

    assert sum(result is True for result in results) == 1
    assert sum(isinstance(result, NotEnoughStock) for result in results) == 7
    assert balance(place, part).on_hand == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("locked", "winners"), [(False, 8), (True, 1)])
def test_negative_control_without_the_check_only_the_lock_saves(
    switch: Callable[..., None], monkeypatch: pytest.MonkeyPatch, locked: bool, winners: int
) -> None:
    place, part = make_location(), make_part()
    put_stock(place, part, 1)
    for name, condition in (
        ("stock_balance_never_negative", "is_world OR on_hand BETWEEN 0 AND 99999999"),
        ("stock_reserved_never_above_on_hand", "is_world OR reserved BETWEEN 0 AND on_hand"),
        ("stock_value_follows_quantity", "is_world OR value >= 0"),
    ):
        switch(
            f"ALTER TABLE parts_stockbalance DROP CONSTRAINT {name}",
            f"DELETE FROM parts_stockbalance; ALTER TABLE parts_stockbalance ADD CONSTRAINT {name} CHECK ({condition})",
        )
    monkeypatch.setattr(stock, "_require_stock", lambda moves, held: None)
    monkeypatch.setattr(stock, "_worth", lambda move, now: ZERO)

    @transaction.atomic
    def careless(number: int) -> bool:
        if locked:
            stock.lock_balances([(part.pk, place.pk, "")])
        if balance(place, part).on_hand < 1:
            return False
        time.sleep(0.1)
        return take(place, part, 1, f"WO-{number}")

    assert sum(result is True for result in race(8, careless)) == winners
    assert balance(place, part).on_hand == 1 - winners


@pytest.mark.django_db(transaction=True)
def test_same_source_from_eight_threads_posts_once() -> None:
    place, part = make_location(), make_part()
    put_stock(place, part, 9)

    results = race(8, lambda number: take(place, part, 5, "WO-1/1"))

    assert sorted(results) == [False] * 7 + [True]
    assert balance(place, part).on_hand == 4


@pytest.mark.django_db(transaction=True)
def test_crossing_transfers_end_without_deadlock_and_lose_nothing() -> None:
    places, parts = [make_location(), make_location()], [make_part(), make_part()]
    for place in places:
        for part in parts:
            put_stock(place, part, 40)

    @transaction.atomic
    def cross(number: int) -> bool:
        here, there = places if number % 2 else places[::-1]
        first, second = parts if number % 3 else parts[::-1]
        moves = []
        for part in (first, second):
            moves += [Move(here.pk, part.pk, D(-1)), Move(there.pk, part.pk, D(1))]
        return post(kind="transfer", source=f"T-{number}", moves=moves)

    for turn in range(3):
        assert all(result is True for result in race(8, lambda number: cross(100 * turn + number)))  # noqa: B023
    total = StockBalance.objects.filter(part__in=parts, is_world=False).aggregate(total=Sum("on_hand"))
    assert total["total"] == 160


@pytest.mark.django_db(transaction=True)
def test_reserving_and_taking_at_once_never_promises_more_than_there_is() -> None:
    place, part = make_location(), make_part()
    put_stock(place, part, 4)

    def act(number: int) -> bool:
        return reserve(place, part, 1, f"run-{number}") if number % 2 else take(place, part, 1, f"WO-{number}")

    results = race(8, act)

    now = balance(place, part)
    assert sum(result is True for result in results) == 4
    assert now.on_hand == now.reserved

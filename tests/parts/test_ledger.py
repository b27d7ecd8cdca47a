"""The stock books hold: balanced, bounded, posted once, never oversold; and the controls that lose without each wall."""

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Sum
from django.db.utils import InternalError, ProgrammingError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from parts import books, kits, places, stock
from parts.counts import entry, planning, posting
from parts.issuing import issue_to_job
from parts.models import KitRecipe, Location, Part, PartBatch, Posting, StockBalance, StockEntry
from parts.stock import EntriesDoNotBalance, Move, NotEnoughStock, SourceReused, post
from tests.conftest import race
from tests.factories.parts import make_bin, make_location, make_part, put_stock
from tests.factories.stations import make_station, make_user

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


class Warehouse(RuleBasedStateMachine):
    """Random receipts, issues, transfers, reservations and replays against a dict; fresh rows per example."""

    def __init__(self) -> None:
        super().__init__()
        self.part = make_part(price=None)
        self.places = [make_location(), make_location()]
        self.world = stock.world()
        self.on_hand, self.reserved = [ZERO, ZERO], [ZERO, ZERO]
        self.posted: list[tuple[str, list[Move]]] = []

    def _post(self, moves: list[Move], on_hand: list[Decimal], reserved: list[Decimal]) -> None:
        source = f"{self.part.pk}-{len(self.posted)}"
        fits = all(0 <= kept <= there for kept, there in zip(reserved, on_hand, strict=True))
        try:
            with transaction.atomic():
                post(kind="any", source=source, moves=moves)
        except NotEnoughStock:
            assert not fits
            return
        assert fits
        self.on_hand, self.reserved = on_hand, reserved
        self.posted.append((source, moves))

    def _with(self, values: list[Decimal], n: int, change: Decimal) -> list[Decimal]:
        return [value + change * (index == n) for index, value in enumerate(values)]

    @rule(n=st.integers(0, 1), pieces=st.decimals("0.001", 9, places=3), cost=st.decimals(0, 999, places=2))
    def receive(self, n: int, pieces: Decimal, cost: Decimal) -> None:
        moves = [
            Move(self.world.pk, self.part.pk, -pieces, unit_cost=cost),
            Move(self.places[n].pk, self.part.pk, pieces),
        ]
        self._post(moves, self._with(self.on_hand, n, pieces), self.reserved)

    @rule(n=st.integers(0, 1), pieces=st.decimals("0.001", 9, places=3))
    def issue(self, n: int, pieces: Decimal) -> None:
        moves = [Move(self.places[n].pk, self.part.pk, -pieces), Move(self.world.pk, self.part.pk, pieces)]
        self._post(moves, self._with(self.on_hand, n, -pieces), self.reserved)

    @rule(n=st.integers(0, 1), pieces=st.integers(1, 9))
    def transfer(self, n: int, pieces: int) -> None:
        moves = [
            Move(self.places[n].pk, self.part.pk, D(-pieces)),
            Move(self.places[1 - n].pk, self.part.pk, D(pieces)),
        ]
        changed = self._with(self._with(self.on_hand, n, D(-pieces)), 1 - n, D(pieces))
        self._post(moves, changed, self.reserved)

    @rule(n=st.integers(0, 1), pieces=st.integers(-9, 9).filter(bool))
    def set_aside(self, n: int, pieces: int) -> None:
        self._post(
            [Move(self.places[n].pk, self.part.pk, reserved=D(pieces))],
            self.on_hand,
            self._with(self.reserved, n, D(pieces)),
        )

    @rule(n=st.integers(0, 1), pieces=st.integers(1, 9))
    def ship_what_was_set_aside(self, n: int, pieces: int) -> None:
        moves = [
            Move(self.places[n].pk, self.part.pk, D(-pieces), reserved=D(-pieces)),
            Move(self.world.pk, self.part.pk, D(pieces)),
        ]
        self._post(moves, self._with(self.on_hand, n, D(-pieces)), self._with(self.reserved, n, D(-pieces)))

    @precondition(lambda self: self.posted)
    @rule(pick=st.integers(0, 99))
    def replay(self, pick: int) -> None:
        source, moves = self.posted[pick % len(self.posted)]
        with transaction.atomic():
            assert post(kind="any", source=source, moves=moves) is False

    @invariant()
    def balances_are_the_model_and_the_sum_of_entries(self) -> None:
        entries = (
            StockEntry.objects.filter(part=self.part)
            .values("location")
            .annotate(qty=Sum("qty"), kept=Sum("reserved"), worth=Sum("value"))
        )
        summed = {row["location"]: (row["qty"], row["kept"], row["worth"]) for row in entries}
        rows = {row.location_id: row for row in StockBalance.objects.filter(part=self.part)}
        for n, place in enumerate(self.places):
            row: Any = rows.get(place.pk)
            assert (row.on_hand if row else ZERO, row.reserved if row else ZERO) == (self.on_hand[n], self.reserved[n])
        for location, row in rows.items():
            assert summed.get(location, (ZERO, ZERO, ZERO)) == (row.on_hand, row.reserved, row.value)
        assert sum((row.on_hand for row in rows.values()), ZERO) == 0 == sum((row.value for row in rows.values()), ZERO)


class Room(RuleBasedStateMachine):
    """Random receipts into bins, issues, moves, counts and kits of a room, against a dict by (bin, batch)."""

    def __init__(self) -> None:
        super().__init__()
        self.station, self.people = make_station(), [make_user() for _ in range(3)]
        self.room = stock.station_location(self.station)
        self.bins = [self.room, make_bin(self.room), make_bin(self.room)]
        self.part, self.kit = make_part(price=None, is_batch_tracked=True), make_part(price=None)
        KitRecipe.objects.create(kit=self.kit, component=self.part, qty=2)
        self.held: dict[tuple[int, str], Decimal] = {}
        self.kits, self.turn = 0, 0

    def _add(self, n: int, batch: str, change: Decimal) -> None:
        self.held[(n, batch)] = self.held.get((n, batch), ZERO) + change

    def _fifo(self, wanted: int) -> bool:
        """Take from the model as a storekeeper would: oldest batch, bins before the floor; False if there is not enough."""
        if sum(self.held.values()) < wanted:
            return False
        left = D(wanted)
        born = list(PartBatch.objects.filter(part=self.part).order_by("pk").values_list("batch", flat=True))
        for key in sorted(self.held, key=lambda key: (born.index(key[1]), key[0] == 0, key[0])):
            taken = min(left, self.held[key])
            self._add(*key, -taken)
            left -= taken
        return True

    @rule(n=st.integers(0, 2), batch=st.sampled_from("AB"), pieces=st.integers(1, 9), cost=st.decimals(0, 99, places=2))
    def receive(self, n: int, batch: str, pieces: int, cost: Decimal) -> None:
        put_stock(self.bins[n], self.part, pieces, unit_cost=cost, batch=batch)
        self._add(n, batch, D(pieces))

    @rule(pieces=st.integers(1, 12), again=st.booleans())
    def issue(self, pieces: int, again: bool) -> None:
        self.turn += 1
        fits = self._fifo(pieces)
        for turn in range(1 + again):
            try:
                done = issue_to_job(self.station, self.part, D(pieces), source=f"WO-{self.part.pk}-{self.turn}")
                assert fits
                assert done is (turn == 0)
            except NotEnoughStock:
                assert not fits

    @rule(n=st.integers(0, 2), to=st.integers(0, 2), batch=st.sampled_from("AB"), pieces=st.integers(1, 9))
    def put_away(self, n: int, to: int, batch: str, pieces: int) -> None:
        values = {"source": self.bins[n], "target": self.bins[to], "batch": batch, "actor": self.people[0]}
        try:
            places.move_between_bins(self.part, D(pieces), **values)
        except places.NotOnePlace:
            assert n == to
        except NotEnoughStock:
            assert self.held.get((n, batch), ZERO) < pieces
        else:
            self._add(n, batch, D(-pieces))
            self._add(to, batch, D(pieces))

    @rule(off=st.integers(-3, 3))
    def count(self, off: int) -> None:
        count = planning.plan_count(self.room, reason="whole", parts=[self.part.pk], actor=None)
        count = entry.start_count(count, actor=self.people[0])
        row = count.lines.first()
        for counter in self.people[:2]:
            lines = count.lines.all() if count.status == "counting" else count.lines.filter(must_recount=True)
            found = {line.pk: max(line.book_qty + (off if line == row else 0), ZERO) for line in lines}
            entry.enter_counts(count, found=found, actor=counter)
            count = entry.hand_in(count, actor=counter)
            if count.status == "to_approve":
                break
        posting.approve_count(count, actor=self.people[2])
        if row:
            n = [place.pk for place in self.bins].index(row.location_id)
            self.held[(n, row.batch)] = max(row.book_qty + off, ZERO)

    @rule(number=st.integers(1, 3), undo=st.booleans())
    def build(self, number: int, undo: bool) -> None:
        before, fits = dict(self.held), self._fifo(2 * number)
        try:
            work = kits.build_kits(self.kit, D(number), place=self.room, actor=None)
        except NotEnoughStock:
            assert not fits
            return
        assert fits
        if undo:
            kits.undo_kit_work(work, actor=None)
            self.held = before
        else:
            self.kits += number

    @invariant()
    def balances_are_the_model(self) -> None:
        rows = StockBalance.objects.filter(part=self.part, location__in=self.bins, on_hand__gt=0)
        index = {place.pk: n for n, place in enumerate(self.bins)}
        lying = {(index[row.location_id], row.batch): row.on_hand for row in rows}
        assert lying == {key: qty for key, qty in self.held.items() if qty}
        assert stock.on_hand(self.kit, self.room) == self.kits
        assert not Location.objects.exclude(frozen_by="").exists()


@pytest.mark.django_db
def test_room_machine() -> None:
    quick = settings(
        max_examples=8, stateful_step_count=15, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Room, settings=quick)

    assert [sentence for check in books.CHECKS.values() for sentence in check()] == []


@pytest.mark.django_db
def test_warehouse_machine() -> None:
    quick = settings(
        max_examples=30, stateful_step_count=30, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Warehouse, settings=quick)

    assert [*books.balances_agree(), *books.postings_balance()] == []

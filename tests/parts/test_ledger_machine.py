"""Random lives of a warehouse and of a room with bins, against a dict: no piece, no cent and no promise is lost."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from parts import books, kits, places, stock
from parts.counts import entry, planning, posting
from parts.issuing import issue_to_job
from parts.models import KitRecipe, Location, PartBatch, StockBalance, StockEntry
from parts.stock import Move, NotEnoughStock, post
from tests.factories.parts import make_bin, make_location, make_part, put_stock
from tests.factories.stations import make_station, make_user

D = Decimal
ZERO = D(0)


class Warehouse(RuleBasedStateMachine):
    """Random receipts, issues, transfers, reservations and replays against a dict; fresh rows per example."""

    def __init__(self) -> None:
        super().__init__()
        self.part = make_part(price=None, unit="米")
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

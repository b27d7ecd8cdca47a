"""Random weeks of a parts network on real PostgreSQL: whatever is done, retried or refused, pieces and credit stay true.

The model knows only sums: what lies in the central warehouse, on the way to each station and on its shelf. Every act either
has exactly its effect on them or is refused and has none.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.db.models import F, Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from parts import books, fulfillment, issuing, packing, picking, stock, taking
from parts.allocation import allocate
from parts.cases.deciding import Ruling, decide_case
from parts.counts import entry, planning, posting
from parts.fulfillment import Count
from parts.models import (
    Decision,
    LocationKind,
    OrderKind,
    PartsOrder,
    PartsOrderLine,
    ReceivingCase,
    Shipment,
    StockBalance,
)
from parts.ordering import Wanted, cancel_rest, place_order
from parts.packing import Box
from parts.receiving import Delivered, receive_goods
from parts.setting_free import expire_allocations, set_free
from parts.states import CaseStatus, CountStatus, ShipmentStatus
from portal.core import clock
from portal.core.errors import Refusal
from stations import dealer_account
from tests.factories.parts import make_bin, make_part, make_supplier
from tests.factories.stations import make_station, make_user

D = Decimal
ZERO = D(0)
BOOKS = (
    "balances_agree",
    "postings_balance",
    "reservations_are_allocations",
    "order_lines_add_up",
    "transit_is_on_its_way",
)
ACTS = (
    *("receive_goods", "order", "order", "run", "expire", "free", "cancel", "pick", "pick", "put_back", "short_pick"),
    *("send_on", "send_on", "send_on", "send_on", "out_of_turn", "issue", "bring_back", "count", "again"),
)


class Dice(NamedTuple):
    """What chance says for one act; each act reads what it needs."""

    n: int
    pick: int
    qty: Decimal
    short: Decimal
    cost: Decimal
    decision: str

    def one[T](self, rows: Sequence[T]) -> T:
        """One of the rows, the latest most often."""
        return rows[-1 - self.pick % len(rows)]


class Network(RuleBasedStateMachine):
    """One batch-tracked part, a warehouse of two bins, two stations with credit; fresh rows per example."""

    def __init__(self) -> None:
        super().__init__()
        self.before = transaction.savepoint_create()
        self.clerk, self.second, self.chief = make_user(), make_user(), make_user()
        self.supplier = make_supplier()
        self.part = make_part(price="10.00", is_batch_tracked=True)
        self.central = stock.central_warehouse()
        self.bins = [make_bin(self.central), make_bin(self.central)]
        self.stations = [make_station(), make_station()]
        for station in self.stations:
            account = dealer_account.account_of(station)
            dealer_account.set_credit_limit(account, credit_limit=D(1_000), reason="开户额度", actor=None)
        self.shipments: list[Shipment] = []
        self.issued: list[tuple[int, str, Decimal]] = []
        self.central_qty, self.way, self.shelf = ZERO, [ZERO, ZERO], [ZERO, ZERO]
        self.last: Callable[[], Any] | None = None

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.before)

    @initialize()
    def begin(self) -> None:
        """Goods of two batches lie there, and each station has a shipment on its way."""
        for n in (0, 1):
            self.receive_goods(Dice(n, 0, D(20), ZERO, D(7), ""))
            self.order(Dice(n, n, D(6), ZERO, ZERO, ""))
            self.run(None)
            self.pick(Dice(n, 0, ZERO, ZERO, ZERO, ""))
            self.send_on(Dice(n, 0, ZERO, ZERO, ZERO, ""))

    @rule(
        what=st.sampled_from(ACTS),
        dice=st.builds(
            Dice,
            n=st.integers(0, 1),
            pick=st.integers(0, 99),
            qty=st.integers(1, 9).map(D),
            short=st.sampled_from([D(1), ZERO, D(2)]),
            cost=st.decimals("0.01", 99, places=2),
            decision=st.sampled_from([Decision.CREDIT, Decision.RESHIP, Decision.REFUSE]),
        ),
    )
    def act(self, what: str, dice: Dice) -> None:
        """One of the acts, all under a single rule, so that no example goes without some of them."""
        getattr(self, what)(dice)

    # --- what is done

    def receive_goods(self, dice: Dice) -> None:
        line = Delivered(
            self.part, dice.qty, dice.cost, batch=f"{'AB'[dice.n]}{self.part.pk}", location=self.bins[dice.n]
        )
        if self._try(lambda: receive_goods(self.supplier, lines=[line], actor=self.clerk)):
            self.central_qty += dice.qty
        self.last = None  # the same delivery twice is two deliveries

    def order(self, dice: Dice) -> None:
        wanted = [Wanted(self.part.number, dice.qty, no_partial=dice.pick % 3 == 0)]
        kind = OrderKind.MACHINE_DOWN if dice.pick % 4 == 0 else OrderKind.STOCK
        self._try(lambda: place_order(self.stations[dice.n], lines=wanted, kind=kind, actor=self.clerk))
        self.last = None

    def run(self, _dice: Dice | None) -> None:
        self._try(lambda: allocate(parts=[self.part.pk], actor=self.clerk))

    def expire(self, dice: Dice) -> None:
        self._try(lambda: expire_allocations(at=clock.now() + timedelta(days=dice.pick % 20)))

    def free(self, dice: Dice) -> None:
        order = dice.one(self._orders())
        self._try(lambda: set_free(order, actor=self.clerk, reason="先给停机用户"))

    def cancel(self, dice: Dice) -> None:
        order = dice.one(self._orders())
        self._try(lambda: cancel_rest(order, actor=self.clerk, reason="不再需要"))

    def pick(self, dice: Dice) -> None:
        order = dice.one(self._orders())
        shipment = self._try(lambda: taking.pick_order(order, actor=self.clerk))
        if shipment:
            self.shipments.append(shipment)

    def put_back(self, dice: Dice) -> None:
        shipment = dice.one(self.shipments)
        self._try(lambda: taking.undo_pick(shipment, actor=self.clerk))

    def short_pick(self, dice: Dice) -> None:
        """Some pieces are not found; they stay in the book until somebody counts."""
        shipment = dice.one(self.shipments)
        missing = {shipment.lines.earliest("pk").pk: dice.short}
        self._try(lambda: picking.short_pick(shipment, missing=missing, reason="货位上没有", actor=self.clerk))
        self.last = None

    def send_on(self, dice: Dice) -> None:
        """The shipment's next step: packed and shipped; received, perhaps with pieces missing; its case decided."""
        shipment = Shipment.objects.get(pk=dice.one(self.shipments).pk)
        if shipment.status == ShipmentStatus.PICKING:
            self._try(lambda: packing.pack_shipment(shipment, boxes=[Box("SF1", D(1))], actor=self.clerk))
        if shipment.status in {ShipmentStatus.PICKING, ShipmentStatus.PACKED}:
            self._ship(shipment)
        elif shipment.status == ShipmentStatus.RECEIVED_WITH_DIFFERENCES:
            self._decide(ReceivingCase.objects.get(shipment=shipment), dice.decision)
        else:
            self._receive(shipment, dice.short)

    def out_of_turn(self, dice: Dice) -> None:
        shipment = dice.one(self.shipments)
        if dice.n:
            self._ship(shipment)
        else:
            self._receive(shipment, ZERO)

    def _ship(self, shipment: Shipment) -> None:
        shipped = self._try(lambda: fulfillment.ship_shipment(shipment, carrier="顺丰", actor=self.clerk))
        if shipped:
            pieces = sum((line.qty for line in shipped.lines.all()), ZERO)
            self.central_qty -= pieces
            self.way[self._side(shipped)] += pieces

    def _receive(self, shipment: Shipment, short: Decimal) -> None:
        counts = {line.pk: Count(line.qty - min(short, line.qty)) for line in shipment.lines.all()}
        if self._try(lambda: fulfillment.receive_shipment(shipment, counts=counts, actor=self.clerk)):
            pieces = sum((count.received for count in counts.values()), ZERO)
            self.way[self._side(shipment)] -= pieces
            self.shelf[self._side(shipment)] += pieces

    def _decide(self, case: ReceivingCase, decision: str) -> None:
        lines = list(case.lines.all())
        rulings = {line.pk: Ruling(decision, "承运人确认") for line in lines}
        if self._try(lambda: decide_case(case, rulings=rulings, actor=self.clerk)):
            side, pieces = self._side(case.shipment), sum((line.qty for line in lines), ZERO)
            self.way[side] -= pieces
            if decision == Decision.REFUSE:
                self.shelf[side] += pieces

    def issue(self, dice: Dice) -> None:
        source = f"WO-{self.part.pk}-{len(self.issued)}"
        if self._try(lambda: issuing.issue_to_job(self.stations[dice.n], self.part, dice.qty, source=source)):
            self.issued.append((dice.n, source, dice.qty))
            self.shelf[dice.n] -= dice.qty

    def bring_back(self, dice: Dice) -> None:
        if self.issued:
            n, source, qty = dice.one(self.issued)
            if self._try(lambda: issuing.return_from_job(self.stations[n], self.part, qty, source=source)):
                self.shelf[n] += qty

    def count(self, dice: Dice) -> None:
        """Two people count a bin, of which picked pieces stand apart, and find one too many or too few; a third approves."""
        bin_ = self.bins[dice.n]
        count = planning.plan_count(self.central, reason="cycle", bins=[bin_], actor=self.chief)
        count = entry.start_count(count, actor=self.chief)
        there = {line.pk: line.book_qty - line.apart_qty for line in count.lines.all()}
        found = {pk: max(ZERO, qty + dice.short - 1) for pk, qty in there.items()}
        gained = sum(found.values(), ZERO) - sum(there.values(), ZERO)
        entry.enter_counts(count, found=found, actor=self.clerk)
        if entry.hand_in(count, actor=self.clerk).status == CountStatus.RECOUNT:
            again = {line.pk: found[line.pk] for line in count.lines.filter(must_recount=True)}
            entry.enter_counts(count, found=again, actor=self.second)
            entry.hand_in(count, actor=self.second)
        if self._try(lambda: posting.approve_count(count, actor=self.chief)):
            self.central_qty += gained
        else:
            posting.cancel_count(count, reason="已变动，重新盘点", actor=self.chief)

    def again(self, _dice: Dice) -> None:
        """An act on a document that is done changes nothing the second time."""
        if self.last is not None:
            before = self._state()
            with suppress(Refusal):
                self.last()
            assert self._state() == before

    # --- how it is done

    def _try(self, act: Callable[[], Any]) -> Any:
        """The act's answer; None, and nothing changed, where it is refused."""
        before = self._state()
        self.last = act
        try:
            return act()
        except Refusal:
            assert self._state() == before
            return None

    def _state(self) -> Any:
        balances = StockBalance.objects.filter(part=self.part).exclude(on_hand=0, reserved=0).order_by("pk")
        lines = PartsOrderLine.objects.filter(part=self.part).order_by("pk")
        accounts = [dealer_account.account_of(station) for station in self.stations]
        return (
            list(balances.values_list("pk", "on_hand", "reserved", "value")),
            list(lines.values_list("open_qty", "allocated_qty", "picked_qty", "shipped_qty", "received_qty", "amount")),
            [(account.used, account.committed) for account in accounts],
        )

    def _orders(self) -> list[PartsOrder]:
        return list(PartsOrder.objects.filter(station__in=self.stations).order_by("pk"))

    def _side(self, shipment: Shipment) -> int:
        return [station.pk for station in self.stations].index(shipment.station_id)

    # --- what holds

    @invariant()
    def every_place_holds_what_the_model_says(self) -> None:
        rows = StockBalance.objects.filter(part=self.part).order_by().values_list("location__kind", "location__station")
        held = {(kind, station): qty for kind, station, qty in rows.annotate(Sum("on_hand"))}
        inside = sum((self.central_qty, *self.way, *self.shelf), ZERO)
        assert held.get((LocationKind.HQ, None), ZERO) == self.central_qty
        assert held.get((LocationKind.WORLD, None), ZERO) == -inside
        for n, station in enumerate(self.stations):
            assert held.get((LocationKind.TRANSIT, station.pk), ZERO) == self.way[n]
            assert held.get((LocationKind.STATION, station.pk), ZERO) == self.shelf[n]

    @invariant()
    def the_accounts_say_what_is_ordered_and_what_is_shipped(self) -> None:
        for station in self.stations:
            account = dealer_account.account_of(station)
            lines = PartsOrderLine.objects.filter(order__station=station).exclude(order__status="on_hold")
            open_amount = Sum(F("amount") - F("shipped_amount"), default=ZERO)
            owed = lines.aggregate(open=open_amount, gone=Sum("shipped_amount", default=ZERO))
            closed = ReceivingCase.objects.filter(shipment__station=station, status=CaseStatus.CLOSED)
            forgiven = closed.aggregate(sum=Sum(F("credit") - F("charge"), default=ZERO))["sum"]
            assert (account.committed, account.used) == (owed["open"], owed["gone"] - forgiven)

    @invariant()
    def the_books_hold(self) -> None:
        assert [sentence for name in BOOKS for sentence in getattr(books, name)()] == []


@pytest.mark.django_db
def test_a_network_in_any_order_of_acts() -> None:
    examples, steps = (200, 50) if os.environ.get("YIZHAN_PROOF") == "chaos" else (8, 30)
    run_state_machine_as_test(
        Network,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip

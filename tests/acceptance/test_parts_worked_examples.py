"""A small warehouse's month, told day by day: every figure can be checked by hand.

One filter F, national price 20.00, stations A of grade B (pays 15.00) and C of grade A (pays 14.00), one clip G at 5.00.
The balance after each day stands beside it: pieces and value in the warehouse, on the way, at A; what A owes.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from parts import books, kits, stock, transfers
from parts.allocation import allocate
from parts.cases.deciding import Ruling, decide_case
from parts.counts import entry, planning, posting
from parts.fulfillment import Count, receive_shipment, ship_shipment
from parts.issuing import issue_to_job
from parts.models import KitRecipe, Part, ReceivingCase, ReturnCause, StockBalance, StockCountLine
from parts.ordering import Wanted, cancel_rest, place_order
from parts.packing import Box, pack_shipment
from parts.receiving import Delivered, receive_goods
from parts.returns.asking import Unused, decide_return, request_return
from parts.returns.moving import Verdict, inspect_return, ship_return
from parts.taking import pick_order
from portal.accounts.roles import Role
from portal.core import clock
from stations import dealer_account
from tests.factories.claims import photo
from tests.factories.parts import make_part, make_supplier
from tests.factories.stations import make_center, make_grade, make_member, make_station, make_user

D = Decimal


def day(number: int) -> datetime:
    """Nine in the morning of a day of June."""
    return datetime(2026, 6, number, 9, tzinfo=clock.SHANGHAI)


class Month:
    """The people and things of the story."""

    def __init__(self) -> None:
        center = make_center()
        self.a, self.c = make_station(center=center), make_station(center=center)
        make_grade(station=self.a, grade="B")
        make_grade(station=self.c, grade="A")
        self.filter, self.clip = make_part(price="20.00", name="滤芯"), make_part(price="5.00", name="卡扣")
        self.supplier = make_supplier()
        self.clerk, self.second, self.chief = make_user(), make_user(), make_user()
        self.dealer = make_member(Role.STATION_CLERK, station=self.a)
        self.other = make_member(Role.STATION_CLERK, station=self.c)
        self.central = stock.central_warehouse()

    def deliver(self, part: Part, qty: int, cost: str, at: datetime) -> None:
        receive_goods(self.supplier, lines=[Delivered(part, D(qty), D(cost))], actor=self.clerk, at=at)

    def lies(self, place: Any, part: Part | None = None) -> tuple[Decimal, Decimal]:
        """Pieces and their value at a place."""
        rows = StockBalance.objects.filter(location=place, part=part or self.filter)
        sums = rows.aggregate(qty=Sum("on_hand", default=D(0)), worth=Sum("value", default=D(0)))
        return sums["qty"], sums["worth"]

    def stands(self) -> tuple[tuple[Decimal, Decimal], ...]:
        """Warehouse, way to A, shelf of A."""
        return (
            self.lies(self.central),
            self.lies(stock.transit_location(self.a)),
            self.lies(stock.station_location(self.a)),
        )

    def owes(self, station: Any) -> Decimal:
        return dealer_account.account_of(station).used


def sheet(*cells: tuple[int, str]) -> tuple[tuple[Decimal, Decimal], ...]:
    """A line of the hand-written stock sheet."""
    return tuple((D(pieces), D(value)) for pieces, value in cells)


@pytest.fixture
def month() -> Any:
    clock.set(day(1))
    yield Month()
    clock.set(None)


@pytest.mark.django_db
def test_a_small_warehouses_month(month: Month) -> None:
    shipment = _days_1_to_4(month)
    _days_6_to_10(month, shipment)
    _days_12_to_15(month)
    _days_18_to_24(month)
    assert [sentence for check in books.CHECKS.values() for sentence in check()] == []


def _days_1_to_4(month: Month) -> Any:
    """Two deliveries make an average; an order leaves at it and is invoiced at the station's price."""
    month.deliver(month.filter, 20, "10.00", day(1))
    month.deliver(month.filter, 10, "13.00", day(3))
    assert month.stands() == sheet((30, "330.00"), (0, "0"), (0, "0"))  # 200.00 + 130.00, 11.00 a piece

    clock.set(day(4))
    order = place_order(month.a, lines=[Wanted(month.filter.number, D(12))], actor=month.dealer, at=day(4))
    account = dealer_account.account_of(month.a)
    assert (order.total, account.committed, account.used) == (D("180.00"), D("180.00"), 0)  # 12 × 20.00 × 0.75
    allocate(actor=month.clerk, at=day(4))
    packed = pack_shipment(pick_order(order, actor=month.clerk), boxes=[Box("SF1", D(2))], actor=month.clerk)
    shipment = ship_shipment(packed, carrier="顺丰", actor=month.clerk, at=day(4))
    assert month.stands() == sheet((18, "198.00"), (12, "132.00"), (0, "0"))  # 12 × 11.00 are on the way
    assert month.owes(month.a) == D("180.00")
    return shipment


def _days_6_to_10(month: Month, shipment: Any) -> None:
    """One piece is missing, one damaged; both are credited. Three go into a machine, two come back unused."""
    clock.set(day(6))
    line = shipment.lines.get()
    receive_shipment(shipment, counts={line.pk: Count(D(11), D(1), photos=[photo()])}, actor=month.dealer, at=day(6))
    assert month.stands() == sheet((18, "198.00"), (2, "22.00"), (10, "110.00"))
    case = ReceivingCase.objects.get()
    goods = {"short": "", "damaged": "scrap"}
    rulings = {row.pk: Ruling("credit", "运输破损，已核实", goods=goods[row.kind]) for row in case.lines.all()}
    decide_case(case, rulings=rulings, actor=month.clerk, at=day(7))
    assert month.stands() == sheet((18, "198.00"), (0, "0"), (10, "110.00"))
    assert month.owes(month.a) == D("150.00")  # 180.00 − 2 × 15.00

    issue_to_job(month.a, month.filter, D(3), source="WO-1", at=day(8), actor=month.dealer)
    assert month.stands() == sheet((18, "198.00"), (0, "0"), (7, "77.00"))

    clock.set(day(9))
    asked = request_return(
        shipment, unused={line.pk: Unused(D(2))}, cause=ReturnCause.STATION, reason="客户取消",
        closed_pack=True, photos=[photo()], actor=month.dealer, at=day(9),
    )  # fmt: skip
    sent = ship_return(
        decide_return(asked, approve=True, actor=month.clerk, at=day(9)), carrier="顺丰", actor=month.dealer, at=day(9)
    )
    verdicts = {row.pk: Verdict(row.qty) for row in sent.lines.all()}
    done = inspect_return(sent, verdicts=verdicts, actor=month.clerk, at=day(10))
    assert done.credit == D("27.00")  # 2 × 15.00 less 10 %
    assert month.stands() == sheet((20, "220.00"), (0, "0"), (5, "55.00"))
    assert month.owes(month.a) == D("123.00")


def _days_12_to_15(month: Month) -> None:
    """The count misses a piece; two kits of two filters and a clip are built."""
    clock.set(day(12))
    count = planning.plan_count(month.central, reason="whole", actor=month.chief, at=day(12))
    entry.start_count(count, actor=month.chief, at=day(12))
    found = {row.pk: row.book_qty - 1 for row in count.lines.all()}
    entry.enter_counts(count, found=found, actor=month.clerk)
    entry.hand_in(count, actor=month.clerk, at=day(12))  # 1 of 20 is 5 %, above 2 %: somebody else counts again
    entry.enter_counts(count, found=found, actor=month.second)
    entry.hand_in(count, actor=month.second, at=day(12))
    posted = posting.approve_count(count, actor=month.chief, at=day(12))
    assert (posted.loss_value, posted.gain_value) == (D("11.00"), 0)
    assert StockCountLine.objects.get().second_by == month.second
    assert month.stands() == sheet((19, "209.00"), (0, "0"), (5, "55.00"))

    month.deliver(month.clip, 4, "5.00", day(14))
    kit = make_part(price="60.00", name="保养包")
    KitRecipe.objects.create(kit=kit, component=month.filter, qty=2)
    KitRecipe.objects.create(kit=kit, component=month.clip, qty=1)
    kits.build_kits(kit, D(2), place=month.central, actor=month.clerk, at=day(15))
    assert month.lies(month.central, kit) == (2, D("54.00"))  # 4 × 11.00 + 2 × 5.00
    assert month.stands() == sheet((15, "165.00"), (0, "0"), (5, "55.00"))
    assert month.lies(month.central, month.clip) == (2, D("10.00"))


def _days_18_to_24(month: Month) -> None:
    """C takes two pieces over from A; a delivery at 15.00 lifts the average; what nobody has is cancelled."""
    clock.set(day(18))
    asked = transfers.request_transfer(
        month.c, month.a, lines=[Wanted(month.filter.number, D(2))], reason="客户设备停机", actor=month.other
    )
    row = transfers.approve_transfer(transfers.agree_transfer(asked, actor=month.dealer), actor=month.clerk)
    row = transfers.ship_transfer(row, carrier="顺丰", actor=month.dealer)
    transfers.receive_transfer(row, counts={row.lines.get().pk: D(2)}, actor=month.other)
    assert month.lies(stock.station_location(month.c)) == (2, D("22.00"))
    assert month.stands() == sheet((15, "165.00"), (0, "0"), (3, "33.00"))
    assert (month.owes(month.a), month.owes(month.c)) == (D("93.00"), D("28.00"))  # −2 × 15.00, +2 × 14.00

    month.deliver(month.filter, 5, "15.00", day(20))
    assert month.stands()[0] == (20, D("240.00"))  # 12.00 a piece from now on

    clock.set(day(22))
    order = place_order(month.a, lines=[Wanted(month.filter.number, D(23))], actor=month.dealer, at=day(22))
    allocate(actor=month.clerk, at=day(22))
    line = order.lines.get()
    assert (line.allocated_qty, line.backordered_qty, order.total) == (20, 3, D("345.00"))
    cancel_rest(order, actor=month.dealer, reason="客户改期", at=day(23))
    assert dealer_account.account_of(month.a).committed == D("300.00")  # 20 × 15.00 are still to come
    packed = pack_shipment(pick_order(order, actor=month.clerk), boxes=[Box(weight_kg=D(1))], actor=month.clerk)
    ship_shipment(packed, carrier="顺丰", actor=month.clerk, at=day(24))
    assert month.stands() == sheet((0, "0"), (20, "240.00"), (3, "33.00"))
    account = dealer_account.account_of(month.a)
    assert (account.committed, account.used) == (0, D("393.00"))  # 93.00 + 300.00
    clock.set(day(24) + timedelta(hours=1))

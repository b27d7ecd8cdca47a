"""What programs do with goods after the shelf: counts, transfers, vans, returns, templates; as the pages allow it."""

from decimal import Decimal
from functools import partial
from typing import Any

from parts import order_aids, transfers
from parts.counts import entry
from parts.models import PartsReturn, StockCount
from parts.ordering import Wanted
from parts.returns.asking import decide_return
from parts.returns.moving import ship_return
from parts.vans import load_van
from portal.accounts.roles import Role
from stations.models import Technician
from tests.factories.parts import make_part, stock_at_station
from tests.factories.stations import make_member, make_station, make_user
from tests.permissions import FIELD, HQ, STATION_A, Row
from tests.permissions.api import api
from tests.permissions.parts import (
    COUNTERS,
    NOT_HQ,
    OFFICE,
    ORDERING,
    OURS,
    READERS,
    STRANGERS,
    begun_count,
    case_of_a,
    part_number,
    planned_count,
    received_by_a,
    return_of_a,
    transfer_to_a,
    van_of_a,
)


def template_of_a(cast: Any) -> list[Any]:
    """A list of one part."""
    rows = f"{make_part().number}\t1\n"
    return [order_aids.save_template(cast.station_a, name="常备件", rows=rows, actor=cast.clerk_a).pk]


def moving(cast: Any, *, until: str, gives: bool) -> list[Any]:
    """A transfer of one piece that station a gives or takes, as far as it was taken."""
    other, part = make_station(center=cast.center_a), make_part()
    giver, taker = (cast.station_a, other) if gives else (other, cast.station_a)
    people = {station.pk: make_member(Role.STATION_CLERK, station=station) for station in (giver, taker)}
    stock_at_station(giver, part, 1)
    row = transfers.request_transfer(
        taker, giver, lines=[Wanted(part.number, Decimal(1))], reason="设备停机", actor=people[taker.pk]
    )
    steps = {
        "agreed": lambda: transfers.agree_transfer(row, actor=people[giver.pk]),
        "approved": lambda: transfers.approve_transfer(row, actor=cast.warehouse),
        "shipped": lambda: transfers.ship_transfer(row, carrier="顺丰", actor=people[giver.pk]),
    }
    for name in list(steps)[: list(steps).index(until) + 1] if until else []:
        steps[name]()
    return [row.pk]


def going_back(cast: Any, *, shipped: bool = False) -> list[Any]:
    """A return of station a that headquarters has approved."""
    back = PartsReturn.objects.get(pk=return_of_a(cast)[0])
    decide_return(back, approve=True, actor=cast.warehouse)
    if shipped:
        ship_return(back, carrier="顺丰", actor=cast.clerk_a)
    return [back.pk]


def loaded_van(cast: Any) -> list[Any]:
    """A van of station a with a piece in it."""
    [pk], part = van_of_a(cast), make_part()
    stock_at_station(cast.station_a, part, 1)
    load_van(Technician.objects.get(pk=pk), [Wanted(part.number, Decimal(1))], actor=cast.clerk_a)
    return [pk]


def counted(cast: Any, *, handed_in: bool = False) -> list[Any]:
    """A count of the central warehouse in which every line was found as the book says."""
    count, counter = StockCount.objects.get(pk=begun_count(cast)[0]), make_user()
    entry.enter_counts(count, found={row.pk: row.book_qty for row in count.lines.all()}, actor=counter)
    if handed_in:
        entry.hand_in(count, actor=counter)
    return [count.pk]


def act(name: str, args: Any, *members: str, hidden: Any = STRANGERS) -> Row:
    """An act of these; 415 says that the door is open but a form is no JSON."""
    return Row(f"api_{name}", args=args, post=api(*members, ok=415, hidden=hidden))


def form(name: str, args: Any, *members: str) -> Row:
    """An act that brings pictures: an empty form names what it lacks."""
    return Row(f"api_{name}", args=args, post=api(*members, ok=400, hidden=STRANGERS))


def on_count(name: str, args: Any, *members: str) -> Row:
    return act(f"stock_count_{name}", args, *members, hidden=NOT_HQ)


VANS_OF_OTHERS = (*STRANGERS, "technician_a")
ROWS = [
    form("receiving_case_photos", case_of_a, *OURS),
    act("receiving_case_withdraw", case_of_a, *OURS),
    act("receiving_case_report", received_by_a, *OURS),
    form("parts_return_request", received_by_a, *OURS),
    act("parts_return_approve", return_of_a, "warehouse"),
    act("parts_return_refuse", return_of_a, "warehouse"),
    act("parts_return_withdraw", return_of_a, *OURS),
    act("parts_return_send", going_back, *OURS),
    act("parts_return_inspect", partial(going_back, shipped=True), "warehouse"),
    Row("api_stock_counts", get=api(*HQ, *OFFICE), post=api("warehouse", *OFFICE, ok=415)),
    Row("api_stock_count", args=planned_count, get=api(*HQ, hidden=NOT_HQ)),
    on_count("start", planned_count, *COUNTERS),
    on_count("enter", begun_count, *COUNTERS),
    on_count("hand_in", counted, *COUNTERS),
    on_count("approve", partial(counted, handed_in=True), "warehouse", "finance"),
    on_count("cancel", begun_count, "warehouse"),
    Row("api_stock_transfers", get=api(*READERS), post=api(*OFFICE, ok=415)),
    Row("api_stock_transfer", args=transfer_to_a, get=api(*HQ, *FIELD, *STATION_A, hidden=STRANGERS)),
    act("stock_transfer_agree", partial(moving, until="", gives=True), *OURS),
    act("stock_transfer_approve", partial(moving, until="agreed", gives=False), "warehouse"),
    act("stock_transfer_refuse", partial(moving, until="agreed", gives=True), *OURS, "warehouse"),
    act("stock_transfer_cancel", transfer_to_a, *OURS),
    act("stock_transfer_send", partial(moving, until="approved", gives=True), *OURS),
    act("stock_transfer_receive", partial(moving, until="shipped", gives=False), *OURS),
    Row("api_vans", get=api(*READERS)),
    Row("api_van", args=van_of_a, get=api(*HQ, *FIELD, *OURS, hidden=VANS_OF_OTHERS)),
    act("van_load", van_of_a, *OURS, hidden=VANS_OF_OTHERS),
    act("van_unload", loaded_van, *OURS, hidden=VANS_OF_OTHERS),
    Row("api_order_templates", get=api(*ORDERING), post=api(*ORDERING, ok=415)),
    Row("api_order_template", args=template_of_a, get=api(*OURS, hidden=STRANGERS)),
    act("order_template_delete", template_of_a, *OURS),
    Row("api_favorite_parts", get=api(*ORDERING)),
    act("part_star", part_number, *ORDERING, hidden=()),
    Row("api_parts_order_preview", post=api(*ORDERING, ok=415)),
]

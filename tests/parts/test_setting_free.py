"""Stock set aside and not picked: freed by hand with a reason, or by its days, and ranked anew."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from parts import books, stock
from parts.allocation import allocate
from parts.models import Allocation, OrderKind
from parts.ordering import ReasonMissing, Wanted, place_order
from parts.setting_free import NothingSetAside, expire_allocations, set_free
from parts.taking import pick_order
from portal.core import clock
from portal.core.models.events import Event
from tests.factories.parts import make_part, stock_at_headquarters
from tests.factories.stations import make_station, make_user

D = Decimal
NINE = datetime(2026, 6, 1, 9, tzinfo=clock.SHANGHAI)


def violations() -> list[str]:
    return [line for check in books.CHECKS.values() for line in check()]


@pytest.mark.django_db
def test_set_free_gives_the_stock_back_and_the_lines_wait_again() -> None:
    station, clerk, part = make_station(), make_user(), make_part(price="1.00")
    stock_at_headquarters(part, 3)
    order = place_order(station, lines=[Wanted(part.number, D(5))], actor=clerk)
    allocate(actor=clerk)

    freed = set_free(order, actor=clerk, reason="给停机用户先用")

    line = order.lines.get()
    assert (freed.status, line.allocated_qty, line.backordered_qty) == ("backordered", 0, 5)
    assert stock.available(part, stock.central_warehouse()) == 3
    assert Event.objects.get(kind="partsorder.set_free").note == "给停机用户先用"
    assert violations() == []


@pytest.mark.django_db
def test_set_free_refuses_what_is_picked_and_what_has_no_reason() -> None:
    station, clerk, part = make_station(), make_user(), make_part(price="1.00")
    stock_at_headquarters(part, 3)
    order = place_order(station, lines=[Wanted(part.number, D(3))], actor=clerk)
    allocate(actor=clerk)
    with pytest.raises(ReasonMissing):
        set_free(order, actor=clerk, reason="  ")
    pick_order(order, actor=clerk)

    with pytest.raises(NothingSetAside):
        set_free(order, actor=clerk, reason="给停机用户先用")


@pytest.mark.django_db
def test_stock_not_picked_for_fourteen_days_is_ranked_anew_and_the_stopped_machine_gets_it(station: Any) -> None:
    clerk, part = make_user(), make_part(price="1.00")
    stock_at_headquarters(part, 3)
    early = place_order(station, lines=[Wanted(part.number, D(3))], actor=clerk, at=NINE)
    allocate(actor=clerk, at=NINE)
    urgent = place_order(
        make_station(), lines=[Wanted(part.number, D(2))], kind=OrderKind.MACHINE_DOWN, actor=clerk, at=NINE
    )
    allocate(actor=clerk, at=NINE)
    assert expire_allocations(at=NINE + timedelta(days=14)) == []

    assert expire_allocations(at=NINE + timedelta(days=14, seconds=1)) == [early]

    held = dict(Allocation.objects.filter(allocated_qty__gt=0).values_list("line__order", "allocated_qty"))
    assert held == {urgent.pk: 2, early.pk: 1}
    assert violations() == []


@pytest.fixture
def station() -> Any:
    return make_station()

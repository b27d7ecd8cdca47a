"""The service tier of a part's product lines keeps pieces for stopped machines and promises how soon parts leave."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from parts import stock, tiers
from parts.allocation import allocate
from parts.basket import Row, assess
from parts.models import OrderKind, Part
from parts.ordering import Wanted, place_order
from parts.ranking import explained
from parts.sharing import MACHINE_DOWN, Demand, Link, share
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.parameters import set_parameter
from stations.models import ServiceTier
from tests.factories.parts import make_bin, make_fitment, make_part, put_stock, stock_at_headquarters
from tests.factories.stations import make_family, make_member, make_product_model, make_station, make_user

D = Decimal
EARLIER = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = st.tuples(st.sampled_from(["hq", "east"]), st.sampled_from(["p", "q"]))
LINES = st.tuples(
    st.sampled_from(["p", "q"]), st.integers(1, 30), st.sampled_from(["stock", MACHINE_DOWN]), st.booleans()
)


def fitted(*values: ServiceTier) -> Part:
    """A part that fits one model of a product line of each tier."""
    part = make_part()
    for tier in values:
        make_fitment(part, make_product_model(family=make_family(tier=tier)))
    return part


def ordered(part: Part, qty: int, kind: str = OrderKind.STOCK) -> Any:
    return place_order(make_station(), lines=[Wanted(part.number, D(qty))], kind=kind, actor=make_user()).lines.get()


@pytest.mark.django_db
def test_ten_percent_of_the_highest_tier_wait_for_a_stopped_machine() -> None:
    part, plain = fitted(ServiceTier.EQUAL, ServiceTier.EXCEED, ServiceTier.ABOVE), fitted(ServiceTier.ABOVE)
    put_stock(make_bin(stock.central_warehouse(), code="A-01"), part, 15)
    stock_at_headquarters(part, 6)  # 21 in all: 2.1 of them, so 3 pieces
    stock_at_headquarters(plain, 21)
    line, other = ordered(part, 25), ordered(plain, 25)

    run = allocate(actor=make_user())

    for row in (line, other):
        row.refresh_from_db()
    assert (line.allocated_qty, line.backordered_qty) == (18, 7)
    assert (other.allocated_qty, other.backordered_qty) == (21, 4)
    assert run is not None
    whys = {rank.row["part"]: rank.why for rank in explained(run)}
    assert whys[part.number] == "可用库存已全部分配。 3 件留给停机设备。"
    assert whys[plain.number] == "可用库存已全部分配。"

    stopped = ordered(part, 2, OrderKind.MACHINE_DOWN)
    allocate(actor=make_user())
    stopped.refresh_from_db()
    line.refresh_from_db()
    assert (stopped.allocated_qty, line.allocated_qty) == (2, 18)


@pytest.mark.django_db
def test_what_is_kept_takes_two_statements_whatever_the_number_of_parts() -> None:
    parts, place = [fitted(tier) for tier in (ServiceTier.EXCEED, *ServiceTier)], stock.central_warehouse().pk
    stock_at_headquarters(parts[0], 1)
    stock_at_headquarters(parts[2], 50)

    with CaptureQueriesContext(connection) as asked:
        kept = tiers.kept_for_stopped_machines([place], [part.pk for part in parts])

    assert kept == {(place, parts[0].pk): 1}
    assert len([query for query in asked if "parametervalue" not in query["sql"]]) == 2


@settings(max_examples=40)
@given(
    held=st.dictionaries(KEYS, st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=4),
    asked=st.lists(LINES, max_size=8),
    ratio=st.sampled_from([D(1), D(2)]),
)
def test_ordinary_lines_never_take_what_is_kept_and_stopped_machines_may(
    held: dict[tuple[str, str], tuple[int, int]], asked: list[tuple[str, int, str, bool]], ratio: Decimal
) -> None:
    free = {source: D(qty) for source, (qty, _kept) in held.items()}
    kept = {source: D(pieces) for source, (_qty, pieces) in held.items()}
    lines = [
        Demand(key, part, D(qty), kind, "A", EARLIER, no_partial, places=("hq", "east"))
        for key, (part, qty, kind, no_partial) in enumerate(asked)
    ]
    links = [Link("p", "q", ratio=ratio)]

    shares, left = share(free, links, lines, kept=kept)

    unbarred = {each.demand.key: each.picks for each in share(free, links, lines)[0]}
    after_stopped = dict(free)
    for each in shares:
        if each.demand.kind == MACHINE_DOWN:
            assert each.picks == unbarred[each.demand.key]
            for source, qty in each.picks.items():
                after_stopped[source] -= qty
    for source, qty in after_stopped.items():
        assert left[source] >= min(qty, kept[source])


@pytest.mark.django_db
def test_the_buyer_reads_within_how_many_hours_parts_leave(client: Any) -> None:
    station = make_station()
    parts = [fitted(tier) for tier in ServiceTier]
    rows = [Row(number, part.number, D(1)) for number, part in enumerate(parts, 1)]
    said = ["超越预期：24 小时内发货", "高于预期：48 小时内发货", ""]

    with override("zh-hans"):
        assert [line.promise for line in assess(station, rows).lines] == said

    order = place_order(station, lines=[Wanted(part.number, D(1)) for part in parts], actor=make_user())
    set_parameter("parts.tier_hours.exceed", 12, valid_from=clock.now() + timedelta(days=1), actor=make_user())
    clock.set(clock.now() + timedelta(days=2))
    try:
        client.force_login(make_member(Role.STATION_CLERK, station=station))
        client.cookies["django_language"] = "zh-hans"
        page = client.get(f"/parts/orders/{order.pk}/").content.decode()
        basket = client.post(
            "/parts/orders/preview/", {"station": station.pk, "kind": "stock", "rows": parts[0].number}
        )
    finally:
        clock.set(None)

    assert [text in page for text in said[:2]] == [True, True]
    assert "超越预期：12 小时内发货" in basket.content.decode()

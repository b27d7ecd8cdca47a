"""Acceptance 9: safety stock 16, reorder point 52; at 50 on hand a suggestion of 42 with its numbers, at 53 none."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from parts import stock
from parts.models import Part, PlanningFigure
from parts.planning.levels import whole
from parts.replenishment.decisions import set_stock_level
from parts.replenishment.run import start_planning
from portal.core import clock, jobs
from tests.factories.parts import make_part, make_supplier, make_supplier_part
from tests.factories.stations import make_station

pytestmark = pytest.mark.django_db
D = Decimal

# A year of 365 days: the mean is 1,460 / 365 = 4 a day, and the spread of the months 8.2733, over √(365/12) 1.500 a day.
MONTHS = [D("113.393")] * 4 + [D("113.394")] * 2 + [D("129.940")] * 6


def at(text: str) -> datetime:
    """An instant in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    clock.set(at("2026-06-15T09:00"))
    yield
    clock.set(None)


@transaction.atomic
def ship(part: Part, qty: Decimal, when: datetime) -> None:
    """Headquarters ships pieces to a station, as its shipments do."""
    moves = [
        stock.Move(stock.central_warehouse().pk, part.pk, -qty),
        stock.Move(stock.transit_location(STATION[0]).pk, part.pk, qty),
    ]
    stock.post(kind="ship", source=f"history-{part.pk}-{when:%Y%m}", moves=moves, at=when)


STATION: list[object] = []


def a_year_of_demand(part: Part, on_hand: int) -> None:
    """Twelve months of shipments from June 2025 on, after which so many pieces are left."""
    STATION[:] = [make_station()]
    with transaction.atomic():
        moves = [
            stock.Move(stock.world().pk, part.pk, -(sum(MONTHS) + on_hand), unit_cost=D("60.00")),
            stock.Move(stock.central_warehouse().pk, part.pk, sum(MONTHS) + on_hand),
        ]
        stock.post(kind="opening", source=f"first-{part.pk}", moves=moves, at=at("2025-06-01T00:00"))
    for number, qty in enumerate(MONTHS):
        year, month = divmod(2025 * 12 + 5 + number, 12)
        ship(part, qty, at(f"{year}-{month + 1:02d}-10T10:00"))


def planned(part: Part) -> PlanningFigure:
    """The part's figures of a new run."""
    run = start_planning(actor=None)
    jobs.drain()
    return PlanningFigure.objects.get(run=run, part=part, location=stock.central_warehouse())


def part_of_class_a() -> Part:
    part = make_part(unit="米")
    make_supplier_part(make_supplier(), part, "60.00", lead_days=9, lead_sd_days=2, pack_qty=6)
    set_stock_level(
        part, stock.central_warehouse(), minimum=D(0), target=D(90), reason="目标库存由计划员设定", actor=None
    )
    return part


def test_a_suggestion_of_42_appears_with_its_numbers() -> None:
    part = part_of_class_a()
    a_year_of_demand(part, on_hand=50)

    figure = planned(part)

    assert (figure.demand_mean, figure.demand_sd.quantize(D("0.001"))) == (4, D("1.500"))
    assert (figure.lead_days, figure.lead_sd_days, figure.abc, figure.factor) == (9, 2, "A", D("1.645"))
    assert (figure.on_hand, figure.reserved, figure.on_order, figure.position) == (50, 0, 0, 50)
    assert (figure.safety_stock, whole(figure.reorder_point), figure.target, figure.pack_qty) == (16, 52, 90, 6)
    assert figure.suggested_qty == 42
    suggestion = figure.suggestion
    assert (suggestion.suggested_qty, suggestion.order_value, suggestion.status) == (42, D("2520.00"), "open")


def test_at_53_on_hand_none_appears() -> None:
    part = part_of_class_a()
    a_year_of_demand(part, on_hand=53)

    figure = planned(part)

    assert (figure.safety_stock, whole(figure.reorder_point), figure.position) == (16, 52, 53)
    assert figure.suggested_qty == 0
    assert not hasattr(figure, "suggestion")

"""Kits: pieces change, value does not; undone, everything is as it was."""

from decimal import Decimal
from typing import Any

import pytest

from parts import books, kits, stock
from parts.models import KitRecipe, Location, Part, StockBalance
from tests.factories.parts import make_bin, make_location, make_part, put_stock

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def place() -> Location:
    return make_location()


@pytest.fixture
def kit(place: Location) -> Part:
    """One belt at 10.01 and two bolts at 3.335 apiece make one kit."""
    kit, belt, bolt = make_part(), make_part(number="BELT"), make_part(number="BOLT")
    KitRecipe.objects.create(kit=kit, component=belt, qty=1)
    KitRecipe.objects.create(kit=kit, component=bolt, qty=2)
    put_stock(place, belt, 3, unit_cost="10.01")
    put_stock(make_bin(place), bolt, 2, unit_cost="3.33")
    put_stock(place, bolt, 5, unit_cost="3.34")
    return kit


def lying(place: Location) -> list[tuple[Any, ...]]:
    rows = StockBalance.objects.filter(location__in=Location.objects.within(place.pk), on_hand__gt=0)
    return sorted(rows.values_list("part", "location", "on_hand"))


def worth(part: Part, place: Location) -> Decimal:
    rows = StockBalance.objects.filter(part=part, location__in=Location.objects.within(place.pk))
    return sum((row.value for row in rows), D(0))


def violations() -> list[str]:
    return [sentence for check in books.CHECKS.values() for sentence in check()]


def test_built_kits_are_worth_exactly_what_went_in_and_undone_all_is_as_before(kit: Part, place: Location) -> None:
    before, bolt = lying(place), Part.objects.get(number="BOLT")

    work = kits.build_kits(kit, D(2), place=place, actor=None)

    assert work.value == worth(kit, place) == D("20.02") + D("6.66") + D("6.68")
    undone = kits.undo_kit_work(work, actor=None)
    assert (lying(place), worth(bolt, place), undone.reverses) == (before, D("23.36"), work)
    with pytest.raises(kits.AlreadyUndone):
        kits.undo_kit_work(work, actor=None)
    with pytest.raises(kits.AlreadyUndone):
        kits.undo_kit_work(undone, actor=None)
    assert violations() == []


def test_a_broken_kit_gives_its_value_to_the_components_by_their_worth(kit: Part, place: Location) -> None:
    kits.build_kits(kit, D(3), place=place, actor=None)  # no belt is left, one bolt of 3.34
    put_stock(make_location(), Part.objects.get(number="BELT"), 1, unit_cost="6.68")
    total = worth(kit, place)

    work = kits.break_kits(kit, D(3), place=place, actor=None)

    belt, bolt = (Part.objects.get(number=number) for number in ("BELT", "BOLT"))
    assert work.value == total == worth(belt, place) + worth(bolt, place) - D("3.34")
    assert worth(belt, place) == D("25.03")  # a belt weighs as much as two bolts: half of 50.06 (exactly: 50.06 / 2)
    assert violations() == []


def test_kit_work_is_refused_without_recipe_stock_or_for_pieces_with_numbers(kit: Part, place: Location) -> None:
    with pytest.raises(kits.NoRecipe):
        kits.build_kits(make_part(), D(1), place=place, actor=None)
    with pytest.raises(stock.NotEnoughStock):
        kits.build_kits(kit, D(4), place=place, actor=None)
    with pytest.raises(stock.NotEnoughStock):
        kits.break_kits(kit, D(1), place=place, actor=None)
    with pytest.raises(stock.QuantityNotPositive):
        kits.build_kits(kit, D(0), place=place, actor=None)
    Part.objects.filter(number="BELT").update(is_serialised=True)
    with pytest.raises(kits.PieceByPiece):
        kits.build_kits(kit, D(1), place=place, actor=None)

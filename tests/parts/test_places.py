"""Places: bins added, renamed, closed when empty; goods moved from bin to bin; the card whose balance runs."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from parts import books, places, serials, stock
from parts.models import Location, LocationKind, Part, Posting, StockBalance, StockEntry
from parts.models.catalog import WHOLE_UNITS
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.models import Event
from tests.factories.parts import make_bin, make_location, make_part, put_stock, stock_at_station
from tests.factories.stations import make_member, make_station, make_user
from tests.parts.test_bins import freeze, serial_part

pytestmark = pytest.mark.django_db
D = Decimal


def test_a_bin_is_added_renamed_closed_and_opened_with_its_events() -> None:
    place, clerk = make_location(), make_user()

    made = places.add_bin(place, code=" a-01 ", pick_order=3, actor=clerk)
    assert (made.code, made.name, made.kind, made.parent) == ("A-01", "A-01", place.kind, place)
    places.rename_place(made, name="轮胎区", pick_order=5, actor=clerk)
    places.close_place(made, actor=clerk)
    assert places.open_place(made, actor=clerk).is_active

    kinds = ["location.created", "location.changed", "location.closed", "location.opened"]
    assert (
        list(Event.objects.filter(kind__startswith="location.").order_by("pk").values_list("kind", flat=True)) == kinds
    )


def test_places_are_refused_a_taken_code_bins_of_bins_and_closing_with_goods_or_a_count() -> None:
    place, clerk = make_location(code="W1"), make_user()
    shelf = make_bin(place, code="A-01")
    for taken in ("a-01", "w1"):
        with pytest.raises(places.CodeTaken, match=taken.upper()):
            places.add_bin(place, code=taken, actor=clerk)
    for room in (shelf, make_location(kind=LocationKind.VAN)):
        with pytest.raises(places.NoBinsHere):
            places.add_bin(room, code="X", actor=clerk)
    put_stock(shelf, make_part(), 1)
    for held in (shelf, place):
        with pytest.raises(places.PlaceNotEmpty):
            places.close_place(held, actor=clerk)
    empty = make_bin(place)
    freeze(empty)
    with pytest.raises(stock.PlaceFrozen):
        places.close_place(empty, actor=clerk)


def test_goods_move_between_bins_with_value_and_serial_number() -> None:
    clerk, hq = make_user(), stock.central_warehouse()
    shelf = make_bin(hq)
    part, rows = serial_part("S1", "S2")

    with pytest.raises(serials.SerialsToName):
        places.move_between_bins(part, D(1), source=hq, target=shelf, actor=clerk)
    places.move_between_bins(part, D(1), source=hq, target=shelf, named=("S2",), actor=clerk)

    assert [row.location for row in rows.all()] == [hq, shelf]
    assert StockBalance.objects.get(location=shelf, part=part).value == D("10.00")
    assert [sentence for check in books.CHECKS.values() for sentence in check()] == []


def test_moves_are_refused_to_another_warehouse_onto_itself_to_a_closed_bin_and_beyond_what_is_free() -> None:
    clerk, place, part = make_user(), make_location(), make_part()
    shelf, closed = make_bin(place), make_bin(place, is_active=False)
    put_stock(shelf, part, 2)

    def move(target: Location, qty: int = 1) -> str:
        return places.move_between_bins(part, D(qty), source=shelf, target=target, actor=clerk)

    for target in (make_location(), shelf, closed):
        with pytest.raises(places.NotOnePlace):
            move(target)
    with pytest.raises(stock.NotEnoughStock):
        move(place, 3)
    with pytest.raises(stock.QuantityNotPositive):
        move(place, 0)


def test_the_card_shows_every_movement_with_the_balance_after_it_and_nothing_of_others(client: Any) -> None:
    station, other, part = make_station(), make_station(), make_part()
    clerk = make_member(Role.STATION_CLERK, station=station)
    client.force_login(clerk, backend="portal.accounts.backends.Password")
    room = stock.station_location(station)
    for qty in (5, 7):
        stock_at_station(station, part, qty)
    stock_at_station(other, part, 100)
    shelf = make_bin(room, code="S-01")
    places.move_between_bins(part, D(2), source=room, target=shelf, actor=clerk)

    page = client.get(f"/parts/places/{room.pk}/card/{part.number}/")
    shown = [(row.qty, row.balance_after) for row in page.context["page"].rows]
    assert shown == [(2, 12), (-2, 10), (7, 12), (5, 5)]
    assert client.get(f"/parts/places/{room.pk}/stock/").context["page"].rows[0].on_hand == 10
    offered = page.context["filterset"].form.fields["location"].widget.choices
    assert {key for key, _label in offered} == {"", str(room.pk), str(shelf.pk)}
    assert client.get(f"/parts/places/{room.pk}/card/NO-SUCH/").status_code == 404
    assert client.get(f"/parts/places/{stock.station_location(other).pk}/stock/").status_code == 404
    answer = client.post(
        f"/parts/places/{room.pk}/move/", {"part": part.number, "source": "s-01", "target": room.code, "qty": "1"}
    )
    assert answer.status_code == 302
    assert StockBalance.objects.get(location=shelf, part=part).on_hand == 1


def test_half_a_piece_is_not_moved_but_half_a_meter_is() -> None:
    place, clerk = make_location(code="W1"), make_user()
    source, target = make_bin(place, code="A-01"), make_bin(place, code="A-02")
    piece, hose = make_part(), make_part(unit="米")
    for part in (piece, hose):
        put_stock(source, part, 5)

    places.move_between_bins(hose, Decimal("1.5"), source=source, target=target, actor=clerk)
    with pytest.raises(stock.QuantityNotWhole, match=piece.number):
        places.move_between_bins(piece, Decimal("1.5"), source=source, target=target, actor=clerk)


def test_the_ledger_holds_no_part_of_a_piece_in_any_unit_that_counts_pieces() -> None:
    place = make_location(code="W1")
    posting = Posting.objects.create(kind="any", source="half", at=clock.now())
    for unit in sorted(WHOLE_UNITS):
        part = make_part(unit=unit)
        put_stock(place, part, 2)
        with pytest.raises(stock.QuantityNotWhole), transaction.atomic():
            put_stock(place, part, Decimal("0.5"))
        with pytest.raises(IntegrityError, match="part of a piece"), transaction.atomic():
            StockEntry.objects.create(posting=posting, location=place, part=part, reserved=Decimal("0.5"))
    put_stock(place, make_part(unit="米"), Decimal("0.5"))
    assert list(books.pieces_are_whole()) == []

    Part.objects.filter(unit="米").update(unit="件")

    assert [sentence[-26:] for sentence in books.pieces_are_whole()] == ["unit 件 counts whole pieces"]

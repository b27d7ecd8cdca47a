"""Bins, batches and serial numbers: what is taken first, what may not be taken, and that every piece stands in one place."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from parts import books, issuing, lots, receiving, serials, stock
from parts.allocation import allocate
from parts.fulfillment import Count, receive_shipment, ship_shipment
from parts.models import Allocation, Location, Part, PartBatch, PartSerial, Shipment, StockBalance
from parts.ordering import Wanted, place_order
from parts.packing import Box, pack_shipment
from parts.places import move_between_bins
from parts.receiving import Delivered, receive_goods
from parts.taking import pick_order
from tests.factories.parts import make_bin, make_location, make_part, make_supplier, put_stock, stock_at_station
from tests.factories.stations import make_station, make_user

pytestmark = pytest.mark.django_db
D = Decimal


def violations() -> list[str]:
    return [sentence for check in books.CHECKS.values() for sentence in check()]


def held(part: Part) -> dict[tuple[str, str], Decimal]:
    rows = StockBalance.objects.filter(part=part, is_world=False, on_hand__gt=0)
    return {(row.location.code, row.batch): row.on_hand for row in rows.select_related("location")}


def free_lots(place: Location, part: Part) -> list[tuple[int, str, Decimal]]:
    with transaction.atomic():
        return [tuple(lot[1:]) for lot in lots.lock_lots([place.pk], [part.pk]).free[part.pk]]


def issue(station: Any, part: Part, qty: int, source: str = "WO-1", **values: Any) -> bool:
    return issuing.issue_to_job(station, part, D(qty), source=source, **values)


def freeze(*places: Location) -> None:
    Location.objects.filter(pk__in=[place.pk for place in places]).update(frozen_by="SC-1")


def delivered(part: Part, qty: int, **values: Any) -> Delivered:
    return Delivered(part, D(qty), D("10.00"), **values)


def bring(*lines: Delivered) -> Any:
    return receive_goods(make_supplier(), lines=lines, actor=None)


def ordered(station: Any, part: Part, qty: int) -> Shipment:
    order = place_order(station, lines=[Wanted(part.number, D(qty))], actor=make_user())
    allocate(actor=None)
    return pack_shipment(pick_order(order, actor=None), boxes=[Box(weight_kg=D(1))], actor=None)


@pytest.mark.parametrize(
    "values", [{"kind": "hq"}, {"station": "other"}, {"kind": "van"}], ids=["kind", "station", "van has none"]
)
def test_a_bin_is_of_the_kind_and_the_station_of_its_place(values: dict[str, Any]) -> None:
    place = make_location(kind=values.get("kind", "regional") if values.get("kind") == "van" else "regional")
    if "station" in values:
        values = {"station": make_station()}

    with pytest.raises(IntegrityError), transaction.atomic():
        make_bin(place, **values)


def test_a_bin_holds_no_bins() -> None:
    place = make_location()
    inner = make_bin(place)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_bin(inner)
    with pytest.raises(IntegrityError), transaction.atomic():
        Location.objects.filter(pk=place.pk).update(parent=make_location())


def test_a_place_holds_what_lies_on_its_floor_and_in_its_bins() -> None:
    place, part = make_location(), make_part()
    put_stock(place, part, 1)
    put_stock(make_bin(place), part, 2)

    assert (stock.on_hand(part, place), stock.available(part, place)) == (3, 3)
    assert stock.held_by_part([place]) == {part.pk: D(3)}


def test_the_batch_that_expires_first_is_taken_first_then_the_older_one_then_the_next_bin_on_the_way() -> None:
    place, part = make_location(), make_part(is_batch_tracked=True)
    far, near = make_bin(place, pick_order=9), make_bin(place, pick_order=1)
    for batch, expires in (("OLD", None), ("NEW", None), ("SOON", date(2026, 1, 1))):
        PartBatch.objects.create(part=part, batch=batch, expires_on=expires)
    put_stock(place, part, 1, batch="OLD")
    put_stock(near, part, 2, batch="NEW")
    put_stock(far, part, 4, batch="OLD")
    put_stock(near, part, 8, batch="OLD")
    put_stock(far, part, 16, batch="SOON")

    assert free_lots(place, part) == [
        (far.pk, "SOON", 16),
        (near.pk, "OLD", 8),
        (far.pk, "OLD", 4),
        (place.pk, "OLD", 1),
        (near.pk, "NEW", 2),
    ]


def test_what_is_set_aside_counted_or_closed_is_not_taken() -> None:
    place, part = make_location(), make_part()
    shelf, counted, closed = make_bin(place), make_bin(place), make_bin(place, is_active=False)
    for each in (shelf, counted, closed):
        put_stock(each, part, 5)
    with transaction.atomic():
        stock.post(kind="reserve", source="r", moves=[stock.Move(shelf.pk, part.pk, reserved=D(4))])
    freeze(counted)

    assert free_lots(place, part) == [(shelf.pk, "", 1)]


def test_a_run_sets_aside_bin_by_bin_and_the_goods_go_the_whole_way_with_their_batch() -> None:
    station, part = make_station(), make_part(price="100.00", is_batch_tracked=True)
    hq = stock.central_warehouse()
    first, second = make_bin(hq, code="A-01"), make_bin(hq, code="B-01")
    bring(delivered(part, 2, batch="L1", location=first), delivered(part, 5, batch="L2", location=second))

    shipment = ordered(station, part, 3)
    rows = Allocation.objects.values_list("location__code", "batch", "picked_qty").order_by("location__code")
    assert list(rows) == [("A-01", "L1", 2), ("B-01", "L2", 1)]
    assert shipment.from_location == hq
    ship_shipment(shipment, carrier="顺丰", actor=None)
    receive_shipment(shipment, counts={row.pk: Count(row.qty) for row in shipment.lines.all()}, actor=None)

    assert held(part) == {
        ("B-01", "L2"): 4,
        (f"ST-{station.code}", "L1"): 2,
        (f"ST-{station.code}", "L2"): 1,
    }
    assert violations() == []


def test_a_receipt_goes_to_the_bin_where_the_part_lies_or_lay_last_else_to_the_floor() -> None:
    hq, new, lying, emptied = stock.central_warehouse(), make_part(), make_part(), make_part()
    shelf, other = make_bin(hq, code="A-01"), make_bin(hq, code="B-01")
    put_stock(shelf, lying, 1)
    put_stock(other, emptied, 1)
    with transaction.atomic():
        stock.post(
            kind="issue",
            source="x",
            moves=[stock.Move(other.pk, emptied.pk, D(-1)), stock.Move(stock.world().pk, emptied.pk, D(1))],
        )

    bring(delivered(new, 1), delivered(lying, 1), delivered(emptied, 1), delivered(make_part(), 1, shelf="B-01"))

    assert (held(new), held(lying), held(emptied)) == ({("HQ", ""): 1}, {("A-01", ""): 2}, {("B-01", ""): 1})
    assert stock.on_hand(Part.objects.latest("pk"), other) == 1


def test_receipt_refuses_a_batchless_delivery_a_foreign_bin_and_a_counted_one() -> None:
    part, plain = make_part(is_batch_tracked=True), make_part()
    counted = make_bin(stock.central_warehouse())
    freeze(counted)

    with pytest.raises(receiving.BatchMissing):
        bring(delivered(part, 1, batch=" "))
    with pytest.raises(receiving.NotAPlaceOf):
        bring(delivered(plain, 1, location=make_bin(make_location())))
    with pytest.raises(stock.PlaceFrozen) as refusal:
        bring(delivered(plain, 1, location=counted))

    assert refusal.value.values["count"] == "SC-1"
    assert (held(part), held(plain)) == ({}, {})


def test_a_job_takes_from_bins_in_order_once_and_brings_back_where_it_lay() -> None:
    station, part = make_station(), make_part()
    shelf = make_bin(stock.station_location(station), code="S-1")
    put_stock(shelf, part, 1, unit_cost="10.01")
    stock_at_station(station, part, 2, unit_cost="20.00")
    before = held(part)

    assert [issue(station, part, 2) for _ in range(2)] == [True, False]
    assert held(part) == {(f"ST-{station.code}", ""): 1}
    with pytest.raises(stock.SourceReused):
        issue(station, part, 1)
    with pytest.raises(issuing.NothingToReverse):
        issuing.return_from_job(station, part, D(1), source="WO-1")
    issuing.return_from_job(station, part, D(2), source="WO-1")

    assert held(part) == before
    assert StockBalance.objects.get(location=stock.world(), part=part).value == D("-50.01")
    assert violations() == []


def test_a_job_is_refused_what_a_count_keeps_back() -> None:
    station, part = make_station(), make_part()
    room = stock.station_location(station)
    put_stock(room, part, 3)
    freeze(room)

    with pytest.raises(stock.PlaceFrozen):
        issue(station, part, 1)


def serial_part(*numbers: str, qty: int | None = None) -> tuple[Part, Any]:
    """A serialised part of which pieces with these numbers came to headquarters."""
    part = make_part(is_serialised=True, price="10.00")
    bring(delivered(part, qty or len(numbers), serials=numbers))
    return part, PartSerial.objects.filter(part=part).order_by("serial")


def test_serial_numbers_go_with_their_pieces_from_the_supplier_to_the_unit_and_back() -> None:
    station = make_station()
    part, rows = serial_part("S1", "S2", "S3")
    shipment = ordered(station, part, 2)
    with pytest.raises(serials.SerialsToName):
        ship_shipment(shipment, carrier="顺丰", actor=None)
    ship_shipment(shipment, carrier="顺丰", named=["S3", "S1"], actor=None)
    transit, room, hq = stock.transit_location(station), stock.station_location(station), stock.central_warehouse()
    assert [row.location for row in rows.all()] == [transit, hq, transit]

    line = shipment.lines.get()
    receive_shipment(shipment, counts={line.pk: Count(D(2), D(1), "箱角破损", serials=("S1",))}, actor=make_user())
    assert [row.location for row in rows.all()] == [room, hq, transit]
    issue(station, part, 1, named=["S1"])
    assert [row.location for row in rows.all()] == [None, hq, transit]
    issuing.return_from_job(station, part, D(1), source="WO-1", named=["S1"])

    assert [row.location for row in rows.all()] == [room, hq, transit]
    assert violations() == []


def test_several_pieces_come_back_each_to_its_place_or_all_to_one() -> None:
    station = make_station()
    part, rows = serial_part("S1", "S2", "S3")
    shipment = ordered(station, part, 3)
    ship_shipment(shipment, carrier="顺丰", named=["S1", "S2", "S3"], actor=None)
    receive_shipment(shipment, counts={shipment.lines.get().pk: Count(D(3))}, actor=make_user())
    room = stock.station_location(station)
    shelf = make_bin(room)
    move_between_bins(part, D(1), source=room, target=shelf, named=["S3"], actor=make_user())
    named = ["S1", "S2", "S3"]
    issuing.issue_to_job(station, part, D(3), source="WO-1", named=named)

    issuing.return_from_job(station, part, D(3), source="WO-1", named=named)
    assert sorted(row.location.pk for row in rows.all()) == sorted([room.pk, room.pk, shelf.pk])
    assert violations() == []

    issuing.issue_to_job(station, part, D(3), source="WO-2", named=named)
    with pytest.raises(issuing.NotOfTheStation):
        issuing.return_from_job(station, part, D(3), source="WO-2", to=stock.central_warehouse())
    issuing.return_from_job(station, part, D(3), source="WO-2", named=named, to=shelf)
    assert {row.location for row in rows.all()} == {shelf}
    assert violations() == []


def test_a_piece_that_lies_elsewhere_is_not_issued_here() -> None:
    station = make_station()
    part, _rows = serial_part("S1")
    stock_at_station(station, part, 1)

    with pytest.raises(serials.SerialNotThere):
        issue(station, part, 1, named=["S1"])
    assert issue(station, part, 1, named=["NEVER-RECORDED"])
    assert violations() == []


def test_the_bin_of_the_named_piece_is_taken_from() -> None:
    hq = stock.central_warehouse()
    near, far = make_bin(hq), make_bin(hq)
    part = make_part(is_serialised=True)
    bring(delivered(part, 1, serials=("N",), location=near), delivered(part, 1, serials=("F",), location=far))

    with transaction.atomic():
        known = serials.lying(part, hq, ["F"])
        free = lots.lock_lots([hq.pk], [part.pk])
        assert lots.require(free, part, D(1), hq, first=serials.keys_of(known)) == [lots.Lot(part.pk, far.pk, "", D(1))]


def test_check_books_finds_a_number_without_a_piece_and_an_unknown_batch() -> None:
    part, rows = serial_part("S1")
    put_stock(stock.central_warehouse(), part, 1, batch="GHOST")
    PartBatch.objects.filter(part=part).delete()
    rows.update(location=make_location(code="NOWHERE"))

    assert list(books.serials_stand_once()) == [f"part {part.number} at NOWHERE: 1 serial numbers, 0 pieces"]
    assert list(books.batches_are_known()) == [f"part {part.number} at HQ: batch GHOST is not known"]

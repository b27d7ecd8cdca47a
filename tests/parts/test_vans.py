"""A technician's van: loaded and unloaded by whom, what goes to a job from it, and that nobody leaves with goods."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from parts import books, stock, vans
from parts.models import PartSerial, Posting, StockBalance
from parts.ordering import UnknownParts, Wanted
from portal.accounts.roles import Role
from service import work_orders
from service.forms.jobs import IssuePartForm
from stations import people
from stations.people.refusals import GoodsHeld
from tests.factories import service as desk
from tests.factories.parts import make_part, stock_at_station
from tests.factories.stations import make_member, make_station, make_technician
from tests.parts.test_bins import serial_part

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def job() -> Any:
    """A job on site at a station, with its technician."""
    order = desk.make_on_site()
    if order.technician is None:
        order.technician = make_technician(station=order.station)
        order.save(update_fields=["technician"])
    return order


@pytest.fixture
def office(job: Any) -> Any:
    return make_member(Role.STATION_CLERK, station=job.station)


def load(job: Any, part: Any, qty: str, actor: Any, **values: Any) -> str:
    return vans.load_van(job.technician, [Wanted(part.number, D(qty))], actor=actor, **values)


def held(job: Any, part: Any) -> tuple[Decimal, Decimal]:
    """In the stock room and in the van."""
    return stock.on_hand(part, stock.station_location(job.station)), stock.on_hand(part, vans.van_of(job.technician))


def violations() -> list[str]:
    return [sentence for check in books.CHECKS.values() for sentence in check()]


def test_the_oldest_batch_goes_into_the_van_and_comes_back_in_its_batch(job: Any, office: Any) -> None:
    part = make_part(is_batch_tracked=True)
    for batch in ("B1", "B2"):
        stock_at_station(job.station, part, 2, batch=batch)

    load(job, part, "3", office)

    van = vans.van_of(job.technician)
    assert dict(StockBalance.objects.filter(location=van, on_hand__gt=0).values_list("batch", "on_hand")) == {
        "B1": D(2), "B2": D(1),
    }  # fmt: skip
    vans.unload_van(job.technician, [Wanted(part.number, D(3))], actor=office)
    assert held(job, part) == (D(4), D(0))
    assert list(Posting.objects.filter(kind__startswith="van_").order_by("pk").values_list("kind", flat=True)) == [
        "van_load", "van_unload",
    ]  # fmt: skip
    assert violations() == []


def test_pieces_with_serial_numbers_ride_along(job: Any, office: Any) -> None:
    part, rows = serial_part("S1", "S2")
    shelf, central = stock.station_location(job.station), stock.central_warehouse()
    moves = [stock.Move(central.pk, part.pk, D(-2)), stock.Move(shelf.pk, part.pk, D(2))]
    stock.post(kind="test", source="TO-STATION", moves=moves)
    rows.update(location=shelf)

    load(job, part, "1", office, named=["S2"])

    van = vans.van_of(job.technician)
    assert dict(PartSerial.objects.values_list("serial", "location")) == {"S1": shelf.pk, "S2": van.pk}
    issued = work_orders.issue_part(job, part, qty=D(1), fitted_serial="S2", actor=office)
    work_orders.take_part_back(issued, actor=office)
    assert PartSerial.objects.get(serial="S2").location_id == van.pk
    assert violations() == []


def test_a_job_takes_from_its_technicians_van_first_and_brings_back_where_it_lay(job: Any, office: Any) -> None:
    part = make_part()
    stock_at_station(job.station, part, 5)
    load(job, part, "2", office)
    with translation.override("en"):
        choices = [str(text) for _key, text in IssuePartForm(subject=job).fields["part"].choices]  # type: ignore[attr-defined]

    row = work_orders.issue_part(job, part, qty=D(3), actor=office)

    assert "3 in stock, 2 in the van" in choices[-1]
    assert held(job, part) == (D(2), D(0))
    work_orders.take_part_back(row, actor=office)
    assert held(job, part) == (D(3), D(2))
    assert violations() == []


def test_the_van_of_another_technician_stays_untouched(job: Any, office: Any) -> None:
    part = make_part()
    other = make_technician(station=job.station)
    stock_at_station(job.station, part, 2)
    vans.load_van(other, [Wanted(part.number, D(2))], actor=office)

    with pytest.raises(stock.NotEnoughStock):
        work_orders.issue_part(job, part, qty=D(1), actor=office)


def test_the_technician_fills_the_own_van_only(job: Any) -> None:
    part = make_part()
    stock_at_station(job.station, part, 2)
    user = make_member(Role.TECHNICIAN, station=job.station)
    job.technician.user = user
    job.technician.save(update_fields=["user"])
    colleague = make_technician(station=job.station)
    stranger = make_member(Role.STATION_CLERK, station=make_station())

    load(job, part, "1", user)

    for technician, actor in ((colleague, user), (job.technician, stranger)):
        with pytest.raises(vans.NotYourVan):
            vans.load_van(technician, [Wanted(part.number, D(1))], actor=actor)


@pytest.mark.parametrize("qty", ["3", "0"])
def test_more_than_there_is_and_nothing_at_all_are_refused(job: Any, office: Any, qty: str) -> None:
    part = make_part()
    stock_at_station(job.station, part, 2)
    with pytest.raises((stock.NotEnoughStock, stock.QuantityNotPositive)):
        load(job, part, qty, office)
    with pytest.raises(UnknownParts, match="NO-SUCH"):
        vans.load_van(job.technician, [Wanted("NO-SUCH", D(1))], actor=office)
    with pytest.raises(vans.VanLinesMissing):
        vans.load_van(job.technician, [], actor=office)
    assert held(job, part) == (D(2), D(0))


def test_a_frozen_stock_room_gives_nothing_away(job: Any, office: Any) -> None:
    part = make_part()
    stock_at_station(job.station, part, 2)
    shelf = stock.station_location(job.station)
    shelf.frozen_by = "SC-1"
    shelf.save(update_fields=["frozen_by"])
    with pytest.raises(stock.PlaceFrozen):
        load(job, part, "1", office)


def test_who_carries_goods_does_not_leave(job: Any, office: Any) -> None:
    part = make_part()
    stock_at_station(job.station, part, 2)
    technician = make_technician(station=job.station)
    vans.load_van(technician, [Wanted(part.number, D(1))], actor=office)

    with pytest.raises(GoodsHeld, match=part.number):
        people.retire_technician(technician, reason="离职回乡", actor=office)

    vans.unload_van(technician, [Wanted(part.number, D(1))], actor=office)
    people.retire_technician(technician, reason="离职回乡", actor=office)
    with pytest.raises(vans.NotAtWork):
        vans.load_van(technician, [Wanted(part.number, D(1))], actor=office)


def test_at_another_station_the_technician_has_another_van(job: Any, office: Any) -> None:
    before = vans.van_of(job.technician)
    job.technician.station = make_station()
    after = vans.van_of(job.technician)

    before.refresh_from_db()
    assert (before.technician, before.is_active, before.station) == (None, False, job.station)
    assert (after.technician, after.station) == (job.technician, job.technician.station)

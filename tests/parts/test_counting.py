"""Counting: frozen, blind, counted again by another, approved by a third, posted once."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from parts import books, issuing, serials, stock
from parts.allocation import allocate
from parts.counts import entry, planning, posting
from parts.models import (
    CountReason,
    Location,
    Part,
    PartSerial,
    PlanningFigure,
    PlanningRun,
    StockBalance,
    StockCount,
    StockEntry,
)
from parts.ordering import Wanted, place_order
from parts.taking import pick_order
from portal.core import clock
from portal.core.documents import documents_of, pdf_bytes
from portal.core.models.events import Event
from portal.core.states import TransitionNotAllowed
from tests.conftest import race
from tests.factories.parts import make_bin, make_location, make_part, put_stock, stock_at_station
from tests.factories.stations import make_station, make_user

D = Decimal
database = pytest.mark.django_db


def violations() -> list[str]:
    return [sentence for check in books.CHECKS.values() for sentence in check()]


def planned(place: Location, **values: Any) -> StockCount:
    return planning.plan_count(place, **{"reason": CountReason.WHOLE, "actor": None} | values)


def begun(place: Location, actor: Any, **values: Any) -> StockCount:
    return entry.start_count(planned(place, **values), actor=actor)


def count_all(count: StockCount, actor: Any, **pieces: int | str) -> None:
    """What a counter finds, by code of the bin; elsewhere what the book says."""
    found = {
        row.pk: D(pieces.get(row.location.code, row.book_qty))
        for row in count.lines.select_related("location")
        if count.status == "counting" or row.must_recount
    }
    entry.enter_counts(count, found=found, actor=actor)


@pytest.fixture
def people() -> list[Any]:
    """Two counters and an approver."""
    return [make_user() for _ in range(3)]


@pytest.fixture
def shelf() -> Location:
    return make_bin(make_location(name="南仓"), code="A1")


@database
def test_a_count_goes_by_three_people_and_the_book_becomes_what_was_found(shelf: Location, people: list[Any]) -> None:
    first, second, approver = people
    part, other = make_part(name_en="Belt"), make_part()
    put_stock(shelf, part, 10, unit_cost="30.00")
    put_stock(make_bin(shelf.parent, code="A2"), other, 100, unit_cost="1.00")

    count = begun(shelf.parent, first)
    count_all(count, first, A1=8, A2=99)
    assert entry.hand_in(count, actor=first).status == "recount"
    count.refresh_from_db()
    assert [row.location.code for row in count.lines.filter(must_recount=True)] == ["A1"]
    with pytest.raises(entry.SecondCounterNeeded):
        count_all(count, first, A1=9)
    count_all(count, second, A1=9)
    assert entry.hand_in(count, actor=second).status == "to_approve"
    for counter in (first, second):
        with pytest.raises(posting.OwnCount):
            posting.approve_count(count, actor=counter)
    done = posting.approve_count(count, actor=approver)

    assert (done.status, done.gain_value, done.loss_value) == ("posted", 0, D("31.00"))
    assert (stock.on_hand(part, shelf.parent), stock.on_hand(other, shelf.parent)) == (9, 99)
    assert not Location.objects.exclude(frozen_by="").exists()
    paper = documents_of(done, "parts.count_report").get()
    assert (paper.facts["accuracy"], [line["variance"] for line in paper.facts["lines"]]) == ("0.0", ["-1", "-1"])
    assert pdf_bytes(paper).startswith(b"%PDF")
    assert violations() == []


@database
def test_what_is_within_the_tolerance_needs_no_second_counter(shelf: Location, people: list[Any]) -> None:
    put_stock(shelf, make_part(), 100, unit_cost="5.00")
    count = begun(shelf.parent, people[0])

    count_all(count, people[0], A1=98)

    assert entry.hand_in(count, actor=people[0]).status == "to_approve"


@database
@pytest.mark.parametrize(
    ("book", "found", "cost", "again"), [(100, 97, 1, True), (1000, 999, 501, True), (1000, 999, 500, False)]
)
def test_beyond_two_percent_or_500_yuan_another_person_counts(
    shelf: Location, people: list[Any], book: int, found: int, cost: int, again: bool
) -> None:
    put_stock(shelf, make_part(), book, unit_cost=str(cost))
    count = begun(shelf.parent, people[0])
    count_all(count, people[0], A1=found)

    assert (entry.hand_in(count, actor=people[0]).status == "recount") is again


@database
def test_nothing_comes_or_leaves_while_it_is_counted_and_everything_after(shelf: Location, people: list[Any]) -> None:
    part = make_part()
    put_stock(shelf, part, 5)
    count = begun(shelf.parent, people[0])

    with pytest.raises(stock.PlaceFrozen):
        put_stock(shelf, part, 1)
    with pytest.raises(stock.PlaceFrozen):
        entry.start_count(planned(shelf.parent), actor=people[0])
    with pytest.raises(posting.CancelReasonMissing):
        posting.cancel_count(count, reason="?", actor=people[0])
    posting.cancel_count(count, reason="改日再盘", actor=people[0])
    put_stock(shelf, part, 1)

    assert stock.on_hand(part, shelf.parent) == 6


@database
def test_found_goods_get_a_line_of_their_own_at_the_value_of_their_like(shelf: Location, people: list[Any]) -> None:
    first, second, approver = people
    part, tracked = make_part(), make_part(is_batch_tracked=True)
    put_stock(make_location(), part, 4, unit_cost="25.00")
    count = begun(shelf.parent, first)
    shelf.refresh_from_db()

    with pytest.raises(entry.BatchToName):
        entry.add_found(count, shelf, tracked, D(1), actor=first)
    with pytest.raises(entry.NotInThisCount):
        entry.add_found(count, make_location(), part, D(1), actor=first)
    entry.add_found(count, shelf, part, D(2), actor=first)
    entry.add_found(count, shelf, tracked, D(1), batch="L9", actor=first)
    entry.hand_in(count, actor=first)
    count.refresh_from_db()
    count_all(count, second, A1=2)
    entry.hand_in(count, actor=second)
    done = posting.approve_count(count, actor=approver)

    assert (done.gain_value, stock.on_hand(part, shelf.parent), stock.on_hand(tracked, shelf.parent)) == (50, 2, 2)
    assert violations() == []


@database
def test_a_pasted_sheet_is_counted_once_however_often_it_is_pasted(shelf: Location, people: list[Any]) -> None:
    from parts.forms.counting import ListForm

    part, new = make_part(number="GW-1"), make_part(number="GW-2", unit="米")
    put_stock(shelf, part, 5)
    count = begun(shelf.parent, people[0])

    def pasted(text: str) -> ListForm:
        form = ListForm({"rows": text}, user=people[0], subject=count)
        form.is_valid()
        return form

    bad = pasted("A1\tGW-1\t-1\nX9,GW-1,1\nA1;NO-SUCH;1\nA1,GW-1,1e3\nA1,GW-1,1.5").errors["rows"]
    assert len(bad) == 5
    for _turn in range(2):
        form = pasted("A1\tGW-1\t2\na1\tGW-1\t3\n\nA1\tGW-2\t1.5")
        entry.enter_list(count, form.cleaned_data["rows"], actor=people[0])
    assert list(count.lines.order_by("part__number").values_list("part", "first_qty")) == [
        (part.pk, 5),
        (new.pk, D("1.5")),
    ]


@database
@pytest.mark.parametrize("found", ["-1", "NaN", "0.0001", "100000000"])
def test_impossible_figures_are_refused(shelf: Location, people: list[Any], found: str) -> None:
    put_stock(shelf, make_part(), 5)
    count = begun(shelf.parent, people[0])

    with pytest.raises(entry.CountedQtyImpossible):
        count_all(count, people[0], A1=found)


@database
def test_a_count_is_refused_with_gaps_foreign_lines_and_before_it_has_begun(shelf: Location, people: list[Any]) -> None:
    put_stock(shelf, make_part(), 5)
    waiting = planned(shelf.parent)
    with pytest.raises(TransitionNotAllowed):
        entry.hand_in(waiting, actor=people[0])
    with pytest.raises(planning.NotCounted):
        planned(shelf)
    with pytest.raises(planning.NotCounted):
        planned(shelf.parent, bins=[make_location()])

    count = entry.start_count(waiting, actor=people[0])
    with pytest.raises(entry.LinesNotCounted):
        entry.hand_in(count, actor=people[0])
    with pytest.raises(entry.NotInThisCount):
        entry.enter_counts(count, found={0: D(1)}, actor=people[0])
    with pytest.raises(TransitionNotAllowed):
        posting.approve_count(count, actor=people[2])


@database
def test_a_loss_of_promised_pieces_sends_the_youngest_order_back_to_wait(people: list[Any]) -> None:
    part, station = make_part(price="1.00"), make_station()
    shelf = make_bin(stock.central_warehouse(), code="A1")
    put_stock(shelf, part, 3, unit_cost="1.00")
    orders = [place_order(station, lines=[Wanted(part.number, D(n))], actor=people[0]) for n in (1, 2)]
    allocate(actor=None)
    pick_order(orders[0], actor=people[0])

    count = begun(shelf.parent, people[0])
    assert count.lines.get().apart_qty == 1
    count_all(count, people[0], A1=1)  # the third is gone; one stands picked on the table
    entry.hand_in(count, actor=people[0])
    count.refresh_from_db()
    count_all(count, people[1], A1=1)
    entry.hand_in(count, actor=people[1])
    posting.approve_count(count, actor=people[2])

    lines = [order.lines.get() for order in orders]
    assert [(row.picked_qty, row.allocated_qty, row.backordered_qty) for row in lines] == [(1, 0, 0), (0, 1, 1)]
    assert stock.on_hand(part, shelf.parent) == 2
    assert violations() == []


@database
def test_lost_pieces_with_serial_numbers_are_named(shelf: Location, people: list[Any]) -> None:
    from tests.parts.test_bins import serial_part

    part, rows = serial_part("S1", "S2")
    place = stock.central_warehouse()
    count = begun(place, people[0])
    entry.enter_counts(count, found={count.lines.get().pk: D(1)}, actor=people[0])
    entry.hand_in(count, actor=people[0])
    count.refresh_from_db()
    entry.enter_counts(count, found={count.lines.get().pk: D(1)}, actor=people[1])
    entry.hand_in(count, actor=people[1])

    with pytest.raises(serials.SerialsToName):
        posting.approve_count(count, actor=people[2])
    posting.approve_count(count, actor=people[2], missing_serials=["S2"])

    assert [row.location for row in rows.all()] == [place, None]
    assert PartSerial.objects.filter(part=part).count() == 2
    assert violations() == []


@database
def test_parts_are_due_by_class_and_not_twice() -> None:
    place, run = make_location(), _run()
    parts = [make_part() for _ in range(3)]
    for part, letter in zip(parts, "CAB", strict=True):
        put_stock(place, part, 1)
        _figure(run, place, part, letter)
    assert list(planning.due_parts(place).values_list("abc", flat=True)) == ["A", "B", "C"]

    count = planning.plan_due_count(place, most=2, actor=None)
    assert count.scope["parts"] == sorted([parts[1].pk, parts[2].pk])
    assert list(planning.due_parts(place).values_list("part", flat=True)) == [parts[0].pk]
    begun_count, counter = entry.start_count(count, actor=None), make_user()
    count_all(begun_count, counter)
    entry.hand_in(begun_count, actor=counter)
    posting.approve_count(begun_count, actor=make_user())
    planning.plan_due_count(place, actor=None)
    with pytest.raises(planning.NothingDue):
        planning.plan_due_count(place, actor=None)

    later = clock.now() + timedelta(days=31)
    assert list(planning.due_parts(place, at=later).values_list("abc", flat=True)) == ["A"]


@database
def test_every_night_each_warehouse_has_one_count_of_what_is_due() -> None:
    (place, idle), run = (make_location(kind="regional"), make_location(kind="regional")), _run()
    part = make_part()
    put_stock(place, part, 1)
    _figure(run, place, part, "A")

    made = planning.plan_due_counts()
    again = planning.plan_due_counts()
    week = planning.plan_due_counts(at=clock.now() + timedelta(days=7))

    assert [(count.location, count.scope["parts"], count.planned_by) for count in made] == [(place, [part.pk], None)]
    assert (again, week, StockCount.objects.filter(location=idle).count()) == ([], [], 0)


def _run() -> PlanningRun:
    now = clock.now()
    return PlanningRun.objects.create(started_at=now, finished_at=now, as_of=clock.today(), months=24, parameters={})


def _figure(run: PlanningRun, place: Location, part: Part, letter: str) -> PlanningFigure:
    fields = {"run": run, "location": place, "part": part, "abc": letter, "on_hand": 1, "is_computed": True}
    return PlanningFigure.objects.create(**fields, history=[], lead_source="default")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("frozen", [True, False])
def test_a_count_and_issues_at_once_leave_the_book_at_what_was_found(
    monkeypatch: pytest.MonkeyPatch, frozen: bool
) -> None:
    """The control without the freeze: issues move the book under the count, which then is refused."""
    station, part, people = make_station(), make_part(), [make_user() for _ in range(3)]
    stock_at_station(station, part, 5, unit_cost="1.00")
    room = stock.station_location(station)
    count = planned(room)
    if not frozen:
        monkeypatch.setattr(stock, "frozen_places", lambda places: {})

    def act(number: int) -> Any:
        if number:
            return issuing.issue_to_job(station, part, D(1), source=f"WO-{number}")
        return entry.start_count(count, actor=people[0])

    race(4, act)
    if not frozen:
        issuing.issue_to_job(station, part, D(1), source="WO-9")
    count.refresh_from_db()
    count_all(count, people[0])
    entry.hand_in(count, actor=people[0])

    if not frozen:
        with pytest.raises(posting.BookMoved):
            posting.approve_count(count, actor=people[2])
        return
    with pytest.raises(stock.PlaceFrozen):
        issuing.issue_to_job(station, part, D(1), source="WO-9")
    posting.approve_count(count, actor=people[2])
    issued = -sum(StockEntry.objects.filter(posting__kind="issue_to_job", qty__lt=0).values_list("qty", flat=True))
    assert StockBalance.objects.get(part=part, location=room).on_hand == 5 - issued
    assert violations() == []


@database
def test_a_count_of_parts_leaves_the_floor_open_and_what_it_kept_back_is_shared_out(people: list[Any]) -> None:
    from parts import jobs as after
    from parts.models import AllocationRun

    place, part, other = stock.central_warehouse(), make_part(), make_part()
    put_stock(place, part, 5)
    put_stock(place, other, 5)
    count = planning.plan_count(place, reason="short_pick", bins=[place], parts=[part.pk], actor=people[0])
    entry.start_count(count, actor=people[0])

    put_stock(place, other, 1)
    assert (Location.objects.get(pk=place.pk).frozen_by, count.lines.count()) == ("", 1)
    assert list(entry.bins_of(count)) == [place]
    put_stock(place, part, 1)
    entry.enter_counts(count, found={row.pk: D(6) for row in count.lines.all()}, actor=people[0])
    posting.cancel_count(count, reason="账面已变动", actor=people[0])
    after.share_out_what_was_counted(Event.objects.get(kind="stockcount.cancelled"))
    assert not AllocationRun.objects.exists()  # nobody waits

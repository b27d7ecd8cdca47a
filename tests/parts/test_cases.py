"""Receiving cases: every kind of difference and every answer, to the piece and to the cent."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from parts import books, stock
from parts.allocation import allocate
from parts.cases import deciding, letters, opening
from parts.cases.deciding import Ruling, confirm_case, decide_case, return_case, withdraw_case
from parts.cases.opening import Found, add_photos, report_differences
from parts.cases.settling import GoodsNotInBooks
from parts.fulfillment import Box, Count, pack_shipment, pick_order, receive_shipment, ship_shipment
from parts.models import OrderKind, Part, ReceivingCase, Shipment
from parts.ordering import ReasonMissing, Wanted, place_order
from portal.core import clock
from portal.core.documents import documents_of, pdf_bytes
from portal.core.errors import Refusal
from portal.core.models import Notification
from portal.core.states import TransitionNotAllowed
from stations import dealer_account
from tests.factories.claims import photo as picture
from tests.factories.parts import make_part, put_stock, stock_at_headquarters
from tests.factories.stations import make_station, make_user

pytestmark = pytest.mark.django_db
D = Decimal
WHY = "承运签收单与照片核对"


@pytest.fixture
def clerk() -> Any:
    return make_user()


@pytest.fixture
def station() -> Any:
    return make_station()


@pytest.fixture
def sent(station: Any, clerk: Any) -> Callable[..., tuple[Part, Shipment]]:
    """Three pieces at 0.80 × 12.53 = 10.02 each are on their way; headquarters has 7 left."""

    def send(price: str = "12.53", **values: Any) -> tuple[Part, Shipment]:
        part = make_part(price=price)
        stock_at_headquarters(part, 10)
        order = place_order(station, lines=[Wanted(part.number, D(3))], actor=clerk, **values)
        allocate(actor=clerk)
        packed = pack_shipment(pick_order(order, actor=clerk), boxes=[Box()], actor=clerk)
        return part, ship_shipment(packed, carrier="顺丰", actor=clerk)

    return send


def received(shipment: Shipment, clerk: Any, got: str, damaged: str = "0", **values: Any) -> ReceivingCase:
    row = shipment.lines.get()
    photos = [picture()] if D(damaged) else []
    receive_shipment(shipment, counts={row.pk: Count(D(got), D(damaged), photos=photos)}, actor=clerk, **values)
    return ReceivingCase.objects.get()


def ruled(case: ReceivingCase, *rulings: Ruling, actor: Any = None) -> ReceivingCase:
    lines = list(case.lines.order_by("position"))
    by_line = {line.pk: ruling for line, ruling in zip(lines, rulings, strict=True)}
    return decide_case(case, rulings=by_line, actor=actor or make_user())


def used(station: Any) -> Decimal:
    return dealer_account.account_of(station).used


def violations() -> list[str]:
    return [sentence for check in books.CHECKS.values() for sentence in check()]


def held(part: Part, station: Any) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Pieces at headquarters, in transit, at the station, in quarantine."""
    places = (
        stock.central_warehouse(),
        stock.transit_location(station),
        stock.station_location(station),
        stock.quarantine(),
    )
    return tuple(stock.on_hand(part, place) for place in places)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("got", "damaged", "ruling", "places", "owed", "order"),
    [
        ("2", "0", Ruling("credit", WHY), (7, 0, 2, 0), "20.04", "closed"),
        ("2", "0", Ruling("reship", WHY), (7, 0, 2, 0), "30.06", "closed"),
        ("2", "0", Ruling("refuse", WHY), (7, 0, 3, 0), "30.06", "closed"),
        ("3", "2", Ruling("credit", WHY, goods="quarantine"), (7, 0, 1, 2), "10.02", "closed"),
        ("3", "2", Ruling("credit", WHY, goods="scrap"), (7, 0, 1, 0), "10.02", "closed"),
        ("3", "1", Ruling("reship", WHY, goods="scrap"), (7, 0, 2, 0), "30.06", "closed"),
        ("3", "1", Ruling("keep", WHY, reduction=D("3.01")), (7, 0, 3, 0), "27.05", "closed"),
        ("3", "1", Ruling("refuse", WHY), (7, 0, 3, 0), "30.06", "closed"),
        ("5", "0", Ruling("keep", WHY), (5, 0, 5, 0), "50.10", "closed"),
        ("5", "0", Ruling("send_back", WHY), (5, 0, 3, 2), "30.06", "closed"),
        ("5", "0", Ruling("refuse", WHY), (7, 0, 3, 0), "30.06", "closed"),
    ],
)
def test_a_decision_moves_goods_and_money_exactly(
    station: Any, clerk: Any, sent: Any, got: str, damaged: str, ruling: Ruling, places: Any, owed: str, order: str
) -> None:
    part, shipment = sent()
    case = received(shipment, clerk, got, damaged)
    assert (case.status, violations()) == ("open", [])

    closed = ruled(case, ruling)

    shipment.refresh_from_db()
    shipment.order.refresh_from_db()
    assert (closed.status, shipment.status, shipment.order.status) == ("closed", "settled", order)
    assert held(part, station) == places
    assert used(station) == D(owed)
    assert violations() == []


def test_another_part_is_kept_at_its_own_price_or_comes_back(station: Any, clerk: Any, sent: Any) -> None:
    other = make_part(price="50.00")
    stock_at_headquarters(other, 4)
    part, shipment = sent()
    case = received(shipment, clerk, "2", extras=[Found("wrong", D(1), part=other, photos=[picture()])])

    closed = ruled(case, Ruling("reship", WHY), Ruling("keep", WHY))

    assert (held(part, station), held(other, station)) == ((7, 0, 2, 0), (3, 0, 1, 0))
    assert (closed.credit, closed.charge, used(station)) == (0, D("40.00"), D("70.06"))
    assert violations() == []


def test_a_replacement_is_free_and_keeps_the_priority_of_a_stopped_machine(station: Any, clerk: Any, sent: Any) -> None:
    part, shipment = sent(kind=OrderKind.MACHINE_DOWN)

    case = ruled(received(shipment, clerk, "2"), Ruling("reship", WHY))

    again = case.replacement
    assert again is not None
    assert (again.kind, again.status, again.total, again.reference) == ("machine_down", "confirmed", 0, case.number)
    allocate(actor=clerk)
    packed = pack_shipment(pick_order(again, actor=clerk), boxes=[Box()], actor=clerk)
    free = ship_shipment(packed, carrier="顺丰", actor=clerk)
    receive_shipment(free, counts={free.lines.get().pk: Count(D(1))}, actor=clerk)
    assert (held(part, station), used(station)) == ((6, 0, 3, 0), D("30.06"))
    assert violations() == []


def test_damaged_goods_without_a_picture_wait_for_it(station: Any, clerk: Any, sent: Any) -> None:
    _part, shipment = sent()
    row = shipment.lines.get()
    receive_shipment(shipment, counts={row.pk: Count(D(3), D(1))}, actor=clerk)
    case = ReceivingCase.objects.get()
    line = case.lines.get()
    assert case.status == "photos_wanted"

    with pytest.raises(opening.PhotosMissing):
        add_photos(case, photos={}, actor=clerk)
    with pytest.raises(deciding.PhotosAwaited):
        ruled(case, Ruling("refuse", WHY))

    assert add_photos(case, photos={line.pk: [picture()]}, actor=clerk).status == "open"


def test_differences_are_reported_within_three_working_days(station: Any, clerk: Any, sent: Any) -> None:
    part, shipment = sent()
    row = shipment.lines.get()
    receive_shipment(shipment, counts={row.pk: Count(D(3))}, actor=clerk)
    shipment.refresh_from_db()

    with pytest.raises(opening.ReportTooLate) as late:
        report_differences(
            shipment, found=[Found("short", D(1), row)], actor=clerk, at=clock.now() + timedelta(days=20)
        )
    assert str(opening.deadline_of(shipment)) in str(late.value)
    with pytest.raises(opening.MoreThanCame):
        report_differences(shipment, found=[Found("short", D(4), row)], actor=clerk)
    case = report_differences(shipment, found=[Found("short", D(1), row)], actor=clerk)

    assert held(part, station) == (7, 1, 2, 0)
    assert violations() == []
    with pytest.raises(opening.CaseUnderWay):
        report_differences(shipment, found=[Found("short", D(1), row)], actor=clerk)
    ruled(case, Ruling("credit", WHY))
    assert (held(part, station), used(station), violations()) == ((7, 0, 2, 0), D("20.04"), [])


def test_finance_confirms_a_large_credit_with_another_hand(station: Any, clerk: Any, sent: Any) -> None:
    part, shipment = sent(price="3000.00")
    warehouse, finance = make_user(), make_user()
    case = received(shipment, clerk, "2")

    waiting = ruled(case, Ruling("credit", WHY), actor=warehouse)
    assert (waiting.status, held(part, station), used(station)) == ("to_confirm", (7, 1, 2, 0), D("7200.00"))
    with pytest.raises(deciding.SameHand):
        confirm_case(case, actor=warehouse)
    assert return_case(case, reason="先核对承运单", actor=finance).status == "open"
    ruled(case, Ruling("credit", WHY), actor=warehouse)
    closed = confirm_case(case, actor=finance)

    assert (closed.status, closed.credit, used(station)) == ("closed", D("2400.00"), D("4800.00"))
    assert violations() == []


def test_a_surplus_that_the_books_do_not_have_asks_for_a_count(station: Any, clerk: Any, sent: Any) -> None:
    part, shipment = sent()
    with_seven = received(shipment, clerk, "11")

    with pytest.raises(GoodsNotInBooks):
        ruled(with_seven, Ruling("keep", WHY))

    assert held(part, station) == (7, 0, 3, 0)
    put_stock(stock.central_warehouse(), part, 1)
    assert ruled(with_seven, Ruling("send_back", WHY)).status == "closed"


@pytest.mark.parametrize(
    ("ruling", "refusal"),
    [
        (Ruling("", WHY), deciding.LineUndecided),
        (Ruling("send_back", WHY), deciding.DecisionImpossible),
        (Ruling("nonsense", WHY), deciding.DecisionImpossible),
        (Ruling("credit", "嗯", goods="scrap"), ReasonMissing),
        (Ruling("credit", WHY), deciding.GoodsUnsaid),
        (Ruling("credit", WHY, goods="river"), deciding.GoodsUnsaid),
        (Ruling("keep", WHY, reduction=D("10.03")), deciding.ReductionImpossible),
        (Ruling("keep", WHY, reduction=D("-0.01")), deciding.ReductionImpossible),
        (Ruling("keep", WHY, reduction=D("NaN")), deciding.ReductionImpossible),
        (Ruling("keep", WHY, reduction=D("0.001")), deciding.ReductionImpossible),
    ],
)
def test_decisions_that_say_too_little_are_refused(
    clerk: Any, sent: Any, ruling: Ruling, refusal: type[Exception]
) -> None:
    _part, shipment = sent()
    case = received(shipment, clerk, "3", "1")

    with pytest.raises(refusal):
        ruled(case, ruling)

    case.refresh_from_db()
    assert case.status == "open"


def test_a_withdrawn_case_puts_the_goods_into_the_stations_stock(station: Any, clerk: Any, sent: Any) -> None:
    part, shipment = sent()
    case = received(shipment, clerk, "2")

    withdrawn = withdraw_case(case, reason="在另一箱中找到", actor=clerk)

    assert (withdrawn.status, held(part, station), used(station)) == ("withdrawn", (7, 0, 3, 0), D("30.06"))
    assert violations() == []
    with pytest.raises(TransitionNotAllowed):
        ruled(case, Ruling("credit", WHY))


def test_every_credited_cent_adds_up_over_several_cases(station: Any, clerk: Any) -> None:
    part = make_part(price="0.67", pack_qty=D("0.001"), min_order_qty=D("0.001"))
    stock_at_headquarters(part, "1")
    order = place_order(station, lines=[Wanted(part.number, D("1.000"))], actor=clerk)
    allocate(actor=clerk)
    shipment = ship_shipment(
        pack_shipment(pick_order(order, actor=clerk), boxes=[Box()], actor=clerk), carrier="顺丰", actor=clerk
    )
    row = shipment.lines.get()
    receive_shipment(shipment, counts={row.pk: Count(D(1))}, actor=clerk)

    for qty in ("0.333", "0.333", "0.334"):
        case = report_differences(shipment, found=[Found("short", D(qty), row)], actor=clerk)
        ruled(case, Ruling("credit", WHY))

    assert (used(station), violations()) == (D("0.00"), [])


def test_the_decision_is_a_document_and_both_sides_are_told(station: Any, clerk: Any, sent: Any) -> None:
    from portal.accounts.roles import Role
    from tests.factories.stations import make_member

    warehouse, owner = make_user(role=Role.WAREHOUSE), make_member(Role.STATION_OWNER, station=station)
    _part, shipment = sent()

    case = ruled(received(shipment, clerk, "2"), Ruling("credit", WHY), actor=warehouse)

    paper = documents_of(case, letters.DECISION).get()
    assert (paper.facts["credit"], paper.facts["lines"][0]["decision"]) == ("10.02", "credit")
    assert pdf_bytes(paper).startswith(b"%PDF")
    told = set(Notification.objects.values_list("user", "kind"))
    assert told >= {(warehouse.pk, "receivingcase.opened"), (owner.pk, "receivingcase.decided")}


class Differences(TestCase):  # type: ignore[misc]
    """Any counts, reports and decisions in any order."""

    @settings(max_examples=6, deadline=None)
    @given(
        counts=st.tuples(st.integers(0, 5), st.integers(0, 3)),
        answers=st.lists(st.sampled_from(["credit", "reship", "keep", "refuse", "send_back"]), min_size=1, max_size=4),
        late=st.lists(st.tuples(st.sampled_from(["short", "damaged", "over"]), st.integers(1, 3)), max_size=3),
    )
    def test_no_piece_and_no_cent_is_lost_whatever_happens(
        self, counts: tuple[int, int], answers: list[str], late: list[tuple[str, int]]
    ) -> None:
        clerk, part = make_user(), make_part(price="12.53")
        stock_at_headquarters(part, 10)
        order = place_order(make_station(), lines=[Wanted(part.number, D(3))], actor=clerk)
        allocate(actor=clerk)
        packed = pack_shipment(pick_order(order, actor=clerk), boxes=[Box()], actor=clerk)
        shipment = ship_shipment(packed, carrier="顺丰", actor=clerk)
        row = shipment.lines.get()
        acts: list[Callable[[], Any]] = [
            lambda: receive_shipment(
                shipment, counts={row.pk: Count(D(counts[0]), D(counts[1]), photos=[picture()])}, actor=clerk
            )
        ]
        for kind, qty in late:
            found = [Found(kind, D(qty), row, photos=[picture()])]
            acts.append(lambda found=found: report_differences(shipment, found=found, actor=clerk))  # type: ignore[misc]

        for number, act in enumerate(acts):
            with suppress(Refusal):
                act()
            for case in ReceivingCase.objects.filter(status="open"):
                decision = answers[number % len(answers)]
                rulings = {line.pk: Ruling(decision, WHY, goods="scrap") for line in case.lines.all()}
                with suppress(Refusal):
                    decide_case(case, rulings=rulings, actor=clerk)
            assert violations() == []

"""Receiving cases: every kind of difference and every answer, to the piece and to the cent."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from parts import books, stock
from parts.allocation import allocate
from parts.cases import deciding, letters, opening
from parts.cases.deciding import Ruling, confirm_case, decide_case, return_case, withdraw_case
from parts.cases.opening import Found, add_photos, report_differences
from parts.cases.returning import (
    MoreThanSent,
    SentOnImpossible,
    receive_goods_back,
    remind_of_goods,
    send_goods_back,
)
from parts.cases.settling import GoodsNotInBooks
from parts.four_eyes import OwnParcel
from parts.fulfillment import Count, receive_shipment, ship_shipment
from parts.models import OrderKind, Part, Posting, ReceivingCase, Shipment
from parts.ordering import ReasonMissing, Wanted, place_order
from parts.packing import Box, pack_shipment
from parts.papers import addresses_of
from parts.returns.asking import Unused, request_return
from parts.taking import pick_order
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.documents import documents_of, pdf_bytes
from portal.core.errors import Problems, Refusal
from portal.core.models import Notification
from portal.core.states import TransitionNotAllowed
from stations import dealer_account
from tests.api.calls import Program
from tests.factories.claims import photo as picture
from tests.factories.parts import make_part, put_stock, stock_at_headquarters
from tests.factories.stations import make_member, make_station, make_user

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
        packed = pack_shipment(pick_order(order, actor=clerk), boxes=[Box(weight_kg=D(1))], actor=clerk)
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


def come_back(case: ReceivingCase, missing: int = 0) -> ReceivingCase:
    """The station sends the goods; all but so many pieces of each line arrive."""
    send_goods_back(case, carrier="顺丰", tracking_number="SF-9", actor=make_user())
    counts = {line.pk: line.qty - missing for line in case.lines.all() if line.comes_back}
    return receive_goods_back(case, counts=counts, actor=make_user())


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
    assert violations() == []
    if closed.status == "to_return":
        closed = come_back(closed)

    shipment.refresh_from_db()
    shipment.order.refresh_from_db()
    assert (closed.status, shipment.status, shipment.order.status) == ("closed", "settled", order)
    assert held(part, station) == places
    assert used(station) == D(owed)
    assert violations() == []


@pytest.mark.parametrize(
    ("got", "damaged", "ruling", "places", "owed"),
    [
        ("3", "2", Ruling("credit", WHY, goods="quarantine"), (7, 0, 2, 1), "20.04"),
        ("3", "2", Ruling("reship", WHY, goods="quarantine"), (7, 0, 2, 1), "40.08"),
        ("5", "0", Ruling("send_back", WHY), (5, 0, 4, 1), "40.08"),
    ],
)
def test_what_does_not_come_back_is_the_stations(
    station: Any, clerk: Any, sent: Any, got: str, damaged: str, ruling: Ruling, places: Any, owed: str
) -> None:
    part, shipment = sent()

    deciding = ruled(received(shipment, clerk, got, damaged), ruling)
    way = held(part, station)
    owed_before, sentences = used(station), violations()
    closed = come_back(deciding, missing=1)

    assert (way, owed_before, sentences) == ((10 - int(got) if got == "5" else 7, 2, int(got) - 2, 0), D("30.06"), [])
    assert (closed.status, held(part, station), used(station), violations()) == ("closed", places, D(owed), [])
    shipment.refresh_from_db()
    assert shipment.status == "settled"
    assert [paper.number for paper in documents_of(closed, letters.DECISION)] == [f"{closed.number}-2", closed.number]


def test_goods_on_their_way_back_are_sent_after_the_decision_and_counted_once(
    station: Any, clerk: Any, sent: Any
) -> None:
    warehouse, owner = make_user(role=Role.WAREHOUSE), make_member(Role.STATION_OWNER, station=station)
    _part, shipment = sent()
    case = ruled(received(shipment, clerk, "3", "2"), Ruling("credit", WHY, goods="quarantine"), actor=warehouse)
    line, later = case.lines.get(), clock.now() + timedelta(days=20)

    with pytest.raises(SentOnImpossible):
        send_goods_back(case, carrier="顺丰", sent_on=clock.today() + timedelta(days=1), actor=clerk)
    assert [remind_of_goods(at=later), remind_of_goods(at=later)] == [1, 0]
    sent_back = (
        Program(owner)
        .post(f"receiving-cases/{case.pk}/send-back/", {"carrier": "顺丰", "tracking_number": "SF-9"})
        .json()
    )
    again = Program(warehouse).post(f"receiving-cases/{case.pk}/arrived/", {"lines": [{"position": 1, "qty": "2.5"}]})
    with pytest.raises(MoreThanSent):
        receive_goods_back(case, counts={line.pk: D("NaN")}, actor=warehouse)
    done = (
        Program(warehouse).post(f"receiving-cases/{case.pk}/arrived/", {"lines": [{"position": 1, "qty": "2"}]}).json()
    )

    assert (sent_back["status"], sent_back["sent_on"]) == ("returning", clock.today().isoformat())
    assert (again.status_code, set(again.json()["errors"])) == (422, {"lines.1.qty"})
    assert (done["status"], done["credit"], done["lines"][0]["arrived_qty"]) == ("closed", "20.04", "2.000")
    with pytest.raises(TransitionNotAllowed):
        receive_goods_back(case, counts={line.pk: D(2)}, actor=warehouse)
    told = set(Notification.objects.values_list("user", "kind"))
    assert told >= {(owner.pk, "receivingcase.return_asked"), (owner.pk, "receivingcase.return_late")}
    assert (warehouse.pk, "receivingcase.returning") in told
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
    packed = pack_shipment(pick_order(again, actor=clerk), boxes=[Box(weight_kg=D(1))], actor=clerk)
    free = ship_shipment(packed, carrier="顺丰", actor=clerk)
    receive_shipment(free, counts={free.lines.get().pk: Count(D(1))}, actor=clerk)
    assert (held(part, station), used(station)) == ((6, 0, 3, 0), D("30.06"))
    assert violations() == []


def test_damaged_goods_without_a_picture_wait_for_it(client: Client, station: Any, clerk: Any, sent: Any) -> None:
    _part, shipment = sent()
    row = shipment.lines.get()
    receive_shipment(shipment, counts={row.pk: Count(D(3), D(1))}, actor=clerk)
    case = ReceivingCase.objects.get()
    line = case.lines.get()
    assert case.status == "photos_wanted"
    client.force_login(make_user(Role.WAREHOUSE))
    page = client.get(f"{case.get_absolute_url()}decide/").text
    assert str(deciding.waits_for_photos(case)) in page
    assert "decision_" not in page
    order = client.get(shipment.order.get_absolute_url()).text
    assert f"差异处理中：{case.number}" in order
    assert "破损 1" in order
    assert "收货" not in order.partition('class="next')[2].partition("</div>")[0]

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

    with pytest.raises(OwnParcel, match="¥2,400"):
        ruled(case, Ruling("credit", WHY), actor=clerk)
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
    assert ruled(with_seven, Ruling("send_back", WHY)).status == "to_return"


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


def test_a_decision_is_told_everything_that_is_wrong_with_it_at_once(clerk: Any, sent: Any) -> None:
    _part, shipment = sent()
    case = received(shipment, clerk, "2", "1")
    short, damaged = case.lines.order_by("kind")[::-1]

    with pytest.raises(Problems) as told:
        decide_case(case, rulings={damaged.pk: Ruling("credit", "嗯"), -9: Ruling("keep", WHY)}, actor=make_user())
    answer = Program(make_user(role=Role.WAREHOUSE)).post(
        f"receiving-cases/{case.pk}/decide/",
        {"lines": [{"position": damaged.position, "decision": "send_back", "reason": "嗯"}]},
    )

    wrong = {f"decision_{short.pk}", f"reason_{damaged.pk}", f"goods_{damaged.pk}", "lines"}
    assert set(told.value.by_field()) == wrong
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {
        f"lines.{short.position}.decision", f"lines.{damaged.position}.reason", f"lines.{damaged.position}.decision",
    }  # fmt: skip


def test_a_withdrawn_case_puts_the_goods_into_the_stations_stock(station: Any, clerk: Any, sent: Any) -> None:
    part, shipment = sent()
    case = received(shipment, clerk, "2")

    withdrawn = withdraw_case(case, reason="在另一箱中找到", actor=clerk)

    assert (withdrawn.status, held(part, station), used(station)) == ("withdrawn", (7, 0, 3, 0), D("30.06"))
    assert violations() == []
    with pytest.raises(TransitionNotAllowed):
        ruled(case, Ruling("credit", WHY))


def test_pieces_of_a_withdrawn_report_of_damage_can_go_back_unused(station: Any, clerk: Any, sent: Any) -> None:
    part, shipment = sent()

    withdraw_case(received(shipment, clerk, "3", damaged="2"), reason="只是外箱压痕", actor=clerk)

    row = shipment.lines.get()
    assert (row.damaged_qty, row.settled_qty, row.sound_qty) == (D(0), D(0), D(3))
    assert held(part, station) == (7, 0, 3, 0)
    back = {"cause": "station", "reason": "客户取消了", "closed_pack": True, "photos": [picture()]}
    assert request_return(shipment, unused={row.pk: Unused(D(3))}, actor=clerk, **back).pk
    assert violations() == []


def test_every_credited_cent_adds_up_over_several_cases(station: Any, clerk: Any) -> None:
    part = make_part(price="0.67", pack_qty=D("0.001"), min_order_qty=D("0.001"), unit="米")
    stock_at_headquarters(part, "1")
    order = place_order(station, lines=[Wanted(part.number, D("1.000"))], actor=clerk)
    allocate(actor=clerk)
    shipment = ship_shipment(
        pack_shipment(pick_order(order, actor=clerk), boxes=[Box(weight_kg=D(1))], actor=clerk),
        carrier="顺丰",
        actor=clerk,
    )
    row = shipment.lines.get()
    receive_shipment(shipment, counts={row.pk: Count(D(1))}, actor=clerk)

    for qty in ("0.333", "0.333", "0.334"):
        case = report_differences(shipment, found=[Found("short", D(qty), row)], actor=clerk)
        ruled(case, Ruling("credit", WHY))

    assert (used(station), violations()) == (D("0.00"), [])


def test_the_decision_is_a_document_and_both_sides_are_told(station: Any, clerk: Any, sent: Any) -> None:
    warehouse, owner = make_user(role=Role.WAREHOUSE), make_member(Role.STATION_OWNER, station=station)
    _part, shipment = sent()

    case = ruled(received(shipment, clerk, "2"), Ruling("credit", WHY), actor=warehouse)

    paper = documents_of(case, letters.DECISION).get()
    assert (paper.facts["credit"], paper.facts["lines"][0]["decision"]) == ("10.02", "credit")
    assert pdf_bytes(paper).startswith(b"%PDF")
    told = set(Notification.objects.values_list("user", "kind"))
    assert told >= {(warehouse.pk, "receivingcase.opened"), (owner.pk, "receivingcase.decided")}


def test_movements_lead_to_their_document_where_the_reader_may_see_it(station: Any, clerk: Any, sent: Any) -> None:
    owner, stranger = (
        make_member(Role.STATION_OWNER, station=station),
        make_member(Role.STATION_OWNER, station=make_station()),
    )
    part, shipment = sent()
    case = ruled(received(shipment, clerk, "3", "1"), Ruling("credit", WHY, goods="scrap"))
    moves = {row.kind: row for row in Posting.objects.filter(entries__part=part).distinct()}

    ours, theirs = addresses_of(moves.values(), owner), addresses_of(moves.values(), stranger)
    owner_client = Client()
    owner_client.force_login(owner, backend="portal.accounts.backends.Password")
    card = owner_client.get(f"/parts/places/{stock.station_location(station).pk}/card/{part.number}/")

    assert {kind: ours.get(row.pk) for kind, row in moves.items() if row.pk in ours} == {
        "ship": shipment.get_absolute_url(), "receive": shipment.get_absolute_url(), "case_scrap": case.get_absolute_url(),
    }  # fmt: skip
    assert theirs == {}
    assert f'href="{shipment.get_absolute_url()}"' in card.content.decode()


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
        packed = pack_shipment(pick_order(order, actor=clerk), boxes=[Box(weight_kg=D(1))], actor=clerk)
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
                decision, goods = answers[number % len(answers)], ("scrap", "quarantine")[number % 2]
                rulings = {line.pk: Ruling(decision, WHY, goods=goods) for line in case.lines.all()}
                with suppress(Refusal):
                    decide_case(case, rulings=rulings, actor=clerk)
            assert violations() == []
            for case in ReceivingCase.objects.filter(status="to_return"):
                arriving = {line.pk: min(D(number), line.qty) for line in case.lines.all() if line.comes_back}
                receive_goods_back(case, counts=arriving, actor=clerk)
            assert violations() == []

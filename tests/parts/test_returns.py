"""Unused parts go back: whole closed packs, within the days, credited at the price paid less the fee, to the cent."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from parts import books, stock
from parts.allocation import allocate
from parts.fulfillment import Count, receive_shipment, ship_shipment
from parts.models import Part, PartsReturn, Shipment
from parts.ordering import ReasonMissing, Wanted, place_order
from parts.packing import Box, pack_shipment
from parts.returns import asking, letters, moving
from parts.returns.asking import Unused, decide_return, request_return, withdraw_return
from parts.returns.moving import Verdict, inspect_return, ship_return
from parts.taking import pick_order
from portal.core import clock
from portal.core.documents import documents_of, pdf_bytes
from portal.core.states import TransitionNotAllowed
from stations import dealer_account
from tests.factories.claims import photo
from tests.factories.parts import make_part, stock_at_headquarters
from tests.factories.stations import make_station, make_user

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def clerk() -> Any:
    return make_user()


@pytest.fixture
def station() -> Any:
    return make_station()


@pytest.fixture
def received(station: Any, clerk: Any) -> Callable[..., tuple[Part, Shipment]]:
    """Six pieces in packs of two at 0.80 × 12.53 = 10.02 each lie at the station; headquarters has 4 left."""

    def receive() -> tuple[Part, Shipment]:
        part = make_part(price="12.53", pack_qty=2)
        stock_at_headquarters(part, 10)
        order = place_order(station, lines=[Wanted(part.number, D(6))], actor=clerk)
        allocate(actor=clerk)
        packed = pack_shipment(pick_order(order, actor=clerk), boxes=[Box(weight_kg=D(1))], actor=clerk)
        shipment = ship_shipment(packed, carrier="顺丰", actor=clerk)
        return part, receive_shipment(shipment, counts={shipment.lines.get().pk: Count(D(6))}, actor=clerk)

    return receive


def asked(shipment: Shipment, clerk: Any, qty: str = "4", **values: Any) -> PartsReturn:
    given: dict[str, Any] = {"cause": "station", "reason": "客户改约", "closed_pack": True, "photos": [photo()]}
    return request_return(shipment, unused={shipment.lines.get().pk: Unused(D(qty))}, actor=clerk, **(given | values))


def held(part: Part, station: Any) -> tuple[Decimal, ...]:
    """Pieces at headquarters, in transit, at the station, in quarantine."""
    places = (
        stock.central_warehouse(),
        stock.transit_location(station),
        stock.station_location(station),
        stock.quarantine(),
    )
    return tuple(stock.on_hand(part, place) for place in places)


def violations() -> list[str]:
    return [sentence for check in books.CHECKS.values() for sentence in check()]


@pytest.mark.parametrize(
    ("cause", "accepted", "to_station", "credit", "places"),
    [
        ("station", "4", False, "36.07", (8, 0, 2, 0)),  # 40.08 less 4.01
        ("headquarters", "4", False, "40.08", (8, 0, 2, 0)),
        ("station", "1", False, "9.02", (5, 0, 2, 3)),  # 10.02 less 1.00
        ("station", "1", True, "9.02", (5, 0, 5, 0)),
        ("station", "0", False, "0.00", (4, 0, 2, 4)),
    ],
)
def test_what_is_accepted_is_credited_less_the_fee(
    station: Any, clerk: Any, received: Any, cause: str, accepted: str, to_station: bool, credit: str, places: Any
) -> None:
    part, shipment = received()
    back = decide_return(asked(shipment, clerk, cause=cause), approve=True, actor=make_user())
    sent = ship_return(back, carrier="顺丰", actor=clerk)
    assert (held(part, station), violations()) == ((4, 4, 2, 0), [])

    verdict = Verdict(D(accepted), to_station, "包装已拆封")
    done = inspect_return(sent, verdicts={sent.lines.get().pk: verdict}, actor=make_user())

    assert (done.status, done.credit, held(part, station)) == ("inspected", D(credit), places)
    assert dealer_account.account_of(station).used == D("60.12") - D(credit)
    assert violations() == []
    assert pdf_bytes(documents_of(done, letters.CREDIT_NOTE).get()).startswith(b"%PDF")


def test_nothing_goes_back_twice_and_withdrawing_frees_it(clerk: Any, received: Any) -> None:
    _part, shipment = received()
    first = asked(shipment, clerk, "4")

    with pytest.raises(asking.MoreThanReceived):
        asked(shipment, clerk, "4")
    withdraw_return(first, reason="客户又要了", actor=clerk)

    assert asked(shipment, clerk, "6").status == "requested"
    assert violations() == []


@pytest.mark.parametrize(
    ("qty", "values", "refusal"),
    [
        ("0", {}, asking.NothingToReturn),
        ("3", {}, asking.NotWholePacks),
        ("8", {}, asking.MoreThanReceived),
        ("4", {"closed_pack": False}, asking.PackOpen),
        ("4", {"photos": []}, asking.PackOpen),
        ("4", {"reason": "嗯"}, ReasonMissing),
        ("4", {"at": clock.now() + timedelta(days=60)}, asking.ReturnTooLate),
    ],
)
def test_a_return_that_breaks_a_rule_is_refused(
    clerk: Any, received: Any, qty: str, values: dict[str, Any], refusal: type[Exception]
) -> None:
    _part, shipment = received()

    with pytest.raises(refusal):
        asked(shipment, clerk, qty, **values)

    assert not PartsReturn.objects.exists()


def test_a_refused_return_stays_at_the_station_and_a_verdict_is_sane(station: Any, clerk: Any, received: Any) -> None:
    part, shipment = received()
    back = asked(shipment, clerk)
    with pytest.raises(ReasonMissing):
        decide_return(back, approve=False, actor=clerk)
    decide_return(back, approve=False, answer="已停产，不再收回", actor=clerk)
    with pytest.raises(TransitionNotAllowed):
        ship_return(back, carrier="顺丰", actor=clerk)

    sent = ship_return(decide_return(asked(shipment, clerk), approve=True, actor=clerk), carrier="顺丰", actor=clerk)
    line = sent.lines.get()
    for verdict, refusal in (
        (Verdict(D(5)), moving.VerdictImpossible),
        (Verdict(D("NaN")), moving.VerdictImpossible),
        (Verdict(D(1)), ReasonMissing),
    ):
        with pytest.raises(refusal):
            inspect_return(sent, verdicts={line.pk: verdict}, actor=clerk)

    assert (held(part, station), violations()) == ((4, 4, 2, 0), [])

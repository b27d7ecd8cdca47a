"""A transfer between two stations: who does what in turn, every piece, and each station's own price."""

from decimal import Decimal
from typing import Any

import pytest

from parts import books, stock, transfers
from parts.ordering import ReasonMissing, Wanted
from portal.accounts.roles import Role
from portal.core.models import Notification
from portal.core.states import TransitionNotAllowed
from stations import dealer_account
from tests.factories.parts import make_part, stock_at_station
from tests.factories.stations import make_center, make_grade, make_member, make_station, make_user

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def people() -> dict[str, Any]:
    """Two stations of one region, of grades A (0.70) and B (0.75), their clerks and headquarters."""
    center = make_center()
    giver, taker = make_station(center=center), make_station(center=center)
    make_grade(station=giver, grade="A")
    make_grade(station=taker, grade="B")
    return {
        "giver": giver,
        "taker": taker,
        "gives": make_member(Role.STATION_CLERK, station=giver),
        "takes": make_member(Role.STATION_CLERK, station=taker),
        "warehouse": make_user(Role.WAREHOUSE),
    }


def asked(people: dict[str, Any], part: Any, qty: str = "3") -> Any:
    lines = [Wanted(part.number, D(qty))]
    return transfers.request_transfer(
        people["taker"], people["giver"], lines=lines, reason="客户设备停机", actor=people["takes"]
    )


def sent(people: dict[str, Any], part: Any) -> Any:
    row = transfers.agree_transfer(asked(people, part), actor=people["gives"])
    row = transfers.approve_transfer(row, actor=people["warehouse"])
    return transfers.ship_transfer(row, carrier="顺丰", actor=people["gives"])


def used(station: Any) -> Decimal:
    return dealer_account.account_of(station).used


def violations() -> list[str]:
    return [sentence for check in books.CHECKS.values() for sentence in check()]


@pytest.mark.parametrize(
    ("came", "left", "there", "credit", "charge"), [("3", 2, 3, "210.00", "225.00"), ("2", 3, 2, "140.00", "150.00")]
)
def test_each_station_has_its_own_price_and_missing_pieces_go_home(
    people: Any, came: str, left: int, there: int, credit: str, charge: str
) -> None:
    part = make_part(price="100.00")
    stock_at_station(people["giver"], part, 5)
    row = sent(people, part)
    assert stock.on_hand(part, stock.transit_location(people["taker"])) == 3
    assert violations() == []

    done = transfers.receive_transfer(row, counts={row.lines.get().pk: D(came)}, actor=people["takes"])

    held = [stock.on_hand(part, stock.station_location(people[name])) for name in ("giver", "taker")]
    assert done.status == "received"
    assert held == [D(left), D(there)]
    assert (used(people["giver"]), used(people["taker"])) == (-D(credit), D(charge))
    assert violations() == []
    assert set(Notification.objects.values_list("kind", flat=True)) == {
        "stocktransfer.requested", "stocktransfer.agreed", "stocktransfer.approved", "stocktransfer.shipped",
    }  # fmt: skip


def test_nobody_acts_out_of_turn(people: Any) -> None:
    part = make_part()
    stock_at_station(people["giver"], part, 5)
    row = asked(people, part)

    with pytest.raises(transfers.NotYourTurn):
        transfers.agree_transfer(row, actor=people["takes"])
    with pytest.raises(TransitionNotAllowed):
        transfers.approve_transfer(row, actor=people["warehouse"])
    with pytest.raises(ReasonMissing):
        transfers.refuse_transfer(row, reason="不", actor=people["gives"])
    with pytest.raises(transfers.NotYourTurn):
        transfers.cancel_transfer(row, reason="不再需要", actor=people["gives"])
    with pytest.raises(transfers.SameStation):
        transfers.request_transfer(
            people["taker"],
            people["taker"],
            lines=[Wanted(part.number, D(1))],
            reason="设备停机",
            actor=people["takes"],
        )
    with pytest.raises(transfers.TransferLinesMissing):
        transfers.request_transfer(
            people["taker"], people["giver"], lines=[Wanted("NO-SUCH", D(1))], reason="设备停机", actor=people["takes"]
        )
    assert transfers.cancel_transfer(row, reason="客户改约", actor=people["takes"]).status == "cancelled"


def test_a_station_sees_who_has_a_part_roughly_and_nothing_more(people: Any) -> None:
    part = make_part()
    stock_at_station(people["giver"], part, 7)
    stock_at_station(people["taker"], part, 9)
    stock_at_station(make_station(center=make_center()), part, 50)

    (offer,) = transfers.offers_near(people["taker"], part)

    assert (offer.station, offer.band) == (people["giver"], "6–20")
    assert [transfers.band_of(D(qty)) for qty in (1, 5, 6, 20, 21)] == ["1–5", "1–5", "6–20", "6–20", "20+"]


def test_a_station_that_cannot_give_is_named_with_its_status(people: Any) -> None:
    giver = people["giver"]
    with pytest.raises(transfers.StationUnknown, match="NO-1") as unknown:
        transfers.active_station("NO-1")
    assert unknown.value.reason == "station_unknown"
    type(giver).objects.filter(pk=giver.pk).update(status="suspended")

    with pytest.raises(transfers.StationNotActive, match="已暂停"):
        transfers.active_station(giver.code)

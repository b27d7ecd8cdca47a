"""Memberships, technicians and transfers by program; and lists that ask as often for many rows as for two."""

from collections.abc import Callable
from typing import Any

import pytest

from portal.accounts.roles import Role
from stations import people, training
from stations.models import StationGap
from tests.api.calls import Program
from tests.cast import Cast
from tests.counting import assert_as_many_queries
from tests.factories import stations as network
from tests.factories.recruiting import make_dealer_class
from tests.factories.training import make_course, make_item, make_material
from tests.permissions.stations_people import ended, invited

pytestmark = pytest.mark.django_db


def test_an_owner_ends_a_membership_and_takes_it_up_again(cast: Cast) -> None:
    owner = Program(cast.owner_a)
    members = owner.get("memberships/", station=cast.station_a.code, role="station_clerk").json()["results"]
    path = f"memberships/{members[0]['id']}/"

    changed = owner.post(f"{path}role/", {"role": "technician"})
    odd = owner.post(f"{path}role/", {"role": "administrator"})
    gone = owner.post(f"memberships/{changed.json()['id']}/end/", {"reason": "离职"})
    back = owner.post(f"memberships/{changed.json()['id']}/reactivate/", {})
    revoked = owner.post(f"memberships/{invited(cast)[0]}/revoke/", {})
    self_made = cast.owner_a.memberships.get().pk

    assert [row["username"] for row in members] == ["clerk_a"]
    assert (changed.json()["role"], odd.status_code, list(odd.json()["errors"])) == ("technician", 400, ["role"])
    assert (gone.json()["valid_to"] is None, back.json()["valid_to"]) == (False, None)
    assert revoked.json()["valid_to"] is not None
    assert owner.post(f"memberships/{self_made}/end/", {"reason": "离职"}).status_code == 409
    assert Program(cast.owner_b).post(f"{path}end/", {"reason": "离职"}).status_code == 404
    assert ended(cast)


def test_a_technician_is_rated_retired_reinstated_and_transferred(cast: Cast) -> None:
    owner, region = Program(cast.owner_a), Program(cast.region_manager)
    path = f"technicians/{cast.engineer_a.pk}/"
    other = network.make_station(dealer=cast.dealer_a, center=cast.center_a)
    wish = {"technician": cast.engineer_a.pk, "to_station": other.code, "reason": "新店缺人"}

    rated = region.post(f"{path}rate/", {"stars": 4, "reason": "客户好评"})
    wrong = region.post(f"{path}rate/", {"stars": 6, "reason": "客户好评"})
    retired = owner.post(f"{path}retire/", {"reason": "休假"})
    back = owner.post(f"{path}reinstate/", {})
    foreign = owner.post("transfers/", wish | {"to_station": cast.station_b.code})
    asked = owner.post("transfers/", wish)
    taken_back = owner.post(f"transfers/{asked.json()['id']}/withdraw/", {})
    again = owner.post("transfers/", wish)
    refused = region.post(f"transfers/{again.json()['id']}/refuse/", {"reason": "原站人手不足"})
    third = owner.post("transfers/", wish)
    approved = region.post(f"transfers/{third.json()['id']}/approve/", {})

    assert (rated.status_code, wrong.status_code, list(wrong.json()["errors"])) == (200, 400, ["stars"])
    assert (retired.json()["is_active"], back.json()["is_active"]) == (False, True)
    assert (foreign.status_code, list(foreign.json()["errors"])) == (400, ["to_station"])
    statuses = [answer.json()["status"] for answer in (asked, taken_back, refused, approved)]
    assert statuses == ["asked", "withdrawn", "refused", "approved"]
    assert region.get(path).json()["station"] == other.code


def gap(cast: Cast) -> None:
    station = network.make_station(dealer=cast.dealer_a, center=cast.center_a)
    family = network.make_family()
    StationGap.objects.create(
        station=station, kind="skill", family=family, level=2, needed=1, held=0, since="2026-03-03"
    )


def move(cast: Cast) -> None:
    person = network.make_technician(station=cast.station_a)
    other = network.make_station(dealer=cast.dealer_a, center=cast.center_a)
    people.ask_transfer(person, to_station=other, reason="新店缺人", actor=cast.owner_a)


def sitting(cast: Cast) -> None:
    person = network.make_technician(station=cast.station_a)
    training.start_exam(make_course(questions=1), person, actor=cast.technician_a)


LISTS: list[tuple[str, str, Callable[[Cast], Any]]] = [
    ("api_memberships", "owner_a", lambda cast: network.make_member(Role.STATION_CLERK, station=cast.station_a)),
    ("api_transfers", "owner_a", move),
    ("api_gaps", "owner_a", gap),
    ("api_courses", "owner_a", lambda cast: make_course(questions=0)),
    ("api_materials", "owner_a", lambda cast: make_material()),
    ("api_questions", "service_manager", lambda cast: make_course(questions=1)),
    ("api_exams", "owner_a", sitting),
    ("api_product_families", "owner_a", lambda cast: network.make_family()),
    ("api_product_models", "owner_a", lambda cast: network.make_product_model()),
    ("api_operation_centers", "agent", lambda cast: network.make_center()),
    ("api_dealers", "agent", lambda cast: network.make_dealer()),
    ("api_dealer_classes", "agent", lambda cast: make_dealer_class()),
    ("api_equipment_items", "owner_a", lambda cast: make_item()),
]


@pytest.mark.parametrize(("name", "member", "make"), LISTS, ids=[name for name, _member, _make in LISTS])
def test_a_list_asks_as_often_for_many_rows(cast: Cast, name: str, member: str, make: Any) -> None:
    assert_as_many_queries(name, cast.get(member), lambda count: [make(cast) for _each in range(count)], many=6)

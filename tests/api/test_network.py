"""Recruiting and coverage through the API: written, read again, refused at the field."""

from typing import Any

import pytest

from portal.core import clock
from stations import applications, duties
from stations.models import CandidateOutlet
from tests.api.calls import Program
from tests.cast import Cast
from tests.counting import assert_as_many_queries
from tests.factories.recruiting import make_candidate, make_dealer_class
from tests.factories.stations import make_dealer

pytestmark = pytest.mark.django_db


def body(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "center": cast.center_a.code, "division": "330108", "name": "滨江数码广场", "longitude": "120.21",
        "latitude": "30.20", "contacts": [{"name": "陈经理", "phone": "13777000001"}],
    } | changes  # fmt: skip


def test_a_candidate_is_entered_talked_to_and_invited(cast: Cast) -> None:
    program = Program(cast.region_manager)

    made = program.post("candidates/", body(cast)).json()
    path = f"candidates/{made['id']}/"
    contact = made["contacts"][0]["id"]
    talk = {
        "channel": "phone",
        "summary": "有意向",
        "contact": contact,
        "next_step": "拜访",
        "next_step_on": "2099-01-01",
    }
    talked = program.post(f"{path}talks/", talk).json()
    program.post(f"{path}negotiate/", {"note": "谈条件"})
    invited = program.post(f"{path}invite/", {}).json()

    assert (made["status"], talked["status"], invited["status"]) == ("identified", "contacted", "invited")
    assert talked["entries"][0]["contact"] == "陈经理"
    assert program.get(path).json() == invited
    assert [row["id"] for row in program.get("candidates/", status="invited").json()["results"]] == [made["id"]]


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"longitude": "139.7", "latitude": "35.7"}, 422, "longitude"),
        ({"latitude": None}, 422, "latitude"),
        ({"division": "999999"}, 400, "division"),
        ({"center": "CD"}, 400, "center"),
        ({"contacts": []}, 400, "contacts"),
        ({"contacts": [{"name": "无名"}]}, 422, "phone"),
        ({"status": "applied"}, 400, "status"),
        ({"staff_count": "9"}, 400, "staff_count"),
    ],
)
def test_a_candidate_entered_wrongly_is_refused_at_its_field(
    cast: Cast, changes: dict[str, Any], status: int, field: str
) -> None:
    answer = Program(cast.region_manager).post("candidates/", body(cast, **changes))

    assert (answer.status_code, list(answer.json()["errors"])) == (status, [field])
    assert not CandidateOutlet.objects.exists()


def test_a_talk_with_a_stranger_or_a_step_without_a_day_is_refused(cast: Cast) -> None:
    candidate, stranger = make_candidate(center=cast.center_a), make_candidate(center=cast.center_a)
    program, path = Program(cast.region_manager), f"candidates/{candidate.pk}/talks/"
    talk = {"channel": "visit", "summary": "看店"}

    foreign = program.post(path, talk | {"contact": stranger.contacts.get().pk})
    dayless = program.post(path, talk | {"next_step": "回访"})

    assert (foreign.status_code, list(foreign.json()["errors"])) == (400, ["contact"])
    assert (dayless.status_code, list(dayless.json()["errors"])) == (422, ["next_step_on"])
    assert not candidate.entries.exists()


def test_area_hours_and_closed_days_are_set_and_read_again(cast: Cast) -> None:
    code = cast.station_a.code
    region, owner = Program(cast.region_manager), Program(cast.owner_a)

    region.post(f"stations/{code}/area/", {"divisions": ["330100", "310000"], "service_radius_km": 30})
    hours = [{"kind": "business", "weekday": 0, "opens_at": "09:00", "closes_at": "18:00"}]
    owner.post(f"stations/{code}/hours/", {"hours": hours})
    days = {"first_day": "2099-02-01", "last_day": "2099-02-07", "reason": "春节"}
    answer = owner.post(f"stations/{code}/closed-days/", days)

    assert answer.json() == owner.get(f"stations/{code}/service/").json()
    assert answer.json() == {
        "code": code, "service_radius_km": 30, "divisions": ["310000", "330100"],
        "hours": [{"kind": "business", "weekday": 0, "opens_at": "09:00:00", "closes_at": "18:00:00"}],
        "closed_days": [days | {"is_on_call": False, "id": answer.json()["closed_days"][0]["id"]}],
    }  # fmt: skip
    removed = owner.post(f"closed-days/{answer.json()['closed_days'][0]['id']}/remove/", {})
    assert (removed.status_code, removed.json()["closed_days"]) == (200, [])


@pytest.mark.parametrize(
    ("path", "wrong", "status", "field"),
    [
        ("area", {"divisions": ["330100"], "service_radius_km": 9999}, 422, "service_radius_km"),
        ("area", {"divisions": [], "service_radius_km": 0}, 422, "divisions"),
        ("area", {"divisions": ["x"], "service_radius_km": 5}, 400, "divisions"),
    ],
)
def test_an_area_out_of_bounds_is_refused_at_its_field(
    cast: Cast, path: str, wrong: dict[str, Any], status: int, field: str
) -> None:
    answer = Program(cast.region_manager).post(f"stations/{cast.station_a.code}/{path}/", wrong)

    assert (answer.status_code, list(answer.json()["errors"])) == (status, [field])


def test_overlapping_hours_are_refused(cast: Cast) -> None:
    span = {"kind": "business", "weekday": 0, "closes_at": "18:00"}
    hours = [span | {"opens_at": "09:00"}, span | {"opens_at": "10:00"}]

    answer = Program(cast.owner_a).post(f"stations/{cast.station_a.code}/hours/", {"hours": hours})

    assert (answer.status_code, answer.json()["code"]) == (422, "hours_overlap")


def test_candidates_are_listed_in_as_many_questions_for_many_as_for_two(cast: Cast) -> None:
    def grow(count: int) -> None:
        for _each in range(count):
            make_candidate(center=cast.center_a)

    assert_as_many_queries("api_candidates", cast.region_manager, grow, many=20)


def test_a_contact_is_added_and_somebody_of_the_region_cares(cast: Cast) -> None:
    candidate, program = make_candidate(center=cast.center_a), Program(cast.region_manager)
    path = f"candidates/{candidate.pk}/"

    more = program.post(f"{path}contacts/", {"name": "林店长", "phone": "13777000002", "is_main": True})
    cared = program.post(f"{path}assign/", {"owner": cast.center_clerk.username})
    strange = program.post(f"{path}assign/", {"owner": cast.owner_b.username})

    assert [row["name"] for row in more.json()["contacts"] if row["is_main"]] == ["林店长"]
    assert cared.json()["owner"] == cast.center_clerk.username
    assert (strange.status_code, list(strange.json()["errors"])) == (400, ["owner"])


def test_a_dealers_duty_is_set_and_refused_at_its_field(cast: Cast) -> None:
    program, kind = Program(cast.service_manager), make_dealer_class()
    duty = {"dealer": cast.dealer_a.code, "dealer_class": kind.code, "center": cast.center_a.code}

    dayless = program.post("duties/", duty)
    made = program.post("duties/", duty | {"build_by": "2099-06-30"})

    assert (dayless.status_code, list(dayless.json()["errors"])) == (422, ["build_by"])
    assert (made.status_code, made.json()["has_built"], made.json()["must_build"]) == (201, True, True)
    assert Program(cast.owner_a).get("duties/").json()["results"] == [made.json()]
    assert Program(cast.owner_b).get("duties/").json()["results"] == []


def test_white_spots_are_asked_by_level_and_province(cast: Cast) -> None:
    program = Program(cast.region_manager)

    answer = program.get("white-spots/", level="city", province="330000", most=3).json()
    wrong = {name: program.get("white-spots/", **{name: "x"}) for name in ("level", "province", "most", "tenant")}

    assert len(answer["results"]) == min(3, answer["total"])
    assert {row["code"][:2] for row in answer["results"]} == {"33"}
    assert {answer.status_code for answer in wrong.values()} == {400}


@pytest.mark.parametrize(("name", "member"), [("api_duties", "service_manager"), ("api_invitations", "center_clerk")])
def test_a_list_asks_as_often_for_many_rows(cast: Cast, name: str, member: str) -> None:
    kind = make_dealer_class()

    def grow(count: int) -> None:
        for _each in range(count):
            if name == "api_duties":
                facts = {"dealer_class": kind, "center": cast.center_a, "actor": cast.service_manager}
                duties.set_duty(make_dealer(), build_by=clock.today(), **facts)
            else:
                applications.invite_applicant(cast.center_a, kind="dealer", actor=cast.center_clerk)

    assert_as_many_queries(name, cast.get(member), grow, many=12)

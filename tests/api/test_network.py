"""Recruiting and coverage through the API: written, read again, refused at the field."""

from typing import Any

import pytest

from stations.models import CandidateOutlet
from tests.api.calls import Program
from tests.cast import Cast
from tests.counting import assert_as_many_queries
from tests.factories.recruiting import make_candidate

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
        "closed_days": [days | {"is_on_call": False}],
    }  # fmt: skip


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

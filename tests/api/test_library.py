"""Documents written and read, ideas rewarded and published, courses and their bank, by program."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.core import clock
from stations import training
from stations.models import TrainingSession
from tests.api.calls import Program
from tests.cast import Cast
from tests.counting import assert_as_many_queries
from tests.factories.library import make_accepted, make_published, make_waiting_reward
from tests.factories.stations import make_family, make_station, make_technician
from tests.factories.training import make_course, make_item, make_session
from tests.permissions.core import GIF_LIKE_PNG

pytestmark = pytest.mark.django_db


def picture() -> Any:
    return SimpleUploadedFile("a.png", GIF_LIKE_PNG, "image/png")


def test_a_document_is_written_edited_published_revised_and_its_readers_told(cast: Cast) -> None:
    program = Program(cast.service_manager)
    draft = {"kind": "technical", "title": "网关手册", "body": "先断电", "must_read": "true", "read_by": "2099-01-31"}

    written = program.send("documents/", draft | {"regions": ["EAST"], "files": [picture()]})
    path = f"documents/{written.json()['id']}/"
    wrong = {
        "read_by": program.post("documents/", {"kind": "technical", "title": "x", "must_read": True}),
        "regions": program.post(f"{path}edit/", {"regions": ["NORTH"]}),
        "kinds": program.post(f"{path}edit/", {"kinds": ["bakery"]}),
    }
    edited = program.post(f"{path}edit/", {"title_en": "Gateway", "kinds": ["dealer"]}).json()
    program.post(f"{path}publish/", {})
    Program(cast.clerk_a).post(f"{path}read/", {})
    readers = program.get(f"{path}readers/").json()["results"]
    revised = program.post(f"{path}revise/", {}).json()

    assert (written.status_code, edited["title"], edited["region_codes"]) == (201, "网关手册", ["EAST"])
    assert {name: list(answer.json()["errors"]) for name, answer in wrong.items()} == {name: [name] for name in wrong}
    assert [(row["station"], row["first_read_at"] is None) for row in readers] == [(cast.station_a.code, False)]
    assert (revised["version"], revised["status"], len(revised["files"])) == (2, "draft", 1)
    assert Program(cast.clerk_a).get(f"documents/{revised['id']}/").status_code == 404
    assert Program(cast.owner_b).get(f"{path}readers/").status_code == 404


def test_an_idea_comes_with_photos_and_is_published(cast: Cast) -> None:
    words = {"title": "分格", "problem": "旧件混放", "proposal": "贴标签", "station": cast.station_a.code}
    filed = Program(cast.clerk_a).send("ideas/", words | {"names_station": "true", "files": [picture()]})
    accepted, program = make_accepted(cast.station_a, names_station=True), Program(cast.service_manager)
    texts = {"headline": "分格", "headline_en": "Boxes", "summary": "贴标签", "summary_en": "Label them"}

    published = program.post(f"ideas/{accepted.number}/publish/", texts)
    twice = program.post(f"ideas/{accepted.number}/publish/", texts)

    assert (filed.status_code, len(filed.json()["files"]), filed.json()["names_station"]) == (201, 1, True)
    assert (published.json()["station"], twice.status_code) == (cast.station_a.code, 409)
    assert Program(cast.clerk_b).get("published-ideas/").json()["results"] == [published.json()]


def test_a_large_reward_is_granted_by_another_hand(cast: Cast) -> None:
    first, second = make_waiting_reward(cast.station_a, points=50), make_waiting_reward(cast.station_a)

    refused = Program(cast.finance).post(f"idea-rewards/{second.pk}/refuse/", {"note": "无节约证明"})
    granted = Program(cast.finance).post(f"idea-rewards/{first.pk}/grant/", {})

    assert (refused.json()["status"], granted.json()["status"]) == ("accepted", "rewarded")
    assert [row["status"] for row in granted.json()["rewards"]] == ["granted"]
    points = Program(cast.owner_a).get("idea-points/").json()["results"]
    assert [(row["idea"], row["points"]) for row in points] == [(first.idea.number, 50)]
    assert Program(cast.owner_b).get("idea-points/").json()["results"] == []


def test_a_course_is_kept_material_and_questions(cast: Cast) -> None:
    course, program = make_course(questions=0), Program(cast.service_manager)
    choices = [{"text": "断电", "is_right": True}, {"text": "通电"}]

    material = program.send(
        f"courses/{course.code}/materials/", {"changes": "新增", "documents": [picture(), picture()]}
    )
    empty = program.send(f"courses/{course.code}/materials/", {"changes": "新增"})
    made = program.post("questions/", {"course": course.code, "text": "先做什么？", "choices": choices})
    wrong = program.post("questions/", {"course": course.code, "text": "先做什么？", "choices": choices[:1]})
    changed = program.post(
        f"questions/{made.json()['id']}/change/", {"text": "先？", "choices": choices, "is_active": False}
    )

    assert (material.json()["version"], len(material.json()["files"])) == (1, 2)
    assert (empty.status_code, list(empty.json()["errors"])) == (422, ["documents"])
    assert (made.json()["kind"], wrong.status_code, list(wrong.json()["errors"])) == ("single", 422, ["choices"])
    assert (changed.json()["text"], changed.json()["is_active"]) == ("先？", False)
    assert Program(cast.owner_a).get(f"materials/{material.json()['id']}/").json() == material.json()
    assert Program(cast.owner_a).get("questions/").status_code == 403


def test_a_session_is_changed_held_and_another_cancelled(cast: Cast) -> None:
    session, program = make_session(), Program(cast.service_manager)
    seat = training.enroll(session, make_technician(station=cast.station_a), actor=cast.owner_a)
    path = f"training-sessions/{session.number}/"

    few = program.post(f"{path}change/", {"seats": 0})
    changed = program.post(f"{path}change/", {"room": "二号教室", "seats": 5})
    TrainingSession.objects.filter(pk=session.pk).update(starts_at=clock.now() - timedelta(hours=1))
    strange = program.post(f"{path}hold/", {"attended": [seat.pk + 1]})
    held = program.post(f"{path}hold/", {"attended": [seat.pk]})
    cancelled = program.post(f"training-sessions/{make_session().number}/cancel/", {"reason": "讲师生病"})

    assert (few.status_code, changed.json()["room"], changed.json()["seats"]) == (400, "二号教室", 5)
    assert (strange.status_code, list(strange.json()["errors"]), held.json()["status"]) == (400, ["attended"], "held")
    assert cancelled.json()["status"] == "cancelled"


def test_an_exam_is_read_as_a_result_and_its_practical_part_entered(cast: Cast) -> None:
    course = make_course(practical_points=20, family=make_family(), level=1)
    running = training.start_exam(course, cast.engineer_a, actor=cast.technician_a)
    training.submit_exam(running, actor=cast.technician_a)
    program = Program(cast.service_manager)

    wrong = program.post(f"exams/{running.pk}/practical/", {"points": 21})
    done = program.post(f"exams/{running.pk}/practical/", {"points": 20})

    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["points"])
    assert (done.json()["practical_points"], done.json()["status"]) == (20, "failed")
    assert not {"paper", "answers", "seed"} & set(done.json())
    assert Program(cast.owner_b).get("exams/").json()["results"] == []


def test_a_calibration_brings_its_certificate(cast: Cast) -> None:
    program = Program(cast.clerk_a)
    piece = {"station": cast.station_a.code, "item": make_item().code, "serial_number": "S-1"}
    made = program.send("equipment/", piece | {"photo": picture()}).json()
    path = f"equipment/{made['id']}/calibrate/"

    checked = program.send(
        path, {"calibrated_on": clock.today().isoformat(), "passed": "true", "certificate": picture()}
    )
    odd = program.send(path, {"calibrated_on": clock.today().isoformat(), "passed": "perhaps"})

    assert (checked.status_code, checked.json()["calibration_due_on"] is None) == (200, False)
    assert (odd.status_code, list(odd.json()["errors"])) == (400, ["passed"])


def test_lists_ask_as_often_for_many_rows(cast: Cast) -> None:
    document = make_published()

    def published(count: int) -> None:
        for _each in range(count):
            idea, texts = (
                make_accepted(cast.station_a),
                dict.fromkeys(("headline", "headline_en", "summary", "summary_en"), "x"),
            )
            Program(cast.service_manager).post(f"ideas/{idea.number}/publish/", texts)

    def readers(count: int) -> None:
        for _each in range(count):
            document.recipients.create(station=make_station(), addressed_at=clock.now(), due_on=clock.today())

    def points(count: int) -> None:
        for _each in range(count):
            reward = make_waiting_reward(cast.station_a, points=50)
            Program(cast.finance).post(f"idea-rewards/{reward.pk}/grant/", {})

    assert_as_many_queries("api_published_ideas", cast.owner_a, published, many=5)
    assert_as_many_queries("api_bulletin_readers", cast.service_manager, readers, args=[document.pk], many=8)
    assert_as_many_queries("api_points", cast.owner_a, points, many=5)

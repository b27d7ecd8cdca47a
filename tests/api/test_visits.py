"""A visit by program: planned, begun, filled in, photographed, signed, recorded; and what is refused."""

import base64
import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.accounts.roles import Role
from portal.core import clock
from stations import applications
from stations.models import InspectionPhoto, SiteInspection
from tests.api.calls import Program
from tests.cast import Cast
from tests.factories.station_applications import at_region_review, make_template, ratings_for
from tests.factories.stations import make_member
from tests.factories.visits import planned_visit

pytestmark = pytest.mark.django_db


def picture(color: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(out, "PNG")
    return out.getvalue()


def photo(**fields: Any) -> dict[str, Any]:
    return {"photo": SimpleUploadedFile("door.png", picture(), "image/png")} | fields


def rated(template: Any, **kw: Any) -> list[dict[str, Any]]:
    return [{"item": item, "rating": rating} for item, rating in ratings_for(template, **kw).items()]


def under_way(cast: Cast) -> SiteInspection:
    visit = planned_visit(cast.station_a, actor=cast.region_manager)
    Program(cast.region_manager).post(f"visits/{visit.number}/begin/", {})
    return visit


def test_a_visit_is_planned_filled_in_photographed_signed_and_recorded(cast: Cast) -> None:
    template, program = make_template(), Program(cast.region_manager)
    body = {"station": cast.station_a.code, "purpose": "supervision", "planned_on": clock.today().isoformat()}

    planned = program.post("visits/", body | {"template": template.code})
    path = f"visits/{planned.json()['number']}/"
    begun = program.post(f"{path}begin/", {}).json()
    item = begun["answers"][0]["item"]
    program.post(
        f"{path}save/", {"answers": [{"item": item, "finding": "门头褪色"}], "longitude": "120.2", "latitude": "30.2"}
    )
    program.post(f"{path}save/", {"answers": rated(template), "findings": "总体良好"})
    shot = program.send(f"{path}photos/", photo(item=item, longitude="120.2", latitude="30.2"))
    drawing = "data:image/png;base64," + base64.b64encode(picture("black")).decode()
    signed = {
        "inspector_signed_as": "许峰",
        "inspector_drawing": drawing,
        "host_signed_as": "刘建国",
        "host_drawing": drawing,
    }
    done = program.post(f"{path}finish/", signed).json()

    assert (planned.status_code, begun["status"], done["status"], done["outcome"]) == (
        201,
        "under_way",
        "recorded",
        "passed",
    )
    assert done == program.get(path).json()
    answer = next(row for row in done["answers"] if row["item"] == item)
    assert (answer["finding"], done["findings"]) == ("门头褪色", "总体良好")
    assert (shot.status_code, answer["photos"][0]["longitude"]) == (200, "120.200000")
    assert [row["kind"] for row in done["signatures"]] == ["signature_inspector", "signature_host"]
    file = answer["photos"][0]["file"]
    assert program.get(f"files/{file}/")["Content-Type"] == "image/jpeg"
    assert Program(cast.clerk_a).get(f"files/{file}/thumb/").status_code == 200
    assert done["report"]["number"] == done["number"]
    assert {Program(cast.outsider).get(f"{each}/").status_code for each in (f"files/{file}", path[:-1])} == {404}


def test_a_photo_is_kept_once_and_refused_at_its_field(cast: Cast) -> None:
    visit = under_way(cast)
    program, path = Program(cast.region_manager), f"visits/{visit.number}/photos/"
    item = visit.answers.first().item_id  # type: ignore[union-attr]
    text = SimpleUploadedFile("door.png", b"not a picture", "image/png")

    refused = {
        "item": program.send(path, photo(item=item + 10_000)),
        "photos": program.send(path, photo(item=item) | {"photo": text}),
        "latitude": program.send(path, photo(item=item, longitude="120.2")),
        "longitude": program.send(path, photo(item=item, longitude="NaN", latitude="30")),
        "photo": program.send(path, {"item": item}),
        "tenant": program.send(path, photo(item=item, tenant="1")),
    }
    once = program.send(path, photo(item=item), key="telephone-1")
    again = program.send(path, photo(item=item), key="telephone-1")
    other = program.send(
        path, photo(item=item) | {"photo": SimpleUploadedFile("b.png", picture("red"))}, key="telephone-1"
    )

    assert {name: (answer.status_code, list(answer.json()["errors"])) for name, answer in refused.items()} == {
        name: (422 if name == "photos" else 400, [name]) for name in refused
    }
    assert (once.status_code, again.json(), other.status_code) == (200, once.json(), 422)
    assert InspectionPhoto.objects.count() == 1
    assert Program(cast.center_clerk).send(path, photo(item=item)).status_code == 403
    assert Program(cast.clerk_b).send(path, photo(item=item)).status_code == 404


@pytest.mark.parametrize(
    ("act", "body", "status", "field"),
    [
        ("save", {"answers": [{"item": 999_999, "rating": 3}]}, 400, "answers"),
        ("save", {"answers": [{"item": 1, "rating": 6}]}, 400, "answers"),
        ("save", {"longitude": "120.1"}, 400, "latitude"),
        (
            "finish",
            {"inspector_signed_as": "许峰", "host_signed_as": "刘", "host_drawing": "scribble"},
            400,
            "host_drawing",
        ),
        ("finish", {"inspector_signed_as": "许峰", "host_signed_as": "刘"}, 409, ""),
        ("cancel", {}, 400, "reason"),
    ],
)
def test_a_visit_filled_in_wrongly_is_refused_at_its_field(
    cast: Cast, act: str, body: dict[str, Any], status: int, field: str
) -> None:
    visit = under_way(cast)

    answer = Program(cast.region_manager).post(f"visits/{visit.number}/{act}/", body)

    assert (answer.status_code, list(answer.json().get("errors", {}))) == (status, [field] if field else [])


def test_a_mystery_customer_plans_only_surprises_of_their_own(cast: Cast) -> None:
    make_template()
    mystery = make_member(Role.MYSTERY_CUSTOMER, region=cast.station_a.center.region)
    program = Program(mystery)
    body = {"station": cast.station_a.code, "planned_on": (clock.today() + timedelta(days=1)).isoformat()}

    yearly = program.post("visits/", body | {"purpose": "yearly"})
    other = program.post("visits/", body | {"purpose": "surprise", "inspector": cast.region_manager.username})
    far = program.post("visits/", body | {"purpose": "surprise", "station": cast.station_b.code})
    own = program.post("visits/", body | {"purpose": "surprise"})

    assert [list(answer.json()["errors"]) for answer in (yearly, other, far)] == [
        ["purpose"],
        ["inspector"],
        ["station"],
    ]
    assert own.status_code == 201
    cancelled = Program(cast.region_manager).post(f"visits/{own.json()['number']}/cancel/", {"reason": "改期"}).json()
    assert cancelled["status"] == "cancelled"


def test_an_applications_visit_is_begun_by_program(cast: Cast) -> None:
    make_template()
    application = applications.approve_by_region(at_region_review(center=cast.center_a), actor=cast.region_manager)

    begun = Program(cast.center_clerk).post(f"applications/{application.pk}/inspect/", {})

    assert (begun.status_code, begun.json()["status"]) == (200, "under_way")
    assert begun.json()["application"] == application.number

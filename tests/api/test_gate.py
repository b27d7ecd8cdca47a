"""The gate: tokens, sessions with CSRF, keys, throttles, languages, and bodies that nobody should send."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.throttling import UserRateThrottle

from parts.models import PartsOrder
from portal.accounts import tokens
from portal.accounts.models import ApiToken
from portal.core import clock
from portal.core.endpoints import Endpoint
from portal.core.models import Event
from tests.api.calls import Program
from tests.cast import Cast
from tests.conftest import as_user, race
from tests.factories.parts import make_part
from tests.factories.stations import make_grade


def order_of(cast: Cast, qty: Any = "1", **values: Any) -> dict[str, Any]:
    """A sound order."""
    return {"station": cast.station_a.code, "lines": [{"part": "GW-100", "qty": qty}], **values}


@pytest.fixture
def program(cast: Cast) -> Program:
    make_grade(station=cast.station_a, grade="B")
    make_part(number="GW-100", price="200.00")
    return Program(cast.clerk_a)


def test_only_the_hash_of_a_token_is_kept(cast: Cast) -> None:
    row, token = tokens.make_token(cast.clerk_a, name="stock", may_write=False, days=30, actor=cast.clerk_a)

    assert token not in json.dumps(list(ApiToken.objects.values()), default=str)
    assert tokens.bearer_of(token) == row
    assert Event.objects.filter(kind="user.token_made").count() == 1


def test_a_token_ends_by_revoking_by_time_and_with_the_account(cast: Cast) -> None:
    made = [tokens.make_token(cast.clerk_a, name="x", may_write=False, days=30, actor=None) for _number in range(2)]
    tokens.revoke_token(made[0][0], actor=cast.clerk_a)

    assert [tokens.bearer_of(token) is not None for _row, token in made] == [False, True]
    clock.set(clock.now() + timedelta(days=30, seconds=1))
    try:
        assert tokens.bearer_of(made[1][1]) is None
    finally:
        clock.set(None)
    type(cast.clerk_a).objects.filter(pk=cast.clerk_a.pk).update(is_active=False)
    assert tokens.bearer_of(made[1][1]) is None


def test_a_wrong_token_is_401_also_beside_a_session(cast: Cast) -> None:
    browser = as_user(cast.clerk_a)

    answer = browser.get("/api/v1/parts/", headers={"Authorization": "Token yz_wrong"})

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Token")
    assert answer["Content-Type"] == "application/problem+json"
    assert browser.get("/api/v1/parts/").status_code == 200


def test_a_token_opens_no_page(program: Program) -> None:
    assert program.client.get("/account/tokens/new/").status_code == 302


def test_a_reading_token_writes_nothing(program: Program, cast: Cast) -> None:
    reader = Program(cast.clerk_a, may_write=False)

    assert reader.get("parts/").status_code == 200
    assert reader.post("parts-orders/", order_of(cast)).status_code == 403
    assert PartsOrder.objects.count() == 0


def test_the_audit_names_the_bearer(program: Program, cast: Cast) -> None:
    program.post("parts-orders/", order_of(cast))

    assert Event.objects.filter(kind="partsorder.confirmed").get().actor == cast.clerk_a


def test_the_page_shows_a_token_once(cast: Cast) -> None:
    browser = as_user(cast.clerk_a)

    made = browser.post("/account/tokens/new/", {"name": "stock", "days": 30}).content.decode()
    token = made.split("yz_")[1].split("<")[0]

    assert tokens.bearer_of(f"yz_{token}") is not None
    assert token not in browser.get("/account/tokens/").content.decode()


def test_a_browser_session_writes_with_its_csrf_token_only(program: Program, cast: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.clerk_a, backend="portal.accounts.backends.Password")
    browser.get("/account/change/")

    def send(**headers: str) -> int:
        headers |= {"Idempotency-Key": "a"}
        body = json.dumps(order_of(cast))
        return browser.post("/api/v1/parts-orders/", body, content_type="application/json", headers=headers).status_code

    assert send() == 403
    assert send(**{"X-CSRFToken": browser.cookies["csrftoken"].value}) == 201


def test_the_same_key_and_body_get_the_first_answer(program: Program, cast: Cast) -> None:
    first = program.post("parts-orders/", order_of(cast), key="k1")
    again = program.post("parts-orders/", order_of(cast), key="k1")
    other = program.post("parts-orders/", order_of(cast, "2"), key="k1")
    none = program.post("parts-orders/", order_of(cast), key="")

    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert (none.status_code, list(none.json()["errors"])) == (400, ["Idempotency-Key"])
    assert PartsOrder.objects.count() == 1


@pytest.mark.race
def test_eight_twins_with_one_key_place_one_order(transactional_db: None) -> None:
    from tests.cast import gather

    cast = gather()
    make_grade(station=cast.station_a, grade="B")
    make_part(number="GW-100", price="200.00")
    program = Program(cast.clerk_a)

    answers = race(8, lambda number: program.post("parts-orders/", order_of(cast), key="twin"))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert PartsOrder.objects.count() == 1


@pytest.mark.parametrize(
    "qty",
    [
        -1,
        0,
        "NaN",
        "Infinity",
        "1e400",
        "1e5",
        1e300,
        "１２",
        "1_000",
        " 1",
        True,
        None,
        [],
        {},
        "0.0000001",
        10**40,
        "",
    ],
)
def test_a_quantity_that_is_none_is_told_at_its_field(program: Program, cast: Cast, qty: Any) -> None:
    answer = program.post("parts-orders/", order_of(cast, qty))

    assert answer.status_code in (400, 409, 422)
    assert answer.json()["detail"]
    assert PartsOrder.objects.count() == 0


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"null", b"[]", b"{", b"\xff\xfe", b'{"a": NaN}', b'{"a": 1, "a": 2}', b'{"a": "\\u0000"}', b'{"a": "\\ud800"}',
        b'{"\\ud800": 1}', b'{"a":' * 5000 + b"1" + b"}" * 5000, b'{"a": ' + b"9" * 5000 + b"}", b'{"a": 1e400}',
        b'{"a": "' + b"x" * 2_000_001 + b'"}', b"station=1",
    ],
    ids=range(15),
)  # fmt: skip
def test_an_unsound_body_is_4xx_and_changes_nothing(program: Program, raw: bytes) -> None:
    answer = program.post("parts-orders/", None, raw=raw)

    assert 400 <= answer.status_code < 500
    assert answer.json()["detail"]
    assert PartsOrder.objects.count() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"status": "confirmed"}, {"total": "0.01"}, {"station": 1}, {"station": ["HZ"]}, {"station": None},
        {"kind": "warranty_replacement"}, {"kind": []}, {"reference": 5}, {"reference": "x" * 61}, {"reference": ["x"]},
        {"lines": []}, {"lines": {}}, {"lines": "x"}, {"lines": [1]}, {"lines": [{}]}, {"lines": None},
        {"lines": [{"part": "GW-100", "qty": "1", "net_price": "0.01"}]},
        {"lines": [{"part": "GW-100", "qty": "1"}] * 501},
    ],
    ids=str,
)  # fmt: skip
def test_unknown_wrong_and_mass_assigned_fields_are_refused(program: Program, cast: Cast, change: Any) -> None:
    answer = program.post("parts-orders/", order_of(cast) | change)

    assert answer.status_code in (400, 422)
    assert answer.json()["errors"]
    assert PartsOrder.objects.count() == 0


@pytest.mark.parametrize(
    "query",
    [
        "tenant=1", "serial__regex=(", "status=nothing", "status=draft&status=draft", "after=zzz", "after=W10",
        "page_size=100000000", "ordering=station__dealer__license_number", "station=%00", "submitted_from=0000-00-00",
        "submitted_from=01/02/2024", "submitted_from=2023-02-29", "reference=%00", "station=HZ-9999",
    ],
)  # fmt: skip
def test_a_parameter_that_is_wrong_or_unknown_is_400(program: Program, query: str) -> None:
    answer = program.client.get(f"/api/v1/parts-orders/?{query}")

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_days_at_the_ends_of_time_are_400(program: Program) -> None:
    for day in ("0001-01-01", "9999-12-31"):
        assert program.get("parts-orders/", submitted_from=day).status_code == 400
        assert program.get("parts-orders/", submitted_to=day).status_code == 400


@pytest.mark.parametrize(
    "path", ["parts-orders/99999999999999999999/", "claims/-1/", "parts/%00/", "units/9e9/", "nothing/"]
)
def test_an_address_of_nothing_is_404_as_a_problem(program: Program, path: str) -> None:
    answer = program.get(path)

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_refusals_speak_the_bearers_language(program: Program, cast: Cast) -> None:
    english = program.post("parts-orders/", order_of(cast, unknown=1)).json()
    chinese = Program(cast.owner_a, language="zh-hans").post("parts-orders/", order_of(cast, unknown=1)).json()

    assert english["errors"] == {"unknown": ["Unknown field."]}
    assert chinese["errors"] == {"unknown": ["未知字段。"]}


def test_other_methods_and_types_are_refused(program: Program) -> None:
    client = program.client

    assert client.put("/api/v1/parts-orders/", {}, content_type="application/json").status_code == 405
    assert client.delete("/api/v1/parts/GW-100/").status_code == 405
    assert client.post("/api/v1/parts/", {}, content_type="application/json").status_code == 405
    assert client.post("/api/v1/parts-orders/", {"station": "x"}).status_code == 415
    assert client.post("/api/v1/parts-orders/", b"<x/>", content_type="text/xml").status_code == 415


def test_a_program_that_asks_too_often_waits(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    class Three(UserRateThrottle):
        rate = "3/min"

    monkeypatch.setattr(Endpoint, "throttle_classes", [Three])

    answers = [program.get("parts/") for _number in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert answers[-1].json()["code"] == "throttled"

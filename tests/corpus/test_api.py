"""Every endpoint of the description: each field of each body with each wrong value, each parameter, broken bodies."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pytest
from django.urls import URLResolver, get_resolver, reverse

from portal.web.views.api_docs import described
from tests.api.calls import Program
from tests.cast import EVERYBODY, Cast
from tests.corpus.bodies import FORMS, SOUND
from tests.corpus.values import ALL, Bad, some
from tests.corpus.walk import CHINESE, counts, undone
from tests.factories.claims import make_bench
from tests.factories.parts import make_part
from tests.factories.stations import make_grade
from tests.permissions import Row
from tests.permissions.warranty_settlement import sent
from tests.test_permission_table import ROWS

pytestmark = pytest.mark.corpus
SCALARS: list[Any] = [
    None, True, False, -1, 0, 1.5, 1e300, 10**40, "", " ", "x" * 100_000, "a\u202eb", "=1+1", "NaN", "1e400", "１２", "1_000", [], {},
    [[]], [None], {"a": 1}, "2023-02-29", "9999-12-31", "../../x", "<script>", "\u200d",
]  # fmt: skip
HELD_BACK = {  # acts on a record that the permission table shows in another state: their sound body is refused by it
    "api_application_check", "api_application_decide", "api_application_file_remove", "api_application_inspect",
    "api_bulletin_edit", "api_bulletin_publish", "api_purchase_order_close", "api_purchase_order_return",
    "api_purchase_order_revise", "api_purchase_order_send", "api_receiving_case_confirm", "api_receiving_case_return",
    "api_visit_finish",
}  # fmt: skip
BY_THE_RULES = (403, 404, 409, 422)  # in the suite only what the operations refused is counted after
A_FEW = 1  # of the sample: there are some hundred fields
BODIES = [
    b"", b"null", b"[]", b"1", b"{", b"\xff", b'{"a": NaN}', b'{"a": -Infinity}', b'{"a": 1, "a": 2}', b'{"a": "\\u0000"}',
    b'{"a": "\\udfff"}', b'{"a":' * 3_000 + b"1" + b"}" * 3_000, b"[" * 100_000, b'{"a": ' + b"9" * 10_000 + b"}", b"a=1",
    b'{"a": "' + b"x" * 2_100_000 + b'"}', b"\x00", b'\xef\xbb\xbf{"a": 1}', b'{"__proto__": {}}',
]  # fmt: skip


def acts(cast: Cast) -> list[tuple[str, Program, dict[str, Any]]]:
    """Every POST of the description: address, who may, a body that is taken."""
    make_grade(station=cast.station_a, grade="B")
    make_part(number="GW-100", price="200.00")
    bench, note = make_bench(station=cast.station_a), sent(cast)
    clerk, agent, supplier = (
        Program(cast.get(name), language="zh-hans") for name in ("clerk_a", "agent", "supplier_x")
    )
    lines = [
        {"position": line.position, "accepted": str(line.claimed), "reason": ""}
        for line in note.lines.filter(is_live=True)
    ]
    call = {"name": "王女士", "phone": "13800004321", "address": "文定路", "fault_text": "没有反应", "offer_now": False}
    return [
        (
            "parts-orders/",
            clerk,
            {"station": cast.station_a.code, "kind": "stock", "reference": "", "note": "", "lines": [{"part": "GW-100", "qty": "1"}]},
        ),
        ("requests/", agent, {**call, "serial_number": "", "urgency": "advice", "problem_class": 1}),
        ("claims/", clerk, {"work_order": bench.job().number}),
        (f"claims/{bench.draft(bench.unit()).pk}/submit/", clerk, {}),
        (f"chargebacks/{note.pk}/answer/", supplier, {"lines": lines}),
    ]  # fmt: skip


@dataclass(frozen=True)
class Act:
    """A POST of the permission table: its row, who may, and the fields that the description names."""

    row: Row
    member: str
    fields: list[str]

    def address(self, at: list[Any]) -> str:
        return reverse(self.row.name, args=at).removeprefix("/api/v1/")


def other_acts(known: list[str], cast: Cast) -> list[Act]:
    """The other POSTs of the description, each with the row of the permission table that says who may."""
    description, found = described("en"), []
    posts = {path for path, methods in description["paths"].items() if "post" in methods}
    for row in ROWS:
        member = row.post and next((name for name in EVERYBODY if row.post(name) in (400, 415)), None)
        if not row.name.startswith("api_") or not member:
            continue
        path = path_of(row.name)
        if path in posts and not any(
            re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), f"/api/v1/{each}") for each in known
        ):
            found.append(Act(row, member, fields_of(description, path)))
    return found


@lru_cache(maxsize=1)
def patterns() -> dict[str, str]:
    """The address of every name, as the description writes it."""
    found = {}
    for each in get_resolver().url_patterns:
        if isinstance(each, URLResolver) and str(each.pattern).startswith("api/"):
            found |= _below(each, f"/{each.pattern}")
    return found


def _below(resolver: Any, prefix: str) -> dict[str, str]:
    found = {}
    for each in resolver.url_patterns:
        path = f"{prefix}{each.pattern}"
        if isinstance(each, URLResolver):
            found |= _below(each, path)
        else:
            found[each.name] = re.sub(
                r"<(?:int|str):(\w+)>", lambda part: "{" + part[1].replace("pk", "id") + "}", path
            )
    return found


def path_of(name: str) -> str:
    """The path of the description."""
    return patterns().get(name, "")


def fields_of(description: dict[str, Any], path: str) -> list[str]:
    """What the body may name."""
    content = description["paths"][path]["post"].get("requestBody", {}).get("content", {})
    name = next((each["schema"].get("$ref", "") for each in content.values()), "").rpartition("/")[2]
    return list(description["components"]["schemas"].get(name, {}).get("properties", {}))


def test_every_act_of_the_description_is_tried(cast: Cast) -> None:
    described_acts = [path for path, methods in described("en")["paths"].items() if "post" in methods]

    known = [path for path, _program, _good in acts(cast)]
    assert len(described_acts) == len(known) + len(other_acts(known, cast))


def test_no_field_of_the_other_bodies_brings_the_server_down(cast: Cast) -> None:
    """Beside a sound body of who may, on the permission table's record: never 5xx, and what is refused wrote nothing."""
    wrong, refused = [], []
    programs = {name: Program(cast.get(name), language="zh-hans") for name in EVERYBODY if cast.get(name)}
    for act in other_acts([path for path, _program, _good in acts(cast)], cast):
        with undone():
            at = act.row.args(cast) if act.row.args else []
            body = SOUND.get(act.row.name, {})
            good = body(cast, *at) if callable(body) else body
            told = faults(act, programs[act.member], at, good)
        wrong += told[1]
        if not told[0]:
            refused.append(act.row.name)

    assert wrong == []
    assert set(refused) - HELD_BACK == set()


def faults(act: Act, program: Program, at: list[Any], good: dict[str, Any]) -> tuple[bool, list[str]]:
    """Whether the sound body was taken, and what went wrong with a bad value in each of its fields."""
    address, wrong, before = act.address(at), [], counts()

    def send(body: dict[str, Any]) -> Any:
        if act.row.name in FORMS:
            return program.send(address, {name: as_text(value) for name, value in body.items()})
        return program.post(address, body)

    with undone():
        first = send(good)
    if first.status_code >= 500:
        wrong.append(f"{address}: {first.status_code}")
    for name in [*act.fields, "status"] if act.fields else ["status"]:
        for bad in some([Bad(value) for value in SCALARS], act.row.name, name)[: None if ALL else A_FEW]:
            with undone():
                answer = send(good | {name: bad.value})
                after = counts() if answer.status_code in BY_THE_RULES or ALL else before
            told = f"{address} {name}={str(bad.value)[:40]!r}: {answer.status_code}"
            if answer.status_code >= 500 or (answer.status_code >= 400 and after != before):
                wrong.append(told)
            elif answer.status_code == 400 and not CHINESE.search(answer.json()["detail"]):
                wrong.append(f"{told}, not in Chinese")
    return first.status_code < 400, wrong


def as_text(value: Any) -> Any:
    """What a form can carry of it; a file is read from its beginning again."""
    if hasattr(value, "seek"):
        value.seek(0)
        return value
    return (
        [as_text(each) for each in value]
        if isinstance(value, list)
        else value
        if isinstance(value, str)
        else str(value)
    )


def test_every_field_of_every_body_refuses_what_is_wrong(cast: Cast) -> None:
    wrong = []
    for path, program, good in acts(cast):
        before = counts()
        for name in [*good, "status", "approved_total", "__class__"]:
            for bad in some([Bad(value) for value in SCALARS], path.split("/")[0], name):
                with undone():
                    answer = program.post(path, good | {name: bad.value})
                    after = counts()
                told = f"{path} {name}={str(bad.value)[:40]!r}: {answer.status_code}"
                if answer.status_code >= 500:
                    wrong.append(told)
                elif answer.status_code >= 400 and after != before:
                    wrong.append(f"{told}, with an effect")
                elif answer.status_code == 400 and not CHINESE.search(answer.json()["detail"]):
                    wrong.append(f"{told}, not in Chinese")

    assert wrong == []


def test_every_act_refuses_a_body_that_is_none(cast: Cast) -> None:
    wrong = []
    for path, program, _good in acts(cast):
        for bad in some([Bad(body) for body in BODIES], path):
            before = counts()
            with undone():
                answer = program.post(path, None, raw=bad.value)
                after = counts()
            taken = answer.status_code < 400 and not (path.endswith("submit/") and bad.value == b"")
            if answer.status_code >= 500 or taken or (answer.status_code >= 400 and after != before):
                wrong.append(f"{path} {bad.value[:40]!r}: {answer.status_code}")

    assert wrong == []


def test_every_list_refuses_what_it_does_not_know(cast: Cast) -> None:
    program, wrong = Program(cast.agent), []
    for path, methods in described("en")["paths"].items():
        if "get" not in methods:
            continue  # 405, as the permission table says
        known = [each["name"] for each in methods["get"].get("parameters", []) if each["in"] == "query"]
        for name in [*known, "tenant", "ordering", "serial__regex", "page_size"]:
            for bad in some(
                [
                    Bad("%00"),
                    Bad("9" * 40),
                    Bad("no-such"),
                    Bad("0001-01-01"),
                    Bad("x" * 3_000),
                    Bad("a&" + name + "=b"),
                ],
                path,
                name,
            ):
                answer = program.client.get(
                    f"{path.replace('{id}', '1').replace('{number}', 'X').replace('{code}', 'X')}?{name}={bad.value}"
                )
                if answer.status_code >= 500 or (name not in known and answer.status_code == 200):
                    wrong.append(f"{path}?{name}={bad.value[:30]}: {answer.status_code}")

    assert wrong == []
    assert json.dumps(described("zh-hans"), default=str)

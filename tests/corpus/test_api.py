"""Every endpoint of the description: each field of each body with each wrong value, each parameter, broken bodies."""

import json
import re
from typing import Any

import pytest

from portal.web.views.api_docs import described
from tests.api.calls import Program
from tests.cast import Cast
from tests.corpus.values import Bad, some
from tests.corpus.walk import CHINESE, counts, undone
from tests.factories.claims import make_bench
from tests.factories.parts import make_part
from tests.factories.stations import make_grade
from tests.permissions.warranty_settlement import sent

pytestmark = pytest.mark.corpus
SCALARS: list[Any] = [
    None, True, False, -1, 0, 1.5, 1e300, 10**40, "", " ", "x" * 100_000, "a\u202eb", "=1+1", "NaN", "1e400", "１２", "1_000", [], {},
    [[]], [None], {"a": 1}, "2023-02-29", "9999-12-31", "../../x", "<script>", "\u200d",
]  # fmt: skip
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


def other_acts(known: list[str]) -> list[tuple[str, list[str]]]:
    """The other POSTs of the description, each with its fields; a record in the address is the first of its kind."""
    description, found = described("en"), []
    for path, methods in description["paths"].items():
        address = path.removeprefix("/api/v1/")
        if "post" not in methods or any(re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", address), each) for each in known):
            continue
        body = methods["post"].get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        name = body.get("$ref", "").rpartition("/")[2]
        fields = list(description["components"]["schemas"].get(name, {}).get("properties", {}))
        found.append((re.sub(r"\{\w+\}", "1", address), fields))
    return found


def test_every_act_of_the_description_is_tried(cast: Cast) -> None:
    described_acts = [path for path, methods in described("en")["paths"].items() if "post" in methods]

    known = [path for path, _program, _good in acts(cast)]
    assert len(described_acts) == len(known) + len(other_acts(known))


def test_no_field_of_the_other_bodies_brings_the_server_down(cast: Cast) -> None:
    """Without a body that would be taken: the HQ service manager is never answered 5xx, and what is refused wrote nothing."""
    wrong = []
    program = Program(cast.service_manager)
    for path, fields in other_acts([path for path, _program, _good in acts(cast)]):
        for name in fields or ["status"]:
            for bad in some([Bad(value) for value in SCALARS], path, name)[:A_FEW]:
                before = counts()
                with undone():
                    answer = program.post(path, {name: bad.value})
                    after = counts()
                if answer.status_code >= 500 or (answer.status_code >= 400 and after != before):
                    wrong.append(f"{path} {name}={str(bad.value)[:40]!r}: {answer.status_code}")

    assert wrong == []


def test_every_field_of_every_body_refuses_what_is_wrong(cast: Cast) -> None:
    wrong = []
    for path, program, good in acts(cast):
        for name in [*good, "status", "approved_total", "__class__"]:
            for bad in some([Bad(value) for value in SCALARS], path.split("/")[0], name):
                before = counts()
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
        known = [each["name"] for each in methods.get("get", {}).get("parameters", []) if each["in"] == "query"]
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

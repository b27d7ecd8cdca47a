"""Disputes, months and costs by program: the same acts as on the pages, as jobs where those are jobs."""

from decimal import Decimal
from typing import Any

from parts.models import Supplier
from portal.core import clock, jobs
from portal.core.calendar import add_months
from tests.api.calls import Program
from tests.cast import Cast
from tests.factories.claims import photo
from tests.factories.settlement import make_agreement, make_granted_claim
from tests.permissions.warranty_settlement import answered, doubted, inspected, nameless, sent, statement
from warranty.models import Chargeback, FurtherTest, RecoveryCase, Statement

WHY = "协议第三条已明确包含工时费用"


def test_disputed_lines_are_previewed_and_decided_alike(cast: Cast) -> None:
    note = answered(cast)
    judge, address = Program(cast.reviewer), f"chargebacks/{note.pk}/disputes/"
    positions = list(note.lines.order_by("position").values_list("position", flat=True))
    body = {"lines": positions, "outcome": "station", "note": WHY}

    shown = judge.post(f"{address}preview/", body).json()
    note.refresh_from_db()
    assert (note.status, shown["status"], shown["left"]) == ("part_accepted", "part_accepted", 0)
    assert {line["month"] for line in shown["lines"]} == {clock.today().replace(day=1).isoformat()}
    done = judge.post(address, body).json()

    assert Decimal(shown["amount"]) == note.disputed
    assert {line["outcome"] for line in done["lines"]} == {"station"}
    again, unknown = judge.post(address, body), judge.post(address, body | {"lines": [99]})
    assert (again.status_code, again.json()["code"]) == (409, "not_disputed")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_line")
    assert Program(cast.finance).post(address, body).status_code == 403  # who made the note
    assert Program(cast.supplier_y).post(address, body).status_code == 404


def test_a_line_is_tested_again_or_charged_to_another(cast: Cast) -> None:
    note = answered(cast)
    judge, address = Program(cast.approver), f"chargebacks/{note.pk}/"
    part = note.lines.earliest("position").case.part

    judge.post(f"{address}test/", {"line": 1, "reason": WHY})
    assert FurtherTest.objects.get().line.position == 1
    nobody = judge.post(f"{address}reroute/", {"line": 1, "supplier": "SZ", "reason": WHY})
    assert list(nobody.json()["errors"]) == ["supplier"]
    other = Supplier.objects.create(code="SZ", name="温州电源厂")
    make_agreement(other, part)
    waits = judge.post(f"{address}reroute/", {"line": 1, "supplier": "SZ", "reason": WHY})
    assert waits.json()["code"] == "under_test"
    second = answered(cast)
    make_agreement(other, second.lines.earliest("position").case.part)
    done = judge.post(f"chargebacks/{second.pk}/reroute/", {"line": 1, "supplier": "SZ", "reason": WHY}).json()

    assert done["status"] == "settled"
    assert RecoveryCase.objects.get(supplier=other).status == "open"


def test_a_month_is_built_planned_and_issued_by_jobs(cast: Cast) -> None:
    draft = statement(cast)
    finance, period = Program(cast.finance), f"{draft.period:%Y-%m}"

    plan = finance.get("statements/month/", period=period).json()
    assert ([row["id"] for row in plan["doing"]], plan["gross"]) == ([draft.pk], str(draft.gross))
    changed = finance.post("statements/month/issue/", {"period": period, "statements": [draft.pk, 2**40]})
    assert changed.json()["code"] == "month_changed"
    job = finance.post("statements/month/issue/", {"period": period, "statements": [draft.pk]}).json()["job"]
    jobs.drain()

    run = finance.get(f"jobs/{job}/").json()
    assert (run["status"], run["is_over"], run["done"]) == ("done", True, 1)
    assert Statement.objects.get(pk=draft.pk).status == "issued"
    early = finance.post("statements/build/", {"period": period})
    assert (early.status_code, early.json()["code"]) == (422, "month_not_over")
    built = finance.post("statements/build/", {"period": f"{add_months(draft.period, -1):%Y-%m}"}).json()
    assert built["statement"] is None
    assert finance.get(f"jobs/{built['job']}/").json()["status"] == "queued"
    assert Program(cast.clerk_a).get(f"jobs/{job}/").status_code == 404
    for wrong in ("2026-13", "2026", "202610", ""):
        assert finance.get("statements/month/", period=wrong).status_code == 400


def test_one_stations_month_is_built_at_once(cast: Cast) -> None:
    draft = statement(cast)
    finance = Program(cast.finance)
    clock.set(
        clock.start_of(draft.period.replace(day=28))
        + 10 * (clock.end_of(clock.today()) - clock.start_of(clock.today()))
    )
    try:
        body = {"period": f"{draft.period:%Y-%m}", "station": cast.station_a.code}
        made = finance.post("statements/build/", body).json()
    finally:
        clock.set(None)

    assert made["job"] is None
    assert Statement.objects.get(pk=made["statement"]).station == cast.station_a


def test_a_note_is_proposed_and_made_without_what_is_left_out(cast: Cast) -> None:
    for _each in range(2):
        inspected(cast)
    finance, code = Program(cast.finance), cast.supplier_x_co.code

    shown = finance.get("chargebacks/proposal/", supplier=code).json()
    left_out = shown["shown"][0]
    unknown = finance.post("chargebacks/", {"supplier": code, "without": ["RC-0"]})
    made = finance.post("chargebacks/", {"supplier": code, "without": [left_out["number"]]})

    assert list(unknown.json()["errors"]) == ["without"]
    assert shown["cases"] == 2
    assert sum(Decimal(case["amount"]) for case in shown["shown"]) == Decimal(shown["claimed"])
    assert (made.status_code, made.json()["status"]) == (201, "open")
    note = Chargeback.objects.get(pk=made.json()["id"])
    assert (note.claimed, note.batched_by) == (Decimal(shown["claimed"]) - Decimal(left_out["amount"]), cast.finance)
    assert RecoveryCase.objects.get(number=left_out["number"]).status == "open"


def test_costs_and_the_rows_behind_them_and_the_report(cast: Cast) -> None:
    claim = make_granted_claim(cast.station_a)
    jobs.drain()
    program = Program(cast.finance)

    by_kind = program.get("costs/", by="kind").json()
    assert sum(Decimal(share["amount"]) for share in by_kind["shares"]) == Decimal(by_kind["total"]) > 0
    share = by_kind["shares"][0]
    rows = program.get("costs/rows/", by="kind", value=share["key"]).json()["results"]
    assert [row["claim"] for row in rows] == [claim.number]
    assert sum(Decimal(row["counted"]) for row in rows) == Decimal(share["amount"])
    accrual = program.get("costs/accrual/").json()
    assert Decimal(accrual["whole"]["actual"]) == Decimal(by_kind["total"])
    job = program.post("cost-reports/", {"language": "en"}).json()["job"]
    jobs.drain()

    (paper,) = program.get(f"jobs/{job}/").json()["documents"]
    assert paper["kind"] == "cost_report"
    assert program.client.get(f"/api/v1/pdfs/{paper['id']}/").content.startswith(b"%PDF")
    region = Program(cast.region_manager)
    assert region.get("costs/accrual/").json() == accrual  # all of it lies in this region
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("costs/", {"by": "x"}), ("costs/", {"since": "2026-02", "until": "2026-01"}), ("costs/", {"region": "nowhere"}),
        ("costs/rows/", {"by": "part", "value": "x"}), ("costs/rows/", {"by": "month", "value": "x"}), ("costs/", {"y": "1"}),
    ]  # fmt: skip
    assert {program.get(path, **query).status_code for path, query in wrong} == {400}
    assert region.get("costs/", by="supplier").status_code == 400


def test_finance_enters_an_answer_on_paper_line_by_line_or_all_of_it(cast: Cast) -> None:
    note, desk = sent(cast), Program(cast.finance)
    address, today = f"chargebacks/{note.pk}/enter-answer/", clock.today().isoformat()
    lines = list(note.lines.order_by("position"))
    told = [f"{lines[0].position}=0.50 {WHY}", *(f"{line.position}={line.claimed}" for line in lines[1:])]

    unknown = desk.send(address, {"received_on": today, "paper": photo(1), "lines": ["99=1.00"]})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_line")
    done = desk.send(address, {"received_on": today, "paper": photo(1), "lines": told})
    assert done.status_code == 200
    assert done.json()["lines"][0]["accepted"] == "0.50"
    assert len(done.json()["paper_answers"]) == 1
    second = sent(cast)
    whole = desk.send(f"chargebacks/{second.pk}/enter-answer/", {"received_on": today, "paper": photo(2)}).json()
    assert (whole["status"], whole["accepted"]) == ("accepted", whole["claimed"])


def test_a_charge_in_doubt_is_credited_once(cast: Cast) -> None:
    line, judge = doubted(cast), Program(cast.approver)
    address = f"chargebacks/{line.chargeback_id}/doubts/"
    assert [row["id"] for row in judge.get("chargebacks/?waits=doubt").json()["results"]] == [line.chargeback_id]
    assert Program(cast.supplier_x).get("chargebacks/?waits=doubt").json()["results"] == []

    done = judge.post(address, {"line": line.position, "outcome": "credit", "reason": WHY}).json()

    assert {row["outcome"] for row in done["lines"] if row["position"] == line.position} == {"cleared"}
    again = judge.post(address, {"line": line.position, "outcome": "keep", "reason": WHY})
    assert (again.status_code, again.json()["code"]) == (409, "nothing_in_doubt")


def test_a_part_is_marked_as_made_in_house_from_its_case(cast: Cast) -> None:
    (key,) = nameless(cast)

    done = Program(cast.finance).post(f"recovery-cases/{key}/in-house/", {"reason": WHY}).json()

    assert done["status"] == "closed"
    leaks = Program(cast.finance).get("recovery-cases/leakage/").json()
    assert leaks["cases"] == 0

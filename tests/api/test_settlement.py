"""Statements, recovery, suppliers' accounts and reports of claims by program."""

import io
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from portal.core import jobs
from tests.api.calls import Program
from tests.cast import Cast
from tests.permissions.core import GIF_LIKE_PNG
from tests.permissions.warranty_claims import submitted
from tests.permissions.warranty_settlement import answered, issued, lost, note, statement, unnamed
from warranty.models import Statement

WHY = "该工单工时应按双人核算"


def test_a_statement_goes_from_draft_to_paid(cast: Cast) -> None:
    draft = statement(cast)
    finance, station, address = Program(cast.finance), Program(cast.owner_a), f"statements/{draft.pk}/"

    assert [row["id"] for row in finance.get("statements/", status="draft").json()["results"]] == [draft.pk]
    sent = finance.post(f"{address}issue/", {}).json()
    assert (sent["status"], sent["document"]["kind"], sent["gross"]) == ("issued", "statement", str(draft.gross))
    assert sum(float(line["amount"]) for line in sent["lines"]) == float(sent["net"])
    assert sum(float(group["tax"]) for group in sent["tax_groups"]) == float(sent["tax"])
    assert station.client.get(f"/api/v1/pdfs/{sent['document']['id']}/").content.startswith(b"%PDF")
    assert station.post(f"{address}confirm/", {}).json()["status"] == "confirmed"
    wrong = finance.post(f"{address}invoice/", {"invoice_number": "31009", "amount": "1.00"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invoice_differs")
    finance.post(f"{address}invoice/", {"invoice_number": "31009", "amount": sent["gross"]})
    paid = finance.post(f"{address}pay/", {"bank_reference": "ICBC-9"}).json()

    assert (paid["status"], paid["bank_reference"]) == ("paid", "ICBC-9")
    assert Program(cast.owner_b).get(address).status_code == 404


def test_a_statements_files_have_the_totals_of_its_record(cast: Cast) -> None:
    row = issued(cast)
    station, address = Program(cast.owner_a), f"/api/v1/statements/{row.pk}/"

    csv = station.client.get(f"{address}csv/").content.decode()
    book = load_workbook(io.BytesIO(station.client.get(f"{address}xlsx/").content))
    amounts = [cell.value for line in book.active.iter_rows(min_row=2) for cell in line]  # type: ignore[union-attr]

    assert str(row.gross) in csv
    assert row.gross in [type(row.gross)(str(value)) for value in amounts if isinstance(value, int | float)]
    assert [each["period"] for each in station.get("statements/", period=f"{row.period:%Y-%m}").json()["results"]] == [
        row.period.isoformat()
    ]


def test_disputed_lines_bring_a_revision(cast: Cast) -> None:
    row = issued(cast)
    station, address = Program(cast.owner_a), f"statements/{row.pk}/"

    unknown = station.post(f"{address}dispute/", {"lines": [{"position": 99, "reason": WHY}]})
    twice = station.post(f"{address}dispute/", {"lines": [{"position": 1, "reason": WHY}] * 2})
    revised = station.post(f"{address}dispute/", {"lines": [{"position": 1, "reason": WHY}]}).json()

    assert list(unknown.json()["errors"]) == ["lines.0.position"]
    assert list(twice.json()["errors"]) == ["lines.1.position"]
    assert (revised["revision"], revised["supersedes"], revised["lines"]) == (1, row.number, [])
    old = station.get(address).json()
    assert (old["status"], old["superseded_by"], old["lines"][0]["dispute_reason"]) == (
        "superseded",
        revised["number"],
        WHY,
    )
    assert Program(cast.finance).post(f"{address}void/", {}).status_code == 409
    assert Statement.objects.count() == 2


def test_finance_names_the_supplier_among_those_who_come_into_question(cast: Cast) -> None:
    (key,) = unnamed(cast)
    finance, address = Program(cast.finance), f"recovery-cases/{key}/"

    shown = finance.get(address).json()
    codes = [each["supplier"] for each in shown["candidates"]]
    foreign = finance.post(f"{address}supplier/", {"supplier": cast.supplier_y_co.code})
    done = finance.post(f"{address}supplier/", {"supplier": codes[0]}).json()

    assert len(codes) == 2
    assert cast.supplier_y_co.code not in codes
    assert (foreign.status_code, list(foreign.json()["errors"])) == (400, ["supplier"])
    assert (done["supplier"], done["named_by"], done["candidates"]) == (codes[0], "hand", [])


def test_what_was_lost_is_counted_by_reason_and_opened_again_by_an_approver(cast: Cast) -> None:
    (key,) = lost(cast)
    finance, approver = Program(cast.finance), Program(cast.approver)

    leaks = finance.get("recovery-cases/leakage/").json()
    before = finance.get("recovery-cases/leakage/", lost_to="2020-01-01").json()
    case = finance.get(f"recovery-cases/{key}/").json()
    again = approver.post(
        f"recovery-cases/{key}/reopen/", {"until": "1999-01-01", "reason": "供应商书面同意延长通知期限"}
    )

    assert ([row["cases"] for row in leaks["reasons"]], leaks["amount"]) == ([1], case["expected"])
    assert (before["reasons"], before["cases"]) == ([], 0)
    assert (again.status_code, again.json()["code"]) == (422, "kept_too_long")
    assert finance.get("recovery-cases/leakage/", lost_on="2020-01-01").status_code == 400


def test_a_note_is_sent_read_replied_to_and_paid(cast: Cast) -> None:
    row = note(cast)
    finance, supplier, address = Program(cast.finance), Program(cast.supplier_x), f"chargebacks/{row.pk}/"

    assert finance.client.get(f"/api/v1/{address}evidence/").status_code == 404
    sent = finance.post(f"{address}send/", {}).json()
    read = supplier.post(f"{address}read/", {}).json()
    file = SimpleUploadedFile("8d.png", GIF_LIKE_PNG, "image/png")
    replied = supplier.send(f"{address}reply/", {"file": file, "remark": "根因见附件"}).json()
    waiting = supplier.client.get(f"/api/v1/{address}evidence/")
    jobs.drain()
    archive = supplier.client.get(f"/api/v1/{address}evidence/")

    assert [each["kind"] for each in sent["documents"]] == ["chargeback"]
    assert (read["status"], len(replied["replies"])) == ("acknowledged", 1)
    assert supplier.client.get(f"/api/v1/files/{replied['replies'][0]['id']}/").status_code == 200
    assert (waiting.status_code, waiting.json()) == (202, {"status": "queued", "done": 0, "total": 0})
    with zipfile.ZipFile(io.BytesIO(b"".join(archive.streaming_content))) as pack:
        assert {"manifest.json", "lines.csv", f"{row.number}.pdf"} <= set(pack.namelist())
    assert Program(cast.supplier_y).client.get(f"/api/v1/{address}evidence/").status_code == 404


def test_a_suppliers_money_stands_once_and_in_its_account(cast: Cast) -> None:
    row = answered(cast)
    finance, supplier = Program(cast.finance), Program(cast.supplier_x)
    money: dict[str, Any] = {"amount": "1.00", "bank_reference": "ICBC-9"}

    for _press in range(2):
        paid = finance.post(f"chargebacks/{row.pk}/pay/", money).json()
    account = supplier.get(f"supplier-statements/{row.supplier_id}/").json()
    csv = supplier.client.get(f"/api/v1/supplier-statements/{row.supplier_id}/csv/").content.decode()
    turned = supplier.get(f"supplier-statements/{row.supplier_id}/", first="2026-02-01", last="2026-01-01")

    assert paid["recovered"] == "1.00"
    assert [(line["kind"], line["amount"]) for line in account["lines"]][-1] == ("paid", "-1.00")
    assert account["closing"] == account["open_now"]["total"]
    assert account["closing"] in csv
    assert turned.status_code == 422
    assert [each["code"] for each in supplier.get("supplier-statements/").json()["results"]] == [row.supplier.code]
    assert Program(cast.supplier_y).get("supplier-statements/").json()["results"] == []


def test_a_statement_of_a_supplier_is_issued_over_days_that_are_over(cast: Cast) -> None:
    row = answered(cast)
    finance, address = Program(cast.finance), f"supplier-statements/{row.supplier_id}/"

    early = finance.post(f"{address}issue/", {"first": "2026-01-01", "last": "2199-01-01"})
    made = finance.post(f"{address}issue/", {"first": "2025-01-01", "last": "2025-01-31"}).json()

    assert early.status_code == 422
    assert made["kind"] == "supplier_statement"
    assert [each["number"] for each in finance.get(address).json()["documents"]] == [made["number"]]


def test_a_report_of_claims_has_what_its_filters_leave(cast: Cast) -> None:
    submitted(cast)
    program = Program(cast.clerk_a)

    none = program.post("claim-reports/", {"language": "en", "serial_number": "NO-SUCH"})
    foreign = program.post("claim-reports/", {"language": "en", "station": cast.station_b.code})
    asked = program.post(
        "claim-reports/", {"language": "en", "station": cast.station_a.code, "failed_from": "2020-01-01"}
    )
    address = f"claim-reports/{asked.json()['id']}/"
    unwritten = program.client.get(f"/api/v1/{address}csv/").status_code
    jobs.drain()
    made = program.get(address).json()
    csv = program.client.get(f"/api/v1/{address}csv/")

    assert (none.status_code, none.json()["code"]) == (409, "no_claims")
    assert foreign.status_code == 400
    assert (asked.status_code, unwritten) == (201, 404)
    assert [label for label, _text in asked.json()["filters"]] == ["Station", "Failed on"]
    assert (made["is_made"], made["job"], made["document"]["kind"]) == (True, "done", "claim_report")
    assert made["claim_count"] == 1
    assert b"".join(csv.streaming_content).decode().count("\r\n") == 2 + made["line_count"]  # head and total

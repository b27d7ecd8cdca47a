"""Programs on old parts, statements and recovery: the rows of the pages."""

from typing import Any

from tests.permissions import FIELD, HQ, SUPPLIERS, Expected, Row
from tests.permissions.api import api
from tests.permissions.warranty_claims import NOT_MINE, OFFICES, OWN_REPORT, report
from tests.permissions.warranty_settlement import (
    DESK,
    FIELD_MEN,
    FOREIGN,
    MONEY_READERS,
    NOT_X,
    NOTE_READERS,
    OFFICE,
    PARTS_DESK,
    PARTS_READERS,
    TREE,
    accepted,
    answered,
    below,
    box,
    case,
    confirmed,
    doubted,
    inspected,
    invoiced,
    issued,
    lost,
    nameless,
    note,
    piece,
    pk,
    received,
    sealed,
    sent,
    sent_back,
    sent_to_x,
    split,
    statement,
    supplier_of_note,
    tested_again,
    unnamed,
)
from warranty import failed_parts
from warranty.models import FailedPart

JUDGES_OF_TIME = ("reviewer", "approver", "service_manager")
COST_READERS = ("region_manager", "quality", "approver", *DESK)
DOOR = ("warehouse", "appraiser")
OFFICE_A = ("owner_a", "clerk_a")
READERS = (*OFFICE, *FIELD_MEN, *TREE, *PARTS_DESK)


def of_a(*members: str, ok: int = 415) -> Expected:
    """An act on a record of station A."""
    return api(*members, ok=ok, hidden=FOREIGN)


def of_x(*members: str, ok: int = 415) -> Expected:
    """An act on a record of supplier X."""
    return api(*members, ok=ok, hidden=NOT_X)


def hidden_from_others(*members: str, ok: int = 415) -> Expected:
    """An act on a record that only headquarters sees."""
    return api(*members, ok=ok, hidden=(*NOT_X, "supplier_x"))


def asked(cast: Any) -> FailedPart:
    """A piece whose station wants more time."""
    return failed_parts.ask_extension(piece(cast), days=5, reason="快递停运，等待恢复发货", actor=cast.clerk_a)


ROWS = [
    Row("api_old_parts", get=api(*READERS)),
    Row("api_old_part", args=pk(inspected), get=of_a(*PARTS_READERS, ok=200)),
    Row("api_old_part_tag", args=pk(piece), post=of_a(*OFFICE_A, "technician_a")),
    Row("api_old_part_ask_extension", args=pk(piece), post=of_a(*OFFICE_A)),
    Row("api_old_part_extend", args=pk(piece), post=of_a(*JUDGES_OF_TIME)),
    Row("api_old_part_refuse_extension", args=pk(asked), post=of_a(*JUDGES_OF_TIME)),
    Row("api_old_part_waive", args=pk(piece), post=of_a("approver")),
    Row("api_old_part_lose", args=pk(piece), post=of_a("approver")),
    Row("api_old_part_appraise", args=pk(received), post=of_a("appraiser", ok=400)),
    Row("api_old_part_rule", args=pk(split), post=of_a("approver")),
    Row("api_old_part_tests", get=api(*PARTS_DESK)),
    Row("api_old_part_test", args=tested_again, get=hidden_from_others(*PARTS_DESK, ok=200)),
    Row("api_old_part_test_judge", args=tested_again, post=hidden_from_others("appraiser", ok=400)),
    Row("api_old_part_dispose", args=pk(inspected), post=of_a("appraiser", ok=400)),
    Row("api_old_part_receive", post=api(*DOOR, ok=415)),
    Row("api_old_parts_to_fetch", get=api(*OFFICE, *TREE, *SUPPLIERS, *PARTS_DESK)),
    Row("api_part_boxes", get=api(*READERS), post=api(*OFFICE, ok=415)),
    Row("api_part_box", args=pk(box), get=of_a(*PARTS_READERS, ok=200)),
    *(Row(f"api_part_box_{act}", args=pk(box), post=of_a(*OFFICE_A)) for act in ("scan", "take_out", "seal", "ship")),
    Row("api_part_box_reopen", args=pk(sealed), post=of_a(*OFFICE_A)),
    *(Row(f"api_part_box_{act}", args=pk(box), post=of_a(*DOOR)) for act in ("extra", "take_back", "strike")),
    Row("api_part_box_close", args=pk(box), post=of_a(*DOOR)),
    Row("api_piece_shipments", get=api(*OFFICE, *TREE, *SUPPLIERS, *PARTS_DESK), post=api(*DOOR, ok=415)),
    Row("api_piece_shipment", args=pk(sent_to_x), get=of_x("supplier_x", *PARTS_DESK, ok=200)),
    Row(
        "api_piece_shipment",
        args=pk(sent_back),
        get=of_a(*OFFICE_A, *TREE, *PARTS_DESK, ok=200),
        label="api_piece_shipment (to a station)",
    ),
    Row("api_piece_shipment_receive", args=pk(sent_to_x), post=of_x("supplier_x", "appraiser")),
    Row("api_statements", get=api(*OFFICE, *TREE, *DESK)),
    Row("api_statement", args=pk(issued), get=of_a(*MONEY_READERS, ok=200)),
    Row("api_statement_csv", args=pk(issued), get=of_a(*MONEY_READERS, ok=200)),
    Row("api_statement_xlsx", args=pk(issued), get=of_a(*MONEY_READERS, ok=200)),
    Row("api_statement_issue", args=pk(statement), post=of_a("finance")),
    Row("api_statement_void", args=pk(statement), post=of_a("finance")),
    Row("api_statement_confirm", args=pk(issued), post=of_a("owner_a")),
    Row("api_statement_dispute", args=pk(issued), post=of_a("owner_a")),
    Row("api_statement_invoice", args=pk(confirmed), post=of_a("finance")),
    Row("api_statement_pay", args=pk(invoiced), post=of_a("finance")),
    Row("api_statement_carry", args=pk(below), post=of_a("finance")),
    Row("api_recovery_cases", get=api("quality", "approver", *DESK)),
    Row("api_recovery_leakage", get=api("quality", "approver", *DESK)),
    Row("api_recovery_case", args=case, get=hidden_from_others("quality", "approver", *DESK, ok=200)),
    Row("api_recovery_assign", args=unnamed, post=hidden_from_others("finance")),
    Row("api_recovery_in_house", args=nameless, post=hidden_from_others("finance")),
    Row("api_recovery_reopen", args=lost, post=hidden_from_others("approver")),
    Row("api_chargeback_send", args=pk(note), post=hidden_from_others("finance")),
    Row("api_chargeback_withdraw", args=pk(note), post=hidden_from_others("finance")),
    Row("api_chargeback_acknowledge", args=pk(sent), post=of_x("supplier_x")),
    Row("api_chargeback_enter", args=pk(sent), post=of_x("finance", ok=400)),
    Row("api_chargeback_doubt", args=lambda cast: [doubted(cast).chargeback_id], post=of_x("reviewer", "approver")),
    Row("api_chargeback_reply", args=pk(sent), post=of_x("supplier_x", ok=400)),
    Row("api_chargeback_pay", args=pk(answered), post=of_x("finance")),
    Row("api_chargeback_give_up", args=pk(accepted), post=of_x("approver")),
    *(
        Row(f"api_chargeback_{act}", args=pk(answered), post=of_x("reviewer", "approver"))  # finance made the note
        for act in ("disputes", "preview", "reroute", "test")
    ),
    Row("api_chargebacks_proposal", get=api("finance", ok=400)),
    Row("api_statements_build", post=api("finance", ok=415)),
    Row("api_statements_month", get=api("finance", ok=400)),
    Row("api_statements_month_issue", post=api("finance", ok=415)),
    *(Row(name, get=api(*COST_READERS)) for name in ("api_costs", "api_cost_rows")),
    Row("api_cost_accrual", get=api("region_manager", "quality", "approver", *DESK)),
    Row("api_cost_reports", post=api(*COST_READERS, ok=415)),
    Row("api_chargeback_evidence", args=pk(sent), get=of_x(*NOTE_READERS, ok=202)),
    Row("api_supplier_statements", get=api(*SUPPLIERS, *DESK)),
    *(
        Row(f"api_supplier_statement{form}", args=supplier_of_note, get=of_x("supplier_x", *DESK, ok=200))
        for form in ("", "_csv", "_xlsx")
    ),
    Row("api_supplier_statement_issue", args=supplier_of_note, post=of_x("finance")),
    Row("api_claim_reports", get=api(*HQ, *FIELD, *OFFICES), post=api(*HQ, *FIELD, *OFFICES, ok=415)),
    Row("api_claim_report", args=report, get=api(*HQ, *OWN_REPORT, hidden=NOT_MINE)),
    Row("api_claim_report_again", args=report, post=api(*HQ, *OWN_REPORT, ok=415, hidden=NOT_MINE)),
    *(
        Row(
            f"api_claim_report_{form}",
            args=report,
            get=api(ok=404, hidden=(*HQ, *OWN_REPORT, *NOT_MINE)),  # no job has written it
        )
        for form in ("csv", "xlsx")
    ),
]

"""Headquarters' desk of old parts, recovery and statements: lists open, buttons act."""

from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse

from portal.accounts.roles import Role
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import make_granted_claim
from tests.factories.stations import make_user
from warranty import appraisal, chargebacks, failed_parts, recovery, settlement
from warranty import settlement_posting as posting
from warranty.models import (
    Chargeback,
    ClosedMonth,
    FailedPart,
    PartBox,
    QualityHold,
    RecoveryCase,
    SettlementItem,
    Statement,
    SupplierAgreement,
)

JUNE = date(2025, 6, 1)
READ_ONLY = (FailedPart, PartBox, RecoveryCase, Chargeback, Statement, SettlementItem, ClosedMonth)


def listed(model: Any) -> str:
    return reverse(f"admin:warranty_{model._meta.model_name}_changelist")


def page_of(row: Any) -> str:
    return reverse(f"admin:warranty_{row._meta.model_name}_change", args=[row.pk])


def button(row: Any, name: str) -> str:
    return reverse(f"admin:warranty_{row._meta.model_name}_{name}", args=[row.pk])


def press(desk_user: Any, row: Any, name: str, **values: Any) -> Any:
    """The button's form as it is shown, filled and sent."""
    client, address = as_user(desk_user), button(row, name)
    shown = client.get(address)
    assert shown.status_code == 200
    key = shown.content.decode().split('name="idempotency_key" value="')[1].split('"')[0]
    return client.post(address, {"idempotency_key": key, **values})


@pytest.fixture
def everything(desk: Desk, june: Any) -> dict[str, Any]:
    """One row of each, the month of June issued."""
    claim = make_granted_claim(desk.station, part=desk.part)
    posting.credit_claim(claim)
    recovery.open_cases(claim)
    first, second = failed_parts.request_returns(claim)
    failed_parts.print_tags([first], actor=desk.owner)
    failed_parts.pack_box(desk.station, pieces=[first], actor=desk.owner)
    for piece in (first, second):
        failed_parts.receive_piece(piece.number, actor=desk.warehouse)
        appraisal.appraise(piece, verdict="supplier_defect", actor=desk.appraiser)
    chargebacks.batch_chargebacks(desk.supplier, actor=desk.finance)
    june("2025-07-05 09:00:00")
    settlement.build_statement(desk.station, JUNE, actor=None)
    QualityHold.objects.create(part=desk.part, reason="批次异常", valid_from=JUNE)
    return {"piece": FailedPart.objects.get(pk=first.pk), "statement": Statement.objects.get()}


@pytest.mark.parametrize("model", [*READ_ONLY, SupplierAgreement, QualityHold])
def test_list_and_record_open_in_both_languages(desk: Desk, everything: dict[str, Any], model: Any) -> None:
    rows = model.objects.all()

    for language in ("zh-hans", "en"):
        client = as_user(make_user(Role.AUDITOR, language=language))
        assert client.get(listed(model)).status_code == 200
        for row in rows[:2]:
            assert client.get(page_of(row)).status_code == 200


@pytest.mark.parametrize("model", READ_ONLY)
def test_nobody_writes_rows_that_operations_write(rf: Any, desk: Desk, model: Any) -> None:
    page = admin.site._registry[model]
    request = rf.get("/")

    for role in (Role.ADMINISTRATOR, Role.FINANCE, Role.APPRAISER):
        request.user = make_user(role)
        assert not page.has_add_permission(request)
        assert not page.has_change_permission(request)
        assert not page.has_delete_permission(request)


def test_finance_issues_a_statement_and_nobody_else(desk: Desk, everything: dict[str, Any]) -> None:
    statement = everything["statement"]

    assert as_user(desk.appraiser).get(button(statement, "issue")).status_code in {403, 404}
    assert press(desk.finance, statement, "issue").status_code == 302
    statement.refresh_from_db()
    assert statement.status == "issued"


def test_the_appraiser_disposes_and_the_record_says_so(desk: Desk, everything: dict[str, Any]) -> None:
    piece = everything["piece"]

    assert (
        press(desk.appraiser, piece, "dispose", disposition="hold", until="2025-09-30", note="等待供应商").status_code
        == 302
    )

    piece.refresh_from_db()
    assert (piece.status, piece.disposition) == ("held", "hold")


def test_an_approver_gives_a_piece_up(desk: Desk) -> None:
    (piece,) = failed_parts.request_returns(make_granted_claim(desk.station, part=desk.part, qty=1))

    assert as_user(desk.appraiser).get(button(piece, "lose")).status_code == 403
    assert press(desk.approver, piece, "lose", reason="物流公司已确认丢失").status_code == 422
    assert press(desk.approver, piece, "lose", reason="物流公司书面确认该件丢失").status_code == 302
    piece.refresh_from_db()
    assert piece.status == "lost"


def test_the_supplier_gets_the_note_from_the_desk(desk: Desk, everything: dict[str, Any]) -> None:
    note = Chargeback.objects.get()

    assert press(desk.finance, note, "send").status_code == 302

    note.refresh_from_db()
    assert note.status == "sent"
    assert note.answer_by is not None

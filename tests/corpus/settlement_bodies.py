"""What a program may send to each act on old parts, statements and recovery; see tests/corpus/bodies.py."""

from collections.abc import Callable
from typing import Any, Final

from tests.corpus.body_values import Body, picture, today
from tests.permissions.warranty_claims import submitted
from tests.permissions.warranty_settlement import inspected, piece
from warranty import appraisal, failed_parts, recovery
from warranty.models import FailedPart, PartBox, RecoveryCase, Statement

WHY: Final[Body] = {"reason": "站方遗失旧件，确认无法找回"}


def tagged(cast: Any, *_at: Any) -> Body:
    """Another piece of the station, ready to be packed."""
    return {"scanned": failed_parts.print_tags([piece(cast)], actor=cast.clerk_a)[0].number}


def packed(_cast: Any, pk: int) -> Body:
    """A piece in the box of the address."""
    return {"scanned": PartBox.objects.get(pk=pk).pieces.first().number}  # type: ignore[union-attr]


def scanned(cast: Any, pk: int) -> Body:
    """A piece of the box of the address that was scanned at the factory."""
    box = PartBox.objects.get(pk=pk)
    here = box.pieces.first()
    failed_parts.receive_piece(here.number, box=box, actor=cast.warehouse)  # type: ignore[union-attr]
    return {"scanned": here.number}  # type: ignore[union-attr]


def noted(cast: Any, pk: int) -> Body:
    """A piece noted beside the list of the box of the address."""
    extra = failed_parts.note_extra(PartBox.objects.get(pk=pk), found="包装内衬", actor=cast.warehouse)
    return {"extra": extra.pk, "reason": "只是包装内衬，不是配件"}


def disposed(cast: Any) -> FailedPart:
    """A piece that waits to be sent to supplier X."""
    row = inspected(cast)
    return appraisal.dispose(row, disposition="to_supplier", actor=cast.appraiser)


def owed(_cast: Any, pk: int) -> Body:
    """The invoice of the statement in the address."""
    return {"invoice_number": "31009", "amount": str(Statement.objects.get(pk=pk).gross)}


def named(_cast: Any, pk: int) -> Body:
    """One of those who come into question for the case."""
    return {"supplier": recovery.candidates_of(RecoveryCase.objects.get(pk=pk))[0].supplier.code}


def reported(cast: Any) -> Body:
    """Filters of a report, and a claim that they leave."""
    submitted(cast)
    days = {"failed_from": "2020-01-01", "failed_to": today(), "submitted_from": "2020-01-01", "submitted_to": today()}
    return {"language": "zh-hans", "station": cast.station_a.code, **days}


SETTLEMENT: Final[dict[str, Body | Callable[..., Body]]] = {
    "api_old_part_ask_extension": {"days": 5, "reason": "快递停运，等待恢复发货"},
    "api_old_part_extend": {"days": 5, "note": "快递停运"},
    "api_old_part_refuse_extension": WHY,
    "api_old_part_waive": WHY,
    "api_old_part_lose": WHY,
    "api_old_part_appraise": {"verdict": "supplier_defect", "findings": "输出端电容击穿", "measurements": [], "photos": []},
    "api_old_part_rule": {"verdict": "workmanship", "reason": "拆解照片支持第二份结论"},
    "api_old_part_test_judge": {
        "verdict": "supplier_defect", "findings": "通电后输出电压偏低，与首次一致", "measurements": [], "photos": [],
    },
    "api_old_part_dispose": {"disposition": "to_supplier", "witnesses": [], "until": None, "note": "", "photos": []},
    "api_old_part_receive": lambda cast, *_at: {
        "scanned": piece(cast).number, "condition": "ok", "note": "", "place": "A-1", "box": None,
    },
    "api_part_boxes": tagged,
    "api_part_box_scan": tagged,
    "api_part_box_take_out": packed,
    "api_part_box_seal": {"weight_kg": "2.500", "seal": "封-7"},
    "api_part_box_ship": {"carrier": "德邦", "waybill": "DB-9", "driver": "", "weight_kg": "2.5", "freight": "18.00"},
    "api_part_box_extra": {"found": "无标签的电机", "note": ""},
    "api_part_box_take_back": scanned,
    "api_part_box_strike": noted,
    "api_piece_shipments": lambda cast, *_at: {
        "pieces": [disposed(cast).number], "carrier": "德邦", "waybill": "DB-9", "cost": "0",
        "handed_by": "李仓管", "handed_by_drawing": "", "handed_by_confirmed": True,
        "driver": "张师傅", "driver_drawing": "", "driver_confirmed": True,
    },
    "api_piece_shipment_receive": {"received_as": "刘工"},
    "api_statement_dispute": {"lines": [{"position": 1, "reason": "该工单工时应按双人核算"}]},
    "api_statement_invoice": owed,
    "api_statement_pay": {"bank_reference": "ICBC-9", "paid_on": None},
    "api_recovery_assign": named,
    "api_recovery_in_house": WHY,
    "api_chargeback_enter": lambda _cast, *_at: {"paper": picture(), "received_on": today(), "lines": []},
    "api_recovery_reopen": lambda _cast, *_at: {"until": today(days=20), "reason": "供应商书面同意延长通知期限"},
    "api_chargeback_reply": lambda _cast, *_at: {"file": picture(), "remark": "根因见附件"},
    "api_chargeback_pay": {"kind": "cash", "amount": "1.00", "bank_reference": "ICBC-9", "received_on": None},
    "api_chargeback_give_up": WHY,
    "api_supplier_statement_issue": lambda _cast, *_at: {"first": today(days=-9), "last": today(days=-1)},
    "api_claim_reports": lambda cast, *_at: reported(cast),
}  # fmt: skip

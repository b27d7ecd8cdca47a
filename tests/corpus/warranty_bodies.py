"""What a program may send to each act of the warranty API; tests/corpus/bodies.py has those of the other apps."""

from collections.abc import Callable
from typing import Any, Final

from portal.core import clock
from tests.corpus.body_values import NOTE, REASON, Body, picture, today
from tests.factories.claims import make_fault, make_unit, photo
from tests.factories.goodwill import make_budget, make_giver
from tests.permissions.warranty_claims import waiting
from warranty import draft_photos
from warranty.desk import bulk
from warranty.models import AppealLine, WarrantyClaim


def pictured(cast: Any, pk: int) -> int:
    """A picture of the draft."""
    claim = WarrantyClaim.objects.get(pk=pk)
    return draft_photos.add_photo(claim, photo(pk), kind="other", actor=cast.clerk_a).pk


def ruled(_cast: Any, pk: int) -> Body:
    """Every appealed line, refused."""
    rows = AppealLine.objects.filter(appeal=pk).select_related("line")
    return {
        "lines": [
            {
                "position": row.line.position,
                "amount": "0",
                "reason_code": "EVIDENCE_WEAK",
                "reason": "已核对照片，维持原决定",
            }
            for row in rows
        ]
    }


def shown(cast: Any) -> Body:
    """A claim that waits, as the preview shows it to the reviewer."""
    rows = WarrantyClaim.objects.filter(pk__in=waiting(cast)).select_related(
        "station__dealer", "work_order", "goodwill"
    )
    return {"chosen": bulk.plan(rows, bulk.Wish("allow"), actor=cast.reviewer).chosen, "act": "allow", "note": ""}


def half(cast: Any, *_at: Any) -> Body:
    """Half of the parts, by somebody who may give so much, out of a budget that holds it."""
    make_budget()
    for giver in (cast.service_manager, cast.approver):
        make_giver(giver=giver)
    return {"part_share_percent": 50, "budget": "420.00", "expires_on": today(days=30), "answer": "承担配件一半"}


WARRANTY: Final[dict[str, Body | Callable[..., Body]]] = {
    "api_registrations": lambda cast: {
        "serial_number": make_unit().serial_number, "station": cast.station_a.code, "sale_date": str(clock.today()),
        "customer_name": "赵女士", "customer_phone": "13800138000",
    },
    "api_registration_refuse": REASON,
    "api_registration_correct": {"reason": "发票号码登记有误，附发票照片", "invoice_number": "31009"},
    "api_correction_refuse": REASON,
    "api_authorizations": lambda cast, *_at: {
        "serial_number": make_unit().serial_number, "station": cast.station_a.code, "reason": "站内没有加工散热支架的设备",
        "lines": [{"kind": "outside", "description": "委外加工散热支架", "amount": "800.00"}],
    },
    "api_authorization_photos": lambda _cast, *_at: {"photos": [picture()]},
    "api_authorization_grant": lambda _cast, *_at: {"amount": "800.00", "valid_until": today(days=30)},
    "api_fines": lambda cast, *_at: {
        "station": cast.station_a.code, "reason_code": "FINE_CONDUCT", "amount": "300.00",
        "reason": "未按规范着装上门，用户投诉属实", "document_number": "CF-2026-001", "document": picture(),
    },
    "api_fine_approve": {"answer": "情况属实"},
    "api_fine_refuse": {"answer": "证据不足，不予处罚"},
    "api_fine_withdraw": REASON,
    "api_fine_take_back": REASON,
    "api_authorization_refuse": {"reason_code": "OTHER", "answer": "站内可以自行更换，无需委外"},
    "api_goodwill_list": lambda cast, *_at: {
        "serial_number": make_unit().serial_number, "station": cast.station_a.code, "amount": "420.00",
        "reason": "重点工程客户，首次故障仅超保一个月",
    },
    "api_goodwill_authorize": half,
    "api_goodwill_refuse": {"answer": "超保已满两年，不予承担"},
    "api_goodwill_withdraw": REASON,
    "api_goodwill_cancel": REASON,
    "api_claim_edit": lambda _cast, *_at: {
        "fault_code": make_fault().code, "cause_class": "material", "usage_reading": "120.5", "cause": "电容老化击穿导致无输出",
    },
    "api_claim_line_add": {"kind": "freight", "description": "旧件寄回", "claimed_amount": "18.00", "invoice_number": "F-1"},
    "api_claim_line_change": {"position": 1, "qty": "1", "removed_serial": "OLD-1"},
    "api_claim_line_remove": {"position": 1},
    "api_claim_photos_add": lambda _cast, *_at: {"kind": "other", "caption": "机柜背面", "photos": [picture()]},
    "api_claim_photo_change": lambda cast, pk: {"photo": pictured(cast, pk), "kind": "plate_photo", "caption": "铭牌"},
    "api_claim_photo_remove": lambda cast, pk: {"photo": pictured(cast, pk)},
    "api_claim_hand_over": lambda cast, *_at: {"to": cast.approver.username, "note": "请接手"},
    "api_claim_hold": {"lines": [1], "reason": "待旧件鉴定结论后再核定金额"},
    "api_claim_release": {"line": 1, "reason": "站方已补充视频，无需等待鉴定"},
    "api_claim_withdraw_first": NOTE,
    "api_claim_reverse": {"reason_code": "REPAIR_NOT_DONE", "reason": "抽查发现维修未实际发生"},
    "api_claims_preview": lambda cast: {"claims": waiting(cast), "act": "allow", "note": ""},
    "api_claims_decide": shown,
    "api_claim_appeal": lambda _cast, *_at: {"grounds": "现场为高空作业，实际工时多于标准", "files": [picture()]},
    "api_appeal_decide": ruled,
}  # fmt: skip

"""What a program may send to each act of the API, by the name of its address: a body that is taken of the permission table's
record, as far as that record's state takes one. The corpus puts every wrong value beside it."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from parts import vans
from parts.allocation import allocate
from parts.models import PartsOrder, PartsReturn, Shipment, StockCount
from portal.core import clock
from stations import applications, deposits, ideas, inspections, lifecycle, rectification
from stations.models import (
    Contract,
    DealerClass,
    Idea,
    RectificationFinding,
    SiteInspection,
    StationApplication,
    Technician,
)
from tests.corpus.body_values import NOTE, REASON, Body, picture, today
from tests.corpus.recovery_bodies import RECOVERY
from tests.corpus.settlement_bodies import SETTLEMENT
from tests.corpus.warranty_bodies import WARRANTY
from tests.factories import stations as network
from tests.factories.parts import make_location, make_part, make_supplier_part, stock_at_station
from tests.factories.recruiting import make_dealer_class
from tests.factories.station_applications import make_template, ratings_for
from tests.factories.training import make_course, make_item, make_session
from tests.permissions.parts import order_of_a

MONEY: Final[Body] = {"amount": "100.00", "bank_reference": "ICBC-77"}
PLACE: Final[Body] = {"longitude": "120.2", "latitude": "30.2"}
SUM: Final[Body] = {"amount": "500", "reason": "旺季备货"}
FORMS: Final = frozenset(
    {
        "api_application_documents", "api_authorization_photos", "api_claim_appeal", "api_claim_photos_add",
        "api_chargeback_enter", "api_chargeback_reply",
        "api_course_materials", "api_fines", "api_parts_return_request", "api_receiving_case_photos",
        "api_visit_photos",
    }
)  # fmt: skip
LATER: Final = "2099-06-30"


def moment(**shift: int) -> str:
    return (clock.now() + timedelta(**shift)).isoformat()


def under_way(number: str) -> Any:
    """The first answer of the visit in the address."""
    return SiteInspection.objects.get(number=number).answers.order_by("pk").first()


def duty(cast: Any, *_at: Any) -> Body:
    kind: DealerClass = make_dealer_class()
    return {
        "dealer": cast.dealer_a.code, "dealer_class": kind.code, "center": cast.center_a.code, "build_by": LATER, "note": "",
    }  # fmt: skip


def suspended(cast: Any, _code: str) -> Body:
    lifecycle.suspend_station(cast.station_a, **REASON, actor=cast.service_manager)
    return REASON


def new_prices(_cast: Any, *_at: Any) -> Body:
    return {"title": "调价", "grade": "", "valid_from": LATER, "rows": [{"part": make_part().number, "price": "5.00"}]}


def promised(_cast: Any, *_at: Any) -> Body:
    soon = clock.today() + timedelta(days=20)
    return {"reference": "", "lines": [{"position": 1, "promised_on": soon.isoformat()}]}


def new_purchase(cast: Any) -> Body:
    part = make_part()
    make_supplier_part(cast.supplier_x_co, part)
    return {"supplier": cast.supplier_x_co.code, "note": "", "lines": [{"part": part.number, "qty": "1"}]}


def deposited(cast: Any, number: str) -> Body:
    contract = Contract.objects.get(number=number)
    deposits.receive_deposit(contract, amount=Decimal(100), bank_reference="ICBC-1", actor=cast.finance)
    return MONEY


def answered(cast: Any, pk: int) -> Body:
    finding = RectificationFinding.objects.get(pk=pk)
    rectification.answer_finding(finding, evidence="灭火器已全部更换完毕", actor=cast.clerk_a)
    return {}


def begun(cast: Any, number: str) -> Body:
    ideas.begin_judgment(Idea.objects.get(number=number), actor=cast.quality)
    return {}


def decided(cast: Any, pk: int) -> Body:
    """The application is visited with success and approved by both."""
    template, row = make_template(), StationApplication.objects.get(pk=pk)
    applications.approve_by_region(row, actor=cast.region_manager)
    ratings = ratings_for(template)
    inspections.record_inspection(row, template=template, ratings=ratings, actor=cast.region_manager)
    applications.decide_application(row, actor=cast.admin)
    return {}


CARRIED: Final[Body] = {"carrier": "顺丰", "tracking_number": "SF-9"}


def line() -> Body:
    return {"part": make_part(pack_qty=1).number, "qty": "2"}


def received_short(_cast: Any, pk: int) -> Body:
    part = Shipment.objects.get(pk=pk).lines.get().part
    return {"lines": [{"part": part.number, "kind": "short", "qty": "1", "note": ""}]}


def unused(_cast: Any, pk: int) -> Body:
    part = Shipment.objects.get(pk=pk).lines.get().part
    return {
        "lines": [f"{part.number} 1"],
        "cause": "station",
        "reason": "客户改约",
        "closed_pack": "true",
        "photos": [picture()],
    }


def shelf(_cast: Any, pk: int) -> Body:
    row = StockCount.objects.get(pk=pk).lines.select_related("location", "part").get()
    return {"lines": [{"bin": row.location.code, "part": row.part.number, "batch": "", "qty": "3"}]}


def accepted(_cast: Any, pk: int) -> Body:
    number = PartsReturn.objects.get(pk=pk).lines.get().part.number
    return {"lines": [{"part": number, "accepted": "1", "back_to_station": False, "note": ""}]}


def carried(_cast: Any, pk: int) -> Body:
    [row] = vans.lying_in(Technician.objects.get(pk=pk))
    return {"lines": [{"part": row.part.number, "qty": "1"}], "serials": []}


def asked(cast: Any, *_at: Any) -> Body:
    return {"station": cast.station_a.code, "giver": cast.station_b.code, "reason": "设备停机", "lines": [line()]}


def stocked(cast: Any) -> str:
    part = make_part()
    stock_at_station(cast.station_a, part, 3)
    return part.number


FACTS: Final[Body] = {
    "company_name": "滨江家电", "license_number": "91330108MA2B1AHB5K", "taxpayer_type": "general", "bank_name": "招商银行",
    "bank_account": "755900000", "owner_name": "周老板", "phone": "13900001111", "email": "a@example.com", "wanted_grade": "B",
    "station_name": "滨江站", "station_name_en": "", "division": "330108", "address": "江南大道 1 号", "longitude": "120.21",
    "latitude": "30.2", "premises_square_meters": 80, "technician_count": 3, "introduction": "",
}  # fmt: skip
CANDIDATE: Final[Body] = {
    "name": "滨江数码广场", "name_en": "", "kind": "dealer", "address": "", "longitude": "120.21", "latitude": "30.20",
    "premises_square_meters": 80, "staff_count": 3, "brands_sold": "",
}  # fmt: skip
QUESTION: Final[Body] = {
    "text": "先做什么？", "text_en": "", "points": 5, "choices": [{"text": "断电", "is_right": True}, {"text": "通电"}],
}  # fmt: skip
DOCUMENT: Final[Body] = {
    "kind": "technical", "title": "网关手册", "title_en": "", "body": "先断电", "body_en": "", "must_read": True, "read_by": LATER,
    "regions": ["EAST"], "kinds": ["dealer"], "grades": ["A"], "families": [],
}  # fmt: skip
SESSION: Final[Body] = {"room": "一号教室", "trainer": "赵老师", "exhibits": "", "seats": 5}
TERMS: Final[Body] = {"months": 12, "deposit": "5000", "brands": [], "families": [], "divisions": []}
TEXTS: Final[Body] = dict.fromkeys(("headline", "headline_en", "summary", "summary_en"), "分格")
CALIBRATION: Final[Body] = {
    "passed": True,
    "due_on": LATER,
    "laboratory": "",
    "certificate_number": "",
    "certificate": None,
}


def ready_lines(cast: Any, *_at: Any) -> dict[str, Any]:
    """The first line of an order for which stock is set aside."""
    allocate(actor=cast.warehouse)
    return {"lines": [{"position": 1, "qty": "1"}]}


def set_aside(cast: Any) -> str:
    """The number of an order of station a that may be picked."""
    order = PartsOrder.objects.get(pk=order_of_a(cast)[0])
    allocate(actor=cast.warehouse)
    return order.number


SOUND: Final[dict[str, Body | Callable[..., Body]]] = WARRANTY | {
    "api_purchase_orders": lambda cast, *at: new_purchase(cast),
    "api_purchase_order_revise": {"reason": "", "lines": [{"part": "GW-100", "qty": "1", "unit_price": "3.00"}]},
    "api_price_lists": new_prices,
    "api_purchase_order_confirm": promised,
    "api_purchase_order_receive": {"delivery_note": "", "lines": [{"position": 1, "qty": "1"}]},
    "api_purchase_order_cancel": {"reason": "不再需要", "lines": [{"position": 1, "qty": "1"}]},
    "api_purchase_order_decline": {"reason": "原厂停产", "lines": [{"position": 1, "qty": "1"}]},
    "api_purchase_order_return": {"reason": "批次不良", "lines": [{"position": 1, "qty": "1"}]},
    "api_receiving_case_photos": lambda _cast, *_at: {"position": 1, "photos": [picture()]},
    "api_receiving_case_withdraw": REASON,
    "api_receiving_case_report": received_short,
    "api_parts_return_request": unused,
    "api_parts_return_approve": {"cause": "station", "answer": ""},
    "api_parts_return_refuse": {"answer": "包装已拆封"},
    "api_parts_return_withdraw": REASON,
    "api_parts_return_send": CARRIED,
    "api_parts_return_inspect": accepted,
    "api_stock_counts": lambda _cast, *_at: {"location": make_location().code, "reason": "whole", "bins": [], "most": 5, "note": ""},
    "api_stock_count_enter": shelf,
    "api_stock_count_approve": {"note": "", "missing_serials": []},
    "api_stock_count_cancel": REASON,
    "api_stock_transfers": asked,
    "api_stock_transfer_refuse": REASON,
    "api_stock_transfer_cancel": REASON,
    "api_stock_transfer_send": CARRIED,
    "api_stock_transfer_receive": {"lines": []},
    "api_van_load": lambda cast, *_at: {"lines": [{"part": stocked(cast), "qty": "1"}], "serials": []},
    "api_van_unload": carried,
    "api_order_templates": lambda cast, *_at: {"station": cast.station_a.code, "name": "常备件", "lines": [line()]},
    "api_part_star": {"is_starred": True},
    "api_parts_order_preview": lambda cast, *_at: {"station": cast.station_a.code, "kind": "stock", "lines": [line()]},
    "api_parts_order_pick": ready_lines,
    "api_pick_waves": lambda cast, *_at: {"orders": [set_aside(cast)]},
    "api_shipment_pack": {"parcels": [{"weight_kg": "1.5"}]},
    "api_shipment_ship": {"carrier": "SF", "tracking": [{"position": 1, "tracking_number": "SF1"}]},
    "api_receiving_case_send_back": lambda _cast, *_at: {"carrier": "顺丰", "tracking_number": "", "sent_on": today()},
    "api_receiving_case_arrived": {"lines": [{"position": 1, "qty": "1"}]},
    "api_receiving_case_decide": {"lines": [{"position": 1, "decision": "credit", "reason": "承运签收少一件"}]},
    "api_account_entry_reverse": REASON,
    "api_account_issue": {"first": "2026-01-01", "last": "2026-01-31", "station": None},
    "api_account_limit": SUM,
    "api_account_override": SUM,
    "api_application_approve": NOTE,
    "api_application_check": NOTE,
    "api_application_decide": NOTE,
    "api_application_documents": lambda cast, *at: {
        "document_type": "license", "document_number": "Z-1", "expires_on": LATER, "files": picture(),
    },
    "api_application_edit": FACTS | {"people": [{"name": "周师傅"}], "equipment": [{"name": "万用表"}]},
    "api_application_file_remove": {"file": 1},
    "api_application_refuse": REASON,
    "api_application_send_back": REASON,
    "api_application_sign": lambda cast, pk: decided(cast, pk) | {
        "principal": cast.brand.code, "signatory": "李老板", "valid_from": today(), "months": 12, "credit_limit": "1", "deposit": "1",
    },
    "api_applications": lambda cast, *at: FACTS | {"center": cast.center_a.code, "kind": "dealer"},
    "api_bulletin_edit": DOCUMENT | {"change_note": "", "change_note_en": "", "removed_files": []},
    "api_bulletin_withdraw": REASON,
    "api_bulletins": DOCUMENT,
    "api_candidate_assign": lambda cast, *at: {"owner": cast.center_clerk.username},
    "api_candidate_contacts": {"name": "林店长", "position": "", "phone": "13777000002", "email": "", "is_main": True},
    "api_candidate_facts": CANDIDATE | {"division": "330108"},
    "api_candidate_lose": {"reason": "competitor", "note": ""},
    "api_candidate_negotiate": NOTE,
    "api_candidate_reopen": NOTE,
    "api_candidate_talks": lambda cast, *at: {
        "channel": "visit", "summary": "看店", "contact": None, "talked_at": moment(hours=-1), "next_step": "回访",
        "next_step_on": LATER,
    },
    "api_candidates": lambda cast, *at: CANDIDATE | {
        "center": cast.center_a.code, "division": "330108", "contacts": [{"name": "陈经理", "phone": "13777000001"}],
    },
    "api_certificate_revoke": REASON,
    "api_certificates": lambda cast, *at: {
        "technician": cast.engineer_a.pk, "family": network.make_family().code, "level": 2, "valid_from": today(), "valid_to": LATER,
    },
    "api_contract_deposit": MONEY,
    "api_contract_deposit_return": deposited,
    "api_contracts": lambda cast, *at: TERMS | {"station": cast.station_a.code, "signatory": "刘建国", "valid_from": None},
    "api_course_materials": lambda cast, *at: {"changes": "新增", "changes_en": "", "documents": [picture()]},
    "api_dealer_account_payment": lambda cast, *at: MONEY | {"station": cast.station_a.code, "note": "", "is_advance": True},
    "api_duties": duty,
    "api_enrollments": lambda cast, *at: {"session": make_session().number, "technician": cast.engineer_a.pk},
    "api_equipment": lambda cast, *at: {
        "station": cast.station_a.code, "item": make_item().code, "serial_number": "S-1", "commissioned_on": today(),
        "bought_on": today(days=-9), "note": "",
    },
    "api_exam_practical": {"points": 10},
    "api_exit_item_confirm": {"evidence": "收据 7", "note": "", "upload": None},
    "api_exit_item_waive": REASON,
    "api_finding_accept": lambda cast, pk: answered(cast, pk) | {"remark": ""},
    "api_finding_answer": {"evidence": "灭火器已全部更换完毕", "photos": []},
    "api_finding_return": lambda cast, pk: answered(cast, pk) | {"remark": "照片看不清，请重新拍摄"},
    "api_grades": lambda cast, *at: {"station": cast.station_a.code, "grade": "A", "valid_from": today(days=1), **REASON},
    "api_idea_judge": lambda cast, number: begun(cast, number) | {"accepts": True, "answer": "采纳，下月起在全网推行"},
    "api_idea_publish": TEXTS,
    "api_idea_reward": {"points": 5, "amount": "0", "reason": "减少返工"},
    "api_ideas": lambda cast, *at: {
        "station": cast.station_a.code, "title": "分格", "problem": "旧件混放", "proposal": "贴标签", "expected_benefit": "",
        "names_station": True, "files": [],
    },
    "api_invitations": lambda cast, *at: {"center": cast.center_a.code, "kind": "dealer", "company_name": "", "phone": ""},
    "api_membership_end": REASON,
    "api_membership_role": {"role": "technician"},
    "api_piece_calibrate": lambda cast, *at: CALIBRATION | {"calibrated_on": today()},
    "api_piece_move": {"to": "in_repair", "reason": "屏幕损坏"},
    "api_question_change": QUESTION | {"is_active": True},
    "api_questions": lambda cast, *at: QUESTION | {"course": make_course(questions=0).code},
    "api_rectification_revisit": {"planned_on": LATER},
    "api_rectification_verification": {"verified_by": "evidence"},
    "api_renewal_agree": {"signatory": "刘建国"},
    "api_renewal_drop": REASON,
    "api_renewals": lambda cast, *at: TERMS | {"station": cast.station_a.code, "note": ""},
    "api_reward_grant": NOTE,
    "api_reward_refuse": NOTE,
    "api_session_cancel": REASON,
    "api_session_change": lambda cast, *at: SESSION | {"starts_at": moment(days=3), "ends_at": moment(days=4)},
    "api_session_hold": {"attended": []},
    "api_sessions": lambda cast, *at: SESSION | {
        "course": make_course(questions=0).code, "starts_at": moment(days=3), "ends_at": moment(days=4),
    },
    "api_station_area": {"divisions": ["330100"], "service_radius_km": 30},
    "api_station_closed_days": {"first_day": LATER, "last_day": LATER, "reason": "春节", "is_on_call": False},
    "api_station_hours": {"hours": [{"kind": "business", "weekday": 0, "opens_at": "09:00", "closes_at": "18:00"}]},
    "api_station_resume": suspended,
    "api_station_suspend": REASON,
    "api_station_terminate": REASON,
    "api_suggestion_accept": {"qty": "5", "reason": "跟随建议"},
    "api_suggestion_reject": REASON,
    "api_technician_rate": {"stars": 4, "reason": "客户好评", "valid_from": None},
    "api_technician_retire": REASON,
    "api_technicians": lambda cast, *at: {"station": cast.station_a.code, "name": "新技师", "phone": ""},
    "api_transfer_refuse": REASON,
    "api_transfers": lambda cast, *at: {
        "technician": cast.engineer_a.pk, "to_station": network.make_station(dealer=cast.dealer_a, center=cast.center_a).code,
        "reason": "新店缺人",
    },
    "api_visit_cancel": REASON,
    "api_visit_finish": {
        "inspector_signed_as": "许峰", "inspector_drawing": "", "host_signed_as": "刘", "host_drawing": "", "unsigned_reason": "",
        "due_on": LATER,
    },
    "api_visit_photos": lambda cast, number: PLACE | {"item": under_way(number).item_id, "photo": picture()},
    "api_visit_save": lambda cast, number: PLACE | {
        "answers": [{"item": under_way(number).item_id, "rating": 5, "finding": ""}], "findings": "",
    },
    "api_visits": lambda cast, *at: {
        "station": cast.station_a.code, "purpose": "supervision", "planned_on": LATER, "inspector": "",
        "template": make_template().code,
    },
    **SETTLEMENT,
    **RECOVERY,
}  # fmt: skip

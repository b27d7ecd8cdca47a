"""The API: the rows of the pages, with 401 for who names nobody; 415 says that the door is open but a form is no JSON."""

from typing import Any

from stations.models import SiteInspection
from tests.factories.station_applications import make_application
from tests.permissions import ALL, FIELD, HQ, STATION, STATION_A, STATION_B, SUPPLIERS, Expected, Row, only, users
from tests.permissions.core import OTHERS as BLIND_TO_FILES
from tests.permissions.core import SEES_A as SEES_FILES
from tests.permissions.core import paper_of_station_a, photo_of_station_a
from tests.permissions.parts import (
    BUYERS,
    BUYING,
    KNOWN,
    NOT_HQ,
    ORDERING,
    OTHERS_THAN_X,
    OURS,
    READERS,
    STRANGERS,
    case_coming_back,
    case_of_a,
    order_of_a,
    packed_for_a,
    part_number,
    picked_for_a,
    purchase_of_x,
    return_of_a,
    suggestion,
)
from tests.permissions.parts_catalog import PRICERS, price_list
from tests.permissions.service import DESK, OUTSIDE, SEES_A, offered, request_of_a
from tests.permissions.stations import (
    MANAGER,
    application,
    finding,
    invitation,
    rectification_order,
    visit,
    visit_under_way,
)
from tests.permissions.stations_library import ON_LOOKERS, WRITERS, document, idea_number, judged_number, reward
from tests.permissions.warranty_claims import (
    BLIND,
    OFFICE_A,
    appealed,
    correction,
    draft,
    filed,
    half_approved,
    held,
    registered,
    submitted,
    taken,
    waiting,
)
from tests.permissions.warranty_settlement import NOT_X, NOTE_READERS, pk, sent
from tests.permissions.web import OTHERS as BLIND_TO_JOBS
from tests.permissions.web import run_of_clerk_a

NETWORK = (*HQ, *FIELD, *STATION)
FOREIGN = (*STATION_B, *SUPPLIERS, "outsider")

BEFORE = (*STATION, *SUPPLIERS, "outsider")  # there is no station yet
SEES_VISITS = (MANAGER, "admin", "auditor", *FIELD)
OFFICES = ("owner_a", "clerk_a", "owner_b", "clerk_b")


def visit_number(cast: Any) -> list[Any]:
    return [SiteInspection.objects.get(pk=visit(cast)[0]).number]


def own_draft(cast: Any) -> list[Any]:
    """A draft that the center's clerk has filed."""
    return [make_application(center=cast.center_a, filed_by=cast.center_clerk).pk]


def number_under_way(cast: Any) -> list[Any]:
    return [SiteInspection.objects.get(pk=visit_under_way(cast)[0]).number]


def api(*members: str, ok: int = 200, hidden: Any = ()) -> Expected:
    """As only(), for programs."""
    return only(*members, ok=ok, hidden=hidden, anonymous=401)


def unit_of_a(cast: Any) -> list[Any]:
    """A unit whose request station A has on offer."""
    from tests.factories import service as desk

    return [desk.make_offer(cast.station_a).request.unit.pk]


ROWS = [
    Row("api_docs", get=users()),
    Row("api_schema", get=api(*ALL)),
    Row("api_unknown", args=lambda cast: ["v1/nothing/"], get=only(*ALL, ok=404, anonymous=404)),
    Row("api_stations", get=api(*NETWORK), post=api(*ALL, ok=405)),
    Row(
        "api_station",
        args=lambda cast: [cast.station_a.code],
        get=api(*HQ, *FIELD, *STATION_A, hidden=(*STATION_B, *SUPPLIERS, "outsider")),
    ),
    Row("api_applications", get=api(*SEES_VISITS, "owner_a", "owner_b"), post=api(MANAGER, *FIELD, ok=415)),
    Row("api_application", args=application, get=api(*SEES_VISITS, hidden=BEFORE)),
    Row("api_application_check", args=application, post=api(*FIELD, ok=415, hidden=BEFORE)),
    Row("api_application_approve", args=application, post=api("region_manager", ok=415, hidden=BEFORE)),
    Row("api_application_decide", args=application, post=api(MANAGER, ok=415, hidden=BEFORE)),
    Row("api_application_send_back", args=application, post=api("region_manager", ok=415, hidden=BEFORE)),
    Row("api_application_refuse", args=application, post=api("region_manager", ok=415, hidden=BEFORE)),
    Row("api_application_withdraw", args=application, post=api(MANAGER, *FIELD, ok=415, hidden=BEFORE)),
    Row("api_visits", get=api(*SEES_VISITS, *OFFICES), post=api(MANAGER, "region_manager", ok=415)),
    Row("api_visit", args=visit_number, get=api(*SEES_VISITS, "owner_a", "clerk_a", hidden=FOREIGN)),
    Row("api_visit_begin", args=visit_number, post=api(*FIELD, ok=415, hidden=FOREIGN)),
    Row("api_visit_save", args=number_under_way, post=api("region_manager", ok=415, hidden=FOREIGN)),
    Row("api_visit_finish", args=number_under_way, post=api("region_manager", ok=415, hidden=FOREIGN)),
    Row("api_application_edit", args=own_draft, post=api("center_clerk", ok=415, hidden=BEFORE)),
    Row("api_application_documents", args=own_draft, post=api("center_clerk", ok=400, hidden=BEFORE)),
    Row("api_application_file_remove", args=own_draft, post=api("center_clerk", ok=415, hidden=BEFORE)),
    Row("api_application_submit", args=own_draft, post=api("center_clerk", ok=415, hidden=BEFORE)),
    Row("api_application_sign", args=application, post=api(MANAGER, ok=415, hidden=BEFORE)),
    Row("api_invitations", get=api(*SEES_VISITS), post=api(MANAGER, *FIELD, ok=415)),
    Row("api_invitation", args=invitation, get=api(*SEES_VISITS, hidden=BEFORE)),
    Row("api_invitation_revoke", args=invitation, post=api(MANAGER, *FIELD, ok=415, hidden=BEFORE)),
    Row("api_visit_photos", args=number_under_way, post=api("region_manager", ok=400, hidden=FOREIGN)),
    Row("api_visit_cancel", args=visit_number, post=api(MANAGER, "region_manager", ok=415, hidden=FOREIGN)),
    Row("api_application_inspect", args=application, post=api(*FIELD, ok=415, hidden=BEFORE)),
    Row("api_file", args=photo_of_station_a, get=api(*SEES_FILES, hidden=BLIND_TO_FILES)),
    Row("api_file_thumb", args=photo_of_station_a, get=api(*SEES_FILES, hidden=BLIND_TO_FILES)),
    Row("api_pdf", args=paper_of_station_a, get=api(*SEES_FILES, hidden=BLIND_TO_FILES)),
    Row("api_rectifications", get=api(*SEES_VISITS, *OFFICES)),
    Row("api_rectification", args=rectification_order, get=api(*SEES_VISITS, "owner_a", "clerk_a", hidden=FOREIGN)),
    Row("api_rectification_verification", args=rectification_order, post=api("region_manager", ok=415, hidden=FOREIGN)),
    Row("api_rectification_revisit", args=rectification_order, post=api("region_manager", ok=415, hidden=FOREIGN)),
    Row("api_finding_answer", args=finding, post=api("owner_a", "clerk_a", ok=400, hidden=FOREIGN)),
    Row("api_finding_accept", args=finding, post=api("region_manager", ok=415, hidden=FOREIGN)),
    Row("api_finding_return", args=finding, post=api("region_manager", ok=415, hidden=FOREIGN)),
    Row("api_bulletins", get=api(*NETWORK), post=api(*WRITERS, ok=400)),
    Row("api_bulletin_edit", args=document, post=api(*WRITERS, ok=400, hidden=FOREIGN)),
    Row("api_bulletin_revise", args=document, post=api(*WRITERS, ok=415, hidden=FOREIGN)),
    Row("api_bulletin_readers", args=document, get=api(*ON_LOOKERS, hidden=FOREIGN)),
    Row("api_idea_publish", args=judged_number, post=api(*WRITERS, ok=415, hidden=FOREIGN)),
    Row("api_published_ideas", get=api(*NETWORK)),
    Row("api_points", get=api(*NETWORK)),
    Row("api_reward_grant", args=reward, post=api(MANAGER, "finance", ok=415, hidden=FOREIGN)),
    Row("api_reward_refuse", args=reward, post=api(MANAGER, "finance", ok=415, hidden=FOREIGN)),
    Row("api_bulletin", args=document, get=api(*HQ, *FIELD, *STATION_A, hidden=FOREIGN)),
    Row("api_bulletin_read", args=document, post=api(*STATION_A, ok=415, hidden=FOREIGN)),
    Row("api_bulletin_publish", args=document, post=api(MANAGER, ok=415, hidden=FOREIGN)),
    Row("api_bulletin_withdraw", args=document, post=api(MANAGER, ok=415, hidden=FOREIGN)),
    Row("api_ideas", get=api(*NETWORK), post=api(*STATION, ok=400)),
    Row("api_idea", args=idea_number, get=api(*HQ, *FIELD, *STATION_A, hidden=FOREIGN)),
    Row("api_idea_begin", args=idea_number, post=api(*WRITERS, ok=415, hidden=FOREIGN)),
    Row("api_idea_judge", args=idea_number, post=api(*WRITERS, ok=415, hidden=FOREIGN)),
    Row("api_idea_reward", args=judged_number, post=api(MANAGER, ok=415, hidden=FOREIGN)),
    Row("api_incentives", get=api(MANAGER, "finance", "auditor", "admin", *FIELD, "owner_a", "owner_b")),
    Row("api_parts", get=api(*KNOWN)),
    Row("api_part", args=part_number, get=api(*KNOWN)),
    Row("api_parts_orders", get=api(*READERS), post=api(*ORDERING, ok=415)),
    Row(
        "api_parts_order",
        args=order_of_a,
        get=api(*HQ, *FIELD, *STATION_A, hidden=(*STATION_B, *SUPPLIERS, "outsider")),
    ),
    Row("api_price_lists", get=api(*HQ), post=api(*PRICERS, ok=415)),
    Row("api_price_list", args=price_list, get=api(*HQ, hidden=NOT_HQ)),
    Row("api_price_list_release", args=price_list, post=api("finance", ok=415, hidden=NOT_HQ)),
    Row("api_parts_order_pick", args=order_of_a, post=api("warehouse", ok=415, hidden=STRANGERS)),
    Row("api_pick_waves", get=api(*HQ), post=api("warehouse", ok=415)),
    Row("api_shipments", get=api(*READERS)),
    Row("api_shipment", args=picked_for_a, get=api(*HQ, *FIELD, *STATION_A, hidden=STRANGERS)),
    Row("api_shipment_pack", args=picked_for_a, post=api("warehouse", ok=415, hidden=STRANGERS)),
    Row("api_shipment_ship", args=packed_for_a, post=api("warehouse", ok=415, hidden=STRANGERS)),
    Row("api_receiving_cases", get=api(*READERS)),
    Row("api_receiving_case", args=case_of_a, get=api(*HQ, *FIELD, *STATION_A, hidden=STRANGERS)),
    Row("api_receiving_case_decide", args=case_of_a, post=api("warehouse", ok=415, hidden=STRANGERS)),
    Row("api_receiving_case_send_back", args=case_coming_back, post=api(*OURS, ok=415, hidden=STRANGERS)),
    Row("api_receiving_case_arrived", args=case_coming_back, post=api("warehouse", ok=415, hidden=STRANGERS)),
    Row("api_receiving_case_confirm", args=case_of_a, post=api("finance", ok=415, hidden=STRANGERS)),
    Row("api_receiving_case_return", args=case_of_a, post=api("finance", ok=415, hidden=STRANGERS)),
    Row("api_parts_returns", get=api(*READERS)),
    Row("api_parts_return", args=return_of_a, get=api(*HQ, *FIELD, *STATION_A, hidden=STRANGERS)),
    Row("api_supplier_parts", get=api(*BUYING)),
    Row("api_purchase_orders", get=api(*BUYING), post=api("warehouse", ok=415)),
    Row("api_purchase_order", args=purchase_of_x, get=api(*BUYERS, "supplier_x", hidden=OTHERS_THAN_X)),
    Row("api_purchase_order_revise", args=purchase_of_x, post=api("warehouse", ok=415, hidden=OTHERS_THAN_X)),
    Row("api_purchase_order_send", args=purchase_of_x, post=api("warehouse", ok=415, hidden=OTHERS_THAN_X)),
    Row(
        "api_purchase_order_confirm",
        args=purchase_of_x,
        post=api("warehouse", "supplier_x", ok=415, hidden=OTHERS_THAN_X),
    ),
    *(
        Row(f"api_purchase_order_{act}", args=purchase_of_x, post=api(*who, ok=415, hidden=OTHERS_THAN_X))
        for act, who in (
            ("receive", ["warehouse"]),
            ("decline", ["supplier_x"]),
            ("cancel", ["warehouse"]),
            ("return", ["warehouse"]),
            ("close", ["warehouse", "finance"]),
        )
    ),
    Row("api_suggestions", get=api(*BUYERS)),
    Row("api_suggestion_accept", args=suggestion, post=api("warehouse", ok=415, hidden=NOT_HQ)),
    Row("api_suggestion_reject", args=suggestion, post=api("warehouse", ok=415, hidden=NOT_HQ)),
    Row("api_units", get=api(*NETWORK)),
    Row("api_unit", args=unit_of_a, get=api(*SEES_A, hidden=OUTSIDE)),
    Row("api_registrations", get=api(*HQ, *STATION), post=api(*OFFICES, ok=415)),
    Row("api_registration", args=filed, get=api(*HQ, *STATION_A, hidden=BLIND)),
    Row("api_registration_approve", args=filed, post=api("service_manager", "reviewer", ok=415, hidden=BLIND)),
    Row("api_registration_refuse", args=filed, post=api("service_manager", "reviewer", ok=415, hidden=BLIND)),
    Row(
        "api_registration_correct",
        args=registered,
        post=api("service_manager", "reviewer", *OFFICE_A, ok=415, hidden=BLIND),
    ),
    Row("api_corrections", get=api(*HQ, *OFFICES)),
    Row("api_correction", args=correction, get=api(*HQ, *OFFICE_A, hidden=BLIND)),
    Row("api_correction_apply", args=correction, post=api("service_manager", "reviewer", ok=415, hidden=BLIND)),
    Row("api_correction_refuse", args=correction, post=api("service_manager", "reviewer", ok=415, hidden=BLIND)),
    Row("api_ask_coverage", query={"serial_number": "NO-SUCH"}, get=api(*NETWORK)),
    Row("api_coverage", query={"serial_number": "NO-SUCH"}, get=api(*NETWORK, ok=404)),
    Row("api_requests", get=api(*NETWORK), post=api(*DESK, ok=415)),
    Row("api_request", args=request_of_a, get=api(*SEES_A, hidden=OUTSIDE)),
    Row("api_work_orders", get=api(*NETWORK)),
    Row("api_work_order", args=offered, get=api(*SEES_A, hidden=OUTSIDE)),
    Row("api_claims", get=api(*NETWORK), post=api(*STATION, ok=415)),
    Row("api_claim", args=submitted, get=api(*HQ, *FIELD, *STATION_A, hidden=BLIND)),
    Row("api_claim_submit", args=draft, get=api(*ALL, ok=405), post=api(*OFFICE_A, ok=415, hidden=BLIND)),
    *(
        Row(name, args=draft, get=api(*ALL, ok=405), post=api(*STATION_A, ok=415, hidden=BLIND))
        for name in (
            "api_claim_edit",
            "api_claim_line_add",
            "api_claim_line_change",
            "api_claim_line_remove",
            "api_claim_photo_change",
            "api_claim_photo_remove",
        )
    ),
    Row("api_claim_photos_add", args=draft, post=api(*STATION_A, ok=400, hidden=BLIND)),
    Row("api_claim_photos", args=submitted, get=api(*HQ, *FIELD, *STATION_A, hidden=BLIND)),
    Row("api_claim_versions", args=submitted, get=api(*HQ, *FIELD, *STATION_A, hidden=BLIND)),
    *(
        Row(f"api_claim_{act}", args=args, post=api("reviewer", "approver", ok=415, hidden=BLIND))
        for act, args in {"take": waiting, "put_back": taken, "hold": waiting, "release": held}.items()
    ),
    Row("api_claim_hand_over", args=waiting, post=api("reviewer", "approver", "service_manager", ok=415, hidden=BLIND)),
    Row("api_claim_withdraw_first", args=half_approved, post=api("approver", ok=415, hidden=BLIND)),
    Row("api_claim_reverse", args=submitted, post=api("approver", ok=415, hidden=BLIND)),
    Row("api_claim_reversal", args=submitted, get=api("approver", hidden=BLIND)),
    Row("api_claims_preview", post=api("reviewer", "approver", ok=415)),
    Row("api_claims_decide", post=api("reviewer", "approver", ok=415)),
    Row("api_claim_appeal", args=submitted, post=api(*OFFICE_A, ok=400, hidden=BLIND)),
    Row("api_appeals", get=api(*NETWORK)),
    Row("api_appeal", args=appealed, get=api(*HQ, *FIELD, *STATION_A, hidden=BLIND)),
    Row("api_appeal_decide", args=appealed, post=api("reviewer", "approver", ok=415, hidden=BLIND)),
    Row("api_chargebacks", get=api(*NOTE_READERS, "supplier_y"), post=api("finance", ok=415)),
    Row("api_job", args=run_of_clerk_a, get=api(*HQ, "clerk_a", hidden=BLIND_TO_JOBS)),
    Row("api_chargeback", args=pk(sent), get=api(*NOTE_READERS, hidden=NOT_X)),
    Row("api_chargeback_answer", args=pk(sent), post=api("supplier_x", ok=415, hidden=NOT_X)),
]

"""Programs on old parts, statements and recovery: the rows of the pages."""

from typing import Any

from tests.permissions import SUPPLIERS, Expected, Row
from tests.permissions.api import api
from tests.permissions.warranty_settlement import (
    FIELD_MEN,
    FOREIGN,
    NOT_X,
    OFFICE,
    PARTS_DESK,
    PARTS_READERS,
    TREE,
    box,
    inspected,
    piece,
    pk,
    received,
    sealed,
    sent_back,
    sent_to_x,
)
from warranty import failed_parts
from warranty.models import FailedPart

JUDGES_OF_TIME = ("reviewer", "approver", "appraiser")
DOOR = ("warehouse", "appraiser")
OFFICE_A = ("owner_a", "clerk_a")
READERS = (*OFFICE, *FIELD_MEN, *TREE, *PARTS_DESK)


def of_a(*members: str, ok: int = 415) -> Expected:
    """An act on a record of station A."""
    return api(*members, ok=ok, hidden=FOREIGN)


def of_x(*members: str, ok: int = 415) -> Expected:
    """An act on a record of supplier X."""
    return api(*members, ok=ok, hidden=NOT_X)


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
    Row("api_old_part_dispose", args=pk(inspected), post=of_a("appraiser", ok=400)),
    Row("api_old_part_receive", post=api(*DOOR, ok=415)),
    Row("api_old_parts_to_fetch", get=api(*OFFICE, *TREE, *SUPPLIERS, *PARTS_DESK)),
    Row("api_part_boxes", get=api(*READERS), post=api(*OFFICE, ok=415)),
    Row("api_part_box", args=pk(box), get=of_a(*PARTS_READERS, ok=200)),
    *(Row(f"api_part_box_{act}", args=pk(box), post=of_a(*OFFICE_A)) for act in ("scan", "take_out", "seal", "ship")),
    Row("api_part_box_reopen", args=pk(sealed), post=of_a(*OFFICE_A)),
    Row("api_part_box_extra", args=pk(box), post=of_a(*DOOR)),
    Row("api_part_box_close", args=pk(box), post=of_a(*DOOR)),
    Row("api_piece_shipments", get=api(*OFFICE, *TREE, *SUPPLIERS, *PARTS_DESK), post=api(*DOOR, ok=415)),
    Row("api_piece_shipment", args=pk(sent_to_x), get=of_x("supplier_x", *PARTS_DESK, ok=200)),
    Row(
        "api_piece_shipment",
        args=pk(sent_back),
        get=of_a(*OFFICE_A, *TREE, *PARTS_DESK, ok=200),
        label="api_piece_shipment (to a station)",
    ),
    Row("api_piece_shipment_receive", args=pk(sent_to_x), post=of_x("supplier_x", *DOOR)),
]

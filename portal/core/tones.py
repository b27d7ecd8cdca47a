"""The one table from statuses to the six tones of the look. Not here: what a status means."""

from typing import Final

WAIT: Final = "wait"  # amber: somebody has to act
RUN: Final = "run"  # blue: under way
GOOD: Final = "good"  # green: well ended
BAD: Final = "bad"  # red: refused, late, lost
CALM: Final = "calm"  # gray: not begun, closed, without claim to attention

TONES: Final[dict[str, frozenset[str]]] = {
    WAIT: frozenset(
        [
            "submitted",
            "filed",
            "pending",
            "offered",
            "waiting",
            "awaiting",
            "info_requested",
            "returned_for_info",
            "to_appraise",
            "to_return",
            "required",
            "return_required",
            "proposed",
            "on_hold",
            "received_with_differences",
            "held",
            "suspended",
            "expiring",
            "probation",
            "waiting_part",
            "waiting_customer",
            "paused",
            "partially_received",
            "backordered",
            "due",
            "queued",
            "visited",
            "inspected",
            "region_approved",
            "uploaded",
            "previewed",
            "open",
        ]
    ),
    RUN: frozenset(
        [
            "running",
            "accepted",
            "appointed",
            "on_site",
            "in_progress",
            "travelling",
            "dispatched",
            "under_review",
            "reviewing",
            "in_review",
            "assigned",
            "confirmed",
            "allocated",
            "partly_allocated",
            "partially_allocated",
            "picking",
            "picked",
            "packed",
            "shipped",
            "partly_shipped",
            "partially_shipped",
            "in_transit",
            "issued",
            "sent",
            "answered",
            "processing",
            "sending",
            "negotiating",
            "packed_box",
            "boxed",
            "appraising",
            "applying",
            "reserved",
            "scheduled",
        ]
    ),
    GOOD: frozenset(
        [
            "approved",
            "completed",
            "done",
            "closed_ok",
            "active",
            "received",
            "paid",
            "settled",
            "signed",
            "valid",
            "passed",
            "credited",
            "recovered",
            "partially_approved",
            "partly_approved",
            "partially_accepted",
            "resolved",
            "sold",
            "fulfilled",
            "delivered",
            "verified",
            "applied",
            "confirmed_by_station",
            "inspected_ok",
            "supplier_defect",
        ]
    ),
    BAD: frozenset(
        [
            "rejected",
            "refused",
            "failed",
            "breached",
            "overdue",
            "lost",
            "terminated",
            "expired",
            "disputed",
            "no_fault_found",
            "misuse",
            "written_off",
            "stolen",
            "scrapped",
            "dead_letter",
            "error",
            "reversed",
            "pnr",
            "voided",
        ]
    ),
    CALM: frozenset(
        [
            "draft",
            "new",
            "applicant",
            "cancelled",
            "canceled",
            "withdrawn",
            "closed",
            "superseded",
            "archived",
            "inactive",
            "planned",
            "none",
        ]
    ),
}
OF_MODEL: Final[dict[str, str]] = {  # where the same word means another mood
    "chargeback.accepted": GOOD,
    "chargebackline.accepted": GOOD,
    "statement.confirmed": GOOD,
    "partsorder.confirmed": RUN,
    "failedpart.received": RUN,
    "partbox.open": CALM,
    "servicerequest.closed": GOOD,
    "contract.signed": GOOD,
    "failedpart.appraised": RUN,
    "warrantyclaim.settled": GOOD,
    "warrantyclaim.auto_checked": RUN,
    "stationapplication.center_check": WAIT,
    "stationapplication.region_review": WAIT,
    "stationapplication.inspection": WAIT,
    "stationapplication.rectification": WAIT,
    "stationapplication.hq_decision": WAIT,
    "stationapplication.contracting": RUN,
    "stationapplication.sent_back": WAIT,
    "siteinspection.rectify": WAIT,
    "rectificationorder.missed": BAD,
}


def tone_of(status: str, model_name: str = "") -> str:
    """The tone of a status; gray for one that the table does not know."""
    if found := OF_MODEL.get(f"{model_name}.{status}"):
        return found
    return next((tone for tone, statuses in TONES.items() if status in statuses), CALM)

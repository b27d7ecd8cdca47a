"""The discrepancy note: what a box held that its list does not say, or lacked, told to the station on paper."""

from datetime import datetime, timedelta
from typing import Any

from portal.core import clock, events
from portal.core.documents import issue_document
from portal.core.models.documents import Document
from portal.core.parameters import param
from warranty.models import Condition, FailedPart, PartBox
from warranty.signatures import Kept

DIFFERENT = (Condition.WRONG_PART, Condition.DAMAGED, Condition.EXTRA, Condition.MISSING)


def note_due(box: PartBox) -> datetime | None:
    """By when the station must have its note: 24 hours D from the first scan; None while nobody unpacks the box."""
    if box.unpacking_at is None:
        return None
    return box.unpacking_at + timedelta(hours=param("warranty.discrepancy_hours", box.unpacking_at))


def discrepancy_facts(box: PartBox, *, by: str, signed: Kept | None = None) -> dict[str, Any]:
    """What the note says: the box, then every piece that is missing, another, damaged or not on the list."""
    pieces = box.pieces.filter(condition__in=DIFFERENT).select_related("part", "claim").order_by("number")
    lines = [_line(piece, _told(piece)) for piece in pieces]
    for extra in box.extras.in_force().select_related("failed_part__part", "failed_part__claim"):
        if extra.failed_part is None:
            lines.append({"number": "", "claim": "", "part": "", "part_name": extra.found, "part_name_en": extra.found,
                          "condition": str(Condition.EXTRA), "note": extra.note})  # fmt: skip
        elif extra.failed_part.box_id != box.pk:
            lines.append(_line(extra.failed_part, extra.note))
    return {
        "number": box.number,
        "station_code": box.station.code,
        "station": box.station.name,
        "station_en": box.station.name_en,
        "carrier": box.carrier,
        "waybill": box.waybill,
        "weight_kg": f"{box.weight_kg:f}" if box.weight_kg is not None else "",
        "shipped_on": clock.local_date(box.shipped_at).isoformat() if box.shipped_at else "",
        "received_on": clock.local_date(box.received_at).isoformat() if box.received_at else "",
        "listed": box.pieces.count(),
        "by": by,
        "signatures": [signed.as_facts()] if signed else [],
        "differences": lines,
    }


def _line(piece: FailedPart, note: str) -> dict[str, str]:
    return {
        "number": piece.number,
        "claim": piece.claim.number,
        "part": piece.part.number,
        "part_name": piece.part.name,
        "part_name_en": piece.part.name_en,
        "condition": piece.condition,
        "note": note,
    }


def _told(piece: FailedPart) -> str:
    entry = piece.custody.filter(act="received").order_by("-sequence").first()
    return entry.note if entry else ""


def issue_discrepancy_note(box: PartBox, *, actor: Any, at: datetime, signed: Kept | None = None) -> Document | None:
    """The note stands and the station is told; None where the box holds what its list says. Called when a box is closed."""
    facts = discrepancy_facts(box, by=str(actor) if actor else "", signed=signed)
    if not facts["differences"]:
        return None
    paper = issue_document("discrepancy_note", subject=box, number=box.number, facts=facts, actor=actor)
    count = len(facts["differences"])
    events.record(box, "partbox.discrepancy_noted", actor=actor, at=at, data={"count": count})
    return paper

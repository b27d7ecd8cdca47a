"""What a draft still lacks before it may be submitted; the coach shows the same list that submit refuses with."""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

from portal.core import clock
from portal.core.parameters import param
from warranty.deadline import deadline_of_claim
from warranty.models import ClaimLine, LineKind, WarrantyClaim

REQUIRED_PHOTOS = ("fault_photo", "plate_photo")
TEXTS = ("complaint", "cause", "correction")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that keeps a draft from being submitted: a code, the field it belongs to, values for its sentence."""

    code: str
    field: str = ""
    values: dict[str, Any] = made(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The same for the stored explanation."""
        return {"code": self.code, "field": self.field, "values": self.values}


def findings(claim: WarrantyClaim, lines: list[ClaimLine], *, kinds: Iterable[str]) -> list[Finding]:
    """Missing or impossible fields, missing photos, the deadline; empty when the draft is complete. kinds: of photos."""
    return [
        *_texts(claim),
        *_dates(claim),
        *_lines(lines),
        *_photos(kinds),
        *_deadline(claim),
    ]


def _texts(claim: WarrantyClaim) -> Iterable[Finding]:
    least = param("warranty.text_length", claim.repaired_on)
    for name in TEXTS:
        if len("".join(getattr(claim, name).split())) < least:
            yield Finding("MISSING_FIELD", name, {"least": least})
    if not claim.serial_number.strip():
        yield Finding("MISSING_FIELD", "serial_number")


def _dates(claim: WarrantyClaim) -> Iterable[Finding]:
    if claim.repaired_on > clock.today():
        yield Finding("MISSING_FIELD", "repaired_on", {"rule": "future"})
    if claim.failed_on > claim.repaired_on:
        yield Finding("MISSING_FIELD", "failed_on", {"rule": "after_repair"})


def _lines(lines: list[ClaimLine]) -> Iterable[Finding]:
    if not lines:
        yield Finding("MISSING_FIELD", "lines")
    for line in lines:
        if line.kind == LineKind.OUTSIDE and not line.invoice_number.strip():
            yield Finding("MISSING_FIELD", "invoice_number", {"position": line.position})
        if line.kind == LineKind.PART and line.qty <= 0:
            yield Finding("MISSING_FIELD", "qty", {"position": line.position})


def _photos(kinds: Iterable[str]) -> Iterable[Finding]:
    present = set(kinds)
    for kind in REQUIRED_PHOTOS:
        if kind not in present:
            yield Finding("MISSING_PHOTO", kind)


def _deadline(claim: WarrantyClaim) -> Iterable[Finding]:
    limit = deadline_of_claim(claim)
    if limit is not None and limit.is_past:
        yield Finding("SUB", "repaired_on", {"last": limit.last.isoformat()})

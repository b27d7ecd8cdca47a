"""The lines of a note with their evidence, read for many cases at once; what names a customer or a station is struck out.

Source: rules.md 3.7 (evidence packs show the station as a code and no customer).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from portal.core import clock
from warranty.evidence import evidence_of_all
from warranty.models import Chargeback, ChargebackLine, FailedPart, RecoveryCase
from warranty.recovery import Charge
from warranty.scrubbing import Names, names_of, scrub

OF_LINE = (
    "claim__station", "claim__product_model", "claim__fault_code", "claim__unit__customer",
    "claim__work_order__request__customer", "line__appealed", "part", "agreement__supplier", "appeal",
)  # fmt: skip


def lines_of(
    note: Chargeback, charges: Sequence[tuple[RecoveryCase, Charge]], *, first: int = 1
) -> list[ChargebackLine]:
    """The lines of these charges with their evidence, numbered from `first`. Reads pictures and old parts by few queries."""
    cases = list({case.pk: case for case, _charge in charges}.values())
    pictures = evidence_of_all({case.claim_id: case.claim for case in cases}.values())
    tags = tags_of(cases)
    evidence = {case.pk: _evidence(case, pictures[case.claim_id], tags[case.line_id]) for case in cases}
    return [
        _line(note, position, case, charge, evidence[case.pk])
        for position, (case, charge) in enumerate(charges, start=first)
    ]


def _line(
    note: Chargeback, position: int, case: RecoveryCase, charge: Charge, evidence: dict[str, Any]
) -> ChargebackLine:
    line = charge.claim_line
    told = line.description if line and line.description else case.part.name
    text = " · ".join(filter(None, [scrub(told, names_of(case.claim)), evidence["appeal"]]))
    return ChargebackLine(
        chargeback=note,
        case=case,
        claim_line=line,
        position=position,
        kind=charge.amount.kind,
        text=text[:200],
        is_supplement=case.appeal_id is not None,
        facts=evidence | {"qty": str(charge.qty)},
        base=charge.amount.base,
        share=charge.share * 100,
        claimed=charge.amount.amount,
    )


def _evidence(case: RecoveryCase, pictures: list[dict[str, Any]], tags: list[dict[str, str]]) -> dict[str, Any]:
    claim, names = case.claim, names_of(case.claim)
    return {
        "claim": claim.number,
        "station": claim.station.code,
        "model": str(getattr(claim.product_model, "code", "") or ""),
        "serial": claim.serial_number,
        "part": case.part.number,
        "part_name": case.part.name,
        "part_name_en": case.part.name_en,
        "failed_on": claim.failed_on.isoformat(),
        "repaired_on": claim.repaired_on.isoformat(),
        "fault": claim.fault_code.code if claim.fault_code else "",
        "complaint": scrub(claim.complaint, names),
        "cause": scrub(claim.cause, names),
        "correction": scrub(claim.correction, names),
        "photos": pictures,
        "tags": [_told(tag, names) for tag in tags],
        "appeal": case.appeal.number if case.appeal else "",
        "notice_by": case.last_day.isoformat() if case.last_day else "",
    }


def _told(tag: dict[str, str], names: Names) -> dict[str, str]:
    return tag | {"findings": scrub(tag["findings"], names)}


def tags_of(cases: Iterable[RecoveryCase]) -> dict[int, list[dict[str, str]]]:
    """The old pieces by claim line, each with what arrived and its final verdict; two queries."""
    pieces = FailedPart.objects.filter(line__in={case.line_id for case in cases})
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    for piece in pieces.prefetch_related("appraisals").order_by("line", "piece"):
        final = next((each for each in piece.appraisals.all() if each.is_final), None)
        found[piece.line_id].append(
            {
                "number": piece.number,
                "serial": piece.removed_serial,
                "received_on": clock.local_date(piece.received_at).isoformat() if piece.received_at else "",
                "condition": piece.condition,
                "verdict": final.verdict if final else "",
                "findings": final.findings if final else "",
                "on": clock.local_date(final.at).isoformat() if final else "",
            }
        )
    return found

"""The lines of a note with their evidence, read for many cases at once; what names a customer or a station is struck out.

Source: rules.md 3.7 (evidence packs show the station as a code and no customer).
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from portal.core import clock
from portal.core.bulk import copy_rows
from warranty.evidence import evidence_of_all
from warranty.models import Appraisal, Chargeback, ChargebackLine, FailedPart
from warranty.recovery_charges import Charge
from warranty.recovery_reading import CaseRow
from warranty.scrubbing import Names, scrub

FIELDS: Final = (
    "chargeback", "case", "claim_line", "position", "kind", "text", "facts", "base", "share", "claimed",
    "answer_reason", "outcome", "is_live", "is_supplement",
)  # fmt: skip


def write_lines(note: Chargeback, charges: Sequence[tuple[CaseRow, Charge]], *, first: int) -> None:
    """The note has a line with its evidence for each of these charges, numbered from `first`.

    Pictures and old parts are read by few queries, the lines written by one COPY.
    """
    cases = {case.pk: case for case, _charge in charges}
    pictures = evidence_of_all({case.claim_id: case.work_order_id for case in cases.values()})
    tags = tags_of({case.line_id for case in cases.values()})
    told = {key: Told(case, pictures[case.claim_id], tags.get(case.line_id, [])) for key, case in cases.items()}
    rows = (
        (note.pk, *_columns(case, charge, position, told[case.pk]))
        for position, (case, charge) in enumerate(charges, start=first)
    )
    copy_rows(ChargebackLine, FIELDS, rows)


def _columns(case: CaseRow, charge: Charge, position: int, told: "Told") -> tuple[Any, ...]:
    """The values of FIELDS behind the note."""
    line, amount = charge.claim_line, charge.amount
    text = told.text(line.description if line and line.description else case.part_name)
    facts = json.dumps(told.facts | {"qty": str(charge.qty)}, ensure_ascii=False)
    supplement = case.appeal_id is not None
    key = line.pk if line else None
    return (
        *(case.pk, key, position, amount.kind, text, facts, amount.base, charge.share * 100, amount.amount),
        *("", "", True, supplement),
    )


class Told:
    """What a note tells of a case, without the names of customers and station."""

    def __init__(self, case: CaseRow, pictures: list[dict[str, Any]], tags: list[dict[str, str]]) -> None:
        self.names: Names = case.names
        self.facts: dict[str, Any] = {
            "claim": case.claim_number,
            "station": case.station_code,
            "model": case.model_code or "",
            "serial": case.serial_number,
            "part": case.part_number,
            "part_name": case.part_name,
            "part_name_en": case.part_name_en,
            "failed_on": case.failed_on.isoformat(),
            "repaired_on": case.repaired_on.isoformat(),
            "fault": case.fault_code or "",
            "complaint": scrub(case.complaint, self.names),
            "cause": scrub(case.cause, self.names),
            "correction": scrub(case.correction, self.names),
            "photos": pictures,
            "tags": [tag | {"findings": scrub(tag["findings"], self.names)} for tag in tags],
            "appeal": case.appeal_number or "",
            "notice_by": case.last_day.isoformat() if case.last_day else "",
        }

    def text(self, said: str) -> str:
        """What the line is about, with the appeal that added it."""
        return " · ".join(filter(None, [scrub(said, self.names), self.facts["appeal"]]))[:200]


def tags_of(lines: Collection[int]) -> dict[int, list[dict[str, str]]]:
    """The old pieces by claim line, each with what arrived and its final verdict; two queries."""
    final = Appraisal.objects.filter(failed_part__line__among=lines, is_final=True)
    verdicts = {
        piece: {"verdict": verdict, "findings": findings, "on": _day(at)}
        for piece, verdict, findings, at in final.values_list("failed_part", "verdict", "findings", "at")
    }
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    for line, key, number, serial, received_at, condition in _pieces(lines):
        piece = {"number": number, "serial": serial, "received_on": _day(received_at), "condition": condition}
        found[line].append(piece | verdicts.get(key, {"verdict": "", "findings": "", "on": ""}))
    return found


def _pieces(lines: Collection[int]) -> Iterator[tuple[Any, ...]]:
    pieces = FailedPart.objects.filter(line__among=lines).order_by("line", "piece")
    yield from pieces.values_list("line", "pk", "number", "removed_serial", "received_at", "condition")


def _day(at: Any) -> str:
    return clock.local_date(at).isoformat() if at else ""

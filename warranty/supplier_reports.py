"""Appraisal reports as a supplier may read them: frozen with the note that charges the piece, drawn for its evidence pack.

Stations by code; no customer, nobody's name, no amount. Not here: the report that headquarters keeps
(appraisal_documents), the archive itself (evidence_pack).
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import batched
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _

from portal.core.document_lines import KEY, keep_lines, lines_of
from portal.core.documents import facts_in, qr_svg, render_pdf, verify_url
from portal.core.letterhead import KEY as ISSUER
from portal.core.models.documents import Document
from warranty.appraisal_documents import bench_pictures, facts_of
from warranty.appraisal_telling import told_outside
from warranty.models import Appraisal, ChargebackLine, CustodyEntry, FailedPart
from warranty.recovery_reading import read_cases
from warranty.scrubbing import Names, scrub

AT_ONCE: Final = 1_000
REPORTS: Final = "reports"  # under which the note's facts name them
OF_CLAIM: Final = (
    "claim", "station", "model", "part", "part_name", "part_name_en", "failed_on", "complaint", "cause", "correction",
)  # fmt: skip


def freeze_reports(lines: Iterable[ChargebackLine]) -> dict[str, Any]:
    """The reports of the lines' appraised pieces are kept beside the note; what its facts say of them: hash and count."""
    return keep_lines(_reports(lines))


def reports_in(facts: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """The reports frozen with a note; none for notes sent before they were. Raises LinesChanged."""
    return lines_of({KEY: kept}) if (kept := facts.get(REPORTS)) else ()


def count_in(facts: dict[str, Any]) -> int:
    """How many they are."""
    return int(facts.get(REPORTS, {}).get("count", 0))


def _reports(lines: Iterable[ChargebackLine]) -> Iterator[dict[str, Any]]:
    """A piece once, however many lines charge for it; in the order of the lines."""
    of_piece: dict[str, ChargebackLine] = {}
    for line in lines:
        for tag in line.facts.get("tags", ()):
            if tag["verdict"]:
                of_piece.setdefault(tag["number"], line)
    for some in batched(of_piece.items(), AT_ONCE):
        yield from _together(dict(some))


def _together(of_piece: Mapping[str, ChargebackLine]) -> Iterator[dict[str, Any]]:
    """The reports of these pieces, by four queries."""
    names = {case.pk: case.names for case in read_cases({line.case_id for line in of_piece.values()})}
    pieces = {piece.number: piece for piece in FailedPart.objects.filter(number__in=of_piece)}
    keys = [piece.pk for piece in pieces.values()]
    appraisals, custody = defaultdict[int, list[Any]](list), defaultdict[int, list[Any]](list)
    for appraisal in Appraisal.objects.filter(failed_part__among=keys).order_by("pk"):
        appraisals[appraisal.failed_part_id].append(appraisal)
    for entry in CustodyEntry.objects.filter(failed_part__among=keys).order_by("failed_part", "sequence"):
        custody[entry.failed_part_id].append(entry)
    for number, line in of_piece.items():
        if (piece := pieces.get(number)) is not None:
            yield _report(piece, line, names[line.case_id], appraisals[piece.pk], custody[piece.pk])


def _report(
    piece: FailedPart, line: ChargebackLine, names: Names, appraisals: Sequence[Any], custody: Sequence[Any]
) -> dict[str, Any]:
    of_claim = {name: line.facts.get(name, "") for name in OF_CLAIM} | {"unit_serial": line.facts.get("serial", "")}
    return of_claim | facts_of(piece, told_outside(appraisals), custody, said=partial(scrub, names=names))


def digest_of(report: dict[str, Any]) -> str:
    """The hash of a report as frozen: printed on it, and told by the pack's manifest."""
    return hashlib.sha256(json.dumps(report, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def report_pdf(report: dict[str, Any], note: Document, language: str) -> bytes:
    """The supplier's copy of a report, as PDF in that language; its code leads to the note's page of verification."""
    pictures = bench_pictures(report)
    issuer = {ISSUER: note.facts[ISSUER]} if ISSUER in note.facts else {}
    with translation.override(language):
        context = {
            "number": report["number"],
            "title": _("Appraisal report of an old part"),
            "facts": facts_in(language, report | issuer),
            "note": note.number,
            "digest": digest_of(report),
            "pictures": pictures,
            "qr": qr_svg(verify_url(note)),
        }
        return render_pdf("pdf/supplier_report.html", context, pictures)

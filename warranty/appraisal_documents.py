"""Papers of one old part: the appraisal report with its custody log, and the certificate of its end as scrap."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from portal.core import clock
from portal.core.documents import issue_document
from portal.core.models.attachments import Attachment
from portal.core.models.documents import Document
from warranty.appraisal_telling import told_outside
from warranty.evidence import evidence_pictures
from warranty.failed_parts_custody import told
from warranty.failed_parts_rules import VERDICTS
from warranty.models import FailedPart
from warranty.signatures import Kept, signature_photos


def facts_of(
    piece: FailedPart, appraisals: Sequence[Any], custody: Sequence[Any], *, said: Callable[[str], str] = str
) -> dict[str, Any]:
    """What every report on the piece says: how it came, the verdicts, where it has been; nobody's name.

    appraisals: as they are told outside; said: how what people typed is written for the report's reader.
    """
    final = next((each for each in appraisals if each.is_final), None)
    return {
        "number": piece.number,
        "piece": piece.piece,
        "piece_serial": piece.removed_serial,
        "condition": piece.condition,
        "received_on": clock.local_date(piece.received_at).isoformat() if piece.received_at else "",
        "verdict": final.verdict if final else "",
        "appraisals": [
            {
                "verdict": each.verdict,
                "findings": said(each.findings),
                "on": clock.local_date(each.at).isoformat(),
                "final": each.is_final,
                "measurements": each.measurements,
                "photos": each.photos,
            }
            for each in appraisals
        ],
        "custody": [
            {
                "sequence": entry.sequence,
                "act": entry.act,
                "place": said(entry.place),
                "on": f"{clock.local(entry.at):%Y-%m-%d %H:%M}",
                "hash": entry.hash[:16],
            }
            for entry in custody
        ],
    }


def report_facts(piece: FailedPart) -> dict[str, Any]:
    """What the report says: the piece, its claim, the verdict with those who agreed, what it fixes, the custody log.

    Stations and suppliers read it, so nothing of it tells who disagreed; before the final verdict it has none.
    """
    claim, custody = piece.claim, list(told(piece))
    appraisals = told_outside(piece.appraisals.select_related("appraiser").order_by("pk"))
    shared = facts_of(piece, appraisals, custody)
    meaning = VERDICTS[shared["verdict"]] if shared["verdict"] else None
    for row, each in zip(shared["appraisals"], appraisals, strict=True):
        row["by"] = str(each.appraiser)
    for row, entry in zip(shared["custody"], custody, strict=True):
        row |= {"giver": entry.giver, "taker": entry.taker, "signed": entry.confirmed_by}
    return shared | {
        "claim": claim.number,
        "station_code": piece.station.code,
        "part": piece.part.number,
        "part_name": piece.part.name,
        "part_name_en": piece.part.name_en,
        "unit_serial": claim.serial_number,
        "model": claim.product_model.code if claim.product_model else "",
        "failed_on": claim.failed_on.isoformat(),
        "complaint": claim.complaint,
        "cause": claim.cause,
        "correction": claim.correction,
        "amount": f"{piece.amount:.2f}",
        "accepts": bool(meaning and meaning.accepts),
        "payer": meaning.payer if meaning else "",
        "dispositions": list(meaning.dispositions) if meaning else [],
    }


def bench_pictures(facts: dict[str, Any]) -> dict[str, bytes]:
    """The small pictures from the bench by address; one whose original is another by now is left out."""
    photos = [photo for each in facts["appraisals"] for photo in each.get("photos", ())]
    return evidence_pictures({"lines": [{"photos": photos}]})


def scrap_pictures(facts: dict[str, Any]) -> dict[str, bytes]:
    """The small pictures of a scrapped piece, and what its witnesses drew, by address."""
    return evidence_pictures({"lines": [{"photos": [*facts.get("photos", []), *signature_photos(facts)]}]})


def signed_pictures(facts: dict[str, Any]) -> dict[str, bytes]:
    """What was drawn on a paper of a box, by address."""
    return evidence_pictures({"lines": [{"photos": signature_photos(facts)}]})


def issue_report(piece: FailedPart, *, actor: Any | None) -> Document:
    """The report's document row, numbered as the tag, with facts as of the final verdict."""
    return issue_document(
        "appraisal_report", subject=piece, number=piece.number, facts=report_facts(piece), actor=actor
    )


def issue_certificate(
    piece: FailedPart,
    *,
    verdict: str,
    by: str,
    witnesses: Sequence[str],
    note: str,
    photos: Sequence[Attachment],
    signed: Sequence[Kept],
    actor: Any | None,
    at: datetime,
) -> Document:
    """The certificate's document row, numbered as the tag: what was scrapped, by whom, before whom."""
    facts = {
        "number": piece.number,
        "claim": piece.claim.number,
        "station_code": piece.station.code,
        "part": piece.part.number,
        "part_name": piece.part.name,
        "part_name_en": piece.part.name_en,
        "piece_serial": piece.removed_serial,
        "verdict": verdict,
        "scrapped_on": clock.local_date(at).isoformat(),
        "by": by,
        "witnesses": list(witnesses),
        "note": note,
        "photos": [{"id": each.pk, "kind": each.kind, "sha256": each.sha256} for each in photos],
        "signatures": [each.as_facts() for each in signed],
    }
    return issue_document("scrap_certificate", subject=piece, number=piece.number, facts=facts, actor=actor)

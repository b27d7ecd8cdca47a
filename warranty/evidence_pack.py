"""A sent note with everything that proves it, in one archive: the note, lines, old parts with their appraisals, pictures.

Made from the document's frozen facts alone, so it is the same to the byte whenever it is made; the manifest says the
hash of each file. What a supplier may read is decided where the lines are made (chargebacks.lines).
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.core import drawing
from portal.core.documents import documents_of, facts_in, verify_url
from portal.core.drawing import Paper
from portal.core.models.attachments import Attachment
from portal.core.models.documents import Document
from portal.core.transfer.exporting import to_csv
from warranty.models import Chargeback, Verdict
from warranty.templatetags.settlement import line_kind

LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)  # no clock in the archive: the same content is the same file


def pack_of(note: Chargeback, language: str) -> Paper | None:
    """The archive of a sent note, or the run that draws its paper first; None before it is sent."""
    document = documents_of(note, "chargeback").first()
    if document is None:
        return None
    made = drawing.paper(document, language or document.language)
    return pack_zip(document, made, language or document.language) if isinstance(made, bytes) else made


def pack_zip(document: Document, pdf: bytes, language: str) -> bytes:
    """The archive of a sent note. pdf: its paper, drawn in that language."""
    with translation.override(language):
        facts = facts_in(language, document.facts)
        files = [(f"{document.number}.pdf", pdf), *_tables(facts), *_pictures(facts)]
    listed = [{"name": name, "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()} for name, body in files]
    manifest = {
        "note": document.number,
        "facts_sha256": document.sha256,
        "verify": verify_url(document),
        "files": listed,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in [*files, ("manifest.json", text)]:
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name.endswith((".jpg", ".pdf")) else zipfile.ZIP_DEFLATED
            archive.writestr(entry, body)
    return made.getvalue()


def _tables(facts: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """The lines with their amounts, and the old parts with what their appraisal found, as CSV."""
    header = [
        _("No."), _("Claim"), _("Station"), _("Model"), _("Serial number"), _("Part number"), _("Part name"), _("Kind"),
        _("Quantity"), _("Price base"), _("Share (%)"), pgettext("chargeback", "Claimed"), _("Failed on"), _("Complaint"),
        _("Cause"), _("Correction"),
    ]  # fmt: skip
    names = ("position", "claim", "station", "model", "serial", "part", "part_name")
    rest = ("qty", "base", "share", "claimed", "failed_on", "complaint", "cause", "correction")
    rows = [
        [*(line[name] for name in names), line_kind(line["kind"]), *(line[name] for name in rest)]
        for line in facts["lines"]
    ]
    yield "lines.csv", to_csv([str(text) for text in header], rows)
    verdicts = dict(Verdict.choices)
    header = [
        _("Tag"),
        _("Claim"),
        _("Part number"),
        _("Part name"),
        _("Serial number"),
        _("Verdict"),
        _("Findings"),
        _("Appraised on"),
    ]
    pieces = [
        [
            *(piece[name] for name in ("number", "claim", "part", "part_name", "serial")),
            str(verdicts.get(piece["verdict"], piece["verdict"])),
            piece["findings"],
            piece["on"],
        ]
        for piece in facts.get("pieces", ())
    ]  # fmt: skip
    yield "old-parts.csv", to_csv([str(text) for text in header], pieces)


def _pictures(facts: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """All pictures of the evidence, small and without what a camera writes into them; changed ones are left out."""
    wanted = {photo["id"]: (line["claim"], photo) for line in facts["lines"] for photo in line.get("photos", ())}
    for row in Attachment.objects.filter(pk__in=wanted).order_by("pk").iterator(chunk_size=500):
        claim, photo = wanted[row.pk]
        if row.sha256 == photo["sha256"] and row.thumbnail:
            with row.thumbnail.open("rb") as file:
                yield f"photos/{claim}-{photo['kind']}-{row.pk}.jpg", file.read()

"""A sent note with everything that proves it, in one archive: the note, lines, old parts with their reports, pictures.

Made by a job from the document's frozen facts alone, then kept: the same content is the same file whenever it is made,
and the manifest says the hash of each part. What a supplier may read is decided where the lines are made
(chargebacks.lines, supplier_reports).
"""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from itertools import chain
from tempfile import TemporaryFile
from typing import IO, Any, Final

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.core import documents, drawing, drawing_runs, jobs
from portal.core.documents import documents_of, facts_in, verify_url
from portal.core.drawing import Archive
from portal.core.linetable import Step
from portal.core.models.attachments import Attachment
from portal.core.models.documents import Document
from portal.core.models.jobs import JobRun
from portal.core.transfer.exporting import to_csv
from warranty import supplier_reports
from warranty.models import Chargeback, Verdict
from warranty.templatetags.settlement import line_kind

LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)  # no clock in the archive: the same content is the same file


def pack_of(note: Chargeback, language: str, *, reader: Any, ask: bool = True) -> Archive | None:
    """The archive of a sent note, open for reading, or the run that makes it; None before the note is sent.

    ask: whether one that is not there is to be made; else the last run, however it ended.
    """
    document = documents_of(note, "chargeback").first()
    if document is None:
        return None
    language = language or document.language
    path = path_of(document, language)
    if (kept := kept_pack(path)) is not None:
        return kept
    if (run := drawing.trying(path)) is not None:
        return run
    last = None if ask else drawing_runs.latest(path)
    return last or _start(document, language, path, reader)


def _start(document: Document, language: str, path: str, reader: Any) -> JobRun:
    return jobs.start_run(
        "warranty.pack_evidence",
        owner=reader,
        title=_("Packing the evidence of %(number)s") % {"number": document.number},
        key=path,
        document=document.pk,
        language=language,
    )


def path_of(document: Document, language: str) -> str:
    """Where the archive is kept, as made for readers of this language."""
    return f"documents/{document.sha256[:2]}/{document.sha256}-{language}.zip"


def kept_pack(path: str) -> "File[Any] | None":
    """The archive as it was kept; one that is not whole is taken away, and None, so that it is made again."""
    if not default_storage.exists(path):
        return None
    file: File[Any] = default_storage.open(path, "rb")
    if zipfile.is_zipfile(file):
        file.seek(0)
        return file
    file.close()
    default_storage.delete(path)
    return None


def steps_of(document: Document) -> int:
    """Into how many steps its packing falls: the note's paper, each report, the rest."""
    return documents.steps_of(document) + supplier_reports.count_in(document.facts) + 1


def make_pack(document: Document, language: str, *, step: Step) -> None:
    """The archive of a sent note is kept. Written to the disk part by part, named when it is whole."""
    path = path_of(document, language)
    if (kept := kept_pack(path)) is not None:
        kept.close()
        return
    with TemporaryFile() as file:
        _write(file, document, language, step)
        file.seek(0)
        documents.keep_file(path, File(file))


def _write(file: IO[bytes], document: Document, language: str, step: Step) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, translation.override(language):
        listed = [_add(archive, *part) for part in _parts(document, language, step)]
        manifest = {
            "note": document.number,
            "facts_sha256": document.sha256,
            "verify": verify_url(document),
            "files": listed,
        }
        _add(archive, "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1).encode(), {})


def _add(archive: zipfile.ZipFile, name: str, body: bytes, told: dict[str, str]) -> dict[str, Any]:
    """One part more; what the manifest says of it."""
    entry = zipfile.ZipInfo(name, LONG_AGO)
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_STORED if name.endswith((".jpg", ".pdf")) else zipfile.ZIP_DEFLATED
    archive.writestr(entry, body)
    return {"name": name, "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest(), **told}


def _parts(document: Document, language: str, step: Step) -> Iterator[tuple[str, bytes, dict[str, str]]]:
    """Name, content and what the manifest adds to it, of one part after the other."""
    yield f"{document.number}.pdf", documents.pdf_bytes(document, language, step=step), {}
    for report in supplier_reports.reports_in(document.facts):
        step()
        made = supplier_reports.report_pdf(report, document, language)
        yield f"appraisals/{report['number']}.pdf", made, {"facts_sha256": supplier_reports.digest_of(report)}
    step()
    facts = facts_in(language, document.facts)
    for name, body in chain(_tables(facts), _pictures(facts)):
        yield name, body, {}


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

"""The pictures that prove a charged claim to a supplier: frozen by key and hash on the note's lines, drawn in its PDF.

A supplier sees the fault and the serial plate, small in papers and as large as we keep them on the note's page; never a
signature, a customer or a station's paper.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from portal.core.attachments import attachments_named
from portal.core.models.attachments import Attachment
from service.models import WorkOrder
from warranty.checklist import REQUIRED_PHOTOS
from warranty.models import WarrantyClaim

PER_CLAIM: Final = 4
PER_NOTE: Final = 120  # thumbnails of at most 320 px, about 20 kB each


def evidence_of_all(jobs: Mapping[int, int | None]) -> dict[int, list[dict[str, Any]]]:
    """The claims' pictures as a note keeps them, by claim: key, kind and hash of the original; one query.

    jobs: the key of each claim's job by the claim's own.
    """
    of_job, of_claim = defaultdict[int, list[dict[str, Any]]](list), defaultdict[int, list[dict[str, Any]]](list)
    files = attachments_named({WorkOrder: set(filter(None, jobs.values())), WarrantyClaim: jobs})
    photos = files.filter(kind__in=REQUIRED_PHOTOS).exclude(thumbnail="")
    for subject_type, subject, key, kind, sha256 in photos.values_list(
        "subject_type", "subject_id", "pk", "kind", "sha256"
    ):
        kept = of_claim if subject_type == WarrantyClaim._meta.label_lower else of_job
        kept[subject].append({"id": key, "kind": kind, "sha256": sha256})
    return {claim: [*of_job[job or 0], *of_claim[claim]][:PER_CLAIM] for claim, job in jobs.items()}


def address_of(photo: dict[str, Any]) -> str:
    """What the PDF's template calls the picture; nothing but the fetcher of that PDF can open it."""
    return f"evidence:{photo['id']}"


def picture_on(lines: Iterable[Any], key: int, *, large: bool = False) -> bytes | None:
    """The picture with this key if one of the lines froze it and its original is still the same; without place and time."""
    frozen = next((photo for line in lines for photo in line.facts.get("photos", ()) if photo["id"] == key), None)
    row = Attachment.objects.filter(pk=key, sha256=frozen["sha256"]).first() if frozen else None
    kept = None if row is None else row.served if large else row.thumbnail
    if not kept:
        return None
    with kept.open("rb") as file:
        return bytes(file.read())


def evidence_pictures(facts: dict[str, Any]) -> dict[str, bytes]:
    """The small pictures of a note's claims by address, at most 120; one whose original is another by now is left out."""
    wanted = {photo["id"]: photo for line in facts["lines"] for photo in line.get("photos", ())}
    first = dict(list(wanted.items())[:PER_NOTE])
    found = {}
    for row in Attachment.objects.filter(pk__in=first):
        if row.sha256 == first[row.pk]["sha256"] and row.thumbnail:
            with row.thumbnail.open("rb") as file:
                found[address_of(first[row.pk])] = file.read()
    return found

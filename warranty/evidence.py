"""The pictures that prove a charged claim to a supplier: frozen by key and hash on the note's lines, drawn in its PDF.

A supplier sees the fault and the serial plate, small; never a signature, a customer or a station's paper.
"""

from typing import Any, Final

from portal.core.models.attachments import Attachment
from warranty.checklist import REQUIRED_PHOTOS
from warranty.models import WarrantyClaim
from warranty.photos import photos_of

PER_CLAIM: Final = 4
PER_NOTE: Final = 120  # thumbnails of at most 320 px, about 20 kB each


def evidence_of(claim: WarrantyClaim) -> list[dict[str, Any]]:
    """The claim's pictures as the note keeps them: key, kind and hash of the original."""
    shown = [photo for photo in photos_of(claim) if photo.kind in REQUIRED_PHOTOS and photo.thumbnail]
    return [{"id": photo.pk, "kind": photo.kind, "sha256": photo.sha256} for photo in shown[:PER_CLAIM]]


def address_of(photo: dict[str, Any]) -> str:
    """What the PDF's template calls the picture; nothing but the fetcher of that PDF can open it."""
    return f"evidence:{photo['id']}"


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

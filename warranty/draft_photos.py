"""Pictures and papers of a draft: added one by one from a phone, told what they show, taken out again.

Not here: how a file is read and kept (portal.core.attachments), which claims show the same picture (photos.py).
"""

from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.attachments import attach, attachments_of
from portal.core.errors import Refusal
from portal.core.models.attachments import Attachment
from portal.core.states import lock
from warranty import claims
from warranty.models import WarrantyClaim
from warranty.states import EDITABLE

MOST_PHOTOS: Final = 40


class TooManyPhotos(Refusal):
    """More than anybody looks at."""

    message = _("A claim takes at most %(most)s pictures and papers of its own.")
    code = "too_many_photos"


class NotOnThisClaim(Refusal):
    """A picture of the job, or of another claim, or taken out already."""

    message = _("This picture does not belong to the draft; pictures of the job are kept with the job.")
    code = "not_on_this_claim"


@transaction.atomic
def add_photo(
    claim: WarrantyClaim, upload: Any, *, kind: str, actor: Any, field: str = "file", caption: str = ""
) -> Attachment:
    """The draft has the picture or paper; sent again, with the same bytes, it is there once.

    Raises ClaimIsFrozen, TooManyPhotos, BadFile. Writes an Attachment.
    """
    claim = _editable(claim)
    present = list(attachments_of(claim))
    if len(present) >= MOST_PHOTOS:
        raise TooManyPhotos(most=MOST_PHOTOS, field=field)
    with transaction.atomic():
        added = attach(claim, upload, kind=kind, actor=actor, field=field, caption=caption)
    same = next((row for row in present if row.sha256 == added.sha256), None)
    if same is not None:
        _take_out(added)
        added = same
    claims.refresh(claim)
    return added


@transaction.atomic
def add_photos(
    claim: WarrantyClaim, uploads: Sequence[Any], *, kind: str, actor: Any, field: str = "file", caption: str = ""
) -> WarrantyClaim:
    """The draft has all of them, or none. Raises what add_photo raises."""
    for upload in uploads:
        add_photo(claim, upload, kind=kind, actor=actor, field=field, caption=caption)
    return claim


@transaction.atomic
def describe_photo(
    claim: WarrantyClaim, photo_id: int, *, actor: Any, kind: str | None = None, caption: str | None = None
) -> Attachment:
    """The picture counts as what it is said to show, and has these words; what is None stays.

    Raises ClaimIsFrozen, NotOnThisClaim.
    """
    claim = _editable(claim)
    photo = _own(claim, photo_id)
    if kind is not None:
        photo.kind = kind
    if caption is not None:
        photo.caption = caption.strip()
    photo.save(update_fields=["kind", "caption"])
    claims.refresh(claim)
    return photo


@transaction.atomic
def remove_photo(claim: WarrantyClaim, photo_id: int, *, actor: Any) -> None:
    """The draft no longer has the picture; versions submitted with it still do. Raises ClaimIsFrozen, NotOnThisClaim."""
    claim = _editable(claim)
    photo = _own(claim, photo_id)
    _take_out(photo)
    events.record(claim, "warrantyclaim.photo_removed", actor=actor, note=photo.name, data={"sha256": photo.sha256})
    claims.refresh(claim)


def _editable(claim: WarrantyClaim) -> WarrantyClaim:
    locked = lock(claim)
    if locked.status not in EDITABLE:
        raise claims.ClaimIsFrozen(claim=str(locked))
    return locked


def _own(claim: WarrantyClaim, photo_id: int) -> Attachment:
    found = attachments_of(claim).filter(pk=photo_id).first()
    if found is None:
        raise NotOnThisClaim
    return found


def _take_out(photo: Attachment) -> None:
    photo.removed_at = clock.now()
    photo.save(update_fields=["removed_at"])

"""Pictures that many claims may show: marked by headquarters with a reason, lifted again with another.

Not here: what a picture shown twice means (duplicates.py, risk.py). Source: rules.md 3.4 (known shared images).
"""

from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.models.attachments import Attachment
from portal.core.parameters import param
from portal.core.states import lock
from warranty.models import SharedPicture


class AlreadyShared(Refusal):
    """The hash stands on the list."""

    message = _("“%(name)s” is a shared picture already, marked on %(day)s.")
    code = "already_shared"


class NotShared(Refusal):
    """It was lifted before."""

    message = _("“%(name)s” is no shared picture any more.")
    code = "not_shared"


class SharingNeedsReason(Refusal):
    """Whoever reads the risk of a claim wants to know why a picture does not count."""

    message = _("Say why in at least %(least)s characters; got %(got)s.")
    code = "sharing_needs_reason"


def standing() -> models.QuerySet[SharedPicture]:
    """The list as it is."""
    return SharedPicture.objects.filter(lifted_at=None)


def shared_as(photo: Attachment) -> SharedPicture | None:
    """The entry under which the picture may be shown by many."""
    return standing().filter(sha256=photo.sha256).select_related("marked_by").first()


@transaction.atomic
def share_picture(photo: Attachment, *, reason: str, actor: Any, at: datetime | None = None) -> SharedPicture:
    """From now on the picture, byte for byte, is no sign of reuse in any claim that is checked.

    Raises SharingNeedsReason, AlreadyShared. Writes a SharedPicture and one Event.
    """
    moment = at or clock.now()
    _long_enough(reason, moment)
    with connection.cursor() as cursor:  # two who mark the same stand in line
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 3606))", [photo.sha256])
    found = shared_as(photo)
    if found is not None:
        raise AlreadyShared(name=photo.name, day=clock.local_date(found.marked_at).isoformat())
    made = SharedPicture.objects.create(
        sha256=photo.sha256, name=photo.name, reason=reason.strip(), marked_by=actor, marked_at=moment
    )
    data = {"sha256": photo.sha256, "subject": f"{photo.subject_type} {photo.subject_id}"}
    events.record(made, "sharedpicture.marked", actor=actor, at=moment, note=made.reason, data=data)
    return made


@transaction.atomic
def lift_sharing(shared: SharedPicture, *, reason: str, actor: Any, at: datetime | None = None) -> SharedPicture:
    """The picture counts again. Raises SharingNeedsReason, NotShared. Writes one Event."""
    moment = at or clock.now()
    _long_enough(reason, moment)
    shared = lock(shared)
    if shared.lifted_at is not None:
        raise NotShared(name=shared.name)
    shared.lifted_by, shared.lifted_at, shared.lift_reason = actor, moment, reason.strip()
    shared.save(update_fields=["lifted_by", "lifted_at", "lift_reason"])
    events.record(shared, "sharedpicture.lifted", actor=actor, at=moment, note=shared.lift_reason)
    return shared


def _long_enough(reason: str, at: datetime) -> None:
    least = param("warranty.text_length", at)
    if len(reason.strip()) < least:
        raise SharingNeedsReason(least=least, got=len(reason.strip()), field="reason")

"""An idea comes in from a station."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from portal.core import clock, events
from portal.core.attachments import attach, attachments_of
from portal.core.models import Attachment
from portal.core.numbering import take_number
from stations.models import Idea, Station

PHOTO = "idea_photo"


@transaction.atomic
def file_idea(
    station: Station,
    *,
    title: str,
    problem: str,
    proposal: str,
    expected_benefit: str = "",
    names_station: bool = False,
    files: Sequence[Any] = (),
    actor: Any,
    at: datetime | None = None,
) -> Idea:
    """Headquarters has the idea to judge.

    names_station: the author agrees that the station is named if it is published. Raises BadFile. Writes Idea, its files
    and one Event.
    """
    at = at or clock.now()
    idea = Idea.objects.create(
        station=station, author=actor, number=take_number("ID", at=at), title=title.strip(), problem=problem.strip(),
        proposal=proposal.strip(), expected_benefit=expected_benefit.strip(), names_station=names_station, filed_at=at,
    )  # fmt: skip
    for upload in files:
        attach(idea, upload, kind=PHOTO, actor=actor, field="files")
    events.record(idea, "idea.filed", actor=actor, at=at, to_status=idea.status)
    return idea


def photos_of(idea: Idea) -> QuerySet[Attachment]:
    """Pictures and papers of the idea."""
    return attachments_of(idea, PHOTO)

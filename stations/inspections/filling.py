"""A visit is filled in as one goes: ratings, findings, photos; whatever was saved is there again on any device."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from portal.core import clock
from portal.core.attachments import attach
from portal.core.states import lock
from stations.contracts import distance_km
from stations.inspections.judging import Rated, Result, judge_now
from stations.inspections.refusals import BadRating, NotInspector, NotOpen
from stations.models import InspectionAnswer, InspectionPhoto, SiteInspection, VisitStatus
from stations.models.inspection_templates import FULL_RATING

FINDING_LENGTH = 500


@dataclass(frozen=True)
class Place:
    """Where a telephone says it is."""

    longitude: Decimal
    latitude: Decimal


@dataclass(frozen=True)
class Progress:
    """How far a visit is filled in, and what it would come to now: the score counts rated items only."""

    rated: int
    items: int
    result: Result


@transaction.atomic
def save_visit(
    visit: SiteInspection,
    *,
    ratings: Mapping[int, int | None] | None = None,
    findings: Mapping[int, str] | None = None,
    summary: str | None = None,
    place: Place | None = None,
    actor: Any,
    at: datetime | None = None,
) -> Progress:
    """What is known so far stands in the visit; nothing is demanded yet.

    ratings, findings: by pk of the item. Raises NotOpen, NotInspector, BadRating. Answers how far it has come.
    """
    visit = writable(visit, actor)
    answers = list(visit.answers.select_related("item").order_by("pk"))
    changed = []
    for answer in answers:
        before = answer.rating, answer.finding
        if ratings is not None and answer.item_id in ratings:
            answer.rating = _checked(answer, ratings[answer.item_id])
        if findings is not None and answer.item_id in findings:
            answer.finding = findings[answer.item_id].strip()[:FINDING_LENGTH]
        if before != (answer.rating, answer.finding):
            changed.append(answer)
    InspectionAnswer.objects.bulk_update(changed, ["rating", "finding"])
    if summary is not None:
        visit.findings = summary.strip()
    if place is not None:
        visit.longitude, visit.latitude = place.longitude, place.latitude
    visit.save(update_fields=["findings", "longitude", "latitude"])
    return progress_of(answers, at or clock.now())


@transaction.atomic
def add_photo(
    visit: SiteInspection,
    *,
    item: int,
    upload: Any,
    place: Place | None = None,
    actor: Any,
    at: datetime | None = None,
) -> InspectionPhoto:
    """The picture belongs to the item, with the time it came and the place it was taken. Raises NotOpen, BadFile."""
    visit = writable(visit, actor)
    answer = visit.answers.get(item_id=item)
    attachment = attach(
        answer, upload, kind="inspection_photo", actor=None if visit.is_surprise else actor, field="photos"
    )
    known = InspectionPhoto.objects.filter(answer=answer, attachment__sha256=attachment.sha256).first()
    if known is not None:  # the telephone sent it again, not knowing that it had arrived
        attachment.removed_at = at or clock.now()
        attachment.save(update_fields=["removed_at"])
        return known
    return InspectionPhoto.objects.create(
        answer=answer,
        attachment=attachment,
        received_at=at or clock.now(),
        longitude=place.longitude if place else None,
        latitude=place.latitude if place else None,
        distance_meters=_distance(visit, place) if place else None,
    )


def progress_of(answers: list[InspectionAnswer], at: datetime) -> Progress:
    """How far these answers have come."""
    rated = [Rated(each.weight, each.rating, each.is_veto) for each in answers if each.rating is not None]
    return Progress(len(rated), len(answers), judge_now(rated, at))


def writable(visit: SiteInspection, actor: Any) -> SiteInspection:
    """The visit, locked, if this person is filling it in. Raises NotOpen, NotInspector."""
    visit = lock(visit)
    if visit.status != VisitStatus.UNDER_WAY:
        raise NotOpen(number=visit.number, status=visit.get_status_display())
    if visit.inspector_id != actor.pk:
        raise NotInspector(inspector=visit.inspector)
    return visit


def _checked(answer: InspectionAnswer, rating: int | None) -> int | None:
    allowed = (None, 0, FULL_RATING) if answer.is_veto else (None, *range(FULL_RATING + 1))
    if rating not in allowed:
        raise BadRating(item=answer.local_text, rating=rating)
    return rating


def _distance(visit: SiteInspection, place: Place) -> int | None:
    """Meters between the telephone and the premises, if these are known."""
    premises = visit.subject
    if premises.longitude is None or premises.latitude is None:
        return None
    return round(1000 * distance_km(place.longitude, place.latitude, premises.longitude, premises.latitude))

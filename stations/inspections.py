"""Site inspections: score, outcome, rectification and re-visit. Not here: the decisions around them (applications)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.numbering import take_number
from portal.core.parameters import param
from portal.core.states import lock, move
from stations.applications import refuse_application
from stations.models import (
    ApplicationStatus,
    InspectionAnswer,
    InspectionItem,
    InspectionOutcome,
    InspectionTemplate,
    RectificationOrder,
    RectificationStatus,
    SiteInspection,
    StationApplication,
)
from stations.models.inspections import FULL_RATING


class NothingToInspect(Refusal):
    """A visit belongs after the region's review, or to a rectification."""

    message = _("The application is “%(status)s”; no site inspection is due.")
    code = "nothing_to_inspect"


class ItemsUnanswered(Refusal):
    """Every item of the template is rated."""

    message = _("%(count)s items are not rated yet: %(items)s.")
    code = "items_unanswered"


class BadRating(Refusal):
    """0 to 5; a veto item is 0 or 5."""

    message = _("“%(item)s”: %(rating)s is not a rating.")
    code = "bad_rating"


class FindingsMissing(Refusal):
    """Who must put something right is told what."""

    message = _("Describe the findings in at least %(length)s characters; the applicant has to put them right.")
    code = "findings_missing"


class RectificationTooLong(Refusal):
    """30 days at most."""

    message = _("The rectification is due between %(first)s and %(last)s.")
    code = "rectification_too_long"


FINDINGS_LENGTH = 10


@dataclass(frozen=True)
class Rated:
    """One rated item: weight, rating 0–5, veto."""

    weight: int
    rating: int
    is_veto: bool = False


@dataclass(frozen=True)
class Result:
    """The score (0–100, two places), whether a veto item failed, and what follows."""

    score: Decimal
    veto_failed: bool
    outcome: str


def judge(items: Iterable[Rated], *, pass_score: Decimal = Decimal(80), fail_score: Decimal = Decimal(60)) -> Result:
    """Σ weight × rating ÷ 5 over Σ weight, in per cent. At least pass_score without a failed veto passes; below
    fail_score fails; else rectification. Source: rules.md 3.10."""
    rated = list(items)
    weights = sum(item.weight for item in rated)
    points = sum(item.weight * item.rating for item in rated)
    score = Decimal(points * 100) / Decimal(weights * FULL_RATING) if weights else Decimal(0)
    score = score.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    veto_failed = any(item.is_veto and item.rating < FULL_RATING for item in rated)
    if score < fail_score:
        return Result(score, veto_failed, InspectionOutcome.FAILED)
    if score >= pass_score and not veto_failed:
        return Result(score, veto_failed, InspectionOutcome.PASSED)
    return Result(score, veto_failed, InspectionOutcome.RECTIFY)


def template_in_use() -> InspectionTemplate | None:
    """The template for the next visit."""
    return InspectionTemplate.objects.filter(is_active=True).order_by("-pk").first()


@transaction.atomic
def record_inspection(
    application: StationApplication,
    *,
    template: InspectionTemplate,
    ratings: Mapping[int, int],
    findings: str = "",
    due_on: date | None = None,
    actor: Any,
    at: datetime | None = None,
) -> SiteInspection:
    """The visit stands, and the application goes on: passed → headquarters, rectification order, or refused.

    ratings: item pk → 0–5 (a veto item 0 or 5), one for every item. due_on: by default the longest time.
    Raises NothingToInspect, ItemsUnanswered, BadRating, FindingsMissing and RectificationTooLong.
    Writes one SiteInspection, its answers, perhaps one RectificationOrder, and their Events. Source: rules.md 3.10.
    """
    at = at or clock.now()
    application = lock(application)
    if application.status not in (ApplicationStatus.INSPECTION, ApplicationStatus.RECTIFICATION):
        raise NothingToInspect(status=application.get_status_display())
    items = list(template.items.order_by("position", "pk"))
    _check_ratings(items, ratings)
    result = judge(
        [Rated(item.weight, ratings[item.pk], item.is_veto) for item in items],
        pass_score=param("stations.inspection_pass_score", at),
        fail_score=param("stations.inspection_fail_score", at),
    )
    if result.outcome != InspectionOutcome.PASSED and len(findings.strip()) < FINDINGS_LENGTH:
        raise FindingsMissing(length=FINDINGS_LENGTH, field="findings")
    inspection = SiteInspection.objects.create(
        application=application, template=template, inspector=actor, number=take_number("SI", at=at),
        score=result.score, veto_failed=result.veto_failed, outcome=result.outcome, findings=findings.strip(),
        inspected_at=at,
    )  # fmt: skip
    InspectionAnswer.objects.bulk_create(
        InspectionAnswer(
            inspection=inspection, item=item, text=item.text, text_en=item.text_en, weight=item.weight,
            is_veto=item.is_veto, rating=ratings[item.pk],
        )
        for item in items
    )  # fmt: skip
    data = {"score": str(inspection.score), "outcome": str(inspection.outcome)}
    events.record(inspection, "siteinspection.recorded", actor=actor, at=at, data=data)
    _follow(application, inspection, due_on=due_on, actor=actor, at=at)
    return inspection


def _check_ratings(items: list[InspectionItem], ratings: Mapping[int, int]) -> None:
    open_items = [item for item in items if ratings.get(item.pk) is None]
    if open_items or not items:
        raise ItemsUnanswered(count=len(open_items), items="、".join(str(item) for item in open_items))
    for item in items:
        allowed = (0, FULL_RATING) if item.is_veto else range(FULL_RATING + 1)
        if ratings[item.pk] not in allowed:
            raise BadRating(item=item, rating=ratings[item.pk])


def _follow(
    application: StationApplication, inspection: SiteInspection, *, due_on: date | None, actor: Any, at: datetime
) -> None:
    """Close what the last visit asked for, then move the application by this visit's outcome."""
    data = {"inspection": inspection.number, "score": str(inspection.score), "veto_failed": inspection.veto_failed}
    passed = inspection.outcome == InspectionOutcome.PASSED
    for order in application.rectifications.filter(status=RectificationStatus.OPEN):
        on_time = clock.local_date(at) <= order.due_on
        closed = RectificationStatus.VERIFIED if passed and on_time else RectificationStatus.MISSED
        move(order, closed, actor=actor, at=at, data=data)
    if inspection.outcome == InspectionOutcome.FAILED:
        refuse_application(application, reason=inspection.findings, actor=actor, at=at)
    elif passed:
        move(application, ApplicationStatus.HQ_DECISION, actor=actor, at=at, data=data)
    else:
        _order_rectification(application, inspection, due_on=due_on, actor=actor, at=at, data=data)


def _order_rectification(
    application: StationApplication,
    inspection: SiteInspection,
    *,
    due_on: date | None,
    actor: Any,
    at: datetime,
    data: dict[str, Any],
) -> None:
    issued_on = clock.local_date(at)
    last = issued_on + timedelta(days=param("stations.rectification_days", at))
    due_on = due_on or last
    if not issued_on <= due_on <= last:
        raise RectificationTooLong(first=issued_on.isoformat(), last=last.isoformat(), field="due_on")
    move(application, ApplicationStatus.RECTIFICATION, actor=actor, at=at, data=data, note=inspection.findings)
    RectificationOrder.objects.create(
        application=application, inspection=inspection, findings=inspection.findings, issued_on=issued_on, due_on=due_on
    )


def miss_overdue(*, at: datetime | None = None) -> int:
    """Open rectification orders whose day has passed are missed; how many. Run daily: the region then decides."""
    at = at or clock.now()
    late = RectificationOrder.objects.filter(status=RectificationStatus.OPEN, due_on__lt=clock.local_date(at))
    overdue = list(late.order_by("pk"))
    for order in overdue:
        move(order, RectificationStatus.MISSED, actor=None, at=at)
    return len(overdue)

"""A visit ends: both sides sign, the score decides, and what follows from it happens."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.attachments import attach
from portal.core.show import listed
from portal.core.states import lock, move
from stations import rectification
from stations.applications import refuse_application
from stations.inspection_report import issue_inspection_report
from stations.inspections.filling import add_photo, progress_of, save_visit, writable
from stations.inspections.planning import begin_inspection
from stations.inspections.refusals import (
    BadRating,
    FindingsMissing,
    ItemsUnanswered,
    NothingToInspect,
    PhotosMissing,
    SignatureMissing,
    VisitIncomplete,
    VisitLacks,
)
from stations.models import (
    ApplicationStatus,
    InspectionAnswer,
    InspectionOutcome,
    InspectionTemplate,
    SiteInspection,
    StationApplication,
    VisitStatus,
)

FINDINGS_LENGTH = 10
SHORTEST_FINDING = 2
ON_PAPER = "纸质记录补录"


@dataclass(frozen=True)
class Signature:
    """A name, and the PNG that its owner drew, if they drew one."""

    name: str
    drawing: bytes = b""


@transaction.atomic
def finish_visit(
    visit: SiteInspection,
    *,
    inspector: Signature,
    host: Signature | None = None,
    unsigned_reason: str = "",
    summary: str | None = None,
    due_on: date | None = None,
    actor: Any,
    at: datetime | None = None,
) -> SiteInspection:
    """The visit is recorded for good, its report issued, and what its score asks for has happened.

    host: the visited side; without, the reason is told, and on a surprise visit neither is asked. due_on: by when
    findings are put right, by default the longest time. Raises NotOpen, NotInspector, ItemsUnanswered, PhotosMissing,
    FindingsMissing, SignatureMissing, VisitIncomplete for several of these at once, RectificationTooLong. Writes Events,
    perhaps a RectificationOrder and moves of
    application or station. Source: rules.md 3.10.
    """
    at = at or clock.now()
    if visit.application is not None:
        application = lock(visit.application)
        if application.status not in (ApplicationStatus.INSPECTION, ApplicationStatus.RECTIFICATION):
            raise NothingToInspect(status=application.get_status_display())
    visit = writable(visit, actor)
    answers = list(visit.answers.order_by("pk"))
    lacks = list(_unanswered(answers))
    result = progress_of(answers, at).result
    visit.findings = visit.findings if summary is None else summary.strip()
    if result.outcome != InspectionOutcome.PASSED and all(each.rating is not None for each in answers):
        visit.findings = visit.findings or _joined(answers)
        if len(visit.findings) < FINDINGS_LENGTH:
            lacks.append(FindingsMissing(length=FINDINGS_LENGTH, field="findings"))
    _refuse([*lacks, *_unsigned(visit, inspector, host, unsigned_reason)])
    _sign(visit, inspector, host, unsigned_reason)
    visit.score, visit.veto_failed, visit.outcome = result.score, result.veto_failed, result.outcome
    visit.inspected_at, visit.due_on = at, due_on
    visit.save()
    data = {"score": str(visit.score), "outcome": str(visit.outcome)}
    visit = move(visit, VisitStatus.RECORDED, actor=None if visit.is_surprise else actor, at=at, data=data)
    issue_inspection_report(visit, actor=None if visit.is_surprise else actor)
    _follow(visit, answers, actor=actor, at=at)
    return visit


@transaction.atomic
def record_inspection(
    application: StationApplication,
    *,
    ratings: Mapping[int, int],
    template: InspectionTemplate | None = None,
    findings: str = "",
    photos: Mapping[int, Sequence[Any]] | None = None,
    due_on: date | None = None,
    host_signed_as: str = "",
    actor: Any,
    at: datetime | None = None,
) -> SiteInspection:
    """A visit that was written down on paper stands as if filled in on the spot: begun, rated, signed, recorded.

    ratings, photos: by pk of the item. Raises what the three steps raise.
    """
    visit = begin_inspection(application, template=template, actor=actor, at=at)
    known = set(visit.answers.values_list("item_id", flat=True))
    if unknown := sorted(set(ratings) - known):
        raise BadRating(item=unknown[0], rating=ratings[unknown[0]])
    save_visit(visit, ratings=ratings, summary=findings, actor=actor, at=at)
    for item, uploads in (photos or {}).items():
        for upload in uploads:
            add_photo(visit, item=item, upload=upload, actor=actor, at=at)
    return finish_visit(
        visit, inspector=Signature(str(actor)), host=Signature(host_signed_as) if host_signed_as else None,
        unsigned_reason="" if host_signed_as else ON_PAPER, due_on=due_on, actor=actor, at=at,
    )  # fmt: skip


def _unanswered(answers: list[InspectionAnswer]) -> Iterator[VisitLacks]:
    """Items without a rating, and items that are proved by a picture and have none."""
    unrated = [each for each in answers if each.rating is None]
    if unrated or not answers:
        items = listed(each.local_text for each in unrated)
        yield ItemsUnanswered(count=len(unrated), items=items).of_items(each.item_id for each in unrated)
    wanted = [each for each in answers if each.needs_photo]
    if not wanted:
        return
    with_photo = set(
        InspectionAnswer.objects.filter(pk__in=[each.pk for each in wanted], photos__isnull=False).values_list(
            "pk", flat=True
        )
    )
    if lacking := [each for each in wanted if each.pk not in with_photo]:
        items = listed(each.local_text for each in lacking)
        yield PhotosMissing(items=items).of_items(each.item_id for each in lacking)


def _unsigned(
    visit: SiteInspection, inspector: Signature, host: Signature | None, unsigned_reason: str
) -> Iterator[VisitLacks]:
    if not inspector.name.strip():
        yield SignatureMissing(missing=_("the inspector has not signed"), field="inspector_signed_as")
    host_name = host.name.strip() if host else ""
    if not visit.is_surprise and not host_name and len(unsigned_reason.strip()) < SHORTEST_FINDING:
        missing = _("the visited side has not signed, and no reason is given")
        yield SignatureMissing(missing=missing, field="host_signed_as")


def _refuse(lacks: Sequence[VisitLacks]) -> None:
    """Raises what is lacking: the one thing, or all of them together."""
    if lacks:
        raise lacks[0] if len(lacks) == 1 else VisitIncomplete(lacks)


def _joined(answers: list[InspectionAnswer]) -> str:
    """The findings of the items, one a line."""
    return "\n".join(f"{each.text}：{each.finding}" for each in answers if len(each.finding) >= SHORTEST_FINDING)


def _sign(visit: SiteInspection, inspector: Signature, host: Signature | None, unsigned_reason: str) -> None:
    """Names on the visit, drawings beside it."""
    host_name = host.name.strip() if host else ""
    visit.inspector_signed_as = "" if visit.is_surprise else inspector.name.strip()[:60]
    visit.host_signed_as, visit.unsigned_reason = host_name[:60], unsigned_reason.strip()[:200]
    for side, signature in (("inspector", inspector), ("host", host)):
        if signature is not None and signature.drawing and not visit.is_surprise:
            drawing = ContentFile(signature.drawing, f"{side}.png")
            attach(visit, drawing, kind=f"signature_{side}", actor=None, field=f"{side}_drawing")


def _follow(visit: SiteInspection, answers: list[InspectionAnswer], *, actor: Any, at: datetime) -> None:
    """Close what an earlier visit asked for, then act by this one's outcome."""
    passed = visit.outcome == InspectionOutcome.PASSED
    missed_last = rectification.close_checked(visit, passed=passed, actor=actor, at=at)
    if visit.application is None:
        if not passed and not missed_last:
            rectification.order_rectification(visit, answers, due_on=visit.due_on, at=at)
        return
    application = visit.application
    data = {"inspection": visit.number, "score": str(visit.score), "veto_failed": visit.veto_failed}
    if visit.outcome == InspectionOutcome.FAILED:
        refuse_application(application, reason=visit.findings, actor=actor, at=at)
    elif passed:
        move(application, ApplicationStatus.HQ_DECISION, actor=actor, at=at, data=data)
    elif not missed_last:
        note = visit.findings
        move(application, ApplicationStatus.RECTIFICATION, actor=actor, at=at, data=data, note=note)
        rectification.order_rectification(visit, answers, due_on=visit.due_on, at=at)

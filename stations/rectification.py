"""What a visit found wrong is put right: orders, evidence, verification, the two terms. Not here: visits (inspections)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.attachments import attach
from portal.core.errors import Refusal
from portal.core.parameters import param
from portal.core.states import lock, move
from stations import lifecycle
from stations.applications import refuse_application
from stations.models import (
    ApplicationStatus,
    FindingStatus,
    InspectionAnswer,
    RectificationFinding,
    RectificationOrder,
    RectificationStatus,
    SiteInspection,
    StationStatus,
    VerifiedBy,
)
from stations.models.rectifications import LAST_TERM
from stations.states import OPEN_FINDING, OPEN_VISIT

EVIDENCE_LENGTH = 5
MOST_FILES = 9
LOW_RATING = 3  # below it an item without a written finding is one all the same
MISSED_TWICE = "整改两次逾期未完成"


class RectificationTooLong(Refusal):
    """30 days at most."""

    message = _("The rectification is due between %(first)s and %(last)s.")
    code = "rectification_too_long"


class OrderClosed(Refusal):
    """What is verified, missed or cancelled stays so."""

    message = _("The rectification %(number)s is “%(status)s”; nothing can be added.")
    code = "rectification_closed"


class EvidenceMissing(Refusal):
    """Who says that it is done shows it."""

    message = _("Write in at least %(length)s characters what was done; add photos where one can see it.")
    code = "evidence_missing"


class TooManyFiles(Refusal):
    """A page of pictures, not an archive."""

    message = _("At most %(most)s files for one finding; got %(got)s.")
    code = "too_many_files"


class NotAnswered(Refusal):
    """Without evidence there is nothing to accept."""

    message = _("No evidence was filed for this finding; it can only be verified by a visit.")
    code = "finding_not_answered"


class NeedsVisit(Refusal):
    """Before a station exists, somebody looks again."""

    message = _("An applicant's rectification is verified by a second visit.")
    code = "rectification_needs_visit"


class RemarkMissing(Refusal):
    """Who has to do it again is told why."""

    message = _("Write in at least %(length)s characters what is still not right.")
    code = "remark_missing"


# Issued by a visit


def order_rectification(
    visit: SiteInspection, answers: Iterable[InspectionAnswer], *, due_on: date | None = None, at: datetime
) -> RectificationOrder:
    """An order stands with one finding for every item that has one, to be put right in 30 days D at most.

    Raises RectificationTooLong. Writes RectificationOrder, its findings and one Event. Source: rules.md 3.10.
    """
    issued_on = clock.local_date(at)
    last = issued_on + timedelta(days=param("stations.rectification_days", at))
    due_on = due_on or last
    if not issued_on <= due_on <= last:
        raise RectificationTooLong(first=issued_on.isoformat(), last=last.isoformat(), field="due_on")
    checked = visit.checks
    order = RectificationOrder.objects.create(
        application=visit.application, station=visit.station, center_id=visit.center_id, inspection=visit,
        term=LAST_TERM if checked is not None else 1, findings=visit.findings, issued_on=issued_on, due_on=due_on,
    )  # fmt: skip
    found = [each for each in answers if each.finding or each.failed or (each.rating or 0) < LOW_RATING]
    lines = [
        RectificationFinding(
            order=order, answer=each, position=number, clause=each.text, clause_en=each.text_en,
            finding=each.finding or each.text, due_on=due_on,
        )
        for number, each in enumerate(found, 1)
    ]  # fmt: skip
    if not lines:
        lines = [RectificationFinding(order=order, position=1, finding=visit.findings[:500], due_on=due_on)]
    RectificationFinding.objects.bulk_create(lines)
    events.record(order, "rectificationorder.issued", actor=None, at=at, data={"due_on": due_on.isoformat()})
    return order


def close_checked(visit: SiteInspection, *, passed: bool, actor: Any, at: datetime) -> bool:
    """The open orders that this visit looks into are verified or missed; whether the last term was, with its effect."""
    if visit.application is not None:
        orders = visit.application.rectifications.filter(status=RectificationStatus.OPEN)
    else:
        orders = RectificationOrder.objects.filter(pk=visit.checks_id or 0, status=RectificationStatus.OPEN)
    was_last = False
    for order in orders.order_by("pk"):
        order = lock(order)
        if passed and clock.local_date(at) <= order.due_on:
            for finding in order.lines.filter(status__in=OPEN_FINDING).order_by("pk"):
                _verify(finding, actor=actor, at=at, remark=visit.number)
            move(order, RectificationStatus.VERIFIED, actor=actor, at=at, data={"inspection": visit.number})
        else:
            _miss(order, at=at, actor=actor)
            if order.term >= LAST_TERM and not passed:
                was_last = True
                _act_on_missed(order, at=at)
    return was_last


# Evidence


@transaction.atomic
def answer_finding(
    finding: RectificationFinding,
    *,
    evidence: str,
    uploads: Sequence[Any] = (),
    actor: Any | None,
    at: datetime | None = None,
) -> RectificationFinding:
    """The finding's owner says what was done and shows it; the region looks at it. May be added to until it is judged.

    actor: None for an applicant, who has only the link. Raises OrderClosed, EvidenceMissing, TooManyFiles, BadFile.
    """
    at = at or clock.now()
    finding = _open(finding)
    if len(evidence.strip()) < EVIDENCE_LENGTH:
        raise EvidenceMissing(length=EVIDENCE_LENGTH, field="evidence")
    if len(uploads) > MOST_FILES:
        raise TooManyFiles(most=MOST_FILES, got=len(uploads), field="photos")
    finding.evidence, finding.answered_at = evidence.strip(), at
    finding.save(update_fields=["evidence", "answered_at"])
    for upload in uploads:
        attach(finding, upload, kind="evidence", actor=actor, field="photos")
    if finding.status == FindingStatus.OPEN:
        finding = move(finding, FindingStatus.ANSWERED, actor=actor, at=at, note=finding.evidence)
    return finding


@transaction.atomic
def accept_finding(
    finding: RectificationFinding, *, remark: str = "", actor: Any, at: datetime | None = None
) -> RectificationFinding:
    """The evidence convinces. Where the region wants no second visit, the last one accepted closes the order.

    Raises OrderClosed, NotAnswered. Writes Events.
    """
    at = at or clock.now()
    finding = _open(finding)
    if finding.status != FindingStatus.ANSWERED:
        raise NotAnswered
    finding = _verify(finding, actor=actor, at=at, remark=remark)
    close_if_done(finding.order, actor=actor, at=at)
    return finding


@transaction.atomic
def return_finding(
    finding: RectificationFinding, *, remark: str, actor: Any, at: datetime | None = None
) -> RectificationFinding:
    """The evidence does not convince; it is still to be put right. Raises OrderClosed, NotAnswered, RemarkMissing."""
    finding = _open(finding)
    if finding.status != FindingStatus.ANSWERED:
        raise NotAnswered
    if len(remark.strip()) < EVIDENCE_LENGTH:
        raise RemarkMissing(length=EVIDENCE_LENGTH, field="remark")
    finding.remark = remark.strip()
    finding.save(update_fields=["remark"])
    return move(finding, FindingStatus.OPEN, actor=actor, at=at, note=finding.remark)


@transaction.atomic
def choose_verification(
    order: RectificationOrder, *, verified_by: str, actor: Any, at: datetime | None = None
) -> RectificationOrder:
    """The region wants a second visit, or is content with evidence. Raises OrderClosed, NeedsVisit. Writes one Event."""
    order = _open_order(order)
    if order.application_id is not None and verified_by != VerifiedBy.VISIT:
        raise NeedsVisit(field="verified_by")
    order.verified_by = verified_by
    order.save(update_fields=["verified_by"])
    events.record(order, "rectificationorder.verification_chosen", actor=actor, at=at, data={"by": str(verified_by)})
    close_if_done(order, actor=actor, at=at or clock.now())
    return order


def close_if_done(order: RectificationOrder, *, actor: Any, at: datetime) -> None:
    """Nothing is left, and evidence is enough: the order is verified."""
    if order.verified_by == VerifiedBy.EVIDENCE and not order.lines.filter(status__in=OPEN_FINDING).exists():
        move(order, RectificationStatus.VERIFIED, actor=actor, at=at)


# The day passes


@transaction.atomic
def miss_overdue(*, at: datetime | None = None) -> int:
    """Open orders whose day has passed are missed; how many. Run daily.

    Missed once, a second term begins; missed twice, the station is suspended and an application refused. Evidence that
    was filed in time and waits for the region does not miss. Source: rules.md 3.10.
    """
    at = at or clock.now()
    late = RectificationOrder.objects.filter(status=RectificationStatus.OPEN, due_on__lt=clock.local_date(at))
    count = 0
    for order in list(late.order_by("pk")):
        order = lock(order)
        waits = order.verified_by == VerifiedBy.EVIDENCE and not order.lines.filter(status=FindingStatus.OPEN).exists()
        if waits or not order.is_open:
            continue
        count += 1
        left = list(order.lines.filter(status__in=OPEN_FINDING).order_by("position"))
        _miss(order, at=at, actor=None)
        if order.term >= LAST_TERM:
            _act_on_missed(order, at=at)
        else:
            _second_term(order, left, at=at)
    return count


def _second_term(order: RectificationOrder, left: Sequence[RectificationFinding], *, at: datetime) -> None:
    """What was not put right in the first term is ordered once more."""
    issued_on = clock.local_date(at)
    due_on = issued_on + timedelta(days=param("stations.second_rectification_days", at))
    second = RectificationOrder.objects.create(
        application=order.application, station=order.station, center_id=order.center_id, inspection=order.inspection,
        term=LAST_TERM, verified_by=order.verified_by, findings=order.findings, issued_on=issued_on, due_on=due_on,
    )  # fmt: skip
    RectificationFinding.objects.bulk_create(
        RectificationFinding(
            order=second, answer_id=each.answer_id, position=number, clause=each.clause, clause_en=each.clause_en,
            finding=each.finding, due_on=due_on,
        )
        for number, each in enumerate(left, 1)
    )  # fmt: skip
    SiteInspection.objects.filter(checks=order, status__in=OPEN_VISIT).update(checks=second)
    events.record(second, "rectificationorder.issued", actor=None, at=at, data={"due_on": due_on.isoformat()})


def _act_on_missed(order: RectificationOrder, *, at: datetime) -> None:
    """Missed twice: the station is suspended; an application, which has nothing to suspend, is refused."""
    if order.station is not None:
        if order.station.status == StationStatus.ACTIVE:
            lifecycle.suspend_station(order.station, reason=f"{MISSED_TWICE}:{order.number}", actor=None, at=at)
    elif order.application is not None and order.application.status in (
        ApplicationStatus.RECTIFICATION,
        ApplicationStatus.INSPECTION,
    ):
        refuse_application(order.application, reason=f"{MISSED_TWICE}:{order.number}", actor=None, at=at)


def _miss(order: RectificationOrder, *, at: datetime, actor: Any | None) -> None:
    for finding in order.lines.filter(status__in=OPEN_FINDING).order_by("pk"):
        move(finding, FindingStatus.MISSED, actor=actor, at=at)
    move(order, RectificationStatus.MISSED, actor=actor, at=at)


def _verify(finding: RectificationFinding, *, actor: Any, at: datetime, remark: str) -> RectificationFinding:
    finding.verifier, finding.verified_at = actor, at
    finding.remark = remark.strip() or finding.remark
    finding.save(update_fields=["verifier", "verified_at", "remark"])
    return move(finding, FindingStatus.VERIFIED, actor=actor, at=at, note=remark)


def _open(finding: RectificationFinding) -> RectificationFinding:
    """The finding, locked after its order, if something may still happen to it."""
    order = _open_order(finding.order)
    finding = lock(finding)
    if not finding.is_open:
        raise OrderClosed(number=finding.number, status=finding.get_status_display())
    finding.order = order
    return finding


def _open_order(order: RectificationOrder) -> RectificationOrder:
    order = lock(order)
    if not order.is_open:
        raise OrderClosed(number=order.number, status=order.get_status_display())
    return order

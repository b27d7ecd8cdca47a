"""A station appeals: once, in time, against lines that were cut, with evidence nobody has seen. Source: rules.md 3.1."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from portal.core import calendar, clock, events, money
from portal.core.attachments import attach, attachments_of
from portal.core.errors import Refusal, refuse_all
from portal.core.models.attachments import Attachment
from portal.core.numbering import take_number
from portal.core.parameters import param
from portal.core.states import lock
from warranty.appeals import telling
from warranty.appeals.refusals import (
    AppealedBefore,
    AppealTooLate,
    AskedAboveCut,
    EvidenceKnown,
    EvidenceMissing,
    GroundsTooShort,
    NoLineNamed,
    NothingToAppeal,
    ReplacedAlready,
    TooManyFiles,
)
from warranty.models import Appeal, AppealLine, ClaimLine, ClaimStatus, WarrantyClaim
from warranty.photos import photos_of
from warranty.states import APPEALABLE

EVIDENCE: Final = "appeal_evidence"
MOST_FILES: Final = 12


@dataclass(frozen=True)
class AppealedLine:
    """A cut line by its key, and the CNY without tax that the station asks to be paid after all."""

    line_id: int
    amount: Decimal


def appeal_until(claim: WarrantyClaim) -> date | None:
    """The last day on which the decision may be appealed; None for a claim without one."""
    if claim.decided_at is None:
        return None
    decided = clock.local_date(claim.decided_at)
    return calendar.last_day(decided, param("warranty.appeal_days", decided))


def appealable_lines(claim: WarrantyClaim) -> list[ClaimLine]:
    """The lines whose decision left something of what was claimed."""
    rows = claim.lines.select_related("part", "operation", "reason_code").order_by("position")
    return [line for line in rows if line.approved_amount is not None and line.cut > 0]


def why_not_appeal(claim: WarrantyClaim, *, at: datetime | None = None) -> Refusal | None:
    """The refusal that an appeal would meet now; None where the station may file one."""
    cut = claim.approved_total is not None and claim.approved_total < claim.claimed_total
    if claim.status not in APPEALABLE or not cut:
        return NothingToAppeal(claim=str(claim), status=claim.get_status_display())
    filed = Appeal.objects.filter(claim=claim).first()
    if filed is not None:
        return AppealedBefore(claim=claim.number, appeal=filed.number)
    last = appeal_until(claim)
    if last is None or clock.local_date(at or clock.now()) > last:
        return AppealTooLate(claim=claim.number, last=last)
    other = claim.replaced_by.exclude(status__in=[ClaimStatus.DRAFT, ClaimStatus.WITHDRAWN]).first()
    return ReplacedAlready(claim=claim.number, other=other.number) if other else None


def may_appeal(claim: WarrantyClaim) -> bool:
    """Whether the station may file an appeal today."""
    return why_not_appeal(claim) is None


@transaction.atomic
def file_appeal(
    claim: WarrantyClaim,
    *,
    lines: Sequence[AppealedLine],
    grounds: str,
    files: Sequence[Any],
    actor: Any,
    at: datetime | None = None,
) -> Appeal:
    """The decision is appealed, once; the claim keeps its state. Headquarters decides within working days D.

    lines: by key, 0.01 <= amount <= what was cut, CNY; files: uploads, at least one that the claim did not have.
    Raises NothingToAppeal, AppealedBefore, AppealTooLate, ReplacedAlready, and at once every NoLineNamed, AskedAboveCut,
    GroundsTooShort, EvidenceMissing, EvidenceKnown, TooManyFiles; BadFile.
    Writes an Appeal, its lines, Attachments, one Event, notifications.
    """
    moment = at or clock.now()
    claim = lock(claim, "station", "work_order")
    if refusal := why_not_appeal(claim, at=moment):
        raise refusal
    cut = {line.pk: line for line in appealable_lines(claim)}
    refuse_all([*_of_lines(lines, cut), *_of_texts(grounds, files, moment)])
    appeal = Appeal.objects.create(
        station=claim.station,
        claim=claim,
        filed_by=actor,
        number=take_number("AP", at=moment),
        grounds=grounds.strip(),
        filed_at=moment,
        due_on=calendar.add_working_days(clock.local_date(moment), param("warranty.appeal_decision_days", moment)),
        asked_total=money.total(each.amount for each in lines),
    )
    AppealLine.objects.bulk_create(
        AppealLine(appeal=appeal, line=cut[each.line_id], asked_amount=each.amount) for each in lines
    )
    _keep_evidence(appeal, files, actor)
    data = {"claim": claim.number, "asked": str(appeal.asked_total)}
    events.record(
        appeal, "appeal.filed", actor=actor, at=moment, to_status=appeal.status, note=appeal.grounds, data=data
    )
    telling.tell_headquarters(appeal)
    return appeal


def _of_lines(lines: Sequence[AppealedLine], cut: dict[int, ClaimLine]) -> Iterable[Refusal]:
    if (
        not lines
        or len({each.line_id for each in lines}) < len(lines)
        or not {each.line_id for each in lines} <= set(cut)
    ):
        yield NoLineNamed(field="lines")
        return
    for each in lines:
        line, got = cut[each.line_id], each.amount
        if not (got.is_finite() and 0 < got <= line.cut and got == money.round_money(got)):
            yield AskedAboveCut(position=line.position, most=line.cut, got=got, field=f"amount_{line.pk}")


def _of_texts(grounds: str, files: Sequence[Any], at: datetime) -> Iterable[Refusal]:
    least = param("warranty.text_length", at)
    if len("".join(grounds.split())) < least:
        yield GroundsTooShort(least=least, field="grounds")
    if not files:
        yield EvidenceMissing(field="files")
    if len(files) > MOST_FILES:
        yield TooManyFiles(most=MOST_FILES, got=len(files), field="files")


def _keep_evidence(appeal: Appeal, files: Sequence[Any], actor: Any) -> None:
    """The files belong to the appeal. Raises EvidenceKnown, BadFile."""
    known = {photo.sha256 for photo in photos_of(appeal.claim)}
    for file in files:
        kept = attach(appeal, file, kind=EVIDENCE, actor=actor, field="files")
        if kept.sha256 in known:
            raise EvidenceKnown(name=kept.name, field="files")
        known.add(kept.sha256)


def evidence_of(appeal: Appeal) -> list[Attachment]:
    """What the station attached."""
    return list(attachments_of(appeal))

"""A station's doings with its claim: draft from a finished job, edit, coach, submit, answer, withdraw.

Not here: what the system decides on submit (adjudication.py) and what people decide (review.py).
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events, statements
from portal.core.attachments import carry_files
from portal.core.errors import Refusal
from portal.core.numbering import take_number
from portal.core.parameters import param
from portal.core.states import lock, move
from service.intake import FaultCodeOfAnotherFamily
from service.models import WorkOrder
from warranty import adjudication, drafting, versions
from warranty.appeals.refusals import UnderAppeal
from warranty.assessment import Assessment, assess, dump, in_audit_sample
from warranty.authorizations import give_back, use_authorization
from warranty.checklist import Finding
from warranty.drafting import LINE_FIELDS, lines_in_order
from warranty.goodwill import open_goodwill
from warranty.line_prices import price_lines, reprice_lines
from warranty.models import Appeal, AppealStatus, ClaimLine, ClaimVersion, Remedy, WarrantyClaim
from warranty.states import EDITABLE, ClaimStatus
from warranty.wording import say_finding

ZERO = Decimal(0)
DRAFT_FIELDS = (
    "complaint", "cause", "correction", "cause_class", "usage_reading", "failed_on", "repaired_on", "fault_code",
)  # fmt: skip
OF_JOB = ("request__unit__product_model", "request__fault_code", "station__center", "technician")
OF_CLAIM = (
    "station__center",
    "unit__product_model",
    "work_order__technician",
    "product_model",
    "fault_code",
    "replaces",
)


class JobNotFinished(Refusal):
    """Only a completed job can be claimed."""

    message = _("Work order %(number)s is not completed yet.")
    code = "job_not_finished"


class AlreadyDrafted(Refusal):
    """The job has a draft or a claim that still stands."""

    message = _("Work order %(number)s already has claim %(claim)s.")
    code = "already_drafted"


class ClaimIsFrozen(Refusal):
    """The contents of a submitted claim do not change."""

    message = _("%(claim)s was submitted; its contents are frozen.")
    code = "claim_is_frozen"


class FailedAfterRepair(Refusal):
    """A failure comes before its repair."""

    message = _("The failure day %(failed)s lies after the repair day %(repaired)s.")
    code = "failed_after_repair"


class RepairedAfterJob(Refusal):
    """A repair is over when its job is; a later day would be paid at other prices and submitted too late."""

    message = _("Repaired on: got %(got)s, expected %(last)s at the latest, the day on which the job was completed.")
    code = "repaired_after_job"


class RepairDayStands(Refusal):
    """Prices and the deadline hang on the repair day: an answer to a question does not move it."""

    message = _("Repaired on: got %(got)s, but the claim was submitted with %(expected)s, by which it is priced.")
    code = "repair_day_stands"


class SubmitRefused(Refusal):
    """The draft stays an editable draft without a number; findings say why."""

    message = _("The claim cannot be submitted yet: %(reasons)s")
    code = "submit_refused"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(reasons=" ".join(say_finding(finding.as_json()) for finding in findings))
        self.findings = findings


@transaction.atomic
def draft_from_work_order(
    work_order: WorkOrder,
    *,
    actor: Any,
    replaces: WarrantyClaim | None = None,
    at: datetime | None = None,
) -> WarrantyClaim:
    """A draft claim with the job's parts, hours and travel stands, priced and explained; its photos stay on the job.

    replaces: a rejected claim of the same job that this one takes the place of: its texts, lines and own pictures are taken
    over instead of the job's. Raises JobNotFinished, AlreadyDrafted, UnderAppeal.
    Writes one Event. Source: rules.md 3.1.
    """
    moment = at or clock.now()
    _not_appealed(replaces)
    job = lock(work_order, *OF_JOB)
    if str(job.status) != "completed":
        raise JobNotFinished(number=job.number)
    if (other := standing_claim(job, replacing=replaces is not None)) is not None:
        raise AlreadyDrafted(number=job.number, claim=str(other))
    unit = job.request.unit
    claim = statements.insert(
        WarrantyClaim(
            station=job.station,
            work_order=job,
            unit=unit,
            serial_number=unit.serial_number if unit else "",
            product_model=unit.product_model if unit else None,
            replaces=replaces,
            goodwill=open_goodwill(job),
            created_by=actor,
            root_number=job.root_number,
            repaired_on=replaces.repaired_on if replaces else job.repaired_on or clock.local_date(moment),
            straight_km=job.straight_km,
            drafted_at=moment,
            **(drafting.told_by_claim(replaces) if replaces else drafting.told_by_job(job)),
        )
    )
    lines = drafting.lines_of_job(claim, job) if replaces is None else drafting.carried_lines(claim, replaces)
    if replaces is not None:
        carry_files(replaces, claim)
    found = price_lines(claim, lines)
    ClaimLine.objects.bulk_create(lines)
    _keep(claim, found)
    events.record(claim, "warrantyclaim.drafted", actor=actor, at=moment, to_status=ClaimStatus.DRAFT)
    return claim


def _not_appealed(replaced: WarrantyClaim | None) -> None:
    """Work that an appeal may still pay, or has paid, is not claimed again. Raises UnderAppeal."""
    if replaced is None:
        return
    found = Appeal.objects.filter(claim=lock(replaced)).exclude(status=AppealStatus.DISMISSED).first()
    if found is not None:
        raise UnderAppeal(claim=replaced.number, appeal=found.number, status=found.get_status_display())


def standing_claim(job: WorkOrder, *, replacing: bool = False) -> WarrantyClaim | None:
    """The latest claim or draft that stands for the job; a rejected one gives way to the claim that replaces it."""
    standing = job.claims.exclude(status=ClaimStatus.WITHDRAWN)
    if replacing:
        standing = standing.exclude(status=ClaimStatus.REJECTED)
    return standing.order_by("-pk").first()


@transaction.atomic
def edit_draft(
    claim: WarrantyClaim,
    *,
    actor: Any,
    changes: Mapping[str, Any],
    lines: Mapping[int, Mapping[str, Any]] | None = None,
) -> WarrantyClaim:
    """The draft holds these values, priced and explained anew. lines: by key, only fields a station may name.

    Raises ClaimIsFrozen, FailedAfterRepair, RepairedAfterJob, RepairDayStands, FaultCodeOfAnotherFamily.
    """
    claim = _editable(claim)
    before = claim.repaired_on
    for name, value in changes.items():
        if name in DRAFT_FIELDS:
            setattr(claim, name, value)
    _possible(claim, before)
    statements.update(claim, list(DRAFT_FIELDS))
    rows = {line.pk: line for line in claim.lines.order_by("pk")}
    for pk, values in (lines or {}).items():
        line = rows[pk]
        for name, value in values.items():
            if name in LINE_FIELDS:
                setattr(line, name, value)
        statements.update(line, list(LINE_FIELDS))
    refresh(claim)
    return claim


@transaction.atomic
def add_line(claim: WarrantyClaim, *, actor: Any, kind: str, **values: Any) -> ClaimLine:
    """The draft has one more line of any kind, at the end; labor without hours has the flat hours of its operation.

    A part that the job issued and no line names yet stands for that issue.

    Raises ClaimIsFrozen.
    """
    claim = _editable(claim)
    if part := values.get("part"):
        issued = claim.work_order.issued_parts.filter(part=part, returned_at=None)
        known = {
            "description": part.name[:200],
            "part_class": part.part_class,
            "remedy": Remedy.REPLACE,
            "issued_part": issued.exclude(claim_lines__claim=claim).order_by("position").first(),
        }
        values = known | values
    if operation := values.get("operation"):
        flat_hours = operation.flat_hours * values.get("qty", Decimal(1))
        values = {"description": operation.name, "hours": flat_hours} | values
    last = claim.lines.order_by("-position").first()
    line = ClaimLine.objects.create(claim=claim, kind=kind, position=last.position + 1 if last else 1, **values)
    refresh(claim)
    return line


@transaction.atomic
def remove_line(line: ClaimLine, *, actor: Any) -> None:
    """The draft no longer has this line. Raises ClaimIsFrozen."""
    claim = _editable(line.claim)
    claim.lines.filter(pk=line.pk).delete()
    refresh(claim)


def coach(claim: WarrantyClaim) -> Assessment:
    """What the system would say if the claim were submitted as it stands; writes nothing."""
    return assess(claim)


@transaction.atomic
def submit_claim(claim: WarrantyClaim, *, actor: Any, at: datetime | None = None) -> WarrantyClaim:
    """The claim has a number, is frozen, checked, and decided or routed by the system, all in this transaction.

    An answered question submits the same number again as a new version. Raises SubmitRefused (the draft stays as it is),
    TransitionNotAllowed. Writes a ClaimVersion, one Event a move, and a decision with letter where the system decides.
    Source: rules.md 3.1.
    """
    moment = at or clock.now()
    _one_submit_per_serial(claim.serial_number)
    claim = lock(claim, *OF_CLAIM)
    adjudication.allow_submit(claim)
    _not_appealed(claim.replaces)
    lines = lines_in_order(claim)
    found = reprice_lines(claim, lines)
    if not found.may_submit:
        raise SubmitRefused(found.refusals)
    if not claim.number:
        claim.number = take_number("WC", at=moment)
        if adjudication.in_audit_sample(claim.number, claim.repaired_on):
            found = in_audit_sample(found)
    else:
        claim.version += 1
    claim.submitted_by, claim.submitted_at = actor, claim.submitted_at or moment
    statements.update(claim, ["number", "version", "submitted_by", "submitted_at"])
    statements.insert(
        ClaimVersion(
            claim=claim,
            version=claim.version,
            content=versions.content_of(claim, lines),
            inputs=dump(found.inputs),
            submitted_by=actor,
            submitted_at=moment,
        )
    )
    use_authorization(claim, actor=actor, at=moment)
    claim = move(claim, ClaimStatus.SUBMITTED, actor=actor, at=moment, data={"version": claim.version})
    return adjudication.adjudicate(claim, lines, found, at=moment)


@transaction.atomic
def withdraw_claim(claim: WarrantyClaim, *, actor: Any, note: str = "", at: datetime | None = None) -> WarrantyClaim:
    """The claim stands no longer, frees its duplicate key and gives back what was authorized for it.

    Raises TransitionNotAllowed.
    """
    withdrawn = move(claim, ClaimStatus.WITHDRAWN, actor=actor, at=at, note=note)
    give_back(withdrawn, at=at)
    return withdrawn


def refresh(claim: WarrantyClaim) -> Assessment:
    """The lines of an editable claim carry today's prices, claimed and allowed amounts; the explanation is the present one."""
    found = reprice_lines(claim, lines_in_order(claim))
    _keep(claim, found)
    return found


def _editable(claim: WarrantyClaim) -> WarrantyClaim:
    locked = lock(claim, *OF_CLAIM)
    if locked.status not in EDITABLE:
        raise ClaimIsFrozen(claim=str(locked))
    return locked


def _possible(claim: WarrantyClaim, submitted_with: date) -> None:
    """Failed before it was repaired, repaired before the job was over, a fault of this kind of unit; or a refusal."""
    if claim.submitted_at and claim.repaired_on != submitted_with:
        raise RepairDayStands(got=claim.repaired_on, expected=submitted_with, field="repaired_on")
    job = claim.work_order
    last = max(clock.local_date(job.completed_at or claim.drafted_at), submitted_with)
    if claim.repaired_on > last:
        raise RepairedAfterJob(got=claim.repaired_on, last=last, field="repaired_on")
    if claim.failed_on > claim.repaired_on:
        raise FailedAfterRepair(failed=claim.failed_on, repaired=claim.repaired_on, field="failed_on")
    fault, model = claim.fault_code, claim.product_model
    if fault is not None and model is not None and not fault.is_for(model.family_id):
        raise FaultCodeOfAnotherFamily.of(fault, model.family)


def _keep(claim: WarrantyClaim, found: Assessment) -> None:
    """The draft shows this explanation, and the totals that the database has summed."""
    claim.explanation = found.explanation
    statements.update(claim, ["explanation"])
    claim.refresh_from_db(fields=["claimed_total", "allowed_total"])


def _one_submit_per_serial(serial_number: str) -> None:
    """Two stations that submit for one serial number at once stand in line, or neither would see the other's claim."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 3604))", [serial_number])


def answer_days(on: Any) -> int:
    """Days a station has to answer a question."""
    days: int = param("warranty.answer_days", on)
    return days

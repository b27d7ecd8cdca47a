"""A station's doings with its claim: draft from a finished job, edit, coach, submit, answer, withdraw.

Not here: what the system decides on submit (adjudication.py) and what people decide (review.py).
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from parts.pricing import NoPrice, net_price
from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.numbering import take_number
from portal.core.parameters import param
from portal.core.states import lock, move
from service.models import WorkOrder
from warranty import adjudication, facts
from warranty.assessment import Assessment, assess
from warranty.checklist import Finding
from warranty.models import ClaimLine, ClaimVersion, LineKind, WarrantyClaim
from warranty.states import EDITABLE, ClaimStatus
from warranty.wording import say_finding

ZERO = Decimal(0)
TEXT_FIELDS = ("complaint", "cause", "correction", "cause_class", "usage_reading", "failed_on")
LINE_FIELDS = ("qty", "hours", "km", "claimed_amount", "remedy", "removed_serial", "fitted_serial", "invoice_number")


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

    replaces: a rejected claim of the same job that this one takes the place of. Raises JobNotFinished, AlreadyDrafted.
    Writes one Event. Source: rules.md 3.1.
    """
    moment = at or clock.now()
    job = lock(work_order)
    if str(job.status) != "completed":
        raise JobNotFinished(number=job.number)
    standing = job.claims.exclude(status=ClaimStatus.WITHDRAWN)
    if replaces is not None:
        standing = standing.exclude(status=ClaimStatus.REJECTED)
    if (other := standing.first()) is not None:
        raise AlreadyDrafted(number=job.number, claim=str(other))
    unit = job.request.unit
    claim = WarrantyClaim.objects.create(
        station=job.station,
        work_order=job,
        unit=unit,
        serial_number=unit.serial_number if unit else "",
        product_model=unit.product_model if unit else None,
        fault_code=job.fault_code or job.request.fault_code,
        replaces=replaces,
        created_by=actor,
        root_number=job.root_number,
        failed_on=job.failed_on or clock.local_date(job.request.created_at),
        repaired_on=job.repaired_on or clock.local_date(moment),
        complaint=job.complaint,
        cause=job.cause,
        correction=job.correction,
        usage_reading=job.usage_reading,
        straight_km=job.straight_km,
        drafted_at=moment,
    )
    _draft_lines(claim, job)
    events.record(claim, "warrantyclaim.drafted", actor=actor, at=moment, to_status=ClaimStatus.DRAFT)
    refresh(claim)
    return claim


@transaction.atomic
def edit_draft(
    claim: WarrantyClaim,
    *,
    actor: Any,
    changes: Mapping[str, Any],
    lines: Mapping[int, Mapping[str, Any]] | None = None,
) -> WarrantyClaim:
    """The draft holds these values, priced and explained anew. lines: by key, only fields a station may name.

    Raises ClaimIsFrozen, FailedAfterRepair.
    """
    claim = _editable(claim)
    for name, value in changes.items():
        if name in TEXT_FIELDS:
            setattr(claim, name, value)
    if claim.failed_on > claim.repaired_on:
        raise FailedAfterRepair(failed=claim.failed_on, repaired=claim.repaired_on, field="failed_on")
    claim.save(update_fields=list(TEXT_FIELDS))
    rows = {line.pk: line for line in claim.lines.order_by("pk")}
    for pk, values in (lines or {}).items():
        line = rows[pk]
        for name, value in values.items():
            if name in LINE_FIELDS:
                setattr(line, name, value)
        line.save(update_fields=list(LINE_FIELDS))
    refresh(claim)
    return claim


@transaction.atomic
def add_line(claim: WarrantyClaim, *, actor: Any, kind: str, **values: Any) -> ClaimLine:
    """The draft has one more line of outside service, freight, diagnosis or other, at the end. Raises ClaimIsFrozen."""
    claim = _editable(claim)
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
    claim = lock(claim)
    adjudication.allow_submit(claim)
    refresh(claim)
    found = assess(claim)
    if not found.may_submit:
        raise SubmitRefused(found.refusals)
    if not claim.number:
        claim.number = take_number("WC", at=moment)
        found = assess(claim, in_audit_sample=adjudication.in_audit_sample(claim.number, claim.repaired_on))
    else:
        claim.version += 1
    claim.submitted_by, claim.submitted_at = actor, claim.submitted_at or moment
    claim.save(update_fields=["number", "version", "submitted_by", "submitted_at"])
    ClaimVersion.objects.create(
        claim=claim, version=claim.version, content=_content(claim), submitted_by=actor, submitted_at=moment
    )
    claim = move(claim, ClaimStatus.SUBMITTED, actor=actor, at=moment, data={"version": claim.version})
    return adjudication.adjudicate(claim, found, at=moment)


@transaction.atomic
def withdraw_claim(claim: WarrantyClaim, *, actor: Any, note: str = "", at: datetime | None = None) -> WarrantyClaim:
    """The claim stands no longer and frees its duplicate key. Raises TransitionNotAllowed."""
    return move(claim, ClaimStatus.WITHDRAWN, actor=actor, at=at, note=note)


def refresh(claim: WarrantyClaim) -> Assessment:
    """The lines of an editable claim carry today's prices, claimed and allowed amounts; the explanation is the present one."""
    for line in claim.lines.select_related("part", "operation", "issued_part"):
        _set_terms(claim, line)
    found = assess(claim)
    for line in claim.lines.all():
        priced = found.priced[line.position]
        line.claimed_amount, line.allowed_amount, line.codes = priced.claimed, priced.allowed, list(priced.codes)
        line.save(update_fields=["claimed_amount", "allowed_amount", "codes"])
    claim.explanation = found.explanation
    claim.save(update_fields=["explanation"])
    claim.refresh_from_db(fields=["claimed_total", "allowed_total"])
    return found


def _editable(claim: WarrantyClaim) -> WarrantyClaim:
    locked = lock(claim)
    if locked.status not in EDITABLE:
        raise ClaimIsFrozen(claim=str(locked))
    return locked


def _draft_lines(claim: WarrantyClaim, job: WorkOrder) -> None:
    rows: list[ClaimLine] = []
    for issued in job.issued_parts.filter(returned_at=None).select_related("part").order_by("position"):
        rows.append(
            ClaimLine(
                kind=LineKind.PART,
                part=issued.part,
                issued_part=issued,
                description=issued.part.name,
                part_class=issued.part.part_class,
                remedy=issued.action,
                removed_serial=issued.removed_serial,
                fitted_serial=issued.fitted_serial,
                qty=issued.qty,
            )
        )
    for worked in job.worked_hours.select_related("operation").order_by("pk"):
        operation = worked.operation
        rows.append(
            ClaimLine(
                kind=LineKind.LABOR,
                operation=operation,
                description=operation.name,
                qty=worked.qty,
                hours=worked.hours,
            )
        )
    if job.distance_km:
        rows.append(ClaimLine(kind=LineKind.TRAVEL, km=job.distance_km))
    for position, line in enumerate(rows, start=1):
        line.claim, line.position = claim, position
        line.save()


def _set_terms(claim: WarrantyClaim, line: ClaimLine) -> None:
    """The net price, rate and flat hours of the repair day stand in the line."""
    if line.kind == LineKind.PART and line.part:
        line.unit_price = _net_price(claim, line)
        line.part_class = line.part.part_class
    elif line.kind in {LineKind.LABOR, LineKind.DIAGNOSIS}:
        line.unit_price = facts.rates_of(claim.station, claim.repaired_on).hourly_rate
        line.flat_hours = line.operation.flat_hours if line.operation else ZERO
    elif line.kind == LineKind.TRAVEL:
        line.unit_price = facts.rates_of(claim.station, claim.repaired_on).km_rate
    line.save(update_fields=["unit_price", "part_class", "flat_hours"])


def _net_price(claim: WarrantyClaim, line: ClaimLine) -> Decimal:
    if line.part is None:
        return ZERO
    try:
        return net_price(line.part, claim.station, on=claim.repaired_on)
    except NoPrice:  # nothing can be claimed for a part that nobody has priced; the line shows 0
        return ZERO


def _one_submit_per_serial(serial_number: str) -> None:
    """Two stations that submit for one serial number at once stand in line, or neither would see the other's claim."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 3604))", [serial_number])


def _content(claim: WarrantyClaim) -> dict[str, Any]:
    """Everything the station claimed, as plain values."""
    names = (*TEXT_FIELDS, "serial_number", "repaired_on", "straight_km", "claimed_total")
    return {
        **{name: _plain(getattr(claim, name)) for name in names},
        "lines": [
            {
                "position": line.position,
                "kind": line.kind,
                "part": line.part.number if line.part else "",
                "operation": line.operation.code if line.operation else "",
                "unit_price": str(line.unit_price),
                **{name: _plain(getattr(line, name)) for name in LINE_FIELDS},
            }
            for line in claim.lines.select_related("part", "operation").order_by("position")
        ],
    }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int) else str(value)


def answer_days(on: Any) -> int:
    """Days a station has to answer a question."""
    days: int = param("warranty.answer_days", on)
    return days

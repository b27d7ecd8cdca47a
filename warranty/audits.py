"""Earned limits and region audits: what people find when they look behind a claim, and what follows for the station."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.jobs import enqueue
from portal.core.numbering import take_number
from portal.core.parameters import param
from portal.core.states import lock, move
from portal.core.written import Written
from stations.models import Station
from warranty.audit_states import RegionAuditStatus
from warranty.models import ClaimLine, LimitFallback, RegionAudit, SampleAudit, WarrantyClaim

FULL, HALF, NOTHING = Decimal(1), Decimal("0.5"), Decimal(0)
CUT_MEANS_ERROR = Decimal("0.9")
LAST_AUDITED = 20


class FindingMissing(Refusal):
    """Who looked says what they saw."""

    message = _("Write in at least %(least)s characters what was found.")
    code = "finding_missing"


class NotLowered(Refusal):
    """There is nothing to lift."""

    message = _("The limit of %(station)s is not lowered.")
    code = "limit_not_lowered"


_lowered = Written(
    lambda station, on: LimitFallback.objects.filter(station_id=station, started_on__lte=on, ended_on__gt=on).order_by(
        "-started_on", "-pk"
    )[:1]
)


def earned_share(station_id: int, on: date) -> Decimal:
    """The share of its grade's limit up to which the station is approved without a person that day: 1, 0.5 or 0.

    Source: rules.md 3.1 (L11).
    """
    latest = _lowered.first(station_id, on)
    if latest is None:
        return FULL
    return NOTHING if on < latest.half_from else HALF


def record_sample_audit(
    claim: WarrantyClaim, lines: Sequence[ClaimLine], *, actor: Any, at: datetime
) -> SampleAudit | None:
    """A person decided a claim that was drawn for a check: its errors count, and too many lower the station's limit.

    None for a claim that was not drawn, or was looked at before. Writes a SampleAudit; with the second error among the
    last 20 audited claims a LimitFallback and one Event. An error lowers the limit once.
    """
    drawn = "audit_sample" in claim.explanation.get("decision", {}).get("reasons", ())
    if not drawn or SampleAudit.objects.filter(claim=claim).exists():
        return None
    station = lock(claim.station)
    audit = SampleAudit.objects.create(
        claim=claim, station=station, audited_by=actor, audited_at=at, error_count=sum(map(_is_error, lines))
    )
    if audit.error_count:
        _lower(station, actor=actor, at=at)
    return audit


def _is_error(line: ClaimLine) -> bool:
    """Cut by more than a tenth of what the rules allow."""
    return (line.approved_amount or Decimal(0)) < line.allowed_amount * CUT_MEANS_ERROR


def _lower(station: Station, *, actor: Any, at: datetime) -> None:
    last = list(SampleAudit.objects.filter(station=station).order_by("-audited_at", "-pk")[:LAST_AUDITED])
    wrong = [audit for audit in last if audit.error_count and audit.fallback_id is None]
    if sum(audit.error_count for audit in wrong) < param("warranty.audit_errors", at):
        return
    day, term = clock.local_date(at), timedelta(days=param("warranty.fallback_days", at))
    lowered = LimitFallback.objects.create(
        station=station, started_on=day, half_from=day + term, ended_on=day + 2 * term
    )
    SampleAudit.objects.filter(pk__in=[audit.pk for audit in wrong]).update(fallback=lowered)
    facts = {"half_from": lowered.half_from.isoformat(), "full_from": lowered.ended_on.isoformat()}
    events.record(station, "station.limit_lowered", actor=actor, at=at, data=facts)
    enqueue("warranty.tell_of_fallback", fallback=lowered.pk)


@transaction.atomic
def lift_fallback(station: Station, *, reason: str, actor: Any, at: datetime | None = None) -> LimitFallback:
    """The station's full limit holds again from today. Raises NotLowered, FindingMissing. Writes one Event."""
    moment = at or clock.now()
    day = clock.local_date(moment)
    station = lock(station)
    lowered = LimitFallback.objects.filter(station=station, started_on__lte=day, ended_on__gt=day).first()
    if lowered is None:
        raise NotLowered(station=str(station))
    _long_enough(reason, "reason", moment)
    lowered.ended_on, lowered.lifted_by, lowered.lift_reason = day, actor, reason.strip()
    lowered.half_from = min(lowered.half_from, day)
    lowered.save(update_fields=["ended_on", "half_from", "lifted_by", "lift_reason"])
    events.record(station, "station.limit_lifted", actor=actor, at=moment, note=reason)
    return lowered


def open_region_audit(claim: WarrantyClaim, *, at: datetime) -> RegionAudit | None:
    """The region looks behind the claim; None below the score that asks for it, or if it looks already.

    Writes a RegionAudit with a number and one Event. Source: rules.md 3.5.
    """
    if claim.risk_score < param("warranty.audit_risk", at) or RegionAudit.objects.filter(claim=claim).exists():
        return None
    audit = RegionAudit.objects.create(
        claim=claim,
        station=claim.station,
        number=take_number("RA", at=at),
        root_number=claim.root_number,
        risk_score=claim.risk_score,
        opened_at=at,
        due_on=clock.local_date(at) + timedelta(days=param("warranty.region_audit_days", at)),
    )
    events.record(audit, "regionaudit.opened", actor=None, at=at, to_status=RegionAuditStatus.OPEN)
    enqueue("warranty.tell_of_region_audit", audit=audit.pk)
    return audit


@transaction.atomic
def close_region_audit(
    audit: RegionAudit, *, wrong: bool, finding: str, actor: Any, at: datetime | None = None
) -> RegionAudit:
    """The region says what it found; the claim's decision stays with its reviewer.

    Raises FindingMissing, TransitionNotAllowed. Writes one Event.
    """
    moment = at or clock.now()
    audit = lock(audit)
    _long_enough(finding, "finding", moment)
    audit.closed_by, audit.closed_at, audit.finding = actor, moment, finding.strip()
    audit.save(update_fields=["closed_by", "closed_at", "finding"])
    outcome = RegionAuditStatus.WRONG if wrong else RegionAuditStatus.SOUND
    return move(audit, outcome, actor=actor, at=moment, note=finding)


def _long_enough(text: str, field: str, at: datetime) -> None:
    least = param("warranty.text_length", at)
    if len(text.strip()) < least:
        raise FindingMissing(least=least, field=field)

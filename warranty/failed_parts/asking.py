"""Old parts are asked for: which pieces of a claim must come back, by when, and what each costs when it stays away."""

import hashlib
import math
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q

from portal.core import clock, events, statements
from portal.core.numbering import take_number
from portal.core.parameters import param
from portal.core.states import lock
from warranty.failed_parts_custody import log_custody
from warranty.failed_parts_rules import ReturnFacts, piece_amounts, return_reasons, return_schedule
from warranty.models import PAID, Appeal, ClaimLine, FailedPart, QualityHold, WarrantyClaim
from warranty.recovery_agreements import contract_wants_return


@transaction.atomic
def request_returns(
    claim: WarrantyClaim,
    *,
    appeal: Appeal | None = None,
    actor: Any | None = None,
    at: datetime | None = None,
) -> list[FailedPart]:
    """Every piece of the claim that must come back has a tag number and a last day; pieces that have one are left alone.

    appeal: it was this that was decided, so only the lines that it grants something are looked at; the station may have
    thrown away what the claim's own decision did not ask for. Writes FailedPart rows with their first custody entry and one
    Event each. Source: rules.md 3.6.
    """
    at = at or clock.now()
    claim = lock(claim, "station")
    made: list[FailedPart] = []
    lines = claim.lines.filter(PAID, kind="part").select_related("part", "appealed").order_by("pk")
    if appeal is not None:
        lines = lines.filter(appealed__appeal=appeal, appealed__granted_amount__gt=0)
    for line in lines:
        reasons = return_reasons(_facts(line, claim, at), from_amount=param("warranty.return_from_amount", at))
        if reasons and not line.failed_parts.exists():
            made += _request_pieces(line, claim, reasons, actor, at)
    return made


def request_for_hold(
    line: ClaimLine, claim: WarrantyClaim, *, actor: Any, at: datetime | None = None
) -> list[FailedPart]:
    """The pieces of a line that is decided after their appraisal are asked for; at stake is what the rules allow of it.

    Pieces that were asked for before are left alone. Writes FailedPart rows with their first custody entry and one Event each.
    """
    if found := list(line.failed_parts.order_by("pk")):
        return found
    return _request_pieces(line, claim, ["held"], actor, at or clock.now(), amount=line.allowed_amount)


def _facts(line: ClaimLine, claim: WarrantyClaim, at: datetime) -> ReturnFacts:
    part: Any = line.part  # a line of kind part names one
    day = clock.local_date(at)
    held = QualityHold.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), part=part, valid_from__lte=day)
    return ReturnFacts(
        line_amount=line.paid_amount,
        is_core=part.part_class == "core",
        part_flag=part.must_return,
        contract=contract_wants_return(part, on=day),
        quality_hold=held.exists(),
        random_hit=_sampled(f"{claim.number}/{line.pk}", param("warranty.return_sample_percent", at)),
    )


def _sampled(key: str, percent: Decimal) -> bool:
    """Chosen by the hash of the claim and line, so that nobody can foresee or repeat the draw."""
    return int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) % 10_000 < percent * 100


def _request_pieces(
    line: ClaimLine,
    claim: WarrantyClaim,
    reasons: Sequence[str],
    actor: Any | None,
    at: datetime,
    *,
    amount: Decimal | None = None,
) -> list[FailedPart]:
    day = clock.local_date(at)
    schedule = return_schedule(day, return_days=param("warranty.return_days", at))
    pieces = []
    at_stake = piece_amounts(line.paid_amount if amount is None else amount, math.ceil(line.qty))
    for piece, share in enumerate(at_stake, start=1):
        row = statements.insert(
            FailedPart(
                claim=claim,
                line=line,
                station=claim.station,
                part_id=line.part_id or 0,
                number=take_number("FP", at=at),
                piece=piece,
                reasons=list(reasons),
                removed_serial=getattr(line, "removed_serial", "") or "",
                amount=share,
                requested_on=day,
                due_on=schedule.due_on,
            )
        )
        log_custody(row, "requested", taker=str(claim.station.code), at=at)
        events.record(row, "failedpart.requested", actor=actor, at=at, data={"reasons": list(reasons)})
        pieces.append(row)
    return pieces

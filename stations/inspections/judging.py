"""judge(): ratings become a score and an outcome; the page's own module counts the same. Not here: records."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from portal.core.parameters import param
from stations.models import InspectionOutcome
from stations.models.inspection_templates import FULL_RATING


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
    outcome = outcome_of(score, veto_failed=veto_failed, pass_score=pass_score, fail_score=fail_score)
    return Result(score, veto_failed, outcome)


def outcome_of(
    score: Decimal, *, veto_failed: bool, pass_score: Decimal = Decimal(80), fail_score: Decimal = Decimal(60)
) -> str:
    """What a score from 0 to 100 means. Source: rules.md 3.10."""
    if score < fail_score:
        return InspectionOutcome.FAILED
    if score >= pass_score and not veto_failed:
        return InspectionOutcome.PASSED
    return InspectionOutcome.RECTIFY


def judge_now(items: Iterable[Rated], at: datetime) -> Result:
    """The same by the bounds in force at that moment."""
    return judge(
        items,
        pass_score=param("stations.inspection_pass_score", at),
        fail_score=param("stations.inspection_fail_score", at),
    )

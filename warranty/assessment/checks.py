"""Everything found about a claim, as the decision asks for it, and the limits it decides by."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from portal.core.parameters import param
from warranty import coverage, decision, pricing, risk
from warranty.assessment.inputs import Inputs
from warranty.checklist import Finding
from warranty.decision import Checked
from warranty.models import LineKind


def decision_settings(on: date, *, earned_share: Decimal) -> decision.Settings:
    """The limits in force that day, for a station that has earned this share of the limit without a person."""
    return decision.Settings(
        auto_limits={grade: param(f"warranty.auto_limit_{grade.lower()}", on) for grade in "ABCD"},
        reviewer_limit=param("warranty.reviewer_limit", on),
        approver_limit=param("warranty.approver_limit", on),
        review_risk=param("warranty.review_risk", on),
        earned_share=earned_share,
    )


def checked_of(
    inputs: Inputs,
    verdicts: Mapping[int, coverage.Verdict],
    price: pricing.Price,
    score: risk.Risk,
    refusals: Sequence[Finding],
) -> Checked:
    """Everything found, as the decision asks for it."""
    cuts = {code for line in price.lines for code in line.codes}
    flags = {flag for verdict in verdicts.values() for flag in verdict.flags}
    return Checked(
        claimed=price.claimed,
        allowed=price.allowed,
        grade=inputs.rates.grade,
        risk=score.score,
        coverage_ok=all(v.covered for v in verdicts.values()) and "NOT_COVERED" not in cuts,
        hard_codes=_hard_codes(inputs, verdicts, refusals),
        cut_codes=cuts,
        hard_flags={*flags, *price.flags},
        soft_flags={match.why for match in inputs.rivals.soft},
        in_audit_sample=inputs.in_audit_sample,
        has_other=any(row.kind == LineKind.OTHER for row in inputs.lines),
    )


def _hard_codes(inputs: Inputs, verdicts: Mapping[int, coverage.Verdict], refusals: Sequence[Finding]) -> set[str]:
    """What decides on its own: refusals, a station not entitled, EW if no part is covered, other codes of any part."""
    codes = {finding.code for finding in refusals}
    found = {v.code for v in verdicts.values() if v.code}
    if "EW" in found and len({v.code for v in verdicts.values()}) > 1:
        found.discard("EW")  # some parts are covered: a person decides the rest
    codes |= found
    if not inputs.station_entitled:
        codes.add("STATION_NOT_ENTITLED")
    return codes

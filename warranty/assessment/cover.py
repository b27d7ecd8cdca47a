"""The cover of each part of a claim, and the verdict that speaks for the whole claim."""

from collections.abc import Mapping

from warranty import coverage, facts
from warranty.assessment.case import Case
from warranty.models import ClaimLine

NO_PART = 0  # position under which a claim without part lines keeps its verdict


def cover_facts(case: Case) -> dict[int, coverage.Facts]:
    """What the coverage of each failed part rests on, by the position of its line."""
    if not case.parts:  # an adjustment without parts is judged as the whole unit
        return {NO_PART: _facts(case, part_class="whole_unit", remedy="repair", fitted=None)}
    claim = case.claim
    return {
        line.position: _facts(
            case,
            part_class=line.part.part_class if line.part else "whole_unit",
            remedy=line.remedy,
            fitted=facts.fitted_on_claim(line, claim.serial_number, claim.failed_on),
        )
        for line in case.parts
    }


def _facts(case: Case, *, part_class: str, remedy: str, fitted: ClaimLine | None) -> coverage.Facts:
    claim = case.claim
    return facts.part_facts(
        case.unit,
        part_class=part_class,
        failure_day=claim.failed_on,
        repair_day=claim.repaired_on,
        remedy=remedy,
        cause=claim.cause_class,
        op_code=case.op_code,
        usage=claim.usage_reading,
        fitted=fitted,
        goodwill=claim.goodwill,
    )


def headline(verdicts: Mapping[int, coverage.Verdict]) -> coverage.Verdict:
    """The verdict that speaks for the claim: the first one that is not covered, else the first."""
    found = list(verdicts.values())
    return next((verdict for verdict in found if not verdict.covered), found[0])

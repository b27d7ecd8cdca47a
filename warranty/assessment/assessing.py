"""A claim is read once and concluded; the answer stands together with what it rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from warranty import coverage, decision, facts, pricing, risk
from warranty.assessment.case import read_case
from warranty.assessment.concluding import Conclusion, conclude
from warranty.assessment.explanation import explain
from warranty.assessment.inputs import Inputs
from warranty.assessment.reading import inputs_of
from warranty.checklist import Finding
from warranty.models import ClaimLine, WarrantyClaim


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was read, the answer of every rule, and the explanation that is stored and shown."""

    inputs: Inputs
    found: Conclusion
    explanation: dict[str, Any]

    @property
    def may_submit(self) -> bool:
        """Nothing refuses the submit."""
        return not self.found.refusals

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """Everything that refuses the submit."""
        return self.found.refusals

    @property
    def verdicts(self) -> Mapping[int, coverage.Verdict]:
        """The cover of each failed part, by the position of its line."""
        return self.found.verdicts

    @property
    def price(self) -> pricing.Price:
        """All lines with what is claimed and allowed."""
        return self.found.price

    @property
    def priced(self) -> dict[int, pricing.PricedLine]:
        """The same by position."""
        return {row.position: line for row, line in zip(self.inputs.lines, self.price.lines, strict=True)}

    @property
    def risk(self) -> risk.Risk:
        """The risk score."""
        return self.found.risk

    @property
    def rates(self) -> facts.Rates:
        """What the station is paid."""
        return self.inputs.rates

    @property
    def decision(self) -> decision.Decision:
        """What the system decides, or whom it asks."""
        return self.found.decision


def assess(
    claim: WarrantyClaim, *, lines: Sequence[ClaimLine] | None = None, rates: facts.Rates | None = None
) -> Assessment:
    """Run every rule on the claim as it stands. Lines and rates are read if not given. Source: rules.md 3.1-3.5."""
    return judged(inputs_of(read_case(claim, lines, rates or facts.rates_of(claim.station, claim.repaired_on))))


def judged(inputs: Inputs) -> Assessment:
    """The assessment of a claim of which this was read, now or long ago."""
    found = conclude(inputs)
    return Assessment(inputs, found, explain(inputs, found))


def in_audit_sample(found: Assessment) -> Assessment:
    """The same for a claim whose number was drawn: a person looks at it though nothing is wrong."""
    return judged(replace(found.inputs, in_audit_sample=True))

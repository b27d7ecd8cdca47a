"""Every rule is asked in order, and its answers stand together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from warranty import coverage, decision, facts, pricing, risk
from warranty.assessment.case import read_case
from warranty.assessment.checks import checked_of, decision_settings
from warranty.assessment.cover import verdicts_of
from warranty.assessment.explanation import decision_json, explain
from warranty.assessment.price import pricing_line, terms_of
from warranty.assessment.refusals import refusals_of
from warranty.assessment.risk_facts import risk_facts
from warranty.checklist import Finding
from warranty.decision import Checked
from warranty.duplicates import Duplicates
from warranty.models import ClaimLine, WarrantyClaim
from warranty.rivals import find_rivals


@dataclass(frozen=True, slots=True)
class Assessment:
    """The answer of every rule, and the explanation that is stored and shown."""

    price: pricing.Price
    verdicts: Mapping[int, coverage.Verdict]
    duplicates: Duplicates
    risk: risk.Risk
    decision: decision.Decision
    refusals: tuple[Finding, ...]
    priced: Mapping[int, pricing.PricedLine]
    rates: facts.Rates
    checked: Checked
    explanation: dict[str, Any]

    @property
    def may_submit(self) -> bool:
        """Nothing refuses the submit."""
        return not self.refusals


def assess(
    claim: WarrantyClaim, *, lines: Sequence[ClaimLine] | None = None, rates: facts.Rates | None = None
) -> Assessment:
    """Run every rule on the claim as it stands. Lines and rates are read if not given. Source: rules.md 3.1-3.5."""
    case = read_case(claim, lines, rates or facts.rates_of(claim.station, claim.repaired_on))
    verdicts = verdicts_of(case)
    price = pricing.price_claim([pricing_line(case, line, verdicts) for line in case.lines], terms_of(case, verdicts))
    rivals = find_rivals(claim, case.lines, case.links, case.photos)
    score = risk.score(risk_facts(case, verdicts, rivals))
    refusals = tuple(refusals_of(case, verdicts, rivals))
    checked = checked_of(case, verdicts, price, rivals, score, refusals)
    decided = decision.decide(checked, decision_settings(claim.repaired_on))
    priced = {line.position: found for line, found in zip(case.lines, price.lines, strict=True)}
    return Assessment(
        price=price,
        verdicts=verdicts,
        duplicates=rivals,
        risk=score,
        decision=decided,
        refusals=refusals,
        priced=priced,
        rates=case.rates,
        checked=checked,
        explanation=explain(case, verdicts, price, rivals, score, decided, refusals),
    )


def in_audit_sample(found: Assessment, on: date) -> Assessment:
    """The same answer for a claim whose number was drawn: a person looks at it though nothing is wrong."""
    checked = replace(found.checked, in_audit_sample=True)
    decided = decision.decide(checked, decision_settings(on))
    said = {**found.explanation, "decision": decision_json(decided, found.rates.grade, on)}
    return replace(found, checked=checked, decision=decided, explanation=said)

"""Every rule asked in order, as a pure function of what was read: the same inputs give the same answer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from warranty import coverage, decision, pricing, risk
from warranty.assessment import risk_facts
from warranty.assessment.authorization import AuthorizationCheck, check_authorization
from warranty.assessment.checks import checked_of
from warranty.assessment.inputs import Inputs
from warranty.assessment.price import covered_lines, with_cover, within_goodwill
from warranty.assessment.refusals import refusals_of
from warranty.checklist import Finding
from warranty.decision import Checked


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The answer of every rule."""

    verdicts: Mapping[int, coverage.Verdict]
    price: pricing.Price
    risk: risk.Risk
    refusals: tuple[Finding, ...]
    authorization: AuthorizationCheck | None
    checked: Checked
    decision: decision.Decision


def conclude(inputs: Inputs) -> Conclusion:
    """Cover, price, risk, refusals and decision, in this order. Source: rules.md 3.1-3.5."""
    verdicts = {position: coverage.judge(facts) for position, facts in inputs.cover.items()}
    price = pricing.price_claim(covered_lines(inputs.lines, verdicts), with_cover(inputs.terms, verdicts))
    price = within_goodwill(price, inputs.lines, verdicts, inputs.goodwill_budget)
    score = risk.score(risk_facts.with_cover(inputs.risk, verdicts))
    refusals = tuple(refusals_of(inputs, verdicts))
    authorization = _authorization(inputs, price)
    checked = checked_of(inputs, verdicts, price, score, refusals)
    if authorization is not None:
        checked = replace(checked, needs_authorization=authorization.needed, authorized=authorization.is_enough)
    return Conclusion(verdicts, price, score, refusals, authorization, checked, decision.decide(checked, inputs.limits))


def _authorization(inputs: Inputs, price: pricing.Price) -> AuthorizationCheck | None:
    """None for what was read before there was the rule: it is judged again as it was."""
    if inputs.authorization_limit is None:
        return None
    return check_authorization(
        [row.line for row in inputs.lines],
        price.claimed,
        inputs.authorization,
        on=inputs.on,
        outside_limit=inputs.terms.settings.outside_limit,
        total_limit=inputs.authorization_limit,
    )

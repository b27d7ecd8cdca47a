"""All that the rules are told about one claim: read once, kept with its submission, judged again at any time."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from warranty import coverage, decision, pricing, risk
from warranty.assessment.authorization import AuthorizationFact
from warranty.checklist import Finding
from warranty.duplicates import Duplicates
from warranty.facts import Rates


@dataclass(frozen=True, slots=True)
class LineInput:
    """A line as the price rules take it, before its cover is known."""

    position: int
    kind: str
    line: pricing.Line


@dataclass(frozen=True, slots=True)
class Inputs:
    """cover: the facts of each failed part, by its line's position (0: a claim without parts); terms, risk: without cover.

    rule_set: the version of each dated parameter in force on the repair day, and of the excluded causes on the failure day;
    read_at: when all this was read.
    tells_turns: the explanation says for every rule what would turn the answer; those stored before say less.
    """

    read_at: datetime
    on: date
    rule_set: dict[str, str]
    cover: dict[int, coverage.Facts]
    lines: list[LineInput]
    terms: pricing.Terms
    rates: Rates
    rivals: Duplicates
    risk: risk.Facts
    findings: list[Finding]
    station_entitled: bool
    limits: decision.Settings
    in_audit_sample: bool = False
    goodwill_budget: Decimal | None = None  # CNY that the claim's goodwill pays at most
    authorization: AuthorizationFact | None = None
    authorization_limit: Decimal | None = None  # claimed above it asks for one; None: judged before there was the rule
    tells_turns: bool = False

    @property
    def uplift(self) -> Decimal:
        """The part of a net price that is added to it."""
        return self.terms.settings.uplift

"""What a claim's inputs become under a draft policy, prices, rates, another grade or another day's parameters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from parts.parameters import PRICE_FACTORS
from parts.pricing import NATIONAL, Base, price_of, stock_prices
from portal.core.parameters import param
from stations.grading import priced_as
from warranty import causes, coverage, facts
from warranty.assessment import Inputs
from warranty.assessment.checks import decision_settings
from warranty.assessment.inputs import LineInput
from warranty.assessment.price import price_settings
from warranty.models import PolicyLevel, ReplayRun, WarrantyClaim, WarrantyPolicy
from warranty.replays.rates import DraftRates

ALWAYS = date(2000, 1, 1)  # a draft policy is tried as if every sale had been made under it


@dataclass(frozen=True)
class Drafts:
    """The draft rules of a run, read once."""

    policy: coverage.PolicyFact | None
    subject: Mapping[str, Any]
    prices: Mapping[int, Decimal]
    price_grade: str
    factors: Mapping[str, Mapping[str, str]]
    parameters_on: date | None
    rates: DraftRates | None
    grade_from: str
    grade_to: str
    graded: dict[tuple[int, date], Decimal] = field(default_factory=dict)  # part and day → price of the other grade

    @classmethod
    def of(cls, run: ReplayRun) -> "Drafts":
        """Five queries at most."""
        policy = run.policy
        fact = replace(facts.policy_fact(policy), valid_from=ALWAYS, valid_to=None) if policy else None
        subject = _subject(policy) if policy else {}
        listed = run.price_list
        prices = dict(listed.rows.values_list("part_id", "price")) if listed is not None else {}
        grade = listed.grade if listed is not None else NATIONAL
        factors = param(PRICE_FACTORS, at=run.started_at)
        rates = DraftRates.read(run.rates_on) if run.rates_on or run.grade_to else None
        return cls(
            fact, subject, prices, grade, factors, run.parameters_on, rates, run.grade_from, run.grade_to
        )  # fmt: skip

    def read_prices(self, claims: Iterable[tuple[WarrantyClaim, Mapping[int, int]]]) -> None:
        """What the parts of these claims cost the other grade on their repair days: two queries, none without a grade rule."""
        self.graded.clear()
        if self.grade_to:
            wanted = {(part, claim.repaired_on) for claim, parts in claims for part in parts.values()}
            self.graded.update(stock_prices(wanted, grade=self.grade_to))

    def apply(self, inputs: Inputs, claim: WarrantyClaim, parts: Mapping[int, int]) -> Inputs:
        """The inputs as the drafts would have them. parts: key of the part by position of its line."""
        if self.policy is not None and self.speaks_of(claim):
            inputs = replace(inputs, cover={row: self._covered(found) for row, found in inputs.cover.items()})
        if self.rates is not None:
            inputs = self._rated(inputs, claim, parts)
        if self.prices:
            inputs = replace(inputs, lines=[self._priced(row, inputs, parts) for row in inputs.lines])
        if self.parameters_on is not None:
            inputs = self._with_parameters(inputs, self.parameters_on)
        return inputs

    def speaks_of(self, claim: WarrantyClaim) -> bool:
        """The draft policy's subject is the claim's unit; product_model must be loaded."""
        model = claim.product_model
        unit = {
            "product_model__family": model.family_id if model else None,
            "product_model": claim.product_model_id,
            "serial_number": claim.serial_number,
        }
        return all(unit[name] == value for name, value in self.subject.items())

    def _covered(self, found: coverage.Facts) -> coverage.Facts:
        """The draft takes the place of the unit's policies of its level."""
        assert self.policy is not None  # noqa: S101 the caller asked
        others = [policy for policy in found.policies if policy.level != self.policy.level]
        return replace(found, policies=[*others, self.policy])

    def _rated(self, inputs: Inputs, claim: WarrantyClaim, parts: Mapping[int, int]) -> Inputs:
        """Another grade pays other part prices, another hour and another limit; another day other rates."""
        assert self.rates is not None  # noqa: S101 the caller asked
        moved = bool(self.grade_to) and inputs.rates.grade == self.grade_from
        if not moved and self.rates.on is None:
            return inputs
        grade = self.grade_to if moved else inputs.rates.grade
        region = claim.station.center.region_id
        found = self.rates.apply(inputs, grade=grade, region=region, repaired_on=claim.repaired_on)
        if not moved:
            return found
        prices = {at: self.graded.get((part, claim.repaired_on)) for at, part in parts.items()}
        return replace(found, lines=[_at_price(row, prices.get(row.position)) for row in found.lines])

    def _priced(self, row: LineInput, inputs: Inputs, parts: Mapping[int, int]) -> LineInput:
        part, grade = parts.get(row.position), inputs.rates.grade
        if part is None or part not in self.prices or self.price_grade not in {NATIONAL, str(priced_as(grade))}:
            return row
        base = Base(self.prices[part], self.price_grade)
        found = price_of(part, base, grade=grade, kind="stock", factors=self.factors)
        return _at_price(row, found.amount)

    def _with_parameters(self, inputs: Inputs, on: date) -> Inputs:
        settings, excluded = facts.cover_settings(on), causes.codes_on(on)
        return replace(
            inputs,
            cover={
                row: replace(found, settings=settings, excluded_causes=excluded) for row, found in inputs.cover.items()
            },
            terms=replace(inputs.terms, settings=price_settings(on)),
            limits=decision_settings(on, earned_share=inputs.limits.earned_share),
            authorization_limit=param("warranty.authorization_limit", on),
        )


def _at_price(row: LineInput, price: Decimal | None) -> LineInput:
    return row if price is None else replace(row, line=replace(row.line, net_price=price))


def _subject(policy: WarrantyPolicy) -> dict[str, Any]:
    if policy.level == PolicyLevel.FAMILY:
        return {"product_model__family": policy.family_id}
    if policy.level == PolicyLevel.MODEL:
        return {"product_model": policy.product_model_id}
    return {"serial_number": policy.serial_number} if policy.level == PolicyLevel.SERIAL else {}

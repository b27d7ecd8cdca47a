"""What a correction would do to every submitted claim of the unit: judged again from what the rules were told then."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery

from service.models import InstalledUnit
from warranty import coverage, facts
from warranty.assessment import Inputs, judged, load
from warranty.assessment.cover import headline
from warranty.corrections.values import Values
from warranty.models import ClaimVersion, RegistrationStatus, UnitRegistration, WarrantyClaim
from warranty.states import GRANTED, NOT_HOLDING, ClaimStatus

OPEN = frozenset({ClaimStatus.IN_REVIEW, ClaimStatus.INFO_REQUESTED})


@dataclass(frozen=True)
class Effect:
    """One claim: the answer of the rules and what they allow, before and after. after: what the rules would be told."""

    claim: WarrantyClaim
    before: coverage.Verdict
    after: coverage.Verdict
    allowed_before: Decimal
    allowed_after: Decimal
    inputs: Inputs

    @property
    def answer_before(self) -> str:
        return answer_of(self.before)

    @property
    def answer_after(self) -> str:
        return answer_of(self.after)

    @property
    def difference(self) -> Decimal:
        return self.allowed_after - self.allowed_before

    @property
    def is_open(self) -> bool:
        """It waits for a decision, so it is judged again."""
        return self.claim.status in OPEN

    @property
    def is_granted(self) -> bool:
        """Money is or was owed: nothing is touched, the auditor looks at it."""
        return self.claim.status in GRANTED

    @property
    def changes_money(self) -> bool:
        return self.answer_before != self.answer_after or bool(self.difference)


def answer_of(verdict: coverage.Verdict) -> str:
    """covered and by what, or the code of why not."""
    return f"covered:{verdict.by}" if verdict.covered else verdict.code or ""


def effects_of(registration: UnitRegistration, before: Values, after: Values) -> list[Effect]:
    """Every submitted claim of the unit, and of the one that it is moved to, by number."""
    units = {before.unit.pk: before.unit, after.unit.pk: after.unit}
    latest = ClaimVersion.objects.filter(claim=OuterRef("pk"), inputs__isnull=False).order_by("-version")
    claims = WarrantyClaim.objects.filter(unit__in=units).exclude(status__in=NOT_HOLDING)
    rows: Any = claims.annotate(told=Subquery(latest.values("inputs")[:1])).filter(told__isnull=False)
    rows = rows.select_related("station", "product_model").order_by("number")
    told = {pk: _told(registration, unit, before, after) for pk, unit in units.items()}
    return [_effect(claim, load(claim.told), told[claim.unit_id]) for claim in rows if claim.unit_id]


@dataclass(frozen=True)
class _Told:
    """What the rules learn anew about one unit; policies only where its model changes."""

    registration: coverage.RegistrationFact | None
    invoice_date: Any
    model: Any
    policies: Sequence[coverage.PolicyFact] | None


def _told(filed: UnitRegistration, unit: InstalledUnit, before: Values, after: Values) -> _Told:
    approved = filed.status == RegistrationStatus.APPROVED
    if unit.pk != after.unit.pk:  # the registration leaves this unit
        return _Told(None, None, unit.product_model, None)
    fact = coverage.RegistrationFact(after.sale_date, filed.filed_on, approved)
    changed = after.product_model.pk != unit.product_model_id
    return _Told(fact, after.invoice_on, after.product_model, _policies(unit, after) if changed else None)


def _policies(unit: InstalledUnit, after: Values) -> list[coverage.PolicyFact]:
    as_corrected = copy(unit)
    as_corrected.product_model = after.product_model
    return [facts.policy_fact(policy) for policy in facts.policies_of(as_corrected)]


def _effect(claim: WarrantyClaim, inputs: Inputs, told: _Told) -> Effect:
    corrected = replace(inputs, cover=_corrected(inputs.cover, claim, told))
    was, now = judged(inputs), judged(corrected)
    return Effect(
        claim, headline(was.verdicts), headline(now.verdicts), was.price.allowed, now.price.allowed, corrected
    )


def _corrected(cover: Mapping[int, coverage.Facts], claim: WarrantyClaim, told: _Told) -> dict[int, coverage.Facts]:
    agrees = claim.product_model_id is None or claim.product_model_id == told.model.pk
    return {
        position: replace(
            found,
            serial=replace(found.serial, model_agrees=agrees),
            registration=told.registration,
            invoice_date=told.invoice_date,
            policies=found.policies if told.policies is None else tuple(told.policies),
        )
        for position, found in cover.items()
    }

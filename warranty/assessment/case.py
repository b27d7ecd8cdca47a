"""What is read about a claim, once, before any rule is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.core.models.attachments import Attachment
from warranty import facts
from warranty.assessment.authorization import AuthorizationFact, granted_shares
from warranty.authorizations import authorization_of
from warranty.models import ClaimLine, LineKind, WarrantyClaim
from warranty.photos import photos_of


@dataclass(frozen=True, slots=True)
class Case:
    """What was read about the claim, once."""

    claim: WarrantyClaim
    lines: Sequence[ClaimLine]
    unit: facts.UnitFacts
    rates: facts.Rates
    links: Sequence[tuple[str, str]]
    photos: Sequence[Attachment]
    authorization: AuthorizationFact | None = None

    @property
    def op_code(self) -> str:
        """The operation that coverage is asked for: one that an unused campaign of the unit names, else the first by code."""
        codes = sorted(line.operation.code for line in self.lines if line.operation)
        named = {code for campaign in self.unit.campaigns if not campaign.used for code in campaign.op_codes}
        return next((code for code in codes if code in named), codes[0] if codes else "")

    @property
    def granted(self) -> dict[int, Decimal]:
        """What of a prior authorization each line of outside service may take, by position."""
        outside = [(line.position, line.claimed_amount) for line in self.lines if line.kind == LineKind.OUTSIDE]
        return granted_shares(outside, self.authorization, self.claim.repaired_on)

    @property
    def parts(self) -> list[ClaimLine]:
        return [line for line in self.lines if line.kind == LineKind.PART]


def read_case(claim: WarrantyClaim, given: Sequence[ClaimLine] | None, rates: facts.Rates) -> Case:
    of_claim = claim.lines.select_related("part", "operation", "issued_part").order_by("position")
    lines = list(of_claim if given is None else given)
    unit = claim.unit or facts.find_unit(claim.serial_number)
    return Case(
        claim=claim,
        lines=lines,
        unit=facts.unit_facts(
            unit, product_model=claim.product_model, on=claim.repaired_on, before_job=claim.work_order
        ),
        rates=rates,
        links=facts.supersession_links(line.part.number for line in lines if line.part),
        photos=photos_of(claim),
        authorization=_authorization_fact(claim),
    )


def _authorization_fact(claim: WarrantyClaim) -> AuthorizationFact | None:
    found = authorization_of(claim)
    if found is None or found.amount is None or found.authorized_on is None or found.valid_until is None:
        return None
    return AuthorizationFact(found.number, found.amount, found.authorized_on, found.valid_until)

"""What is read about a claim, once, before any rule is asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.core.models.attachments import Attachment
from warranty import facts
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

    @property
    def op_code(self) -> str:
        operations = [line.operation.code for line in self.lines if line.operation]
        return operations[0] if operations else ""

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
    )

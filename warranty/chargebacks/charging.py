"""What many cases charge at once, by a number of statements that does not grow with them.

The same as recovery.charges_of() says case by case, which is what the tests compare it with. Source: rules.md 3.7, C25.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from parts.models import SupplierPart
from warranty.models import PAID, ChargebackLine, ClaimLine, RecoveryCase
from warranty.recovery import Charge, other_charge, part_charge, supplement_of
from warranty.recovery_agreements import terms_at
from warranty.recovery_rules import Terms, recoverable_lines


@dataclass
class Surroundings:
    """What the charges of some cases depend on: contract prices, the claims' other lines, and who has charged for them."""

    prices: dict[tuple[int, int], list[SupplierPart]] = field(default_factory=lambda: defaultdict(list))
    others: dict[int, list[ClaimLine]] = field(default_factory=lambda: defaultdict(list))
    charged: dict[int, set[int]] = field(
        default_factory=lambda: defaultdict(set)
    )  # claim line: part lines that charge it

    def price(self, supplier: int, part: int, on: date) -> Decimal | None:
        """The contract price of the day; None when none is agreed."""
        for row in self.prices.get((supplier, part), ()):
            if row.valid_from <= on and (row.valid_to is None or row.valid_to > on):
                return row.contract_price
        return None

    def terms(self, case: RecoveryCase) -> Terms:
        """The agreement of the case on the day of its repair."""
        agreement: Any = case.agreement
        return terms_at(agreement, self.price(agreement.supplier_id, case.part_id, case.claim.repaired_on))

    def free_for(self, case: RecoveryCase) -> list[ClaimLine]:
        """The claim's other lines that no note of another part line charges for."""
        return [line for line in self.others[case.claim_id] if not self.charged.get(line.pk, set()) - {case.line_id}]


def surroundings_of(cases: Sequence[RecoveryCase]) -> Surroundings:
    """Read by three queries."""
    claims, found = {case.claim_id for case in cases}, Surroundings()
    prices = SupplierPart.objects.filter(
        supplier__in={case.agreement.supplier_id for case in cases if case.agreement},
        part__in={case.part_id for case in cases},
    )
    for price in prices.order_by("-valid_from"):
        found.prices[price.supplier_id, price.part_id].append(price)
    others = ClaimLine.objects.filter(PAID, claim__in=claims, payer="manufacturer").exclude(kind="part")
    for line in others.select_related("appealed").order_by("claim", "position"):
        found.others[line.claim_id].append(line)
    notes = ChargebackLine.objects.charging().filter(claim_line__claim__in=claims)
    for key, by in notes.values_list("claim_line", "case__line"):
        if key is not None:
            found.charged[key].add(by)
    return found


def charges_together(cases: Sequence[RecoveryCase]) -> list[tuple[RecoveryCase, Charge]]:
    """What the cases put on notes now: each line of a claim once, with the first of its cases that may charge for it.

    cases: with claim, line, part and agreement loaded, in the order in which they charge.
    """
    around, taken = surroundings_of(cases), set[int]()
    found: list[tuple[RecoveryCase, Charge]] = []
    for case in cases:
        for charge in _charges(case, around):
            line = charge.claim_line
            if line is None or line.pk not in taken:
                found.append((case, charge))
            if line is not None:
                taken.add(line.pk)
    return found


def _charges(case: RecoveryCase, around: Surroundings) -> list[Charge]:
    if case.agreement is None:
        return []
    if case.appeal_id is not None:
        return supplement_of(case)
    terms = around.terms(case)
    charges = [part_charge(case, terms, case.defect_qty)]
    charges += [other_charge(line, terms) for line in around.free_for(case)]
    charges += [Charge(None, fee, Decimal(1), Decimal(1)) for fee in recoverable_lines((), terms)]
    return [charge for charge in charges if charge.amount.amount > 0]

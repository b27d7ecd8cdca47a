"""What many cases charge at once, by a number of statements that does not grow with them.

The same as recovery_charges.charges_of() says case by case, which is what the tests compare it with. Source: rules.md 3.7, C25.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from django.db.models import Min

from parts.models import SupplierPart
from portal.core.bulk import update_rows
from portal.core.money import total
from warranty.models import ChargebackLine, RecoveryCase, SupplierAgreement
from warranty.recovery_agreements import terms_at
from warranty.recovery_charges import Charge, other_charge, part_charge, pieces_of, supplement_of
from warranty.recovery_reading import CaseRow, LineRow, read_cases, read_other_lines
from warranty.recovery_rules import Terms, recoverable_lines
from warranty.settlement_states import RecoveryStatus

RUNNING: Final = (RecoveryStatus.WAITING, RecoveryStatus.OPEN)

type Price = tuple[date, date | None, Decimal]
"""Valid from, valid before, contract price."""


@dataclass
class Surroundings:
    """What the charges of some cases depend on: agreements, contract prices, other lines, and who has charged for them."""

    agreements: dict[int, SupplierAgreement] = field(default_factory=dict)
    prices: dict[tuple[int, int], list[Price]] = field(default_factory=lambda: defaultdict(list))
    others: dict[int, list[LineRow]] = field(default_factory=lambda: defaultdict(list))
    charged: dict[int, set[int]] = field(
        default_factory=lambda: defaultdict(set)
    )  # claim line: part lines that charge it
    _terms: dict[tuple[int, Decimal | None], tuple[Terms, list[Charge]]] = field(default_factory=dict)

    def price(self, supplier: int, part: int, on: date) -> Decimal | None:
        """The contract price of the day; None when none is agreed."""
        for valid_from, valid_to, price in self.prices.get((supplier, part), ()):
            if valid_from <= on and (valid_to is None or valid_to > on):
                return price
        return None

    def terms(self, agreement: SupplierAgreement, case: CaseRow) -> tuple[Terms, list[Charge]]:
        """The agreement of the case on the day of its repair, and the handling fee if it has one."""
        price = self.price(agreement.supplier_id, case.part_id, case.repaired_on)
        found = self._terms.get((agreement.pk, price))
        if found is None:
            terms = terms_at(agreement, price)
            fee = [Charge(None, amount, Decimal(1), Decimal(1)) for amount in recoverable_lines((), terms)]
            found = self._terms[agreement.pk, price] = terms, fee
        return found

    def free_for(self, case: CaseRow) -> list[LineRow]:
        """The claim's other lines that no note of another part line charges for."""
        lines = self.others.get(case.claim_id, ())
        return [line for line in lines if not self.charged.get(line.pk, set()) - {case.line_id}]


def surroundings_of(cases: Sequence[CaseRow]) -> Surroundings:
    """Read by four queries."""
    claims = {case.claim_id for case in cases}
    agreed = {case.agreement_id for case in cases if case.agreement_id is not None}
    found = Surroundings(SupplierAgreement.objects.in_bulk(agreed))
    prices = SupplierPart.objects.filter(
        supplier__among={agreement.supplier_id for agreement in found.agreements.values()},
        part__among={case.part_id for case in cases},
    ).order_by("-valid_from")
    rows = prices.values_list("supplier", "part", "valid_from", "valid_to", "contract_price")
    for supplier, part, valid_from, valid_to, price in rows:
        found.prices[supplier, part].append((valid_from, valid_to, price))
    for line in read_other_lines(claims):
        found.others[line.claim_id].append(line)
    notes = ChargebackLine.objects.charging().filter(claim_line__claim__among=claims)
    for key, by in notes.values_list("claim_line", "case__line"):
        if key is not None:
            found.charged[key].add(by)
    return found


def charges_together(cases: Sequence[CaseRow]) -> list[tuple[CaseRow, Charge]]:
    """What the cases put on notes now: each line of a claim once, with the first of its cases that may charge for it.

    cases: in the order in which they charge.
    """
    around, taken = surroundings_of(cases), set[int]()
    found: list[tuple[CaseRow, Charge]] = []
    for case in cases:
        for charge in _charges(case, around):
            line = charge.claim_line
            if line is None or line.pk not in taken:
                found.append((case, charge))
            if line is not None:
                taken.add(line.pk)
    return found


def expect_anew_together(claims: Collection[int]) -> None:
    """What recovery.expect_anew() does, for many claims by a few statements."""
    cases = RecoveryCase.objects.filter(claim__among=claims, status__in=RUNNING, appeal=None).order_by("pk")
    locked = cases.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True)
    found = list(read_cases(list(locked)))
    around, speakers = surroundings_of(found), _speakers({case.claim_id for case in found})
    expected = [(case, _expected(case, around, speaks=speakers[case.claim_id] == case.pk)) for case in found]
    changed = [RecoveryCase(pk=case.pk, expected=amount) for case, amount in expected if amount != case.expected]
    update_rows(changed, ["expected"])


def _speakers(claims: Collection[int]) -> dict[int, int]:
    """By claim: the first case that charged its labor and travel, or may yet, as seen by one that is on no note."""
    rivals = RecoveryCase.objects.filter(claim__among=claims, status__in=[*RUNNING, RecoveryStatus.CHARGED])
    return dict(rivals.order_by().values_list("claim").annotate(first=Min("pk")))


def _expected(case: CaseRow, around: Surroundings, *, speaks: bool) -> Decimal:
    """What recovery_charges.charges_of() comes to for a case that is on no note."""
    if case.agreement_id is None:
        return total([])
    agreement = around.agreements[case.agreement_id]
    terms, fee = around.terms(agreement, case)
    others = around.free_for(case)
    if not speaks:
        others = [line for line in others if case.line_id in around.charged.get(line.pk, ())]
    all_of_them = case.status == RecoveryStatus.WAITING or agreement.no_return
    defects = pieces_of(case) if all_of_them else case.defect_qty
    charges = [part_charge(case.line, terms, defects), *(other_charge(line, terms) for line in others), *fee]
    return total(charge.amount.amount for charge in charges if charge.amount.amount > 0)


def _charges(case: CaseRow, around: Surroundings) -> list[Charge]:
    if case.agreement_id is None:
        return []
    if case.appeal_id is not None:
        return supplement_of(case)
    agreement = around.agreements[case.agreement_id]
    terms, fee = around.terms(agreement, case)
    charges = [part_charge(case.line, terms, pieces_of(case) if agreement.no_return else case.defect_qty)]
    charges += [other_charge(line, terms) for line in around.free_for(case)]
    return [charge for charge in charges + fee if charge.amount.amount > 0]

"""What a recovery case may charge: its part line, the claim's other lines once, the handling fee. Reads only.

Not here: how a case comes to be and ends (recovery), the arithmetic (recovery_rules), many cases at once (chargebacks.charging).
Source: rules.md 3.7, C25.
"""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.db.models import Q, Sum

from warranty.models import CHARGEABLE, PAID, ChargebackLine, ClaimLine, RecoveryCase
from warranty.recovery_agreements import terms_of
from warranty.recovery_reading import CaseRow, LineRow
from warranty.recovery_rules import PaidLine, RecoverableLine, Terms, recoverable_line, recoverable_lines
from warranty.settlement_states import RecoveryStatus

THOUSANDTH: Final = Decimal("0.001")  # as quantities are kept; what is charged is worked out before this rounding
OF_CASE: Final = ("claim__unit", "line", "part", "supplier", "agreement__supplier")
PAYS_BESIDE: Final = (
    Q(agreement__labor_share__gt=0) | Q(agreement__travel_share__gt=0) | Q(agreement__other_share__gt=0)
)


def pieces_of(case: RecoveryCase | CaseRow) -> Decimal:
    """How many old parts the case's line has: with all of them it charges for everything that was paid."""
    return Decimal(case.line.decided_qty.pieces)


@dataclass(frozen=True)
class Charge:
    """One line that a case may put on a note; claim_line is None for the handling fee."""

    claim_line: ClaimLine | LineRow | None
    amount: RecoverableLine
    share: Decimal
    qty: Decimal


def charges_of(case: RecoveryCase, *, defects: Decimal | None = None, at_once: bool = False) -> list[Charge]:
    """What the case may charge: its part line, the claim's other lines unless charged already, the handling fee.

    defects: pieces the supplier answers for, where no verdict has fixed them yet. at_once: a note is being made, which
    takes the claim's other lines whatever becomes of its earlier cases; before that the first of them expects these.
    """
    agreement = case.agreement
    if agreement is None:
        return []
    if case.appeal_id is not None:
        return supplement_of(case)
    terms = terms_of(agreement, case.part, on=case.claim.repaired_on)
    if defects is None:
        defects = pieces_of(case) if agreement.no_return else case.defect_qty
    charges = [part_charge(case.line, terms, defects)]
    on_notes = ChargebackLine.objects.charging().filter(claim_line__claim=case.claim_id)
    taken = on_notes.exclude(case__line=case.line_id).values("claim_line")
    others = case.claim.lines.exclude(kind="part").filter(PAID, payer__in=CHARGEABLE).select_related("appealed")
    if not (at_once or _speaks_for_claim(case)):
        others = others.filter(pk__in=on_notes.filter(case__line=case.line_id).values("claim_line"))
    charges += [other_charge(line, terms) for line in others.exclude(pk__in=taken).order_by("position")]
    fee = recoverable_lines((), terms)
    charges += [Charge(None, amount, Decimal(1), Decimal(1)) for amount in fee]
    return [charge for charge in charges if charge.amount.amount > 0]


def supplement_of(case: RecoveryCase | CaseRow) -> list[Charge]:
    """What the line's own case may charge now beyond what stands on notes, this case's own lines apart."""
    own = RecoveryCase.objects.select_related(*OF_CASE).filter(line_id=case.line_id, appeal=None).latest("pk")
    charged = ChargebackLine.objects.charging().exclude(case=case.pk or 0).values("claim_line")
    sums = {row["claim_line"]: row for row in charged.annotate(amount=Sum("claimed"), of=Sum("base"))}
    found = []
    for charge in charges_of(own):
        if charge.claim_line is None:
            continue
        before = sums.get(charge.claim_line.pk, {"amount": Decimal(0), "of": Decimal(0)})
        more = max(charge.amount.amount - before["amount"], Decimal(0))
        base = max(charge.amount.base - before["of"], Decimal(0))
        found.append(replace(charge, amount=RecoverableLine(charge.amount.kind, base, more)))
    return [charge for charge in found if charge.amount.amount > 0]


def _speaks_for_claim(case: RecoveryCase) -> bool:
    """Labor and travel are expected of the claim's first part line whose supplier may pay; the first note takes them.

    A case that is on a note does not wait for one whose old part is still on its way. With a lost case they are lost only
    where no other case can charge them any more, and once.
    """
    others = RecoveryCase.objects.filter(claim_id=case.claim_id)
    if case.status == RecoveryStatus.LOST:
        taking = Q(status__in=[RecoveryStatus.WAITING, RecoveryStatus.OPEN, RecoveryStatus.CHARGED])
        before = Q(status=RecoveryStatus.LOST, pk__lt=case.pk)
        return not others.filter(PAYS_BESIDE, taking | before, appeal=None).exclude(pk=case.pk).exists()
    rivals = [RecoveryStatus.OPEN, RecoveryStatus.CHARGED]
    if case.status != RecoveryStatus.CHARGED:
        rivals.append(RecoveryStatus.WAITING)
    return not others.filter(pk__lt=case.pk, status__in=rivals).exists()


def part_charge(line: ClaimLine | LineRow, terms: Terms, defects: Decimal) -> Charge:
    """What the pieces with a defect bring: their share of the quantity and of the amount that the station was paid for (C25).

    Every piece asked for stands for the same share of the line, as it does for the station (stakes).
    """
    decided = line.decided_qty
    share = min(defects / decided.pieces, Decimal(1))
    qty = decided.paid * share
    found = recoverable_line(PaidLine("part", line.paid_amount * share, qty), terms)
    return Charge(line, found, terms.shares["part"], qty.quantize(THOUSANDTH, ROUND_HALF_UP))


def other_charge(line: ClaimLine | LineRow, terms: Terms) -> Charge:
    """What another line of the claim brings."""
    return Charge(
        line,
        recoverable_line(PaidLine(line.kind, line.paid_amount), terms),
        terms.shares.get(line.kind, Decimal(0)),
        line.qty,
    )

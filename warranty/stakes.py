"""What an old part stands for in money: its share of what the station gets for its line, whatever decided that last.

Not here: how it is debited (settlement_posting). Source: rules.md 3.6 (debit of that line's approved amount).
"""

from decimal import Decimal

from portal.core import statements
from portal.core.states import lock
from warranty.failed_parts_rules import piece_amounts
from warranty.models import ClaimLine, FailedPart, ItemKind, WarrantyClaim

COST = (ItemKind.NOT_RETURNED, ItemKind.APPRAISAL)


def stake_of(piece: FailedPart) -> Decimal:
    """The piece's share of what its line brings the station; of what the rules allow of it while nobody has decided."""
    line = ClaimLine.objects.select_related("appealed").get(pk=piece.line_id)
    of_line = line.allowed_amount if line.approved_amount is None else line.paid_amount
    shares = piece_amounts(of_line, FailedPart.objects.filter(line=line).count())
    return shares[piece.piece - 1]


def stake_anew(piece: FailedPart) -> Decimal:
    """The locked piece says what it stands for now, which is answered; what it has cost already stays as it was."""
    if piece.settlement_items.filter(kind__in=COST).exists():
        return piece.amount
    stake = stake_of(piece)
    if stake != piece.amount:
        piece.amount = stake
        statements.update(piece, ["amount"])
    return stake


def follow_decision(claim: WarrantyClaim) -> None:
    """The claim or its appeal was decided: pieces asked for before that stand for what their lines are paid now."""
    for piece in claim.failed_parts.order_by("pk"):
        stake_anew(lock(piece))

"""How long an old part is kept before it may be scrapped: 90 days D after settlement, and until a dispute closes.

Source: rules.md 3.6. Not here: what becomes of it (disposing).
"""

from datetime import date, datetime, timedelta

from portal.core import clock
from portal.core.parameters import param
from warranty.models import AppealLine, ChargebackLine, FailedPart, ItemKind, StatementLine

UNPAID = ("rejected", "reversed", "withdrawn")


def keep_until(piece: FailedPart, at: datetime | None = None) -> date | None:
    """The first day on which the piece may be scrapped; None while that day is not known.

    It counts from the day the statement with its line was issued, its claim's or where only an appeal grants the line that
    appeal's; from its verdict where nobody will ever pay for it.
    """
    begun = _settled_on(piece)
    if begun is None or in_dispute(piece):
        return None
    return begun + timedelta(days=param("warranty.keep_days", at))


def _settled_on(piece: FailedPart) -> date | None:
    appealed = AppealLine.objects.filter(line=piece.line_id, line__approved_amount=0, granted_amount__gt=0)
    kind = ItemKind.APPEAL if appealed.exists() else ItemKind.CLAIM
    lines = StatementLine.objects.filter(is_live=True, item__claim=piece.claim_id, kind=kind)
    issued = lines.filter(statement__issued_at__isnull=False).order_by("statement__issued_at").first()
    if issued is not None and issued.statement.issued_at is not None:
        return clock.local_date(issued.statement.issued_at)
    verdict = piece.appraisals.filter(is_final=True).first()
    unpaid = piece.claim.status in UNPAID and not piece.claim.pays
    return clock.local_date(verdict.at) if verdict and unpaid else None


def in_dispute(piece: FailedPart) -> bool:
    """Whether the supplier disputes the charge for the piece's line and nobody has decided that yet."""
    return ChargebackLine.objects.in_dispute().filter(case__line=piece.line_id).exists()

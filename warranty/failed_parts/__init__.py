"""Old parts on their way to the factory: asked for, tagged, packed, shipped, received, and what an overdue one costs.

Not here: the verdict (appraisal), statements (settlement), charging suppliers (recovery).
"""

from warranty.failed_parts.asking import request_for_hold, request_returns
from warranty.failed_parts.boxes import pack_box, ship_box
from warranty.failed_parts.deadlines import (
    debit_overdue,
    extend_return,
    lose_piece,
    overdue_on,
    remind_due,
    waive_return,
)
from warranty.failed_parts.receiving import close_box, receive_piece
from warranty.failed_parts.refusals import (
    AlreadyExtended,
    BadTag,
    ForeignPiece,
    NothingToPack,
    ReasonMissing,
    UnknownTag,
)
from warranty.failed_parts.tags import find_piece, print_tags, qr_of

__all__ = [
    "AlreadyExtended",
    "BadTag",
    "ForeignPiece",
    "NothingToPack",
    "ReasonMissing",
    "UnknownTag",
    "close_box",
    "debit_overdue",
    "extend_return",
    "find_piece",
    "lose_piece",
    "overdue_on",
    "pack_box",
    "print_tags",
    "qr_of",
    "receive_piece",
    "remind_due",
    "request_for_hold",
    "request_returns",
    "ship_box",
    "waive_return",
]

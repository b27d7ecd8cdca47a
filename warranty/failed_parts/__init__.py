"""Old parts on their way to the factory: asked for, tagged, packed, shipped, received, and what an overdue one costs.

Not here: the verdict (appraisal), statements (settlement), charging suppliers (recovery).
"""

from warranty.failed_parts.asking import request_for_hold, request_returns
from warranty.failed_parts.boxes import pack_box, reopen_box, scan_into_box, seal_box, ship_box, take_out
from warranty.failed_parts.deadlines import (
    ask_extension,
    debit_overdue,
    extend_return,
    lose_piece,
    overdue_on,
    refuse_extension,
    remind_due,
    waive_return,
)
from warranty.failed_parts.discrepancies import note_due
from warranty.failed_parts.onward import receive_shipment, receiver_of, send_pieces, waiting_for
from warranty.failed_parts.receiving import close_box, find_box, note_extra, receive_piece
from warranty.failed_parts.refusals import (
    AlreadyExtended,
    AskedAlready,
    BadTag,
    BoxIsShut,
    DebitedAlready,
    ExtraNeedsWords,
    ForeignPiece,
    InTheBoxAlready,
    NotBeingUnpacked,
    NothingAsked,
    NothingToPack,
    NothingToSend,
    NotInTheBox,
    NotOneReceiver,
    ReasonMissing,
    ReceivedAlready,
    SentAlready,
    TagFirst,
    TagNotNeeded,
    UnknownTag,
)
from warranty.failed_parts.tags import find_piece, print_tags, qr_of

__all__ = [
    "AlreadyExtended",
    "AskedAlready",
    "BadTag",
    "BoxIsShut",
    "DebitedAlready",
    "ExtraNeedsWords",
    "ForeignPiece",
    "InTheBoxAlready",
    "NotBeingUnpacked",
    "NotInTheBox",
    "NotOneReceiver",
    "NothingAsked",
    "NothingToPack",
    "NothingToSend",
    "ReasonMissing",
    "ReceivedAlready",
    "SentAlready",
    "TagFirst",
    "TagNotNeeded",
    "UnknownTag",
    "ask_extension",
    "close_box",
    "debit_overdue",
    "extend_return",
    "find_box",
    "find_piece",
    "lose_piece",
    "note_due",
    "note_extra",
    "overdue_on",
    "pack_box",
    "print_tags",
    "qr_of",
    "receive_piece",
    "receive_shipment",
    "receiver_of",
    "refuse_extension",
    "remind_due",
    "reopen_box",
    "request_for_hold",
    "request_returns",
    "scan_into_box",
    "seal_box",
    "send_pieces",
    "ship_box",
    "take_out",
    "waiting_for",
    "waive_return",
]

"""Chargeback notes: batched, sent, answered line by line, disputed, paid. Not here: who may be charged (recovery)."""

from warranty.chargebacks.answering import (
    LineAnswer,
    accept_silent,
    acknowledge_chargeback,
    answer_chargeback,
    lines_to_answer,
)
from warranty.chargebacks.batching import Proposal, batch_chargebacks, open_cases_of, propose, suppliers_to_propose
from warranty.chargebacks.disputes import (
    DECISIONS,
    OUTCOME_WORDS,
    OUTCOMES,
    decide_dispute,
    deny_dispute,
    resolve_dispute,
)
from warranty.chargebacks.growing import follow_appeal
from warranty.chargebacks.payment import offset_limit, record_supplier_payment
from warranty.chargebacks.refusals import (
    AlreadyAnswered,
    AmountAboveClaimed,
    AmountBelowAccepted,
    AnswerIncomplete,
    CreditNoteUsed,
    NoOffsetRight,
    NotDisputed,
    NothingOwedBack,
    NothingToCharge,
    OffsetOutOfBounds,
    OwnNote,
    PaymentOutOfBounds,
    ReasonMissing,
    RepaymentOutOfBounds,
    ReplyNotAwaited,
    RoundsUsedUp,
    TooManyReplies,
    WithSupplier,
)
from warranty.chargebacks.repayment import OwedBack, owed_back, repay_supplier
from warranty.chargebacks.replies import file_reply, replies_of, takes_reply
from warranty.chargebacks.rerouting import Rerouting, look_at_rerouting, reroute_dispute
from warranty.chargebacks.rounds import threads_of
from warranty.chargebacks.sending import send_chargeback, withdraw_chargeback

__all__ = [
    "DECISIONS",
    "OUTCOMES",
    "OUTCOME_WORDS",
    "AlreadyAnswered",
    "AmountAboveClaimed",
    "AmountBelowAccepted",
    "AnswerIncomplete",
    "CreditNoteUsed",
    "LineAnswer",
    "NoOffsetRight",
    "NotDisputed",
    "NothingOwedBack",
    "NothingToCharge",
    "OffsetOutOfBounds",
    "OwedBack",
    "OwnNote",
    "PaymentOutOfBounds",
    "Proposal",
    "ReasonMissing",
    "RepaymentOutOfBounds",
    "ReplyNotAwaited",
    "Rerouting",
    "RoundsUsedUp",
    "TooManyReplies",
    "WithSupplier",
    "accept_silent",
    "acknowledge_chargeback",
    "answer_chargeback",
    "batch_chargebacks",
    "decide_dispute",
    "deny_dispute",
    "file_reply",
    "follow_appeal",
    "lines_to_answer",
    "look_at_rerouting",
    "offset_limit",
    "open_cases_of",
    "owed_back",
    "propose",
    "record_supplier_payment",
    "repay_supplier",
    "replies_of",
    "reroute_dispute",
    "resolve_dispute",
    "send_chargeback",
    "suppliers_to_propose",
    "takes_reply",
    "threads_of",
    "withdraw_chargeback",
]

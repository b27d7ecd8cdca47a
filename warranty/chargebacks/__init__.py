"""Chargeback notes: batched, sent, answered line by line, disputed, paid. Not here: who may be charged (recovery)."""

from warranty.chargebacks.answering import LineAnswer, accept_silent, acknowledge_chargeback, answer_chargeback
from warranty.chargebacks.batching import Proposal, batch_chargebacks, open_cases_of, propose, suppliers_to_propose
from warranty.chargebacks.disputes import OUTCOME_WORDS, OUTCOMES, resolve_dispute
from warranty.chargebacks.growing import follow_appeal
from warranty.chargebacks.payment import record_supplier_payment
from warranty.chargebacks.refusals import (
    AlreadyAnswered,
    AmountAboveClaimed,
    AnswerIncomplete,
    NotDisputed,
    NothingToCharge,
    OwnNote,
    PaymentOutOfBounds,
    ReasonMissing,
    ReplyNotAwaited,
    TooManyReplies,
)
from warranty.chargebacks.replies import file_reply, replies_of, takes_reply
from warranty.chargebacks.sending import send_chargeback, withdraw_chargeback

__all__ = [
    "OUTCOMES",
    "OUTCOME_WORDS",
    "AlreadyAnswered",
    "AmountAboveClaimed",
    "AnswerIncomplete",
    "LineAnswer",
    "NotDisputed",
    "NothingToCharge",
    "OwnNote",
    "PaymentOutOfBounds",
    "Proposal",
    "ReasonMissing",
    "ReplyNotAwaited",
    "TooManyReplies",
    "accept_silent",
    "acknowledge_chargeback",
    "answer_chargeback",
    "batch_chargebacks",
    "file_reply",
    "follow_appeal",
    "open_cases_of",
    "propose",
    "record_supplier_payment",
    "replies_of",
    "resolve_dispute",
    "send_chargeback",
    "suppliers_to_propose",
    "takes_reply",
    "withdraw_chargeback",
]

"""What is refused about chargeback notes."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Refusal


class MonthToCome(Refusal):
    """A note is made for the present month or an earlier one."""

    message = _("Got %(got)s, expected this month, %(month)s, or an earlier one.")
    code = "month_to_come"


class NothingToCharge(Refusal):
    """No open case of the supplier."""

    message = _("There is nothing to charge to %(supplier)s.")
    code = "nothing_to_charge"


class AnswerIncomplete(Refusal):
    """Every line is accepted or disputed."""

    message = _("Answer every line: what you accept, and why you dispute the rest.")
    code = "answer_incomplete"


class AmountAboveClaimed(Refusal):
    """Accepted lies between 0 and the claimed amount."""

    message = _("Line %(position)s: accept between ¥0.00 and ¥%(claimed)s.")
    code = "amount_above_claimed"


class AmountNotInCents(Refusal):
    """Money has two decimals; what has more was meant otherwise."""

    message = _("Line %(position)s: got ¥%(got)s, expected at most two decimals, like 48.00.")
    code = "amount_not_in_cents"


class AmountBelowAccepted(Refusal):
    """What was accepted stays accepted."""

    message = _("Line %(position)s: you have accepted ¥%(accepted)s of it before; ¥%(got)s would be less.")
    code = "amount_below_accepted"


class ReasonMissing(Refusal):
    """A dispute needs words."""

    message = _("Line %(position)s: say in at least %(least)s characters why you dispute ¥%(disputed)s.")
    code = "reason_missing"


class AlreadyAnswered(Refusal):
    """A note is answered once."""

    message = _("%(number)s has been answered already.")
    code = "already_answered"


class NoticeTooLate(Refusal):
    """A note is sent by the last day for notice of its cases."""

    message = _(
        "%(number)s cannot be sent: the last day for notice of all its cases has passed, the latest on %(day)s."
    )
    code = "notice_too_late"


class PaymentOutOfBounds(Refusal):
    """Received money stays between nothing and what was accepted."""

    message = _("With ¥%(amount)s, ¥%(sum)s of %(number)s would be received; at most ¥%(limit)s is owed.")
    code = "payment_out_of_bounds"


class ReferenceUsed(Refusal):
    """A reference stands once on a note; another amount under it would be lost without a word."""

    message = _(
        "%(reference)s stands on %(note)s with ¥%(amount)s already, got ¥%(got)s. If one transfer paid twice, add a mark to it."
    )
    code = "reference_used"


class CreditNoteUsed(Refusal):
    """A supplier's credit note is entered once."""

    message = _("The supplier's credit note %(number)s was entered before, for %(note)s.")
    code = "credit_note_used"


class NoOffsetRight(Refusal):
    """Set-off needs a right by the agreement."""

    message = _("No agreement behind %(number)s lets us set off what the supplier owes.")
    code = "no_offset_right"


class OffsetOutOfBounds(Refusal):
    """Set-off is bounded by what was accepted with the right to it, and by what the document still owes."""

    message = _("¥%(amount)s cannot be set off against %(document)s: at most ¥%(limit)s.")
    code = "offset_out_of_bounds"


class PayableUnknown(Refusal):
    """Set off is what we owe the supplier, by the number of its document."""

    message = _(
        "Got %(got)s, expected the number of a document of what we owe %(supplier)s: a credit note of ours that is owed back, or "
        "a purchase order or receipt of goods of that supplier that came in."
    )
    code = "payable_unknown"


class NothingOwedBack(Refusal):
    """Money goes back for a credit note that left some of it owed."""

    message = _("No credit note of %(number)s with this number left anything owed to the supplier.")
    code = "nothing_owed_back"


class RepaymentOutOfBounds(Refusal):
    """Never more goes back than was owed."""

    message = _("¥%(amount)s is not between ¥0.01 and ¥%(limit)s, which %(number)s still owes the supplier.")
    code = "repayment_out_of_bounds"


class NothingUnpaid(Refusal):
    """Only what was accepted and not paid is given up."""

    message = _("Nothing that the supplier accepted of %(number)s is unpaid.")
    code = "nothing_unpaid"


class StillDisputed(Refusal):
    """Disputes are decided before the rest is given up."""

    message = _("Decide the disputed lines of %(number)s first.")
    code = "still_disputed"


class OwnNote(Refusal):
    """Who made a note does not decide what becomes of its disputes, and gives nothing of it up."""

    message = _("You made %(number)s, so somebody else decides its disputes.")
    code = "own_note"


class NotDisputed(Refusal):
    """Only a disputed line is resolved, once."""

    message = _("Line %(position)s has no open dispute.")
    code = "not_disputed"


class UnknownOutcome(Refusal):
    """A dispute ends in one of a few ways."""

    message = _("“%(outcome)s” is no outcome of a dispute.")
    code = "unknown_outcome"


class NoLineChosen(Refusal):
    """At least one line is decided."""

    message = _("Choose at least one disputed line.")
    code = "no_line_chosen"


class TooManyLines(Refusal):
    """What is decided at once can be surveyed."""

    message = _("%(count)s lines are chosen; decide at most %(most)s at once.")
    code = "too_many_lines"


class LineUnknown(Refusal):
    """A line of another note, or none that counts."""

    message = _("One of the chosen lines is not on %(number)s any more.")
    code = "line_unknown"


class PaperMissing(Refusal):
    """What a supplier answered outside the portal is proved by its paper."""

    message = _("Attach the supplier's answer: the letter, mail or form that it sent.")
    code = "paper_missing"


class NothingInDoubt(Refusal):
    """A doubt is decided once."""

    message = _("Nothing that was accepted of line %(position)s is in doubt any more.")
    code = "nothing_in_doubt"


class WithSupplier(Refusal):
    """A denied dispute is the supplier's to answer until its last day."""

    message = _("Line %(position)s waits for the supplier's answer until %(day)s; until then it can only be given up.")
    code = "with_supplier"


class FeeOfNoStation(Refusal):
    """A station gives back what it got; the handling fee is between us and the supplier."""

    message = _("Line %(position)s is a handling fee, which no station received: expected another decision.")
    code = "fee_of_no_station"


class UnderTest(Refusal):
    """A line waits for its further test."""

    message = _("Line %(position)s waits for the further test of its old part since %(day)s.")
    code = "under_test"


class AlreadyTestedAgain(Refusal):
    """A line's old parts are tested again once."""

    message = _("The old part of line %(position)s was tested again before: decide by what was found.")
    code = "tested_again"


class NothingToTest(Refusal):
    """No old part was ever appraised for the line."""

    message = _("No old part was found to be the supplier's for line %(position)s, so there is nothing to test again.")
    code = "nothing_to_test"


class PieceGone(Refusal):
    """Only what lies here can be tested."""

    message = _("The old part %(number)s is not at hand any more (%(status)s), so it cannot be tested again.")
    code = "piece_gone"


class NoTestAwaited(Refusal):
    """The dispute was decided meanwhile, or the test is done."""

    message = _("Nobody waits for a further test of %(number)s any more.")
    code = "test_not_awaited"


class RoundsUsedUp(Refusal):
    """A dispute is denied a limited number of times."""

    message = _("Line %(position)s was denied %(most)s times, which is the most: decide who bears it.")
    code = "rounds_used_up"


class ReplyNotAwaited(Refusal):
    """A reply is for a note that waits or is disputed."""

    message = _("%(number)s waits for no reply: it is answered and nothing of it is disputed.")
    code = "reply_not_awaited"


class TooManyReplies(Refusal):
    """A note has a bounded number of files."""

    message = _("%(number)s has %(most)s replies already, which is the most.")
    code = "too_many_replies"

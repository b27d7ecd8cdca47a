"""What an operation on old parts and their boxes says when it may not do what was asked."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Refusal


class UnknownTag(Refusal):
    """A scan that names no piece we asked for."""

    message = _("“%(scanned)s” is not a tag of ours.")
    code = "unknown_tag"


class BadTag(Refusal):
    """The check character of a scanned code is wrong."""

    message = _("The code was not read correctly. Scan it again, or type the number on the tag.")
    code = "bad_tag"


class NothingToPack(Refusal):
    """A box needs pieces."""

    message = _("Choose at least one old part with a printed tag.")
    code = "nothing_to_pack"


class ForeignPiece(Refusal):
    """A box holds pieces of its own station only."""

    message = _("%(number)s belongs to another station.")
    code = "foreign_piece"


class AlreadyExtended(Refusal):
    """There is one extension, of at most 15 days."""

    message = _("The time was extended once already, or by more than %(days)s days.")
    code = "already_extended"


class ReasonMissing(Refusal):
    """Giving up a piece needs words."""

    message = _("Say why, in at least %(least)s characters.")
    code = "reason_missing"


class BoxIsShut(Refusal):
    """A sealed or shipped box is not packed any more."""

    message = _("Box %(number)s is “%(status)s”, so nothing is put in or taken out.")
    code = "box_is_shut"


class NotInTheBox(Refusal):
    """Only what lies in the box can be taken out of it."""

    message = _("%(number)s does not lie in box %(box)s.")
    code = "not_in_the_box"


class TagFirst(Refusal):
    """A piece without a printed tag cannot be told apart on arrival."""

    message = _("No tag of %(number)s was printed yet: print it and fix it to the piece, then pack it.")
    code = "tag_first"


class TagNotNeeded(Refusal):
    """What has arrived, or will not come, is not tagged any more."""

    message = _("%(number)s is “%(status)s”: its tag is not needed any more.")
    code = "tag_not_needed"


class InTheBoxAlready(Refusal):
    """Scanned twice."""

    message = _("%(number)s lies in box %(box)s already.")
    code = "in_the_box_already"


class NotBeingUnpacked(Refusal):
    """A closed box takes no more scans."""

    message = _("Box %(number)s is “%(status)s”: it is closed, and its note is written.")
    code = "not_being_unpacked"


class ExtraNeedsWords(Refusal):
    """A piece without a tag is told by what one sees."""

    message = _("Say what it is: a part number, or what is printed on it.")
    code = "extra_needs_words"


class NotNotedHere(Refusal):
    """A note is struck out once."""

    message = _("“%(found)s” is not noted in box %(box)s, or was struck out already.")
    code = "not_noted_here"


class AskedAlready(Refusal):
    """A station asks for more time once a piece, before its last day is over."""

    message = _("More time for %(number)s was asked for already, or its last day %(day)s is over.")
    code = "asked_already"


class NothingAsked(Refusal):
    """There is no open wish for more time."""

    message = _("No more time was asked for %(number)s, or it was answered already.")
    code = "nothing_asked"


class DebitedAlready(Refusal):
    """A debit made is not undone by more time."""

    message = _(
        "%(number)s was overdue and is debited: its amount comes back with the accepted piece, or by waiving the return."
    )
    code = "debited_already"


class NothingToSend(Refusal):
    """A shipment needs pieces."""

    message = _("Choose at least one old part.")
    code = "nothing_to_send"


class NotOneReceiver(Refusal):
    """One shipment goes to one supplier or one station."""

    message = _("These pieces do not all go to one receiver, or their supplier is not named yet.")
    code = "not_one_receiver"


class SendingTooDear(Refusal):
    """What a station bears for its pieces coming back is freight, and nobody else looks at it."""

    message = _("Freight of %(got)s for pieces sent back to a station, expected at most %(limit)s.")
    code = "sending_too_dear"


class SentAlready(Refusal):
    """A piece is sent once."""

    message = _("%(number)s is not waiting to be sent on.")
    code = "sent_already"


class FreightToAllow(Refusal):
    """Much freight is not credited on the station's word alone."""

    message = _("The station entered %(freight)s of freight, more than %(limit)s: say how much of it is allowed.")
    code = "freight_to_allow"


class FreightAbovePaid(Refusal):
    """Nobody gets more freight than they paid."""

    message = _("Freight allowed: between ¥0.00 and %(freight)s, which the station entered; got %(got)s.")
    code = "freight_above_paid"


class ReceivedAlready(Refusal):
    """A receipt is confirmed once."""

    message = _("%(number)s was received already.")
    code = "received_already"


class OwnShipment(Refusal):
    """The receipt is the receiver's word, or at least another's than the sender's."""

    message = _("You sent %(number)s yourself; its receiver, or a colleague who heard of it, confirms the receipt.")
    code = "own_shipment"

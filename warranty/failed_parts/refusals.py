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

    message = _("Say why, in at least 10 characters.")
    code = "reason_missing"

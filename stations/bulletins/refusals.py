"""Why something is not done to a document."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Refusal


class NotADraft(Refusal):
    """What was published is never edited."""

    message = _("“%(title)s” is “%(status)s” and is not edited any more; make a new version of it.")
    code = "not_a_draft"


class NothingWritten(Refusal):
    """A document has a text or a file."""

    message = _("The document has neither a text nor a file.")
    code = "nothing_written"


class ChangeNoteMissing(Refusal):
    """Who read the last version is told what is new."""

    message = _("Say in at least %(length)s characters what has changed since version %(version)s.")
    code = "change_note_missing"


class BadReadingDay(Refusal):
    """A document that must be read names a day, which is not over."""

    message = _("Got %(got)s as the day until which it must be read; expected %(first)s or a later day.")
    code = "bad_reading_day"


class NobodyInAudience(Refusal):
    """It reaches at least one station."""

    message = _("No station fits these regions, kinds, grades and product families.")
    code = "nobody_in_audience"


class NotRevisable(Refusal):
    """A new version follows the last one that was published."""

    message = _("Version %(version)s of “%(title)s” is not the last one that was published.")
    code = "not_revisable"


class RevisionUnderWay(Refusal):
    """One draft at a time."""

    message = _("Version %(version)s of this document is being written already.")
    code = "revision_under_way"


class WithdrawalUnexplained(Refusal):
    """Readers are told why they must not go by it any more."""

    message = _("Say in at least %(length)s characters why it is withdrawn.")
    code = "withdrawal_unexplained"


class NotAddressed(Refusal):
    """Readers are people of the stations it was sent to."""

    message = _("This document was not sent to a station of yours.")
    code = "not_addressed"


class NotInForce(Refusal):
    """Only the version to go by is confirmed."""

    message = _("Version %(version)s of “%(title)s” is not in force any more.")
    code = "not_in_force"

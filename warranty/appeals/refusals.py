"""Why an appeal is not filed, or not decided like that."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Refusal


class NothingToAppeal(Refusal):
    """Only a decision that cut something can be appealed."""

    message = _("%(claim)s is “%(status)s” and nothing of it was cut by a decision: there is nothing to appeal.")
    code = "nothing_to_appeal"


class AppealTooLate(Refusal):
    """The days to appeal are over."""

    message = _("The decision on %(claim)s could be appealed until %(last)s.")
    code = "appeal_too_late"


class AppealedBefore(Refusal):
    """An appeal is filed once; what it brings is final."""

    message = _("%(claim)s was appealed before with %(appeal)s.")
    code = "appealed_before"


class ReplacedAlready(Refusal):
    """The station chose another way to its money."""

    message = _("%(claim)s is replaced by %(other)s; go on with that claim, or withdraw it first.")
    code = "replaced_already"


class UnderAppeal(Refusal):
    """The same work is not claimed again while, or after, an appeal pays it."""

    message = _("%(claim)s is appealed with %(appeal)s (%(status)s); it cannot be claimed again.")
    code = "under_appeal"


class NoLineNamed(Refusal):
    """An appeal names what it asks for."""

    message = _("Choose at least one line and say how much you ask for.")
    code = "no_line_named"


class AskedAboveCut(Refusal):
    """One cannot win back more than was cut."""

    message = _("Line %(position)s: ask for an amount between 0.01 and %(most)s, got %(got)s.")
    code = "asked_above_cut"


class EvidenceMissing(Refusal):
    """An appeal without anything new changes nothing."""

    message = _("Attach new evidence: a picture or a paper that headquarters has not seen yet.")
    code = "evidence_missing"


class EvidenceKnown(Refusal):
    """What was there when the claim was decided is not new."""

    message = _("“%(name)s” was part of the claim already. Attach evidence that headquarters has not seen yet.")
    code = "evidence_known"


class TooManyFiles(Refusal):
    """More than anybody looks at."""

    message = _("An appeal takes at most %(most)s files, got %(got)s.")
    code = "too_many_files"


class GroundsTooShort(Refusal):
    """Grounds say something."""

    message = _("Write at least %(least)s characters.")
    code = "grounds_too_short"


class FirstDecider(Refusal):
    """Whoever decided the claim, or works for it, does not decide its appeal."""

    message = _("You decided, drafted or submitted %(claim)s; somebody else decides its appeal.")
    code = "first_decider"


class SecondDeciderDiffers(Refusal):
    """Above the approver's limit two persons have to come to the same amounts."""

    message = _("%(who)s decided %(first)s, you decided %(second)s. Agree, or let the first decision be revised.")
    code = "second_decider_differs"


class LineUndecided(Refusal):
    """All lines of an appeal are decided at once."""

    message = _("Line %(position)s: say how much is granted, and why.")
    code = "line_undecided"


class LineUnknown(Refusal):
    """A decision about a line that was not appealed."""

    message = _("This appeal has no such line; expected one of %(lines)s.")
    code = "line_unknown"


class GrantedAboveAsked(Refusal):
    """Nobody gets more than they asked for."""

    message = _("Line %(position)s: grant an amount between 0.00 and %(most)s, got %(got)s.")
    code = "granted_above_asked"


class ClaimIsReversed(Refusal):
    """Nothing is paid for a claim that no longer counts."""

    message = _("%(claim)s was reversed meanwhile; its appeal can only be dismissed.")
    code = "claim_is_reversed"

"""Why an application, or a step of it, is refused."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core import show
from portal.core.errors import Refusal


@dataclass(frozen=True)
class Missing:
    """One thing an application lacks: the field or document, and its words."""

    key: str
    label: str | Promise
    part: str = ""  # of a paper: its field

    @property
    def anchor(self) -> str:
        """Where the page shows it: the paper or list itself, or a field."""
        if not self.key.startswith("document-"):
            return f"id_{self.key}"
        return f"id_{self.key}-{self.part}" if self.part else self.key


class LinkOver(Refusal):
    """Used up, ended or never given out: one answer for all."""

    message = _("This application link is no longer valid. Ask the person who invited you for a new one.")
    code = "link_over"


class NotEditable(Refusal):
    """Under review nobody edits it."""

    message = _("The application is “%(status)s” and can no longer be edited.")
    code = "application_not_editable"


class BankAccountWrong(Refusal):
    """Nobody could pay into it."""

    message = _("“%(given)s” is not a bank account; expected 8 to 30 digits, blanks and hyphens allowed.")
    code = "bank_account_wrong"


class TooManyRows(Refusal):
    """One outlet, not a company's whole register."""

    message = _("At most %(most)s rows; got %(got)s.")
    code = "too_many_rows"


class Incomplete(Refusal):
    """Names everything that is missing at once."""

    message = _("Still missing: %(missing)s.")
    code = "application_incomplete"

    def __init__(self, missing: Sequence["Missing"]) -> None:
        self.missing = missing
        super().__init__(missing=show.listed(part.label for part in missing))

    def by_field(self) -> dict[str, list[str]]:
        """Each thing at its own field, for programs."""
        found: dict[str, list[str]] = {}
        for part in self.missing:
            found.setdefault(part.key, []).append(str(part.label))
        return found


class Paused(Refusal):
    """A refused company waits."""

    message = _("An application of this company was refused; it may apply again from %(until)s.")
    code = "application_paused"


class OwnApplication(Refusal):
    """Nobody approves what they filed, nor whom they invited."""

    message = _("You filed this application or invited the applicant yourself; somebody else decides it.")
    code = "own_application"


class SameDecider(Refusal):
    """The two approvals are two people's."""

    message = _("You reviewed this application for the region; somebody else decides for headquarters.")
    code = "same_decider"


class NotPassed(Refusal):
    """The last visit decides whether there is anything to approve."""

    message = _("The last site inspection did not pass; the application cannot be approved.")
    code = "inspection_not_passed"


class ReasonMissing(Refusal):
    """The applicant is told why."""

    message = _("Write the reason in at least %(length)s characters; the applicant reads it.")
    code = "reason_missing"

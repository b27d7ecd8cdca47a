"""States and tables of moves of claims, appeals, registrations, policies and contracts. Not here: failed parts, chargebacks."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.states import Moves


class ClaimStatus(models.TextChoices):
    """Where a warranty claim stands (rules.md 3.1)."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    AUTO_CHECKED = "auto_checked", _("Checked by the system")
    IN_REVIEW = "in_review", _("In review")
    INFO_REQUESTED = "info_requested", _("Information requested")
    APPROVED = "approved", _("Approved")
    PARTIALLY_APPROVED = "partially_approved", _("Partially approved")
    REJECTED = "rejected", _("Rejected")
    SETTLED = "settled", _("On a statement")
    PAID = "paid", _("Paid")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REVERSED = "reversed", _("Reversed")


S = ClaimStatus
DECIDED = frozenset({S.APPROVED, S.PARTIALLY_APPROVED, S.REJECTED})
GRANTED = frozenset({S.APPROVED, S.PARTIALLY_APPROVED, S.SETTLED, S.PAID})
EDITABLE = frozenset({S.DRAFT, S.INFO_REQUESTED})
APPEALABLE = frozenset({S.REJECTED, S.PARTIALLY_APPROVED, S.SETTLED, S.PAID})
NOT_HOLDING = frozenset({S.DRAFT, S.WITHDRAWN})  # hold no duplicate key (C22)

CLAIM_MOVES: Moves = {
    S.DRAFT: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    S.SUBMITTED: frozenset({S.AUTO_CHECKED}),
    S.AUTO_CHECKED: frozenset({S.APPROVED, S.PARTIALLY_APPROVED, S.REJECTED, S.IN_REVIEW}),
    S.IN_REVIEW: frozenset({S.INFO_REQUESTED, S.APPROVED, S.PARTIALLY_APPROVED, S.REJECTED, S.WITHDRAWN}),
    S.INFO_REQUESTED: frozenset({S.SUBMITTED, S.REJECTED, S.WITHDRAWN}),
    S.APPROVED: frozenset({S.SETTLED, S.REVERSED}),
    S.PARTIALLY_APPROVED: frozenset({S.SETTLED, S.REVERSED}),
    S.SETTLED: frozenset({S.PAID, S.APPROVED, S.PARTIALLY_APPROVED, S.REVERSED}),
    S.PAID: frozenset({S.REVERSED}),
    S.REJECTED: frozenset({S.REVERSED}),  # where its appeal granted something
}

CLAIM_TONES: dict[str, str] = {
    S.DRAFT: "calm",
    S.SUBMITTED: "run",
    S.AUTO_CHECKED: "run",
    S.IN_REVIEW: "run",
    S.INFO_REQUESTED: "wait",
    S.APPROVED: "good",
    S.PARTIALLY_APPROVED: "good",
    S.REJECTED: "bad",
    S.SETTLED: "good",
    S.PAID: "good",
    S.WITHDRAWN: "calm",
    S.REVERSED: "bad",
}


class RegistrationStatus(models.TextChoices):
    """Where the registration of a sale stands; only an approved one starts the cover."""

    FILED = "filed", _("Filed")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


REGISTRATION_MOVES: Moves = {
    RegistrationStatus.FILED: frozenset({RegistrationStatus.APPROVED, RegistrationStatus.REFUSED}),
}


class CorrectionStatus(models.TextChoices):
    """Where the correction of a registration stands; only an applied one changes it."""

    FILED = "filed", pgettext_lazy("correction", "Filed")
    APPLIED = "applied", pgettext_lazy("correction", "Applied")
    REFUSED = "refused", _("Refused")


CORRECTION_MOVES: Moves = {
    CorrectionStatus.FILED: frozenset({CorrectionStatus.APPLIED, CorrectionStatus.REFUSED}),
}


class PolicyStatus(models.TextChoices):
    """Where a version of a policy stands; only a released one covers anything."""

    DRAFT = "draft", _("Draft")
    RELEASED = "released", _("Released")
    DROPPED = "dropped", _("Dropped")


POLICY_MOVES: Moves = {
    PolicyStatus.DRAFT: frozenset({PolicyStatus.RELEASED, PolicyStatus.DROPPED}),
}


class ExtendedStatus(models.TextChoices):
    """Where an extended-warranty contract stands."""

    IN_FORCE = "in_force", _("In force")
    CANCELLED = "cancelled", _("Cancelled")


EXTENDED_MOVES: Moves = {
    ExtendedStatus.IN_FORCE: frozenset({ExtendedStatus.CANCELLED}),
}


class AppealStatus(models.TextChoices):
    """Where an appeal against a decision stands (rules.md 3.1); what is decided is final."""

    FILED = "filed", pgettext_lazy("appeal", "Filed")
    UPHELD = "upheld", pgettext_lazy("appeal", "Upheld")
    PARTLY_UPHELD = "partly_upheld", pgettext_lazy("appeal", "Partly upheld")
    DISMISSED = "dismissed", pgettext_lazy("appeal", "Dismissed")


APPEAL_MOVES: Moves = {
    AppealStatus.FILED: frozenset({AppealStatus.UPHELD, AppealStatus.PARTLY_UPHELD, AppealStatus.DISMISSED}),
}
APPEAL_TONES: dict[str, str] = {
    AppealStatus.FILED: "run",
    AppealStatus.UPHELD: "good",
    AppealStatus.PARTLY_UPHELD: "good",
    AppealStatus.DISMISSED: "bad",
}

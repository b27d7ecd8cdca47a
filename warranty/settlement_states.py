"""States of old parts, boxes, recovery, chargebacks and statements, and the tables of their moves."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.states import Moves


class FailedPartStatus(models.TextChoices):
    """The way of one old piece from the wish to have it back to its end."""

    REQUESTED = "requested", _("To return")
    TAGGED = "tagged", _("Tag printed")
    PACKED = "packed", _("In a box")
    SHIPPED = "shipped", _("On its way")
    RECEIVED = "received", _("Received")
    INSPECTED = "inspected", _("Appraised")
    HELD = "held", _("Kept for now")
    DISPOSITIONED = "dispositioned", _("Closed")
    LOST = "lost", _("Lost")
    WAIVED = "waived", _("Waived")


_P = FailedPartStatus
FAILED_PART_MOVES: Moves = {
    _P.REQUESTED: frozenset({_P.TAGGED, _P.RECEIVED, _P.LOST, _P.WAIVED}),
    _P.TAGGED: frozenset({_P.PACKED, _P.RECEIVED, _P.LOST, _P.WAIVED}),
    _P.PACKED: frozenset({_P.TAGGED, _P.SHIPPED, _P.RECEIVED, _P.LOST, _P.WAIVED}),
    _P.SHIPPED: frozenset({_P.RECEIVED, _P.LOST, _P.WAIVED}),
    _P.LOST: frozenset({_P.RECEIVED}),  # what was given up may still turn up
    _P.RECEIVED: frozenset(
        {_P.INSPECTED, _P.REQUESTED, _P.TAGGED, _P.PACKED, _P.SHIPPED, _P.LOST}
    ),  # a scan taken back leads where the piece came from
    _P.INSPECTED: frozenset({_P.HELD, _P.DISPOSITIONED}),
    _P.HELD: frozenset({_P.DISPOSITIONED}),
}
ON_ITS_WAY = (_P.REQUESTED, _P.TAGGED, _P.PACKED, _P.SHIPPED)


class PartBoxStatus(models.TextChoices):
    """The way of one box of old pieces."""

    OPEN = "open", _("Being packed")
    SEALED = "sealed", _("Sealed")
    SHIPPED = "shipped", _("On its way")
    RECEIVED = "received", _("Received")


_X = PartBoxStatus
PART_BOX_MOVES: Moves = {
    _X.OPEN: frozenset({_X.SEALED, _X.SHIPPED, _X.RECEIVED}),  # a box may arrive that nobody said was sent
    _X.SEALED: frozenset({_X.OPEN, _X.SHIPPED, _X.RECEIVED}),
    _X.SHIPPED: frozenset({_X.RECEIVED}),
}
AT_THE_STATION = (PartBoxStatus.OPEN, PartBoxStatus.SEALED)


class RecoveryStatus(models.TextChoices):
    """What has become of the right to charge a supplier for one claim line."""

    UNASSIGNED = "unassigned", _("Supplier to be named")
    WAITING = "waiting", _("Waiting for the old part")
    OPEN = "open", _("To be charged")
    CHARGED = "charged", _("Charged")
    LOST = "lost", pgettext_lazy("recovery", "Lost")
    CLOSED = "closed", _("Closed without charge")


_R = RecoveryStatus
RECOVERY_MOVES: Moves = {
    _R.UNASSIGNED: frozenset({_R.WAITING, _R.OPEN, _R.LOST, _R.CLOSED}),
    _R.WAITING: frozenset({_R.OPEN, _R.LOST, _R.CLOSED}),
    _R.OPEN: frozenset({_R.CHARGED, _R.LOST, _R.CLOSED}),
    _R.CHARGED: frozenset({_R.OPEN, _R.LOST, _R.CLOSED}),  # lost: its note was not sent in time
    _R.LOST: frozenset(
        {_R.UNASSIGNED, _R.WAITING, _R.OPEN, _R.CLOSED}
    ),  # reopened by an approver, or the claim reversed
}
RUNNING_RECOVERY = (_R.UNASSIGNED, _R.WAITING, _R.OPEN)


class LostReason(models.TextChoices):
    """Why the right to charge a supplier was lost."""

    LATE = "late", _("Notice not given in time")
    NO_VERDICT = "no_verdict", _("Old part not appraised in time")
    NO_PART = "no_part", _("Old part did not come")
    UNNAMED = "unnamed", _("Supplier not named in time")
    NO_AGREEMENT = "no_agreement", _("No agreement with the supplier")
    NO_SUPPLIER = "no_supplier", _("No supplier known")


class NamedBy(models.TextChoices):
    """What decided which supplier answers for a part."""

    SERIAL = "serial", _("Serial number of the piece")
    BATCH = "batch", _("Batch of the piece")
    ONLY = "only", _("Only supplier of the part")
    HAND = "hand", _("Named by hand")


class ChargebackStatus(models.TextChoices):
    """The way of one note to a supplier."""

    OPEN = "open", _("Not sent yet")
    SENT = "sent", pgettext_lazy("chargeback", "Sent")
    ACKNOWLEDGED = "acknowledged", _("Read by the supplier")
    ACCEPTED = "accepted", pgettext_lazy("chargeback", "Accepted")
    PART_ACCEPTED = "part_accepted", pgettext_lazy("chargeback", "Partly accepted")
    DISPUTED = "disputed", pgettext_lazy("chargeback", "Disputed")
    SETTLED = "settled", _("Settled")
    WRITTEN_OFF = "written_off", _("Written off")
    WITHDRAWN = "withdrawn", _("Withdrawn")


_C = ChargebackStatus
ANSWERS = frozenset({_C.ACCEPTED, _C.PART_ACCEPTED, _C.DISPUTED})
CHARGEBACK_MOVES: Moves = {
    _C.OPEN: frozenset({_C.SENT, _C.WITHDRAWN}),
    _C.SENT: frozenset({_C.ACKNOWLEDGED, *ANSWERS, _C.SETTLED}),  # settled unanswered: all of it was credited
    _C.ACKNOWLEDGED: frozenset({*ANSWERS, _C.SETTLED}),
    _C.DISPUTED: frozenset({_C.ACCEPTED, _C.PART_ACCEPTED, _C.SETTLED, _C.WRITTEN_OFF}),
    _C.PART_ACCEPTED: frozenset({_C.ACCEPTED, _C.SETTLED, _C.WRITTEN_OFF}),
    _C.ACCEPTED: frozenset({_C.SETTLED, _C.WRITTEN_OFF}),
}
UNANSWERED = (_C.SENT, _C.ACKNOWLEDGED)
SHOWN_TO_SUPPLIER = tuple(status for status in _C if status not in {_C.OPEN, _C.WITHDRAWN})


class StatementStatus(models.TextChoices):
    """The way of one month's statement of a station."""

    DRAFT = "draft", _("Draft")
    ISSUED = "issued", _("Waiting for the station")
    CONFIRMED = "confirmed", _("Confirmed")
    SUPERSEDED = "superseded", _("Disputed, superseded by a revision")
    CARRIED = "carried", _("Carried to the next month")
    INVOICED = "invoiced", _("Invoiced")
    PAID = "paid", _("Paid")
    VOIDED = "voided", _("Voided")


_S = StatementStatus
STATEMENT_MOVES: Moves = {
    _S.DRAFT: frozenset({_S.ISSUED, _S.VOIDED}),
    _S.ISSUED: frozenset({_S.CONFIRMED, _S.SUPERSEDED, _S.CARRIED}),
    _S.CONFIRMED: frozenset(
        {_S.INVOICED, _S.PAID, _S.CARRIED}
    ),  # PAID at once where nothing is owed; CARRIED where it was confirmed below 0
    _S.INVOICED: frozenset({_S.PAID}),
}
DEAD_STATEMENTS = (_S.SUPERSEDED, _S.VOIDED)

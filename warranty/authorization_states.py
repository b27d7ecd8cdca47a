"""States and tables of moves of prior authorizations. Not here: goodwill, claims."""

from django.db import models
from django.utils.translation import pgettext_lazy

from portal.core.states import Moves


class AuthorizationStatus(models.TextChoices):
    """Where the request for an authorization before the work stands."""

    REQUESTED = "requested", pgettext_lazy("authorization", "Requested")
    APPROVED = "approved", pgettext_lazy("authorization", "Granted")
    REFUSED = "refused", pgettext_lazy("authorization", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("authorization", "Withdrawn")
    USED = "used", pgettext_lazy("authorization", "Used by a claim")
    EXPIRED = "expired", pgettext_lazy("authorization", "Expired")


A = AuthorizationStatus
STANDING = frozenset({A.REQUESTED, A.APPROVED})  # one of a job at a time
GRANTED_AUTHORIZATION = frozenset({A.APPROVED, A.USED, A.EXPIRED})

AUTHORIZATION_MOVES: Moves = {
    A.REQUESTED: frozenset({A.APPROVED, A.REFUSED, A.WITHDRAWN}),
    A.APPROVED: frozenset({A.USED, A.EXPIRED, A.WITHDRAWN}),
    A.USED: frozenset({A.APPROVED}),  # its claim was withdrawn, rejected or reversed
}

AUTHORIZATION_TONES: dict[str, str] = {
    A.REQUESTED: "wait",
    A.APPROVED: "good",
    A.REFUSED: "bad",
    A.WITHDRAWN: "calm",
    A.USED: "good",
    A.EXPIRED: "calm",
}

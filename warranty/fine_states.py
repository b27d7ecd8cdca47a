"""Where a fine against a station stands, and the moves it may make. Not here: the amounts it posts (settlement_posting)."""

from django.db import models
from django.utils.translation import pgettext_lazy

from portal.core.states import Moves


class FineStatus(models.TextChoices):
    """Only an approved one costs the station anything."""

    PROPOSED = "proposed", pgettext_lazy("fine", "Proposed")
    APPROVED = "approved", pgettext_lazy("fine", "Approved")
    REFUSED = "refused", pgettext_lazy("fine", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("fine", "Withdrawn")
    TAKEN_BACK = "taken_back", pgettext_lazy("fine", "Taken back")


F = FineStatus
FINE_MOVES: Moves = {
    F.PROPOSED: frozenset({F.APPROVED, F.REFUSED, F.WITHDRAWN}),
    F.APPROVED: frozenset({F.TAKEN_BACK}),
}
POSTED = (F.APPROVED, F.TAKEN_BACK)  # what the station reads
FINE_TONES: dict[str, str] = {
    F.PROPOSED: "wait",
    F.APPROVED: "good",
    F.REFUSED: "calm",
    F.WITHDRAWN: "calm",
    F.TAKEN_BACK: "calm",
}

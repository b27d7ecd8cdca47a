"""Where a dated term of headquarters stands, and the moves it may make. Not here: policies, which have drafts (states)."""

from django.db import models
from django.utils.translation import pgettext_lazy

from portal.core.states import Moves


class MasterStatus(models.TextChoices):
    """Only a released one is used."""

    PROPOSED = "proposed", pgettext_lazy("term", "Proposed")
    RELEASED = "released", pgettext_lazy("term", "Released")
    WITHDRAWN = "withdrawn", pgettext_lazy("term", "Withdrawn")


MASTER_MOVES: Moves = {
    MasterStatus.PROPOSED: frozenset({MasterStatus.RELEASED, MasterStatus.WITHDRAWN}),
    MasterStatus.RELEASED: frozenset({MasterStatus.WITHDRAWN}),  # before its first day only
}

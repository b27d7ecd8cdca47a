"""States and moves of campaigns and of goodwill. Not here: claims, prior authorizations."""

from django.db import models
from django.utils.translation import pgettext_lazy

from portal.core.states import Moves


class CampaignStatus(models.TextChoices):
    """Where a campaign stands; only a released one pays anything."""

    DRAFT = "draft", pgettext_lazy("campaign", "Draft")
    RELEASED = "released", pgettext_lazy("campaign", "Released")
    ENDED = "ended", pgettext_lazy("campaign", "Ended")
    DROPPED = "dropped", pgettext_lazy("campaign", "Dropped")


CAMPAIGN_MOVES: Moves = {
    CampaignStatus.DRAFT: frozenset({CampaignStatus.RELEASED, CampaignStatus.DROPPED}),
    CampaignStatus.RELEASED: frozenset({CampaignStatus.ENDED}),
}
CAMPAIGN_TONES: dict[str, str] = {
    CampaignStatus.DRAFT: "wait",
    CampaignStatus.RELEASED: "good",
    CampaignStatus.ENDED: "calm",
    CampaignStatus.DROPPED: "calm",
}


class UnitStage(models.TextChoices):
    """How far a campaign has come with one unit."""

    OPEN = "open", pgettext_lazy("campaign unit", "Not notified")
    NOTIFIED = "notified", pgettext_lazy("campaign unit", "Notified")
    BOOKED = "booked", pgettext_lazy("campaign unit", "Booked")
    DONE = "done", pgettext_lazy("campaign unit", "Done")
    CLAIMED = "claimed", pgettext_lazy("campaign unit", "Claimed")


class GoodwillStatus(models.TextChoices):
    """Where a goodwill authorization stands; only an authorized one, or one that was used, pays."""

    REQUESTED = "requested", pgettext_lazy("goodwill", "Requested")
    SECOND = "second", pgettext_lazy("goodwill", "Waits for a second person")
    AUTHORIZED = "authorized", pgettext_lazy("goodwill", "Authorized")
    REFUSED = "refused", pgettext_lazy("goodwill", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("goodwill", "Withdrawn")
    CONSUMED = "consumed", pgettext_lazy("goodwill", "Consumed")
    EXPIRED = "expired", pgettext_lazy("goodwill", "Expired")
    CANCELLED = "cancelled", pgettext_lazy("goodwill", "Cancelled")


G = GoodwillStatus
PAYING = frozenset({G.AUTHORIZED, G.CONSUMED})
UNDECIDED = frozenset({G.REQUESTED, G.SECOND})
GOODWILL_MOVES: Moves = {
    G.REQUESTED: frozenset({G.SECOND, G.AUTHORIZED, G.REFUSED, G.WITHDRAWN}),
    G.SECOND: frozenset({G.AUTHORIZED, G.REFUSED, G.WITHDRAWN}),
    G.AUTHORIZED: frozenset({G.CONSUMED, G.EXPIRED, G.CANCELLED}),
    G.CONSUMED: frozenset({G.CANCELLED}),
}
GOODWILL_TONES: dict[str, str] = {
    G.REQUESTED: "wait",
    G.SECOND: "wait",
    G.AUTHORIZED: "good",
    G.REFUSED: "bad",
    G.WITHDRAWN: "calm",
    G.CONSUMED: "good",
    G.EXPIRED: "calm",
    G.CANCELLED: "calm",
}

"""States and moves of the audits that a high risk score asks of a region."""

from django.db import models
from django.utils.translation import pgettext_lazy

from portal.core.states import Moves


class RegionAuditStatus(models.TextChoices):
    """What became of the region's look at a claim."""

    OPEN = "open", pgettext_lazy("region audit", "Open")
    SOUND = "sound", pgettext_lazy("region audit", "Nothing wrong")
    WRONG = "wrong", pgettext_lazy("region audit", "Something wrong")


REGION_AUDIT_MOVES: Moves = {
    RegionAuditStatus.OPEN: frozenset({RegionAuditStatus.SOUND, RegionAuditStatus.WRONG}),
}
REGION_AUDIT_TONES: dict[str, str] = {
    RegionAuditStatus.OPEN: "wait",
    RegionAuditStatus.SOUND: "good",
    RegionAuditStatus.WRONG: "bad",
}

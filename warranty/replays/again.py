"""Judging a submitted claim again from what the rules were told then. Reads, decides nothing, writes nothing."""

from dataclasses import dataclass
from typing import Any

from warranty.assessment import judged, load
from warranty.models import ClaimVersion, WarrantyClaim

SAID = ("coverage", "parts", "lines", "price", "risk", "decision", "refusals")


@dataclass(frozen=True, slots=True)
class Replay:
    """The stored explanation and the one of today's rules on the same inputs; differing: the topics that are not equal."""

    stored: dict[str, Any]
    again: dict[str, Any]

    @property
    def differing(self) -> list[str]:
        return [name for name in SAID if self.stored.get(name) != self.again.get(name)]

    @property
    def is_same(self) -> bool:
        """Byte for byte."""
        return self.stored == self.again


def replay(claim: WarrantyClaim) -> Replay | None:
    """The claim's latest submission judged again; None for one that kept no inputs."""
    latest = ClaimVersion.objects.filter(claim=claim).exclude(inputs__isnull=True).order_by("-version").first()
    if latest is None or latest.inputs is None:
        return None
    return Replay(claim.explanation, judged(load(latest.inputs)).explanation)

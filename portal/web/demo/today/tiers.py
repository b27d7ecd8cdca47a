"""How far the service of product lines goes: locks beyond what users expect, curtain motors above."""

from collections.abc import Callable
from typing import Any, Final

from portal.web.demo.story import Story
from stations.models import ProductFamily, ServiceTier

TIERS: Final = {"LOCK": ServiceTier.EXCEED, "CURT": ServiceTier.ABOVE}


def tell(story: Story, now: Callable[..., Any]) -> None:
    """The tiers hold from now on; the other lines stay equal."""
    now(_set, story.people["warehouse"])


def _set() -> None:
    for code, tier in TIERS.items():
        ProductFamily.objects.filter(code=code).update(tier=tier)

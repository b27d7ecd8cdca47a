"""Who has a claim's desk open at this moment. Not here: refusing a decision on what has changed (seen)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import clock
from warranty.models import DeskPresence, WarrantyClaim

SILENT_SECONDS: Final = 60  # the page reports every 20; after three missed reports its reader has left


@dataclass(frozen=True)
class Present:
    """One more person at the desk, in words."""

    who: str
    text: str
    is_typing: bool


@transaction.atomic
def arrive(claim: WarrantyClaim, *, user: Any, is_typing: bool = False, at: datetime | None = None) -> list[Present]:
    """The user is at the claim's desk now; answers who else is. Who has been silent for a minute has left."""
    moment = at or clock.now()
    DeskPresence.objects.bulk_create(
        [DeskPresence(claim=claim, user=user, seen_at=moment, is_typing=is_typing)],
        update_conflicts=True,
        unique_fields=["claim", "user"],
        update_fields=["seen_at", "is_typing"],
    )
    return others(claim, user=user, at=moment)


def leave(claim: WarrantyClaim, *, user: Any) -> None:
    """The user has closed the desk."""
    DeskPresence.objects.filter(claim=claim, user=user).delete()


def others(claim: WarrantyClaim, *, user: Any, at: datetime | None = None) -> list[Present]:
    """Who else has the claim's desk open, those who are deciding first."""
    since = (at or clock.now()) - timedelta(seconds=SILENT_SECONDS)
    found = DeskPresence.objects.filter(claim=claim, seen_at__gte=since).exclude(user=user)
    return [
        Present(
            who=str(row.user),
            text=(_("%(who)s is deciding this claim.") if row.is_typing else _("%(who)s is looking at this claim."))
            % {"who": row.user},
            is_typing=row.is_typing,
        )
        for row in found.select_related("user").order_by("-is_typing", "user")
    ]


def forget_old(*, at: datetime | None = None) -> int:
    """Rows of people who left long ago are gone; how many. The daily job calls it."""
    day_ago = (at or clock.now()) - timedelta(days=1)
    return DeskPresence.objects.filter(seen_at__lt=day_ago).delete()[0]

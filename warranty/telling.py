"""Tells a station's people about their claim. Not here: how a message reaches them (notifications)."""

from typing import Any

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.notifications import notify
from stations.models import Station
from warranty.models import ClaimStatus, WarrantyClaim

TEXTS: dict[str, Any] = {
    ClaimStatus.APPROVED: _("Claim approved"),
    ClaimStatus.PARTIALLY_APPROVED: _("Claim partially approved"),
    ClaimStatus.REJECTED: _("Claim rejected"),
    ClaimStatus.IN_REVIEW: _("Claim in review"),
    ClaimStatus.INFO_REQUESTED: _("Headquarters asks about a claim"),
    ClaimStatus.REVERSED: _("Claim reversed"),
}


def tell_station(claim: WarrantyClaim) -> None:
    """Owner and clerks of the station get a message in their own language that links to the claim."""
    text = TEXTS.get(claim.status)
    if text is not None:
        users = list(people_of(claim.station))
        told = format_lazy("{text} {number}", text=text, number=claim.number)
        notify(users, f"warrantyclaim.{claim.status}", told, url=claim.get_absolute_url(), subject=claim)


def people_of(station: Station) -> Any:
    """Users who act for the station in its office today, through the station or its dealer."""
    day = clock.today()
    return User.objects.filter(
        Q(memberships__station=station) | Q(memberships__dealer=station.dealer_id),
        Q(memberships__valid_to=None) | Q(memberships__valid_to__gt=day),
        memberships__valid_from__lte=day,
        memberships__role__in=[Role.STATION_OWNER, Role.STATION_CLERK],
        is_active=True,
    ).distinct()

"""Tells a station's people about their claim. Not here: how a message reaches them (notifications)."""

from typing import Any

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.notifications import notify
from portal.core.registries import Wording
from stations.models import Station
from warranty.models import ClaimStatus, WarrantyClaim

CLAIM_NOTICES: dict[str, Wording] = {
    ClaimStatus.APPROVED: _("Claim approved"),
    ClaimStatus.PARTIALLY_APPROVED: _("Claim partially approved"),
    ClaimStatus.REJECTED: _("Claim rejected"),
    ClaimStatus.IN_REVIEW: _("Claim in review"),
    ClaimStatus.INFO_REQUESTED: _("Headquarters asks about a claim"),
    ClaimStatus.REVERSED: _("Claim reversed"),
}
NOTICES: dict[str, Wording] = {
    f"warrantyclaim.{status}": format_lazy("{text} %(claim)s", text=text) for status, text in CLAIM_NOTICES.items()
}


def tell_station(claim: WarrantyClaim) -> None:
    """Owner and clerks of the station get a message that links to the claim, if its status has one."""
    kind = f"warrantyclaim.{claim.status}"
    if kind in NOTICES:
        users = list(people_of(claim.station))
        notify(users, kind, {"claim": claim.number}, url=claim.get_absolute_url(), subject=claim)


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

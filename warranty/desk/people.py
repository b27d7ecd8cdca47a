"""Who may decide a claim in review: for handing it over. Not here: refusing who may not (four_eyes)."""

from typing import Any

from django.db.models import Q

from portal.accounts.models import RoleGrant, User
from portal.accounts.roles import Role
from portal.core import clock
from stations.models import Membership
from warranty.desk.first_approval import first_decision
from warranty.models import Route


def who_may_decide(claim: Any) -> Any:
    """The people whose role decides the claim's amount and who had no hand in it, the first of two approvers left out."""
    roles = [Role.REVIEWER, Role.APPROVER] if claim.route == Route.REVIEWER else [Role.APPROVER]
    today = clock.today()
    grants = RoleGrant.objects.in_force(today).filter(role__in=roles)
    technician, goodwill, first = claim.work_order.technician, claim.goodwill, first_decision(claim)
    hands = {claim.created_by_id, claim.submitted_by_id, technician and technician.user_id}
    hands |= {goodwill and goodwill.authorized_by_id, first and first.decided_by_id}
    own = Membership.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=today), Q(station=claim.station_id) | Q(dealer=claim.station.dealer_id),
        valid_from__lte=today,
    )  # fmt: skip
    people = User.objects.filter(role_grants__in=grants, is_active=True).exclude(pk__in=hands - {None})
    return people.exclude(pk__in=own.values("user")).distinct().order_by("username")

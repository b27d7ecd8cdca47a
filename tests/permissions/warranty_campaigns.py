"""Campaigns and goodwill, for people and programs."""

from typing import Any

from portal.core import clock
from tests.factories.goodwill import authorize, make_asked, make_budget, make_giver
from tests.permissions import FIELD, HQ, STATION, Row, only
from tests.permissions.api import api
from tests.permissions.warranty_claims import BLIND, NOT_HQ, OFFICE_A, READERS
from warranty import campaigns, goodwill_budgets
from warranty.models import Campaign


def campaign(cast: Any) -> list[Any]:
    """A draft of somebody else's."""
    made = campaigns.draw_up_campaign(
        code="SC-1", name="召回", valid_from=clock.today(), operations=[], actor=cast.quality
    )
    return [made.pk]


def scope(cast: Any) -> list[Any]:
    """A counted addition."""
    of = Campaign.objects.get(pk=campaign(cast)[0])
    return [campaigns.count_scope(of, way="listed", given={"serials": ["A"]}, actor=cast.quality).pk]


def asked(cast: Any) -> list[Any]:
    """A request of station A."""
    return [make_asked(station=cast.station_a).pk]


def authorized(cast: Any) -> list[Any]:
    """An authorized one of station A."""
    make_budget()
    return [authorize(make_asked(station=cast.station_a), actor=make_giver()).pk]


def budget(cast: Any) -> list[Any]:
    """A proposed one."""
    return [goodwill_budgets.propose_budget(year=2026, amount=100, reason="x", actor=cast.quality).pk]


KEEPERS = ("service_manager", "admin")
GIVERS = ("service_manager", "approver")
ROWS = [
    Row("limits_in_force", get=only(*HQ)),
    Row("campaign_list", get=only(*HQ)),
    Row("campaign_new", get=only(*KEEPERS)),
    Row("campaign_detail", args=campaign, get=only(*HQ)),
    Row("campaign_units", args=campaign, get=only(*HQ)),
    Row("campaign_change", args=campaign, get=only(*KEEPERS)),
    Row("campaign_release", args=campaign, get=only(*GIVERS)),
    Row("campaign_end", args=campaign, get=only(*KEEPERS)),
    Row("campaign_drop", args=campaign, get=only(*KEEPERS)),
    Row("campaign_notified", args=campaign, get=only(*KEEPERS)),
    Row("campaign_scope_new", args=campaign, get=only(*KEEPERS)),
    Row("campaign_scope", args=scope, get=only(*HQ, hidden=NOT_HQ)),
    Row("campaign_scope_add", args=scope, get=only(*KEEPERS, hidden=NOT_HQ)),
    Row("goodwill_list", get=only(*HQ, *FIELD, *STATION)),
    Row("goodwill_new", get=only("owner_a", "clerk_a", "owner_b", "clerk_b")),
    Row("goodwill_detail", args=asked, get=only(*READERS, hidden=BLIND)),
    Row("goodwill_authorize", args=asked, get=only(*GIVERS, hidden=BLIND)),
    Row("goodwill_refuse", args=asked, get=only(*GIVERS, hidden=BLIND)),
    Row("goodwill_cancel", args=authorized, get=only(*GIVERS, hidden=BLIND)),
    Row("goodwill_withdraw", args=asked, get=only(*OFFICE_A, hidden=BLIND)),
    Row("goodwill_budget_list", get=only(*HQ)),
    Row("goodwill_budget_new", get=only("service_manager", "finance")),
    Row("goodwill_budget_detail", args=budget, get=only(*HQ, hidden=NOT_HQ)),
    Row("goodwill_budget_release", args=budget, get=only("service_manager", "finance", hidden=NOT_HQ)),
    Row(
        "api_goodwill_list",
        get=api(*HQ, *FIELD, *STATION),
        post=api("owner_a", "clerk_a", "owner_b", "clerk_b", ok=415),
    ),
    Row("api_goodwill", args=asked, get=api(*READERS, hidden=BLIND)),
    Row("api_goodwill_authorize", args=asked, post=api(*GIVERS, ok=415, hidden=BLIND)),
    Row("api_goodwill_refuse", args=asked, post=api(*GIVERS, ok=415, hidden=BLIND)),
    Row("api_goodwill_withdraw", args=asked, post=api(*OFFICE_A, ok=415, hidden=BLIND)),
    Row("api_goodwill_cancel", args=authorized, post=api(*GIVERS, ok=415, hidden=BLIND)),
    Row("api_campaigns", get=api(*HQ)),
    Row("api_campaign", args=campaign, get=api(*HQ)),
    Row("api_campaign_units", get=api(*HQ)),
]

"""Recalls and service campaigns from the draft to their end. Not here: what a claim gets from them (coverage)."""

from warranty.campaigns.drawing_up import (
    CampaignInThePast,
    CampaignKnown,
    CampaignNotADraft,
    CampaignWithoutWork,
    NoUnits,
    OwnCampaign,
    change_campaign,
    draw_up_campaign,
    drop_campaign,
    end_campaign,
    notify_units,
    release_campaign,
)
from warranty.campaigns.progress import Progress, bring_up_to_date, progress_of
from warranty.campaigns.scoping import (
    AddedAlready,
    CampaignOver,
    RangeWrong,
    add_units,
    carry_out,
    count_scope,
)

__all__ = [
    "AddedAlready",
    "CampaignInThePast",
    "CampaignKnown",
    "CampaignNotADraft",
    "CampaignOver",
    "CampaignWithoutWork",
    "NoUnits",
    "OwnCampaign",
    "Progress",
    "RangeWrong",
    "add_units",
    "bring_up_to_date",
    "carry_out",
    "change_campaign",
    "count_scope",
    "draw_up_campaign",
    "drop_campaign",
    "end_campaign",
    "notify_units",
    "progress_of",
    "release_campaign",
]

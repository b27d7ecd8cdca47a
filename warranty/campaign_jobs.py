"""Jobs of campaigns: additions of units, and how far the units have come."""

from portal.core.jobs import begin, periodic, task
from warranty import campaigns
from warranty.models import CampaignScope


@task("warranty.campaign_units")
def add_campaign_units(run: int, scope: int) -> None:
    """The addition is carried out, or cancelled where it was."""
    campaigns.carry_out(begin(run), CampaignScope.objects.select_related("campaign").get(pk=scope))


@periodic("warranty.campaign_progress", "*/15 * * * *")
def follow_jobs() -> None:
    """Booked and done follow the jobs on the units."""
    campaigns.bring_up_to_date()

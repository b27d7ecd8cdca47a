"""What campaigns tell the rest of the product: titles of events, the work of headquarters, what a job's page says, checks."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.roles import Role, roles_of
from portal.core import clock, registries, show, timeline
from portal.core.registries import Hit, WorkItem, Worklist
from service import doors
from service.models import InstalledUnit
from warranty.models import Campaign, CampaignStatus, CampaignUnit

TITLES = {
    "campaign.drawn_up": gettext_lazy("Campaign drawn up"),
    "campaign.changed": gettext_lazy("Campaign changed"),
    "campaign.units_added": gettext_lazy("Units added to the campaign"),
    "campaign.released": gettext_lazy("Campaign released"),
    "campaign.notified": gettext_lazy("Owners told of the campaign"),
    "campaign.ended": gettext_lazy("Campaign ended"),
    "campaign.dropped": gettext_lazy("Campaign dropped"),
}


def register() -> None:
    """Called in WarrantyConfig.ready()."""
    for kind, text in TITLES.items():
        timeline.title(kind, text)
    registries.worklist(for_headquarters)
    registries.search(find_campaigns)
    registries.check_books("campaign units", campaign_units)
    doors.note_on_unit(open_campaigns)


def for_headquarters(user: Any) -> Iterable[Worklist]:
    """Drafts that another person released for the user to look through."""
    if not roles_of(user) & {Role.SERVICE_MANAGER, Role.APPROVER}:
        return
    drafts = Campaign.objects.filter(status=CampaignStatus.DRAFT, units__isnull=False).exclude(created_by=user)
    url = f"{reverse('campaign_list')}?status={CampaignStatus.DRAFT}"
    label = gettext_lazy("Campaigns to release")
    yield Worklist("campaigns_to_release", label, drafts.distinct().order_by("pk"), _to_release, url, tone="wait")


def _to_release(row: Campaign) -> WorkItem:
    return WorkItem(
        row.code, row.local_name, row.get_absolute_url(), status=str(row.get_status_display()), tone=row.tone,
        action=gettext_lazy("Look through it"),
    )  # fmt: skip


def find_campaigns(user: Any, text: str) -> Iterable[Hit]:
    """Campaigns by code or name."""
    if not user.has_perm("warranty.view_campaign"):
        return
    found = Campaign.objects.filter(Q(code__icontains=text) | Q(name__icontains=text) | Q(name_en__icontains=text))
    for row in found.order_by("-pk")[:10]:
        detail = str(row.get_status_display())
        yield Hit(gettext_lazy("Campaign"), row.code, row.local_name, row.get_absolute_url(), detail=detail)


def open_campaigns(unit: InstalledUnit) -> Iterable[str]:
    """A sentence for each campaign that waits for the unit: what to do with this visit."""
    today = clock.today()
    rows = CampaignUnit.objects.filter(
        Q(campaign__valid_to=None) | Q(campaign__valid_to__gt=today), serial_number=unit.serial_number, used_by="",
        done_at=None, campaign__status=CampaignStatus.RELEASED, campaign__valid_from__lte=today,
    )  # fmt: skip
    for row in rows.select_related("campaign").prefetch_related("campaign__operations"):
        codes = show.listed(operation.code for operation in row.campaign.operations.all())
        text = _("Campaign %(campaign)s is open for this unit: do %(operations)s with this visit; it is paid in full.")
        yield text % {"campaign": row.campaign, "operations": codes}


def campaign_units() -> Iterable[str]:
    """A unit of a campaign carries the serial number of its unit on file, and only a claim on that serial used it."""
    rows = CampaignUnit.objects.select_related("campaign", "unit")
    for row in rows.filter(unit__isnull=False).exclude(serial_number=F("unit__serial_number"))[:100]:
        yield f"campaign {row.campaign.code}: {row.serial_number} names the unit {row.unit}"

"""How stations compare, and two claims with a high risk score: the region has looked behind one and is to look behind the other."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.files.base import ContentFile

from parts.models import Part
from portal.accounts.roles import Role
from portal.core.attachments import attach
from portal.web.demo.pictures import photo
from portal.web.demo.story import BUSY, Story
from portal.web.demo.today import desk
from stations.inspections.people import members
from warranty import audits, claims, costs, peer_figures
from warranty.models import LineKind, RegionAudit, Remedy, WarrantyClaim

type Now = Callable[..., Any]
FOUND = "回访客户确认当日确有上门，但只更换了一件；照片与另一张索赔单重复，已约谈服务站。"


def tell(story: Story, now: Now) -> None:
    """Peers are counted as every night; the region's manager has one audit to close, and closed one."""
    now(peer_figures.count_peer_figures)
    now(costs.count_fleet)
    shared = photo(story.dice, "shared")
    for _number in range(3):
        _risky(story, now, shared)
    first = RegionAudit.objects.filter(station=story.things["stations"][BUSY]).order_by("pk").first()
    manager = members(Role.REGION_MANAGER, center=first.station.center).first() if first else None
    if first and manager:
        now(partial(audits.close_region_audit, first, wrong=True, finding=FOUND, actor=manager), manager)


def _risky(story: Story, now: Now, shared: bytes) -> None:
    """Twice the flat hours, a part that no stock issued, and a picture of another claim."""
    station = story.things["stations"][BUSY]
    clerk, owner = story.clerk_of(station), story.owner_of(station)
    job = desk.finished(story, now)
    claim: WarrantyClaim = now(lambda: claims.draft_from_work_order(job, actor=clerk), clerk)
    picture = ContentFile(shared, name="site.jpg")
    now(partial(attach, claim, picture, kind="fault_photo", actor=clerk), clerk)
    hours = {row.pk: {"hours": row.flat_hours * row.qty * 2} for row in claim.lines.filter(kind=LineKind.LABOR)}
    now(partial(claims.edit_draft, claim, actor=clerk, changes={}, lines=hours), clerk)
    part = Part.objects.order_by("pk").first()
    now(
        partial(
            claims.add_line, claim, actor=clerk, kind=LineKind.PART, part=part, qty=Decimal(1), remedy=Remedy.REPLACE
        ),
        clerk,
    )
    now(partial(claims.submit_claim, claim, actor=owner), owner)

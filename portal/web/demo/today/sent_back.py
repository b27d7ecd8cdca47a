"""Unused parts on their way back: one return credited, one on the way, one to decide."""

from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile

from parts.models import PartsReturn, ReturnCause, Shipment
from parts.returns.asking import Unused, decide_return, request_return
from parts.returns.moving import Verdict, inspect_return, ship_return
from portal.core.errors import Refusal
from portal.web.demo.pictures import photo
from portal.web.demo.story import BUSY, Story

type Now = Callable[..., Any]


def tell(story: Story, now: Now) -> None:
    """Of the busy station's latest receipts, in each of the states that matter."""
    station, warehouse = story.things["stations"][BUSY], story.people["warehouse"]
    clerk = story.clerk_of(station)
    received = Shipment.objects.filter(station=station, received_at__isnull=False).order_by("-received_at", "-pk")
    shipment = received.first()
    if shipment is None:
        return
    for acts in (3, 2, 0):
        asked = now(lambda: _ask(story, shipment, clerk), clerk)
        if asked is None:
            continue
        if acts >= 1:
            now(lambda asked=asked: decide_return(asked, approve=True, actor=warehouse), warehouse)
        if acts >= 2:
            now(lambda asked=asked: ship_return(asked, carrier="顺丰速运", actor=clerk), clerk)
        if acts >= 3:
            now(lambda asked=asked: _accept(asked, warehouse), warehouse)


def _ask(story: Story, shipment: Shipment, clerk: Any) -> PartsReturn | None:
    """One pack of the first line that can be sent back."""
    upload = ContentFile(photo(story.dice, "未拆封"), "closed_pack.jpg")
    for line in shipment.lines.select_related("part").order_by("pk"):
        try:
            return request_return(
                shipment, unused={line.pk: Unused(line.part.pack_qty)}, cause=ReturnCause.STATION,
                reason="客户取消安装，配件未拆封", closed_pack=True, photos=[upload], actor=clerk,
            )  # fmt: skip
        except Refusal:
            continue
    return None


def _accept(asked: PartsReturn, warehouse: Any) -> None:
    verdicts = {line.pk: Verdict(line.qty) for line in asked.lines.all()}
    inspect_return(asked, verdicts=verdicts, actor=warehouse)

"""Old parts come back: tagged, boxed once a week, shipped, received by scan, appraised. Late ones cost money first."""

from decimal import Decimal
from functools import partial
from typing import Any

from portal.core import clock
from portal.web.demo.story import Story
from stations.models import Station
from warranty import appraisal, failed_parts
from warranty.models import FailedPart, PartBox

VERDICTS = ("supplier_defect", "no_fault_found", "workmanship", "transport", "user", "undetermined")
OFTEN = (80, 7, 5, 3, 3, 2)
FINDINGS = "上电复测与拆解检查，结论如判定所示，照片存档。"


def plan_boxes(story: Story) -> None:
    """Every Monday each station that owes pieces sends what it has."""
    for day in story.days():
        if day.weekday() == 0:
            story.plan(story.moment(day, 9, 30), lambda: _plan_senders(story))


def _plan_senders(story: Story) -> None:
    owing = Station.objects.filter(pk__in=FailedPart.objects.filter(status="requested").values("station")).order_by(
        "pk"
    )
    for station in owing:
        clerk = story.clerk_of(station)
        story.plan(story.later(clock.now(), 0.2, 7), partial(_send, story, station, clerk), by=clerk)


def _send(story: Story, station: Station, clerk: Any) -> None:
    forgotten: set[int] = story.things.setdefault("forgotten", set())
    pieces = []
    for piece in FailedPart.objects.filter(station=station, status="requested").order_by("pk"):
        if piece.pk not in forgotten and story.chance(0.97):
            pieces.append(piece)
        else:
            forgotten.add(piece.pk)
    if not pieces:
        return
    box = ship(story, station, pieces, clerk)
    story.plan(
        story.office(story.later(clock.now(), 48, 170)), partial(receive, story, box.pk), by=story.people["appraiser"]
    )


def ship(story: Story, station: Station, pieces: list[FailedPart], clerk: Any) -> PartBox:
    """The pieces have tags, lie in one box, and the box is on its way."""
    tagged = failed_parts.print_tags(pieces, actor=clerk)
    box = failed_parts.pack_box(station, pieces=tagged, actor=clerk)
    return failed_parts.ship_box(
        box, carrier="德邦快递", waybill=f"DPK{story.dice.randrange(10**10):010d}", weight_kg=Decimal("1.2"),
        freight=Decimal(story.dice.choice((0, 12, 18))), actor=clerk,
    )  # fmt: skip


def receive(story: Story, key: int) -> None:
    """The box is unpacked, its pieces are appraised some days later."""
    box = PartBox.objects.get(pk=key)
    appraiser = story.people["appraiser"]
    numbers = list(FailedPart.objects.filter(box=box).order_by("pk").values_list("number", flat=True))
    received = [failed_parts.receive_piece(number, actor=appraiser).pk for number in numbers]
    at = story.office(story.later(clock.now(), 20, 150))
    for key in received:
        story.plan(at, partial(_appraise, story, key), by=appraiser)


def _appraise(story: Story, key: int) -> None:
    verdict = story.dice.choices(VERDICTS, weights=OFTEN)[0]
    piece = FailedPart.objects.get(pk=key)
    appraisal.appraise(piece, verdict=verdict, actor=story.people["appraiser"], findings=FINDINGS)

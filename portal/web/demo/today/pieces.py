"""Today's old parts: to return, tagged, in a box, on the way, on the bench, judged once, closed, lost, waived."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from portal.core import clock
from portal.web.demo.story import BUSY, Story
from portal.web.demo.year import returns
from warranty import appraisal, failed_parts
from warranty.failed_parts_rules import VERDICTS
from warranty.models import FailedPart, PartBox, Verdict

type Now = Callable[..., Any]
REASON = "客户现场已丢失，经区域经理核实"


def tell(story: Story, now: Now) -> None:
    """The busy station's pieces stand at every step; the appraiser has a bench full."""
    station = story.things["stations"][BUSY]
    clerk, appraiser = story.clerk_of(station), story.people["appraiser"]
    for supplier in story.things["suppliers"][:2]:
        _find_defect(story, now, supplier, appraiser)
    owed = list(FailedPart.objects.filter(station=station, status="requested").order_by("-pk")[:14])
    shares = [owed[start::7] for start in range(7)]
    for piece in shares[4][:1]:
        now(partial(failed_parts.lose_piece, piece, reason=REASON, actor=story.people["manager"]))
    for piece in shares[5][:1]:
        now(
            partial(
                failed_parts.waive_return, piece, reason="低值易损件，经核实免予返还", actor=story.people["manager"]
            )
        )
    for number, pieces in enumerate(shares[:4]):
        if pieces:
            _bring(story, now, pieces, number, clerk)
    for box in PartBox.objects.filter(status="shipped", station=station).order_by("pk")[:1]:
        now(partial(_unpack, box, appraiser), appraiser)
    for piece in FailedPart.objects.filter(status="inspected").order_by("-pk")[:4]:
        now(partial(_close, story, piece, appraiser), appraiser)


def _find_defect(story: Story, now: Now, supplier: Any, appraiser: Any) -> None:
    """A piece of a supplier whose login is shown comes back and is its defect: there is something to charge today."""
    waiting = FailedPart.objects.filter(status="requested", line__recovery_cases__supplier=supplier)
    for piece in waiting.filter(line__recovery_cases__status="waiting").order_by("-pk")[:1]:
        clerk = story.clerk_of(piece.station)
        now(partial(returns.ship, story, piece.station, [piece], clerk), clerk)
        received = now(partial(failed_parts.receive_piece, piece.number, actor=appraiser), appraiser)
        verdict = partial(
            appraisal.appraise, received, verdict="supplier_defect", actor=appraiser, findings=returns.FINDINGS
        )
        now(verdict, appraiser)


def _bring(story: Story, now: Now, pieces: list[FailedPart], steps: int, clerk: Any) -> None:
    """The first two lots are on the way, the third is tagged, the fourth lies in a box."""
    station = story.things["stations"][BUSY]
    if steps == 2:
        now(partial(failed_parts.print_tags, pieces, actor=clerk), clerk)
    elif steps == 3:
        tagged = now(partial(failed_parts.print_tags, pieces, actor=clerk), clerk)
        now(partial(failed_parts.pack_box, station, pieces=tagged, actor=clerk), clerk)
    else:
        now(partial(returns.ship, story, station, pieces, clerk), clerk)


def _unpack(box: PartBox, appraiser: Any) -> None:
    for number in FailedPart.objects.filter(box=box).order_by("pk").values_list("number", flat=True):
        failed_parts.receive_piece(number, actor=appraiser)


def _close(story: Story, piece: FailedPart, appraiser: Any) -> None:
    """Kept for a quarter where the verdict allows that, else set aside for the station; none has been kept long enough for scrap."""
    allowed = VERDICTS[Verdict(appraisal.final_verdict(piece))].dispositions
    way = next(each for each in ("to_supplier", "refurbish", "hold", "to_station") if each in allowed)
    until = clock.today() + timedelta(days=90) if way == "hold" else None
    appraisal.dispose(piece, disposition=way, actor=appraiser, until=until)

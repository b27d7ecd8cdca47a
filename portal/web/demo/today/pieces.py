"""Today's old parts: to return, tagged, boxed, on the way, on the bench, judged, judged differently, closed, sent on, lost, waived."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from parts.models import PartClass
from portal.core import clock
from portal.core.parameters import set_parameter
from portal.web.demo.story import BUSY, Story
from portal.web.demo.year import returns
from warranty import appraisal, failed_parts
from warranty.appraisal_tests import steps_for
from warranty.failed_parts_custody import named
from warranty.failed_parts_rules import VERDICTS
from warranty.models import AppraisalTest, FailedPart, PartBox, Verdict
from warranty.signatures import Signature

type Now = Callable[..., Any]
STEPS: list[tuple[str, str, str, Decimal | None, Decimal | None]] = [
    ("输出电压", "Output voltage", "V", Decimal("11.4"), Decimal("12.6")),
    ("绝缘电阻", "Insulation resistance", "MΩ", Decimal(100), None),
]
SECOND_ABOVE = Decimal(50)
DISAGREED = (
    ("appraiser", "workmanship", "接线端子压接不到位，烧蚀由安装引起。"),
    ("appraiser2", "user", "进水痕迹明显，外壳密封完好，系用户使用环境所致。"),
)
REASON = "客户现场已丢失，经区域经理核实"


def tell(story: Story, now: Now) -> None:
    """The busy station's pieces stand at every step; the appraiser has a bench full."""
    station = story.things["stations"][BUSY]
    clerk, appraiser = story.clerk_of(station), story.people["appraiser"]
    _tests(now)
    for supplier in story.things["suppliers"][:6]:  # the two whose logins are shown, and four that answer today
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
    _disagree(story, now)
    for number, piece in enumerate(FailedPart.objects.filter(status="inspected").order_by("-pk")[:4]):
        now(partial(_close, piece, appraiser, kept=number > 1), appraiser)
    _send_on(now, appraiser, story.people["warehouse"])


def _disagree(story: Story, now: Now) -> None:
    """From today two appraisers have to refuse what is worth fifty; over one piece they differ."""
    manager = story.people["manager"]
    now(partial(set_parameter, "warranty.second_appraiser_above", SECOND_ABOVE, actor=manager), manager)
    for piece in FailedPart.objects.filter(status="received", amount__gt=SECOND_ABOVE).order_by("-amount", "pk")[:1]:
        for name, verdict, findings in DISAGREED:
            person = story.people[name]
            now(partial(appraisal.appraise, piece, verdict=verdict, findings=findings, actor=person), person)


def _tests(now: Now) -> None:
    """What the bench measures by class of part, with its limits."""
    for position, (label, english, unit, low, high) in enumerate(STEPS, start=1):
        for part_class in PartClass.values:
            given: dict[str, Any] = {"label": label, "label_en": english, "unit": unit, "low": low, "high": high}
            now(partial(AppraisalTest.objects.create, part_class=part_class, position=position, **given))


def _send_on(now: Now, appraiser: Any, receiver: Any) -> None:
    """What has its verdict leaves the factory: one shipment a receiver; the first has arrived."""
    lots: dict[tuple[str, int | None], list[FailedPart]] = {}
    for piece in FailedPart.objects.to_send_on().select_related("station")[:6]:
        lots.setdefault(failed_parts.receiver_of(piece), []).append(piece)
    known = [pieces for (_kind, key), pieces in lots.items() if key is not None]
    for number, pieces in enumerate(known[:3]):
        waybill = f"DPK7709{number:04d}"
        sides: dict[str, Any] = {
            "handed_by": Signature(named(appraiser), confirmed=True),
            "driver": Signature("张师傅", confirmed=True),
        }
        send = partial(failed_parts.send_pieces, pieces, carrier="德邦快递", waybill=waybill, actor=appraiser, **sides)
        sent = now(send, appraiser)
        if number == 0:
            now(partial(failed_parts.receive_shipment, sent, received_as="收货员 刘工", actor=receiver), receiver)


def _find_defect(story: Story, now: Now, supplier: Any, appraiser: Any) -> None:
    """A piece of a supplier whose login is shown comes back and is its defect: there is something to charge today."""
    waiting = FailedPart.objects.filter(status="requested", line__recovery_cases__supplier=supplier)
    for piece in waiting.filter(line__recovery_cases__status="waiting").order_by("-pk")[:1]:
        clerk = story.clerk_of(piece.station)
        now(partial(returns.ship, story, piece.station, [piece], clerk), clerk)
        received = now(partial(failed_parts.receive_piece, piece.number, actor=appraiser), appraiser)
        values = [Decimal("9.6"), Decimal("412")]
        measured = {step.pk: value for step, value in zip(steps_for(received.part), values, strict=False)}
        verdict: dict[str, Any] = {"verdict": "supplier_defect", "findings": returns.FINDINGS, "measurements": measured}
        now(partial(appraisal.appraise, received, actor=appraiser, **verdict), appraiser)


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
    """By its list: one piece is damaged, which a second look showed, one lies beside the list; the station gets its note."""
    numbers = FailedPart.objects.filter(box=box).order_by("pk").values_list("number", flat=True)
    scanned = [failed_parts.receive_piece(number, actor=appraiser, box=box) for number in numbers]
    for piece in scanned[:1]:
        failed_parts.take_back_scan(piece, actor=appraiser, note="清洁后发现外壳破裂")
        broken = "外壳破裂，箱内无缓冲材料"
        failed_parts.receive_piece(piece.number, actor=appraiser, box=box, condition="damaged", note=broken)
    failed_parts.note_extra(box, found="无标签的风扇一只", actor=appraiser)
    picture = failed_parts.note_extra(box, found="继电器一只", actor=appraiser)
    failed_parts.strike_extra(picture, reason="系包装内衬上的样品贴图，箱内并无此件", actor=appraiser)
    failed_parts.close_box(box, actor=appraiser)


def _close(piece: FailedPart, appraiser: Any, *, kept: bool) -> None:
    """Sent on or made ready for stock, or kept for a quarter, as the verdict allows; none lay long enough to be scrapped."""
    allowed = VERDICTS[Verdict(appraisal.final_verdict(piece))].dispositions
    ways = (
        ("hold", "to_supplier", "refurbish", "to_station")
        if kept
        else ("to_supplier", "refurbish", "hold", "to_station")
    )
    way = next(each for each in ways if each in allowed)
    until = clock.today() + timedelta(days=90) if way == "hold" else None
    appraisal.dispose(piece, disposition=way, actor=appraiser, until=until)

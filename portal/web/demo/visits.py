"""Visits of the last weeks, of every purpose and outcome, and what they found: each in the state people find it in."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.core.files.base import ContentFile

from portal.accounts.roles import Role
from portal.core import clock
from portal.web.demo.pictures import photo
from portal.web.demo.story import BUSY, Story
from stations import inspections, rectification
from stations.models import Membership, SiteInspection, VisitPurpose

DAYS_AGO = 40
SECTIONS = ("image", "premises", "premises", "equipment", "safety")
GUIDANCE = (
    "门头、灯箱、形象墙三处均须拍照",
    "工位须有接地与防静电手环",
    "货架有库位标识",
    "核对校准标签",
    "灭火器压力在绿区",
)
FINDINGS = ("门头灯箱两处不亮", "防静电台垫破损", "配件库位标识缺失", "示波器校准过期", "灭火器压力不足")


def tell(story: Story) -> None:
    """A new version of the checklist, then a dozen visits around the busy station, by the people whose log-ins are shown."""
    stations = [row for row in story.things["stations"] if row.center.region.code == "EAST"]
    busy = story.things["stations"][BUSY] if len(story.things["stations"]) > BUSY else None
    others = [row for row in stations if row != busy]
    if busy is None or len(others) < 4:
        return
    boss = story.people["region_east"]
    at = story.until - timedelta(days=DAYS_AGO)
    story.plan(at, partial(_second_version, story), by=story.people["manager"])
    story.plan(at, partial(_mystery_customer, story, boss))
    steps: tuple[tuple[int, Any], ...] = (
        (36, partial(_visit, story, others[0], "supervision", boss)),
        (30, partial(_visit, story, others[1], "yearly", boss)),
        (26, partial(_answered, story, busy, boss)),
        (24, partial(_verified, story, others[2], boss)),
        (18, partial(_surprise, story, busy)),
        (12, partial(_failed, story, others[3], boss)),
        (6, partial(_visit, story, busy, "supervision", boss, finish=False)),
        (5, partial(_plan, story, others[0], "supervision", boss, 4)),
        (4, partial(_plan, story, others[1], "surprise", boss, 6)),
        (3, partial(_plan, story, busy, "yearly", boss, 9)),
        (2, partial(_plan, story, others[2], "supervision", boss, 1)),
    )
    for days, act in steps:
        story.plan(story.until - timedelta(days=days, hours=3), act, by=boss)


def _second_version(story: Story) -> None:
    """The same items by section, with guidance and photos."""
    manager = story.people["manager"]
    draft = inspections.new_version(story.things["template"], actor=manager)
    for item, section, guidance in zip(draft.items.order_by("position"), SECTIONS, GUIDANCE, strict=False):
        item.section, item.guidance, item.needs_photo = section, guidance, item.position in (0, 4)
        item.save(update_fields=["section", "guidance", "needs_photo"])
    story.things["template"] = inspections.put_in_use(draft, actor=manager)
    inspections.new_version(draft, actor=manager)  # headquarters is already at work on the next


def _mystery_customer(story: Story, boss: Any) -> None:
    guest = story.user("mystery", story.names.name())
    region = story.things["regions"]["EAST"]
    Membership.objects.create(user=guest, role=Role.MYSTERY_CUSTOMER, region=region, valid_from=clock.today())
    story.show(guest, f"{Role.MYSTERY_CUSTOMER.label} {region.name}")


def _plan(story: Story, station: Any, purpose: str, actor: Any, days: int) -> SiteInspection:
    inspector = story.people["mystery"] if purpose == VisitPurpose.SURPRISE else None
    return inspections.plan_visit(
        station, purpose=purpose, planned_on=clock.today() + timedelta(days=days), inspector=inspector, actor=actor
    )


def _visit(
    story: Story, station: Any, purpose: str, actor: Any, *, low: int = 0, rest: int = 5, finish: bool = True
) -> SiteInspection:
    """low: so many items, the last ones first, are found wanting. Photos where they are asked for."""
    visit = inspections.plan_visit(station, purpose=purpose, planned_on=clock.today(), inspector=actor, actor=actor)
    visit = inspections.begin_visit(visit, actor=actor)
    answers = list(visit.answers.select_related("item").order_by("pk"))
    bad = {answer.item_id for answer in answers[len(answers) - low :]} if low else set()
    done = answers if finish else answers[:3]
    inspections.save_visit(
        visit,
        ratings={each.item_id: (0 if each.is_veto else 2) if each.item_id in bad else 5 if each.is_veto else rest for each in done},
        findings={each.item_id: FINDINGS[number % len(FINDINGS)] for number, each in enumerate(answers) if each.item_id in bad},
        actor=actor,
    )  # fmt: skip
    for answer in answers:
        if answer.needs_photo and answer in done:
            near = inspections.Place(*story.near(station.longitude, station.latitude, 0.05))
            upload = ContentFile(photo(story.dice, station.code), f"{station.code}-{answer.pk}.jpg")
            inspections.add_photo(visit, item=answer.item_id, upload=upload, place=near, actor=actor)
    if not finish:
        return visit
    host = None if visit.is_surprise else inspections.Signature(station.contact_name or "站长")
    return inspections.finish_visit(visit, inspector=inspections.Signature(str(actor)), host=host, actor=actor)


def _answered(story: Story, station: Any, boss: Any) -> None:
    """Two findings: evidence for one waits for the region, the other is still to be put right."""
    order = _visit(story, station, "supervision", boss, low=2).rectifications.get()
    _evidence(story, order.lines.order_by("position")[0], station)


def _evidence(story: Story, line: Any, station: Any) -> None:
    shown = ContentFile(photo(story.dice, "已整改"), "rectified.jpg")
    rectification.answer_finding(
        line, evidence="已更换并请第三方检测合格，见照片。", uploads=[shown], actor=story.owner_of(station)
    )


def _verified(story: Story, station: Any, boss: Any) -> None:
    """The region is content with the evidence."""
    order = _visit(story, station, "supervision", boss, low=1).rectifications.get()
    rectification.choose_verification(order, verified_by="evidence", actor=boss)
    for line in order.lines.all():
        _evidence(story, line, station)
        rectification.accept_finding(line, remark="照片清晰，同意", actor=boss)


def _surprise(story: Story, station: Any) -> None:
    _visit(story, station, "surprise", story.people["mystery"], low=1, rest=4)


def _failed(story: Story, station: Any, boss: Any) -> None:
    """So little was right that headquarters was told; a second visit is planned."""
    order = _visit(story, station, "supervision", boss, low=5).rectifications.get()
    inspections.plan_visit(
        station, purpose=VisitPurpose.REVISIT, planned_on=clock.today() + timedelta(days=20), checks=order, actor=boss
    )

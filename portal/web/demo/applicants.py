"""Outlets that apply in the last days of the story and stand at every step of the way."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.core.files.base import ContentFile

from portal.web.demo.pictures import photo
from portal.web.demo.story import Story, rows
from stations import applications, inspections
from stations.models import RequiredDocument, StationApplication, StationKind

LATE_DAYS = 16
FIRST = "EAST-1"  # the center whose clerk's login is shown: its region has an application at every step that waits
STEPS = (
    "draft", "sent_back", "refused", "withdrawn", "region_review", "inspection", "rectification", "hq_decision",
    "contracting", "center_check",
)  # fmt: skip
PAPERS = (  # with a number, with an expiry date
    ("license", True, True), ("bank", True, False), ("lease", False, True), ("photos", False, False),
    ("staff", False, False), ("equipment", False, False),
)  # fmt: skip


def tell(story: Story, sites: list[dict[str, str]]) -> None:
    """One applicant for each step; those after the four new sites are second outlets near stations of the first center."""
    story.plan(story.until - timedelta(days=LATE_DAYS + 1), _require_papers)
    known = [row for row in rows("stations")[:60] if row["center"] == FIRST]
    for number, step in enumerate(STEPS):
        site = sites[number] if number < len(sites) else known[number % len(known)]
        at = story.until - timedelta(days=LATE_DAYS - number, hours=number)
        boss = story.people[f"region_{site['region'].lower()}"]
        story.plan(at, partial(_apply, story, 100 + number, site, step, boss), by=boss)


def _require_papers() -> None:
    """What headquarters asks for from now on; less of third parties, insurance of those who want the highest grade."""
    for kind in (StationKind.DEALER, StationKind.THIRD_PARTY):
        for document, needs_number, needs_expiry in PAPERS:
            RequiredDocument.objects.create(
                station_kind=kind, document_type=document, needs_number=needs_number, needs_expiry=needs_expiry,
                is_required=kind == StationKind.DEALER or document in ("license", "photos"),
            )  # fmt: skip
    RequiredDocument.objects.create(
        station_kind=StationKind.DEALER, wanted_grade="A", document_type="insurance", needs_expiry=True
    )


def _apply(story: Story, number: int, site: dict[str, str], step: str, boss: Any) -> None:
    from portal.web.demo.network import facts_of, file_papers, list_people

    center = story.things["centers"][site["center"]]
    invitation = applications.invite_applicant(center, kind="dealer", actor=story.things["center_clerks"][center.pk])
    row = applications.file_application(center=center, kind="dealer", invitation=invitation)
    facts = facts_of(story, number, site)
    if step == "center_check":
        facts["address"] = story.things["stations"][0].address  # of a station that exists
    else:
        facts["longitude"], facts["latitude"] = story.near(facts["longitude"], facts["latitude"], 40)
    if number >= 104:
        facts["station_name"] = f"{site['name']}（{number - 102}店）"
    applications.save_draft(row, facts=facts)
    if step == "draft":
        return
    list_people(story, row)
    file_papers(story, row)
    row = applications.submit_application(row)
    if step == "center_check":
        return
    if row.status == "center_check":
        row = applications.pass_center_check(row, actor=boss, note="与现有网点无关")
    _lead(story, row, step, boss)


def _lead(story: Story, row: StationApplication, step: str, boss: Any) -> None:
    """The region, and headquarters after it, have brought the application to its step."""
    if step in {"sent_back", "withdrawn"}:
        row = applications.send_back(row, reason="营业执照照片不清晰，请重新上传", actor=boss)
        if step == "withdrawn":
            applications.withdraw_application(row)
    elif step == "refused":
        applications.refuse_application(row, reason="该区域网点已饱和，暂不增设", actor=boss)
    elif step != "region_review":
        row = applications.approve_by_region(row, actor=boss)
        if step == "inspection":
            return
        _visit(story, row, boss, passes=step != "rectification")
        if step == "contracting":
            row.refresh_from_db()
            applications.decide_application(row, actor=story.people["manager"])


def _visit(story: Story, row: StationApplication, boss: Any, *, passes: bool) -> None:
    ratings = {item.pk: 5 if item.is_veto or passes else 3 for item in story.things["template"].items.all()}
    findings = "" if passes else "配件库房未分区，检测设备不齐，限期整改后复查。"
    template = story.things["template"]
    photos = {
        item.pk: [ContentFile(photo(story.dice, row.station_name[:8]), f"{item.pk}.jpg")]
        for item in template.items.filter(needs_photo=True)
    }
    inspections.record_inspection(
        row,
        template=template,
        ratings=ratings,
        photos=photos,
        actor=boss,
        findings=findings,
        host_signed_as=row.owner_name,
    )

"""The network comes to life: headquarters, regions, centers, and every station from its application to its people."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.core import clock
from portal.web.demo import applicants, outlets
from portal.web.demo.pictures import paper, photo
from portal.web.demo.story import BUSY, Story, rows
from stations import applications, inspections, onboarding, people
from stations.grading import set_grade
from stations.models import (
    ApplicationPerson,
    Contract,
    InspectionItem,
    InspectionTemplate,
    Membership,
    OperationCenter,
    Region,
    Station,
    StationApplication,
)

HEADQUARTERS = (
    ("admin", "系统管理员", Role.ADMINISTRATOR),
    ("manager", "周敏", Role.SERVICE_MANAGER),
    ("manager2", "林建国", Role.SERVICE_MANAGER),
    ("agent", "苏晓彤", Role.AGENT),
    ("reviewer", "何文博", Role.REVIEWER),
    ("approver", "郑海涛", Role.APPROVER),
    ("approver2", "唐静", Role.APPROVER),
    ("appraiser", "魏东", Role.APPRAISER),
    ("appraiser2", "范丽", Role.APPRAISER),
    ("warehouse", "姜勇", Role.WAREHOUSE),
    ("warehouse2", "任洁", Role.WAREHOUSE),
    ("finance", "沈雨", Role.FINANCE),
    ("finance2", "顾雪", Role.FINANCE),
    ("quality", "高志远", Role.QUALITY),
    ("rnd", "罗一鸣", Role.RND_OWNER),
    ("auditor", "蒋慧", Role.AUDITOR),
)
ITEMS = (
    ("门头与形象墙符合规范", "Signage and image wall as specified", 20, False),
    ("维修工位与防静电", "Repair benches and ESD protection", 25, False),
    ("配件库房面积与分区", "Parts store: area and zones", 20, False),
    ("检测设备与工具", "Test equipment and tools", 20, False),
    ("消防与用电安全", "Fire and electrical safety", 15, True),
)
OPENED = 64
MONTHS = {7: 13, 39: 13, 21: 15}  # one has expired, one ends within a week, one within two months
GRADES = ("A", "A", "B", "B", "B", "C", "C", "D")
LONG_NAME = "新疆维吾尔自治区乌鲁木齐市沙依巴克区友好北路智能家居售后服务中心（原西北区域第三技术支持与配件保障站）"


def headquarters_first(story: Story) -> None:
    """The people of headquarters, the regions with their managers, the operation centers."""
    start = story.begin - timedelta(days=90)
    story.happen(start, lambda: _headquarters(story))
    story.happen(start, lambda: _tree(story))


def tell(story: Story) -> None:
    """64 outlets have opened one after the other when the year begins; others apply in its last days."""
    sites = rows("stations")[: story.stations]
    for number, site in enumerate(sites[:OPENED]):
        _open_station(story, number, site, story.begin - timedelta(days=55 - number % 20, hours=-number % 9))
    applicants.tell(story, sites[OPENED:])
    outlets.tell(story)
    story.things["stations"] = list(Station.objects.select_related("center__region", "dealer").order_by("pk"))


def _headquarters(story: Story) -> None:
    for username, name, role in HEADQUARTERS:
        story.user(username, name, role, shown=True)
    template = InspectionTemplate.objects.create(name="建站考察表", name_en="Site inspection")
    for position, (text, text_en, weight, is_veto) in enumerate(ITEMS):
        InspectionItem.objects.create(
            template=template, position=position, text=text, text_en=text_en, weight=weight, is_veto=is_veto
        )
    story.things["template"] = inspections.put_in_use(template, actor=story.people["manager"])


def _tree(story: Story) -> None:
    regions: dict[str, Region] = {}
    centers: dict[str, OperationCenter] = {}
    for site in rows("stations"):
        region = regions.get(site["region"])
        if region is None:
            region = Region.objects.create(
                code=site["region"], name=site["region_name"], name_en=site["region_name_en"]
            )
            regions[site["region"]] = region
            boss = story.user(f"region_{site['region'].lower()}", story.names.name())
            Membership.objects.create(user=boss, role=Role.REGION_MANAGER, region=region, valid_from=clock.today())
            if site["region"] == "EAST":
                story.show(boss, f"{Role.REGION_MANAGER.label} {region.name}")
        if site["center"] not in centers:
            centers[site["center"]] = OperationCenter.objects.create(
                code=site["center"], name=site["center_name"], name_en=site["center_name_en"], region=region
            )
            _center_clerk(story, centers[site["center"]], len(centers))
    story.things |= {"regions": regions, "centers": centers}


def _center_clerk(story: Story, center: OperationCenter, number: int) -> None:
    clerk = story.user(f"center{number}", story.names.name())
    story.things.setdefault("center_clerks", {})[center.pk] = clerk
    Membership.objects.create(user=clerk, role=Role.CENTER_CLERK, center=center, valid_from=clock.today())
    if number == 1:
        story.show(clerk, f"{Role.CENTER_CLERK.label} {center.name}")


def _open_station(story: Story, number: int, site: dict[str, str], at: Any) -> None:
    """One outlet's way: invited, filed, submitted, reviewed, visited, approved, contracted, staffed."""
    center = story.things["centers"][site["center"]]
    boss = story.people[f"region_{site['region'].lower()}"]
    manager = story.people["manager"]
    held: dict[str, StationApplication] = {}

    def apply() -> None:
        invitation = applications.invite_applicant(
            center, kind="dealer", actor=story.things["center_clerks"][center.pk]
        )
        held["it"] = applications.file_application(center=center, kind="dealer", invitation=invitation)
        applications.save_draft(held["it"], facts=facts_of(story, number, site))
        list_people(story, held["it"])
        file_papers(story, held["it"])
        held["it"] = applications.submit_application(held["it"])

    def visit() -> None:
        items = {
            item.pk: 5 if item.is_veto else story.dice.choice((4, 4, 5))
            for item in story.things["template"].items.all()
        }
        inspections.record_inspection(held["it"], template=story.things["template"], ratings=items, actor=boss)

    story.happen(at, apply)
    story.happen(at + timedelta(days=1), lambda: applications.approve_by_region(_fresh(held), actor=boss), by=boss)
    story.happen(at + timedelta(days=4), visit, by=boss)
    story.happen(
        at + timedelta(days=6), lambda: applications.decide_application(_fresh(held), actor=manager), by=manager
    )
    story.happen(at + timedelta(days=8), lambda: _contract(story, number, _fresh(held)), by=manager)


def _fresh(held: dict[str, StationApplication]) -> StationApplication:
    return StationApplication.objects.get(pk=held["it"].pk)


def facts_of(story: Story, number: int, site: dict[str, str]) -> dict[str, Any]:
    company = f"{site['city'].rstrip('市')}{story.names.last_name()}{story.names.last_name()}智能科技有限公司"
    return {
        "company_name": company,
        "license_number": f"91{site['division']}MA{number:04d}{story.dice.randrange(10**4):04d}",
        "taxpayer_type": story.dice.choice(("general", "general", "small")),
        "bank_name": f"{story.dice.choice(('中国工商银行', '中国建设银行', '招商银行', '中国农业银行'))}{site['city']}分行",
        "bank_account": f"62{story.dice.randrange(10**15):015d}",
        "owner_name": story.names.name(),
        "phone": story.mobile(),
        "station_name": LONG_NAME if number == 59 else site["name"],
        "station_name_en": site["name_en"],
        "division": site["division"],
        "address": f"{site['province'] if site['province'] != site['city'] else ''}{site['city']}{site['district']}"
        f"{story.names.street_name()}{story.dice.randrange(1, 300)}号",
        "longitude": Decimal(site["longitude"]),
        "latitude": Decimal(site["latitude"]),
        "technician_count": 4,
        "premises_square_meters": story.dice.randrange(60, 400),
    }


TOOLS = ("防静电维修台", "数字示波器", "网关调试仪", "工具包", "上门服务车")


def list_people(story: Story, application: StationApplication) -> None:
    """Four people and their tools, as the applicant lists them."""
    roles = ("manager", "technician", "technician", "clerk")
    applications.save_people(
        application,
        people=[
            {
                "name": story.names.name(), "role": role, "phone": story.mobile(),
                "id_number": f"{application.division}1985{story.dice.randrange(10**8):08d}",
                "certificate": "低压电工作业证" if role == "technician" else "",
                "certificate_expires_on": clock.today() + timedelta(days=700) if role == "technician" else None,
            }
            for role in roles
        ],
    )  # fmt: skip
    applications.save_equipment(
        application,
        equipment=[
            {
                "name": name, "serial_number": f"EQ{story.dice.randrange(10**6):06d}", "quantity": 1 + place % 2,
                "calibrated_until": clock.today() + timedelta(days=330) if place in (1, 2) else None,
            }
            for place, name in enumerate(TOOLS)
        ],
    )  # fmt: skip


def file_papers(story: Story, application: StationApplication) -> None:
    for required in applications.required_documents(application.kind, application.wanted_grade):
        if required.is_listed:
            continue
        applications.save_document(
            application,
            document_type=required.document_type,
            document_number=f"{story.dice.randrange(10**10):010d}" if required.needs_number else "",
            expires_on=clock.today() + timedelta(days=900) if required.needs_expiry else None,
            upload=_scan(story, application, required.document_type),
        )


def _scan(story: Story, application: StationApplication, document_type: str) -> "ContentFile[bytes]":
    """Papers are scanned as PDF, the premises photographed."""
    if document_type == "photos":
        return ContentFile(photo(story.dice, application.station_name[:8]), "门头.jpg")
    return ContentFile(paper(), f"{document_type}.pdf")


def _contract(story: Story, number: int, application: StationApplication) -> None:
    manager = story.people["manager"]
    busy = number == BUSY
    contract = onboarding.sign_contract(
        application,
        principal=story.things["house"],
        signatory=application.owner_name,
        months=MONTHS.get(number, 14 if number % 9 == 5 else 24),
        credit_limit=Decimal(2_000_000 if busy else 300_000),
        actor=manager,
    )
    station = contract.station
    station_number = number + 1
    story.things.setdefault("places", {})[station.pk] = station_number
    people.invite_owner(
        station, username=f"owner{station_number}", display_name=application.owner_name, phone=application.phone,
        actor=manager,
    )  # fmt: skip
    owner = User.objects.get(username=f"owner{station_number}")
    story.open_login(owner)
    people.invite_clerk(
        station, username=f"clerk{station_number}", display_name=story.names.name(), phone=story.mobile(), actor=owner
    )
    clerk = User.objects.get(username=f"clerk{station_number}")
    story.open_login(clerk)
    _technicians(story, contract, station_number, 8 if busy else 3 + (number % 6 == 0))
    if busy:
        Station.objects.filter(pk=station.pk).update(job_capacity=80)
        for user, role in ((owner, Role.STATION_OWNER), (clerk, Role.STATION_CLERK)):
            story.show(user, f"{role.label} {station.name}")
        story.show(story.people[f"tech{station_number}_1"], f"{Role.TECHNICIAN.label} {station.name}")
    if number % 7:
        grade = "B" if busy else GRADES[number % len(GRADES)]
        set_grade(
            station, grade=grade, valid_from=clock.today() + timedelta(days=90), reason="试运行期满评定", actor=manager
        )


def _technicians(story: Story, contract: Contract, number: int, count: int) -> None:
    """Log-ins and skills: first for those whom the applicant listed, then for others."""
    station = contract.station
    listed = list(ApplicationPerson.objects.filter(application=contract.application, role="technician").order_by("pk"))
    owner = story.people[f"owner{number}"]
    for place in range(1, count + 1):
        username = f"tech{number}_{place}"
        name, phone = story.names.name(), story.mobile()
        if place <= len(listed):
            name, phone = listed[place - 1].name, listed[place - 1].phone
        technician, _link = people.add_technician(station, name=name, phone=phone, username=username, actor=owner)
        story.open_login(User.objects.get(username=username))
        for family in story.things["families"].values():
            if place == 1 or story.chance(0.15):
                people.certify(technician, family=family, level=story.dice.choice((1, 2, 2, 3)), actor=owner)

"""Recruiting in the story's last weeks: candidates at every stage, dealers who must build, areas and hours of stations."""

from datetime import time, timedelta
from functools import partial
from typing import Any, NamedTuple

from portal.core import clock
from portal.core.divisions import point_of
from portal.core.models import Division
from portal.web.demo.story import Story
from stations import coverage, duties, opening, recruiting
from stations.models import CandidateOutlet, Dealer, DealerClass, HoursKind, Station

FIRST = "EAST-1"
NIGHT = time(20), time(8)


class Outlet(NamedTuple):
    """An outlet as somebody saw it, and how far one is with it."""

    name: str
    name_en: str
    division: str
    street: str
    brands: str
    stage: str
    kind: str = "dealer"


OUTLETS = (
    Outlet("桐乡永兴家电商行", "Tongxiang Yongxing Appliances", "330483", "振兴东路 88 号", "海尔、格力", "identified"),
    Outlet("德清数码广场智能专柜", "Deqing Digital Plaza counter", "330521", "永安街 12 号", "小米、华为", "contacted"),
    Outlet("建德新安江智能家居馆", "Jiande Smart Home", "330182", "新安路 203 号", "欧普、公牛", "negotiating"),
    Outlet("临安锦城电器维修部", "Lin'an Jincheng Repairs", "330112", "衣锦街 56 号", "多品牌维修", "invited", "social"),
    Outlet("余姚阳明家电服务部", "Yuyao Yangming Service", "330281", "阳明西路 9 号", "美的、老板", "lost"),
    Outlet("海盐武原智慧生活馆", "Haiyan Wuyuan Smart Living", "330424", "枣园中路 31 号", "海信、方太", "late"),
    Outlet("诸暨暨阳全屋智能体验中心（含城西、店口两处仓储与安装班组）", "Zhuji whole-home experience center", "330681",
           "苎萝东路 168 号", "摩根、绿米、欧瑞博、涂鸦、公牛、正泰", "negotiating"),
)  # fmt: skip
CLASSES = (
    ("MUST", "强制建站", "Must build", True,
     "年销售额达到 500 万元的经销商，须在约定日期前自建服务站，配备两名持证技师、配件库房和检测设备。",
     "Dealers with sales of five million yuan a year build a service station of their own by the agreed day,"
     " with two certified technicians, a parts store and test equipment."),
    ("FREE", "自愿建站", "May build", False, "可自愿申请建站，按普通流程审批。",
     "May apply for a station; the ordinary approval applies."),
    ("NONE", "仅销售", "Sales only", False, "不承担售后服务，售后由所在区域服务站负责。",
     "Sells only; stations nearby serve its customers."),
)  # fmt: skip
OWING = (
    ("D-XS01", "绍兴上虞智联电器有限公司", "Shangyu Zhilian Appliances Ltd", -12),
    ("D-JX02", "嘉兴南湖安居科技有限公司", "Jiaxing Nanhu Anju Technology Ltd", 25),
    ("D-HZ03", "湖州吴兴万家智能有限公司", "Huzhou Wanjia Smart Ltd", 160),
)


def tell(story: Story) -> None:
    """Planned for the last weeks; needs the tree, not the stations."""
    for number, outlet in enumerate(OUTLETS):
        at = story.until - timedelta(days=26 - 2 * number, hours=3)
        story.plan(at, partial(_win, story, outlet), by=story.people["region_east"])
    story.plan(story.until - timedelta(days=20), partial(_oblige, story), by=story.people["manager"])
    story.plan(story.until - timedelta(days=19), partial(_serve, story), by=story.people["manager"])


def _win(story: Story, outlet: Outlet) -> None:
    center, boss = story.things["centers"][FIRST], story.people["region_east"]
    division = Division.objects.get(code=outlet.division)
    longitude, latitude = point_of(outlet.division) or (None, None)
    facts = {
        "name": outlet.name, "name_en": outlet.name_en, "kind": outlet.kind, "address": f"{division.full_name}{outlet.street}",
        "longitude": longitude, "latitude": latitude, "premises_square_meters": story.dice.randrange(60, 320),
        "staff_count": story.dice.randrange(2, 15), "brands_sold": outlet.brands,
    }  # fmt: skip
    people = [
        {"name": story.names.name(), "position": "店主", "phone": story.mobile()},
        {"name": story.names.name(), "position": "店长", "phone": story.mobile()},
    ]
    candidate = recruiting.add_candidate(
        center=center, division=division, facts=facts, contacts=people, owner=boss, actor=boss
    )
    if outlet.stage != "identified":
        _talk(story, candidate, outlet, boss)


def _talk(story: Story, candidate: CandidateOutlet, outlet: Outlet, boss: Any) -> None:
    clerk = story.things["center_clerks"][candidate.center_id]
    step_on = clock.today() if outlet.stage == "late" else clock.local_date(story.until) + timedelta(days=2)
    owner = candidate.contacts.order_by("pk").first()
    recruiting.log_talk(
        candidate,
        channel="phone",
        contact=owner,
        summary="电话介绍服务网络政策，对方愿意了解结算与配件支持。",
        actor=clerk,
    )
    recruiting.log_talk(
        candidate, channel="visit", contact=owner, actor=boss,
        summary="上门查看：临街店面，后院可作配件库房；两名师傅有低压电工证，缺网关调试设备。",
        next_step="带合同样本与保证金说明再次拜访", next_step_on=step_on,
    )  # fmt: skip
    if outlet.stage in {"negotiating", "invited"}:
        recruiting.negotiate(candidate, note="有合作意向，讨论保证金与服务半径", actor=boss)
    if outlet.stage == "invited":
        recruiting.invite_candidate(candidate, actor=boss)
    if outlet.stage == "lost":
        recruiting.lose_candidate(candidate, reason="competitor", note="已与其他品牌签订独家服务协议", actor=boss)


def _oblige(story: Story) -> None:
    """Three classes; dealers that are late, near and far; the dealers of the first stations have built."""
    manager, center = story.people["manager"], story.things["centers"][FIRST]
    must, free, _none = (
        DealerClass.objects.create(
            code=code, name=name, name_en=name_en, must_build=must_build, obligations=text, obligations_en=text_en
        )
        for code, name, name_en, must_build, text, text_en in CLASSES
    )
    today = clock.local_date(story.until)
    for code, name, name_en, days in OWING:
        dealer = Dealer.objects.create(
            code=code, name=name, name_en=name_en, principal=story.things["house"], license_number=f"91330000{code}",
            contact_name=story.names.name(), phone=story.mobile(),
        )  # fmt: skip
        duties.set_duty(
            dealer,
            dealer_class=must,
            center=center,
            build_by=today + timedelta(days=days),
            note="年度经销协议第 7 条",
            actor=manager,
        )
    for number, station in enumerate(Station.objects.filter(center=center).select_related("dealer").order_by("pk")[:3]):
        built = number < 2
        duties.set_duty(
            station.dealer, dealer_class=must if built else free, center=center,
            build_by=today - timedelta(days=120) if built else None, actor=manager,
        )  # fmt: skip


def _serve(story: Story) -> None:
    """Stations of the first center name what they serve; some have hours of their own and closed days ahead."""
    manager = story.people["manager"]
    for number, station in enumerate(Station.objects.filter(center=story.things["centers"][FIRST]).order_by("pk")):
        city = Division.objects.filter(code__in=[f"{station.division[:4]}00", station.division]).order_by("code")
        coverage.set_service_area(station, divisions=list(city[:1]), radius_km=30 + 10 * (number % 3), actor=manager)
        if number % 2 == 0:
            week = [opening.Hours(HoursKind.BUSINESS, day, time(8, 30), time(18)) for day in range(6)]
            nights = [opening.Hours(HoursKind.ON_CALL, day, *NIGHT) for day in range(7)]
            opening.set_hours(station, hours=[*week, *nights], actor=manager)
        if number == 0:
            first = clock.local_date(story.until) + timedelta(days=9)
            opening.add_closed_days(
                station,
                first_day=first,
                last_day=first + timedelta(days=1),
                reason="年终盘点",
                is_on_call=True,
                actor=manager,
            )

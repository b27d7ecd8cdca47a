"""People, tools and training today: what is required, what is lacking, a session with a waiting list, exams sat and to sit."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.files.base import ContentFile

from portal.core import clock
from portal.core.calendar import add_months
from portal.web.demo.pictures import paper
from portal.web.demo.story import BUSY, Story
from stations import equipment, gaps, people, training
from stations.models import (
    Course,
    Equipment,
    EquipmentItem,
    EquipmentRequirement,
    ExamAttempt,
    ProductFamily,
    SkillRequirement,
    Station,
    StationGrade,
    Technician,
    TrainingSession,
)

type Now = Callable[..., Any]

ITEMS = (  # code, name, English name, calibration in months, pieces needed, by which grade (empty is any)
    ("TORQUE", "数显扭力批", "Torque driver", 12, 1, "A"),
    ("INSULATION", "绝缘电阻测试仪", "Insulation tester", 12, 1, "A"),
    ("MULTIMETER", "数字万用表", "Digital multimeter", 12, 1, "A"),
    ("ESD", "防静电腕带", "Antistatic wrist strap", None, 1, ""),
    ("LADDER", "绝缘人字梯", "Insulated step ladder", None, 1, ""),
)
LACKING = 5  # so many other stations have none of it yet
COURSES = (  # code, name, English name, course family, level, with a family
    ("REPAIR-2", "维修中级", "Repair, intermediate", "repair", 2, True),
    ("WARRANTY-1", "三包判定到保修索赔", "From three-guarantees judgment to claim", "warranty", None, False),
    ("MANNERS-1", "上门礼仪与服务规范", "Manners at the customer's", "manners", None, False),
    ("PROCESS-1", "售后服务流程", "After-sales process", "process", None, False),
)
QUESTIONS = (  # text, English text, choices: text, English, right
    ("上门前首先应做什么", "What comes first before a visit?",
     (("电话预约并确认故障", "Call and confirm the fault", True), ("直接上门", "Just go", False),
      ("等待客户再次来电", "Wait for another call", False))),
    ("断电操作前应确认哪些事项", "What is checked before switching off?",
     (("告知客户", "The customer knows", True), ("保存配置", "The settings are saved", True),
      ("更换外壳", "The case is changed", False))),
    ("网关指示灯红色常亮表示", "A steady red light on the gateway means",
     (("无法连接服务器", "No connection to the server", True), ("电量充足", "Battery full", False),
      ("正在升级", "Updating", False))),
    ("更换下的旧件应如何处理", "What becomes of the replaced part?",
     (("贴标签并按期返厂", "Tag it and return it in time", True), ("交给客户", "Leave it there", False),
      ("当场丢弃", "Throw it away", False))),
    ("保修期从哪一天开始计算", "From which day does the warranty run?",
     (("登记的销售日期", "The registered day of sale", True), ("生产日期", "The day of production", False),
      ("首次报修日期", "The day of the first fault", False))),
)  # fmt: skip


def tell(story: Story, now: Now) -> None:
    """Headquarters requires, the busy station lacks, technicians learn."""
    manager = story.people["manager"]
    station = Station.objects.get(pk=story.things["stations"][BUSY].pk)
    owner = story.owner_of(station)
    family = next(iter(story.things["families"].values()))
    now(partial(_require, family), manager)
    _tools(story, now, station, owner)
    _certificates(now, station, family, manager)
    courses = now(partial(_courses, family, manager), manager)
    if courses:
        _sessions(now, courses[0], manager)
        _exams(now, station, courses)
    now(gaps.refresh_all)


def _require(family: ProductFamily) -> None:
    """Stations of grade A and B two intermediates for the first family, and the tools."""
    for grade in ("A", "B"):
        SkillRequirement.objects.create(family=family, level=2, technicians=2, grade=grade, valid_from=clock.today())
    for code, name, english, months, count, grade in ITEMS:
        item = EquipmentItem.objects.create(code=code, name=name, name_en=english, calibration_months=months)
        EquipmentRequirement.objects.create(item=item, quantity=count, grade=grade)


def _tools(story: Story, now: Now, station: Station, owner: Any) -> None:
    """The busy station has most tools: one overdue, one due soon, one in repair; others have some."""
    items = list(EquipmentItem.objects.order_by("pk"))
    today = clock.today()
    checked = (today - timedelta(days=400), today - timedelta(days=350), today - timedelta(days=30))

    def register(place: Station, item: EquipmentItem, number: int) -> Equipment:
        return equipment.register_equipment(
            place, item=item, serial_number=f"{item.code[:3]}{place.pk:03d}{number:02d}", actor=story.owner_of(place),
            commissioned_on=today - timedelta(days=405), bought_on=today - timedelta(days=410),
        )  # fmt: skip

    for number, item in enumerate(items[1:4]):
        piece = now(partial(register, station, item, number), owner)
        if piece and item.calibration_months:
            certificate = ContentFile(paper(), "calibration.pdf")
            now(
                partial(
                    equipment.record_calibration, piece, calibrated_on=checked[number], laboratory="省计量科学研究院",
                    certificate=certificate, actor=owner,
                ),
                owner,
            )  # fmt: skip
    broken = now(partial(register, station, items[2], 7), owner)
    if broken:
        now(partial(equipment.move_equipment, broken, to="in_repair", reason="表笔接触不良", actor=owner), owner)
    others = [other for other in story.things["stations"] if other.pk != station.pk]
    held = {row.station_id: row.grade for row in StationGrade.objects.order_by("valid_from")}
    for place in others[LACKING:]:
        now(partial(_equip, register, place, items, held.get(place.pk), story), story.owner_of(place))


def _equip(
    register: Callable[..., Equipment], place: Station, items: list[EquipmentItem], grade: Any, story: Story
) -> None:
    """The station's tools, checked this year where they measure."""
    for number, item in enumerate(items):
        if item.calibration_months is None or grade == "A":
            piece = register(place, item, number)
            if item.calibration_months:
                equipment.record_calibration(
                    piece, calibrated_on=clock.today() - timedelta(days=40 + place.pk), laboratory="省计量科学研究院",
                    actor=story.owner_of(place),
                )  # fmt: skip


def _certificates(now: Now, station: Station, family: ProductFamily, manager: Any) -> None:
    """Some end in 7, 30 and 60 days, one is revoked; stars."""
    today = clock.today()
    team = list(Technician.objects.filter(station=station, is_active=True).order_by("pk"))
    for technician, days in zip(team[1:4], (6, 29, 58), strict=False):
        now(
            partial(
                people.certify, technician, family=family, level=2, valid_from=add_months(today, -23),
                valid_to=today + timedelta(days=days), actor=manager,
            ),
            manager,
        )  # fmt: skip
    if len(team) > 4:
        given = now(partial(people.certify, team[4], family=family, level=1, actor=manager), manager)
        if given:
            now(partial(people.revoke_certificate, given, reason="抽查时操作不合格", actor=manager), manager)
    for technician, stars in zip(team, (5, 4, 3), strict=False):
        now(partial(people.rate_technician, technician, stars=stars, reason="季度技能考核", actor=manager), manager)
    now(people.alarm_certificates)


def _courses(family: ProductFamily, manager: Any) -> list[Course]:
    made: list[Course] = []
    for code, name, english, topic, level, with_family in COURSES:
        course = Course.objects.create(
            code=code, name=f"{family.name}{name}" if with_family else name,
            name_en=f"{family.name_en}: {english}" if with_family else english, topic=topic, level=level,
            family=family if with_family else None,
            questions_per_paper=5,
        )  # fmt: skip
        for text, text_en, choices in QUESTIONS if len(made) < 2 else ():
            training.add_question(course, text=text, text_en=text_en, choices=choices, points=20, actor=manager)
        training.publish_material(
            course, changes="更新常见故障与处理步骤", changes_en="Common faults and their steps renewed",
            files=[ContentFile(paper(), f"{code}.pdf")], actor=manager,
        )  # fmt: skip
        made.append(course)
    return made


def _sessions(now: Now, course: Course, manager: Any) -> None:
    """One session is full with a waiting list, one is planned, one was cancelled."""
    start = clock.start_of(clock.today() + timedelta(days=12)) + timedelta(hours=9)

    def plan(days: int, seats: int) -> TrainingSession:
        begin = start + timedelta(days=days)
        return training.plan_session(
            course, room="培训中心一号教室", trainer="赵启明", exhibits="网关拆解样机", seats=seats, starts_at=begin,
            ends_at=begin + timedelta(hours=6), actor=manager,
        )  # fmt: skip

    full = now(partial(plan, 0, 3), manager)
    now(partial(plan, 30, 20), manager)
    dropped = now(partial(plan, 5, 10), manager)
    if dropped:
        now(partial(training.cancel_session, dropped, reason="讲师外出支援", actor=manager), manager)
    if full:
        now(partial(training.open_session, full, actor=manager), manager)
        for technician in Technician.objects.at_work().order_by("station_id", "pk")[:6]:
            now(partial(training.enroll, full, technician, actor=manager), manager)


def _exams(now: Now, station: Station, courses: list[Course]) -> None:
    """One passed, one failed; the first technician of the busy station can sit both exams now."""
    team = list(Technician.objects.filter(station=station, is_active=True).select_related("user").order_by("pk"))
    for technician, wrong in zip(team[5:7], (0, 3), strict=False):
        attempt = now(partial(training.start_exam, courses[0], technician, actor=technician.user), technician.user)
        if attempt:
            now(partial(_hand_in, attempt, technician, wrong), technician.user)


def _hand_in(attempt: ExamAttempt, technician: Technician, wrong: int) -> None:
    answers = {str(each["question"]): each["right"] for each in attempt.paper[wrong:]}
    training.submit_exam(attempt, answers=answers, actor=technician.user)

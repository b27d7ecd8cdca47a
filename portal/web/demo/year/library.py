"""What stations are told and what they would do better: documents read and unread, ideas in every state."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

from django.core.files.base import ContentFile

from portal.core import clock
from portal.web.demo.pictures import paper, photo
from portal.web.demo.story import BUSY, Story, rows
from stations import bulletins, ideas
from stations.bulletins import Audience
from stations.models import Bulletin, Idea

WITHDRAWN = 60  # days before the end
FEW = 14  # stations whose people read; the others have it before them
IDEAS: tuple[tuple[int, str, str, str, str], ...] = (  # days before the end, how far it came, title, problem, proposal
    (75, "money", "旧件箱按机型分格", "旧件混放，回收时每箱要多花半小时找件。", "旧件箱按机型分格并贴二维码标签。"),
    (60, "points", "上门前发送车牌和工牌照片", "客户担心冒充维修人员，常拒绝开门。", "派工后自动把技师照片和车牌发给客户。"),
    (45, "declined", "取消故障照片", "拍照麻烦。", "只在金额超过 500 元时拍照。"),
    (20, "large", "网关主板改为分级维修", "整板更换成本高，其中六成只坏电源部分。", "下放电源部分的维修，并提供维修包。"),
    (9, "accepted", "常用件随车清单", "上门后缺件，二次上门占两成。", "按机型给出随车件清单，每月按故障数据更新。"),
    (4, "judging", "夜间报修先视频诊断", "夜间上门三成是设置问题。", "夜间先视频指导，不能解决再派工。"),
    (1, "filed", "工单页加导航到客户小区入口", "导航常到小区背面，绕行十分钟。", "由客户在地图上点选入口。"),
)  # fmt: skip
ANSWERS = {
    "declined": "谢谢建议。照片是判定责任和追偿的依据，暂不能取消；已安排改进拍照步骤。",
    "": "建议具体可行，总部将组织试点并推广，谢谢！",
}


def plan(story: Story) -> None:
    """Documents and ideas of the last months, each at its time by its people."""
    story.things["library_dice"] = Random(f"{story.seed} library")  # noqa: S311 of its own: the rest of the story stays
    for document in rows("documents"):
        at = story.moment(clock.local_date(story.until) - timedelta(days=int(document["days"])), 10)
        story.plan(at, partial(_publish, story, document), by=story.people["manager"])
    at = story.moment(clock.local_date(story.until) - timedelta(days=WITHDRAWN), 15)
    story.plan(at, partial(_publish_and_withdraw, story), by=story.people["manager"])
    morning = story.moment(clock.local_date(story.until) - timedelta(days=1), 9)
    story.plan(morning, bulletins.remind_unread)
    story.plan(story.until - timedelta(hours=3), partial(_begin_draft, story), by=story.people["manager"])
    for number, idea in enumerate(IDEAS):
        at = story.moment(clock.local_date(story.until) - timedelta(days=idea[0]), 14, number * 5)
        story.plan(at, partial(_file, story, number, *idea[1:]))


def _publish(story: Story, document: dict[str, str]) -> None:
    manager = story.people["manager"]
    to_read = int(document["to_read"])
    read_by = clock.today() + timedelta(days=to_read) if to_read else None
    audience = Audience(
        regions=tuple(filter(None, [document["region"]])), kinds=tuple(filter(None, [document["station_kind"]]))
    )
    texts: dict[str, Any] = {name: document[name] for name in ("kind", "title", "title_en", "body", "body_en")}
    row = bulletins.write_bulletin(
        must_read=bool(to_read), read_by=read_by, audience=audience, files=[ContentFile(paper(), "附件.pdf")],
        actor=manager, **texts,
    )  # fmt: skip
    row = bulletins.publish_bulletin(row, actor=manager)
    _plan_reading(story, row)
    if document["later"]:
        at = story.office(clock.now() + timedelta(days=50))
        story.plan(at, partial(_revise, story, row.pk, document["later"]), by=manager)


def _revise(story: Story, key: int, body: str) -> None:
    manager = story.people["manager"]
    draft = bulletins.revise_bulletin(Bulletin.objects.get(pk=key), actor=manager)
    bulletins.edit_bulletin(
        draft, body=body, change_note="复位时间改为 15 秒，并须上传日志", change_note_en="Reset for 15 seconds, upload the log",
        actor=manager,
    )  # fmt: skip
    _plan_reading(story, bulletins.publish_bulletin(draft, actor=manager))


def _plan_reading(story: Story, row: Bulletin) -> None:
    """Some people of some stations read it within two weeks."""
    dice = story.things["library_dice"]
    for station in story.things["stations"][:FEW]:
        number = story.things["places"].get(station.pk)
        if number is None:
            continue
        for username in (f"owner{number}", f"clerk{number}", f"tech{number}_1"):
            if dice.random() < (0.6 if number != BUSY + 1 else 0.4):
                at = clock.now() + timedelta(hours=dice.uniform(2, 300))
                story.plan(at, partial(_read, row.pk, story.people[username]), by=story.people[username])


def _read(key: int, person: Any) -> None:
    bulletins.confirm_reading(Bulletin.objects.get(pk=key), actor=person)


def _publish_and_withdraw(story: Story) -> None:
    manager = story.people["manager"]
    row = bulletins.write_bulletin(
        kind="technical", title="窗帘电机限位参数表", title_en="Limit values of curtain motors", body="限位电流 1.8 A。",
        body_en="Limit current 1.8 A.", actor=manager,
    )  # fmt: skip
    row = bulletins.publish_bulletin(row, actor=manager)
    reason = "限位电流数值有误，请等待更正版本"
    at = clock.now() + timedelta(days=1)
    story.plan(at, partial(bulletins.withdraw_bulletin, row, reason=reason, actor=manager), by=manager)


def _begin_draft(story: Story) -> None:
    bulletins.write_bulletin(
        kind="policy", title="明年奖励办法（征求意见稿）", title_en="Incentives of next year (draft)",
        body="一、建议采纳给予积分。\n二、年度前十名另发奖金。", actor=story.people["manager"],
    )  # fmt: skip


def _file(story: Story, number: int, outcome: str, title: str, problem: str, proposal: str) -> None:
    station = story.things["stations"][BUSY if number % 2 == 0 else number % len(story.things["stations"])]
    place = story.things["places"][station.pk]
    author = story.people[f"{'tech' if number % 3 else 'clerk'}{place}{'_1' if number % 3 else ''}"]
    idea = ideas.file_idea(
        station, title=title, problem=problem, proposal=proposal, expected_benefit="每年每站约节约 3,000 元。",
        names_station=number % 2 == 0, files=[ContentFile(photo(story.things["library_dice"], title[:4]), "现场.jpg")], actor=author,
    )  # fmt: skip
    judge = story.people["manager"]
    if outcome != "filed":
        at = clock.now() + timedelta(hours=20)
        story.plan(at, partial(_judge, story, idea.pk, outcome), by=judge)


def _judge(story: Story, key: int, outcome: str) -> None:
    judge = story.people["manager"]
    idea = ideas.begin_judgment(Idea.objects.get(pk=key), actor=judge)
    if outcome == "judging":
        return
    if outcome == "declined":
        ideas.decline_idea(idea, answer=ANSWERS["declined"], actor=judge)
        return
    idea = ideas.accept_idea(idea, answer=ANSWERS[""], actor=judge)
    if outcome in {"money", "points"}:
        amount = Decimal(800) if outcome == "money" else Decimal(0)
        ideas.propose_reward(idea, points=100, amount=amount, reason="已在三个站试点，效果明显", actor=judge)
        ideas.publish_idea(
            idea, headline=idea.title, summary=idea.proposal, actor=judge,
            headline_en="Old-part boxes sorted by model" if outcome == "money" else "Photo and plate before the visit",
            summary_en="Boxes with a compartment and a QR label per model save half an hour a box."
            if outcome == "money" else "After dispatch the customer gets the technician's photo and license plate.",
        )  # fmt: skip
    elif outcome == "large":
        ideas.propose_reward(idea, points=0, amount=Decimal(5_000), reason="预计全网每年节约 40 万元", actor=judge)

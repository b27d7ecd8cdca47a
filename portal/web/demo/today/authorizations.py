"""Today's prior authorizations: asked, granted, refused, withdrawn, one of them for an open job."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from portal.core import clock
from portal.web.demo.story import BUSY, Story
from service.models import InstalledUnit, WorkOrder, WorkOrderStatus
from warranty import authorizations, reasons
from warranty.authorizations import Wanted
from warranty.models import PriorAuthorization

type Now = Callable[..., Any]
MACHINING = ("外协加工安装支架，站内无加工设备", "委外加工安装支架", 860)
CRANE = ("设备位于 6 楼外墙，需要租用高空作业车", "高空作业车 1 个台班", 1_680)
COATING = ("外壳划伤，用户要求重新喷涂", "外壳喷涂", 720)
LAB = ("间歇性断网，需送检测机构做电磁兼容测试", "电磁兼容测试", 2_400)


def tell(story: Story, now: Now) -> None:
    """Headquarters has two to answer; the station has one granted, one refused, one withdrawn."""
    _ask(story, now, MACHINING, job=_open_job(story))
    _ask(story, now, LAB)
    granted, refused, gone = (_ask(story, now, each) for each in (CRANE, COATING, MACHINING))
    reviewer, clerk = story.people["reviewer"], story.clerk_of(story.things["stations"][BUSY])
    until = clock.local_date(story.until) + timedelta(days=30)
    now(
        lambda: authorizations.grant_authorization(
            granted, amount=Decimal(1500), valid_until=until, answer="按 1500 元以内凭发票结算", actor=reviewer
        ),
        reviewer,
    )
    code = reasons.known().get("NOT_COVERED")
    if code is not None:
        answer = "外观划伤不属于保修范围，请与用户协商自费"
        now(
            lambda: authorizations.refuse_authorization(refused, reason_code=code, answer=answer, actor=reviewer),
            reviewer,
        )
    now(lambda: authorizations.withdraw_authorization(gone, reason="站内已自行修复", actor=clerk), clerk)


def _open_job(story: Story) -> WorkOrder | None:
    """A job of the busy station that is under way."""
    jobs = WorkOrder.objects.filter(station=story.things["stations"][BUSY], request__unit__isnull=False)
    under_way = jobs.filter(status__in=[WorkOrderStatus.ACCEPTED, WorkOrderStatus.APPOINTED, WorkOrderStatus.ON_SITE])
    return under_way.select_related("request__unit").order_by("-pk").first()


def _ask(story: Story, now: Now, text: tuple[str, str, int], job: WorkOrder | None = None) -> PriorAuthorization:
    station = story.things["stations"][BUSY]
    clerk = story.clerk_of(station)
    reason, what, amount = text
    units = InstalledUnit.objects.filter(requests__station=station).order_by("-pk")
    unit = (job.request.unit if job else None) or units.exclude(
        pk__in=PriorAuthorization.objects.values("unit")
    ).distinct()[0]
    lines = [Wanted("outside", what, amount=Decimal(amount))]
    made: PriorAuthorization = now(
        lambda: authorizations.request_authorization(
            station=station, unit=unit, work_order=job, reason=reason, lines=lines, actor=clerk
        ),
        clerk,
    )
    return made

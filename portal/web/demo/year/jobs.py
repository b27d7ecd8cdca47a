"""From the dispatch to the finished job: offered, taken, agreed with the customer, repaired with a part from the shelf."""

from datetime import timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any, cast

from django.core.files.base import ContentFile

from parts.stock import held_by_part, station_location
from portal.core import clock
from portal.core.attachments import attach
from portal.web.demo.pictures import photo
from portal.web.demo.story import Story
from portal.web.demo.year import claims
from service import dispatch as dispatching
from service import intake, work_orders
from service.models import FaultCode, ServiceRequest, WorkOrder
from stations.models import Station

CAUSES = (
    "{cause}，拆机检查确认{part}失效，其他部件检测正常",
    "现场检测为{cause}，{part}已损坏",
    "{cause}，{part}与同型号良品对比测试不合格",
)
CORRECTIONS = (
    "{correction}；本次更换{part}，连续测试三次正常",
    "{correction}；已换{part}，客户现场确认正常",
)


UNHURT = (
    "疑为{cause}，拆机检测各部件完好，属安装松动",
    "疑为{cause}，逐项排查后确认是参数设置问题，零件未损坏",
)
ADJUSTED = (
    "清洁触点、紧固安装，未更换零件，连续测试三次正常",
    "恢复出厂设置后重新配置参数，未更换零件，客户现场确认正常",
)
ADJUSTS = 0.5  # share of the jobs that need no part


def dispatch(story: Story, request: ServiceRequest, nearest: Station) -> None:
    """The nearest station has the job on offer, or the best by rule; nearly always it takes it."""
    agent = story.people["agent"]
    if story.chance(0.85):
        order = dispatching.offer_to_station(request, nearest, actor=agent)
    else:
        order = dispatching.dispatch_best(request, actor=agent)
    if story.chance(0.02):
        story.plan(clock.now() + timedelta(minutes=16), lambda: _expire(story))
    else:
        story.plan(story.later(clock.now(), 0.03, 0.2), lambda: _accept(story, order))


def _expire(story: Story) -> None:
    dispatching.expire_offers()
    for order in WorkOrder.objects.filter(status="offered", offer_ends_at__gt=clock.now()):
        story.plan(story.later(clock.now(), 0.03, 0.2), lambda order=order: _accept(story, order))  # type: ignore[misc]


def _accept(story: Story, order: WorkOrder) -> None:
    clerk = story.clerk_of(order.station)
    technicians = list(order.station.technicians.filter(is_active=True).select_related("user").order_by("pk"))
    technician: Any = story.dice.choice(technicians)
    accepted = work_orders.accept_job(order, actor=clerk, technician=technician)
    visit = story.office(story.later(clock.now(), 2, 20))
    story.plan(
        story.later(clock.now(), 0.1, 0.8),
        lambda: work_orders.fix_appointment(accepted, visit_at=visit, actor=clerk),
        by=clerk,
    )
    story.plan(
        visit + timedelta(minutes=2),
        lambda: work_orders.check_in(WorkOrder.objects.get(pk=accepted.pk), actor=technician.user),
        by=technician.user,
    )
    story.plan(
        visit + timedelta(minutes=story.dice.randrange(35, 150)),
        lambda: _finish(story, accepted.pk, technician),
        by=technician.user,
    )


def _finish(story: Story, key: int, technician: Any) -> None:
    adjusts = story.chance(ADJUSTS)
    order = finish(story, key, technician, adjusts=adjusts)
    agent = story.people["agent"]
    story.plan(
        story.later(clock.now(), 1, 20),
        lambda: intake.close_request(
            ServiceRequest.objects.get(pk=order.request_id), result="维修完成，客户确认恢复正常", actor=agent
        ),
        by=agent,
    )
    if (adjusts or order.issued_parts.exists()) and story.chance(0.98):
        clerk = story.clerk_of(order.station)
        at = story.office(story.later(clock.now(), 3, 60))
        story.plan(at, lambda: claims.draft(story, order.pk, clerk), by=clerk)


def finish(story: Story, key: int, technician: Any, *, worth: int = 0, adjusts: bool = False) -> WorkOrder:
    """The technician adjusts, or repairs with a part from the shelf if there is one, takes two photos, and completes the job."""
    order = WorkOrder.objects.select_related("request__unit__product_model", "station", "fault_code").get(pk=key)
    unit: Any = order.request.unit
    part, qty = (None, Decimal(0)) if adjusts else _from_shelf(story, order, worth)
    if part is not None:
        work_orders.issue_part(order, part, qty=qty, actor=technician.user)
    family = unit.product_model.family_id
    operations = story.things["operations"]
    operation = story.dice.choice(operations[None] if adjusts else operations.get(family) or operations[None])
    spent = (operation.flat_hours * Decimal(story.dice.choice(("0.9", "1.0", "1.0", "1.1", "1.5")))).quantize(
        Decimal("0.1")
    )
    work_orders.record_hours(order, operation, hours=max(spent, Decimal("0.1")), actor=technician.user)
    for kind, text in (("fault_photo", order.number), ("plate_photo", unit.serial_number)):
        picture = ContentFile(photo(story.dice, text, plate=kind == "plate_photo"), f"{kind}.jpg")
        attach(order, picture, kind=kind, actor=technician.user)
    findings = _findings(story, order, "" if adjusts else part.name if part else "连接线路")
    return work_orders.complete_work_order(order, actor=technician.user, findings=findings)


def _findings(story: Story, order: WorkOrder, part: str) -> work_orders.Findings:
    today, fault = clock.today(), cast(FaultCode, order.fault_code)
    driven = (order.straight_km or Decimal(5)) * Decimal("2.2")
    return work_orders.Findings(
        complaint=order.complaint if len(order.complaint) >= 10 else f"{order.complaint}，请尽快上门",
        cause=story.dice.choice(CAUSES if part else UNHURT).format(cause=fault.cause, part=part),
        correction=story.dice.choice(CORRECTIONS if part else ADJUSTED).format(correction=fault.correction, part=part),
        failed_on=min(clock.local_date(order.request.created_at), today),
        repaired_on=today,
        distance_km=driven.quantize(Decimal("0.1")),
        customer_signed_as=order.request.contact_name[:80],
    )


def _from_shelf(story: Story, order: WorkOrder, worth: int) -> tuple[Any, Decimal]:
    """A part of the model that lies on the station's shelf, a core part if there is one; several, if they shall be worth something."""
    unit: Any = order.request.unit
    fitting = story.things["parts_of"].get(unit.product_model_id, [])
    there = held_by_part([station_location(order.station)], [part.pk for part in fitting])
    choice = [part for part in fitting if there.get(part.pk, 0) >= 1]
    if not choice:
        return None, Decimal(0)
    prices = story.things["price_of"]
    if worth:
        part = max(choice, key=lambda part: (prices[part.pk] * there[part.pk], part.pk))
        return part, min(there[part.pk], (Decimal(worth) / prices[part.pk]).to_integral_value(ROUND_CEILING))
    return story.dice.choice([part for part in choice if part.part_class == "core"] or choice), Decimal(1)

"""Customers call: some want advice, most have a unit that fails."""

from datetime import date, timedelta
from typing import Any

from portal.core import clock
from portal.web.demo.story import BUSY, Story
from portal.web.demo.year import jobs
from service import intake
from service.models import InstalledUnit, ServiceRequest
from stations.models import Station
from warranty.registration import Sale, approve_registration, file_registration

HOURS = (8, 9, 9, 10, 10, 11, 13, 14, 15, 16, 17, 19, 20)
REPAIRS, AT_BUSY = 0.335, 0.87  # shares of all calls, and of the repairs
ADVICE = (
    "请问保修期是多长时间，怎么查询？", "手机换了新的路由器，设备怎么重新连接网络？", "想了解一下能不能再加装两个传感器",
    "遥控器丢了，可以单独买一个吗？", "APP 提示固件升级，需要升级吗？",
)  # fmt: skip


def plan_day(story: Story, number: int, day: date) -> None:
    """The calls of one day, spread over its hours."""
    share = story.requests / 366
    for _ in range(int(share * (number + 1)) - int(share * number)):
        at = story.moment(day, story.dice.choice(HOURS), story.dice.randrange(60))
        story.plan(at, lambda: _call(story), by=story.people["agent"])


def _call(story: Story) -> None:
    if not story.chance(REPAIRS):
        _ask_advice(story)
        return
    agent = story.people["agent"]
    station = _station(story, AT_BUSY)
    request = take_repair(story, station)
    if story.chance(0.03):
        story.plan(
            story.later(clock.now(), 0.1, 2),
            lambda: intake.cancel_request(request, reason="客户自行解决", actor=agent),
            by=agent,
        )
        return
    story.plan(
        clock.now() + timedelta(seconds=story.dice.randrange(20, 400)),
        lambda: jobs.dispatch(story, request, station),
        by=agent,
    )


def _station(story: Story, at_busy: float) -> Station:
    stations: list[Station] = story.things["stations"]
    return stations[BUSY] if story.chance(at_busy) else story.dice.choice(stations)


def take_repair(story: Story, station: Station, *, registered: bool | None = None) -> ServiceRequest:
    """A customer near the station has a unit that fails: the request is taken."""
    customer = _customer(story, station)
    unit = _unit(story, station, customer, story.chance(0.8) if registered is None else registered)
    said, fault = story.dice.choice(story.things["phrases"][unit.product_model.family_id])
    return intake.take_request(
        customer=customer, unit=unit, actor=story.people["agent"], fault_text=said, fault_code=fault,
        urgency=story.dice.choice(("machine_stopped", "function_fault", "function_fault")),
        channel=story.dice.choice(("hotline", "hotline", "wechat", "app", "online")),
        problem_class=story.dice.choice((1, 1, 1, 1, 2)),
    )  # fmt: skip


def _customer(story: Story, station: Station) -> Any:
    longitude, latitude = story.near(station.longitude, station.latitude, 5)
    name = (
        story.names.name()
        if story.chance(0.98)
        else f"{story.names.company()}（{story.names.name()}，物业工程部值班电话）"
    )
    return intake.add_customer(
        name=name, phone=story.mobile(), division=station.division, longitude=longitude, latitude=latitude,
        address=f"{story.names.street_name()}{story.dice.randrange(1, 400)}号"
        f"{story.dice.randrange(1, 30)}幢{story.dice.randrange(101, 3200)}室", actor=story.people["agent"],
    )  # fmt: skip


def _ask_advice(story: Story) -> None:
    agent = story.people["agent"]
    request = intake.take_request(
        customer=_customer(story, _station(story, 0.2)), actor=agent, fault_text=story.dice.choice(ADVICE),
        category="advice", urgency="advice",
    )  # fmt: skip
    story.plan(
        story.later(clock.now(), 0.02, 0.6),
        lambda: intake.close_request(request, result="已在电话中解答，客户表示清楚", actor=agent),
        by=agent,
    )


def _unit(story: Story, station: Station, customer: Any, registered: bool) -> InstalledUnit:
    """A unit sold some time ago; most are registered, some only shipped, a few out of warranty."""
    model = story.dice.choice(story.things["models_of"][station.pk])
    age = story.dice.randrange(20, 640) if story.chance(0.93) else story.dice.randrange(760, 1100)
    sold_on = clock.today() - timedelta(days=age)
    unit = InstalledUnit.objects.create(
        serial_number=f"{model.family.code[0]}{sold_on:%y%m}{story.dice.randrange(10**8):08d}",
        product_model=model, customer=customer, produced_on=sold_on - timedelta(days=90),
        ship_date=sold_on - timedelta(days=30), sold_on=sold_on, installed_on=sold_on + timedelta(days=3),
        invoice_on=sold_on if story.chance(0.5) else None, address=customer.address,
    )  # fmt: skip
    if registered:
        filed = file_registration(
            unit,
            sale=Sale(sold_on, unit.installed_on, invoice_on=unit.invoice_on, customer=customer),
            actor=story.clerk_of(station),
            station=station,
            filed_on=sold_on + timedelta(days=5),
        )
        approve_registration(filed, actor=story.people["manager"])
    return unit

"""Rows of the service desk for tests: plain functions, each makes what it needs, through operations where there are some."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import transaction

from parts import stock
from parts.models import Part, PartCategory
from portal.core import clock
from service import dispatch, intake, work_orders
from service.models import (
    Customer,
    FaultCode,
    InstalledUnit,
    LaborOperation,
    PartAction,
    ServiceRequest,
    WorkOrder,
)
from service.work_orders import Findings
from stations.models import Technician
from tests.factories import stations as network

_next = count(1)
HANGZHOU = (Decimal("120.130000"), Decimal("30.259000"))
TEXTS = {
    "complaint": "客户反映门锁指纹识别没有反应",
    "cause": "指纹模组排线松动导致接触不良",
    "correction": "更换指纹模组并重新录入指纹，测试正常",
}


def make_customer(**kw: Any) -> Customer:
    """A customer in Shanghai, two kilometers from the factory station."""
    number = next(_next)
    defaults = {
        "name": f"王女士{number}",
        "phone": f"138{number:08d}",
        "address": "上海市徐汇区文定路 88 号 3-1202",
        "longitude": Decimal("121.430000"),
        "latitude": Decimal("31.205000"),
        "created_at": clock.now(),
    }
    return Customer.objects.create(**defaults | kw)


def make_unit(**kw: Any) -> InstalledUnit:
    """A unit sold half a year ago, at a new customer's."""
    number = next(_next)
    if "product_model" not in kw:
        kw["product_model"] = network.make_product_model()
    if "customer" not in kw:
        kw["customer"] = make_customer()
    today = clock.today()
    defaults = {
        "serial_number": f"G3A29-{number:05d}",
        "ship_date": today - timedelta(days=240),
        "sold_on": today - timedelta(days=180),
        "invoice_on": today - timedelta(days=180),
    }
    return InstalledUnit.objects.create(**defaults | kw)


def make_fault_code(**kw: Any) -> FaultCode:
    number = next(_next)
    return FaultCode.objects.create(**{"code": f"F{number:03d}", "name": "指纹识别无反应"} | kw)


def make_operation(**kw: Any) -> LaborOperation:
    """One flat hour and a fifth."""
    number = next(_next)
    defaults = {"code": f"L{number:03d}", "name": "更换指纹模组", "flat_hours": Decimal("1.20")}
    return LaborOperation.objects.create(**defaults | kw)


def make_stocked_part(station: Any, qty: int = 5, **kw: Any) -> Part:
    """A part of which the station holds so many pieces, worth 100.00 each."""
    number = next(_next)
    category, _made = PartCategory.objects.get_or_create(code="LOCK", defaults={"name": "门锁配件"})
    part = Part.objects.create(**{"number": f"FP-{number:04d}", "name": "指纹模组", "category": category} | kw)
    moves = [
        stock.Move(stock.world().pk, part.pk, Decimal(-qty), unit_cost=Decimal(100)),
        stock.Move(stock.station_location(station).pk, part.pk, Decimal(qty)),
    ]
    with transaction.atomic():
        stock.post(kind="receipt", source=f"TEST-{number}", moves=moves, at=clock.now(), actor=None)
    return part


def make_request(*, actor: Any = None, **kw: Any) -> ServiceRequest:
    """A request for a unit, taken by an agent."""
    if "unit" not in kw:
        kw["unit"] = make_unit(**({"customer": kw["customer"]} if "customer" in kw else {}))
    if "customer" not in kw:
        kw["customer"] = kw["unit"].customer
    return intake.take_request(**{"fault_text": "指纹识别没有反应，按了十几次都开不了门", "actor": actor} | kw)


def make_offer(station: Any = None, *, at: datetime | None = None, **kw: Any) -> WorkOrder:
    """A job on offer to the station."""
    request = kw.pop("request", None) or make_request(at=at, **kw)
    return dispatch.offer_to_station(request, station or network.make_station(), actor=None, at=at)


def make_accepted(
    station: Any = None, *, technician: Technician | None = None, actor: Any = None, **kw: Any
) -> WorkOrder:
    """A job the station has taken, with a technician."""
    station = station or network.make_station()
    technician = technician or station.technicians.first() or network.make_technician(station=station)
    order = make_offer(station, **kw)
    return work_orders.accept_job(order, actor=actor, technician=technician, at=kw.get("at"))


def make_on_site(station: Any = None, *, actor: Any = None, at: datetime | None = None, **kw: Any) -> WorkOrder:
    """A job whose technician has checked in."""
    moment = at or clock.now()
    order = make_accepted(station, actor=actor, at=moment, **kw)
    work_orders.fix_appointment(order, visit_at=moment + timedelta(hours=2), actor=actor, at=moment)
    return work_orders.check_in(order, actor=actor, at=moment + timedelta(hours=2))


def make_completed(
    station: Any = None,
    *,
    part: Part | None = None,
    qty: Decimal | int = 1,
    operation: LaborOperation | None = None,
    hours: Decimal | str = "1.20",
    failed_on: date | None = None,
    repaired_on: date | None = None,
    distance_km: Decimal | str = "12",
    actor: Any = None,
    at: datetime | None = None,
    **kw: Any,
) -> WorkOrder:
    """A finished job: one part replaced from stock unless part is False, one operation, a way, the three texts."""
    moment = at or clock.now() - timedelta(hours=4)
    order = make_on_site(station, actor=actor, at=moment, **kw)
    if part is None:
        part = make_stocked_part(order.station)
    if part:
        work_orders.issue_part(
            order, part, qty=Decimal(qty), action=PartAction.REPLACE, actor=actor, at=moment + timedelta(hours=2)
        )
    work_orders.record_hours(order, operation or make_operation(), hours=Decimal(hours), actor=actor, at=moment)
    day = repaired_on or clock.local_date(moment + timedelta(hours=3))
    findings = Findings(
        **TEXTS,
        failed_on=failed_on or day,
        repaired_on=day,
        distance_km=Decimal(distance_km),
        customer_signed_as="王女士",
    )
    return work_orders.complete_work_order(order, findings=findings, actor=actor, at=moment + timedelta(hours=3))

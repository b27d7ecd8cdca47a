"""What a claim stands on, and claims at each stage brought there by the operations."""

import io
import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from parts.models import Fitment, ListPrice, Part, PartCategory
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.attachments import attach
from portal.core.states import move
from service.models import (
    Customer,
    FaultCode,
    InstalledUnit,
    IssuedPart,
    LaborOperation,
    ServiceRequest,
    WorkedHours,
    WorkOrder,
)
from stations.models import ProductModel, Station
from tests.factories.stations import LONG_AGO, make_grade, make_member, make_product_model, make_station, make_user
from warranty import claims, masters, policies, rates, registration
from warranty.models import LaborRate, TravelRate, UnitRegistration, WarrantyClaim, WarrantyPolicy

_next = count(1)
MONTHS = {"whole_unit": 24, "core": 24, "wear": 0}


def make_policy(*, months: dict[str, int] | None = None, **kw: Any) -> WarrantyPolicy:
    """24 months for everything but wear parts, for all products sold since 2020."""
    number = next(_next)
    if "product_model" in kw:
        kw.setdefault("level", "model")
    defaults = {"level": "all", "code": f"POL{number}", "name": f"保修政策{number}", "valid_from": LONG_AGO}
    draft = policies.draw_up_policy(months=months or MONTHS, actor=make_user(), **defaults | kw)
    return policies.release_policy(draft, actor=make_user(Role.SERVICE_MANAGER))


def make_rates(*, grade: str = "B", hourly: str = "80.00", per_km: str = "1.50", free_km: str = "20") -> None:
    """The hourly rate of a grade, and the travel rate, since 2020 everywhere."""
    author, other = make_user(), make_user(Role.SERVICE_MANAGER)
    paid = rates.propose_labor_rate(grade=grade, hourly_rate=Decimal(hourly), valid_from=LONG_AGO, actor=author)
    masters.release(paid, actor=other)
    if not TravelRate.objects.exists():
        way = rates.propose_travel_rate(
            km_rate=Decimal(per_km), free_km=Decimal(free_km), valid_from=LONG_AGO, actor=author
        )
        masters.release(way, actor=other)


def make_spare_part(*, product_model: ProductModel, price: str = "200.00", **kw: Any) -> Part:
    """A part that fits the model, with a national price; grade B pays 75 % of it."""
    number = next(_next)
    category, _made = PartCategory.objects.get_or_create(code="MODULE", defaults={"name": "模块"})
    part = Part.objects.create(**{"category": category, "number": f"PM-{number:04d}", "name": f"电源模块{number}"} | kw)
    Fitment.objects.create(part=part, product_model=product_model)
    ListPrice.objects.create(part=part, price=Decimal(price), valid_from=LONG_AGO)
    return part


def make_operation(**kw: Any) -> LaborOperation:
    number = next(_next)
    defaults = {"code": f"OP{number:03d}", "name": f"更换电源模块{number}", "flat_hours": Decimal("1.2")}
    return LaborOperation.objects.create(**defaults | kw)


def make_fault(**kw: Any) -> FaultCode:
    number = next(_next)
    return FaultCode.objects.create(**{"code": f"F{number:03d}", "name": f"不通电{number}"} | kw)


def make_unit(*, product_model: ProductModel | None = None, **kw: Any) -> InstalledUnit:
    number = next(_next)
    customer = Customer.objects.create(
        name=f"王先生{number}", phone=f"138{number:08d}", address="上海市徐汇区肇嘉浜路1号", created_at=clock.now()
    )
    defaults = {"serial_number": f"G3A29-{number:05d}", "customer": customer}
    return InstalledUnit.objects.create(product_model=product_model or make_product_model(), **defaults | kw)


def register(unit: InstalledUnit, sold_on: date, *, filed_on: date | None = None) -> UnitRegistration:
    """An approved registration of the sale, filed by one person and approved by another."""
    filed = registration.file_registration(
        unit,
        sale=registration.Sale(sold_on),
        filed_on=filed_on or sold_on,
        actor=make_user(),
        at=noon(filed_on or sold_on),
    )
    return registration.approve_registration(filed, actor=make_user(Role.SERVICE_MANAGER))


def photo(number: int = 0) -> ContentFile:
    """A picture unlike those of other numbers."""
    dice = random.Random(number)
    cells = Image.frombytes("L", (9, 8), dice.randbytes(72))
    picture = cells.resize((72, 64), Image.Resampling.NEAREST).convert("RGB")
    raw = io.BytesIO()
    picture.save(raw, "PNG")
    return ContentFile(raw.getvalue(), name=f"photo{number}.png")


def noon(day: date) -> datetime:
    """12:00 of a Shanghai day."""
    return clock.start_of(day) + timedelta(hours=12)


@dataclass
class Job:
    """What a finished job is made of."""

    station: Station
    unit: InstalledUnit
    parts: list[tuple[Part, str, str]] = field(default_factory=list)  # part, qty, action
    hours: list[tuple[LaborOperation, str]] = field(default_factory=list)
    km: str | None = None
    straight_km: str | None = "20"
    failed_on: date = date(2026, 10, 4)
    repaired_on: date | None = None
    fault: FaultCode | None = None
    removed_serial: str = ""
    with_photos: bool = True
    usage: str | None = None


def finished_job(job: Job) -> WorkOrder:
    """A completed work order with issued parts, hours, travel and its two photos."""
    number = next(_next)
    repaired_on = job.repaired_on or job.failed_on
    request = ServiceRequest.objects.create(
        customer=job.unit.customer, unit=job.unit, station=job.station, number=f"SR-{number:06d}", fault_text="网关不通电",
        fault_code=job.fault, created_at=noon(job.failed_on), answer_due_at=noon(job.failed_on),
    )  # fmt: skip
    order = WorkOrder.objects.create(
        request=request, station=job.station, number=f"WO-{number:06d}", root_number=request.number,
        offered_at=noon(job.failed_on), offer_ends_at=noon(job.failed_on), fault_code=job.fault,
        failed_on=job.failed_on, repaired_on=repaired_on, completed_at=noon(repaired_on),
        distance_km=Decimal(job.km) if job.km else None,
        straight_km=Decimal(job.straight_km) if job.straight_km else None,
        usage_reading=Decimal(job.usage) if job.usage else None,
        complaint="客户反映网关通电后指示灯不亮",
        cause="电源模块内部电容击穿导致无输出", correction="更换电源模块并通电测试一小时正常",
    )  # fmt: skip
    for position, (part, qty, action) in enumerate(job.parts, start=1):
        IssuedPart.objects.create(
            work_order=order, part=part, position=position, qty=Decimal(qty), action=action,
            removed_serial=job.removed_serial, issued_at=noon(repaired_on),
        )  # fmt: skip
    for operation, hours in job.hours:
        WorkedHours.objects.create(work_order=order, operation=operation, hours=Decimal(hours))
    if job.with_photos:
        add_photos(order, number)
    for status in ("accepted", "on_site", "completed"):
        move(order, status, actor=None)
    return WorkOrder.objects.get(pk=order.pk)


def add_photos(order: WorkOrder, number: int) -> None:
    """The two photos a claim needs, like no others."""
    attach(order, photo(number * 2), kind="fault_photo", actor=None)
    attach(order, photo(number * 2 + 1), kind="plate_photo", actor=None)


@dataclass
class Bench:
    """A grade-B station with its manager, a model under a 24-month policy, its part, operation and rates."""

    station: Station
    owner: User
    model: ProductModel
    part: Part
    operation: LaborOperation

    def unit(self, sold_on: date = date(2025, 3, 10), **kw: Any) -> InstalledUnit:
        """A unit of the model, its sale registered."""
        unit = make_unit(product_model=self.model, **kw)
        register(unit, sold_on)
        return unit

    def job(
        self, unit: InstalledUnit | None = None, *, qty: str = "2", hours: str = "2.0", km: str = "46", **kw: Any
    ) -> WorkOrder:
        """A finished job of the station: parts, hours and travel of acceptance scenario 2 unless told otherwise."""
        kw.setdefault("parts", [(self.part, qty, "replace")])
        kw.setdefault("hours", [(self.operation, hours)] if hours else [])
        kw.setdefault("station", self.station)
        return finished_job(Job(unit=unit or self.unit(), km=km, **kw))

    def draft(self, unit: InstalledUnit | None = None, **kw: Any) -> WarrantyClaim:
        """A draft of such a job."""
        return claims.draft_from_work_order(self.job(unit, **kw), actor=self.owner)

    def submitted(self, unit: InstalledUnit | None = None, **kw: Any) -> WarrantyClaim:
        """Submitted and adjudicated by the system."""
        return claims.submit_claim(self.draft(unit, **kw), actor=self.owner)


def make_bench(*, station: Station | None = None, grade: str = "B", price: str = "200.00", **part: Any) -> Bench:
    """Everything a claim of the station needs; 24 months, 80.00 an hour, 1.50 a km beyond 20."""
    if station is None:
        station = make_station()
        make_grade(station=station, grade=grade)
    model = make_product_model()
    make_policy(product_model=model)
    if not LaborRate.objects.filter(grade="C" if grade == "probation" else grade).exists():
        make_rates(grade="C" if grade == "probation" else grade)
    owner = make_member(Role.STATION_OWNER, station=station)
    return Bench(station, owner, model, make_spare_part(product_model=model, price=price, **part), make_operation())

"""The people and masters that stand before the main job begins, in the language it is walked in; and its clock."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Any

from parts.models import Part, PartCategory, Supplier, SupplierPart
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.core import clock, jobs
from portal.web.demo.pictures import photo
from service.models import Customer, FaultCode, InstalledUnit, LaborOperation
from stations.inspections import put_in_use
from stations.models import InspectionItem, InspectionTemplate, ProductModel
from tests.browser.main_job.visitor import Visitor
from tests.factories import claims, stations
from tests.factories.parts import make_fitment, make_price, make_supplier_membership, stock_at_headquarters
from tests.factories.settlement import make_agreement
from tests.factories.station_applications import require
from warranty.models import ReasonCode

DESK = 1400 if os.environ.get("SCREENSHOTS") else 1280  # the admin shows its menu beside the page above 1280
PASSWORD = "a-long-walk-2026"
LONG_AGO = date(2020, 1, 1)
PEOPLE: dict[str, tuple[Role | str, str, str]] = {
    "region_manager": ("", "许峰", "Frank Xu"),
    "center_clerk": ("", "何静", "Jing He"),
    "service_manager": (Role.SERVICE_MANAGER, "陈敏", "Min Chen"),
    "warehouse": (Role.WAREHOUSE, "孙磊", "Lei Sun"),
    "agent": (Role.AGENT, "周琳", "Lin Zhou"),
    "reviewer": (Role.REVIEWER, "李航", "Hang Li"),
    "appraiser": (Role.APPRAISER, "赵启明", "Qiming Zhao"),
    "finance": (Role.FINANCE, "吴倩", "Qian Wu"),
    "supplier": ("", "宁波客服", "Ningbo desk"),
    "rival": ("", "东莞客服", "Dongguan desk"),
    "neighbor": ("", "马超", "Chao Ma"),
}


@dataclass
class Story:
    """What the steps share: people at their browsers, things by name, words in one language."""

    language: str
    width: int
    browser_as: Callable[..., Any]
    picture: Callable[[Any, str], None]
    people: dict[str, User] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    desks: dict[str, Visitor] = field(default_factory=dict)

    def say(self, chinese: str, english: str) -> str:
        """The text in the story's language."""
        return english if self.language == "en" else chinese

    def name(self, chinese: str, english: str) -> str:
        """The same for what somebody or something is called: no word of the page."""
        chosen = self.say(chinese, english)
        self.known.add(chosen)
        return chosen

    def at(self, text: str) -> None:
        """It is that moment in Shanghai: '2026-10-08 09:00'; what waited for it is done."""
        clock.set(datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI))
        jobs.drain()

    def desk(self, who: str, *, width: int = DESK) -> Visitor:
        """That person's browser; headquarters sits at a desk, stations and suppliers where the story says."""
        if who not in self.desks:
            self.desks[who] = self.visitor(self.people[who], width=width)
        return self.desks[who]

    def portal(self, who: str) -> Visitor:
        """The browser of somebody of a station or a supplier."""
        return self.desk(who, width=self.width)

    def visitor(self, user: User | None, *, width: int) -> Visitor:
        """A browser of its own, logged in or not."""
        page = self.browser_as(user, width=width, height=844 if width < 600 else 900, language=self.language)
        return Visitor(page, self.language, self.faults, self.known, self.picture)

    def photo(self, text: str, *, plate: bool = False) -> dict[str, Any]:
        """A picture to upload, like no other."""
        number = len(self.known) + len(self.faults) + len(text) + Random(text).randrange(10**6)
        return {"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": photo(Random(number), text, plate=plate)}


def begin(story: Story) -> None:
    """Headquarters, a region, two suppliers, a product with its spare part, rates and policy: before the first step."""
    _network(story)
    _people(story)
    _product(story)
    _warranty(story)
    _customer(story)
    story.known.update(User.objects.values_list("display_name", flat=True))


def _network(story: Story) -> None:
    center = stations.make_center(
        code="SZ", name="华南运营中心", name_en="South China center",
        region=stations.make_region(code="SOUTH", name="华南大区", name_en="South China"),
    )  # fmt: skip
    brand = stations.make_brand(code="YZ", name="驿家", name_en="Yijia")
    dealer = stations.make_dealer(code="CD", name="成都锦江家电", name_en="Chengdu Jinjiang", principal=brand)
    elsewhere = stations.make_center(code="CD", name="成都运营中心", name_en="Chengdu center")
    story.things["neighbor"] = stations.make_station(
        code="CD-0201", name="成都锦江服务站", name_en="Chengdu Jinjiang station", center=elsewhere, dealer=dealer,
        longitude=Decimal("104.08"), latitude=Decimal("30.65"),
    )  # fmt: skip
    require("dealer", "license", needs_number=True, needs_expiry=True)
    require("dealer", "photos")
    template = InspectionTemplate.objects.create(name="建站考察表", name_en="Site inspection")
    items = [("门头形象", "Shop front", 30, False), ("维修工位", "Repair benches", 54, False),
             ("仓库面积", "Store room", 16, False), ("消防安全", "Fire safety", 1, True)]  # fmt: skip
    for position, (text, text_en, weight, is_veto) in enumerate(items):
        InspectionItem.objects.create(
            template=template, position=position, text=text, text_en=text_en, weight=weight, is_veto=is_veto
        )
    put_in_use(template, actor=None)
    story.things |= {"center": center, "brand": brand}


def _people(story: Story) -> None:
    for username, (role, chinese, english) in PEOPLE.items():
        name = story.name(chinese, english)
        user = stations.make_user(role, username=username, display_name=name, language=story.language)
        story.known.add(username)
        story.people[username] = user
    stations.make_member(Role.REGION_MANAGER, user=story.people["region_manager"], region=story.things["center"].region)
    stations.make_member(Role.CENTER_CLERK, user=story.people["center_clerk"], center=story.things["center"])
    stations.make_member(Role.STATION_OWNER, user=story.people["neighbor"], station=story.things["neighbor"])
    for code, username, name, english in (
        ("NB", "supplier", "宁波电源科技有限公司", "Ningbo Power"), ("DG", "rival", "东莞电机有限公司", "Dongguan Motors"),
    ):  # fmt: skip
        story.known.add(code)
        company = Supplier.objects.create(code=code, name=name, name_en=english)
        make_supplier_membership(story.people[username], company)
        story.things[username] = company
    story.people["supplier"].set_password(PASSWORD)
    story.people["supplier"].save()


def _product(story: Story) -> None:
    family = stations.make_family(code="GW", name="智能网关", name_en="Smart gateway")
    model = stations.make_product_model(
        family=family, brand=story.things["brand"], code="G3", name="智能网关 G3", name_en="Smart gateway G3"
    )
    category = PartCategory.objects.create(code="MODULE", name="模块", name_en="Modules")
    part = Part.objects.create(
        category=category, number="PM-3312", name="电源模块", name_en="Power module", pinyin_key="dymk"
    )
    make_price(part, "436.00")
    make_fitment(part, model)
    stock_at_headquarters(part, 40)
    operation = LaborOperation.objects.create(
        code="GW-21", family=family, name="更换电源模块", name_en="Replace the power module", flat_hours=Decimal("1.2")
    )
    fault = FaultCode.objects.create(code="GW-F01", family=family, name="网关离线", name_en="Gateway offline")
    story.known.add("dymk")
    story.things |= {"family": family, "model": model, "part": part, "operation": operation, "fault": fault}


def _warranty(story: Story) -> None:
    story.known.update(ReasonCode.objects.values_list("code", flat=True))
    claims.make_policy(code="STD-24", name="整机标准保修", name_en="Standard warranty")
    claims.make_rates(grade="C", hourly="70.00")
    SupplierPart.objects.create(
        supplier=story.things["supplier"], part=story.things["part"], contract_price=Decimal("260.00"),
        valid_from=LONG_AGO,
    )  # fmt: skip
    make_agreement(story.things["supplier"], story.things["part"], contract_price=None, number="QA-001")


def _customer(story: Story) -> None:
    customer = Customer.objects.create(
        name=story.name("刘女士", "Mrs Liu"), phone="13800006621", created_at=clock.now(),
        address=story.name("深圳市福田区深南大道 6008 号 3-1202", "6008 Shennan Road, Futian, Shenzhen"),
        longitude=Decimal("114.030000"), latitude=Decimal("22.541000"), division="440304",
    )  # fmt: skip
    unit = InstalledUnit.objects.create(
        serial_number="G3A29-00817", product_model=ProductModel.objects.get(pk=story.things["model"].pk),
        customer=customer, sold_on=date(2026, 3, 10), invoice_on=date(2026, 3, 10), ship_date=date(2026, 2, 20),
        address=customer.address,
    )  # fmt: skip
    claims.register(unit, date(2026, 3, 10))
    story.things |= {"customer": customer, "unit": unit}

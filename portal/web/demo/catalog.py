"""What the network sells and serves: brands, families, models, parts with prices and fitment, suppliers, faults, labor."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import product

from pypinyin import Style, lazy_pinyin

from parts.models import Fitment, ListPrice, Location, Part, PartCategory, Supplier, SupplierMembership, SupplierPart
from parts.places import add_bin
from parts.receiving import Delivered, receive_goods
from parts.stock import central_warehouse
from portal.accounts.roles import Role
from portal.core import clock
from portal.web.demo.story import Story, rows
from stations.models import Brand, ProductFamily, ProductModel

SECOND_SOURCE = 4
SUPPLIERS = (
    ("SUP-01", "深圳市锐联电子有限公司", "Shenzhen Ruilian Electronics", ("LOCK", "SWCH")),
    ("SUP-02", "宁波恒动电机有限公司", "Ningbo Hengdong Motors", ("CURT", "BLND", "VALV")),
    ("SUP-03", "苏州芯源微电子有限公司", "Suzhou Xinyuan Microelectronics", ("DIMM", "PLUG")),
    ("SUP-04", "佛山市暖通控制科技有限公司", "Foshan HVAC Controls", ("THER", "TRVV")),
    ("SUP-05", "杭州感知传感器有限公司", "Hangzhou Ganzhi Sensors", ("LEAK", "MOTN")),
    (
        "SUP-06",
        "东莞市精工塑胶五金制品有限公司（原东莞市长安精工塑胶五金厂）",
        "Dongguan Jinggong Plastics & Hardware",
        (),
    ),
    ("SUP-07", "上海安警消防设备有限公司", "Shanghai Anjing Fire Safety", ("SMOK", "SIRN")),
)


def tell(story: Story) -> None:
    """The catalog stands, priced from two years before the story, and the central warehouse is full."""
    story.happen(story.begin - timedelta(days=60), lambda: _masters(story))
    story.happen(story.begin - timedelta(days=58), lambda: _first_stock(story), by=story.people["warehouse"])


def _masters(story: Story) -> None:
    day = clock.today() - timedelta(days=700)
    families = {row["code"]: ProductFamily.objects.create(**row) for row in rows("families")}
    brands: dict[str, Brand] = {}
    models: dict[str, ProductModel] = {}
    for row in rows("products"):
        brand = brands.get(row["brand"])
        if brand is None:
            brand, _is_new = Brand.objects.get_or_create(
                code=row["brand"].upper().replace(" ", "-"), defaults={"name": row["brand"], "name_en": row["brand"]}
            )
            brands[row["brand"]] = brand
        models[row["code"]] = ProductModel.objects.create(
            code=row["code"], family=families[row["family"]], brand=brand, name=row["name"], name_en=row["name_en"]
        )
    house, _is_new = Brand.objects.get_or_create(code="YIZHAN", defaults={"name": "驿站智家", "name_en": "Yizhan Home"})
    story.things |= {"families": families, "models": models, "house": house}
    _parts(story, day)
    _suppliers(story, day)


def _parts(story: Story, day: date) -> None:
    families, models = story.things["families"], story.things["models"]
    groups = {
        code: PartCategory.objects.create(code=code, name=f"{family.name}配件", name_en=f"{family.name_en} parts")
        for code, family in families.items()
    }
    parts, fitments, prices = [], [], []
    for row in rows("parts"):
        key = "".join(lazy_pinyin(row["name"], style=Style.FIRST_LETTER)).lower()[:250]
        part = Part(
            category=groups[row["family"]], number=row["number"], name=row["name"], name_en=row["name_en"],
            part_class=row["part_class"], must_return=row["must_return"] == "1",
            pack_qty=Decimal(row["pack_qty"]), min_order_qty=Decimal(row["pack_qty"]), pinyin_key=key,
        )  # fmt: skip
        parts.append(part)
        fitments.append(Fitment(part=part, product_model=models[row["models"]], qty=1))
        prices.append(ListPrice(part=part, price=Decimal(row["price"]), valid_from=day))
    Part.objects.bulk_create(parts)
    Fitment.objects.bulk_create(fitments)
    ListPrice.objects.bulk_create(prices)
    story.things["parts"] = parts
    story.things["parts_of"] = _by_model(fitments)
    story.things["price_of"] = {price.part_id: price.price for price in prices}


def _by_model(fitments: list[Fitment]) -> dict[int, list[Part]]:
    found: dict[int, list[Part]] = {}
    for fitment in fitments:
        found.setdefault(fitment.product_model_id, []).append(fitment.part)
    return found


def _suppliers(story: Story, day: date) -> None:
    of_family: dict[str, Supplier] = {}
    story.things["suppliers"] = []
    for number, (code, name, name_en, families) in enumerate(SUPPLIERS, start=1):
        supplier = Supplier.objects.create(code=code, name=name, name_en=name_en, phone=story.mobile())
        story.things["suppliers"].append(supplier)
        of_family |= dict.fromkeys(families, supplier)
        user = story.user(f"supplier{number}", story.names.name())
        SupplierMembership.objects.create(user=user, supplier=supplier, valid_from=day)
        if number <= 2:
            story.show(user, f"{Role.SUPPLIER.label} {supplier.name}")
    plastics = story.things["suppliers"][5]
    price_of = story.things["price_of"]
    SupplierPart.objects.bulk_create(
        SupplierPart(
            supplier=plastics if part.part_class in {"consumable", "wear"} else of_family[part.number[:4]],
            part=part, contract_price=(price_of[part.pk] * Decimal("0.55")).quantize(Decimal("0.01")),
            supplier_part_number=f"{part.number}-S", lead_days=story.dice.choice((7, 10, 14, 21)), valid_from=day,
        )
        for part in story.things["parts"]
    )  # fmt: skip
    story.things["supplier_of"] = dict(SupplierPart.objects.values_list("part_id", "supplier_id"))
    _second_sources(story, day)


def _second_sources(story: Story, day: date) -> None:
    """One core part in four comes from two suppliers: whose it was, its batch says, or somebody decides."""
    suppliers, price_of = story.things["suppliers"], story.things["price_of"]
    first = story.things["supplier_of"]
    core = [part for part in story.things["parts"] if part.part_class == "core"]
    SupplierPart.objects.bulk_create(
        SupplierPart(
            supplier=next(each for each in suppliers[number % 5 :] if each.pk != first[part.pk]),
            part=part, contract_price=(price_of[part.pk] * Decimal("0.57")).quantize(Decimal("0.01")),
            supplier_part_number=f"{part.number}-B", lead_days=14, valid_from=day,
        )
        for number, part in enumerate(core[::SECOND_SOURCE])
    )  # fmt: skip


def _bins(story: Story) -> list[Location]:
    """Three aisles of eight bins each in the central warehouse."""
    place, clerk = central_warehouse(), story.people["warehouse"]
    return [
        add_bin(
            place, code=f"{aisle}-{number:02d}", name=f"{aisle} 区 {number} 号货架", pick_order=turn * 10, actor=clerk
        )
        for turn, (aisle, number) in enumerate(product("ABC", range(1, 9)), start=1)
    ]


def _first_stock(story: Story) -> None:
    """Every part arrives from its supplier; a few stay short on purpose, so that backorders are seen."""
    by_supplier: dict[int, list[Part]] = {}
    bins = _bins(story)
    for part in story.things["parts"]:
        by_supplier.setdefault(story.things["supplier_of"][part.pk], []).append(part)
    for supplier in story.things["suppliers"]:
        lines = [
            Delivered(
                part,
                Decimal(3000 if number % 23 else 60),
                (story.things["price_of"][part.pk] * Decimal("0.55")).quantize(Decimal("0.01")),
                location=bins[part.pk % len(bins)],
            )
            for number, part in enumerate(by_supplier.get(supplier.pk, []))
        ]  # fmt: skip
        if lines:
            receive_goods(supplier, lines=lines, actor=story.people["warehouse"], delivery_note=f"{supplier.code}-0001")

"""What headquarters imports into the network: brands, product families, product models. Not here: staging (core)."""

from collections.abc import Iterator
from itertools import batched
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from portal.core.transfer import Column, ImportKind, StagedRow, import_kind
from stations.models import Brand, ProductFamily, ProductModel

CHUNK: Final = 1_000
OTHER: Final = "OTHR"
FAMILIES: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {  # code → name, English, words of a description; in order
    "LOCK": ("智能门锁", "Smart lock", ("lock",)),
    "CURT": ("窗帘电机", "Curtain motor", ("curtain",)),
    "BLND": ("智能卷帘", "Smart blind", ("blind", "shade", "shutter", "cover")),
    "TRVV": ("散热器恒温阀", "Radiator valve", ("radiator", "trv")),
    "THER": ("温控器", "Thermostat", ("thermostat", "hvac", "vrf", "air condition", "heating")),
    "LEAK": ("水浸传感器", "Water leak sensor", ("leak", "flood")),
    "SMOK": ("烟雾报警器", "Smoke detector", ("smoke", "gas detector", "carbon monoxide")),
    "SIRN": ("声光报警器", "Siren", ("siren", "alarm")),
    "MOTN": ("人体传感器", "Motion sensor", ("motion", "presence", "pir", "occupancy")),
    "VALV": ("智能水阀", "Smart water valve", ("valve", "irrigation")),
    "PLUG": ("智能插座", "Smart plug", ("plug", "socket", "outlet")),
    "DIMM": ("调光驱动", "Dimmer driver", ("dimmer", "driver", "ballast")),
    "LAMP": ("智能照明", "Smart lighting",
             ("bulb", "light", "lamp", "led", "spot", "strip", "hue", "filament", "luminaire", "e27", "e14", "gu10")),
    "SWCH": ("智能开关", "Smart switch", ("switch", "relay", "gang")),
    "RMTE": ("遥控器与面板", "Remote and panel", ("remote", "button", "controller", "knob", "panel", "scene")),
    "SENS": ("环境传感器", "Sensor", ("sensor", "temperature", "humidity", "detector", "contact", "meter", "monitor")),
    OTHER: ("其他产品", "Other products", ()),
}  # fmt: skip

BRANDS = ImportKind(
    key="stations.brands",
    title=_("Brands"),
    permission="stations.change_brand",
    model=Brand,
    columns=(
        Column("code", _("Brand code"), key=True, max_length=40, headings=("品牌编码",)),
        Column("name", _("Brand name"), required=True, max_length=80, headings=("品牌名称",)),
        Column("name_en", _("English name"), max_length=80, headings=("英文名称",)),
    ),
)
PRODUCT_FAMILIES = ImportKind(
    key="stations.families",
    title=_("Product families"),
    permission="stations.change_productfamily",
    model=ProductFamily,
    columns=(
        Column("code", _("Family code"), key=True, max_length=40, headings=("产品线编码",)),
        Column("name", _("Family name"), required=True, max_length=80, headings=("产品线名称",)),
        Column("name_en", _("English name"), max_length=80, headings=("英文名称",)),
    ),
)


def family_code(description: str) -> str:
    """The family a description speaks of: the first of the list one of whose words it contains."""
    text = f" {description.casefold()} "
    for code, (_name, _english, words) in FAMILIES.items():
        if any(word in text for word in words):
            return code
    return OTHER


def brand_code(vendor: str) -> str:
    """The code of a maker known only by name."""
    return vendor.upper().replace(" ", "-")[:40]


def load_products(_batch: Any, rows: Iterator[StagedRow], _actor: Any) -> None:
    """Every model of the file stands with its brand and family; makers and families that are new are made.

    A family in the file wins; without one a known model keeps its own, and a new one gets what its description says.
    """
    families = {family.code: family for family in ProductFamily.objects.all()}
    brands = {brand.code: brand for brand in Brand.objects.all()}
    for chunk in batched(rows, CHUNK):
        known = {model.code: model for model in ProductModel.objects.filter(code__in=[r.values["code"] for r in chunk])}
        made = [_product(row.values, known.get(row.values["code"]), families, brands) for row in chunk]
        ProductModel.objects.bulk_create(
            made,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["brand", "family", "name", "name_en"],
        )


def _product(
    values: dict[str, Any],
    known: ProductModel | None,
    families: dict[str, ProductFamily],
    brands: dict[str, Brand],
) -> ProductModel:
    vendor, english = values["vendor"], values.get("name_en") or ""
    code = brand_code(vendor)
    if code not in brands:
        brands[code] = Brand.objects.create(code=code, name=vendor[:80], name_en=vendor[:80])
    named = values.get("family")
    kept = known.family if known else None
    family = families[named] if named else kept or _guessed(english, families)
    name = values.get("name") or (known.name if known else "") or english or values["code"]
    return ProductModel(code=values["code"], brand=brands[code], family=family, name=name[:200], name_en=english[:200])


def _guessed(description: str, families: dict[str, ProductFamily]) -> ProductFamily:
    code = family_code(description)
    if code not in families:
        name, english, _words = FAMILIES[code]
        families[code] = ProductFamily.objects.create(code=code, name=name, name_en=english)
    return families[code]


PRODUCTS = ImportKind(
    key="stations.products",
    title=_("Product models"),
    permission="stations.change_productmodel",
    apply=load_products,
    columns=(
        Column("code", _("Model code"), key=True, max_length=80, headings=("model", "型号", "产品型号")),
        Column("vendor", _("Maker"), required=True, max_length=80, headings=("brand", "品牌", "厂商")),
        Column("name_en", _("English name"), max_length=400, headings=("description", "英文名称", "描述")),
        Column("name", _("Name"), max_length=200, headings=("产品名称", "名称")),
        Column("family", _("Product family"), references=(ProductFamily, "code"), headings=("产品线", "产品线编码")),
    ),
    help=_("Without a family the model gets the one its description speaks of. Brands that are new are made."),
)


def register() -> None:
    """The import center offers the network's kinds. Called in AppConfig.ready()."""
    for kind in (BRANDS, PRODUCT_FAMILIES, PRODUCTS):
        import_kind(kind)

"""Suppliers, their prices, levels of stock and the bill of materials as files, in and out. Not here: the catalog itself (imports)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from parts.models import ExplodedView, Fitment, Location, LocationKind, Part, StockLevel, Supplier, SupplierPart
from parts.purchasing.supplier_prices import Agreed, agreed_conflicts, set_supplier_prices
from parts.replenishment.decisions import set_stock_level
from portal.core.transfer import Column, ImportKind, StagedRow
from portal.core.transfer.kinds import Finding

PART: Final = (Part, "number")
MONEY: Final[dict[str, Any]] = {"kind": "decimal", "low": 0, "high": Decimal("9999999.99")}
PIECES: Final[dict[str, Any]] = {"kind": "decimal", "places": 3, "low": Decimal("0.001"), "high": Decimal(999_999)}
PRICE_FACTS: Final = (
    "supplier_part_number", "contract_price", "lead_days", "pack_qty", "min_order_qty", "is_preferred", "valid_to",
)  # fmt: skip


def presented(model: type[models.Model], paths: Mapping[str, str], **filters: Any) -> Callable[[Any], Iterator[Any]]:
    """What the user sees of the model, as rows of a file: column → path of its value."""

    def rows(user: Any) -> Iterator[dict[str, Any]]:
        seen: Any = model._default_manager.visible_to(user).filter(**filters)  # type: ignore[attr-defined]
        for row in seen.order_by("pk").values_list(*paths.values()).iterator(2_000):
            yield dict(zip(paths, row, strict=True))

    return rows


def unchanged(
    known: Callable[[list[StagedRow]], Mapping[Any, Mapping[str, Any]]], key: Callable[[dict[str, Any]], Any]
) -> Callable[[Any, Iterable[StagedRow]], Iterator[int]]:
    """Lines whose record, found by its key, holds all that they say; an empty cell says nothing."""

    def same(_batch: Any, rows: Iterable[StagedRow]) -> Iterator[int]:
        staged = list(rows)
        stands = known(staged)
        for row in staged:
            record = stands.get(key(row.values))
            if record is not None and all(
                value in (None, "", record[name]) for name, value in row.values.items() if name in record
            ):
                yield row.line

    return same


def _fitment_key(values: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        values["part_id"],
        values["product_model_id"],
        values.get("produced_from"),
        values.get("serial_from") or "",
        values.get("position_number") or "",
    )


FITMENT_FACTS: Final = ("qty", "produced_to", "serial_to")
FITMENT_KEY: Final = ("part_id", "product_model_id", "produced_from", "serial_from", "position_number")


def _known_fitments(rows: list[StagedRow]) -> dict[Any, dict[str, Any]]:
    found = Fitment.objects.filter(product_model__in={row.values["product_model_id"] for row in rows})
    rows_of = found.values(*FITMENT_KEY, *FITMENT_FACTS, "view__title")
    return {
        _fitment_key(row): {name: row[name] for name in FITMENT_FACTS} | {"view": row["view__title"]} for row in rows_of
    }


def inspect_fitments(_batch: Any, rows: Iterable[StagedRow]) -> Iterator[Finding]:
    """A drawing is one of the model."""
    views = set(ExplodedView.objects.values_list("product_model", "title"))
    for row in rows:
        title = row.values.get("view") or ""
        if title and (row.values["product_model_id"], title) not in views:
            yield Finding(row.line, "view", title, _("the assembly of a drawing of this model"))


def apply_fitments(_batch: Any, rows: Iterator[StagedRow], _actor: Any) -> None:
    """The parts fit the models, where and for which units the rows say."""
    views = {
        (model, title): pk for pk, model, title in ExplodedView.objects.values_list("pk", "product_model", "title")
    }
    staged = list(rows)
    known = {
        _fitment_key(vars(row)): row
        for row in Fitment.objects.filter(product_model__in={row.values["product_model_id"] for row in staged})
    }
    fresh: list[Fitment] = []
    changed: list[Fitment] = []
    for row in staged:
        key = _fitment_key(row.values)
        record = known.get(key) or Fitment(**dict(zip(FITMENT_KEY, key, strict=True)))
        for name in FITMENT_FACTS:
            if row.values.get(name) not in (None, ""):
                setattr(record, name, row.values[name])
        if title := row.values.get("view"):
            record.view_id = views[row.values["product_model_id"], title]
        (changed if record.pk else fresh).append(record)
    Fitment.objects.bulk_update(changed, [*FITMENT_FACTS, "view"], batch_size=2_000)
    Fitment.objects.bulk_create(fresh, batch_size=2_000)


def fitments_kind() -> ImportKind:
    """The bill of materials; the product models are known only when all apps are."""
    from stations.models import ProductModel

    return ImportKind(
        key="parts.fitments",
        title=_("Which part fits which model"),
        permission="parts.change_fitment",
        apply=apply_fitments,
        inspect=inspect_fitments,
        same=unchanged(_known_fitments, _fitment_key),
        present=presented(
            Fitment,
            {
                "part": "part__number",
                "product_model": "product_model__code",
                "qty": "qty",
                "view": "view__title",
                "position_number": "position_number",
                "produced_from": "produced_from",
                "produced_to": "produced_to",
                "serial_from": "serial_from",
                "serial_to": "serial_to",
            },
        ),
        columns=(
            Column("part", _("Part number"), key=True, references=PART, headings=("配件编码",)),
            Column(
                "product_model", _("Model code"), key=True, references=(ProductModel, "code"), headings=("机型编码",)
            ),
            Column("qty", _("Quantity per unit"), headings=("用量",), **PIECES),
            Column("view", _("Exploded view"), max_length=120, headings=("爆炸图", "总成")),
            Column("position_number", _("Position number"), part_of_key=True, max_length=10, headings=("图位号",)),
            Column("produced_from", _("Produced from"), kind="date", part_of_key=True),
            Column("produced_to", _("Produced before"), kind="date"),
            Column("serial_from", _("Serial number from"), part_of_key=True, max_length=60),
            Column("serial_to", _("Serial number to"), max_length=60),
        ),
        help=_("Without days and serial numbers a part fits every unit of the model."),
    )


SUPPLIERS = ImportKind(
    key="parts.suppliers",
    title=_("Suppliers"),
    permission="parts.change_supplier",
    model=Supplier,
    present=presented(
        Supplier, {name: name for name in ("code", "name", "name_en", "contact_name", "email", "phone", "address")}
    ),
    columns=(
        Column("code", _("Supplier code"), key=True, max_length=30, headings=("供应商编码",)),
        Column("name", _("Supplier name"), required=True, max_length=120, headings=("供应商名称", "供应商")),
        Column("name_en", _("English name"), max_length=120, headings=("英文名称",)),
        Column("contact_name", _("Contact"), max_length=60, headings=("联系人",)),
        Column("email", _("Email"), max_length=200, headings=("邮箱",)),
        Column("phone", _("Phone"), max_length=30, headings=("电话",)),
        Column("address", _("Address"), max_length=200, headings=("地址",)),
    ),
)


def _agreed(row: StagedRow) -> Agreed:
    facts = {name: row.values[name] for name in PRICE_FACTS if row.values.get(name) not in (None, "")}
    return Agreed(row.values["supplier_id"], row.values["part_id"], row.values["valid_from"], facts)


def inspect_supplier_prices(_batch: Any, rows: Iterable[StagedRow]) -> Iterator[Finding]:
    """A period that would run into another one is reported, and packs that part a piece."""
    rows = list(rows)
    parts = Part.objects.in_bulk({row.values["part_id"] for row in rows})
    for row in rows:
        yield from fractions(row, parts[row.values["part_id"]], "pack_qty", "min_order_qty")
    staged = {(row.values["supplier_id"], row.values["part_id"], row.values["valid_from"]): row for row in rows}
    for agreed, later in agreed_conflicts([_agreed(row) for row in staged.values()]):
        row = staged[agreed.supplier_id, agreed.part_id, agreed.valid_from]
        yield Finding(row.line, "valid_to", str(row.values.get("valid_to")), _("%(day)s at the latest"), {"day": later})


def apply_supplier_prices(_batch: Any, rows: Iterator[StagedRow], _actor: Any) -> None:
    """Each price holds from its day; the one before ends there."""
    set_supplier_prices([_agreed(row) for row in rows])


def _price_key(values: Mapping[str, Any]) -> tuple[Any, ...]:
    return values["supplier_id"], values["part_id"], values["valid_from"]


def _known_prices(rows: list[StagedRow]) -> dict[Any, dict[str, Any]]:
    found = SupplierPart.objects.filter(supplier__in={row.values["supplier_id"] for row in rows})
    names = ("supplier_id", "part_id", "valid_from", *PRICE_FACTS)
    return {_price_key(row): {name: row[name] for name in PRICE_FACTS} for row in found.values(*names)}


SUPPLIER_PRICES = ImportKind(
    key="parts.supplier_prices",
    title=_("Supplier prices"),
    permission="parts.change_supplierpart",
    inspect=inspect_supplier_prices,
    apply=apply_supplier_prices,
    same=unchanged(_known_prices, _price_key),
    present=presented(
        SupplierPart,
        {"supplier": "supplier__code", "part": "part__number", "valid_from": "valid_from"}
        | {name: name for name in PRICE_FACTS},
    ),
    columns=(
        Column("supplier", _("Supplier code"), key=True, references=(Supplier, "code"), headings=("供应商编码",)),
        Column("part", _("Part number"), key=True, references=PART, headings=("配件编码",)),
        Column("valid_from", _("Valid from"), kind="date", key=True, headings=("生效日期",)),
        Column("valid_to", _("Valid before"), kind="date", headings=("失效日期",)),
        Column("contract_price", _("Contract price"), required=True, headings=("合同价",), **MONEY),
        Column("supplier_part_number", _("Supplier's part number"), max_length=60, headings=("供应商图号",)),
        Column(
            "lead_days",
            _("Delivery time (days)"),
            kind="integer",
            low=0,
            high=999,
            headings=("交货天数", "Delivery days"),
        ),
        Column("pack_qty", _("Supplier's pack"), **PIECES),
        Column("min_order_qty", _("Supplier's minimum order"), **PIECES),
        Column("is_preferred", _("Preferred"), kind="boolean", headings=("首选",)),
    ),
)


def fractions(row: StagedRow, part: Part, *names: str) -> Iterator[Finding]:
    """Cells that name a part of a piece that cannot be parted."""
    for name in names:
        value = row.values.get(name)
        if value is not None and part.is_fraction(value):
            yield Finding(row.line, name, str(value), _("a whole number of %(unit)s"), {"unit": part.unit})


def _level_key(values: Mapping[str, Any]) -> tuple[Any, ...]:
    return values["part_id"], values["location_id"]


def _known_levels(rows: list[StagedRow]) -> dict[Any, dict[str, Any]]:
    found = StockLevel.objects.filter(location__in={row.values["location_id"] for row in rows})
    last = found.order_by("part_id", "location_id", "-pk").distinct("part_id", "location_id")
    names = ("minimum", "target", "is_forced", "reason")
    return {_level_key(row): {n: row[n] for n in names} for row in last.values("part_id", "location_id", *names)}


def apply_levels(_batch: Any, rows: Iterator[StagedRow], actor: Any) -> None:
    """Each level holds from today on."""
    staged = list(rows)
    parts = Part.objects.in_bulk({row.values["part_id"] for row in staged})
    places = Location.objects.in_bulk({row.values["location_id"] for row in staged})
    for row in staged:
        values = row.values
        set_stock_level(
            parts[values["part_id"]], places[values["location_id"]], minimum=values["minimum"],
            target=values.get("target"), is_forced=bool(values.get("is_forced")), reason=values["reason"], actor=actor,
        )  # fmt: skip


def inspect_levels(_batch: Any, rows: Iterable[StagedRow]) -> Iterator[Finding]:
    """Levels are for the central warehouse and stations; a target is not below its minimum."""
    kinds = [LocationKind.HQ, LocationKind.STATION]
    places = set(Location.objects.places().filter(kind__in=kinds).values_list("pk", flat=True))
    staged = list(rows)
    parts = Part.objects.in_bulk({row.values["part_id"] for row in staged})
    for row in staged:
        yield from fractions(row, parts[row.values["part_id"]], "minimum", "target")
        target = row.values.get("target")
        if row.values["location_id"] not in places:
            yield Finding(row.line, "location", row.values["location"], _("the central warehouse or a station's stock"))
        if target is not None and target < row.values["minimum"]:
            yield Finding(row.line, "target", str(target), _("%(low)s or more"), {"low": row.values["minimum"]})
        if len(row.values["reason"].strip()) < 4:
            yield Finding(row.line, "reason", row.values["reason"], _("at least 4 characters"))


def present_levels(user: Any) -> Iterator[dict[str, Any]]:
    """What was set last, by part and place."""
    rows = StockLevel.objects.visible_to(user).order_by("part_id", "location_id", "-pk")
    names = ("minimum", "target", "is_forced", "reason")
    for row in rows.distinct("part_id", "location_id").values("part__number", "location__code", *names):
        yield {"part": row["part__number"], "location": row["location__code"], **{name: row[name] for name in names}}


STOCK_LEVELS = ImportKind(
    key="parts.stock_levels",
    title=_("Stock levels set by hand"),
    permission="parts.set_stock_level",
    inspect=inspect_levels,
    apply=apply_levels,
    same=unchanged(_known_levels, _level_key),
    present=present_levels,
    columns=(
        Column("part", _("Part number"), key=True, references=PART, headings=("配件编码",)),
        Column("location", _("Location code"), key=True, references=(Location, "code"), headings=("库位编码",)),
        Column(
            "minimum",
            _("Minimum"),
            required=True,
            kind="decimal",
            places=3,
            low=0,
            high=999_999,
            headings=("最低库存",),
        ),
        Column("target", _("Target"), kind="decimal", places=3, low=0, high=999_999, headings=("目标库存",)),
        Column("is_forced", _("Forced"), kind="boolean", headings=("强制",)),
        Column("reason", _("Reason"), required=True, max_length=300, headings=("原因",)),
    ),
)
KINDS: Final = (SUPPLIERS, SUPPLIER_PRICES, STOCK_LEVELS)

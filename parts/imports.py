"""What headquarters imports into the catalog: categories, parts, relations. Not here: prices (price_imports), fitments and supply
(supply_imports), staging (core)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import batched
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.catalog import pinyin_initials
from parts.models import (
    Part,
    PartCategory,
    PartClass,
    PartLifecycle,
    PartVariant,
    Supersession,
    SupersessionMode,
)
from parts.pieces import inspect_parts
from parts.sharing import Link, cyclic_groups
from parts.supply_imports import presented
from portal.core.transfer import Column, ImportKind, StagedRow, import_kind
from portal.core.transfer.kinds import Finding

CHUNK: Final = 5_000
CLASSES: Final = {str(value): str(value) for value in PartClass.values} | {
    "整机": "whole_unit", "核心件": "core", "核心部件": "core", "易损件": "wear", "耗材": "consumable",
}  # fmt: skip
LIFECYCLES: Final = {str(value): str(value) for value in PartLifecycle.values} | {
    "在供": "active", "逐步停供": "phase_out", "停供": "discontinued",
}  # fmt: skip
RELATIONS: Final = {
    "A": "alternate", "M": "older", "P": "print", "T": "pattern",
    "互换": "alternate", "替代": "older", "印刷": "print", "花纹": "pattern", "双向互换": "two_way",
    **{kind: kind for kind in ("alternate", "older", "print", "pattern", "two_way")},
}  # fmt: skip
ALIKE: Final = {"print": "print", "pattern": "pattern", "two_way": "alternate"}
LINK_FACTS: Final = ("mode", "ratio", "valid_from")
MODES: Final = {"use_up": "use_up", "immediate": "immediate", "用完为止": "use_up", "立即替代": "immediate"}
SHOWN: Final = 10  # part numbers in a sentence
SUPERSEDES: Final = frozenset({"alternate", "older"})
PART: Final = (Part, "number")

PART_FACTS: Final = (
    "number", "name", "name_en", "part_class", "unit", "pack_qty", "min_order_qty", "is_serialised", "must_return",
    "is_made_in_house", "lifecycle", "origin_country", "gross_weight_kg", "last_supply_on",
)  # fmt: skip

CATEGORIES = ImportKind(
    key="parts.categories",
    title=_("Part categories"),
    permission="parts.change_partcategory",
    model=PartCategory,
    present=presented(PartCategory, {name: name for name in ("code", "name", "name_en")}),
    columns=(
        Column("code", _("Category code"), key=True, max_length=30, headings=("id", "类别编码")),
        Column("name", _("Category name"), required=True, max_length=120, headings=("name", "类别名称")),
        Column("name_en", _("English name"), max_length=120, headings=("英文名称",)),
    ),
)
PARTS = ImportKind(
    key="parts.parts",
    title=_("Parts catalog"),
    permission="parts.change_part",
    model=Part,
    inspect=inspect_parts,
    present=presented(Part, {"category": "category__code"} | {name: name for name in PART_FACTS}),
    derive=lambda values: {"pinyin_key": pinyin_initials(values.get("name") or "")} if "name" in values else {},
    columns=(
        Column("number", _("Part number"), key=True, max_length=60, headings=("part_num", "配件编码", "图号")),
        Column("name", _("Part name"), required=True, max_length=250, headings=("name", "配件名称", "名称")),
        Column("name_en", _("English name"), max_length=250, headings=("英文名称",)),
        Column(
            "category",
            _("Category"),
            required=True,
            references=(PartCategory, "code"),
            also=("name", "name_en"),
            headings=("part_cat_id", "类别"),
        ),
        Column("part_class", _("Part class"), kind="choice", choices=CLASSES, headings=("配件类型",)),
        Column("unit", pgettext_lazy("measure", "Unit"), max_length=12, headings=("单位",)),
        Column("pack_qty", _("Pack quantity"), kind="decimal", places=3, low=Decimal("0.001"), headings=("包装数量",)),
        Column(
            "min_order_qty",
            _("Minimum order quantity"),
            kind="decimal",
            places=3,
            low=Decimal("0.001"),
            headings=("最小起订量",),
        ),
        Column("is_serialised", _("Has serial numbers"), kind="boolean", headings=("序列号管理",)),
        Column("must_return", _("Failed part must be returned"), kind="boolean", headings=("旧件返厂",)),
        Column("is_made_in_house", _("Made in-house"), kind="boolean", headings=("自制件",)),
        Column("lifecycle", _("Supply"), kind="choice", choices=LIFECYCLES, headings=("供应状态",)),
        Column("origin_country", _("Country of origin"), max_length=60, headings=("原产国",)),
        Column("gross_weight_kg", _("Gross weight (kg)"), kind="decimal", places=3, low=0, high=99_999),
        Column("last_supply_on", _("Supplied until"), kind="date"),
    ),
    help=_("Part numbers stay text: leading zeros are kept. Columns that are absent keep what the catalog has."),
)


CIRCLE: Final = _("no circle: %(parts)s supersede each other")
SEVERAL: Final = _("one successor; this file names several: %(parts)s")


def inspect_relations(_batch: Any, rows: Iterable[StagedRow]) -> Iterator[Finding]:
    """A part related to itself, in a circle of supersessions, or with several successors is reported and not loaded."""
    staged = list(rows)
    edges: dict[str, list[StagedRow]] = defaultdict(list)
    for row in staged:
        old, new = row.values["old"], row.values["new"]
        if old == new:
            yield Finding(row.line, "new", new, _("another part than the one itself"))
        elif row.values["relation"] in SUPERSEDES:
            edges[old].append(row)
    known = Supersession.objects.values_list("old__number", "new__number")
    links = [Link(old, row.values["new"]) for old, found in edges.items() for row in found]
    groups = cyclic_groups([*links, *(Link(old, new) for old, new in known)])
    ring = {part: index for index, group in enumerate(groups) for part in group}
    told = [sorted(str(part) for part in group)[:SHOWN] for group in groups]
    for old, found in edges.items():
        for row in found:
            new = row.values["new"]
            if old in ring and ring[old] == ring.get(new):
                yield Finding(row.line, "new", new, CIRCLE, {"parts": told[ring[old]]})
            elif len(found) > 1:
                others = [str(other.values["new"]) for other in found[:SHOWN]]
                yield Finding(row.line, "old", old, SEVERAL, {"parts": others})


def apply_relations(batch: Any, rows: Iterator[StagedRow], _actor: Any) -> None:
    """Supersessions (the old part is used up first) and variants stand in the catalog; known ones stay as they are."""
    for chunk in batched(rows, CHUNK):
        superseding = [
            Supersession(
                old_id=row.values["old_id"],
                new_id=row.values["new_id"],
                mode=row.values.get("mode") or SupersessionMode.USE_UP,
                ratio=row.values.get("ratio") or Decimal(1),
                valid_from=row.values.get("valid_from"),
                source=batch.number,
            )
            for row in chunk
            if row.values["relation"] in SUPERSEDES
        ]
        variants = [
            PartVariant(part_id=row.values["old_id"], base_id=row.values["new_id"], kind=ALIKE[row.values["relation"]])
            for row in chunk
            if row.values["relation"] not in SUPERSEDES
        ]
        said = [name for name in LINK_FACTS if name in batch.columns]
        known: dict[str, Any] = {"ignore_conflicts": True}
        if said:
            known = {"update_conflicts": True, "unique_fields": ["old", "new"], "update_fields": said}
        Supersession.objects.bulk_create(superseding, **known)
        PartVariant.objects.bulk_create(variants, ignore_conflicts=True)


RELATIONS_KIND = ImportKind(
    key="parts.relations",
    title=_("Supersessions and variants"),
    permission="parts.change_supersession",
    apply=apply_relations,
    inspect=inspect_relations,
    same=lambda batch, rows: same_relations(batch, rows),
    present=lambda user: present_relations(user),
    skips_errors=True,
    columns=(
        Column("relation", _("Relation"), kind="choice", key=True, choices=RELATIONS, headings=("rel_type", "关系")),
        Column("old", _("Part"), key=True, references=PART, headings=("child_part_num", "原配件")),
        Column("new", _("Successor or base part"), key=True, references=PART, headings=("parent_part_num", "新配件")),
        Column("mode", _("Mode"), kind="choice", choices=MODES, headings=("方式",)),
        Column(
            "ratio", _("Pieces per old part"), kind="decimal", places=3, low=Decimal("0.001"), headings=("替代比例",)
        ),
        Column("valid_from", _("Valid from"), kind="date", headings=("生效日期",)),
    ),
    help=_("Relation: A alternate, M older version, P print, T pattern. A and M make the first part superseded."),
)


def same_relations(_batch: Any, rows: Iterable[StagedRow]) -> Iterator[int]:
    """Links and variants that stand as the row says."""
    staged = list(rows)
    olds = {row.values["old_id"] for row in staged}
    links = {(link.old_id, link.new_id): link for link in Supersession.objects.filter(old__in=olds)}
    alike = {(row.part_id, row.base_id, row.kind) for row in PartVariant.objects.filter(part__in=olds)}
    for row in staged:
        values = row.values
        pair = values["old_id"], values["new_id"]
        if values["relation"] in SUPERSEDES:
            link = links.get(pair)
            said = {name: values.get(name) for name in LINK_FACTS}
            if link and all(value in (None, "", getattr(link, name)) for name, value in said.items()):
                yield row.line
        elif (*pair, ALIKE[values["relation"]]) in alike:
            yield row.line


def present_relations(_user: Any) -> Iterator[dict[str, Any]]:
    """All links without an end, and all variants."""
    words = {kind: relation for relation, kind in ALIKE.items()}
    for link in Supersession.objects.filter(valid_to=None).select_related("old", "new").order_by("pk"):
        facts = {name: getattr(link, name) for name in LINK_FACTS}
        yield {"relation": "older", "old": link.old.number, "new": link.new.number, **facts}
    for row in PartVariant.objects.select_related("part", "base").order_by("pk"):
        yield {"relation": words[row.kind], "old": row.part.number, "new": row.base.number}


def register() -> None:
    """The import center offers these kinds. Called in AppConfig.ready()."""
    from parts import count_imports, price_imports, supply_imports

    for kind in (
        CATEGORIES,
        PARTS,
        RELATIONS_KIND,
        price_imports.PRICES,
        price_imports.PRICE_ROWS,
        supply_imports.fitments_kind(),
    ):
        import_kind(kind)
    for kind in (*supply_imports.KINDS, count_imports.STOCK_COUNTS):
        import_kind(kind)

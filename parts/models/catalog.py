"""Spare parts: categories, parts, which models they fit, what supersedes them. Not here: prices, stock, suppliers."""

from datetime import date
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from typing import ClassVar, Final

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Lower
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core.money import bounded, quantity_field
from portal.core.scope import EVERYONE, ScopedQuerySet

THOUSANDTH: Final = Decimal("0.001")
SEARCH_TEXT: Final = Lower(
    Concat(F("number"), Value(" "), F("name"), Value(" "), F("name_en"), Value(" "), F("pinyin_key"))
)
"""What a part is found by; indexed, so the query must use this very expression."""


class PartClass(models.TextChoices):
    """The class by which a warranty policy grants months."""

    WHOLE_UNIT = "whole_unit", _("Whole unit")
    CORE = "core", _("Core part")
    WEAR = "wear", _("Wear part")
    CONSUMABLE = "consumable", _("Consumable")


class PartLifecycle(models.TextChoices):
    """Whether the part may still be ordered."""

    ACTIVE = "active", _("In supply")
    PHASE_OUT = "phase_out", _("Running out")
    DISCONTINUED = "discontinued", _("Discontinued")


class SupersessionMode(models.TextChoices):
    """What happens to the stock of the old part."""

    USE_UP = "use_up", _("Use up the old part first")
    IMMEDIATE = "immediate", _("Replace at once")


class PartCategory(models.Model):
    """A group of parts in the catalog."""

    code = models.CharField(_("category code"), max_length=30, unique=True)
    name = models.CharField(_("category name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)

    objects = ScopedQuerySet.as_manager()
    SCOPE = EVERYONE

    class Meta:
        ordering: ClassVar = ["code"]
        verbose_name = _("part category")
        verbose_name_plural = _("part categories")

    def __str__(self) -> str:
        return (get_language() == "en" and self.name_en) or self.name


class PartQuerySet(ScopedQuerySet["Part"]):
    """Named questions to the catalog."""

    def matching(self, text: str) -> "PartQuerySet":
        """Parts whose number, Chinese or English name, or pinyin initials hold every word, or that fit a model so coded, or
        stand under such a number in a drawing."""
        found = self
        for word in text.lower().split():
            by_text = Part.objects.alias(search_text=SEARCH_TEXT).filter(search_text__contains=word)
            by_model = Fitment.objects.filter(product_model__code__icontains=word)
            named = by_text.order_by().values("pk").union(by_model.order_by().values("part"), all=True)
            if len(word) <= 4 and word.isalnum():  # the number beside a part in a drawing
                placed = Fitment.objects.filter(position_number__iexact=word).order_by()
                named = named.union(placed.values("part"), all=True)
            found = found.filter(pk__in=named)
        return found

    def orderable(self) -> "PartQuerySet":
        """Parts a station may still order."""
        return self.exclude(lifecycle=PartLifecycle.DISCONTINUED)


UNITS_EN = {
    "件": "pcs", "个": "pcs", "只": "pcs", "片": "pcs", "条": "pcs", "支": "pcs", "根": "pcs", "套": "sets", "台": "units",
    "对": "pairs", "包": "packs", "卷": "rolls", "张": "sheets", "瓶": "bottles", "米": "m",
}  # fmt: skip


WHOLE_UNITS = frozenset("件个只片条支根套台对包卷张瓶块把盒箱双付副")


class Part(models.Model):
    """A spare part under its part number; quantities are in its own unit."""

    category = models.ForeignKey(
        PartCategory, on_delete=models.PROTECT, related_name="parts", verbose_name=_("category")
    )
    number = models.CharField(_("part number"), max_length=60, unique=True)
    name = models.CharField(_("part name"), max_length=250)
    name_en = models.CharField(_("English name"), max_length=250, blank=True)
    part_class = models.CharField(_("part class"), max_length=12, choices=PartClass, default=PartClass.WHOLE_UNIT)
    unit = models.CharField(pgettext_lazy("measure", "unit"), max_length=12, default="件")
    pack_qty = quantity_field(_("pack quantity"), default=1)
    min_order_qty = quantity_field(_("minimum order quantity"), default=1)
    is_serialised = models.BooleanField(_("has serial numbers"), default=False)
    is_batch_tracked = models.BooleanField(_("kept by batch"), default=False, db_default=False)
    must_return = models.BooleanField(_("failed part must be returned"), default=False)
    is_made_in_house = models.BooleanField(
        _("made in-house"),
        default=False,
        db_default=False,
        help_text=_(
            "We make it ourselves: while nobody delivers it, no supplier is charged for it, and recovery cases that wait for "
            "a supplier's name are closed."
        ),
    )
    origin_country = models.CharField(_("country of origin"), max_length=60, blank=True, db_default="")
    gross_weight_kg = models.DecimalField(_("gross weight (kg)"), max_digits=9, decimal_places=3, null=True, blank=True)
    lifecycle = models.CharField(_("supply"), max_length=12, choices=PartLifecycle, default=PartLifecycle.ACTIVE)
    last_supply_on = models.DateField(
        _("supplied until"), null=True, blank=True, help_text=_("The last day of supply, where it is known.")
    )
    pinyin_key = models.CharField(
        _("pinyin initials"), max_length=250, blank=True, editable=False, help_text=_("Made from the Chinese name.")
    )
    source = models.CharField(_("import"), max_length=60, blank=True, editable=False)

    objects = PartQuerySet.as_manager()
    SCOPE = EVERYONE

    class Meta:
        ordering: ClassVar = ["number"]
        verbose_name = _("spare part")
        verbose_name_plural = _("spare parts")
        constraints: ClassVar = [
            bounded("pack_qty", THOUSANDTH, name="part_pack_qty_positive"),
            bounded("min_order_qty", THOUSANDTH, name="part_min_order_qty_positive"),
            models.CheckConstraint(condition=~Q(number=""), name="part_number_not_empty"),
            bounded("gross_weight_kg", 0, 99_999, name="part_weight_bounded", null=True),
        ]
        indexes: ClassVar = [
            GinIndex(OpClass(SEARCH_TEXT, name="gin_trgm_ops"), name="part_search_text_trigram"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.local_name}"

    def get_absolute_url(self) -> str:
        return reverse("part_detail", args=[self.number])

    @property
    def local_name(self) -> str:
        """The name in the reader's language."""
        return (get_language() == "en" and self.name_en) or self.name

    @property
    def counts_whole(self) -> bool:
        """Whether half of one is none: pieces, sets, machines; not meters or kilograms."""
        return self.unit in WHOLE_UNITS

    def is_fraction(self, qty: Decimal) -> bool:
        """Whether the quantity is a part of a piece that cannot be parted."""
        return self.counts_whole and qty.is_finite() and qty != qty.to_integral_value()

    def rounded_down(self, qty: Decimal) -> Decimal:
        """So much of it as there can be: whole pieces, or to the thousandth; never below 0."""
        unit = Decimal(1) if self.counts_whole else THOUSANDTH
        return max(qty, Decimal(0)).quantize(unit, rounding=ROUND_DOWN)

    def rounded_up(self, qty: Decimal) -> Decimal:
        """So much that the quantity is in it: whole pieces, or the quantity itself where it can be parted."""
        return qty.quantize(Decimal(1), rounding=ROUND_UP) if self.counts_whole else qty

    @property
    def local_unit(self) -> str:
        """The unit in the reader's language."""
        return UNITS_EN.get(self.unit, self.unit) if get_language() == "en" else self.unit


class ExplodedView(models.Model):
    """A drawing of a model's assembly with numbered parts; the picture is its attachment."""

    product_model = models.ForeignKey(
        "stations.ProductModel",
        on_delete=models.PROTECT,
        related_name="exploded_views",
        verbose_name=_("product model"),
    )
    title = models.CharField(_("assembly"), max_length=120)
    title_en = models.CharField(_("English name"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(pgettext_lazy("line", "position"), default=0)

    objects = ScopedQuerySet.as_manager()
    SCOPE = EVERYONE

    class Meta:
        ordering: ClassVar = ["product_model", "position", "pk"]
        verbose_name = _("exploded view")
        verbose_name_plural = _("exploded views")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product_model", "title"], name="assembly_drawn_once_per_model"),
        ]

    def __str__(self) -> str:
        return self.local_title

    def get_absolute_url(self) -> str:
        return reverse("exploded_view_detail", args=[self.pk])

    @property
    def local_title(self) -> str:
        """The name in the reader's language."""
        return (get_language() == "en" and self.title_en) or self.title


class Fitment(models.Model):
    """The part stands in a model's bill of materials, for units produced in [produced_from, produced_to) and with serial
    numbers from serial_from to serial_to, both included; and where it stands in a drawing, in percent of its sides."""

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="fitments", verbose_name=_("part"))
    product_model = models.ForeignKey(
        "stations.ProductModel", on_delete=models.PROTECT, related_name="fitments", verbose_name=_("product model")
    )
    view = models.ForeignKey(
        ExplodedView,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="fitments",
        verbose_name=_("exploded view"),
    )
    position_number = models.CharField(_("position number"), max_length=10, blank=True, default="", db_default="")
    qty = quantity_field(_("quantity per unit"), default=1)
    produced_from = models.DateField(_("produced from"), null=True, blank=True)
    produced_to = models.DateField(_("produced before"), null=True, blank=True)
    serial_from = models.CharField(_("serial number from"), max_length=60, blank=True, default="", db_default="")
    serial_to = models.CharField(_("serial number to"), max_length=60, blank=True, default="", db_default="")
    x_percent = models.DecimalField(_("from the left (%)"), max_digits=5, decimal_places=2, null=True, blank=True)
    y_percent = models.DecimalField(_("from the top (%)"), max_digits=5, decimal_places=2, null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    SCOPE = EVERYONE

    class Meta:
        ordering: ClassVar = ["product_model", "part"]
        verbose_name = _("fitment")
        verbose_name_plural = _("fitments")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["part", "product_model", "produced_from", "serial_from", "position_number"],
                name="part_fits_model_once_per_place_and_period",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(produced_from=None) | Q(produced_to=None) | Q(produced_from__lt=F("produced_to")),
                name="fitment_period_not_empty",
            ),
            bounded("qty", THOUSANDTH, name="fitment_qty_positive"),
            bounded("x_percent", 0, 100, name="fitment_x_in_the_drawing", null=True),
            bounded("y_percent", 0, 100, name="fitment_y_in_the_drawing", null=True),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} → {self.product_model_id}"


class SupersessionQuerySet(ScopedQuerySet["Supersession"]):
    """Named questions to the links."""

    def in_force(self, day: date) -> "SupersessionQuerySet":
        """Links that hold on the day."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gt=day))


class Supersession(models.Model):
    """`ratio` pieces of the new part take the place of one old part; several rows of one old part are a kit.

    Holds in [valid_from, valid_to); without a first day, always.
    """

    old = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="superseded_by", verbose_name=_("old part"))
    new = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="supersedes", verbose_name=_("new part"))
    mode = models.CharField(_("mode"), max_length=10, choices=SupersessionMode, default=SupersessionMode.USE_UP)
    ratio = quantity_field(_("pieces per old part"), default=1)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid before"), null=True, blank=True)
    source = models.CharField(_("import"), max_length=60, blank=True, editable=False)

    objects = SupersessionQuerySet.as_manager()
    SCOPE = EVERYONE

    class Meta:
        ordering: ClassVar = ["old", "new"]
        verbose_name = _("supersession")
        verbose_name_plural = _("supersessions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["old", "new"], name="part_superseded_once_by_each"),
            models.CheckConstraint(condition=~Q(old=F("new")), name="part_never_supersedes_itself"),
            bounded("ratio", THOUSANDTH, name="supersession_ratio_positive"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lte=F("valid_to")),
                name="supersession_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}"


class VariantKind(models.TextChoices):
    """How two parts are alike."""

    PRINT = "print", pgettext_lazy("variant", "Print")
    PATTERN = "pattern", _("Pattern")
    ALTERNATE = "alternate", _("Interchangeable both ways")


class PartVariant(models.Model):
    """The part is another make-up of a base part (a print, a pattern), or each serves for the other: neither supersedes."""

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="variant_of", verbose_name=_("part"))
    base = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="variants", verbose_name=_("base part"))
    kind = models.CharField(_("kind"), max_length=10, choices=VariantKind, default=VariantKind.PRINT)

    objects = ScopedQuerySet.as_manager()
    SCOPE = EVERYONE

    class Meta:
        ordering: ClassVar = ["part", "base"]
        verbose_name = _("part variant")
        verbose_name_plural = _("part variants")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["part", "base"], name="part_is_variant_once"),
            models.CheckConstraint(condition=~Q(part=F("base")), name="part_is_no_variant_of_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} ~ {self.base_id}"

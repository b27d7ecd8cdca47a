"""Places for stock and the ledger of quantities: postings of balanced entries, and balances that only the database writes."""

from collections.abc import Iterable
from decimal import Decimal
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from parts.models.catalog import Part
from portal.core.money import BOUND, bounded, money_field, quantity_field
from portal.core.scope import HEADQUARTERS, ScopedQuerySet


class LocationKind(models.TextChoices):
    """What a place is for; the world is where receipts come from and issues go to, so that entries always balance."""

    HQ = "hq", _("Central warehouse")
    REGIONAL = "regional", _("Regional warehouse")
    STATION = "station", _("Station stock")
    VAN = "van", _("Van stock")
    TRANSIT = "transit", _("In transit")
    OLD_PARTS = "old_parts", _("Failed parts")
    REFURBISHED = "refurbished", _("Refurbished (class B)")
    QUARANTINE = "quarantine", _("Quarantine")
    SCRAP = "scrap", _("Scrap")
    WORLD = "world", _("Outside")


USABLE = frozenset({
    LocationKind.HQ, LocationKind.REGIONAL, LocationKind.STATION, LocationKind.VAN, LocationKind.REFURBISHED,
})  # fmt: skip


class LocationQuerySet(ScopedQuerySet["Location"]):
    """Named questions to the places."""

    def places(self) -> "LocationQuerySet":
        """Whole places, without their bins."""
        return self.filter(parent=None)

    def stores(self) -> "LocationQuerySet":
        """Where goods lie: neither the world outside nor the way between two places."""
        return self.exclude(kind__in=[LocationKind.WORLD, LocationKind.TRANSIT])

    def serving(self, regions: Iterable[int]) -> "LocationQuerySet":
        """The open warehouses of these regions."""
        return self.places().filter(kind=LocationKind.REGIONAL, region__in=set(regions), is_active=True).order_by("pk")

    def within(self, *places: int) -> "LocationQuerySet":
        """These places and their bins."""
        return self.filter(Q(pk__in=places) | Q(parent__in=places))


BIN_FOLLOWS_PLACE = """
IF NEW.parent_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM parts_location place WHERE place.id = NEW.parent_id AND place.parent_id IS NULL
        AND place.kind = NEW.kind AND place.station_id IS NOT DISTINCT FROM NEW.station_id
) OR EXISTS (
    SELECT FROM parts_location bin WHERE bin.parent_id = NEW.id
        AND (NEW.parent_id IS NOT NULL OR bin.kind <> NEW.kind OR bin.station_id IS DISTINCT FROM NEW.station_id)
) THEN
    RAISE EXCEPTION 'a bin has the kind and the station of its place, and holds no bins'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'bin_follows_its_place';
END IF;
RETURN NEW;
"""


class Location(models.Model):
    """A warehouse, a station's stock room, or a state of goods between two of them; or a bin of a place that has bins.

    Goods of a place lie on its floor (in its own name) or in its bins; who asks what it holds sums both.
    """

    station = models.ForeignKey(
        "stations.Station",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stock_locations",
        verbose_name=_("station"),
    )
    region = models.OneToOneField(
        "stations.Region",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="warehouse",
        verbose_name=_("serves the region"),
        help_text=_("Stations of this region are served from here first, then from the central warehouse."),
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="bins", verbose_name=_("bin of")
    )
    technician = models.OneToOneField(
        "stations.Technician",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="van",
        verbose_name=_("technician"),
    )
    code = models.CharField(_("location code"), max_length=40, unique=True)
    name = models.CharField(_("location name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=LocationKind)
    pick_order = models.PositiveIntegerField(_("walking order"), default=0, db_default=0)
    is_active = models.BooleanField(_("active"), default=True)
    frozen_by = models.CharField(
        _("frozen by count"), max_length=24, blank=True, default="", db_default="", editable=False
    )

    objects = LocationQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    class Meta:
        ordering: ClassVar = ["code"]
        verbose_name = _("stock location")
        verbose_name_plural = _("stock locations")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["station", "kind"],
                condition=Q(kind__in=["station", "transit"], parent=None),
                name="station_has_one_stock_and_one_transit",
            ),
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="world"), name="there_is_one_world"),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(kind__in=["world", "transit", "van"]), name="only_rooms_have_bins"
            ),
            models.CheckConstraint(
                condition=Q(region=None) | Q(kind="regional", parent=None), name="regional_warehouse_serves_a_region"
            ),
            models.CheckConstraint(condition=Q(technician=None) | Q(kind="van"), name="technician_drives_a_van"),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="bin_follows_place",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=BIN_FOLLOWS_PLACE,
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self._own_name()}"

    def get_absolute_url(self) -> str:
        return reverse("place_detail", args=[self.pk])

    @property
    def local_name(self) -> str:
        """The name; to English readers whose it is and what for, unless the name is Latin. Reads the station."""
        own = self._own_name()
        return f"{self.station} · {own}" if self.station and own != self.name else own

    def _own_name(self) -> str:
        if get_language() == "en" and not self.name.isascii():
            return f"{self.get_kind_display()} {self.code}" if self.parent_id else str(self.get_kind_display())
        return self.name

    @property
    def place_id(self) -> int:
        """The key of the place itself, or of the place whose bin it is."""
        return self.parent_id or self.pk


class Posting(models.Model):
    """One movement or reservation; its kind and source are unique, so a retry cannot post twice."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("posted by")
    )
    kind = models.CharField(_("kind"), max_length=24)
    source = models.CharField(_("source document"), max_length=80)
    at = models.DateTimeField(_("posted at"))
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name=_("reverses")
    )

    objects = ScopedQuerySet.as_manager()
    SCOPE = HEADQUARTERS

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("stock posting")
        verbose_name_plural = _("stock postings")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "source"], name="movement_posted_once_per_source"),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"


class StockEntry(models.Model):
    """Pieces and their value that come to (+) or leave (-) a place, or are set aside there.

    The entries of one posting add nothing to the whole: per part and statement qty and value sum to zero (trigger).
    """

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="entries", verbose_name=_("posting"))
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="entries", verbose_name=_("location"))
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="stock_entries", verbose_name=_("part"))
    batch = models.CharField(_("batch"), max_length=40, blank=True, default="")
    qty = quantity_field(_("quantity"), default=0)
    reserved = quantity_field(_("reserved"), default=0)
    value = money_field(_("value (CNY)"), default=0)

    objects = ScopedQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"station": "location__station_id"}

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("stock entry")
        verbose_name_plural = _("stock entries")
        constraints: ClassVar = [
            bounded("qty", -BOUND, name="stock_entry_qty_bounded"),
            bounded("reserved", -BOUND, name="stock_entry_reserved_bounded"),
            bounded("value", -BOUND, name="stock_entry_value_bounded"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["part", "location", "batch"], name="stock_entry_by_balance"),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.qty:+} {self.part_id} @ {self.location_id}"


class PartBatch(models.Model):
    """A batch of a part, as it first came in; the same everywhere in the network. Its key tells which came earlier."""

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="batches", verbose_name=_("part"))
    receipt_line = models.ForeignKey(
        "parts.GoodsReceiptLine",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("goods receipt line"),
    )
    batch = models.CharField(_("batch"), max_length=40)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    SCOPE = HEADQUARTERS

    class Meta:
        ordering: ClassVar = ["part", "pk"]
        verbose_name = _("batch of a part")
        verbose_name_plural = _("batches of parts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["part", "batch"], name="part_batch_unique_in_network"),
            models.CheckConstraint(condition=~Q(batch=""), name="part_batch_not_empty"),
        ]

    def __str__(self) -> str:
        return self.batch


class StockBalance(models.Model):
    """Sum of the entries per part, location and batch; written by trigger only."""

    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="balances", verbose_name=_("location")
    )
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="balances", verbose_name=_("part"))
    batch = models.CharField(_("batch"), max_length=40, blank=True, default="")
    on_hand = quantity_field(_("on hand"), default=0)
    reserved = quantity_field(_("reserved"), default=0)
    value = money_field(_("value (CNY)"), default=0)
    is_world = models.BooleanField(default=False, editable=False)

    objects = ScopedQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"station": "location__station_id"}

    class Meta:
        ordering: ClassVar = ["location", "part", "batch"]
        verbose_name = _("stock balance")
        verbose_name_plural = _("stock on hand")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["part", "location", "batch"], name="one_balance_per_part_and_place"),
            models.CheckConstraint(
                condition=Q(is_world=True, on_hand__gte=-BOUND, on_hand__lte=BOUND)
                | Q(is_world=False, on_hand__gte=0, on_hand__lte=BOUND),
                name="stock_balance_never_negative",
            ),
            models.CheckConstraint(
                condition=Q(is_world=True, reserved=0)
                | Q(is_world=False, reserved__gte=0, reserved__lte=models.F("on_hand")),
                name="stock_reserved_never_above_on_hand",
            ),
            models.CheckConstraint(
                condition=Q(is_world=True, value__gte=-BOUND, value__lte=BOUND)
                | Q(is_world=False, on_hand=0, value=0)
                | Q(is_world=False, on_hand__gt=0, value__gte=0, value__lte=BOUND),
                name="stock_value_follows_quantity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on_hand} {self.part_id} @ {self.location_id}"

    @property
    def available(self) -> Decimal:
        """Pieces that nobody has set aside."""
        return self.on_hand - self.reserved

    @property
    def usable(self) -> Decimal:
        """Of these what somebody can take today: none on the way, in dispute, in quarantine or scrapped. Reads the place."""
        return self.available if self.location.kind in USABLE else Decimal(0)

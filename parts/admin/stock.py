"""Stock, read only: postings alone change it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.forms.catalog import RecipeAdminForm
from parts.models import (
    AllocationRun,
    GoodsReceipt,
    GoodsReceiptLine,
    KitRecipe,
    Location,
    PartBatch,
    Posting,
    StockBalance,
    StockCount,
    StockEntry,
)
from parts.ranking import cause_words, explained
from parts.words import POSTINGS
from portal.core.admin import ReadOnlyAdmin, ScopedAdmin, ScopedTabularInline


@admin.register(Location)
class LocationAdmin(ScopedAdmin):
    """Places for stock."""

    list_display = ("code", "name", "kind", "region", "parent", "station", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("station", "parent", "region")
    search_fields = ("code", "name")
    raw_id_fields = ("station", "parent", "technician")


@admin.register(PartBatch)
class PartBatchAdmin(ReadOnlyAdmin):
    """Batches, as they first came in."""

    list_display = ("part", "batch", "expires_on")
    list_select_related = ("part",)
    search_fields = ("part__number", "batch")


@admin.register(KitRecipe)
class KitRecipeAdmin(ScopedAdmin):
    """What kits are made of."""

    form = RecipeAdminForm
    list_display = ("kit", "component", "qty")
    list_select_related = ("kit", "component")
    search_fields = ("kit__number", "component__number")
    raw_id_fields = ("kit", "component")


@admin.register(StockCount)
class StockCountAdmin(ReadOnlyAdmin):
    """Counts; planned, counted and approved on the portal's pages."""

    list_display = ("number", "location", "reason", "status", "planned_at", "posted_at", "gain_value", "loss_value")
    list_filter = ("status", "reason")
    list_select_related = ("location",)
    search_fields = ("number", "location__code", "location__name")


@admin.register(StockBalance)
class StockBalanceAdmin(ReadOnlyAdmin):
    """What lies where."""

    list_display = ("part", "location", "on_hand", "reserved", "value")
    list_select_related = ("part", "location")
    list_filter = ("location__kind",)
    search_fields = ("part__number", "part__name", "part__pinyin_key", "location__code", "location__name")


class StockEntryInline(ScopedTabularInline):
    """The entries of a posting."""

    model = StockEntry
    fields = ("location", "part", "qty", "reserved", "value")


class KindFilter(admin.SimpleListFilter):
    """Movements of one kind."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(POSTINGS.items())

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        return queryset.filter(kind=self.value()) if self.value() in POSTINGS else queryset


@admin.register(Posting)
class PostingAdmin(ReadOnlyAdmin):
    """Movements, each with its document."""

    list_display = ("source", "what", "at", "actor")
    list_filter = (KindFilter, "at")
    list_select_related = ("actor",)
    search_fields = ("source",)
    inlines = (StockEntryInline,)

    @admin.display(description=_("Kind"), ordering="kind")
    def what(self, row: Posting) -> str:
        """The kind of movement in words."""
        return str(POSTINGS.get(row.kind, row.kind))


class GoodsReceiptLineInline(ScopedTabularInline):
    """What came."""

    model = GoodsReceiptLine


@admin.register(GoodsReceipt)
class GoodsReceiptAdmin(ReadOnlyAdmin):
    """Deliveries of suppliers; a new one is received on the supplier's page."""

    list_display = ("number", "supplier", "delivery_note", "received_at", "received_by")
    list_filter = ("supplier", "received_at")
    list_select_related = ("supplier", "received_by")
    search_fields = ("number", "delivery_note", "supplier__name")
    inlines = (GoodsReceiptLineInline,)


@admin.register(AllocationRun)
class AllocationRunAdmin(ReadOnlyAdmin):
    """Runs with the ranking each followed."""

    list_display = ("id", "at", "why", "line_count", "filled_count", "actor")
    list_filter = ("at",)
    list_select_related = ("actor",)
    search_fields = ("cause",)
    detail_template = "parts/admin_run.html"
    fields = ("actor", "at", "why", "line_count", "filled_count")
    readonly_fields = ("why",)

    @admin.display(description=pgettext_lazy("allocation", "cause"), ordering="cause")
    def why(self, row: AllocationRun) -> str:
        """What started the run, in words."""
        return cause_words(row.cause)

    def extra_detail(self, request: HttpRequest, row: AllocationRun) -> dict[str, Any]:
        return {"ranks": explained(row)}

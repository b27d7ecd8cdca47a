"""Brands, families, models."""

from django.contrib import admin

from portal.core.admin import ScopedAdmin
from stations.models import Brand, ProductFamily, ProductModel


@admin.register(Brand)
class BrandAdmin(ScopedAdmin):
    """Makers and principals."""

    list_display = ["code", "name", "name_en"]
    search_fields = ["code", "name", "name_en"]


@admin.register(ProductFamily)
class ProductFamilyAdmin(ScopedAdmin):
    """Product lines."""

    list_display = ["code", "name", "name_en", "tier"]
    list_filter = ["tier"]
    search_fields = ["code", "name", "name_en"]


@admin.register(ProductModel)
class ProductModelAdmin(ScopedAdmin):
    """Models; thousands, so they are searched."""

    list_display = ["code", "name", "brand", "family", "is_active"]
    list_filter = ["family", "is_active"]
    list_select_related = ["brand", "family"]
    search_fields = ["code", "name", "name_en"]
    autocomplete_fields = ["brand", "family"]

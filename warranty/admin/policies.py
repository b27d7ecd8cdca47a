"""Headquarters' masters of warranty: policies, campaigns, goodwill, rates, reason codes."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from portal.core.admin import ScopedAdmin, ScopedTabularInline
from warranty import policies
from warranty.models import (
    Campaign,
    CampaignUnit,
    GoodwillAuthorization,
    LaborRate,
    PolicyMonths,
    ReasonCode,
    TravelRate,
    WarrantyPolicy,
)


class MonthsInline(ScopedTabularInline):
    """Months per part class."""

    model = PolicyMonths
    read_only = False


@admin.register(WarrantyPolicy)
class WarrantyPolicyAdmin(ScopedAdmin):
    """Which months hold for which products, by day of sale."""

    list_display = ("code", "name", "level", "family", "product_model", "serial_number", "valid_from", "valid_to")
    list_filter = ("level",)
    list_select_related = ("family", "product_model")
    search_fields = ("code", "name", "name_en", "serial_number")
    raw_id_fields = ("family", "product_model")
    inlines = (MonthsInline,)


class CampaignUnitInline(ScopedTabularInline):
    """Serial numbers in scope."""

    model = CampaignUnit
    read_only = False
    readonly_fields = ("used_by",)


@admin.register(Campaign)
class CampaignAdmin(ScopedAdmin):
    """Recalls and service actions."""

    list_display = ("code", "name", "valid_from", "valid_to")
    search_fields = ("code", "name", "name_en", "units__serial_number")
    filter_horizontal = ("operations",)
    inlines = (CampaignUnitInline,)


@admin.register(GoodwillAuthorization)
class GoodwillAdmin(ScopedAdmin):
    """What headquarters pays beyond the policy; granted once, never changed."""

    list_display = (
        "number",
        "unit",
        "part_share_percent",
        "labor_share_percent",
        "budget",
        "expires_on",
        "authorized_by",
    )
    list_select_related = ("unit", "authorized_by")
    search_fields = ("number", "unit__serial_number")
    raw_id_fields = ("unit",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who may authorize."""
        return request.user.has_perm("warranty.authorize_goodwill")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The operation writes the row."""
        granted = policies.authorize_goodwill(actor=request.user, **form.cleaned_data)
        obj.pk, obj.number = granted.pk, granted.number


@admin.register(LaborRate)
class LaborRateAdmin(ScopedAdmin):
    """CNY an hour by grade and region."""

    list_display = ("grade", "region", "hourly_rate", "valid_from", "valid_to")
    list_filter = ("grade", "region")
    list_select_related = ("region",)


@admin.register(TravelRate)
class TravelRateAdmin(ScopedAdmin):
    """CNY a kilometer by region."""

    list_display = ("region", "km_rate", "free_km", "valid_from", "valid_to")
    list_filter = ("region",)
    list_select_related = ("region",)


@admin.register(ReasonCode)
class ReasonCodeAdmin(ScopedAdmin):
    """Why lines are cut."""

    list_display = ("code", "x12_code", "name", "name_en", "for_people")
    search_fields = ("code", "name", "name_en")

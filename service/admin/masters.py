"""Customers, units, fault dictionary, labor catalog."""

from typing import ClassVar

from django.contrib import admin

from portal.core.admin import ScopedAdmin
from service.models import Customer, FaultCode, InstalledUnit, LaborOperation


@admin.register(Customer)
class CustomerAdmin(ScopedAdmin):
    list_display: ClassVar = ["name", "masked_phone", "address", "is_vip", "created_at"]
    search_fields: ClassVar = ["name", "phone", "address"]
    list_filter: ClassVar = ["is_vip"]
    readonly_fields: ClassVar = ["created_at"]
    ordering: ClassVar = ["-pk"]


@admin.register(InstalledUnit)
class InstalledUnitAdmin(ScopedAdmin):
    list_display: ClassVar = ["serial_number", "product_model", "customer", "sold_on", "status"]
    search_fields: ClassVar = ["serial_number", "customer__name", "product_model__code"]
    list_filter: ClassVar = ["status", "product_model__family"]
    list_select_related: ClassVar = ["product_model", "customer"]
    autocomplete_fields: ClassVar = ["customer"]
    ordering: ClassVar = ["serial_number"]


@admin.register(FaultCode)
class FaultCodeAdmin(ScopedAdmin):
    list_display: ClassVar = ["code", "name", "cause", "correction", "family", "is_active"]
    search_fields: ClassVar = ["code", "name", "name_en", "cause"]
    list_filter: ClassVar = ["family", "is_active"]
    list_select_related: ClassVar = ["family"]
    ordering: ClassVar = ["code"]


@admin.register(LaborOperation)
class LaborOperationAdmin(ScopedAdmin):
    list_display: ClassVar = ["code", "name", "flat_hours", "access_group", "is_diagnosis", "family", "is_active"]
    search_fields: ClassVar = ["code", "name", "name_en"]
    list_filter: ClassVar = ["family", "is_diagnosis", "is_active"]
    list_select_related: ClassVar = ["family"]
    ordering: ClassVar = ["code"]

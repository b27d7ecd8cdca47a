"""Recalls and service campaigns as records; they are drawn up, released and followed on their pages."""

from typing import ClassVar

from django.contrib import admin

from portal.core.admin import ReadOnlyAdmin
from warranty.models import Campaign


@admin.register(Campaign)
class CampaignAdmin(ReadOnlyAdmin):
    """Recalls and service campaigns."""

    list_display = ("code", "name", "kind", "status", "valid_from", "valid_to", "released_by")
    list_filter = ("status", "kind")
    list_select_related = ("released_by",)
    search_fields = ("code", "name", "name_en")
    fields: ClassVar = (
        "code", "name", "name_en", "kind", "operations", "parts", "instructions", "valid_from", "valid_to", "created_by",
        "released_by", "released_at",
    )  # fmt: skip

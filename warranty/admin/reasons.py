"""Why lines are cut."""

from django.contrib import admin

from portal.core.admin import ScopedAdmin
from warranty.models import ReasonCode


@admin.register(ReasonCode)
class ReasonCodeAdmin(ScopedAdmin):
    """Why lines are cut."""

    list_display = ("code", "x12_code", "name", "name_en", "for_people")
    search_fields = ("code", "name", "name_en")

"""Why lines are cut, and where each reason may be given."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.admin import ScopedAdmin
from warranty import reasons
from warranty.forms.masters import ReasonCodeForm
from warranty.models import ReasonCode, ReasonUse


class UseFilter(admin.SimpleListFilter):
    """Where a reason may be given."""

    title = pgettext_lazy("reason", "may be given for")
    parameter_name = "use"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*ReasonUse.choices, ("none", _("no longer offered"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "none":
            return queryset.filter(uses=[])
        return queryset.filter(uses__contains=[self.value()]) if self.value() else queryset


@admin.register(ReasonCode)
class ReasonCodeAdmin(ScopedAdmin):
    """Why lines are cut."""

    form = ReasonCodeForm
    list_display = ("code", "x12_code", "name", "name_en", "given_for")
    list_filter = (UseFilter,)
    search_fields = ("code", "name", "name_en", "x12_code")

    @admin.display(description=pgettext_lazy("reason", "may be given for"))
    def given_for(self, row: ReasonCode) -> str:
        """In words."""
        return row.uses_in_words()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A code that rules and claims refer to keeps its name."""
        found = super().get_readonly_fields(request, obj)
        return [*found, "code"] if obj is not None else found

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """With its history."""
        super().save_model(request, obj, form, change)
        reasons.note_change(obj, actor=request.user, changed=form.changed_data, is_new=not change)

"""The list of reasons and where each may be given: versions with their days."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from warranty import reasons
from warranty.admin.dated import DatedAdmin
from warranty.admin.terms import DAYS, InForceFilter
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
class ReasonCodeAdmin(DatedAdmin):
    """Why something is cut, refused, asked or taken back: in versions, proposed here and released by another person."""

    form = ReasonCodeForm
    list_display = ("code", "called", "given_for", "x12_code", "status", *DAYS)
    readonly_fields = ("given_for",)
    list_filter = ("status", InForceFilter, UseFilter)
    search_fields = ("code", "name", "name_en", "x12_code")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Where a version that stands may be given, in words."""
        found = super().get_fields(request, obj)
        return found if obj is None else ["given_for" if name == "uses" else name for name in found]

    @admin.display(description=_("name"), ordering="name")
    def called(self, row: ReasonCode) -> str:
        """In the reader's language."""
        return row.in_words

    @admin.display(description=pgettext_lazy("reason", "may be given for"))
    def given_for(self, row: ReasonCode) -> str:
        """In words."""
        return row.uses_in_words()

    def propose(self, request: HttpRequest, values: dict[str, Any]) -> ReasonCode:
        """The proposal."""
        return reasons.propose_reason(actor=request.user, **values)

"""Excluded causes and the three guarantees: versions with their days, proposed here and released by another person."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from warranty.admin.dated import DatedAdmin
from warranty.models import ExclusionCause, GuaranteeTerms


class InForceFilter(admin.SimpleListFilter):
    """What holds today, what comes, what is over."""

    title = _("days")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("now", _("in force today")), ("later", _("not begun")), ("over", _("over"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        today = clock.today()
        if self.value() == "now":
            return queryset.on(today)
        if self.value() == "later":
            return queryset.filter(valid_from__gt=today)
        return queryset.filter(valid_to__lte=today) if self.value() == "over" else queryset


DAYS = ("valid_from", "valid_to")
PEOPLE = ("created_by", "released_by")


@admin.register(ExclusionCause)
class ExclusionCauseAdmin(DatedAdmin):
    """Causes that no policy covers."""

    list_display = ("code", "name", "name_en", "status", *DAYS, *PEOPLE)
    list_filter = ("status", InForceFilter)
    list_select_related: ClassVar[Any] = PEOPLE
    search_fields = ("code", "name", "name_en")


@admin.register(GuaranteeTerms)
class GuaranteeTermsAdmin(DatedAdmin):
    """What the law offers the customer."""

    list_display = (
        "__str__", "family", "refund_days", "exchange_days", "failed_repairs", "status", *DAYS, *PEOPLE,
    )  # fmt: skip
    list_filter = ("status", InForceFilter)
    list_select_related: ClassVar[Any] = ("family", *PEOPLE)
    search_fields = ("basis", "family__name")

"""Rates of labor and travel: a new one ends the one before; none is changed."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from portal.core.admin import ScopedAdmin
from warranty import rates
from warranty.models import LaborRate, TravelRate


class RateAdmin(ScopedAdmin):
    """What both share: the operation writes the row, and the end of the one before."""

    set_rate: ClassVar[Callable[..., Any]]
    exclude = ("valid_to",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who keeps the rates."""
        return bool(super().has_change_permission(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The operation writes the row."""
        obj.pk = type(self).set_rate(actor=request.user, **form.cleaned_data).pk


@admin.register(LaborRate)
class LaborRateAdmin(RateAdmin):
    """CNY an hour by grade and region."""

    set_rate = staticmethod(rates.set_labor_rate)
    list_display = ("grade", "region", "hourly_rate", "valid_from", "valid_to")
    list_filter = ("grade", "region")
    list_select_related = ("region",)


@admin.register(TravelRate)
class TravelRateAdmin(RateAdmin):
    """CNY a kilometer by region."""

    set_rate = staticmethod(rates.set_travel_rate)
    list_display = ("region", "km_rate", "free_km", "valid_from", "valid_to")
    list_filter = ("region",)
    list_select_related = ("region",)

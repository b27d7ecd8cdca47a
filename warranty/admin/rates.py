"""Rates of labor and travel: proposed here, released by another person; a new one ends the one before, none is changed."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from warranty import rates
from warranty.admin.dated import DatedAdmin
from warranty.forms.masters import DatedForm
from warranty.models import LaborRate, TravelRate


class RateForm(DatedForm):
    """A rate is above nothing."""

    refusing = (rates.refuse_nothing, *DatedForm.refusing)


class RateAdmin(DatedAdmin):
    """What both share: the operation writes the row; an end comes from the next one."""

    propose_rate: ClassVar[Callable[..., Any]]
    form = RateForm
    ends = False

    def propose(self, request: HttpRequest, values: dict[str, Any]) -> Any:
        """The operation writes the row."""
        return type(self).propose_rate(actor=request.user, **values)


@admin.register(LaborRate)
class LaborRateAdmin(RateAdmin):
    """CNY an hour by grade and region."""

    propose_rate = staticmethod(rates.propose_labor_rate)
    list_display = ("grade", "region", "hourly_rate", "status", "valid_from", "valid_to", "created_by", "released_by")
    list_filter = ("status", "grade", "region")
    list_select_related = ("region", "created_by", "released_by")


@admin.register(TravelRate)
class TravelRateAdmin(RateAdmin):
    """CNY a kilometer by region."""

    propose_rate = staticmethod(rates.propose_travel_rate)
    list_display = (
        "__str__", "region", "km_rate", "free_km", "status", "valid_from", "valid_to", "created_by", "released_by",
    )  # fmt: skip
    list_filter = ("status", "region")
    list_select_related = ("region", "created_by", "released_by")

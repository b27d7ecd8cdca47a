"""Categories, parts, what they fit, what supersedes them, and the national price list."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from parts import superseding
from parts.catalog import pinyin_initials
from parts.forms.catalog import PartAdminForm, SupersessionAdminForm
from parts.forms.ordering import ReasonForm
from parts.models import (
    Fitment,
    GradePrice,
    ListPrice,
    Part,
    PartCategory,
    PartVariant,
    PriceList,
    Supersession,
)
from portal.core import events
from portal.core.admin import OperationButton, ReadOnlyAdmin, ScopedAdmin, ScopedTabularInline


@admin.register(PartCategory)
class PartCategoryAdmin(ScopedAdmin):
    """Groups of the catalog."""

    list_display = ("code", "name", "name_en")
    search_fields = ("code", "name", "name_en")


class FitmentInline(ScopedTabularInline):
    """The models a part fits."""

    model = Fitment
    raw_id_fields = ("product_model",)
    read_only = False
    extra = 0


class ListPriceInline(ScopedTabularInline):
    """National prices by validity; a price list or an import brings new ones."""

    model = ListPrice
    fields = ("price", "valid_from", "valid_to")


class SupersessionInline(ScopedTabularInline):
    """What takes its place."""

    model = Supersession
    fk_name = "old"
    fields = ("new", "mode", "ratio")


@admin.register(Part)
class PartAdmin(ScopedAdmin):
    """Spare parts with their prices and models."""

    form = PartAdminForm
    list_display = ("number", "name", "category", "part_class", "lifecycle", "pack_qty", "must_return")
    list_filter = ("part_class", "lifecycle", "must_return", "is_made_in_house", "is_serialised", "category")
    list_select_related = ("category",)
    search_fields = ("number", "name", "name_en", "pinyin_key")
    autocomplete_fields = ("category",)
    inlines = (ListPriceInline, FitmentInline, SupersessionInline)

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> "tuple[QuerySet[Any], bool]":
        """By number, names, pinyin initials or model, through the one indexed expression."""
        rows: Any = queryset
        return (rows.matching(search_term[:200]) if search_term else rows), False

    def save_model(self, request: HttpRequest, obj: Part, form: Any, change: bool) -> None:
        """The initials follow the name; who answers for a part may hear that we make it ourselves."""
        obj.pinyin_key = pinyin_initials(obj.name)
        super().save_model(request, obj, form, change)
        if "is_made_in_house" in form.changed_data and obj.is_made_in_house:
            events.record(obj, "part.made_in_house", actor=request.user)


@admin.register(ListPrice)
class ListPriceAdmin(ReadOnlyAdmin):
    """The national prices, as released lists and imports brought them."""

    list_display = ("part", "price", "valid_from", "valid_to")
    list_select_related = ("part",)
    list_filter = ("valid_from",)
    search_fields = ("part__number", "part__name")
    autocomplete_fields = ("part",)


@admin.register(GradePrice)
class GradePriceAdmin(ReadOnlyAdmin):
    """What grades pay instead of the national price times their factor."""

    list_display = ("part", "grade", "price", "valid_from", "valid_to", "source")
    list_select_related = ("part",)
    list_filter = ("grade", "valid_from")
    search_fields = ("part__number", "part__name")


@admin.register(PriceList)
class PriceListAdmin(ReadOnlyAdmin):
    """Price lists; drawn up and released on their own pages."""

    list_display = ("number", "title", "grade", "status", "valid_from", "created_by", "released_by")
    list_select_related = ("created_by", "released_by")
    list_filter = ("status", "grade")
    search_fields = ("number", "title")


def end(link: Supersession, values: dict[str, Any], actor: Any) -> None:
    """The link no longer holds."""
    superseding.end_supersession(link, reason=values["reason"], actor=actor)


@admin.register(Supersession)
class SupersessionAdmin(ScopedAdmin):
    """Which part takes the place of which."""

    form = SupersessionAdminForm
    list_display = ("old", "new", "mode", "ratio", "valid_from", "valid_to")
    list_select_related = ("old", "new")
    list_filter = ("mode",)
    search_fields = ("old__number", "new__number")
    autocomplete_fields = ("old", "new")

    operations = (
        OperationButton(
            "end",
            _("End"),
            end,
            permission="parts.change_supersession",
            form=ReasonForm,
            shown=lambda link: link.valid_to is None,
            style="danger",
            intro=_("From today on the link no longer holds; what was ordered and shipped by it stays."),
            success=_("The supersession has ended."),
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Another pair of parts is another link."""
        return ("old", "new", "valid_to") if obj else ()

    def save_model(self, request: HttpRequest, obj: Supersession, form: Any, change: bool) -> None:
        """Through the operation, with its events."""
        facts: Any = {"mode": obj.mode, "ratio": obj.ratio, "valid_from": obj.valid_from}
        obj.pk = superseding.supersede(obj.old, obj.new, actor=request.user, **facts).pk


@admin.register(PartVariant)
class PartVariantAdmin(ReadOnlyAdmin):
    """Prints and patterns of a base part, as imported."""

    list_display = ("part", "base", "kind")
    list_select_related = ("part", "base")
    list_filter = ("kind",)
    search_fields = ("part__number", "base__number")

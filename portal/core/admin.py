"""The admin's own parents: scoped lists, no deleting, statuses moved by buttons that call operations.

    @admin.register(WarrantyClaim)
    class ClaimAdmin(ScopedAdmin):
        list_display = ["number", "station", "status", "claimed_total"]     # status is drawn as a badge by itself
        list_filter = ["status"]; search_fields = ["number"]; list_select_related = ["station"]; ordering = ["-pk"]
        operations = [
            OperationButton("approve", _("Approve"), approve, permission="warranty.approve_claim", form=ApproveForm,
                            shown=lambda claim: can_move(claim, ClaimStatus.APPROVED), style="primary",
                            intro=_("The station is told at once."), success=_("Approved.")),
        ]
    def approve(claim, values, actor):            # values: the form's cleaned_data (with "lines" for a formset)
        approve_claim(claim, actor=actor, **values)   # may answer an address to go to, or a sentence to show instead of success

ScopedAdmin: HQ rows by visible_to, change where `change_<model>` is held; status and editable=False fields are read-only;
    detail_template = "warranty/admin_claim.html" draws what the page shows above the form ({{ original }}, our components).
ReadOnlyAdmin: for ledgers, events and whatever operations alone write.
A form that extends ActingForm gets user and subject. A button is left out for who lacks the permission on the row; its URL
answers 403 then, 404 for a foreign row, 409 with the sentence of a Refusal. Everything is one idempotent POST.
Every admin of a model that others point to needs search_fields, so that autocomplete_fields (scoped as well) work.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, StackedInline, TabularInline

from portal.core import show
from portal.core.errors import Refusal
from portal.core.pages import ActingForm, ActingModelForm, IdempotentMixin, NothingToSay
from portal.core.pieces import Text, badge_of

COUNT_TO = 10_000


def _always(row: Any) -> bool:
    return True


@dataclass(frozen=True)
class OperationButton:
    """A button on a record that calls one operation: operate(row, values, actor).

    shown(row) hides it where it cannot apply (deciding is the operation's); formset(row) answers a formset class and its
    initial rows, whose cleaned rows arrive as values["lines"]; template extends admin/operation.html.
    """

    name: str
    label: Text
    operate: Callable[[Any, dict[str, Any], Any], Any]
    permission: str
    form: type[forms.BaseForm] = NothingToSay
    formset: Callable[[Any], tuple[Any, Sequence[dict[str, Any]]]] | None = None
    shown: Callable[[Any], bool] = _always
    style: str = ""
    intro: Text = ""
    success: Text = ""
    template: str = "admin/operation.html"


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts to ten thousand at most: an exact count of millions is slow and helps nobody."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: COUNT_TO + 1].count())


class ScopedMixin:
    """Rows and choices are those the user may see."""

    model: type[models.Model]
    list_select_related: ClassVar[Any] = ()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = super().get_queryset(request)  # type: ignore[misc]
        return rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows  # type: ignore[no-any-return]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        rows = db_field.related_model._default_manager.all()
        if "queryset" not in kwargs and hasattr(rows, "visible_to"):
            kwargs["queryset"] = rows.visible_to(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        rows = db_field.related_model._default_manager.all()
        if "queryset" not in kwargs and hasattr(rows, "visible_to"):
            kwargs["queryset"] = rows.visible_to(request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes: mistakes are corrected by counter-entries, masters are switched off."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What only operations write, and a status above all."""
        given = list(super().get_readonly_fields(request, obj))  # type: ignore[misc]
        names = {field.name for field in self.model._meta.fields if not field.editable and not field.primary_key}
        if any(field.name == "status" for field in self.model._meta.fields):
            names.add("status")
        return [*given, *sorted(names - set(given))]


class ScopedAdmin(ScopedMixin, ModelAdmin):
    """A master or a queue of headquarters."""

    operations: ClassVar[Sequence[OperationButton]] = ()
    detail_template: ClassVar[str] = ""
    show_timeline: ClassVar[bool] = True
    list_per_page = 50
    show_full_result_count = False
    paginator = BoundedPaginator
    list_filter_submit = True
    list_fullwidth = True
    warn_unsaved_form = True
    actions: ClassVar[Any] = None
    change_form_outer_before_template = "admin/operations.html"
    change_form_outer_after_template = "admin/record_timeline.html"

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """A status as a badge, amounts and instants as everywhere."""
        return [self._drawn(name) for name in super().get_list_display(request)]

    def _drawn(self, name: Any) -> Any:
        if not isinstance(name, str) or hasattr(self, name):
            return name
        try:
            field = self.model._meta.get_field(name)
        except Exception:
            return name
        if name == "status":
            return _column(badge_of, field, name)
        if isinstance(field, models.DecimalField):
            draw = show.amount if field.decimal_places == 2 else show.quantity
            return _column(lambda row: draw(getattr(row, name)), field, name)
        if isinstance(field, models.DateTimeField):
            return _column(lambda row: show.moment(getattr(row, name)), field, name)
        return name

    def get_urls(self) -> list[URLPattern]:
        """One address per button, before the admin's own."""
        label = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path(
                f"<path:object_id>/do/{button.name}/",
                self.admin_site.admin_view(partial(self.operation_view, name=button.name)),
                name=f"{label}_{button.name}",
            )
            for button in self.operations
        ]
        return [*own, *super().get_urls()]

    def buttons_for(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        """The buttons this user may press on this row."""
        label = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            {"label": each.label, "style": each.style, "url": reverse(f"admin:{label}_{each.name}", args=[row.pk])}
            for each in self.operations
            if each.shown(row) and request.user.has_perm(each.permission, row)
        ]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The record with its buttons, its own picture and its history."""
        context = dict(extra_context or {})
        row = self.get_object(request, unquote(object_id)) if object_id else None
        if row is not None:
            context |= {
                "operation_buttons": self.buttons_for(request, row),
                "detail_template": self.detail_template,
                "show_timeline": self.show_timeline,
                **self.extra_detail(request, row),
            }
        return super().changeform_view(request, object_id, form_url, context)  # type: ignore[no-any-return]

    def extra_detail(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Values for detail_template beside `original`."""
        return {}

    def operation_view(self, request: HttpRequest, object_id: str, *, name: str) -> HttpResponse:
        """The form of one button, and its effect."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        button = next(each for each in self.operations if each.name == name)
        if not request.user.has_perm(button.permission, row):
            raise PermissionDenied
        page = OperationPage(self, button, row, request)
        return page.post() if request.method == "POST" else page.show()


class ReadOnlyAdmin(ScopedAdmin):
    """Rows that operations alone write."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ScopedTabularInline(ScopedMixin, TabularInline):
    """Lines of a record; read-only where the record's operations write them (set read_only)."""

    extra = 0
    read_only: ClassVar[bool] = True
    can_delete = False
    show_change_link = False
    tab = False
    show_title = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not self.read_only and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not self.read_only and super().has_change_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who sees the record sees its lines."""
        return True


class ScopedStackedInline(ScopedTabularInline, StackedInline):
    """The same, one below the other."""


class OperationPage(IdempotentMixin):
    """One button's form page in the look of the admin."""

    said = ""

    def __init__(self, site: ScopedAdmin, button: OperationButton, row: Any, request: HttpRequest) -> None:
        self.admin, self.button, self.row, self.request = site, button, row, request

    def forms(self, *, bound: bool) -> tuple[Any, Any]:
        """The form and, where the button has one, the formset."""
        given: list[Any] = [self.request.POST, self.request.FILES] if bound else []
        acting = {"user": self.request.user, "subject": self.row}
        is_acting = issubclass(self.button.form, ActingForm | ActingModelForm)
        form = self.button.form(*given, **(acting if is_acting else {}))
        if self.button.formset is None:
            return form, None
        made, initial = self.button.formset(self.row)
        extra = {"form_kwargs": acting} if issubclass(made.form, ActingForm | ActingModelForm) else {}
        return form, made(*given, initial=list(initial), prefix="lines", **extra)

    def show(self, form: Any = None, formset: Any = None, *, status: int = 200) -> HttpResponse:
        """The page."""
        if form is None:
            form, formset = self.forms(bound=False)
        context = {
            **self.admin.admin_site.each_context(self.request),
            "opts": self.admin.opts, "original": self.row, "object": self.row, "title": self.button.label,
            "subtitle": str(self.row), "button": self.button, "form": form, "formset": formset, "back_url": self.back_url,
            **self.admin.extra_detail(self.request, self.row),
        }  # fmt: skip
        return TemplateResponse(self.request, self.button.template, context, status=status)

    def post(self) -> HttpResponse:
        """The operation's effect once per key, or the page with what is wrong."""
        form, formset = self.forms(bound=True)
        if not (form.is_valid() and (formset is None or formset.is_valid())):
            return self.show(form, formset, status=422)
        values = dict(form.cleaned_data)
        if formset is not None:
            values["lines"] = formset.cleaned_data
        try:
            to = self.run_once(lambda: self._act(values))
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            return self.show(form, formset, status=409)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.show(form, formset, status=422)
        if said := self.said or str(self.button.success):
            messages.success(self.request, said)
        return HttpResponseRedirect(to)

    def _act(self, values: dict[str, Any]) -> str:
        """Where to go next; a sentence is shown once and never stored, for it may hold a secret link."""
        result = self.button.operate(self.row, values, self.request.user)
        if isinstance(result, str) and not result.startswith("/"):
            self.said = result
        return result if isinstance(result, str) and result.startswith("/") else self.back_url

    @property
    def back_url(self) -> str:
        """The record's page."""
        opts = self.admin.opts
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[self.row.pk])


def _column(draw: Callable[[Any], Any], field: Any, name: str) -> Callable[[Any], Any]:
    """A list column drawn by our functions, sorted by its field."""

    @admin.display(description=field.verbose_name, ordering=name)
    def drawn(row: Any) -> str | SafeString:
        text: str | SafeString = draw(row)
        return text

    return drawn


__all__ = [
    "BoundedPaginator", "OperationButton", "ReadOnlyAdmin", "ScopedAdmin", "ScopedStackedInline", "ScopedTabularInline",
]  # fmt: skip

"""The three pages every app builds from: list, record, operation. Parse, call one operation, answer.

A list:
    class ClaimList(ScopedListView):
        model = WarrantyClaim
        permission = "warranty.view_warrantyclaim"
        title = _("Warranty claims")
        columns = [Column("number", kind="number", small="work_order__number"), Column("status", kind="badge"),
                   Column("claimed_total", kind="money", sort="claimed_total")]
        search_fields = ["number", "unit__serial_number"]     # one box, "contains"
        filter_fields = ["station", "created_at"]             # explicit; choices of records are scoped; or filterset_class
        chips = "status"                                      # clickable counts by status
        export_permission = "warranty.export_claims"          # offers what the page shows as xlsx and csv
        ordering = ["-created_at"]                            # keyset pages; pk is added
        select_related = ["unit", "work_order"]
        def get_actions(self): return [Action(_("New claim"), reverse("…"), "warranty.add_warrantyclaim", "primary")]

A record (URL with <int:pk> or <str:number>); its template extends generic/detail.html and fills blocks main, side:
    class ClaimDetail(ScopedDetailView):
        model, permission, template_name, select_related, subtitle(), next_step(), stats(), facts(), get_actions()

An operation (a form page, or a confirmation without form_class); one idempotent POST, a Refusal becomes a message at its field:
    class Submit(OperationView):
        model = WarrantyClaim
        permission = "warranty.submit_claim"
        title, intro, submit_label, success_message, form_class, formset_class, template_name
        def operate(self, form): return submit_claim(self.object, actor=self.request.user)   # a record, an URL or None
    self.object is found by pk or number among visible rows; without such a kwarg it is None (a new record).
    form_class should extend ActingForm: it gets user and subject, and scopes every choice of records to what the user may see.

Foreign rows are 404, visible but forbidden acts 403, anonymous readers go to the login.
"""

import hashlib
from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import models
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView, FormView, TemplateView

from portal.core import idempotency
from portal.core.errors import Refusal
from portal.core.listing import PAGE_SIZE, Page, ScopedFilterSet, filterset_of, keyset_page, refuse_unknown
from portal.core.pieces import Action, Cell, Column, Fact, Heading, NextStep, Proof, Stat, Table, Text, value_of
from portal.core.transfer.exporting import CONTENT_TYPES, ExportColumn, export_response

__all__ = [
    "ActingForm",
    "ActingModelForm",
    "Action",
    "Cell",
    "Column",
    "Fact",
    "Heading",
    "IdempotentMixin",
    "NextStep",
    "OperationView",
    "Page",
    "PageMixin",
    "PermissionRequiredMixin",
    "Proof",
    "ScopedDetailView",
    "ScopedFilterSet",
    "ScopedListView",
    "ScopedPage",
    "Stat",
    "Table",
    "visible_or_404",
]  # fmt: skip


def visible_or_404[M: models.Model](rows: type[M] | models.QuerySet[M], user: Any, **lookup: Any) -> M:
    """The one row of the user's scope; a foreign or missing one is the same 404."""
    query: Any = rows._default_manager.all() if isinstance(rows, type) else rows
    found: M | None = query.visible_to(user).filter(**lookup).first()
    if found is None:
        raise Http404
    return found


class PermissionRequiredMixin:
    """Logged in, and `permission` held: on the record where the page has one, else by role. Empty: whoever is logged in."""

    permission: ClassVar[str] = ""
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        self.require(self.get_permission_object())
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc,no-any-return]

    def get_permission_object(self) -> models.Model | None:
        """The record the permission is asked on."""
        return None

    def require(self, record: models.Model | None) -> None:
        """Raises PermissionDenied."""
        if self.permission and not self.request.user.has_perm(self.permission, record):
            raise PermissionDenied


class PageMixin(PermissionRequiredMixin):
    """A page in the frame: title, subtitle, buttons."""

    title: ClassVar[Text] = ""
    subtitle_text: ClassVar[Text] = ""

    def get_title(self) -> Text:
        """The head line."""
        return self.title

    def get_subtitle(self) -> Text:
        """The lighter line under it."""
        return self.subtitle_text

    def get_actions(self) -> Sequence[Action]:
        """Buttons; those without permission are left out."""
        return []

    def allowed_actions(self) -> list[Action]:
        """The buttons this user may press."""
        record, user = self.get_permission_object(), self.request.user
        return [each for each in self.get_actions() if not each.permission or user.has_perm(each.permission, record)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        title = self.get_title()
        return {"page_title": title, "subtitle": self.get_subtitle(), "actions": self.allowed_actions(), **context}


class ScopedPage(PageMixin, TemplateView):
    """A page that is neither list nor record; its rows start at visible_to all the same."""


class ScopedListView(PageMixin, TemplateView):
    """Rows of the user's scope, filtered and searched by explicit fields, page by page."""

    model: ClassVar[type[models.Model]]
    template_name = "generic/list.html"
    columns: ClassVar[Sequence[Column]] = ()
    search_fields: ClassVar[Sequence[str]] = ()
    filter_fields: ClassVar[Sequence[str]] = ()
    filterset_class: ClassVar[type[ScopedFilterSet] | None] = None
    chips: ClassVar[str] = ""
    ordering: ClassVar[Sequence[str]] = ("-pk",)
    select_related: ClassVar[Sequence[str]] = ()
    prefetch_related: ClassVar[Sequence[Any]] = ()
    page_size: ClassVar[int] = PAGE_SIZE
    empty_text: ClassVar[Text] = _("Nothing here yet.")
    extra_parameters: ClassVar[frozenset[str]] = frozenset()
    export_permission: ClassVar[str] = ""  # who holds it may take what the page shows, all pages, as xlsx or csv
    export_columns: ClassVar[Sequence[ExportColumn]] = ()  # by default the page's columns

    def get_queryset(self) -> models.QuerySet[Any]:
        """All rows the page may ever show."""
        rows = self.model._default_manager.visible_to(self.request.user)  # type: ignore[attr-defined]
        if self.select_related:
            rows = rows.select_related(*self.select_related)
        return rows.prefetch_related(*self.prefetch_related)  # type: ignore[no-any-return]

    def get_title(self) -> Text:
        return self.title or self.model._meta.verbose_name_plural or ""

    def get_columns(self) -> Sequence[Column]:
        """The columns for this user."""
        return self.columns

    def get_empty_action(self) -> Action | None:
        """What an empty page offers: the first primary button."""
        return next((each for each in self.allowed_actions() if each.style == "primary"), None)

    def get_filterset(self, rows: models.QuerySet[Any]) -> ScopedFilterSet:
        """The bound filters. Raises BadRequest for unknown or repeated parameters."""
        made = self.filterset_class or filterset_of(self.model, self.filter_fields)
        filters = made(self.request.GET, rows, request=self.request)
        known = {
            "q",
            "sort",
            "after",
            "before",
            "export",
            *self.extra_parameters,
            *([self.chips] if self.chips else []),
        }
        for name, each in filters.form.fields.items():
            widget = each.widget
            parts = getattr(widget, "suffixes", None)
            known |= {f"{name}_{part}" for part in parts} if parts else {name}
        refuse_unknown(self.request, known)
        return filters

    def search(self, rows: models.QuerySet[Any], text: str) -> models.QuerySet[Any]:
        """Rows that contain the text in one of the search fields."""
        if "\x00" in text or len(text) > 200:
            raise BadRequest
        if not text or not self.search_fields:
            return rows
        condition = Q()
        for name in self.search_fields:
            condition |= Q(**{f"{name}__icontains": text})
        return rows.filter(condition)

    def get_ordering(self) -> Sequence[str]:
        """The order of the address if a column allows it, else the page's own."""
        wish = self.request.GET.get("sort", "")
        sortable = {column.sort for column in self.get_columns() if column.sort}
        if not wish:
            return self.ordering
        if wish.lstrip("-") not in sortable:
            raise BadRequest
        return [wish]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if format := request.GET.get("export", ""):
            return self.export(format)
        return super().get(request, *args, **kwargs)

    def may_export(self) -> bool:
        """Whether this user may take the rows along."""
        return bool(self.export_permission) and self.request.user.has_perm(self.export_permission)

    def export(self, format: str) -> HttpResponse:
        """Exactly what the page shows, over all pages, as a file. Raises PermissionDenied, BadRequest, ExportTooLarge."""
        if not self.may_export():
            raise PermissionDenied
        if format not in CONTENT_TYPES:
            raise BadRequest
        columns = self.export_columns or [
            ExportColumn(column.title(self.model), partial(value_of, source=column.source))
            for column in self.get_columns()
        ]
        _filters, rows, _chips = self.shown_rows()
        rows = rows.order_by(*self.get_ordering(), "-pk")
        name = str(self.model._meta.model_name)
        return export_response(rows.iterator(2_000), columns, format, name=name, actor=self.request.user)

    def shown_rows(self) -> tuple[ScopedFilterSet, models.QuerySet[Any], list[dict[str, Any]]]:
        """The filters, the rows they and the search leave, and the counts by status."""
        asked = self.request.GET
        filters = self.get_filterset(self.get_queryset())
        rows = filters.qs if filters.is_valid() else self.get_queryset().none()
        rows = self.search(rows, asked.get("q", "").strip())
        chips = self._chips(rows)
        if self.chips and (chosen := asked.get(self.chips)):
            rows = rows.filter(**{self.chips: self._known_choice(chosen)})
        return filters, rows, chips

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        asked = self.request.GET
        filters, rows, chips = self.shown_rows()
        page = keyset_page(
            rows, self.get_ordering(), after=asked.get("after", ""), before=asked.get("before", ""), size=self.page_size
        )
        filtered = any(asked.get(name) for name in asked)
        return {
            "filterset": filters, "page": page, "table": self._table(page.rows), "chips": chips, "is_filtered": filtered,
            "has_search": bool(self.search_fields), "search_value": asked.get("q", ""), "empty_text": self.empty_text,
            "empty_action": self.get_empty_action(), "may_export": self.may_export() and bool(page.rows),
            "chip_field": self.chips, **context,
        }  # fmt: skip

    def _table(self, rows: Sequence[Any]) -> Table:
        columns = self.get_columns()
        table = Table.of(rows, columns, self.model)
        present = self.request.GET.get("sort", "")
        for heading, column in zip(table.columns, columns, strict=True):
            if column.sort:
                wish = f"-{column.sort}" if present == column.sort else column.sort
                heading.sort_mark = {column.sort: " ↑", f"-{column.sort}": " ↓"}.get(present, "")
                heading.sort_url = self._address(sort=wish)
        return table

    def _address(self, **changes: str) -> str:
        kept = {name: value for name, value in self.request.GET.items() if name not in {"after", "before"}}
        kept.update(changes)
        return f"?{urlencode({name: value for name, value in kept.items() if value})}"

    def _known_choice(self, chosen: str) -> str:
        if chosen not in {str(value) for value, _label in self.model._meta.get_field(self.chips).flatchoices}:  # type: ignore[union-attr]
            raise BadRequest
        return chosen

    def _chips(self, rows: models.QuerySet[Any]) -> list[dict[str, Any]]:
        if not self.chips:
            return []
        counts = dict(rows.order_by().values_list(self.chips).annotate(count=Count("pk")))
        present = self.request.GET.get(self.chips, "")
        choices = self.model._meta.get_field(self.chips).flatchoices  # type: ignore[union-attr]
        total = {
            "label": _("All"),
            "url": self._address(**{self.chips: ""}),
            "count": sum(counts.values()),
            "current": not present,
        }
        return [
            total,
            *(
                {
                    "label": label,
                    "url": self._address(**{self.chips: value}),
                    "count": counts[value],
                    "current": present == value,
                }
                for value, label in choices
                if counts.get(value) or present == value
            ),
        ]


class OneRecordMixin(PageMixin):
    """The page is about one row of the user's scope, named by pk or number in the address."""

    model: Any = None
    select_related: ClassVar[Sequence[str]] = ()
    prefetch_related: ClassVar[Sequence[Any]] = ()
    kwargs: dict[str, Any]

    def get_queryset(self) -> Any:
        """All rows the page may ever show."""
        assert self.model is not None  # noqa: S101 a page with a record names its model
        rows = self.model._default_manager.visible_to(self.request.user)
        if self.select_related:
            rows = rows.select_related(*self.select_related)
        return rows.prefetch_related(*self.prefetch_related)

    def get_object(self, queryset: Any = None) -> Any:
        """The row, found once. Raises Http404."""
        if not hasattr(self, "_found"):
            lookup = {name: self.kwargs[name] for name in ("pk", "number", "code") if name in self.kwargs}
            self._found = visible_or_404(self.get_queryset(), self.request.user, **lookup)
        return self._found

    def get_permission_object(self) -> models.Model | None:
        return self.get_object()  # type: ignore[no-any-return]


class ScopedDetailView(OneRecordMixin, DetailView):  # type: ignore[type-arg]
    """One record: what it is, where it stands, what happens next and by when, why; then lines, then the timeline."""

    template_name = "generic/detail.html"

    def get_title(self) -> Text:
        return self.title or str(getattr(self.get_object(), "number", "") or self.get_object())

    def next_step(self) -> NextStep | None:
        """What happens next."""
        return None

    def stats(self) -> Sequence[Stat]:
        """Figures above the lines."""
        return []

    def facts(self) -> Sequence[Fact]:
        """The facts card."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "step": self.next_step(),
            "stats": self.stats(),
            "facts": self.facts(),
            "show_status": hasattr(self.get_object(), "status"),
        }


class ActingForm(forms.Form):
    """A form that knows who acts on what; records offered or accepted are those the user may see, everything else is unknown."""

    def __init__(self, *args: Any, user: Any = None, subject: Any = None, **kwargs: Any) -> None:
        self.user, self.subject = user, subject
        super().__init__(*args, **kwargs)
        scope_choices(self, user)


class ActingModelForm(forms.ModelForm):  # type: ignore[type-arg]
    """The same over a model's fields; saving is the operation's, so save() is never called."""

    def __init__(self, *args: Any, user: Any = None, subject: Any = None, **kwargs: Any) -> None:
        self.user, self.subject = user, subject
        super().__init__(*args, **kwargs)
        scope_choices(self, user)


def scope_choices(form: forms.BaseForm, user: Any) -> None:
    """Every choice of records offers and accepts only what the user may see."""
    for field in form.fields.values():
        rows: Any = getattr(field, "queryset", None)
        if isinstance(field, forms.ModelChoiceField) and hasattr(rows, "visible_to"):
            field.queryset = rows.visible_to(user)


class NothingToSay(ActingForm):
    """A confirmation has no fields."""


def _digest(upload: Any) -> str:
    """The SHA-256 of an upload, which can be read again afterwards."""
    digest = hashlib.sha256(b"".join(upload.chunks())).hexdigest()
    upload.seek(0)
    return digest


class IdempotentMixin:
    """One effect per form shown, however often it is sent: the hidden key decides (tag idempotency_key)."""

    request: HttpRequest

    def run_once(self, act: Any) -> Any:
        """The JSON answer of `act`, which runs once per key."""
        key = self.request.POST.get("idempotency_key", "")[:64]
        if not key:
            return act()
        return idempotency.once(f"{self.request.path} {self.request.user.pk}", key, self._body(), act)

    def _body(self) -> bytes:
        fields = sorted((name, values) for name, values in self.request.POST.lists() if name != "csrfmiddlewaretoken")
        files = [(name, _digest(upload)) for name, uploads in sorted(self.request.FILES.lists()) for upload in uploads]
        return repr((fields, files)).encode()


class OperationView(IdempotentMixin, OneRecordMixin, FormView):  # type: ignore[type-arg]
    """A form, one operation, an answer. GET shows it, POST runs it once."""

    template_name = "generic/form.html"
    form_class: type[forms.BaseForm] = NothingToSay
    formset_class: ClassVar[Any] = None
    formset_label: ClassVar[Text] = ""
    formset_prefix: ClassVar[str] = "lines"
    intro: ClassVar[Text] = ""
    submit_label: ClassVar[Text] = _("Save")
    success_message: Text = ""
    danger: ClassVar[bool] = False
    draft: ClassVar[str] = ""  # a name keeps typed text on the device until it is sent

    def get_object(self, queryset: Any = None) -> Any:
        if not {"pk", "number", "code"} & set(self.kwargs):
            return None
        return super().get_object(queryset)

    @property
    def object(self) -> Any:
        """The record acted on; None for a new one."""
        return self.get_object()

    def operate(self, form: Any) -> Any:
        """Calls one operation; answers the record to show, an address, or None for the cancel address."""
        raise NotImplementedError

    def get_intro(self) -> Text:
        """A sentence above the form."""
        return self.intro

    def get_cancel_url(self) -> str:
        """Where the reader goes back to."""
        record = self.get_object()
        return record.get_absolute_url() if record is not None and hasattr(record, "get_absolute_url") else "/"

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if issubclass(self.form_class, ActingForm | ActingModelForm):
            kwargs |= {"user": self.request.user, "subject": self.get_object()}
        return kwargs

    def get_formset(self) -> Any:
        """The rows beside the form, bound on POST."""
        if self.formset_class is None:
            return None
        if not hasattr(self, "_formset"):
            bound = [self.request.POST, self.request.FILES] if self.request.method == "POST" else []
            self._formset = self.formset_class(*bound, prefix=self.formset_prefix, **self.get_formset_kwargs())
        return self._formset

    def get_formset_kwargs(self) -> dict[str, Any]:
        """Form arguments and initial rows; each row's form gets user and subject if it is an ActingForm."""
        if issubclass(self.formset_class.form, ActingForm | ActingModelForm):
            return {"form_kwargs": {"user": self.request.user, "subject": self.get_object()}}
        return {}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        formset = self.get_formset()
        if not (form.is_valid() and (formset is None or formset.is_valid())):
            return self.form_invalid(form)
        return self.form_valid(form)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            answer = self.run_once(lambda: self._act(form))
        except Refusal as refusal:
            return self.refused(form, str(refusal), refusal.field, status=409)
        except ValidationError as error:
            return self.refused(form, "; ".join(error.messages), "", status=422)
        if answer["message"]:
            messages.success(self.request, answer["message"])
        return HttpResponseRedirect(answer["to"])

    def _act(self, form: Any) -> dict[str, str]:
        result = self.operate(form)
        if isinstance(result, str):
            to = result
        elif isinstance(result, HttpResponseRedirect):
            to = result.url
        else:
            to = result.get_absolute_url() if hasattr(result, "get_absolute_url") else self.get_cancel_url()
        return {"to": to, "message": str(self.success_message)}

    def refused(self, form: Any, text: str, field: str, *, status: int) -> HttpResponse:
        """The form again, all input kept, the sentence beside its field."""
        form.add_error(field if field in form.fields else None, text)
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {
            "object": self.get_object(), "intro": self.get_intro(), "submit_label": self.submit_label, "danger": self.danger,
            "cancel_url": self.get_cancel_url(), "formset": self.get_formset(), "formset_label": self.formset_label,
            "draft": self.draft, "has_files": context["form"].is_multipart(), **context,
        }  # fmt: skip

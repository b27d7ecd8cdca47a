"""Core's tables at headquarters: events, jobs, business parameters."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core import clock, parameters
from portal.core.admin import ReadOnlyAdmin
from portal.core.errors import Refusal
from portal.core.models import Event, JobRun, ParameterValue
from portal.core.timeline import words
from portal.web import admin_reference  # noqa: F401 its lists are registered with these

OURS = {"core", "accounts", "stations", "parts", "service", "warranty", "quality"}
for foreign in [model for model in admin.site._registry if model._meta.app_label not in OURS]:
    admin.site.unregister(
        foreign
    )  # libraries' tables hold secrets of second factors, tokens, and groups that decide nothing


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """Everything that happened, newest first."""

    list_display = ("at", "told", "subject_number", "actor", "role", "note")
    list_filter = ("subject_type",)
    search_fields = ("subject_number", "root")
    list_select_related = ("actor",)
    ordering = ("-id",)
    show_timeline = False

    @admin.display(description=_("event"))
    def told(self, event: Event) -> str:
        """The event in words."""
        return words(event)


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    """Long jobs of everybody."""

    list_display = ("title", "status", "done", "total", "owner", "queued_at", "finished_at")
    list_filter = ("status",)
    list_select_related = ("owner",)
    ordering = ("-id",)
    show_timeline = False


class ParameterForm(forms.Form):
    """A new value, from a day on, for a reason."""

    value = forms.CharField(label=_("Value"), max_length=2000)
    valid_from = forms.DateField(
        label=_("Valid from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: from now on."),
    )
    note = forms.CharField(label=_("Reason"), max_length=200)


@admin.register(ParameterValue)
class ParameterAdmin(ReadOnlyAdmin):
    """Every number that a rule uses: what holds today, since when, and what it was before."""

    show_timeline = False

    def get_urls(self) -> list[URLPattern]:
        """One page per parameter, before the admin's own."""
        view = self.admin_site.admin_view(partial(self.parameter_view))
        return [path("of/<str:key>/", view, name="core_parametervalue_of"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """All parameters with the value in force, by group."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        groups: dict[str, list[dict[str, Any]]] = {}
        for each in parameters.declared():
            groups.setdefault(str(each.group or gettext("Other")), []).append(
                {
                    "parameter": each,
                    "value": parameters.param(each.key),
                    "changed": "default" not in parameters.version(each.key),
                }
            )
        context = {
            **self.admin_site.each_context(request),
            "title": _("Business parameters"),
            "groups": sorted(groups.items()),
        }
        return TemplateResponse(request, "web/admin_parameters.html", context)

    def parameter_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """One parameter: its history, and a form for a new value."""
        try:
            parameter = parameters.definition(key)
        except parameters.UnknownParameter:
            raise Http404 from None
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_set = request.user.has_perm("core.change_parametervalue")
        form = ParameterForm(request.POST or None)
        if request.method == "POST":
            if not may_set:
                raise PermissionDenied
            if form.is_valid() and self._set(request, key, form):
                return HttpResponseRedirect(reverse("admin:core_parametervalue_of", args=[key]))
        context = {
            **self.admin_site.each_context(request),
            "title": parameter.label, "parameter": parameter, "form": form, "may_set": may_set, "now": parameters.param(key),
            "values": ParameterValue.objects.filter(key=key).select_related("entered_by").order_by("-valid_from"),
        }  # fmt: skip
        return TemplateResponse(request, "web/admin_parameter.html", context, status=422 if form.errors else 200)

    def _set(self, request: HttpRequest, key: str, form: ParameterForm) -> bool:
        day = form.cleaned_data["valid_from"]
        try:
            parameters.set_parameter(
                key, form.cleaned_data["value"], valid_from=clock.start_of(day) if day else None, actor=request.user,
                note=form.cleaned_data["note"],
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            return False
        messages.success(request, gettext("The value was entered."))
        return True

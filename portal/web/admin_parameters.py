"""Business parameters at headquarters: what holds, what comes, what waits for a second person, and what was."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from portal.core import clock, parameter_release, parameters
from portal.core.admin import ReadOnlyAdmin
from portal.core.errors import Refusal
from portal.core.models import ParameterProposal, ParameterValue
from portal.core.models.parameters import ProposalStatus

CHANGE: Final = "core.change_parametervalue"
RELEASE: Final = "core.release_parameter"


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


class WhyForm(forms.Form):
    """Why something is withdrawn."""

    reason = forms.CharField(max_length=200)


@admin.register(ParameterValue)
class ParameterAdmin(ReadOnlyAdmin):
    """Every number that a rule uses: what holds today, since when, and what it was before."""

    show_timeline = False

    def get_urls(self) -> list[URLPattern]:
        """One page per parameter, before the admin's own."""
        one = self.admin_site.admin_view(partial(self.parameter_view))
        act = self.admin_site.admin_view(partial(self.act_view))
        return [
            path("of/<str:key>/", one, name="core_parametervalue_of"),
            path("of/<str:key>/<str:act>/<int:pk>/", act, name="core_parametervalue_act"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """All parameters with the value in force, by group; what waits for a second person first."""
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
            "waiting": _waiting(),
        }
        return TemplateResponse(request, "web/admin_parameters.html", context)

    def parameter_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """One parameter: its history, what waits, and a form for a new value."""
        parameter = _definition(key)
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_set = request.user.has_perm(CHANGE)
        form = ParameterForm(request.POST or None)
        if request.method == "POST":
            if not may_set:
                raise PermissionDenied
            if form.is_valid() and _enter(request, parameter, form):
                return _back(key)
        context = {
            **self.admin_site.each_context(request),
            "title": parameter.label, "parameter": parameter, "form": form, "may_set": may_set, "now": parameters.param(key),
            "values": _history(key, may_set=may_set), "waiting": _waiting(key=key, user=request.user),
        }  # fmt: skip
        return TemplateResponse(request, "web/admin_parameter.html", context, status=422 if form.errors else 200)

    def act_view(self, request: HttpRequest, key: str, act: str, pk: int) -> HttpResponse:
        """A proposal is released or withdrawn, or a value that has not begun is withdrawn; then the parameter's page."""
        _definition(key)
        if act not in ACTS or request.method != "POST":
            raise Http404
        model, permission, operate, said = ACTS[act]
        row = get_object_or_404(model.objects.visible_to(request.user), pk=pk, key=key)
        if not (self.has_view_permission(request) and request.user.has_perm(permission, row)):
            raise PermissionDenied
        why = WhyForm(request.POST)
        if not why.is_valid() and act != "release":
            messages.error(request, gettext("Say why it is withdrawn."))
            return _back(key)
        try:
            operate(row, why.cleaned_data.get("reason", ""), request.user)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, str(said))
        return _back(key)


def _release(row: ParameterProposal, reason: str, actor: Any) -> None:
    parameter_release.release_value(row, actor=actor)


def _drop(row: ParameterProposal, reason: str, actor: Any) -> None:
    parameter_release.withdraw_proposal(row, reason=reason, actor=actor)


def _withdraw(row: ParameterValue, reason: str, actor: Any) -> None:
    parameter_release.withdraw_value(row, reason=reason, actor=actor)


ACTS: Final[dict[str, tuple[Any, str, Callable[..., None], Any]]] = {
    "release": (ParameterProposal, RELEASE, _release, _("The value is released.")),
    "drop": (ParameterProposal, CHANGE, _drop, _("The proposal is withdrawn.")),
    "withdraw": (ParameterValue, CHANGE, _withdraw, _("The value is withdrawn; what held before goes on.")),
}


def _definition(key: str) -> parameters.Parameter:
    try:
        return parameters.definition(key)
    except parameters.UnknownParameter:
        raise Http404 from None


def _back(key: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:core_parametervalue_of", args=[key]))


def _waiting(*, key: str = "", user: Any = None) -> list[dict[str, Any]]:
    """Proposals that wait, the oldest first, with what this user may do about them."""
    rows = ParameterProposal.objects.filter(status=ProposalStatus.PROPOSED).select_related("created_by").order_by("pk")
    if key:
        rows = rows.filter(key=key)
    return [
        {
            "row": row, "parameter": parameters.definition(row.key),
            "may_release": user is not None and user.has_perm(RELEASE, row),
            "may_drop": user is not None and user.has_perm(CHANGE),
        }
        for row in rows
    ]  # fmt: skip


def _history(key: str, *, may_set: bool) -> list[dict[str, Any]]:
    """Every value ever entered, the latest first: what was withdrawn says so."""
    rows = ParameterValue.objects.filter(key=key, withdraws=None).order_by("-valid_from")
    now, found = clock.now(), []
    for row in rows.select_related("entered_by", "released_by", "withdrawn_by__entered_by"):
        gone = getattr(row, "withdrawn_by", None)
        found.append({"row": row, "gone": gone, "may_withdraw": may_set and gone is None and row.valid_from > now})
    return found


def _enter(request: HttpRequest, parameter: parameters.Parameter, form: ParameterForm) -> bool:
    day, value = form.cleaned_data["valid_from"], form.cleaned_data["value"]
    given: dict[str, Any] = {
        "valid_from": clock.start_of(day) if day else None, "actor": request.user, "note": form.cleaned_data["note"],
    }  # fmt: skip
    try:
        if parameter.moves_money:
            parameter_release.propose_value(parameter.key, value, **given)
        else:
            parameters.set_parameter(parameter.key, value, **given)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    said = pgettext("parameter", "The value is proposed; another person releases it.")
    messages.success(request, said if parameter.moves_money else gettext("The value was entered."))
    return True

"""Policies in versions: a draft is edited here, another person releases it, the next version follows it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.admin import OperationButton, ScopedAdmin, ScopedTabularInline
from warranty import policies
from warranty.forms.claims import ReasonForm
from warranty.forms.masters import EndPolicyForm, NextVersionForm
from warranty.models import PolicyMonths, PolicyStatus, WarrantyPolicy

FIELDS = (
    "code", "name", "name_en", "level", "family", "product_model", "serial_number", "valid_from", "valid_to",
    "usage_limit", "usage_unit", "piece_months", "piece_pays_labor",
)  # fmt: skip


class MonthsInline(ScopedTabularInline):
    """Months per part class."""

    model = PolicyMonths
    read_only = False
    can_delete = True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """While the policy is a draft."""
        return bool((obj is None or obj.is_draft) and super().has_change_permission(request, obj))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool((obj is None or obj.is_draft) and super().has_add_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


def follow(policy: WarrantyPolicy, values: dict[str, Any], actor: Any) -> str:
    """The draft of the next version opens."""
    draft = policies.next_version(policy, valid_from=values["valid_from"], actor=actor)
    return reverse("admin:warranty_warrantypolicy_change", args=[draft.pk])


def release(policy: WarrantyPolicy, values: dict[str, Any], actor: Any) -> None:
    """It holds."""
    policies.release_policy(policy, actor=actor)


def end(policy: WarrantyPolicy, values: dict[str, Any], actor: Any) -> None:
    """It ends."""
    policies.end_policy(policy, before=values["before"], actor=actor)


def drop(policy: WarrantyPolicy, values: dict[str, Any], actor: Any) -> None:
    """It will not hold."""
    policies.drop_policy(policy, reason=values["reason"], actor=actor)


def _is_draft(policy: WarrantyPolicy) -> bool:
    return policy.is_draft


def _holds(policy: WarrantyPolicy) -> bool:
    return policy.status == PolicyStatus.RELEASED


@admin.register(WarrantyPolicy)
class WarrantyPolicyAdmin(ScopedAdmin):
    """Which months hold for which products, by day of sale."""

    list_display = (
        "reference", "name", "status", "level", "family", "product_model", "serial_number", "valid_from", "valid_to",
    )  # fmt: skip
    list_filter = ("status", "level")
    list_select_related = ("family", "product_model")
    search_fields = ("code", "name", "name_en", "serial_number")
    raw_id_fields = ("family", "product_model")
    inlines = (MonthsInline,)
    operations = (
        OperationButton(
            "release", pgettext_lazy("policy", "Release"), release, permission="warranty.release_policy",
            shown=_is_draft, style="primary", success=_("The policy is released."),
            intro=_("It holds for sales on its days; an earlier version of the same code ends the day it begins."),
        ),
        OperationButton(
            "follow", _("New version"), follow, permission="warranty.change_warrantypolicy", form=NextVersionForm,
            shown=_holds, intro=_("A draft with the same terms, to be changed and then released by another person."),
        ),
        OperationButton(
            "end", _("End it"), end, permission="warranty.change_warrantypolicy", form=EndPolicyForm, shown=_holds,
            intro=_("Units sold before that day keep their cover."), success=_("The end is set."),
        ),
        OperationButton(
            "drop", _("Drop it"), drop, permission="warranty.change_warrantypolicy", form=ReasonForm, shown=_is_draft,
            style="danger", success=_("The draft is dropped."),
        ),
    )  # fmt: skip

    @admin.display(description=_("Policy"), ordering="code")
    def reference(self, row: WarrantyPolicy) -> str:
        """Its code, with the version from the second on."""
        return row.reference

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        shown = ("version", "status", "created_by", "released_by", "released_at") if obj else ()
        return (*FIELDS, *shown)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A draft only; a released version keeps its terms."""
        return bool((obj is None or obj.is_draft) and super().has_change_permission(request, obj))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new one is drawn up by the operation; its months follow as the rows below."""
        if change:
            super().save_model(request, obj, form, change)
            return
        drawn_up = policies.draw_up_policy(months={}, actor=request.user, **form.cleaned_data)
        for name in ("pk", "version", "created_by"):
            setattr(obj, name, getattr(drawn_up, name))

"""What one unit has beyond its policy: goodwill, extended-warranty contracts."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.core.admin import OperationButton, ReadOnlyAdmin, ScopedAdmin
from warranty import goodwill_budgets, grants
from warranty.forms.claims import ReasonForm
from warranty.forms.masters import AuthorityForm, ExtendedContractForm
from warranty.models import ExtendedContract, ExtendedStatus, GoodwillAuthority, GoodwillAuthorization


@admin.register(GoodwillAuthorization)
class GoodwillAdmin(ReadOnlyAdmin):
    """What headquarters pays beyond the policy, as records; asked for and decided on their pages."""

    list_display = (
        "number",
        "status",
        "unit",
        "station",
        "budget",
        "consumed",
        "expires_on",
        "authorized_by",
        "second_by",
    )
    list_filter = ("status", "station__center__region")
    list_select_related = ("unit", "station", "authorized_by", "second_by")
    search_fields = ("number", "unit__serial_number")


def release(authority: GoodwillAuthority, values: dict[str, Any], actor: Any) -> None:
    """It holds."""
    goodwill_budgets.release_authority(authority, actor=actor)


@admin.register(GoodwillAuthority)
class GoodwillAuthorityAdmin(ScopedAdmin):
    """Up to how much somebody gives away alone: proposed here, released by another person."""

    form = AuthorityForm
    list_display = ("__str__", "limit", "valid_from", "valid_to", "created_by", "released_by")
    list_select_related = ("user", "created_by", "released_by")
    raw_id_fields = ("user",)
    operations = (
        OperationButton(
            "release", _("Release the limit"), release, permission="warranty.release_goodwill_authority",
            shown=lambda row: row.released_by_id is None, style="primary", success=_("The limit holds."),
            intro=_("An earlier limit of the same person or role ends the day this one begins."),
        ),
    )  # fmt: skip

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("warranty.add_goodwillauthority")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The operation writes the row."""
        obj.pk = goodwill_budgets.propose_authority(actor=request.user, **form.cleaned_data).pk


def cancel(contract: ExtendedContract, values: dict[str, Any], actor: Any) -> None:
    """It covers nothing any more."""
    grants.cancel_extension(contract, reason=values["reason"], actor=actor)


def _in_force(contract: ExtendedContract) -> bool:
    return contract.status == ExtendedStatus.IN_FORCE


@admin.register(ExtendedContract)
class ExtendedContractAdmin(ScopedAdmin):
    """Extended-warranty contracts as recorded; never changed, only cancelled."""

    list_display = ("number", "contract_number", "unit", "status", "months", "payer", "payer_name", "bought_on")
    list_filter = ("status", "payer")
    list_select_related = ("unit",)
    search_fields = ("number", "contract_number", "unit__serial_number", "payer_name")
    raw_id_fields = ("unit",)
    form = ExtendedContractForm
    operations = (
        OperationButton(
            "cancel", _("Cancel the contract"), cancel, permission="warranty.record_extension", form=ReasonForm,
            shown=_in_force, style="danger", success=_("The contract is cancelled."),
            intro=_("It covers nothing any more. What was decided on it stays."),
        ),
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who may record."""
        return request.user.has_perm("warranty.record_extension")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The operation writes the row."""
        made = grants.extend_cover(actor=request.user, **form.cleaned_data)
        obj.pk, obj.number = made.pk, made.number

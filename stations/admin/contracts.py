"""Contracts, renewals, suspensions, exits: queues with buttons; operations alone write."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.core.admin import OperationButton, ReadOnlyAdmin
from portal.core.states import can_move
from stations import deposits, exits, renewals
from stations.forms.applications import ReasonForm
from stations.forms.contracts import BankForm, EvidenceForm
from stations.forms.lifecycle import WhyForm
from stations.forms.people import DepositForm
from stations.models import (
    Contract,
    ContractAlarm,
    ExitItem,
    ExitItemStatus,
    ExitStatus,
    Renewal,
    RenewalStatus,
    StationExit,
    StationSuspension,
)
from stations.views.contracts import STAGES, at_stage


def _receive(contract: Contract, values: dict[str, Any], actor: Any) -> None:
    deposits.receive_deposit(contract, actor=actor, **values)


def _return(contract: Contract, values: dict[str, Any], actor: Any) -> None:
    deposits.return_deposit(contract, actor=actor, **values)


def _sign(renewal: Renewal, values: dict[str, Any], actor: Any) -> None:
    renewals.sign_renewal(renewal, actor=actor)


def _drop(renewal: Renewal, values: dict[str, Any], actor: Any) -> None:
    renewals.drop_renewal(renewal, actor=actor, **values)


def _complete(found: StationExit, values: dict[str, Any], actor: Any) -> None:
    exits.complete_exit(found, actor=actor)


def _confirm(item: ExitItem, values: dict[str, Any], actor: Any) -> None:
    exits.confirm_item(item, actor=actor, **values)


def _waive(item: ExitItem, values: dict[str, Any], actor: Any) -> None:
    exits.waive_item(item, actor=actor, **values)


class StageFilter(admin.SimpleListFilter):
    """Ending in 60, 30, 7 days; ended; deposit missing."""

    title = _("queue")
    parameter_name = "stage"

    def lookups(self, request: Any, model_admin: Any) -> Any:
        """The queues of the portal's list."""
        return STAGES

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Contracts of the queue."""
        stage = self.value() or ""
        return at_stage(queryset, stage) if stage in dict(STAGES) else queryset


@admin.register(Contract)
class ContractAdmin(ReadOnlyAdmin):
    """Contracts, signed by operations."""

    list_display = ["number", "station", "valid_from", "valid_to", "deposit_due", "signed_on"]
    list_filter = [StageFilter, "station__center__region"]
    list_select_related = ["station"]
    search_fields = ["number", "station__name", "station__code"]
    date_hierarchy = "valid_to"
    operations = [
        OperationButton(
            "deposit", _("Record the deposit"), _receive, permission="stations.receive_deposit", form=DepositForm,
            style="primary", success=_("Recorded."),
        ),
        OperationButton(
            "return", _("Return the deposit"), _return, permission="stations.return_deposit", form=BankForm,
            success=_("Recorded."),
        ),
    ]  # fmt: skip


@admin.register(Renewal)
class RenewalAdmin(ReadOnlyAdmin):
    """Following contracts on their way."""

    list_display = ["number", "station", "months", "status", "prepared_at", "agreed_at"]
    list_filter = ["status"]
    list_select_related = ["station"]
    search_fields = ["number", "station__name", "station__code"]
    operations = [
        OperationButton(
            "sign", _("Sign the renewal"), _sign, permission="stations.renew_contract", style="primary",
            shown=lambda row: can_move(row, RenewalStatus.SIGNED), success=_("Signed."),
            intro=_("The following contract stands with the terms agreed, and its certificate is issued."),
        ),
        OperationButton(
            "drop", _("Drop the renewal"), _drop, permission="stations.drop_renewal", form=ReasonForm,
            shown=lambda row: can_move(row, RenewalStatus.DROPPED), success=_("Dropped."),
        ),
    ]  # fmt: skip


@admin.register(ContractAlarm)
class ContractAlarmAdmin(ReadOnlyAdmin):
    """Who was told of an end, and when."""

    list_display = ["contract", "days", "told_at"]
    list_select_related = ["contract"]
    search_fields = ["contract__number", "contract__station__code"]


@admin.register(StationSuspension)
class StationSuspensionAdmin(ReadOnlyAdmin):
    """Suspensions, open and ended."""

    list_display = ["station", "began_at", "ended_at", "reason"]
    list_select_related = ["station"]
    search_fields = ["station__code", "station__name", "reason"]


@admin.register(StationExit)
class StationExitAdmin(ReadOnlyAdmin):
    """Stations on their way out."""

    list_display = ["number", "station", "status", "terminated_at", "held_until", "completed_at"]
    list_filter = ["status"]
    list_select_related = ["station"]
    search_fields = ["number", "station__code", "station__name"]
    operations = [
        OperationButton(
            "complete", _("Complete the exit"), _complete, permission="stations.complete_exit", style="primary",
            shown=lambda row: row.status == ExitStatus.OPEN, success=_("Completed."),
            intro=_("The exit record is issued and the station's file is closed."),
        ),
    ]  # fmt: skip


@admin.register(ExitItem)
class ExitItemAdmin(ReadOnlyAdmin):
    """The items of exits, those to do first."""

    list_display = ["exit", "key", "status", "amount", "decided_by", "decided_at"]
    list_filter = ["status", "key"]
    list_select_related = ["exit", "decided_by"]
    search_fields = ["exit__number", "exit__station__code"]
    operations = [
        OperationButton(
            "confirm", _("Confirm the item"), _confirm, permission="stations.confirm_exit_item", form=EvidenceForm,
            shown=lambda row: row.status == ExitItemStatus.PENDING, style="primary", success=_("Confirmed."),
        ),
        OperationButton(
            "waive", _("Waive the item"), _waive, permission="stations.waive_exit_item", form=WhyForm,
            shown=lambda row: row.status == ExitItemStatus.PENDING, success=_("Waived."),
        ),
    ]  # fmt: skip

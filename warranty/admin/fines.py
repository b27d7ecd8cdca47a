"""Fines against stations at headquarters: decided by buttons, never edited."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.admin import OperationButton, ReadOnlyAdmin
from warranty import fines
from warranty.fine_states import FineStatus
from warranty.forms.claims import ReasonForm
from warranty.forms.fines import ApproveFineForm, RefuseFineForm
from warranty.models import StationFine


def approve(fine: StationFine, values: dict[str, Any], actor: Any) -> None:
    """It is debited."""
    fines.approve_fine(fine, actor=actor, **values)


def refuse(fine: StationFine, values: dict[str, Any], actor: Any) -> None:
    """It is not imposed."""
    fines.refuse_fine(fine, actor=actor, **values)


def withdraw(fine: StationFine, values: dict[str, Any], actor: Any) -> None:
    """Nobody decides it any more."""
    fines.withdraw_fine(fine, actor=actor, **values)


def take_back(fine: StationFine, values: dict[str, Any], actor: Any) -> None:
    """It is credited back."""
    fines.take_back_fine(fine, actor=actor, **values)


def _waits(fine: StationFine) -> bool:
    return fine.status == FineStatus.PROPOSED


@admin.register(StationFine)
class StationFineAdmin(ReadOnlyAdmin):
    """What stations pay for breaking a rule."""

    list_display = ("number", "status", "station", "reason_code", "amount", "proposed_by", "decided_by", "decided_at")
    list_filter = ("status", "station__center__region")
    list_select_related = ("station", "reason_code", "proposed_by", "decided_by")
    search_fields = ("number", "document_number", "station__code", "station__name", "claim__number")
    ordering = ("-pk",)
    operations = (
        OperationButton(
            "approve", pgettext_lazy("fine", "Approve"), approve, permission="warranty.decide_fine",
            form=ApproveFineForm, shown=_waits, style="primary",
            intro=_("It is debited on the station's statement of this month, and the station is told."),
            success=pgettext_lazy("fine", "The fine is approved; the station is told."),
        ),
        OperationButton(
            "refuse", pgettext_lazy("fine", "Refuse"), refuse, permission="warranty.decide_fine", form=RefuseFineForm,
            shown=_waits, style="danger",
        ),
        OperationButton(
            "withdraw", _("Withdraw"), withdraw, permission="warranty.withdraw_fine", form=ReasonForm, shown=_waits,
            style="danger",
        ),
        OperationButton(
            "take_back", _("Take it back"), take_back, permission="warranty.decide_fine", form=ReasonForm,
            shown=lambda fine: fine.status == FineStatus.APPROVED, style="danger",
            intro=_(
                "Its amount is credited on the first open statement; what was issued stays as it is. The station is told."
            ),
        ),
    )  # fmt: skip

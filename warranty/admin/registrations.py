"""Registrations, and corrections of them, that wait for headquarters."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.core.admin import OperationButton, ReadOnlyAdmin
from warranty import corrections, registration
from warranty.forms.claims import ReasonForm
from warranty.models import CorrectionStatus, RegistrationCorrection, RegistrationStatus, UnitRegistration


def approve(filed: UnitRegistration, values: dict[str, Any], actor: Any) -> None:
    """Cover starts."""
    registration.approve_registration(filed, actor=actor)


def refuse(filed: UnitRegistration, values: dict[str, Any], actor: Any) -> None:
    """It does not count."""
    registration.refuse_registration(filed, actor=actor, note=values["reason"])


def _filed(filed: UnitRegistration) -> bool:
    return filed.status == RegistrationStatus.FILED


@admin.register(UnitRegistration)
class RegistrationAdmin(ReadOnlyAdmin):
    """Sales filed by stations."""

    list_display = ("unit", "station", "status", "sale_date", "filed_on", "customer", "filed_by", "decided_by")
    list_filter = ("status", "filed_on")
    list_select_related = ("unit", "station", "customer", "filed_by", "decided_by")
    search_fields = ("unit__serial_number", "invoice_number", "customer__name")
    operations = (
        OperationButton(
            "approve", _("Approve"), approve, permission="warranty.approve_registration", shown=_filed, style="primary",
            intro=_("Cover starts on the day of sale."), success=_("The registration is approved."),
        ),
        OperationButton(
            "refuse", _("Refuse"), refuse, permission="warranty.approve_registration", form=ReasonForm, shown=_filed,
            style="danger", success=_("The registration is refused."),
        ),
    )  # fmt: skip


def _waits(correction: RegistrationCorrection) -> bool:
    return correction.status == CorrectionStatus.FILED


def apply(correction: RegistrationCorrection, values: dict[str, Any], actor: Any) -> None:
    """It happens."""
    corrections.apply_correction(correction, actor=actor)


def refuse_correction(correction: RegistrationCorrection, values: dict[str, Any], actor: Any) -> None:
    """Nothing changes."""
    corrections.refuse_correction(correction, actor=actor, note=values["reason"])


@admin.register(RegistrationCorrection)
class CorrectionAdmin(ReadOnlyAdmin):
    """Corrections of registrations; their effect on claims stands on the portal's page."""

    list_display = ("number", "registration", "status", "changes_money", "filed_by", "filed_at", "decided_by")
    list_filter = ("status", "changes_money")
    list_select_related = ("registration__unit", "filed_by", "decided_by")
    search_fields = ("number", "registration__unit__serial_number")
    operations = (
        OperationButton(
            "apply", _("Apply"), apply, permission="warranty.decide_correction", shown=_waits, style="primary",
            intro=_("Open claims are judged again at once; granted ones are not touched and go on the auditor's list."),
            success=_("The correction is applied."),
        ),
        OperationButton(
            "refuse", _("Refuse"), refuse_correction, permission="warranty.decide_correction", form=ReasonForm,
            shown=_waits, style="danger", success=_("The correction is refused."),
        ),
    )  # fmt: skip

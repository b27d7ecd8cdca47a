"""Registrations that wait for headquarters."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.core.admin import OperationButton, ReadOnlyAdmin
from warranty import registration
from warranty.forms.claims import ReasonForm
from warranty.models import RegistrationStatus, UnitRegistration


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

    list_display = ("unit", "station", "status", "sale_date", "filed_on", "filed_by", "decided_by")
    list_filter = ("status",)
    list_select_related = ("unit", "station", "filed_by", "decided_by")
    search_fields = ("unit__serial_number",)
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

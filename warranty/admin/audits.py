"""How far stations are trusted, and what they are compared by."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import clock
from portal.core.admin import OperationButton, ReadOnlyAdmin
from warranty import audits, shared_pictures
from warranty.forms.claims import ReasonForm
from warranty.models import (
    FleetCount,
    LimitFallback,
    RegionAudit,
    SampleAudit,
    SharedPicture,
    StationClaimRate,
    StationModelCost,
)


def _lift(row: LimitFallback, values: dict[str, Any], actor: Any) -> None:
    audits.lift_fallback(row.station, reason=values["reason"], actor=actor)


@admin.register(LimitFallback)
class LimitFallbackAdmin(ReadOnlyAdmin):
    """Limits that fell back after errors found in checks."""

    list_display = ("station", "started_on", "half_from", "ended_on", "lifted_by", "lift_reason")
    list_select_related = ("station", "lifted_by")
    search_fields = ("station__name", "station__code")
    operations = (
        OperationButton(
            "lift", _("Lift"), _lift, permission="warranty.lift_fallback", form=ReasonForm,
            shown=lambda row: row.started_on <= clock.today() < row.ended_on,
            success=_("The full limit holds again."),
            intro=_("The station's claims are again approved without a person up to the full limit of its grade."),
        ),
    )  # fmt: skip


@admin.register(SampleAudit)
class SampleAuditAdmin(ReadOnlyAdmin):
    """Claims drawn for a check."""

    list_display = ("claim", "station", "audited_by", "audited_at", "error_count")
    list_select_related = ("claim", "station", "audited_by")
    search_fields = ("claim__number", "station__name", "station__code")


@admin.register(RegionAudit)
class RegionAuditAdmin(ReadOnlyAdmin):
    """Claims that the regions look behind."""

    list_display = ("number", "claim", "station", "status", "risk_score", "due_on", "closed_by")
    list_filter = ("status",)
    list_select_related = ("claim", "station", "closed_by")
    search_fields = ("number", "claim__number", "station__name", "station__code")


@admin.register(StationModelCost)
class StationModelCostAdmin(ReadOnlyAdmin):
    """What stations claim on the mean, by product model, as the risk score compares them."""

    list_display = ("station", "product_model", "grade", "claim_count", "mean_cost", "counted_on")
    list_filter = ("grade",)
    list_select_related = ("station", "product_model")
    search_fields = ("station__name", "station__code", "product_model__code")


@admin.register(FleetCount)
class FleetCountAdmin(ReadOnlyAdmin):
    """Units by model, region and months, as the cost of warranty is set against them."""

    list_display = ("product_model", "region", "sold_month", "cover_month", "end_month", "unit_count", "counted_on")
    list_filter = ("region",)
    list_select_related = ("product_model", "region")
    search_fields = ("product_model__code",)


@admin.register(StationClaimRate)
class StationClaimRateAdmin(ReadOnlyAdmin):
    """Claims per hundred served units, as the risk score compares stations."""

    list_display = ("station", "grade", "claim_count", "unit_count", "claims_per_100", "counted_on")
    list_filter = ("grade",)
    list_select_related = ("station",)
    search_fields = ("station__name", "station__code")


def _lift_sharing(row: SharedPicture, values: dict[str, Any], actor: Any) -> None:
    shared_pictures.lift_sharing(row, reason=values["reason"], actor=actor)


@admin.register(SharedPicture)
class SharedPictureAdmin(ReadOnlyAdmin):
    """Pictures that many claims may show; one is marked from the evidence page of a picture."""

    list_display = ("name", "sha256", "reason", "marked_by", "marked_at", "lifted_by", "lifted_at")
    list_select_related = ("marked_by", "lifted_by")
    list_filter = ("marked_at",)
    search_fields = ("name", "sha256", "reason")
    operations = (
        OperationButton(
            "lift", pgettext_lazy("shared picture", "Lift"), _lift_sharing, permission="warranty.share_picture",
            form=ReasonForm, shown=lambda row: row.lifted_at is None,
            success=_("The picture counts again."),
            intro=_("A claim that shows the picture beside another goes to review again."),
        ),
    )  # fmt: skip

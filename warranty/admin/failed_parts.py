"""Old parts at headquarters: pieces, boxes, and what quality wants to see. Rows are read-only, buttons act."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.admin import OperationButton, ReadOnlyAdmin, ScopedAdmin, ScopedTabularInline
from warranty import appraisal, failed_parts
from warranty.failed_parts_custody import custody_faults
from warranty.forms.disposing import DisposeForm, with_signatures
from warranty.forms.failed_parts import ExtendForm, LoseForm, WaiveForm
from warranty.forms.freight import FreightForm
from warranty.models import (
    Appraisal,
    AppraisalTest,
    CustodyEntry,
    ExtraPiece,
    FailedPart,
    PartBox,
    PieceShipment,
    QualityHold,
    Verdict,
)
from warranty.settlement_states import ON_ITS_WAY, FailedPartStatus, PartBoxStatus
from warranty.settlement_words import ACTS, PLACES

VERDICT_WORDS = dict(Verdict.choices)


def bench(piece: FailedPart, values: dict[str, Any], actor: Any) -> str:
    """The piece lies on the bench."""
    return reverse("failed_part_appraise", args=[piece.pk])


def extend(piece: FailedPart, values: dict[str, Any], actor: Any) -> None:
    """More days."""
    failed_parts.extend_return(piece, actor=actor, **values)


def waive(piece: FailedPart, values: dict[str, Any], actor: Any) -> None:
    """It need not come back."""
    failed_parts.waive_return(piece, actor=actor, **values)


def lose(piece: FailedPart, values: dict[str, Any], actor: Any) -> None:
    """It will not come back."""
    failed_parts.lose_piece(piece, actor=actor, **values)


def dispose(piece: FailedPart, values: dict[str, Any], actor: Any) -> None:
    """Its way ends."""
    appraisal.dispose(piece, actor=actor, **with_signatures(values))


def close(box: PartBox, values: dict[str, Any], actor: Any) -> None:
    """What was not scanned is missing; the freight allowed is credited."""
    failed_parts.close_box(box, actor=actor, **values)


def on_its_way(piece: FailedPart) -> bool:
    """Whether it still has to arrive."""
    return piece.status in ON_ITS_WAY


class AppraisalInline(ScopedTabularInline):
    """Verdicts."""

    model = Appraisal
    fields = ("verdict", "findings", "appraiser", "is_final", "at")
    readonly_fields = fields


class CustodyInline(ScopedTabularInline):
    """Through whose hands it came."""

    model = CustodyEntry
    fields = ("sequence", "done", "giver", "taker", "signed", "where", "at", "told", "hash")
    readonly_fields = fields

    @admin.display(description=_("act"))
    def done(self, entry: CustodyEntry) -> str:
        """The act in words."""
        return str(ACTS.get(entry.act, entry.act))

    @admin.display(description=_("place"))
    def where(self, entry: CustodyEntry) -> str:
        """The place in words."""
        return str(PLACES.get(entry.place, entry.place))

    @admin.display(description=_("note"))
    def told(self, entry: CustodyEntry) -> str:
        """The note; a verdict in words."""
        return str(VERDICT_WORDS.get(entry.note, entry.note))


@admin.register(FailedPart)
class FailedPartAdmin(ReadOnlyAdmin):
    """Every old part with its verdicts and its custody log."""

    list_display = ("number", "status", "part", "station", "amount", "due_on", "condition", "received_at")
    list_filter = ("status", "condition", "station__center__region")
    list_select_related = ("part", "station")
    search_fields = ("number", "claim__number", "part__number", "part__name", "removed_serial", "box__number")
    ordering = ("due_on", "pk")
    fields: ClassVar[Any] = (
        "claim",
        "station",
        "part",
        "box",
        "piece",
        "removed_serial",
        "amount",
        "requested_on",
        "due_on",
        "extension_days",
        "printed_count",
        "received_at",
        "condition",
    )
    inlines = (AppraisalInline, CustodyInline)
    detail_template = "warranty/admin_failed_part.html"
    operations = (
        OperationButton(
            "appraise", _("Appraise"), bench, permission="warranty.appraise_failedpart", style="primary",
            shown=lambda piece: piece.status == FailedPartStatus.RECEIVED, intro=_("The bench shows claim, photos and history."),
        ),
        OperationButton(
            "dispose", _("Disposition"), dispose, permission="warranty.dispose_failedpart", form=DisposeForm,
            shown=lambda piece: piece.status in (FailedPartStatus.INSPECTED, FailedPartStatus.HELD), style="primary",
        ),
        OperationButton(
            "extend", _("Extend the return"), extend, permission="warranty.extend_failedpart", form=ExtendForm,
            shown=lambda piece: on_its_way(piece) and not piece.extension_days,
        ),
        OperationButton(
            "waive", _("Waive the return"), waive, permission="warranty.waive_failedpart", form=WaiveForm,
            shown=on_its_way, style="danger",
        ),
        OperationButton(
            "lose", _("Give it up as lost"), lose, permission="warranty.lose_failedpart", form=LoseForm,
            shown=on_its_way, style="danger", intro=_("It will not come back, so no supplier can be charged for it."),
        ),
    )  # fmt: skip

    def extra_detail(self, request: HttpRequest, row: FailedPart) -> dict[str, Any]:
        """Whether the custody log is whole, and why the piece was asked for."""
        return {"custody_faults": custody_faults(row)}


class PieceInline(ScopedTabularInline):
    """What lies in the box."""

    model = FailedPart
    fields = ("number", "status", "part", "condition", "due_on")
    readonly_fields = fields


class ExtraInline(ScopedTabularInline):
    """What lay in the box beyond its list."""

    model = ExtraPiece
    fields = ("found", "failed_part", "note", "found_by", "found_at", "struck_by", "struck_at", "struck_reason")
    readonly_fields = fields


@admin.register(PartBox)
class PartBoxAdmin(ReadOnlyAdmin):
    """Boxes on their way to the factory."""

    list_display = ("number", "status", "station", "carrier", "waybill", "freight", "shipped_at", "received_at")
    list_filter = ("status", "station__center__region")
    list_select_related = ("station",)
    search_fields = ("number", "waybill", "carrier", "station__code")
    fields: ClassVar[Any] = (
        "station",
        "carrier",
        "waybill",
        "weight_kg",
        "freight",
        "freight_allowed",
        "freight_reason",
        "driver",
        "seal",
        "sealed_at",
        "shipped_at",
        "unpacking_at",
        "received_at",
    )
    inlines = (PieceInline, ExtraInline)
    operations = (
        OperationButton(
            "close", _("Close the box"), close, permission="warranty.close_box", form=FreightForm,
            shown=lambda box: box.status == PartBoxStatus.SHIPPED,
            intro=_("Pieces that were not scanned are noted as missing, and the freight allowed is credited to the station."),
        ),
    )  # fmt: skip


@admin.register(PieceShipment)
class PieceShipmentAdmin(ReadOnlyAdmin):
    """Old parts sent on to suppliers and back to stations."""

    list_display = ("number", "supplier", "station", "carrier", "waybill", "cost", "shipped_at", "received_at")
    list_select_related = ("supplier", "station")
    search_fields = ("number", "waybill", "carrier")
    fields: ClassVar[Any] = (
        "supplier",
        "station",
        "carrier",
        "waybill",
        "cost",
        "handed_by",
        "driver",
        "shipped_by",
        "shipped_at",
        "received_as",
        "received_at",
    )


@admin.register(QualityHold)
class QualityHoldAdmin(ScopedAdmin):
    """Parts of which every old piece must come back."""

    list_display = ("part", "reason", "valid_from", "valid_to")
    list_select_related = ("part",)
    search_fields = ("part__number", "part__name", "reason")
    autocomplete_fields = ("part",)


@admin.register(AppraisalTest)
class AppraisalTestAdmin(ScopedAdmin):
    """What appraisers measure, by part or by class of parts; reports keep the steps as they were."""

    list_display = ("position", "label", "part", "part_class", "unit", "low", "high", "is_active")
    list_filter = ("part_class", "is_active")
    list_select_related = ("part",)
    search_fields = ("label", "label_en", "part__number", "part__name")
    autocomplete_fields = ("part",)

"""Recovery at headquarters: agreements are proposed and released, cases and notes are moved by buttons."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from parts.models import PartClass
from portal.core.admin import OperationButton, ReadOnlyAdmin, ScopedTabularInline
from warranty import agreements, chargebacks, recovery, recovery_in_house, recovery_keeping
from warranty.admin.dated import DatedAdmin
from warranty.admin.papers import PaperAdmin
from warranty.admin.terms import InForceFilter
from warranty.forms.claims import ReasonForm
from warranty.forms.masters import DatedForm
from warranty.forms.recovery import AssignForm, ReopenForm
from warranty.forms.settlement import ReceiptForm
from warranty.models import (
    Chargeback,
    ChargebackLine,
    DisputeEntry,
    FurtherTest,
    RecoveryCase,
    RecoveryEntry,
    SupplierAgreement,
    SupplierRepayment,
)
from warranty.settlement_states import ANSWERS, ChargebackStatus, RecoveryStatus
from warranty.templatetags.settlement import line_kind


class AgreementForm(DatedForm):
    """An agreement to propose, for one part, else one category, else one class, else everything."""

    refusing = (agreements.refuse_unsound, *DatedForm.refusing)
    part_class = forms.ChoiceField(
        label=pgettext_lazy("agreement", "Part class"),
        required=False,
        choices=[("", _("Every class")), *PartClass.choices],
        widget=UnfoldAdminSelectWidget,
        help_text=_("Counts where no part and no category is named."),
    )


@admin.register(SupplierAgreement)
class SupplierAgreementAdmin(DatedAdmin):
    """What suppliers pay, by part, category or class and period: proposed here, released by another person, never edited."""

    list_display = (
        "number", "supplier", "part", "category", "of_class", "part_share", "labor_share", "notice_days", "status",
        "valid_from", "valid_to",
    )  # fmt: skip
    form = AgreementForm
    list_filter = ("status", InForceFilter, "supplier", "no_return", "deemed_accept")
    list_select_related = ("supplier", "part", "category")
    search_fields = ("number", "supplier__code", "supplier__name", "part__number", "part__name", "category__name")
    autocomplete_fields = ("supplier", "part", "category")
    says: ClassVar[Any] = (
        (None, {"fields": ("number", "supplier", "part", "category", "part_class", "valid_from", "valid_to")}),
        (_("Shares"), {"fields": ("part_share", "labor_share", "travel_share", "other_share")}),
        (_("Limits and fees"), {"fields": ("part_cap", "labor_cap", "travel_cap", "handling_fee")}),
        (_("The supplier's warranty"), {"fields": ("months_from_receipt", "months_from_sale")}),
        (_("Notice and answer"), {"fields": ("notice_days", "deemed_accept", "deemed_accept_days", "offset_right")}),
        (_("Old parts"), {"fields": ("return_required", "no_return")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What it says by topic; once it stands, also who proposed and released it."""
        if obj is None:
            return self.says
        stands = ("status", "created_by", "released_by", "released_at", "replaces")
        return [*self.says, (pgettext_lazy("term", "Release"), {"fields": stands})]

    @admin.display(description=pgettext_lazy("agreement", "part class"), ordering="part_class")
    def of_class(self, agreement: SupplierAgreement) -> str:
        """The class in words."""
        return str(dict(PartClass.choices).get(agreement.part_class, ""))

    def propose(self, request: HttpRequest, values: dict[str, Any]) -> SupplierAgreement:
        """The proposal."""
        return agreements.propose_agreement(actor=request.user, **values)


def assign(case: RecoveryCase, values: dict[str, Any], actor: Any) -> None:
    """The case names its supplier."""
    recovery.assign_supplier(case, values["supplier"], actor=actor)


def in_house(case: RecoveryCase, values: dict[str, Any], actor: Any) -> None:
    """Nobody is charged for its part."""
    recovery_in_house.mark_in_house(case.part, actor=actor, **values)


def reopen(case: RecoveryCase, values: dict[str, Any], actor: Any) -> None:
    """A lost case runs again."""
    recovery_keeping.reopen_lost(case, actor=actor, **values)


@admin.register(RecoveryCase)
class RecoveryCaseAdmin(ReadOnlyAdmin):
    """Rights to charge, the nearest notice day first."""

    list_display = ("number", "status", "part", "supplier", "expected", "last_day", "is_provisional")
    list_filter = ("status", "supplier")
    list_select_related = ("part", "supplier")
    search_fields = ("number", "part__number", "part__name", "supplier__code", "supplier__name")
    ordering = ("last_day", "pk")
    fields: ClassVar[Any] = (
        "claim",
        "part",
        "supplier",
        "agreement",
        "approved_on",
        "appraised_on",
        "last_day",
        "is_provisional",
        "defect_qty",
        "expected",
        "named_by",
        "received_on",
        "rerouted_from",
        "close_reason",
        "lost_on",
        "lost_reason",
        "kept_until",
    )
    operations = (
        OperationButton(
            "assign", _("Name the supplier"), assign, permission="warranty.assign_recoverycase", form=AssignForm,
            shown=lambda case: case.status == RecoveryStatus.UNASSIGNED, style="primary",
            success=_("The notice clock runs."),
        ),
        OperationButton(
            "in_house", _("Made in-house: nobody to charge"), in_house, permission="warranty.mark_part_in_house",
            form=ReasonForm, shown=lambda case: case.status == RecoveryStatus.UNASSIGNED, style="danger",
            intro=_("All cases of this part that wait for a supplier's name close."), success=_("The cases are closed."),
        ),
        OperationButton(
            "reopen", _("Open again"), reopen, permission="warranty.reopen_recoverycase", form=ReopenForm,
            shown=lambda case: case.status == RecoveryStatus.LOST, success=_("The case runs again."),
        ),
    )  # fmt: skip


def send(note: Chargeback, values: dict[str, Any], actor: Any) -> None:
    """The supplier sees it."""
    chargebacks.send_chargeback(note, actor=actor)


def withdraw(note: Chargeback, values: dict[str, Any], actor: Any) -> None:
    """It is taken back."""
    chargebacks.withdraw_chargeback(note, actor=actor)


def pay(note: Chargeback, values: dict[str, Any], actor: Any) -> None:
    """Money came."""
    chargebacks.record_supplier_payment(note, actor=actor, **values)


def give_up(note: Chargeback, values: dict[str, Any], actor: Any) -> None:
    """Nothing more is asked for it."""
    chargebacks.give_up_unpaid(note, actor=actor, **values)


class ChargebackLineInline(ScopedTabularInline):
    """What is charged and what was answered."""

    model = ChargebackLine
    fields = (
        "position",
        "charged_for",
        "text",
        "base",
        "share",
        "claimed",
        "accepted",
        "disputed",
        "answer_reason",
        "settled_by",
    )
    readonly_fields = fields

    @admin.display(description=_("kind"))
    def charged_for(self, line: ChargebackLine) -> str:
        """The kind in words."""
        return line_kind(line.kind)

    @admin.display(description=_("outcome of the dispute"))
    def settled_by(self, line: ChargebackLine) -> str:
        """Who bears what was disputed."""
        return str(chargebacks.OUTCOME_WORDS.get(line.outcome, line.outcome))


class RecoveryEntryInline(ScopedTabularInline):
    """Money received."""

    model = RecoveryEntry
    fields = ("received_on", "kind", "source", "amount", "actor", "at")
    readonly_fields = fields


@admin.register(DisputeEntry)
class DisputeEntryAdmin(ReadOnlyAdmin):
    """What was said in disputes, the latest first."""

    list_display = ("at", "line", "round", "act", "text", "accepted", "disputed", "answer_by", "actor")
    list_filter = ("act",)
    list_select_related = ("line__chargeback", "actor")
    search_fields = ("line__chargeback__number", "text")
    ordering = ("-pk",)
    fields: ClassVar[Any] = ("line", "round", "act", "text", "accepted", "disputed", "answer_by", "actor", "at")


@admin.register(FurtherTest)
class FurtherTestAdmin(ReadOnlyAdmin):
    """Old parts tested again for a dispute, the latest first."""

    list_display = ("asked_at", "piece", "line", "verdict", "appraiser", "done_at")
    list_filter = ("verdict",)
    list_select_related = ("piece", "line__chargeback", "appraiser")
    search_fields = ("piece__number", "line__chargeback__number")
    ordering = ("-pk",)
    fields: ClassVar[Any] = (
        "line",
        "piece",
        "reason",
        "asked_by",
        "asked_at",
        "verdict",
        "findings",
        "appraiser",
        "done_at",
    )


@admin.register(SupplierRepayment)
class SupplierRepaymentAdmin(ReadOnlyAdmin):
    """Money that went back to suppliers, the latest first."""

    list_display = ("paid_on", "supplier", "entry", "source", "amount", "actor")
    list_select_related = ("entry__chargeback__supplier", "actor")
    search_fields = ("source", "entry__source", "entry__chargeback__number")
    ordering = ("-pk",)
    fields: ClassVar[Any] = ("entry", "source", "amount", "paid_on", "actor", "at")

    @admin.display(description=_("supplier"))
    def supplier(self, row: SupplierRepayment) -> str:
        """To whom."""
        return str(row.entry.chargeback.supplier)


@admin.register(Chargeback)
class ChargebackAdmin(PaperAdmin):
    """Notes to suppliers."""

    list_display = ("number", "status", "supplier", "claimed", "accepted", "disputed", "recovered", "answer_by")
    list_filter = ("status", "supplier", "period")
    list_select_related = ("supplier",)
    search_fields = ("number", "supplier__code", "supplier__name")
    fields: ClassVar[Any] = (
        "supplier",
        "period",
        "claimed",
        "accepted",
        "disputed",
        "recovered",
        "sent_at",
        "answer_by",
        "answered_at",
        "accepted_silently",
    )
    inlines = (ChargebackLineInline, RecoveryEntryInline)
    paper = "chargeback_pdf"
    operations = (
        OperationButton(
            "send", _("Send"), send, permission="warranty.send_chargeback", style="primary",
            shown=lambda note: note.status == ChargebackStatus.OPEN,
            intro=_("The supplier sees the note, and its time to answer runs."), success=_("The note is sent."),
        ),
        OperationButton(
            "pay", _("Enter a payment"), pay, permission="warranty.pay_chargeback", form=ReceiptForm, style="primary",
            shown=lambda note: note.status in ANSWERS and note.recovered < note.accepted,
        ),
        OperationButton(
            "give_up", _("Give up what is not paid"), give_up, permission="warranty.give_up_chargeback", form=ReasonForm,
            shown=lambda note: bool(chargebacks.unpaid_of(note)), style="danger",
            success=_("Nothing more is asked of the supplier for this note."),
        ),
        OperationButton(
            "withdraw", _("Withdraw"), withdraw, permission="warranty.withdraw_chargeback", style="danger",
            shown=lambda note: note.status == ChargebackStatus.OPEN, intro=_("Its cases are open again."),
        ),
    )  # fmt: skip

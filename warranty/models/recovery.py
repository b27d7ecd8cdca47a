"""Supplier recovery: agreements, the right to charge (cases), chargeback notes with lines, and money received.

Not here: how much (recovery_rules), how they move (warranty.recovery, warranty.chargebacks).
"""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parts.models import Part, Supplier
from parts.models.suppliers import DateRange
from portal.core.history import tracked
from portal.core.money import BOUND, bounded, money_field
from portal.core.scope import HEADQUARTERS, ScopedQuerySet, scope_of
from portal.core.states import Moves, MovesGuard
from warranty.settlement_states import (
    CHARGEBACK_MOVES,
    RECOVERY_MOVES,
    SHOWN_TO_SUPPLIER,
    ChargebackStatus,
    LostReason,
    NamedBy,
    RecoveryStatus,
)


def percent_field(label: Any) -> "models.DecimalField[Any, Any]":
    """A share in percent, 0–100."""
    return models.DecimalField(label, max_digits=5, decimal_places=2, default=0)


SHARES = ("part_share", "labor_share", "travel_share", "other_share")


@tracked()
class SupplierAgreement(models.Model):
    """What a supplier pays of warranty cost in [valid_from, valid_to), for one part, else one class, else everything."""

    SCOPE = HEADQUARTERS

    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, related_name="agreements", verbose_name=_("supplier")
    )
    part = models.ForeignKey(
        Part, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("part")
    )
    part_class = models.CharField(_("part class"), max_length=20, blank=True)
    number = models.CharField(_("agreement number"), max_length=40, unique=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid before"), null=True, blank=True)
    part_share = percent_field(_("share of parts (%)"))
    labor_share = percent_field(_("share of labor (%)"))
    travel_share = percent_field(_("share of travel (%)"))
    other_share = percent_field(_("share of the rest (%)"))
    part_cap = money_field(_("cap per part line"), null=True, blank=True)
    labor_cap = money_field(_("cap per labor line"), null=True, blank=True)
    travel_cap = money_field(_("cap per travel line"), null=True, blank=True)
    handling_fee = money_field(_("handling fee per case"), default=0)
    months_from_receipt = models.PositiveSmallIntegerField(_("months from our receipt"), null=True, blank=True)
    months_from_sale = models.PositiveSmallIntegerField(_("months from sale"), null=True, blank=True)
    notice_days = models.PositiveSmallIntegerField(_("days for notice"), default=90)
    return_required = models.BooleanField(_("old part must be kept for the supplier"), default=False)
    no_return = models.BooleanField(_("pays without return of the part"), default=False)
    deemed_accept = models.BooleanField(_("silence counts as acceptance"), default=True)
    deemed_accept_days = models.PositiveSmallIntegerField(_("working days until silence accepts"), default=15)
    offset_right = models.BooleanField(
        _("may be set off against what we owe the supplier"), default=False, db_default=False
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplier agreement")
        verbose_name_plural = _("supplier agreements")
        ordering = ["supplier", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from__lt=F("valid_to")), name="agreement_not_empty"
            ),
            ExclusionConstraint(
                name="supplier_has_one_agreement_a_day_for_a_part",
                expressions=[
                    (F("supplier"), RangeOperators.EQUAL),
                    (Coalesce(F("part"), Value(0)), RangeOperators.EQUAL),
                    (F("part_class"), RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_(
                    "Another agreement with this supplier holds for the same parts on these days."
                ),
            ),
            *(bounded(name, 0, 100, name=f"agreement_{name}_is_a_percentage") for name in SHARES),
            bounded("part_cap", 0, BOUND, name="agreement_part_cap_in_bounds"),
            bounded("labor_cap", 0, BOUND, name="agreement_labor_cap_in_bounds"),
            bounded("travel_cap", 0, BOUND, name="agreement_travel_cap_in_bounds"),
            bounded("handling_fee", 0, BOUND, name="agreement_handling_fee_in_bounds"),
        ]

    def __str__(self) -> str:
        return self.number


class RecoveryCase(models.Model):
    """The right to charge a supplier for one claim line of a part, with its notice clock, from approval to its end.

    received_on: when we received the failed piece from the supplier, where its serial number or batch tells.
    kept_until: the notice day that an approver set when a lost right was opened again.
    appeal: of a supplement, what that appeal added after the line was charged on a note that was sent already.
    """

    MOVES: ClassVar[Moves] = RECOVERY_MOVES
    SCOPE = HEADQUARTERS

    claim = models.ForeignKey(
        "warranty.WarrantyClaim", on_delete=models.PROTECT, related_name="recovery_cases", verbose_name=_("claim")
    )
    line = models.ForeignKey(
        "warranty.ClaimLine", on_delete=models.PROTECT, related_name="recovery_cases", verbose_name=_("claim line")
    )
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="+", verbose_name=_("part"))
    supplier = models.ForeignKey(
        Supplier,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="recovery_cases",
        verbose_name=_("supplier"),
    )
    agreement = models.ForeignKey(
        SupplierAgreement,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cases",
        verbose_name=_("agreement"),
    )
    appeal = models.ForeignKey(
        "warranty.Appeal",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="recovery_cases",
        verbose_name=_("appeal"),
    )
    number = models.CharField(_("number"), max_length=60, unique=True)
    status = models.CharField(
        _("status"), max_length=12, choices=RecoveryStatus, default=RecoveryStatus.UNASSIGNED, editable=False
    )
    approved_on = models.DateField(_("claim approved on"))
    appraised_on = models.DateField(_("appraised on"), null=True, blank=True)
    last_day = models.DateField(_("last day for notice"), null=True, blank=True)
    is_provisional = models.BooleanField(_("provisional"), default=True)
    alarmed_on = models.DateField(_("last alarm"), null=True, blank=True)
    defect_qty = models.DecimalField(_("pieces with supplier defect"), max_digits=14, decimal_places=3, default=0)
    expected = money_field(_("recoverable (CNY)"), default=0)
    close_reason = models.CharField(_("why it was closed"), max_length=200, blank=True)
    named_by = models.CharField(
        _("supplier named by"), max_length=10, choices=NamedBy, blank=True, default="", db_default="", editable=False
    )
    received_on = models.DateField(_("piece received from the supplier on"), null=True, blank=True, editable=False)
    kept_until = models.DateField(_("kept open until"), null=True, blank=True, editable=False)
    lost_on = models.DateField(_("lost on"), null=True, blank=True, editable=False)
    lost_reason = models.CharField(
        _("why it was lost"), max_length=20, choices=LostReason, blank=True, default="", db_default="", editable=False
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("recovery case")
        verbose_name_plural = _("recovery cases")
        ordering = ["last_day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["line"], condition=Q(appeal=None), name="one_recovery_case_per_claim_line"),
            models.UniqueConstraint(
                fields=["line", "appeal"], condition=Q(appeal__isnull=False), name="one_supplement_per_line_and_appeal"
            ),
            models.CheckConstraint(condition=Q(status__in=RecoveryStatus.values), name="recovery_status_known"),
            models.CheckConstraint(
                condition=~Q(status__in=["open", "charged"]) | Q(supplier__isnull=False, agreement__isnull=False),
                name="open_recovery_names_its_supplier",
            ),
            models.CheckConstraint(
                condition=~Q(status="lost") | Q(lost_on__isnull=False, lost_reason__in=LostReason.values),
                name="lost_recovery_says_when_and_why",
            ),
            bounded("expected", 0, BOUND, name="recovery_expected_in_bounds"),
            bounded("defect_qty", 0, BOUND, name="recovery_defect_qty_in_bounds"),
        ]
        indexes = [models.Index(fields=["status", "last_day"], name="recovery_by_last_day")]
        triggers = [
            MovesGuard(name="recovery_moves_as_tabled", moves=RECOVERY_MOVES, initial=RecoveryStatus.UNASSIGNED)
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("recovery_detail", args=[self.pk])

    @property
    def root_number(self) -> str:
        """The chain of the claim."""
        return self.claim.root_number


class ChargebackQuerySet(ScopedQuerySet["Chargeback"]):
    """Notes; a supplier sees its own that were sent."""

    def visible_to(self, user: Any) -> "ChargebackQuerySet":
        found = super().visible_to(user)
        return found if scope_of(user).everything else found.filter(status__in=SHOWN_TO_SUPPLIER)


class Chargeback(models.Model):
    """One note to one supplier for one month, with a gap-free number; evidence names stations by code, customers never.

    Amounts are CNY; recovered is kept by the database from the recovery entries.
    """

    MOVES: ClassVar[Moves] = CHARGEBACK_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"supplier": "supplier_id"}

    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, related_name="chargebacks", verbose_name=_("supplier")
    )
    batched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    number = models.CharField(_("note number"), max_length=30, unique=True)
    period = models.DateField(_("month"))
    status = models.CharField(
        _("status"), max_length=15, choices=ChargebackStatus, default=ChargebackStatus.OPEN, editable=False
    )
    claimed = money_field(_("claimed"), default=0)
    accepted = money_field(_("accepted"), default=0)
    disputed = money_field(_("disputed"), default=0)
    recovered = money_field(_("received"), default=0, editable=False)
    batched_at = models.DateTimeField(_("made at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    answer_by = models.DateField(_("last day to answer"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    accepted_silently = models.BooleanField(_("accepted by silence"), default=False)

    objects = ChargebackQuerySet.as_manager()

    class Meta:
        verbose_name = _("chargeback note")
        verbose_name_plural = _("chargeback notes")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ChargebackStatus.values), name="chargeback_status_known"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(claimed=F("accepted") + F("disputed")),
                name="answered_chargeback_accepts_or_disputes_all",
            ),
            bounded("claimed", 0, BOUND, name="chargeback_claimed_in_bounds"),
            bounded("accepted", 0, BOUND, name="chargeback_accepted_in_bounds"),
            bounded("disputed", 0, BOUND, name="chargeback_disputed_in_bounds"),
            bounded("recovered", 0, BOUND, name="chargeback_recovered_in_bounds"),
            models.CheckConstraint(
                condition=Q(recovered__lte=F("claimed")), name="chargeback_never_recovers_more_than_claimed"
            ),
            models.CheckConstraint(
                condition=Q(recovered__gte=0, recovered__lte=F("accepted")),
                name="chargeback_never_recovers_more_than_accepted",
            ),
        ]
        triggers = [
            MovesGuard(name="chargeback_moves_as_tabled", moves=CHARGEBACK_MOVES, initial=ChargebackStatus.OPEN),
            pgtrigger.Protect(name="chargeback_is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("chargeback_detail", args=[self.pk])

    @property
    def outstanding(self) -> Any:
        """What may still come."""
        return self.claimed - self.recovered


class ChargebackLine(models.Model):
    """One claim line charged to a supplier; answered when accepted and disputed are filled and make the claimed amount."""

    SCOPE: ClassVar[dict[str, str]] = {"supplier": "chargeback__supplier_id"}

    chargeback = models.ForeignKey(
        Chargeback, on_delete=models.PROTECT, related_name="lines", verbose_name=_("chargeback note")
    )
    case = models.ForeignKey(
        RecoveryCase, on_delete=models.PROTECT, related_name="charged", verbose_name=_("recovery case")
    )
    claim_line = models.ForeignKey(
        "warranty.ClaimLine",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="chargeback_lines",
        verbose_name=_("claim line"),
    )
    position = models.PositiveIntegerField(_("no."))
    kind = models.CharField(_("kind"), max_length=12)
    text = models.CharField(_("text"), max_length=200, blank=True)
    facts = models.JSONField(_("evidence as sent"), default=dict)
    base = money_field(_("price base"))
    share = percent_field(_("share (%)"))
    claimed = money_field(_("claimed"))
    accepted = money_field(_("accepted"), null=True, blank=True)
    disputed = money_field(_("disputed"), null=True, blank=True)
    answer_reason = models.CharField(_("supplier's reason"), max_length=300, blank=True)
    outcome = models.CharField(_("outcome of the dispute"), max_length=15, blank=True)
    is_live = models.BooleanField(_("counts"), default=True)
    is_supplement = models.BooleanField(_("added by an appeal"), default=False, db_default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("chargeback line")
        verbose_name_plural = _("chargeback lines")
        ordering = ["chargeback", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim_line"],
                condition=Q(is_live=True, claim_line__isnull=False, is_supplement=False),
                name="claim_line_charged_at_most_once",
            ),
            models.UniqueConstraint(
                fields=["claim_line", "case"],
                condition=Q(is_live=True, claim_line__isnull=False, is_supplement=True),
                name="claim_line_supplemented_once_per_case",
            ),
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=Q(is_live=True, claim_line__isnull=True),
                name="handling_fee_charged_once_per_case",
            ),
            models.UniqueConstraint(fields=["chargeback", "position"], name="chargeback_line_position_once"),
            models.CheckConstraint(
                condition=Q(accepted__isnull=True, disputed__isnull=True)
                | Q(claimed=F("accepted") + F("disputed"), accepted__gte=0, disputed__gte=0),
                name="chargeback_line_accepts_or_disputes_all",
            ),
            bounded("claimed", 0, BOUND, name="chargeback_line_claimed_in_bounds"),
            bounded("base", 0, BOUND, name="chargeback_line_base_in_bounds"),
            bounded("accepted", 0, BOUND, name="chargeback_line_accepted_in_bounds"),
            bounded("disputed", 0, BOUND, name="chargeback_line_disputed_in_bounds"),
        ]

    def __str__(self) -> str:
        return f"{self.chargeback_id} {self.position}"


class RecoveryEntry(models.Model):
    """Money (or credit) received from a supplier on a note, for ever; a mistake is a negative entry with its own source."""

    SCOPE: ClassVar[dict[str, str]] = {"supplier": "chargeback__supplier_id"}

    chargeback = models.ForeignKey(
        Chargeback, on_delete=models.PROTECT, related_name="receipts", verbose_name=_("chargeback note")
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    source = models.CharField(_("bank reference"), max_length=60)
    amount = money_field(_("amount"))
    received_on = models.DateField(_("received on"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField(_("entered at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplier payment")
        verbose_name_plural = _("supplier payments")
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["chargeback", "source"], name="supplier_payment_posted_once_per_source"),
            models.CheckConstraint(condition=~Q(amount=0), name="supplier_payment_moves_something"),
            bounded("amount", -BOUND, BOUND, name="supplier_payment_in_bounds"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.amount}"

"""The lines of a claim: what is asked, allowed and approved for each part, hour and trip."""

from decimal import Decimal
from typing import ClassVar, Final

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from parts.models import Part, PartClass
from portal.core.history import tracked
from portal.core.money import BOUND, bounded, money_field, quantity_field
from portal.core.scope import ScopedQuerySet
from service.models import IssuedPart, LaborOperation
from warranty.models.claims import WarrantyClaim
from warranty.models.reasons import ReasonCode
from warranty.recovery_rules import DecidedQty

PAID: Final = Q(approved_amount__gt=0) | Q(appealed__granted_amount__gt=0)


class LineKind(models.TextChoices):
    """What a claim line asks money for (rules.md 3.2)."""

    PART = "part", _("Part")
    LABOR = "labor", _("Labor")
    DIAGNOSIS = "diagnosis", _("Diagnosis")
    TRAVEL = "travel", _("Travel")
    OUTSIDE = "outside", _("Outside service")
    FREIGHT = "freight", _("Freight")
    OTHER = "other", _("Other")


class Remedy(models.TextChoices):
    """What was done about the failed part."""

    REPLACE = "replace", _("Replaced")
    REPAIR = "repair", _("Repaired")


class Payer(models.TextChoices):
    """Whose money pays a line."""

    MANUFACTURER = "manufacturer", _("Manufacturer")
    EXTENDED = "extended", _("Extended warranty")
    GOODWILL = "goodwill", _("Goodwill")
    CAMPAIGN = "campaign", _("Campaign")


CHARGEABLE: Final = (Payer.MANUFACTURER, Payer.CAMPAIGN)  # what a supplier may be asked for: adr/0023

LINE_FROZEN = """
    IF TG_OP = 'UPDATE'
       AND (NEW.claim_id, NEW.position, NEW.kind, NEW.part_id, NEW.operation_id, NEW.qty, NEW.hours, NEW.km,
            NEW.claimed_amount, NEW.remedy, NEW.removed_serial)
           IS NOT DISTINCT FROM
           (OLD.claim_id, OLD.position, OLD.kind, OLD.part_id, OLD.operation_id, OLD.qty, OLD.hours, OLD.km,
            OLD.claimed_amount, OLD.remedy, OLD.removed_serial) THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT 1 FROM warranty_warrantyclaim claim
               WHERE claim.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.claim_id ELSE NEW.claim_id END
                 AND claim.status NOT IN ('draft', 'info_requested')) THEN
        RAISE EXCEPTION 'the lines of a submitted claim are frozen'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_lines_frozen';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
"""


TOTALS = """
    UPDATE warranty_warrantyclaim claim
    SET claimed_total = sums.claimed, allowed_total = sums.allowed, approved_total = sums.approved
    FROM (SELECT COALESCE(SUM(claimed_amount), 0) AS claimed, COALESCE(SUM(allowed_amount), 0) AS allowed,
                 SUM(approved_amount) AS approved
          FROM warranty_claimline
          WHERE claim_id = CASE WHEN TG_OP = 'DELETE' THEN OLD.claim_id ELSE NEW.claim_id END) sums
    WHERE claim.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.claim_id ELSE NEW.claim_id END;
    RETURN NULL;
"""


@tracked()
class ClaimLine(models.Model):
    """One thing a claim asks money for: as claimed, as the rules allow it, as it was approved; CNY without tax."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "claim__station_id"}

    claim = models.ForeignKey(WarrantyClaim, on_delete=models.CASCADE, related_name="lines", verbose_name=_("claim"))
    part = models.ForeignKey(
        Part, null=True, blank=True, on_delete=models.PROTECT, related_name="claim_lines", verbose_name=_("part")
    )
    operation = models.ForeignKey(
        LaborOperation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("operation")
    )
    issued_part = models.ForeignKey(
        IssuedPart,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="claim_lines",
        verbose_name=_("issued part"),
        editable=False,
    )
    reason_code = models.ForeignKey(
        ReasonCode, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("reason")
    )
    position = models.PositiveSmallIntegerField(_("no."))
    kind = models.CharField(_("kind"), max_length=20, choices=LineKind)
    description = models.CharField(_("description"), max_length=200, blank=True)
    part_class = models.CharField(_("part class"), max_length=20, choices=PartClass, blank=True, editable=False)
    remedy = models.CharField(_("remedy"), max_length=10, choices=Remedy, blank=True)
    removed_serial = models.CharField(_("serial number of the removed piece"), max_length=60, blank=True)
    fitted_serial = models.CharField(_("serial number of the fitted piece"), max_length=60, blank=True)
    qty = quantity_field(_("quantity"), default=Decimal(1))
    hours = quantity_field(_("hours"), default=Decimal(0))
    flat_hours = quantity_field(_("flat hours"), default=Decimal(0), editable=False)
    km = quantity_field(_("kilometers"), default=Decimal(0))
    unit_price = money_field(_("net price or rate"), default=Decimal(0), editable=False)
    invoice_number = models.CharField(_("invoice number"), max_length=60, blank=True)
    claimed_amount = money_field(_("claimed"), default=Decimal(0))
    allowed_amount = money_field(_("allowed"), default=Decimal(0), editable=False)
    codes = models.JSONField(_("rules that cut"), default=list, editable=False)
    payer = models.CharField(_("payer"), max_length=20, choices=Payer, default=Payer.MANUFACTURER, editable=False)
    return_required = models.BooleanField(_("failed part returns"), default=False, editable=False)
    approved_qty = quantity_field(_("approved quantity"), null=True, blank=True, editable=False)
    approved_hours = quantity_field(_("approved hours"), null=True, blank=True, editable=False)
    approved_amount = money_field(_("approved"), null=True, blank=True, editable=False)
    note = models.TextField(_("explanation"), max_length=1000, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim line")
        verbose_name_plural = _("claim lines")
        ordering = ["claim", "position"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "position"], name="claim_line_position_once"),
            models.CheckConstraint(condition=Q(kind__in=LineKind.values), name="claim_line_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind="part") | Q(part__isnull=False) & ~Q(remedy=""),
                name="part_line_names_part_and_remedy",
            ),
            models.CheckConstraint(
                condition=~Q(kind="labor") | Q(operation__isnull=False), name="labor_line_names_operation"
            ),
            models.CheckConstraint(
                condition=Q(allowed_amount__lte=F("claimed_amount")), name="claim_line_allowed_within_claimed"
            ),
            models.CheckConstraint(
                condition=Q(approved_amount=None) | Q(approved_amount__lte=F("claimed_amount")),
                name="claim_line_approved_within_claimed",
            ),
            models.CheckConstraint(
                condition=Q(approved_qty=None) | Q(approved_qty__lte=F("qty")),
                name="claim_line_approved_qty_within_claimed",
            ),
            models.CheckConstraint(
                condition=Q(approved_hours=None) | Q(approved_hours__lte=F("hours")),
                name="claim_line_approved_hours_within_claimed",
            ),
            bounded("qty", 0, BOUND, name="claim_line_qty_in_bounds"),
            bounded("hours", 0, 1_000, name="claim_line_hours_in_bounds"),
            bounded("flat_hours", 0, 1_000, name="claim_line_flat_hours_in_bounds"),
            bounded("km", 0, 10_000, name="claim_line_km_in_bounds"),
            bounded("unit_price", 0, BOUND, name="claim_line_price_in_bounds"),
            bounded("claimed_amount", 0, BOUND, name="claim_line_claimed_in_bounds"),
            bounded("allowed_amount", 0, BOUND, name="claim_line_allowed_in_bounds"),
            bounded("approved_amount", 0, BOUND, name="claim_line_approved_in_bounds", null=True),
            bounded("approved_qty", 0, BOUND, name="claim_line_approved_qty_in_bounds", null=True),
            bounded("approved_hours", 0, 1_000, name="claim_line_approved_hours_in_bounds", null=True),
        ]
        indexes = [
            models.Index(fields=["operation", "id"], name="claim_line_by_operation"),
            models.Index(
                fields=["removed_serial"], name="claim_line_by_removed_serial", condition=~Q(removed_serial="")
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="claim_lines_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=LINE_FROZEN,
            ),
            pgtrigger.Trigger(
                name="claim_totals",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=TOTALS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.get_kind_display()}"

    @property
    def what(self) -> str:
        """The part, operation or text that the line is about; part and operation must be loaded."""
        if self.part:
            return str(self.part)
        return str(self.operation) if self.operation else self.description

    @property
    def cut(self) -> Decimal:
        """What the station does not get of what it claimed, decided or as the rules stand."""
        granted = self.allowed_amount if self.approved_amount is None else self.approved_amount
        return self.claimed_amount - granted

    @property
    def granted(self) -> Decimal:
        """The approved amount, or before the decision what the rules allow."""
        return self.allowed_amount if self.approved_amount is None else self.approved_amount

    @property
    def paid_amount(self) -> Decimal:
        """What the station gets in the end: what the decision approved and what its appeal granted."""
        appealed = getattr(self, "appealed", None)
        return paid_of(self.approved_amount, appealed.granted_amount if appealed else None)

    @property
    def decided_qty(self) -> DecidedQty:
        """Its quantity as claimed and as approved, with what its appeal granted."""
        approved = self.approved_amount or Decimal(0)
        granted = self.paid_amount - approved
        return DecidedQty(self.qty, self.approved_qty, self.claimed_amount, approved, granted)


def paid_of(approved: Decimal | None, granted: Decimal | None) -> Decimal:
    """What a line brings the station: approved by the decision, granted by its appeal; None where neither spoke."""
    return (approved or Decimal(0)) + (granted or Decimal(0))

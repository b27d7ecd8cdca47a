"""Supplier recovery: agreements and the right to charge (cases).

Not here: notes (models.chargebacks), how much (recovery_rules), how they move (warranty.recovery).
"""

from typing import Any, ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models import Part, PartCategory, Supplier
from parts.models.suppliers import DateRange
from portal.core.history import tracked
from portal.core.money import BOUND, bounded, money_field
from portal.core.scope import HEADQUARTERS, ScopedQuerySet
from portal.core.states import Moves, MovesGuard
from warranty.master_states import MasterStatus
from warranty.models.dated import DatedMaster, checks, guards
from warranty.settlement_states import RECOVERY_MOVES, LostReason, NamedBy, RecoveryStatus


def percent_field(label: Any) -> "models.DecimalField[Any, Any]":
    """A share in percent, 0–100."""
    return models.DecimalField(label, max_digits=5, decimal_places=2, default=0)


SHARES = ("part_share", "labor_share", "travel_share", "other_share")


@tracked()
class SupplierAgreement(DatedMaster):
    """What a supplier pays of warranty cost for parts repaired in [valid_from, valid_to), once another person released it.

    For one part, else one category, else one class, else everything: the narrowest that holds counts. number is the
    contract's; who renews it proposes the next under a number of its own.
    """

    SCOPE: ClassVar[object] = HEADQUARTERS
    SUBJECT: ClassVar[tuple[str, ...]] = ("supplier", "part", "category", "part_class")
    FIRST_LIES_BACK: ClassVar[bool] = True

    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, related_name="agreements", verbose_name=_("supplier")
    )
    part = models.ForeignKey(
        Part, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("part")
    )
    category = models.ForeignKey(
        PartCategory, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("part category")
    )
    part_class = models.CharField(pgettext_lazy("agreement", "part class"), max_length=20, blank=True)
    number = models.CharField(_("agreement number"), max_length=40)
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

    class Meta:
        verbose_name = _("supplier agreement")
        verbose_name_plural = _("supplier agreements")
        ordering = ["supplier", "-valid_from"]
        constraints = [
            *checks("agreement"),
            models.UniqueConstraint(
                fields=["number"],
                condition=~Q(status=MasterStatus.WITHDRAWN),
                name="agreement_number_once",
                violation_error_message=_("Another agreement has this number."),
            ),
            models.CheckConstraint(
                condition=Q(part=None, category=None) | Q(part=None, part_class="") | Q(category=None, part_class=""),
                name="agreement_names_one_kind_of_parts",
                violation_error_message=_("Name a part, a category or a class, only one of them."),
            ),
            ExclusionConstraint(
                name="supplier_has_one_agreement_a_day_for_a_part",
                expressions=[
                    (F("supplier"), RangeOperators.EQUAL),
                    (Coalesce(F("part"), Value(0)), RangeOperators.EQUAL),
                    (Coalesce(F("category"), Value(0)), RangeOperators.EQUAL),
                    (F("part_class"), RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                condition=Q(status=MasterStatus.RELEASED),
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
        triggers = guards("agreement")

    def __str__(self) -> str:
        return self.number

    def changes_what_happened(self) -> bool:
        """Whether a case of these parts, repaired since the first day, is charged by a wider or narrower agreement."""
        cases = RecoveryCase.objects.filter(supplier=self.supplier_id, agreement__isnull=False)
        about = {"part": self.part_id, "part__category": self.category_id, "part__part_class": self.part_class}
        within = {path: value for path, value in about.items() if value}
        return cases.filter(claim__repaired_on__gte=self.valid_from, **within).exists()


class RecoveryCaseQuerySet(ScopedQuerySet["RecoveryCase"]):
    """Recovery cases by what they say of a claim line."""

    def answering_for(self, line: Any) -> Self:
        """The case that names who answers for the line's part now, first; those passed on to somebody else after it."""
        return self.filter(line=line, appeal=None, supplier__isnull=False).order_by("-pk")


class RecoveryCase(models.Model):
    """The right to charge a supplier for one claim line of a part, with its notice clock, from approval to its end.

    received_on: when we received the failed piece from the supplier, where its serial number or batch tells.
    kept_until: the notice day that an approver set when a lost right was opened again.
    rerouted_from: the case of another supplier who was charged before and does not answer for the part.
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
    rerouted_from = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rerouted_to",
        verbose_name=_("passed on from"),
        editable=False,
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

    objects = RecoveryCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("recovery case")
        verbose_name_plural = _("recovery cases")
        ordering = ["last_day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(appeal=None, rerouted_from=None), name="one_recovery_case_per_claim_line"
            ),
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

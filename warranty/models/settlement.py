"""The station statement: what may stand on one (settlement items), statements with lines and tax groups, closed months.

Not here: how they are built, answered and paid (warranty.settlement).
"""

from decimal import Decimal
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.money import BOUND, bounded, money_field
from portal.core.scope import ScopedQuerySet
from portal.core.states import Moves, MovesGuard
from stations.models import Station
from warranty.models.failed_parts import FailedPart, PartBox
from warranty.settlement_states import STATEMENT_MOVES, StatementStatus


class ItemKind(models.TextChoices):
    """What a line of a statement is for."""

    CLAIM = "claim", _("Claim")
    APPEAL = "appeal", _("Granted on appeal")
    FREIGHT = "freight", _("Freight of old parts")
    INCENTIVE = "incentive", _("Improvement incentive")
    NOT_RETURNED = "pnr", _("Old part overdue")
    RETURNED_LATE = "pnr_credit", _("Old part came late")
    APPRAISAL = "appraisal", _("Refused at appraisal")
    REVERSAL = "reversal", _("Claim reversed")
    REROUTE = "reroute", _("Supplier charge moved to the station")
    FINE = "fine", pgettext_lazy("statement line", "Fine")
    FINE_BACK = "fine_credit", pgettext_lazy("statement line", "Fine taken back")
    BROUGHT_FORWARD = "brought_forward", _("Brought forward")


class SettlementItem(models.Model):
    """An amount owed to or by a station for a reason; it stands on at most one live statement, in period or later.

    amount is signed, CNY, tax excluded; at fixes the month; tax_rate is the one in force that day, as a fraction.
    kind and source (a document's number, with its version) make it unique, so a retry posts nothing twice.
    """

    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, related_name="settlement_items", verbose_name=_("station")
    )
    claim = models.ForeignKey(
        "warranty.WarrantyClaim",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="settlement_items",
        verbose_name=_("claim"),
    )
    failed_part = models.ForeignKey(
        FailedPart,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="settlement_items",
        verbose_name=_("old part"),
    )
    box = models.ForeignKey(
        PartBox,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="settlement_items",
        verbose_name=_("box of old parts"),
    )
    kind = models.CharField(_("kind"), max_length=15, choices=ItemKind)
    source = models.CharField(_("document"), max_length=60)
    text = models.CharField(_("text"), max_length=200, blank=True)
    reason = models.CharField(_("reason code"), max_length=30, blank=True)
    parts_amount = money_field(_("parts"), default=0)
    labor_amount = money_field(_("labor"), default=0)
    travel_amount = money_field(_("travel"), default=0)
    other_amount = money_field(_("other"), default=0)
    amount = money_field(_("amount (CNY, tax excluded)"))
    tax_rate = models.DecimalField(_("tax rate"), max_digits=5, decimal_places=4)
    at = models.DateTimeField(_("at"))
    period = models.DateField(_("month it may stand in"))
    was_disputed = models.BooleanField(_("was disputed once"), default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("settlement item")
        verbose_name_plural = _("settlement items")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "source"], name="settlement_item_posted_once_per_source"),
            models.CheckConstraint(condition=Q(kind__in=ItemKind.values), name="settlement_item_kind_known"),
            models.CheckConstraint(condition=Q(period__day=1), name="settlement_item_period_is_a_month"),
            models.CheckConstraint(
                condition=Q(
                    amount=models.F("parts_amount")
                    + models.F("labor_amount")
                    + models.F("travel_amount")
                    + models.F("other_amount")
                ),
                name="settlement_item_is_the_sum_of_its_kinds",
            ),
            bounded("amount", -BOUND, BOUND, name="settlement_item_amount_in_bounds"),
            bounded("parts_amount", -BOUND, BOUND, name="settlement_item_parts_in_bounds"),
            bounded("labor_amount", -BOUND, BOUND, name="settlement_item_labor_in_bounds"),
            bounded("travel_amount", -BOUND, BOUND, name="settlement_item_travel_in_bounds"),
            bounded("other_amount", -BOUND, BOUND, name="settlement_item_other_in_bounds"),
            bounded("tax_rate", 0, 1, name="settlement_item_tax_rate_is_a_fraction"),
        ]
        indexes = [models.Index(fields=["station", "period"], name="settlement_item_by_month")]

    def __str__(self) -> str:
        return f"{self.kind} {self.source} {self.amount}"


class Statement(models.Model):
    """What a station is owed for one month, with all facts frozen; corrected only by a revision or a later month.

    Draft numbers are names for the screen; the gap-free number is taken at issue. fingerprint is the SHA-256 of the
    canonical facts, so that building it again can be compared.
    """

    MOVES: ClassVar[Moves] = STATEMENT_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="statements", verbose_name=_("station"))
    supersedes = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="superseded_by",
        verbose_name=_("revises"),
    )
    built_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("built by")
    )
    number = models.CharField(_("number"), max_length=40, unique=True)
    period = models.DateField(_("month"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=0)
    status = models.CharField(
        _("status"), max_length=12, choices=StatementStatus, default=StatementStatus.DRAFT, editable=False
    )
    header = models.JSONField(_("header as issued"), default=dict)
    net = money_field(_("net"), default=0)
    tax = money_field(_("tax"), default=0)
    gross = money_field(_("gross"), default=0)
    payable = money_field(_("payable"), default=0)
    fingerprint = models.CharField(_("fingerprint"), max_length=64, blank=True)
    built_at = models.DateTimeField(_("built at"))
    issued_at = models.DateTimeField(pgettext_lazy("statement", "issued at"), null=True, blank=True)
    answer_by = models.DateField(_("last day to answer"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("station reminded at"), null=True, blank=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_silently = models.BooleanField(_("confirmed by silence"), default=False)
    invoice_number = models.CharField(_("invoice number"), max_length=40, blank=True)
    invoice_amount = money_field(_("invoice amount"), null=True, blank=True)
    bank_reference = models.CharField(_("bank reference"), max_length=60, blank=True)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["-period", "station", "-revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "period"],
                condition=~Q(status__in=["superseded", "voided"]),
                name="one_live_statement_per_station_and_month",
            ),
            models.CheckConstraint(condition=Q(status__in=StatementStatus.values), name="statement_status_known"),
            models.CheckConstraint(condition=Q(period__day=1), name="statement_period_is_a_month"),
            models.CheckConstraint(
                condition=Q(gross=models.F("net") + models.F("tax")), name="statement_gross_is_net_and_tax"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "voided"]) | (Q(issued_at__isnull=False) & ~Q(fingerprint="")),
                name="issued_statement_has_time_and_fingerprint",
            ),
            models.CheckConstraint(
                condition=~Q(status="paid") | Q(paid_on__isnull=False) & (~Q(bank_reference="") | Q(gross=0)),
                name="paid_statement_names_its_payment",
            ),
            *(bounded(name, -BOUND, BOUND, name=f"statement_{name}_in_bounds") for name in ("net", "tax", "gross")),
            bounded("payable", -BOUND, BOUND, name="statement_payable_in_bounds"),
            bounded("invoice_amount", 0, BOUND, name="statement_invoice_in_bounds"),
        ]
        triggers = [
            MovesGuard(name="statement_moves_as_tabled", moves=STATEMENT_MOVES, initial=StatementStatus.DRAFT),
            pgtrigger.Protect(name="statement_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="issued_statement_keeps_its_facts",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.status NOT IN ('draft') AND (OLD.number, OLD.station_id, OLD.period, OLD.net, OLD.tax,
                        OLD.gross, OLD.payable, OLD.fingerprint, OLD.header) IS DISTINCT FROM (NEW.number,
                        NEW.station_id, NEW.period, NEW.net, NEW.tax, NEW.gross, NEW.payable, NEW.fingerprint,
                        NEW.header) THEN
                        RAISE EXCEPTION 'an issued statement keeps its facts' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'issued_statement_keeps_its_facts';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("statement_detail", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        """Whether it has not been issued."""
        return self.status == StatementStatus.DRAFT

    @property
    def is_carried(self) -> bool:
        """Whether its balance goes to the next statement untaxed (one query where the net is 0)."""
        if self.gross < 0:  # those built before a gross below 0 was a reason included
            return True
        if self.net:
            return self.payable != self.gross
        return self.tax_groups.exclude(carried=0).exists()

    @property
    def to_transfer(self) -> Decimal:
        """What finance transfers: what the station's invoice says, a cent from the statement's gross at most."""
        return self.payable if self.invoice_amount is None else self.invoice_amount

    @property
    def is_owed_back(self) -> bool:
        """Whether it was confirmed below 0, which nobody invoices or pays: it waits to be carried."""
        return self.status == StatementStatus.CONFIRMED and self.gross < 0


class StatementLine(models.Model):
    """One item as it stands on a statement; is_live ends when the statement is voided or superseded."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "statement__station_id"}

    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, related_name="lines", verbose_name=_("statement")
    )
    item = models.ForeignKey(
        SettlementItem,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="lines",
        verbose_name=_("settlement item"),
    )
    position = models.PositiveIntegerField(_("no."))
    kind = models.CharField(_("kind"), max_length=15, choices=ItemKind)
    source = models.CharField(_("document"), max_length=60)
    text = models.CharField(_("text"), max_length=200, blank=True)
    reason = models.CharField(_("reason code"), max_length=30, blank=True)
    parts_amount = money_field(_("parts"), default=0)
    labor_amount = money_field(_("labor"), default=0)
    travel_amount = money_field(_("travel"), default=0)
    other_amount = money_field(_("other"), default=0)
    amount = money_field(_("amount (CNY, tax excluded)"))
    tax_rate = models.DecimalField(_("tax rate"), max_digits=5, decimal_places=4)
    is_live = models.BooleanField(_("counts"), default=True)
    dispute_reason = models.CharField(_("why it is disputed"), max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement line")
        verbose_name_plural = _("statement lines")
        ordering = ["statement", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "source"], condition=Q(is_live=True), name="on_at_most_one_live_statement"
            ),
            models.UniqueConstraint(fields=["statement", "position"], name="statement_line_position_once"),
            models.CheckConstraint(
                condition=Q(
                    amount=models.F("parts_amount")
                    + models.F("labor_amount")
                    + models.F("travel_amount")
                    + models.F("other_amount")
                ),
                name="statement_line_is_the_sum_of_its_kinds",
            ),
            bounded("amount", -BOUND, BOUND, name="statement_line_amount_in_bounds"),
            bounded("parts_amount", -BOUND, BOUND, name="statement_line_parts_in_bounds"),
            bounded("labor_amount", -BOUND, BOUND, name="statement_line_labor_in_bounds"),
            bounded("travel_amount", -BOUND, BOUND, name="statement_line_travel_in_bounds"),
            bounded("other_amount", -BOUND, BOUND, name="statement_line_other_in_bounds"),
            bounded("tax_rate", 0, 1, name="statement_line_tax_rate_is_a_fraction"),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.position} {self.source}"


class StatementTaxGroup(models.Model):
    """All lines of one rate on a statement; carried is what a statement below 0 hands on to the next."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "statement__station_id"}

    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, related_name="tax_groups", verbose_name=_("statement")
    )
    tax_rate = models.DecimalField(_("tax rate"), max_digits=5, decimal_places=4)
    brought_forward = money_field(_("brought forward"), default=0)
    net = money_field(_("net"))
    tax = money_field(_("tax"))
    carried = money_field(_("carried"), default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("tax group")
        verbose_name_plural = _("tax groups")
        ordering = ["statement", "tax_rate"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "tax_rate"], name="one_tax_group_per_rate"),
            bounded("tax_rate", 0, 1, name="tax_group_rate_is_a_fraction"),
            *(
                bounded(name, -BOUND, BOUND, name=f"tax_group_{name}_in_bounds")
                for name in ("brought_forward", "net", "tax", "carried")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.tax_rate}"

    @property
    def handed_on(self) -> Decimal:
        """What the next statement takes up once this one is carried; its net where it was built before its gross was a reason."""
        return self.net if self.statement.payable < 0 else self.carried


class ClosedMonth(models.Model):
    """From the issue of its statement on, nothing is posted into this month of a station (kept by a trigger)."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="+", verbose_name=_("station"))
    period = models.DateField(_("month"))
    closed_at = models.DateTimeField(_("closed at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("closed month")
        verbose_name_plural = _("closed months")
        constraints = [models.UniqueConstraint(fields=["station", "period"], name="a_month_is_closed_once")]

    def __str__(self) -> str:
        return f"{self.station_id} {self.period:%Y-%m}"

"""Receiving cases: what a station found different from what was shipped, and what headquarters decided about it."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models.catalog import THOUSANDTH, Part
from parts.models.fulfillment import Shipment, ShipmentLine
from parts.models.ordering import PartsOrder
from parts.states import CASE_MOVES, CASE_UNDECIDED, CaseStatus
from portal.core import clock
from portal.core.money import BOUND, bounded, money_field, quantity_field
from portal.core.scope import ScopedQuerySet
from portal.core.states import Moves, MovesGuard


class Difference(models.TextChoices):
    """How what came differs from what was shipped."""

    SHORT = "short", _("Missing")
    DAMAGED = "damaged", _("Damaged")
    OVER = "over", _("More than shipped")
    WRONG = "wrong", _("Another part")


class Decision(models.TextChoices):
    """What headquarters makes of a difference."""

    CREDIT = "credit", pgettext_lazy("receiving case", "Credit")
    RESHIP = "reship", _("Send again free of charge")
    KEEP = "keep", _("The station keeps the goods")
    SEND_BACK = "send_back", _("The goods come back")
    REFUSE = "refuse", pgettext_lazy("receiving case", "Refuse")


class DamagedGoods(models.TextChoices):
    """Where damaged goods go that are credited or replaced."""

    QUARANTINE = "quarantine", _("Back to headquarters, into quarantine")
    SCRAP = "scrap", _("Scrapped at the station")


class ReceivingCase(models.Model):
    """The differences of one shipment, reported at once, decided at once."""

    station = models.ForeignKey(
        "stations.Station", on_delete=models.PROTECT, related_name="receiving_cases", verbose_name=_("station")
    )
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="cases", verbose_name=_("shipment"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("reported by")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    replacement = models.OneToOneField(
        PartsOrder, on_delete=models.PROTECT, null=True, related_name="replaces", verbose_name=_("replacement order")
    )
    number = models.CharField(_("case number"), max_length=24, unique=True)
    status = models.CharField(_("status"), max_length=16, choices=CaseStatus, default=CaseStatus.PHOTOS_WANTED)
    opened_at = models.DateTimeField(_("reported at"))
    due_on = models.DateField(_("answer due on"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    carrier = models.CharField(_("carrier"), max_length=60, blank=True, db_default="")
    tracking_number = models.CharField(_("tracking number"), max_length=60, blank=True, db_default="")
    return_due_on = models.DateField(_("to be sent back by"), null=True, blank=True)
    sent_on = models.DateField(_("sent back on"), null=True, blank=True)
    credit = money_field(_("credited (CNY, tax excluded)"), default=0)
    charge = money_field(_("charged (CNY, tax excluded)"), default=0)

    objects = ScopedQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}
    MOVES: ClassVar[Moves] = CASE_MOVES

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("receiving case")
        verbose_name_plural = _("receiving cases")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=CaseStatus.values), name="receiving_case_status_known"),
            models.UniqueConstraint(
                fields=["shipment"],
                condition=Q(status__in=CASE_UNDECIDED),
                name="one_undecided_case_per_shipment",
            ),
            bounded("credit", name="receiving_case_credit_bounded"),
            bounded("charge", name="receiving_case_charge_bounded"),
        ]
        indexes: ClassVar = [models.Index(fields=["status", "due_on"], name="receiving_case_by_due_day")]
        triggers: ClassVar = [
            MovesGuard(name="receiving_case_moves", moves=CASE_MOVES, initial=CaseStatus.PHOTOS_WANTED),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("receiving_case_detail", args=[self.pk])

    @property
    def root_number(self) -> str:
        """The order the shipment hangs on."""
        return self.shipment.order.number

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act."""
        return self.status not in {CaseStatus.CLOSED, CaseStatus.WITHDRAWN}

    def is_overdue(self, on: date | None = None) -> bool:
        """Whether headquarters should have answered, or the station have sent the goods, before this day."""
        day = on or clock.today()
        if self.status == CaseStatus.TO_RETURN:
            return self.return_due_on is not None and self.return_due_on < day
        return self.status in {CaseStatus.OPEN, CaseStatus.TO_CONFIRM} and self.due_on < day


class CaseLine(models.Model):
    """Pieces of one part that differ in one way, and the decision. lots: the batches of pieces that come back unbooked.

    amount: until goods that come back have arrived, what is credited or charged if all of them arrive.
    """

    case = models.ForeignKey(ReceivingCase, on_delete=models.PROTECT, related_name="lines", verbose_name=_("case"))
    shipment_line = models.ForeignKey(
        ShipmentLine, on_delete=models.PROTECT, null=True, related_name="case_lines", verbose_name=_("shipment line")
    )
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="case_lines", verbose_name=_("part"))
    position = models.PositiveSmallIntegerField(pgettext_lazy("line", "position"))
    kind = models.CharField(_("difference"), max_length=8, choices=Difference)
    qty = quantity_field(_("quantity"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, blank=True)
    goods = models.CharField(_("damaged goods"), max_length=10, choices=DamagedGoods, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    lots = models.JSONField(default=list, db_default=[], editable=False)
    arrived_qty = quantity_field(_("arrived at headquarters"), null=True, blank=True)
    amount = money_field(_("credited (−) or charged (+), CNY, tax excluded"), default=0)

    objects = ScopedQuerySet.as_manager()
    SCOPE: ClassVar[dict[str, str]] = {"station": "case__station_id"}

    class Meta:
        ordering: ClassVar = ["case", "position"]
        verbose_name = _("case line")
        verbose_name_plural = _("case lines")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "position"], name="case_line_position_once"),
            models.CheckConstraint(condition=Q(kind__in=Difference.values), name="case_line_kind_known"),
            models.CheckConstraint(condition=Q(decision__in=["", *Decision.values]), name="case_line_decision_known"),
            models.CheckConstraint(
                condition=Q(kind=Difference.WRONG, shipment_line=None)
                | (~Q(kind=Difference.WRONG) & Q(shipment_line__isnull=False)),
                name="case_line_names_its_shipment_line_unless_another_part_came",
            ),
            bounded("qty", THOUSANDTH, name="case_line_qty_positive"),
            models.CheckConstraint(
                condition=Q(arrived_qty=None) | Q(arrived_qty__gte=0, arrived_qty__lte=F("qty")),
                name="case_line_arrives_at_most_once",
            ),
            bounded("amount", -BOUND, name="case_line_amount_bounded"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.position}"

    def get_absolute_url(self) -> str:
        return reverse("receiving_case_detail", args=[self.case_id])

    @property
    def wants_photo(self) -> bool:
        """Whether headquarters must see it."""
        return self.kind in {Difference.DAMAGED, Difference.WRONG}

    @property
    def comes_back(self) -> bool:
        """Whether its pieces travel to headquarters before the line is settled."""
        return self.decision == Decision.SEND_BACK or self.goods == DamagedGoods.QUARANTINE

    @property
    def missing_qty(self) -> Decimal:
        """Pieces that should have come back and did not."""
        return self.qty - self.arrived_qty if self.arrived_qty is not None else Decimal(0)

    @property
    def shown_amount(self) -> Decimal:
        """The amount without its sign."""
        return abs(self.amount)

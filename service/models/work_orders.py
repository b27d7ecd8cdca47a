"""The work order a station carries out: parts, hours, way, findings."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.history import tracked
from portal.core.money import bounded, money_field, quantity_field
from portal.core.scope import ScopedQuerySet
from portal.core.searching import search_index
from portal.core.states import Moves, MovesGuard
from service.models.customers import InstalledUnit
from service.models.faults import FaultCode
from service.models.intake import ServiceRequest
from service.models.labor import LaborOperation
from service.states import OPEN_STATUSES, WORK_ORDER_MOVES, WORKING_STATUSES, WorkOrderStatus


class PartAction(models.TextChoices):
    """What was done with the failed part."""

    REPLACE = "replace", _("Replaced")
    REPAIR = "repair", _("Repaired")


class IssuedPartQuerySet(ScopedQuerySet["IssuedPart"]):
    """Parts on jobs by standing."""

    def standing(self) -> "IssuedPartQuerySet":
        """Parts that stayed on the job: not put back."""
        return self.filter(returned_at=None)


class WorkOrderQuerySet(ScopedQuerySet["WorkOrder"]):
    """Work orders by standing."""

    def open(self) -> "WorkOrderQuerySet":
        """Jobs that still bind somebody."""
        return self.filter(status__in=list(OPEN_STATUSES))

    def working(self) -> "WorkOrderQuerySet":
        """Jobs that a station has taken and not finished."""
        return self.filter(status__in=list(WORKING_STATUSES))

    def with_request(self) -> "WorkOrderQuerySet":
        """With what every list shows of the request, its customer and its unit."""
        return self.select_related("request__customer", "request__unit__product_model", "station", "technician")


@tracked()
class WorkOrder(models.Model):
    """A job offered to one station for one request; at most one of a request is open."""

    MOVES: ClassVar[Moves] = WORK_ORDER_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    request = models.ForeignKey(
        ServiceRequest, on_delete=models.PROTECT, related_name="work_orders", verbose_name=_("service request")
    )
    station = models.ForeignKey(
        "stations.Station", on_delete=models.PROTECT, related_name="work_orders", verbose_name=_("station")
    )
    technician = models.ForeignKey(
        "stations.Technician",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="work_orders",
        verbose_name=_("technician"),
    )
    fault_code = models.ForeignKey(
        FaultCode, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("fault code")
    )
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("offered by")
    )
    number = models.CharField(_("work order number"), max_length=30, unique=True)
    root_number = models.CharField(_("chain"), max_length=30, editable=False)
    status = models.CharField(
        _("status"), max_length=12, choices=WorkOrderStatus, default=WorkOrderStatus.OFFERED, editable=False
    )
    dispatch_reasons = models.JSONField(_("why this station"), default=dict, blank=True)
    complaint = models.TextField(_("complaint"), blank=True)
    cause = models.TextField(_("cause"), blank=True)
    correction = models.TextField(_("correction"), blank=True)
    usage_reading = quantity_field(_("usage reading"), null=True, blank=True)
    reading_is_lower = models.BooleanField(_("reading lower than an earlier one"), default=False, editable=False)
    failed_on = models.DateField(_("failed on"), null=True, blank=True)
    repaired_on = models.DateField(_("repaired on"), null=True, blank=True)
    distance_km = models.DecimalField(_("round trip (km)"), max_digits=7, decimal_places=1, null=True, blank=True)
    straight_km = models.DecimalField(_("straight line (km)"), max_digits=7, decimal_places=1, null=True, blank=True)
    customer_signed_as = models.CharField(_("signed by the customer as"), max_length=80, blank=True)
    offered_at = models.DateTimeField(_("offered at"))
    offer_ends_at = models.DateTimeField(_("answer until"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    visit_at = models.DateTimeField(_("appointment"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("arrived at"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)

    objects = WorkOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("work order")
        verbose_name_plural = _("work orders")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["station", "status", "visit_at"], name="work_order_by_station"),
            models.Index(fields=["technician", "status", "visit_at"], name="work_order_by_technician"),
            models.Index(fields=["status", "-id"], name="work_order_by_status"),
            search_index("work_order_search", "number", "root_number"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=WorkOrderStatus.values), name="work_order_status_known"),
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(status__in=sorted(OPEN_STATUSES)),
                name="one_open_work_order_per_request",
            ),
            models.CheckConstraint(
                condition=Q(failed_on=None) | Q(repaired_on=None) | Q(failed_on__lte=F("repaired_on")),
                name="work_order_failed_before_repaired",
            ),
            models.CheckConstraint(
                condition=~Q(status=WorkOrderStatus.COMPLETED)
                | Q(completed_at__isnull=False, repaired_on__isnull=False),
                name="completed_work_order_has_its_days",
            ),
            bounded("distance_km", 0, 99999, name="work_order_distance_sane", null=True),
            bounded("straight_km", 0, 99999, name="work_order_straight_distance_sane", null=True),
            bounded("usage_reading", name="work_order_reading_not_negative", null=True),
        ]
        triggers: ClassVar = [
            MovesGuard(name="work_order_moves_as_tabled", moves=WORK_ORDER_MOVES, initial=WorkOrderStatus.OFFERED)
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("work_order_detail", args=[self.number])

    @property
    def is_open(self) -> bool:
        """Whether it still binds somebody."""
        return self.status in OPEN_STATUSES

    @property
    def is_working(self) -> bool:
        """Whether the station has taken it and not finished it."""
        return self.status in WORKING_STATUSES

    @property
    def unit(self) -> InstalledUnit | None:
        """The unit the request is about."""
        return self.request.unit

    @property
    def phone_shown(self) -> str:
        """The customer's number: in full only while the job is under way."""
        return self.request.contact_phone if self.is_working else self.request.masked_phone


class IssuedPart(models.Model):
    """Pieces of a part taken from the station's stock for the job, or the failed part that was repaired in place."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "work_order__station_id"}

    work_order = models.ForeignKey(
        WorkOrder, on_delete=models.PROTECT, related_name="issued_parts", verbose_name=_("work order")
    )
    part = models.ForeignKey("parts.Part", on_delete=models.PROTECT, related_name="+", verbose_name=_("part"))
    failed_part = models.ForeignKey(
        "parts.Part",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("failed part, if another"),
    )
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("issued by")
    )
    position = models.PositiveSmallIntegerField(_("line"))
    qty = quantity_field(_("quantity"))
    action = models.CharField(_("what was done"), max_length=10, choices=PartAction, default=PartAction.REPLACE)
    removed_serial = models.CharField(_("serial number taken out"), max_length=60, blank=True)
    fitted_serial = models.CharField(_("serial number fitted"), max_length=60, blank=True)
    net_price = money_field(_("station net price"), default=0)
    public_price = money_field(_("public price"), null=True, blank=True)
    issued_at = models.DateTimeField(_("issued at"))
    returned_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    objects = IssuedPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("issued part")
        verbose_name_plural = _("issued parts")
        ordering: ClassVar = ["work_order", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["work_order", "position"], name="issued_part_has_one_line"),
            bounded("qty", Decimal("0.001"), 1_000, name="issued_qty_positive"),
            bounded("net_price", name="issued_net_price_bounded"),
            bounded("public_price", name="issued_public_price_bounded", null=True),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} × {self.qty}"


class WorkedHours(models.Model):
    """An operation done on the job: how often, and the hours it took in all."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "work_order__station_id"}

    work_order = models.ForeignKey(
        WorkOrder, on_delete=models.PROTECT, related_name="worked_hours", verbose_name=_("work order")
    )
    operation = models.ForeignKey(
        LaborOperation, on_delete=models.PROTECT, related_name="+", verbose_name=_("operation")
    )
    qty = models.PositiveSmallIntegerField(_("times done"), default=1)
    hours = models.DecimalField(_("hours"), max_digits=6, decimal_places=2)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("worked hours")
        verbose_name_plural = _("worked hours")
        ordering: ClassVar = ["work_order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["work_order", "operation"], name="operation_once_per_work_order"),
            bounded("hours", Decimal("0.01"), 999, name="worked_hours_positive"),
            bounded("qty", 1, 99, name="operation_times_sane"),
        ]

    def __str__(self) -> str:
        return f"{self.operation_id} {self.hours} h"

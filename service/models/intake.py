"""The service request: what a customer asked for, how urgent, by when, and what the unit's cover was said to be."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.history import tracked
from portal.core.scope import ScopedQuerySet
from portal.core.searching import search_index
from portal.core.states import Moves, MovesGuard
from service import entitlement
from service.models.customers import Customer, InstalledUnit, mask_phone
from service.models.faults import FaultCode
from service.states import OPEN_REQUESTS, REQUEST_MOVES, RequestStatus


class Category(models.TextChoices):
    """What the customer wants (requirement 29)."""

    URGENT_REPAIR = "urgent_repair", _("Urgent installation or repair")
    SELF_SERVICE = "self_service", _("Outlet self-service")
    ADVICE = "advice", _("Advice")
    PARTS = "parts", _("Parts")
    COMPLAINT = "complaint", _("Complaint or suggestion")


class Channel(models.TextChoices):
    """How the request came."""

    HOTLINE = "hotline", _("Hotline")
    ONLINE = "online", _("Online agent")
    FORM = "form", _("Ticket form")
    WECHAT = "wechat", _("WeChat")
    APP = "app", _("App")
    EMAIL = "email", _("E-mail")
    STATION = "station", _("Station")


class Urgency(models.TextChoices):
    """Drives the answer clock: 15 minutes, 2 hours, 8 hours."""

    MACHINE_STOPPED = "machine_stopped", _("Machine stopped")
    FUNCTION_FAULT = "function_fault", _("Function fault")
    ADVICE = "advice", _("Advice")


class ProblemClass(models.IntegerChoices):
    """Drives who may decide; written L1, L2, L3 on screen."""

    L1 = 1, "L1"
    L2 = 2, "L2"
    L3 = 3, "L3"


class ServiceRequestQuerySet(ScopedQuerySet["ServiceRequest"]):
    """Requests by standing."""

    def open(self) -> "ServiceRequestQuerySet":
        """Requests that still need somebody."""
        return self.filter(status__in=list(OPEN_REQUESTS))

    def waiting_for_dispatch(self) -> "ServiceRequestQuerySet":
        """Requests that no station has on offer or at work."""
        standing = Q(status__in=[RequestStatus.NEW, RequestStatus.DISPATCHING])
        return self.filter(standing, ~models.Exists(self._jobs().filter(status="offered")))

    def served_by(self, stations: Collection[int]) -> "ServiceRequestQuerySet":
        """Requests these stations have on offer, at work or done; a declined offer shows nothing any more."""
        ended = ["declined", "expired", "cancelled"]
        return self.filter(models.Exists(self._jobs().filter(station__in=stations).exclude(status__in=ended)))

    def _jobs(self) -> models.QuerySet[Any]:
        jobs: Any = self.model._meta.get_field("work_orders").related_model
        return jobs.objects.filter(request=models.OuterRef("pk"))  # type: ignore[no-any-return]

    def open_first(self) -> "ServiceRequestQuerySet":
        """Open ones first, then the others, newest first in both."""
        rank = models.Case(models.When(status__in=list(OPEN_REQUESTS), then=0), default=1)
        return self.order_by(rank, "-created_at", "-pk")


@tracked()
class ServiceRequest(models.Model):
    """One request of one customer, usually for one unit; the root of the chain that ends at the supplier's cash."""

    MOVES: ClassVar[Moves] = REQUEST_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="requests", verbose_name=_("customer")
    )
    unit = models.ForeignKey(
        InstalledUnit, null=True, blank=True, on_delete=models.PROTECT, related_name="requests", verbose_name=_("unit")
    )
    fault_code = models.ForeignKey(
        FaultCode,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="requests",
        verbose_name=_("fault code"),
    )
    station = models.ForeignKey(
        "stations.Station",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="service_requests",
        verbose_name=_("station"),
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("taken by")
    )
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="duplicates",
        verbose_name=_("merged into"),
    )
    number = models.CharField(_("request number"), max_length=30, unique=True)
    status = models.CharField(
        _("status"), max_length=20, choices=RequestStatus, default=RequestStatus.NEW, editable=False
    )
    category = models.CharField(_("category"), max_length=20, choices=Category, default=Category.URGENT_REPAIR)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel, default=Channel.HOTLINE)
    urgency = models.CharField(_("urgency"), max_length=20, choices=Urgency, default=Urgency.FUNCTION_FAULT)
    problem_class = models.PositiveSmallIntegerField(_("problem class"), choices=ProblemClass, default=ProblemClass.L1)
    fault_text = models.TextField(_("what the customer says"), max_length=2000)
    contact_name = models.CharField(_("contact"), max_length=80, blank=True)
    contact_phone = models.CharField(_("contact phone"), max_length=30, blank=True)
    division = models.CharField(_("division code"), max_length=12, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    cover_verdict = models.CharField(_("cover"), max_length=20, blank=True)
    cover_facts = models.JSONField(
        _("facts of the cover"),
        default=dict,
        db_default=models.Value({}, output_field=models.JSONField()),
        blank=True,
        editable=False,
    )
    cover_reference = models.CharField(_("cover reference"), max_length=80, blank=True)
    resolution = models.TextField(_("result"), blank=True)
    created_at = models.DateTimeField(_("created at"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answer_due_at = models.DateTimeField(_("answer due"))
    dispatch_due_at = models.DateTimeField(_("dispatch due"), null=True, blank=True)
    dispatched_at = models.DateTimeField(_("dispatched at"), null=True, blank=True)
    appointment_due_at = models.DateTimeField(_("appointment due"), null=True, blank=True)
    appointment_fixed_at = models.DateTimeField(_("appointment fixed at"), null=True, blank=True)
    arrival_due_at = models.DateTimeField(_("arrival due"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("technician arrived at"), null=True, blank=True)
    completion_due_at = models.DateTimeField(_("completion due"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = ServiceRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("service request")
        verbose_name_plural = _("service requests")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["status", "completion_due_at"], name="request_by_due"),
            models.Index(fields=["station", "status"], name="request_by_station"),
            models.Index(fields=["contact_phone"], name="request_by_phone"),
            GinIndex(OpClass("number", name="gin_trgm_ops"), name="request_number_trigram"),
            search_index("request_search", "contact_name", "contact_phone", "fault_text"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=RequestStatus.values), name="request_status_known"),
            models.CheckConstraint(condition=Q(problem_class__in=[1, 2, 3]), name="request_class_known"),
            models.CheckConstraint(condition=~Q(fault_text=""), name="request_says_something"),
        ]
        triggers: ClassVar = [
            MovesGuard(name="request_moves_as_tabled", moves=REQUEST_MOVES, initial=RequestStatus.NEW)
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("request_detail", args=[self.number])

    @property
    def root_number(self) -> str:
        """The chain hangs on the request itself."""
        return self.number

    @property
    def cover_text(self) -> str:
        """What the cover was said to be when the request was taken, in the reader's language."""
        return entitlement.say(self.cover_facts)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to work on it."""
        return self.status in OPEN_REQUESTS

    @property
    def masked_phone(self) -> str:
        """138****1234: what is shown outside an active job."""
        return mask_phone(self.contact_phone)

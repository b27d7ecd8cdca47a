"""Prior authorizations: what headquarters promises to pay of a repair before it is done. Not here: goodwill."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models import Part
from portal.core.money import bounded, money_field, quantity_field
from portal.core.scope import ScopedQuerySet
from portal.core.states import Moves, MovesGuard
from service.models import InstalledUnit, LaborOperation, WorkOrder
from stations.models import Station
from warranty.authorization_states import (
    AUTHORIZATION_MOVES,
    AUTHORIZATION_TONES,
    GRANTED_AUTHORIZATION,
    STANDING,
    AuthorizationStatus,
)
from warranty.models.claim_lines import LineKind
from warranty.models.claims import WarrantyClaim
from warranty.models.reasons import ReasonCode

USER = settings.AUTH_USER_MODEL


class PriorAuthorization(models.Model):
    """A station's question before the work, and the answer: up to which amount, for work done from the answer through valid_until.

    estimated is the sum of its lines; amount is what headquarters grants of it.
    """

    MOVES: ClassVar[Moves] = AUTHORIZATION_MOVES
    TONES: ClassVar[dict[str, str]] = AUTHORIZATION_TONES
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="+", verbose_name=_("station"))
    work_order = models.ForeignKey(
        WorkOrder, null=True, blank=True, on_delete=models.PROTECT, related_name="prior_authorizations",
        verbose_name=_("work order"),
    )  # fmt: skip
    unit = models.ForeignKey(
        InstalledUnit, on_delete=models.PROTECT, related_name="prior_authorizations", verbose_name=_("unit")
    )
    claim = models.OneToOneField(
        WarrantyClaim, null=True, blank=True, on_delete=models.PROTECT, related_name="prior_authorization",
        verbose_name=_("claim"),
    )  # fmt: skip
    requested_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("requested by"))
    decided_by = models.ForeignKey(
        USER, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    reason_code = models.ForeignKey(
        ReasonCode, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("reason code")
    )
    number = models.CharField(_("number"), max_length=30, unique=True)
    status = models.CharField(
        _("status"), max_length=12, choices=AuthorizationStatus, default=AuthorizationStatus.REQUESTED
    )
    reason = models.TextField(pgettext_lazy("authorization", "why the work is needed"), max_length=1000)
    answer = models.TextField(_("answer"), max_length=1000, blank=True)
    requested_at = models.DateTimeField(_("requested at"))
    decided_at = models.DateTimeField(_("decided at"), null=True)
    authorized_on = models.DateField(_("granted on"), null=True)
    valid_until = models.DateField(_("valid through"), null=True)
    reminded_at = models.DateTimeField(_("reminded at"), null=True, editable=False)
    estimated = money_field(_("estimated amount (CNY, tax excluded)"))
    amount = money_field(_("granted up to (CNY, tax excluded)"), null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("prior authorization")
        verbose_name_plural = _("prior authorizations")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=AuthorizationStatus.values), name="prior_authorization_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=GRANTED_AUTHORIZATION)
                | Q(
                    amount__isnull=False,
                    valid_until__isnull=False,
                    authorized_on__isnull=False,
                    decided_by__isnull=False,
                ),
                name="granted_authorization_has_amount_and_end",
            ),
            models.CheckConstraint(
                condition=~Q(status=AuthorizationStatus.USED) | Q(claim__isnull=False),
                name="used_authorization_names_its_claim",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by")),
                name="prior_authorization_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__lte=F("estimated")), name="granted_within_the_estimate"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("authorized_on")),
                name="prior_authorization_ends_after_it_begins",
            ),
            bounded("estimated", 0, name="prior_authorization_estimate_in_bounds"),
            bounded("amount", 0, name="prior_authorization_amount_in_bounds", null=True),
            models.UniqueConstraint(
                fields=["work_order"],
                condition=Q(status__in=STANDING, work_order__isnull=False),
                name="one_standing_authorization_per_job",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "requested_at"], name="prior_authorization_queue"),
            models.Index(fields=["station", "-id"], name="prior_authorization_station"),
        ]
        triggers = [
            MovesGuard(
                name="prior_authorization_moves", moves=AUTHORIZATION_MOVES, initial=AuthorizationStatus.REQUESTED
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("authorization_detail", args=[self.pk])

    @property
    def root_number(self) -> str:
        """What the chain hangs on: the job's request, if there is a job."""
        return self.work_order.root_number if self.work_order else self.number

    @property
    def tone(self) -> str:
        return AUTHORIZATION_TONES[self.status]

    @property
    def is_open(self) -> bool:
        """Whether headquarters still has to answer."""
        return self.status == AuthorizationStatus.REQUESTED

    def covers(self, day: date) -> bool:
        """Whether work done on this day was authorized before it."""
        return bool(self.authorized_on and self.valid_until and self.authorized_on <= day <= self.valid_until)


class AuthorizedLine(models.Model):
    """One thing the station wants to do: a part, an operation, a service from outside."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "authorization__station_id"}

    authorization = models.ForeignKey(
        PriorAuthorization, on_delete=models.CASCADE, related_name="lines", verbose_name=_("prior authorization")
    )
    part = models.ForeignKey(Part, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("part"))
    operation = models.ForeignKey(
        LaborOperation, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("operation")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=12, choices=LineKind)
    description = models.CharField(_("description"), max_length=200, blank=True)
    qty = quantity_field(_("quantity"), default=Decimal(1))
    amount = money_field(_("amount (CNY, tax excluded)"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a prior authorization")
        verbose_name_plural = _("lines of a prior authorization")
        ordering = ["authorization", "position"]
        constraints = [
            models.UniqueConstraint(fields=["authorization", "position"], name="authorized_line_position_once"),
            bounded("qty", 0, 100_000, name="authorized_line_qty_in_bounds"),
            bounded("amount", 0, name="authorized_line_amount_in_bounds"),
        ]

    def __str__(self) -> str:
        return f"{self.authorization_id}/{self.position}"

    @property
    def what(self) -> str:
        """The part or operation by its number and name, else the description; both must be loaded."""
        if self.part is not None:
            return f"{self.part.number} {self.part.local_name}"
        if self.operation is not None:
            return str(self.operation)
        return self.description

"""An outlet's way into the network, on paper. Not here: visits (inspections), contract (contracts)."""

from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.history import tracked
from portal.core.scope import HEADQUARTERS, ScopedQuerySet
from portal.core.states import Moves, MovesGuard
from stations.models.network import Dealer, OperationCenter, Station, StationKind, TaxpayerType
from stations.models.products import in_language
from stations.states import APPLICATION_MOVES, EDITABLE_BY_APPLICANT, ApplicationStatus


class DocumentType(models.TextChoices):
    """The papers an applicant may have to show."""

    LICENSE = "license", _("Business license")
    OWNER_ID = "owner_id", _("Owner's ID card")
    BANK = "bank", _("Bank account permit")
    TAX = "tax", _("Tax registration")
    LEASE = "lease", _("Lease or property deed")
    PHOTOS = "photos", _("Photos of the premises")
    STAFF = "staff", _("Staff list")
    EQUIPMENT = "equipment", _("Equipment list")
    INSURANCE = "insurance", _("Liability insurance")


class WantedGrade(models.TextChoices):
    """The grade an outlet wants to be equipped for; it begins on probation all the same."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"


LISTED = frozenset({DocumentType.STAFF, DocumentType.EQUIPMENT})  # filled in row by row; a file beside it is optional


class RequiredDocument(models.Model):
    """A paper which applications of one kind of station, for one grade or all, must show; edited by headquarters.

    A row for the wanted grade takes the place of the row for all grades, also to ask for less.
    """

    SCOPE: ClassVar[dict[str, str]] = HEADQUARTERS

    station_kind = models.CharField(_("kind of station"), max_length=20, choices=StationKind)
    wanted_grade = models.CharField(
        _("wanted grade"), max_length=1, choices=WantedGrade, blank=True, default="", db_default="",
        help_text=_("Left empty: for every grade."),
    )  # fmt: skip
    document_type = models.CharField(_("document"), max_length=20, choices=DocumentType)
    needs_number = models.BooleanField(_("with a number"), default=False)
    needs_expiry = models.BooleanField(_("with an expiry date"), default=False)
    is_required = models.BooleanField(_("required"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("required document")
        verbose_name_plural = _("required documents")
        ordering = ["station_kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                "station_kind",
                "wanted_grade",
                "document_type",
                name="document_required_once_per_kind_and_grade",
            ),
            models.CheckConstraint(
                condition=models.Q(wanted_grade__in=["", *WantedGrade.values]), name="required_for_a_known_grade"
            ),
        ]

    def __str__(self) -> str:
        words = f"{self.get_station_kind_display()}: {self.get_document_type_display()}"
        return f"{words} ({self.wanted_grade})" if self.wanted_grade else words

    @property
    def is_listed(self) -> bool:
        """Asked for row by row."""
        return self.document_type in LISTED


class ApplicationInvitation(models.Model):
    """A link, printed as a QR code, by which somebody without an account files one application."""

    SCOPE: ClassVar[dict[str, str]] = {"center": "center_id", "region": "center__region_id"}

    center = models.ForeignKey(
        OperationCenter, on_delete=models.PROTECT, related_name="+", verbose_name=_("operation center")
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("invited by")
    )
    kind = models.CharField(_("kind of station"), max_length=20, choices=StationKind, default=StationKind.DEALER)
    company_name = models.CharField(_("company name"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    nonce = models.CharField(max_length=32, unique=True, editable=False)
    invited_at = models.DateTimeField(_("invited at"))
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("application invitation")
        verbose_name_plural = _("application invitations")
        ordering = ["-invited_at", "-pk"]

    def __str__(self) -> str:
        return self.company_name or self.phone or f"#{self.pk}"

    @property
    def number(self) -> str:
        """What events call it."""
        return f"INV-{self.pk}"


@tracked()
class StationApplication(models.Model):
    """One outlet's application: edited by the applicant while draft or sent back, else moved by operations."""

    MOVES: ClassVar[Moves] = APPLICATION_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id", "center": "center_id", "region": "center__region_id"}

    invitation = models.OneToOneField(
        ApplicationInvitation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="application",
        verbose_name=_("invitation"),
    )
    center = models.ForeignKey(
        OperationCenter, on_delete=models.PROTECT, related_name="applications", verbose_name=_("operation center")
    )
    dealer = models.ForeignKey(
        Dealer, null=True, blank=True, on_delete=models.PROTECT, related_name="applications", verbose_name=_("dealer")
    )
    station = models.OneToOneField(
        Station,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="application",
        verbose_name=_("station"),
        editable=False,
    )
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("filed by"),
    )
    region_decider = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reviewed by (region)"),
        editable=False,
    )
    hq_decider = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("decided by (headquarters)"),
        editable=False,
    )
    number = models.CharField(_("number"), max_length=30, blank=True, editable=False)
    status = models.CharField(
        _("status"), max_length=20, choices=ApplicationStatus, default=ApplicationStatus.DRAFT, editable=False
    )
    kind = models.CharField(_("kind of station"), max_length=20, choices=StationKind, default=StationKind.DEALER)
    wanted_grade = models.CharField(
        _("wanted grade"), max_length=1, choices=WantedGrade, default=WantedGrade.C, db_default=WantedGrade.C
    )

    company_name = models.CharField(_("company name"), max_length=120, blank=True)
    license_number = models.CharField(_("business license number"), max_length=30, blank=True)
    taxpayer_type = models.CharField(_("taxpayer type"), max_length=10, choices=TaxpayerType, blank=True)
    bank_name = models.CharField(_("bank"), max_length=120, blank=True)
    bank_account = models.CharField(_("bank account"), max_length=40, blank=True)
    owner_name = models.CharField(_("person in charge"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("email"), blank=True)
    station_name = models.CharField(_("name of the station"), max_length=120, blank=True)
    station_name_en = models.CharField(_("English name of the station"), max_length=120, blank=True)
    division = models.CharField(_("division code"), max_length=12, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    premises_square_meters = models.PositiveIntegerField(
        _("premises (m²)"), null=True, blank=True, validators=[MaxValueValidator(100_000)]
    )
    technician_count = models.PositiveSmallIntegerField(
        _("technicians"), null=True, blank=True, validators=[MaxValueValidator(1_000)]
    )
    introduction = models.TextField(_("introduction"), max_length=2_000, blank=True)

    created_at = models.DateTimeField(_("created at"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    return_reason = models.TextField(_("reason for sending back or refusing"), blank=True, editable=False)
    paused_until = models.DateField(_("may apply again from"), null=True, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("station application")
        verbose_name_plural = _("station applications")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=ApplicationStatus.values), name="application_status_known"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=StationKind.values), name="application_kind_known"),
            models.CheckConstraint(
                condition=models.Q(wanted_grade__in=WantedGrade.values), name="application_wants_a_known_grade"
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~models.Q(number=""), name="application_number_given_once"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=[ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN])
                | ~models.Q(number=""),
                name="submitted_application_has_number",
            ),
            models.CheckConstraint(
                condition=models.Q(hq_decider__isnull=True)
                | models.Q(region_decider__isnull=True)
                | ~models.Q(hq_decider=models.F("region_decider")),
                name="region_and_headquarters_deciders_differ",
            ),
        ]
        triggers = [
            MovesGuard(name="application_moves_as_tabled", moves=APPLICATION_MOVES, initial=ApplicationStatus.DRAFT)
        ]
        indexes = [
            models.Index(fields=["status", "-created_at"], name="application_queue"),
            models.Index(fields=["license_number"], name="application_by_license"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.company_name}".strip() or f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("application_detail", args=[self.pk])

    @property
    def local_station_name(self) -> str:
        """What the station is to be called, in the reader's language."""
        return in_language(self.station_name, self.station_name_en)

    @property
    def is_editable(self) -> bool:
        """The applicant may still change it."""
        return self.status in EDITABLE_BY_APPLICANT

    @property
    def own_people(self) -> frozenset[int]:
        """Who brought it in, and so decides nothing about it: who filed it, and who invited the applicant."""
        inviter = self.invitation.invited_by_id if self.invitation else None
        return frozenset(filter(None, [self.filed_by_id, inviter]))

    def pause_holds(self, on: date) -> bool:
        """A refusal still bars a new application on that day."""
        return self.paused_until is not None and on < self.paused_until


class ApplicationDocument(models.Model):
    """One paper of an application; its files hang on it as attachments."""

    SCOPE: ClassVar[dict[str, str]] = {
        "station": "application__station_id",
        "center": "application__center_id",
        "region": "application__center__region_id",
    }

    application = models.ForeignKey(
        StationApplication, on_delete=models.PROTECT, related_name="documents", verbose_name=_("application")
    )
    document_type = models.CharField(_("document"), max_length=20, choices=DocumentType)
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    expires_on = models.DateField(_("valid until (first invalid day)"), null=True, blank=True)
    has_file = models.BooleanField(_("file received"), default=False, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("application document")
        verbose_name_plural = _("application documents")
        ordering = ["application", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "document_type"], name="one_document_of_a_type_per_application"
            ),
            models.CheckConstraint(
                condition=models.Q(document_type__in=DocumentType.values), name="application_document_type_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_document_type_display())

    @property
    def number(self) -> str:
        """What events call it."""
        return self.application.number

    def is_expired(self, on: date) -> bool:
        """The end day is the first invalid day."""
        return self.expires_on is not None and self.expires_on <= on


def invitation_is_open(invitation: ApplicationInvitation, at: datetime) -> bool:
    """The link still opens its page."""
    return invitation.revoked_at is None and at < invitation.expires_at

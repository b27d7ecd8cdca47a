"""Old parts: one row a piece that must come back, its box, its custody log and its appraisal.

Not here: what they cause in money (settlement, recovery), how they move (warranty.failed_parts, warranty.appraisal).
"""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models import Part
from portal.core.money import BOUND, bounded, money_field
from portal.core.scope import HEADQUARTERS, ScopedQuerySet
from portal.core.searching import search_index
from portal.core.states import Moves, MovesGuard
from stations.models import Station
from warranty.settlement_states import (
    FAILED_PART_MOVES,
    ON_ITS_WAY,
    PART_BOX_MOVES,
    FailedPartStatus,
    PartBoxStatus,
)


class ReturnReason(models.TextChoices):
    """Why a piece must come back."""

    CORE = "core", _("Core part")
    PART_FLAG = "part_flag", _("Part is always returned")
    LINE_AMOUNT = "line_amount", _("Amount of the line")
    CONTRACT = "contract", _("Supplier contract")
    QUALITY_HOLD = "quality_hold", _("Quality hold")
    RANDOM = "random", _("Sample")
    HELD = "held", _("Its line is decided after the appraisal")


class Condition(models.TextChoices):
    """What the receipt scan found."""

    OK = "ok", _("As listed")
    WRONG_PART = "wrong_part", _("Another part than tagged")
    DAMAGED = "damaged", _("Damaged on the way")
    EXTRA = "extra", _("Not on the box list")
    MISSING = "missing", _("Missing")


class Verdict(models.TextChoices):
    """What the appraiser found; the keys 1 to 9 of the bench, in this order."""

    SUPPLIER_DEFECT = "supplier_defect", _("Supplier defect")
    DESIGN = "design", _("Design or manufacture")
    TRANSPORT = "transport", _("Transport")
    WORKMANSHIP = "workmanship", _("Workmanship")
    USER = "user", _("User")
    NO_FAULT_FOUND = "no_fault_found", _("No fault found")
    NON_GENUINE = "non_genuine", _("Not genuine")
    WRONG_PART = "wrong_part", _("Wrong part")
    UNDETERMINED = "undetermined", _("Undetermined")


class PartBox(models.Model):
    """One box of old pieces that a station sends to the factory; its freight is paid when it arrives."""

    MOVES: ClassVar[Moves] = PART_BOX_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="part_boxes", verbose_name=_("station"))
    number = models.CharField(_("box number"), max_length=30, unique=True)
    status = models.CharField(
        _("status"), max_length=10, choices=PartBoxStatus, default=PartBoxStatus.OPEN, editable=False
    )
    carrier = models.CharField(_("carrier"), max_length=60, blank=True)
    waybill = models.CharField(_("waybill number"), max_length=60, blank=True)
    weight_kg = models.DecimalField(_("weight (kg)"), max_digits=8, decimal_places=3, null=True, blank=True)
    freight = money_field(_("freight paid (CNY, tax excluded)"), default=0)
    freight_allowed = money_field(_("freight allowed (CNY, tax excluded)"), null=True, blank=True)
    freight_reason = models.CharField(_("why less freight is allowed"), max_length=300, blank=True, db_default="")
    driver = models.CharField(_("taken by (name of the driver)"), max_length=60, blank=True, db_default="")
    seal = models.CharField(_("seal number"), max_length=30, blank=True, db_default="")
    sealed_at = models.DateTimeField(_("sealed at"), null=True, blank=True)
    shipped_at = models.DateTimeField(_("shipped at"), null=True, blank=True)
    unpacking_at = models.DateTimeField(_("unpacking begun at"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("box of old parts")
        verbose_name_plural = _("boxes of old parts")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=PartBoxStatus.values), name="part_box_status_known"),
            bounded("freight", 0, BOUND, name="part_box_freight_not_negative"),
            bounded("freight_allowed", 0, BOUND, name="part_box_freight_allowed_not_negative"),
            bounded("weight_kg", 0, 99_999, name="part_box_weight_not_negative"),
        ]
        triggers = [MovesGuard(name="part_box_moves_as_tabled", moves=PART_BOX_MOVES, initial=PartBoxStatus.OPEN)]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("part_box_detail", args=[self.pk])


class FailedPartQuerySet(ScopedQuerySet["FailedPart"]):
    """Old pieces by where they stand."""

    def to_return(self) -> "FailedPartQuerySet":
        """Those the station still has to send or that are on their way."""
        return self.filter(status__in=ON_ITS_WAY)

    def missing_in_box(self) -> "FailedPartQuerySet":
        """Those whose box was unpacked without them, the most urgent first."""
        gone = self.filter(status=FailedPartStatus.SHIPPED, condition=Condition.MISSING)
        return gone.order_by("due_on", "pk")

    def asking_for_time(self) -> "FailedPartQuerySet":
        """Those whose station asked for more time and has no answer, the most urgent first."""
        asked = self.filter(status__in=ON_ITS_WAY, asked_at__isnull=False, extension_days=0, extension_refused="")
        return asked.order_by("due_on", "pk")

    def to_send_on(self) -> "FailedPartQuerySet":
        """Those that go to the supplier or back to the station and have not left yet, longest waiting first."""
        ends = self.filter(status=FailedPartStatus.DISPOSITIONED, disposition__in=["to_supplier", "to_station"])
        return ends.filter(shipment=None, disposed_at__isnull=False).order_by("disposed_at", "pk")

    def kept_too_long(self, day: Any) -> "FailedPartQuerySet":
        """Those whose day of keeping has come."""
        return self.filter(status=FailedPartStatus.HELD, held_until__lte=day).order_by("held_until", "pk")

    def to_appraise(self) -> "FailedPartQuerySet":
        """Those that lie on the bench, longest first."""
        return self.filter(status=FailedPartStatus.RECEIVED).order_by("received_at", "pk")

    def half_judged(self) -> "FailedPartQuerySet":
        """Those that have a verdict and none that is final: somebody else has to give the next, longest on the bench first."""
        return self.to_appraise().filter(Exists(Appraisal.objects.filter(failed_part=OuterRef("pk"))))


class FailedPart(models.Model):
    """One replaced piece that must come back to the factory, from the wish to its end; its number is on its tag.

    amount is this piece's share of the line's approved amount, CNY, tax excluded: what it costs when it stays away.
    """

    MOVES: ClassVar[Moves] = FAILED_PART_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    claim = models.ForeignKey(
        "warranty.WarrantyClaim", on_delete=models.PROTECT, related_name="failed_parts", verbose_name=_("claim")
    )
    line = models.ForeignKey(
        "warranty.ClaimLine", on_delete=models.PROTECT, related_name="failed_parts", verbose_name=_("claim line")
    )
    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, related_name="failed_parts", verbose_name=_("station")
    )
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="+", verbose_name=_("part"))
    box = models.ForeignKey(
        PartBox, null=True, blank=True, on_delete=models.PROTECT, related_name="pieces", verbose_name=_("box")
    )
    number = models.CharField(_("tag number"), max_length=30, unique=True)
    piece = models.PositiveSmallIntegerField(_("piece"), default=1)
    status = models.CharField(
        _("status"), max_length=15, choices=FailedPartStatus, default=FailedPartStatus.REQUESTED, editable=False
    )
    reasons = models.JSONField(_("why it must come back"), default=list)
    removed_serial = models.CharField(_("serial number of the piece"), max_length=60, blank=True)
    amount = money_field(_("amount at stake (CNY, tax excluded)"))
    requested_on = models.DateField(_("asked for on"))
    extension_days = models.PositiveSmallIntegerField(_("days of extension"), default=0)
    asked_days = models.PositiveSmallIntegerField(_("days of extension asked for"), default=0, db_default=0)
    asked_reason = models.CharField(
        _("why more time is asked for"), max_length=300, blank=True, default="", db_default=""
    )
    asked_at = models.DateTimeField(_("extension asked for at"), null=True, blank=True)
    extension_refused = models.CharField(
        _("why no more time is given"), max_length=300, blank=True, default="", db_default=""
    )
    due_on = models.DateField(_("last day of arrival"))
    printed_count = models.PositiveSmallIntegerField(_("times the tag was printed"), default=0)
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)
    condition = models.CharField(_("condition on arrival"), max_length=12, choices=Condition, blank=True)
    disposition = models.CharField(_("disposition"), max_length=15, blank=True)
    held_until = models.DateField(_("kept until"), null=True, blank=True)
    disposed_at = models.DateTimeField(_("disposed of at"), null=True, blank=True)
    shipment = models.ForeignKey(
        "warranty.PieceShipment",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="pieces",
        verbose_name=_("sent on with"),
    )

    objects = FailedPartQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("returned", "old part")
        verbose_name_plural = _("old parts")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "piece"], name="one_tag_per_piece_of_a_claim_line"),
            models.CheckConstraint(
                condition=models.Q(status__in=FailedPartStatus.values), name="failed_part_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(extension_days__lte=15), name="failed_part_extended_by_at_most_15_days"
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["received", "inspected", "held", "dispositioned"])
                | models.Q(received_at__isnull=False),
                name="received_failed_part_has_its_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="held") | models.Q(held_until__isnull=False),
                name="kept_failed_part_has_a_day",
            ),
            bounded("amount", 0, BOUND, name="failed_part_amount_in_bounds"),
        ]
        indexes = [
            models.Index(fields=["station", "status", "due_on"], name="failed_part_by_station"),
            models.Index(fields=["status", "due_on"], name="failed_part_by_due_day"),
            search_index("failed_part_search", "number", "removed_serial"),
        ]
        triggers = [
            MovesGuard(name="failed_part_moves_as_tabled", moves=FAILED_PART_MOVES, initial=FailedPartStatus.REQUESTED)
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("failed_part_detail", args=[self.pk])

    @property
    def is_missing(self) -> bool:
        """Whether its box was unpacked without it, and it has not turned up since."""
        return self.status == FailedPartStatus.SHIPPED and self.condition == Condition.MISSING

    @property
    def root_number(self) -> str:
        """The chain this piece belongs to is its claim's."""
        return self.claim.root_number


class CustodyEntry(models.Model):
    """One hand-over or act on a piece, chained to the one before by its hash; nobody changes it (grant and trigger).

    signed: who confirmed it; signature: the SHA-256 of what they drew, or "typed" where their typed name was confirmed.
    """

    SCOPE: ClassVar[dict[str, str]] = {"station": "failed_part__station_id"}

    failed_part = models.ForeignKey(
        FailedPart, on_delete=models.PROTECT, related_name="custody", verbose_name=pgettext_lazy("returned", "old part")
    )
    sequence = models.PositiveSmallIntegerField(_("no."))
    act = models.CharField(_("act"), max_length=20)
    giver = models.CharField(_("handed over by"), max_length=120, blank=True)
    taker = models.CharField(pgettext_lazy("custody", "taken by"), max_length=120, blank=True)
    at = models.DateTimeField(_("at"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    place = models.CharField(_("place"), max_length=60, blank=True, db_default="")
    signed = models.CharField(_("confirmed by"), max_length=120, blank=True, db_default="")
    signature = models.CharField(_("signature"), max_length=64, blank=True, db_default="")
    previous_hash = models.CharField(_("hash before"), max_length=64, blank=True)
    hash = models.CharField(_("hash"), max_length=64)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("custody entry")
        verbose_name_plural = _("custody log")
        ordering = ["failed_part", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["failed_part", "sequence"], name="custody_log_has_no_fork"),
            models.CheckConstraint(
                condition=models.Q(sequence=1, previous_hash="")
                | (models.Q(sequence__gt=1) & ~models.Q(previous_hash="")),
                name="custody_entry_names_the_one_before",
            ),
        ]
        triggers = [pgtrigger.Protect(name="custody_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.failed_part_id} #{self.sequence} {self.act}"


class Appraisal(models.Model):
    """One appraiser's verdict on a piece; it is final at once, or when a second appraiser agrees.

    is_ruling: it decides between verdicts that were not final, by a claim approver who judged by what the bench wrote.
    """

    SCOPE: ClassVar[dict[str, str]] = {"station": "failed_part__station_id"}

    failed_part = models.ForeignKey(
        FailedPart,
        on_delete=models.PROTECT,
        related_name="appraisals",
        verbose_name=pgettext_lazy("returned", "old part"),
    )
    appraiser = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("appraiser")
    )
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict)
    findings = models.CharField(_("findings"), max_length=500, blank=True)
    measurements = models.JSONField(_("measurements"), default=list, db_default=[], editable=False)
    photos = models.JSONField(_("pictures"), default=list, db_default=[], editable=False)
    is_final = models.BooleanField(_("final"), default=False)
    is_ruling = models.BooleanField(_("ruling"), default=False, db_default=False)
    at = models.DateTimeField(_("at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("appraisal")
        verbose_name_plural = _("appraisals")
        ordering = ["failed_part", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["failed_part"], condition=models.Q(is_final=True), name="one_final_verdict_per_old_part"
            ),
            models.UniqueConstraint(fields=["failed_part", "appraiser"], name="an_appraiser_judges_an_old_part_once"),
            models.CheckConstraint(condition=models.Q(verdict__in=Verdict.values), name="verdict_known"),
            models.CheckConstraint(
                condition=models.Q(is_ruling=False) | models.Q(is_final=True), name="a_ruling_is_final"
            ),
        ]
        triggers = [pgtrigger.Protect(name="appraisal_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.failed_part_id} {self.verdict}"


class QualityHold(models.Model):
    """In [valid_from, valid_to) every old piece of the part must come back, because quality wants to see it."""

    SCOPE = HEADQUARTERS

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="+", verbose_name=_("part"))
    reason = models.CharField(_("reason"), max_length=200)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid before"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("quality hold")
        verbose_name_plural = _("quality holds")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_from__lt=models.F("valid_to")),
                name="quality_hold_not_empty",
            )
        ]

    def __str__(self) -> str:
        return f"{self.part_id} {self.valid_from}"

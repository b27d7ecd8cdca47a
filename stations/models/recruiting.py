"""Outlets we would like to win, and what was talked about with them. Not here: their application once it is filed."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.models import Division
from portal.core.scope import ScopedQuerySet
from portal.core.searching import search_index
from portal.core.states import Moves, MovesGuard
from stations.models.applications import ApplicationInvitation
from stations.models.network import OperationCenter, StationKind
from stations.models.products import in_language
from stations.states import CANDIDATE_MOVES, CandidateStatus


class LostReason(models.TextChoices):
    """Why an outlet will not become a station of ours."""

    NOT_INTERESTED = "not_interested", _("Not interested")
    COMPETITOR = "competitor", _("Signed with a competitor")
    CONDITIONS = "conditions", _("Conditions not accepted")
    UNSUITABLE = "unsuitable", _("Premises or people not suitable")
    DUPLICATE = "duplicate", _("Already in the network")
    OTHER = "other", _("Other")


class TalkChannel(models.TextChoices):
    """How one talked."""

    VISIT = "visit", _("Visit")
    PHONE = "phone", _("Telephone")
    MESSAGE = "message", _("WeChat or message")
    MEETING = "meeting", _("Meeting")
    MAIL = "mail", _("Email")


class CandidateOutlet(models.Model):
    """An outlet that the region would like to win: where it is, how large, who cares for it and how far one is."""

    MOVES: ClassVar[Moves] = CANDIDATE_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"center": "center_id", "region": "center__region_id"}

    center = models.ForeignKey(
        OperationCenter, on_delete=models.PROTECT, related_name="candidates", verbose_name=_("operation center")
    )
    division = models.ForeignKey(
        Division, on_delete=models.PROTECT, related_name="+", verbose_name=_("administrative division")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("cared for by"),
    )
    invitation = models.OneToOneField(
        ApplicationInvitation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="candidate",
        verbose_name=_("invitation"),
        editable=False,
    )
    name = models.CharField(_("name of the outlet"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    kind = models.CharField(_("kind of station"), max_length=20, choices=StationKind, default=StationKind.DEALER)
    status = models.CharField(
        _("stage"), max_length=20, choices=CandidateStatus, default=CandidateStatus.IDENTIFIED, editable=False
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=6, null=True, blank=True)
    premises_square_meters = models.PositiveIntegerField(
        _("premises (m²)"), null=True, blank=True, validators=[MaxValueValidator(100_000)]
    )
    staff_count = models.PositiveSmallIntegerField(
        _("people"), null=True, blank=True, validators=[MaxValueValidator(10_000)]
    )
    brands_sold = models.CharField(_("brands they sell"), max_length=200, blank=True)

    found_at = models.DateTimeField(_("entered at"))
    last_talk_at = models.DateTimeField(_("last talk"), null=True, blank=True, editable=False)
    next_step = models.CharField(_("next step"), max_length=200, blank=True, editable=False)
    next_step_on = models.DateField(_("next step on"), null=True, blank=True, editable=False)
    lost_reason = models.CharField(_("lost because"), max_length=20, choices=LostReason, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("candidate outlet")
        verbose_name_plural = _("candidate outlets")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=CandidateStatus.values), name="candidate_status_known"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=StationKind.values), name="candidate_kind_known"),
            models.CheckConstraint(
                condition=models.Q(longitude__isnull=True, latitude__isnull=True)
                | models.Q(longitude__gte=-180, longitude__lte=180, latitude__gte=-90, latitude__lte=90),
                name="candidate_is_on_earth",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=CandidateStatus.LOST) | models.Q(lost_reason__in=LostReason.values),
                name="lost_candidate_has_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=[CandidateStatus.INVITED, CandidateStatus.APPLIED])
                | models.Q(invitation__isnull=False),
                name="invited_candidate_has_invitation",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="candidate_by_stage"),
            models.Index(
                fields=["next_step_on"], condition=models.Q(next_step_on__isnull=False), name="candidate_by_next_step"
            ),
            search_index("candidate_search", "name", "name_en", "address"),
        ]
        triggers = [
            MovesGuard(name="candidate_moves_as_tabled", moves=CANDIDATE_MOVES, initial=CandidateStatus.IDENTIFIED)
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    def get_absolute_url(self) -> str:
        return reverse("candidate_detail", args=[self.pk])

    @property
    def number(self) -> str:
        """What events call it."""
        return f"CO-{self.pk}"


class CandidateContact(models.Model):
    """A person at a candidate outlet."""

    SCOPE: ClassVar[dict[str, str]] = {"center": "candidate__center_id", "region": "candidate__center__region_id"}

    candidate = models.ForeignKey(
        CandidateOutlet, on_delete=models.PROTECT, related_name="contacts", verbose_name=_("candidate outlet")
    )
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    position = models.CharField(_("position"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("email"), blank=True)
    is_main = models.BooleanField(_("first to call"), default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["candidate", "-is_main", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["candidate"], condition=models.Q(is_main=True), name="candidate_has_one_main_contact"
            ),
            models.CheckConstraint(
                condition=~models.Q(phone="") | ~models.Q(email=""), name="candidate_contact_can_be_reached"
            ),
        ]
        indexes = [search_index("candidate_contact_search", "name", "phone")]

    def __str__(self) -> str:
        return f"{self.name} {self.position}".strip()


class NegotiationEntry(models.Model):
    """What was said with a candidate at one time, for ever; the next entry corrects it, nobody rewrites it."""

    SCOPE: ClassVar[dict[str, str]] = {"center": "candidate__center_id", "region": "candidate__center__region_id"}

    candidate = models.ForeignKey(
        CandidateOutlet, on_delete=models.PROTECT, related_name="entries", verbose_name=_("candidate outlet")
    )
    contact = models.ForeignKey(
        CandidateContact,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("talked with"),
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    channel = models.CharField(_("how"), max_length=10, choices=TalkChannel)
    talked_at = models.DateTimeField(_("when"))
    summary = models.TextField(_("what was said"), max_length=2_000)
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    next_step_on = models.DateField(_("next step on"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("written down at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("negotiation entry")
        verbose_name_plural = _("negotiation entries")
        ordering = ["-talked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(channel__in=TalkChannel.values), name="negotiation_channel_known"
            ),
            models.CheckConstraint(condition=~models.Q(summary=""), name="negotiation_entry_says_something"),
            models.CheckConstraint(
                condition=models.Q(next_step="", next_step_on__isnull=True)
                | (~models.Q(next_step="") & models.Q(next_step_on__isnull=False)),
                name="next_step_has_its_day",
            ),
            models.CheckConstraint(
                condition=models.Q(talked_at__lte=models.F("recorded_at")), name="nobody_records_a_future_talk"
            ),
        ]
        indexes = [models.Index(fields=["candidate", "-talked_at"], name="negotiation_by_time")]
        triggers = [pgtrigger.Protect(name="negotiation_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.candidate_id} {self.talked_at:%Y-%m-%d}"

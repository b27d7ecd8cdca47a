"""A fine against a station: what for, how much, by which document, proposed and approved by two persons.

Not here: what it posts on the statement (settlement), how it is decided (warranty.fines).
"""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.money import BOUND, bounded, money_field
from portal.core.scope import ScopedQuerySet, scope_of
from portal.core.states import Moves, MovesGuard
from stations.models import Station
from warranty.fine_states import FINE_MOVES, FINE_TONES, POSTED, FineStatus

KEEPS = """
    IF (OLD.number, OLD.station_id, OLD.claim_id, OLD.amount, OLD.reason_code_id, OLD.reason, OLD.document_number,
        OLD.proposed_by_id, OLD.proposed_at) IS DISTINCT FROM (NEW.number, NEW.station_id, NEW.claim_id, NEW.amount,
        NEW.reason_code_id, NEW.reason, NEW.document_number, NEW.proposed_by_id, NEW.proposed_at) THEN
        RAISE EXCEPTION 'a fine keeps what was proposed' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'fine_keeps_what_was_proposed';
    END IF;
    RETURN NEW;
"""


class FineQuerySet(ScopedQuerySet["StationFine"]):
    """Fines; a station reads its own once they are approved."""

    def visible_to(self, user: Any) -> "FineQuerySet":
        found = super().visible_to(user)
        return found if scope_of(user).everything else found.filter(status__in=POSTED)


class StationFine(models.Model):
    """What a station pays for breaking a rule: CNY, tax excluded, above 0; it stands on a statement as a debit.

    The number is taken when it is proposed; what was proposed is never changed, a wrong one is withdrawn or taken back.
    """

    MOVES: ClassVar[Moves] = FINE_MOVES
    TONES: ClassVar[dict[str, str]] = FINE_TONES
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="fines", verbose_name=_("station"))
    claim = models.ForeignKey(
        "warranty.WarrantyClaim", null=True, blank=True, on_delete=models.PROTECT, related_name="fines",
        verbose_name=_("claim"),
    )  # fmt: skip
    reason_code = models.ForeignKey(
        "warranty.ReasonCode", on_delete=models.PROTECT, related_name="+", verbose_name=_("reason code")
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=pgettext_lazy("fine", "taken back by"),
    )  # fmt: skip
    number = models.CharField(_("number"), max_length=30, unique=True)
    status = models.CharField(
        _("status"), max_length=12, choices=FineStatus, default=FineStatus.PROPOSED, db_default=FineStatus.PROPOSED,
        editable=False,
    )  # fmt: skip
    amount = money_field(pgettext_lazy("fine", "amount (CNY, tax excluded)"))
    reason = models.TextField(pgettext_lazy("fine", "what happened"), max_length=1000)
    document_number = models.CharField(pgettext_lazy("fine", "number of the document"), max_length=60)
    answer = models.CharField(_("answer"), max_length=500, blank=True, db_default="")
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_at = models.DateTimeField(_("decided at"), null=True)
    taken_back_at = models.DateTimeField(pgettext_lazy("fine", "taken back at"), null=True)

    objects = FineQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("fine", "fine")
        verbose_name_plural = pgettext_lazy("fine", "fines")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=FineStatus.values), name="fine_status_known"),
            bounded("amount", 0, BOUND, name="fine_amount_in_bounds"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="fine_amount_above_nothing"),
            models.CheckConstraint(condition=~Q(document_number=""), name="fine_names_its_document"),
            models.CheckConstraint(
                condition=~Q(status__in=POSTED) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="approved_fine_has_its_approver",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="fine_decided_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(status=FineStatus.TAKEN_BACK)
                | Q(taken_back_by__isnull=False, taken_back_at__isnull=False) & ~Q(taken_back_by=F("proposed_by")),
                name="fine_taken_back_by_another",
            ),
        ]
        triggers = [
            MovesGuard(name="fine_moves", moves=FINE_MOVES, initial=FineStatus.PROPOSED),
            pgtrigger.Protect(name="fine_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="fine_keeps_what_was_proposed", when=pgtrigger.Before, operation=pgtrigger.Update, func=KEEPS
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("fine_detail", args=[self.pk])

    @property
    def tone(self) -> str:
        """The color of its state."""
        return FINE_TONES[self.status]

"""What a supplier has written about the lines of a long note and not sent yet: nothing binds, nobody else reads it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.money import BOUND, bounded, money_field
from portal.core.scope import ScopedQuerySet, scope_of
from warranty.models.chargebacks import ChargebackLine


class AnswerDecision(models.TextChoices):
    """What a supplier decides about a line."""

    ACCEPT = "accept", pgettext_lazy("chargeback", "Accept")
    PART = "part", pgettext_lazy("chargeback", "Accept in part")
    DISPUTE = "dispute", pgettext_lazy("chargeback", "Dispute")


class DraftAnswerQuerySet(ScopedQuerySet["DraftAnswer"]):
    """Drafts of the supplier's own people."""

    def visible_to(self, user: object) -> "DraftAnswerQuerySet":
        """Not for headquarters: what is not sent is not theirs to read."""
        return self.none() if scope_of(user).everything else super().visible_to(user)


class DraftAnswer(models.Model):
    """The fields of one line as typed; accepted is what they come to, CNY, and empty while they are no answer yet.

    Gone when the note is answered.
    """

    SCOPE: ClassVar[dict[str, str]] = {"supplier": "line__chargeback__supplier_id"}

    line = models.OneToOneField(
        ChargebackLine, on_delete=models.PROTECT, related_name="draft_answer", verbose_name=_("chargeback line")
    )
    decision = models.CharField(_("decision"), max_length=8, choices=AnswerDecision, blank=True)
    amount = models.CharField(_("amount as typed"), max_length=16, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    accepted = money_field(_("accepted"), null=True, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written at"))

    objects = DraftAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of an answer")
        verbose_name_plural = _("drafts of answers")
        ordering = ["line"]
        constraints = [
            models.CheckConstraint(condition=Q(decision__in=["", *AnswerDecision.values]), name="draft_decision_known"),
            models.CheckConstraint(
                condition=Q(accepted__isnull=True) | ~Q(decision=""), name="an_undecided_draft_accepts_nothing"
            ),
            bounded("accepted", 0, BOUND, name="draft_answer_accepted_in_bounds", null=True),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.decision}"

"""What was said about a disputed line of a note: by whom, when, in which round, with which amounts. For ever."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.money import BOUND, bounded, money_field
from portal.core.scope import ScopedQuerySet
from warranty.models.chargebacks import ChargebackLine


class DisputeAct(models.TextChoices):
    """What one side said or did."""

    DISPUTED = "disputed", pgettext_lazy("dispute", "Disputed")
    DENIED = "denied", pgettext_lazy("dispute", "Dispute denied")
    ACCEPTED = "accepted", pgettext_lazy("dispute", "Accepted after all")
    SILENT = "silent", pgettext_lazy("dispute", "Accepted by silence")
    TEST_ASKED = "test_asked", pgettext_lazy("dispute", "Sent to a further test")
    TESTED = "tested", pgettext_lazy("dispute", "Tested again")
    REROUTED = "rerouted", pgettext_lazy("dispute", "Charged to another supplier")
    CONCEDED = "conceded", pgettext_lazy("dispute", "The supplier accepts after all")
    WRITTEN_OFF = "written_off", pgettext_lazy("dispute", "Given up")
    STATION = "station", pgettext_lazy("dispute", "Borne by the station")
    CLEARED = "cleared", pgettext_lazy("dispute", "Credited after the further test")
    KEPT = "kept", pgettext_lazy("dispute", "Kept in spite of the further test")


BY_SUPPLIER = (DisputeAct.DISPUTED, DisputeAct.ACCEPTED, DisputeAct.SILENT)
FOR_SUPPLIER = (*BY_SUPPLIER, DisputeAct.DENIED, DisputeAct.TESTED, DisputeAct.CONCEDED)


class DisputeEntry(models.Model):
    """One thing said about a disputed line, and what was accepted and disputed after it, CNY; nobody changes it.

    round: 0 for the first answer and what follows it, one more with each denial. answer_by: of a denial, the supplier's
    last day to answer it.
    """

    SCOPE: ClassVar[dict[str, str]] = {"supplier": "line__chargeback__supplier_id"}

    line = models.ForeignKey(
        ChargebackLine, on_delete=models.PROTECT, related_name="entries", verbose_name=_("chargeback line")
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    round = models.PositiveSmallIntegerField(_("round"), default=0, db_default=0)
    act = models.CharField(_("act"), max_length=12, choices=DisputeAct)
    text = models.CharField(_("text"), max_length=300, blank=True)
    accepted = money_field(_("accepted"))
    disputed = money_field(_("disputed"))
    answer_by = models.DateField(_("last day to answer"), null=True, blank=True)
    at = models.DateTimeField(_("at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of a dispute")
        verbose_name_plural = _("entries of disputes")
        ordering = ["line", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(act__in=DisputeAct.values), name="dispute_act_known"),
            models.CheckConstraint(
                condition=~Q(act="denied") | Q(answer_by__isnull=False, round__gte=1), name="a_denial_sets_a_day"
            ),
            models.UniqueConstraint(
                fields=["line", "round"], condition=Q(act="denied"), name="a_round_begins_with_one_denial"
            ),
            bounded("accepted", 0, BOUND, name="dispute_entry_accepted_in_bounds"),
            bounded("disputed", 0, BOUND, name="dispute_entry_disputed_in_bounds"),
        ]
        triggers = [pgtrigger.Protect(name="dispute_entry_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.line_id} {self.act}"

    @property
    def by_supplier(self) -> bool:
        """Whether the supplier said it, or let it be said by silence."""
        return self.act in BY_SUPPLIER

    @property
    def for_supplier(self) -> bool:
        """Whether its text is the supplier's to read: not why we give up, ask the bench again or turn to somebody else."""
        return self.act in FOR_SUPPLIER

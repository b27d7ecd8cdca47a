"""Chargeback notes to suppliers with their lines.

Not here: the rights to charge (models.recovery), what suppliers gave (models.supplier_money), what was said in disputes
(models.disputes), how notes move (warranty.chargebacks).
"""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parts.models import Supplier
from portal.core import show
from portal.core.money import BOUND, bounded, money_field
from portal.core.scope import ScopedQuerySet, scope_of
from portal.core.states import Moves, MovesGuard
from warranty.models.recovery import RecoveryCase, percent_field
from warranty.settlement_states import CHARGEBACK_MOVES, SHOWN_TO_SUPPLIER, ChargebackStatus

REROUTED = "rerouted"
CLEARED = "cleared"
CREDITS = (
    "credited",
    REROUTED,
    CLEARED,
)  # outcomes of lines that stand on a credit note: claim reversed, another asked, cleared by a further test


class ChargebackQuerySet(ScopedQuerySet["Chargeback"]):
    """Notes; a supplier sees its own that were sent."""

    def visible_to(self, user: Any) -> "ChargebackQuerySet":
        found = super().visible_to(user)
        return found if scope_of(user).everything else found.filter(status__in=SHOWN_TO_SUPPLIER)


class Chargeback(models.Model):
    """One note to one supplier for one month, with a gap-free number; evidence names stations by code, customers never.

    Amounts are CNY; recovered is kept by the database from the recovery entries.
    """

    MOVES: ClassVar[Moves] = CHARGEBACK_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"supplier": "supplier_id"}

    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, related_name="chargebacks", verbose_name=_("supplier")
    )
    batched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    number = models.CharField(_("note number"), max_length=30, unique=True)
    period = models.DateField(_("month"))
    status = models.CharField(
        _("status"), max_length=15, choices=ChargebackStatus, default=ChargebackStatus.OPEN, editable=False
    )
    claimed = money_field(_("claimed"), default=0)
    accepted = money_field(_("accepted"), default=0)
    disputed = money_field(_("disputed"), default=0)
    recovered = money_field(_("received"), default=0, editable=False)
    batched_at = models.DateTimeField(_("made at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    answer_by = models.DateField(_("last day to answer"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    accepted_silently = models.BooleanField(_("accepted by silence"), default=False)

    objects = ChargebackQuerySet.as_manager()

    class Meta:
        verbose_name = _("chargeback note")
        verbose_name_plural = _("chargeback notes")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ChargebackStatus.values), name="chargeback_status_known"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(claimed=F("accepted") + F("disputed")),
                name="answered_chargeback_accepts_or_disputes_all",
            ),
            bounded("claimed", 0, BOUND, name="chargeback_claimed_in_bounds"),
            bounded("accepted", 0, BOUND, name="chargeback_accepted_in_bounds"),
            bounded("disputed", 0, BOUND, name="chargeback_disputed_in_bounds"),
            bounded("recovered", 0, BOUND, name="chargeback_recovered_in_bounds"),
            models.CheckConstraint(
                condition=Q(recovered__lte=F("claimed")), name="chargeback_never_recovers_more_than_claimed"
            ),
            models.CheckConstraint(
                condition=Q(recovered__gte=0, recovered__lte=F("accepted")),
                name="chargeback_never_recovers_more_than_accepted",
            ),
        ]
        triggers = [
            MovesGuard(name="chargeback_moves_as_tabled", moves=CHARGEBACK_MOVES, initial=ChargebackStatus.OPEN),
            pgtrigger.Protect(name="chargeback_is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("chargeback_detail", args=[self.pk])

    @property
    def outstanding(self) -> Any:
        """What may still come."""
        return self.claimed - self.recovered


class ChargebackLineQuerySet(ScopedQuerySet["ChargebackLine"]):
    """Lines; a supplier sees those of its own notes that were sent. Disputes by who has to speak next."""

    def visible_to(self, user: Any) -> "ChargebackLineQuerySet":
        found = super().visible_to(user)
        return found if scope_of(user).everything else found.filter(chargeback__status__in=SHOWN_TO_SUPPLIER)

    def charging(self) -> "ChargebackLineQuerySet":
        """Those that keep their claim line from being charged again: all that count but what went to another supplier."""
        return self.filter(is_live=True).exclude(outcome=REROUTED)

    def in_dispute(self) -> "ChargebackLineQuerySet":
        """Those of which something is disputed and nobody has decided who bears it."""
        return self.filter(is_live=True, disputed__gt=0, outcome="")

    def in_doubt(self) -> "ChargebackLineQuerySet":
        """Those accepted before a further test cleared their supplier, of which nobody has decided what becomes of it."""
        return self.filter(is_live=True, doubted_at__isnull=False, accepted__gt=0).exclude(outcome__in=CREDITS)

    def with_supplier(self, day: Any) -> "ChargebackLineQuerySet":
        """Denied disputes that the supplier may still answer on this day."""
        return self.in_dispute().filter(answer_by__gte=day)

    def with_us(self, day: Any) -> "ChargebackLineQuerySet":
        """Disputes that wait for our decision; also denied ones whose last day passed without an answer."""
        return self.in_dispute().filter(Q(answer_by=None) | Q(answer_by__lt=day), tested_since=None)


class ChargebackLine(models.Model):
    """One claim line charged to a supplier; answered when accepted and disputed are filled and make the claimed amount.

    answer_by: of a denied dispute, the supplier's last day to answer again; rounds: how often it was denied.
    tested_since: when its old parts were sent to a further test, while the line waits for it. doubted_at: when that test
    cleared the supplier, who had accepted some of it, until somebody decides. given_up: of what the supplier accepted, what
    it never paid and nobody asks for any more; it is not in accepted.
    """

    SCOPE: ClassVar[dict[str, str]] = {"supplier": "chargeback__supplier_id"}

    chargeback = models.ForeignKey(
        Chargeback, on_delete=models.PROTECT, related_name="lines", verbose_name=_("chargeback note")
    )
    case = models.ForeignKey(
        RecoveryCase, on_delete=models.PROTECT, related_name="charged", verbose_name=_("recovery case")
    )
    claim_line = models.ForeignKey(
        "warranty.ClaimLine",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="chargeback_lines",
        verbose_name=_("claim line"),
    )
    position = models.PositiveIntegerField(_("no."))
    kind = models.CharField(_("kind"), max_length=12)
    text = models.CharField(_("text"), max_length=200, blank=True)
    facts = models.JSONField(_("evidence as sent"), default=dict)
    base = money_field(_("price base"))
    share = percent_field(_("share (%)"))
    claimed = money_field(_("claimed"))
    accepted = money_field(_("accepted"), null=True, blank=True)
    disputed = money_field(_("disputed"), null=True, blank=True)
    answer_reason = models.CharField(_("supplier's reason"), max_length=300, blank=True)
    outcome = models.CharField(_("outcome of the dispute"), max_length=15, blank=True)
    answer_by = models.DateField(_("last day to answer again"), null=True, blank=True, editable=False)
    tested_since = models.DateTimeField(_("waits for a further test since"), null=True, blank=True, editable=False)
    doubted_at = models.DateTimeField(_("cleared by a further test at"), null=True, blank=True, editable=False)
    given_up = money_field(_("accepted and given up"), default=0, db_default=0, editable=False)
    rounds = models.PositiveSmallIntegerField(_("times denied"), default=0, db_default=0, editable=False)
    is_live = models.BooleanField(_("counts"), default=True)
    is_supplement = models.BooleanField(_("added by an appeal"), default=False, db_default=False)

    objects = ChargebackLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("chargeback line")
        verbose_name_plural = _("chargeback lines")
        ordering = ["chargeback", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim_line"],
                condition=Q(is_live=True, claim_line__isnull=False, is_supplement=False) & ~Q(outcome=REROUTED),
                name="claim_line_charged_at_most_once",
            ),
            models.UniqueConstraint(
                fields=["claim_line", "case"],
                condition=Q(is_live=True, claim_line__isnull=False, is_supplement=True),
                name="claim_line_supplemented_once_per_case",
            ),
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=Q(is_live=True, claim_line__isnull=True),
                name="handling_fee_charged_once_per_case",
            ),
            models.UniqueConstraint(fields=["chargeback", "position"], name="chargeback_line_position_once"),
            models.CheckConstraint(
                condition=Q(accepted__isnull=True, disputed__isnull=True)
                | Q(claimed=F("accepted") + F("disputed"), accepted__gte=0, disputed__gte=0),
                name="chargeback_line_accepts_or_disputes_all",
            ),
            models.CheckConstraint(
                condition=Q(answer_by__isnull=True) | Q(disputed__gt=0, outcome="", rounds__gte=1),
                name="denied_chargeback_line_is_disputed",
            ),
            models.CheckConstraint(
                condition=Q(tested_since__isnull=True) | Q(disputed__gt=0, outcome="", answer_by__isnull=True),
                name="chargeback_line_under_test_is_disputed",
            ),
            bounded("claimed", 0, BOUND, name="chargeback_line_claimed_in_bounds"),
            bounded("base", 0, BOUND, name="chargeback_line_base_in_bounds"),
            bounded("accepted", 0, BOUND, name="chargeback_line_accepted_in_bounds"),
            bounded("disputed", 0, BOUND, name="chargeback_line_disputed_in_bounds"),
            models.CheckConstraint(
                condition=Q(given_up=0) | Q(given_up__gt=0, given_up__lte=F("disputed")),
                name="chargeback_line_gives_up_what_is_disputed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chargeback_id} {self.position}"

    @property
    def waiting(self) -> str:
        """What the open dispute waits for; empty where it waits for us alone."""
        if self.tested_since is not None:
            return str(
                _("Waits for the further test of the old part, since %(day)s") % {"day": show.day(self.tested_since)}
            )
        if self.answer_by is None:
            return ""
        return str(_("Denied, the supplier answers by %(day)s") % {"day": show.day(self.answer_by)})

    def is_with_supplier(self, day: Any) -> bool:
        """Whether the supplier may still answer a denial on this day."""
        return self.answer_by is not None and self.answer_by >= day

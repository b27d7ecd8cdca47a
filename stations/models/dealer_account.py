"""One account per dealer and principal, moved only by ledger entries. Not here: posting (stations.dealer_account)."""

from decimal import Decimal
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.history import tracked
from portal.core.money import BOUND, bounded, money_field
from portal.core.scope import ScopedQuerySet
from stations.models.network import Dealer, Station
from stations.models.products import Brand


class Leg(models.TextChoices):
    """The balances of an account. `used` and `committed` together are the exposure which the credit limit bounds."""

    USED = "used", _("Unpaid parts invoices")
    COMMITTED = "committed", _("Committed by open orders")
    WARRANTY = "warranty", _("Warranty money owed to the dealer")
    DEPOSIT = "deposit", _("Security deposit")


@tracked(fields=["credit_limit", "override", "override_reason"], model_name="DealerAccountEvent")
class DealerAccount(models.Model):
    """What a dealer owes and is owed; the balances are kept by the database from the entries."""

    SCOPE: ClassVar[dict[str, str]] = {"dealer": "dealer_id"}

    dealer = models.ForeignKey(Dealer, on_delete=models.PROTECT, related_name="accounts", verbose_name=_("dealer"))
    principal = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+", verbose_name=_("principal"))
    credit_limit = money_field(_("credit limit"), default=Decimal(0))
    override = money_field(_("allowed above the limit"), default=Decimal(0))
    override_reason = models.CharField(_("reason of the allowance"), max_length=200, blank=True)
    used = money_field(_("unpaid parts invoices"), default=Decimal(0), editable=False)
    committed = money_field(_("committed by open orders"), default=Decimal(0), editable=False)
    warranty = money_field(_("warranty money owed to the dealer"), default=Decimal(0), editable=False)
    deposit = money_field(_("security deposit"), default=Decimal(0), editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("dealer account")
        verbose_name_plural = _("dealer accounts")
        ordering = ["dealer", "principal"]
        constraints = [
            models.UniqueConstraint(fields=["dealer", "principal"], name="one_account_per_dealer_and_principal"),
            bounded("credit_limit", 0, BOUND, name="account_limit_in_bounds"),
            bounded("override", 0, BOUND, name="account_override_in_bounds"),
            bounded("used", -BOUND, BOUND, name="account_used_in_bounds"),
            bounded("committed", 0, BOUND, name="account_committed_never_negative"),
            bounded("warranty", -BOUND, BOUND, name="account_warranty_in_bounds"),
            bounded("deposit", 0, BOUND, name="account_deposit_never_negative"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("dealer_account_detail", args=[self.pk])

    @property
    def number(self) -> str:
        """What events call it."""
        return f"DA-{self.pk}"

    @property
    def exposure(self) -> Decimal:
        """What counts against the limit."""
        return self.used + self.committed

    @property
    def available(self) -> Decimal:
        """What may still be ordered on credit; below 0 after a cut of the limit."""
        return self.credit_limit + self.override - self.exposure


class AccountEntry(models.Model):
    """One amount on one leg of an account, for ever: corrected by a reversing entry, never changed."""

    SCOPE: ClassVar[dict[str, str]] = {"dealer": "account__dealer_id"}

    account = models.ForeignKey(
        DealerAccount, on_delete=models.PROTECT, related_name="entries", verbose_name=_("account")
    )
    station = models.ForeignKey(
        Station,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="account_entries",
        verbose_name=_("station"),
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by", verbose_name=_("reverses")
    )
    leg = models.CharField(pgettext_lazy("leg", "balance"), max_length=10, choices=Leg)
    kind = models.CharField(_("kind"), max_length=40)
    source = models.CharField(_("document"), max_length=40)
    line = models.CharField(_("line"), max_length=40, blank=True)
    amount = money_field(_("amount"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("account entry")
        verbose_name_plural = _("account entries")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "source", "line", "leg"], name="account_entry_posted_once_per_source"
            ),
            models.CheckConstraint(condition=models.Q(leg__in=Leg.values), name="account_entry_leg_known"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="account_entry_moves_something"),
            bounded("amount", -BOUND, BOUND, name="account_entry_amount_in_bounds"),
        ]
        indexes = [models.Index(fields=["account", "-at"], name="account_entry_by_time")]
        triggers = [pgtrigger.Protect(name="entry_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} {self.source} {self.leg} {self.amount}"


class AccountStatement(models.Model):
    """What was told to the dealer about a period of the account, numbered; the lines stand frozen in its document."""

    SCOPE: ClassVar[dict[str, str]] = {"dealer": "account__dealer_id"}

    account = models.ForeignKey(
        DealerAccount, on_delete=models.PROTECT, related_name="statements", verbose_name=_("account")
    )
    station = models.ForeignKey(
        Station, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("station")
    )
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("issued by")
    )
    number = models.CharField(_("number"), max_length=30, unique=True)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    owed_before = money_field(_("owed at the beginning"))
    owed_after = money_field(_("owed at the end"))
    issued_at = models.DateTimeField(_("issued at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("account statement")
        verbose_name_plural = _("account statements")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="account_statement_ends_after_start"
            ),
            bounded("owed_before", -BOUND, BOUND, name="account_statement_owed_before_in_bounds"),
            bounded("owed_after", -BOUND, BOUND, name="account_statement_owed_after_in_bounds"),
        ]
        triggers = [pgtrigger.Protect(name="statement_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("account_statement_detail", args=[self.pk])

"""What suppliers gave for notes: money, credit notes of their own, set-off; and what is owed back and was paid back.

Not here: notes and lines (models.chargebacks), how amounts come to be (warranty.chargebacks.payment, .repayment).
"""

from decimal import Decimal
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models import Supplier
from portal.core.money import BOUND, bounded, money_field
from portal.core.scope import ScopedQuerySet
from warranty.models.chargebacks import Chargeback


class GivenAs(models.TextChoices):
    """As what an amount came from the supplier; the last one goes back to him."""

    CASH = "cash", pgettext_lazy("supplier", "Payment")
    CREDIT = "credit", pgettext_lazy("supplier", "Credit note of the supplier")
    OFFSET = "offset", pgettext_lazy("supplier", "Set off")
    OWED_BACK = "owed_back", pgettext_lazy("supplier", "Owed back with our credit note")


class RecoveryEntry(models.Model):
    """What a supplier gave for a note, for ever; a mistake is a negative entry with its own source.

    source: the bank's reference; of a credit note its number, once a supplier; of a set-off the document of what we owe;
    of what is owed back our own credit note, which took it off the note. supplier: the note's, filled by the database.
    """

    SCOPE: ClassVar[dict[str, str]] = {"supplier": "chargeback__supplier_id"}

    chargeback = models.ForeignKey(
        Chargeback, on_delete=models.PROTECT, related_name="receipts", verbose_name=_("chargeback note")
    )
    supplier = models.ForeignKey(
        Supplier, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("supplier"), editable=False
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=GivenAs, default=GivenAs.CASH, db_default="cash")
    source = models.CharField(_("reference"), max_length=60)
    amount = money_field(_("amount"))
    received_on = models.DateField(_("received on"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField(_("entered at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplier payment")
        verbose_name_plural = _("supplier payments")
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["chargeback", "source"], name="supplier_payment_posted_once_per_source"),
            models.UniqueConstraint(
                fields=["supplier", "source"], condition=Q(kind="credit"), name="credit_note_of_a_supplier_counts_once"
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="supplier_payment_moves_something"),
            models.CheckConstraint(condition=Q(kind__in=GivenAs.values), name="supplier_payment_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind="owed_back") | Q(amount__lt=0), name="what_is_owed_back_leaves_the_note"
            ),
            bounded("amount", -BOUND, BOUND, name="supplier_payment_in_bounds"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.amount}"


class SupplierRepayment(models.Model):
    """Money that went back to a supplier for what a credit note of ours left owed to him, for ever."""

    SCOPE: ClassVar[dict[str, str]] = {"supplier": "entry__chargeback__supplier_id"}

    entry = models.ForeignKey(
        RecoveryEntry, on_delete=models.PROTECT, related_name="repayments", verbose_name=_("owed back")
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    source = models.CharField(_("bank reference"), max_length=60)
    amount = money_field(_("amount"))
    paid_on = models.DateField(_("paid on"))
    at = models.DateTimeField(_("entered at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("repayment to a supplier")
        verbose_name_plural = _("repayments to suppliers")
        ordering = ["-paid_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "source"], name="supplier_repaid_once_per_reference"),
            bounded("amount", Decimal("0.01"), BOUND, name="supplier_repayment_in_bounds"),
        ]
        triggers = [
            pgtrigger.Protect(name="supplier_repayment_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.amount}"

"""What finance waits for, or owes, about notes to suppliers: rows for its first page and filters of the list. Reads only."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import DecimalField, Exists, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.parameters import param
from warranty.models import Chargeback, ChargebackLine, GivenAs, RecoveryEntry, SupplierRepayment
from warranty.settlement_states import ANSWERS, UNANSWERED

ANSWER, MONEY, REPAYMENT, DOUBT = "answer", "money", "repayment", "doubt"
WAITS: Final = [
    (ANSWER, _("an answer that is overdue")),
    (MONEY, _("money accepted long ago")),
    (REPAYMENT, _("money that we owe back")),
    (DOUBT, _("a decision after a further test")),
]
MONEY_FIELD: Final[Any] = DecimalField(max_digits=20, decimal_places=2)


def unanswered_too_long(notes: "QuerySet[Chargeback]", *, at: datetime) -> "QuerySet[Chargeback]":
    """Notes whose last day to answer has passed, and of which silence accepts nothing; the oldest day first."""
    deemed = ChargebackLine.objects.filter(
        chargeback=OuterRef("pk"), is_live=True, outcome="", case__agreement__deemed_accept=True
    )
    late = notes.filter(~Exists(deemed), status__in=UNANSWERED, answer_by__lt=clock.local_date(at))
    return late.order_by("answer_by", "pk")


def unpaid_too_long(notes: "QuerySet[Chargeback]", *, at: datetime) -> "QuerySet[Chargeback]":
    """Notes of which the supplier accepted more than it paid, answered longer ago than the parameter's days; the oldest first."""
    days = param("warranty.supplier_pay_days", at)
    answered = clock.start_of(clock.local_date(at) - timedelta(days=days))
    late = notes.filter(status__in=ANSWERS, accepted__gt=F("recovered"), answered_at__lt=answered)
    return late.order_by("answered_at", "pk")


def still_owed(entries: "QuerySet[RecoveryEntry]") -> "QuerySet[RecoveryEntry]":
    """What our credit notes left owed to suppliers and was neither paid back nor set off, each says it as left; the oldest first.

    The same as chargebacks.owed_back() says supplier by supplier.
    """
    repaid = SupplierRepayment.objects.filter(entry=OuterRef("pk")).order_by().values("entry")
    offset = RecoveryEntry.objects.filter(kind=GivenAs.OFFSET, supplier=OuterRef("supplier"), source=OuterRef("source"))
    gone = [
        Coalesce(Subquery(rows.annotate(sum=Sum("amount")).values("sum")), Value(0), output_field=MONEY_FIELD)
        for rows in (repaid, offset.order_by().values("supplier"))
    ]
    owed = entries.filter(kind=GivenAs.OWED_BACK).annotate(left=-F("amount") - gone[0] - gone[1])
    return owed.filter(left__gt=0).order_by("received_on", "pk")


def owing(notes: "QuerySet[Chargeback]", *, at: datetime) -> "QuerySet[Chargeback]":
    """Notes of which something is still owed back."""
    return notes.filter(pk__in=still_owed(RecoveryEntry.objects.all()).order_by().values("chargeback"))


def doubted(notes: "QuerySet[Chargeback]", *, at: datetime) -> "QuerySet[Chargeback]":
    """Notes of which a further test put something in doubt that the supplier had accepted."""
    return notes.filter(pk__in=ChargebackLine.objects.in_doubt().values("chargeback"))


_BY: Final[dict[str, Callable[..., "QuerySet[Chargeback]"]]] = {
    ANSWER: unanswered_too_long,
    MONEY: unpaid_too_long,
    REPAYMENT: owing,
    DOUBT: doubted,
}


def waiting_for(key: str, notes: "QuerySet[Chargeback]", *, at: datetime) -> "QuerySet[Chargeback]":
    """The notes that wait for this one of WAITS."""
    return _BY[key](notes, at=at)

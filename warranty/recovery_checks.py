"""What check_books asks of supplier recovery: one sentence per violation."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from parts.models import Supplier
from portal.core import clock
from warranty.chargebacks import owed_back
from warranty.models import PAID, ClaimLine, RecoveryCase, RecoveryEntry, WarrantyClaim
from warranty.recovery_keeping import without_notice
from warranty.supplier_statements import balance_of, open_now


def lines_without_case() -> Iterator[str]:
    """L2: where one part line of a claim that is paid has its recovery case, every one has."""
    without = ClaimLine.objects.filter(PAID, claim=OuterRef("pk"), kind="part", recovery_cases=None)
    claims = WarrantyClaim.objects.paying().filter(Exists(without), recovery_cases__isnull=False)
    for number in claims.order_by("pk").values_list("number", flat=True).distinct():
        yield _("%(number)s has a granted part line without a recovery case") % {"number": number}


def cases_without_clock() -> Iterator[str]:
    """L2: every case that runs has a last day for notice."""
    for case in without_notice(RecoveryCase.objects.filter(last_day=None)).order_by("pk"):
        yield _("%(number)s runs without a last day for notice") % {"number": case.number}


def supplier_balances_off() -> Iterator[str]:
    """A supplier's closing balance is what its notes less credits, payments and what was given up leave, either way read."""
    for supplier in Supplier.objects.filter(chargebacks__isnull=False).distinct().order_by("pk"):
        moved, open_amounts = balance_of(supplier, at=clock.now()), open_now(supplier)
        if moved != open_amounts.total:
            facts = {"supplier": supplier.code, "balance": moved, "open": open_amounts.total}
            yield _("%(supplier)s: its account closes at %(balance)s, its notes leave %(open)s") % facts


def repayments_off() -> Iterator[str]:
    """Never more is paid back or set off than a credit note left owed, and each entry names its note's supplier."""
    for supplier in Supplier.objects.filter(chargebacks__receipts__kind="owed_back").distinct().order_by("pk"):
        for each in owed_back(supplier):
            if each.open < 0:
                yield _("%(number)s: more was paid back than it left owed") % {"number": each.credit_note}
    foreign = RecoveryEntry.objects.exclude(supplier=F("chargeback__supplier")) | RecoveryEntry.objects.filter(
        supplier=None
    )
    for entry in foreign.order_by("pk"):
        yield _("%(number)s stands with another supplier than its note") % {"number": entry.source}


CHECKS = {
    "warranty.supplier_accounts_close": supplier_balances_off,
    "warranty.repayments_within_what_is_owed": repayments_off,
    "warranty.part_lines_have_recovery_cases": lines_without_case,
    "warranty.recovery_cases_have_clocks": cases_without_clock,
}

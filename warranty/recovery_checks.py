"""What check_books asks of supplier recovery: one sentence per violation."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from warranty.models import PAID, ClaimLine, RecoveryCase, WarrantyClaim
from warranty.settlement_states import RUNNING_RECOVERY
from warranty.states import GRANTED


def lines_without_case() -> Iterator[str]:
    """L2: where one part line of a granted claim has its recovery case, every one has."""
    without = ClaimLine.objects.filter(PAID, claim=OuterRef("pk"), kind="part", recovery_cases=None)
    claims = WarrantyClaim.objects.filter(Exists(without), status__in=GRANTED, recovery_cases__isnull=False)
    for number in claims.order_by("pk").values_list("number", flat=True).distinct():
        yield _("%(number)s has a granted part line without a recovery case") % {"number": number}


def cases_without_clock() -> Iterator[str]:
    """L2: every case that runs has a last day for notice."""
    for case in RecoveryCase.objects.filter(status__in=RUNNING_RECOVERY, last_day=None).order_by("pk"):
        yield _("%(number)s runs without a last day for notice") % {"number": case.number}


CHECKS = {
    "warranty.part_lines_have_recovery_cases": lines_without_case,
    "warranty.recovery_cases_have_clocks": cases_without_clock,
}

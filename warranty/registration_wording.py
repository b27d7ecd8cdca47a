"""What does not agree about the sale day of a registration, in words for who approves it."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import show
from warranty import registration
from warranty.models import UnitRegistration

SENTENCES = {
    "invoice": gettext_lazy("Sold on %(sold)s, but the invoice is of %(day)s."),
    "unit_invoice": gettext_lazy("Sold on %(sold)s, but the unit's file has an invoice of %(day)s."),
    "unit_hand_over": gettext_lazy("Sold on %(sold)s, but the unit's file says it was handed over on %(day)s."),
}


def say_disagreements(filed: UnitRegistration) -> Iterable[str]:
    """One sentence each."""
    sold = show.day(filed.sale_date)
    for what, day in registration.disagreements(filed).items():
        yield str(SENTENCES[what]) % {"sold": sold, "day": show.day(day)}


def disagreement_word(filed: UnitRegistration) -> str:
    """Said beside the sale day in lists."""
    return _("sale day does not agree") if registration.disagreements(filed) else ""

"""What is refused about statements."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Refusal
from warranty.settlement_rules import next_month


class NothingToSettle(Refusal):
    """No item and nothing brought forward."""

    message = _("%(station)s has nothing to settle in %(period)s.")
    code = "nothing_to_settle"


class MonthNotOver(Refusal):
    """A month is built when it is over."""

    message = _("%(period)s is not over yet; see the preview.")
    code = "month_not_over"


def require_over(period: date, day: date) -> None:
    """Raises MonthNotOver for a month that has days left on that day."""
    if next_month(period) > day:
        raise MonthNotOver(period=f"{period:%Y-%m}", field="period")


class AlreadyIssued(Refusal):
    """A month has one statement; what comes later waits for the next."""

    message = _("%(number)s was issued for this month already.")
    code = "already_issued"


class NothingToCarry(Refusal):
    """Only what was confirmed below 0 has no other end."""

    message = _("%(number)s is “%(status)s” over %(gross)s: expected a confirmed statement below 0.")
    code = "nothing_to_carry"


class DisputeRefused(Refusal):
    """A line is disputed before confirmation, once, with a reason."""

    message = _("Choose at least one line that was not disputed before, and say why in at least %(least)s characters.")
    code = "dispute_refused"


class InvoiceDiffers(Refusal):
    """The invoice equals the gross within one cent."""

    message = _("The invoice says ¥%(invoice)s, the statement ¥%(gross)s: they may differ by ¥0.01 at most.")
    code = "invoice_differs"


class InvoiceUsed(Refusal):
    """An invoice of a dealer stands for one statement."""

    message = _("Invoice %(got)s of this dealer stands for %(number)s already; expected one that stands for none.")
    code = "invoice_used"


class StatementHeld(Refusal):
    """The last money of a station that has left waits until its exit is settled."""

    message = _("%(station)s has left the network: its last statement is held until %(until)s.")
    code = "statement_held"


class ReferencePaidAnother(Refusal):
    """A transfer pays one statement; what was typed twice would hide one that nobody paid."""

    message = _(
        "Bank reference %(reference)s paid statement %(number)s on %(day)s."
        " If one transfer paid both, add a mark to it for this one."
    )
    code = "reference_paid_another"

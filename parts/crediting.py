"""What pieces of a shipment are worth when they are credited: exactly what was invoiced for them, to the cent."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.models import ShipmentLine
from portal.core.errors import Refusal
from portal.core.money import round_money


class CreditedAlready(Refusal):
    """More pieces than were invoiced and not credited yet."""

    message = _("%(part)s: got %(got)s, expected at most %(most)s, which were invoiced and not credited yet.")
    code = "credited_already"


def credit_for(row: ShipmentLine, qty: Decimal) -> Decimal:
    """What so many pieces of the line are credited with: their share of what is not credited; the last ones take the rest.

    Raises CreditedAlready.
    """
    left = row.qty - row.credited_qty
    if qty > left:
        raise CreditedAlready(part=row.part.number, got=stock.plain(qty), most=stock.plain(left))
    rest = row.amount - row.credited_amount
    return rest if qty == left else round_money(rest * qty / left)


def take_credit(row: ShipmentLine, qty: Decimal, amount: Decimal) -> None:
    """So many pieces and so much of the line's amount are credited; the caller saves the row."""
    row.credited_qty += qty
    row.credited_amount += amount

"""Money for a station that its next statement credits: recorded here, collected and noted by the app of statements."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from portal.core import clock, events
from portal.core.money import round_money
from portal.core.numbering import take_number
from stations.models import Incentive, Station


@transaction.atomic
def grant_incentive(
    station: Station, *, source: str, text: str, amount: Decimal, actor: Any, at: datetime | None = None
) -> Incentive:
    """The station is owed the amount (CNY, tax excluded, above 0) once per source, the document it is for.

    The next statement credits it, in the month of `at` or later. Writes Incentive and one Event. Source: rules.md 3.8.
    """
    at = at or clock.now()
    known = Incentive.objects.filter(source=source).first()
    if known is not None:
        return known
    incentive = Incentive.objects.create(
        station=station, source=source, text=text[:200], amount=round_money(amount), approved_by=actor, approved_at=at,
        number=take_number("IN", at=at),
    )  # fmt: skip
    data = {"amount": str(incentive.amount), "station": station.code}
    events.record(incentive, "incentive.granted", actor=actor, at=at, data=data, root=source)
    return incentive


def note_statement(numbers: list[str], statement_number: str) -> int:
    """These incentives stand on that issued statement; an empty number takes the note back. How many were noted."""
    return Incentive.objects.filter(number__in=numbers).update(statement_number=statement_number)

"""What headquarters grants one unit beyond its policy. Not here: the policies themselves, kept in the admin."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from portal.core import clock, events
from portal.core.numbering import take_number
from service.models import InstalledUnit
from warranty.models import GoodwillAuthorization


@transaction.atomic
def authorize_goodwill(
    unit: InstalledUnit,
    *,
    actor: Any,
    expires_on: date,
    budget: Decimal,
    reason: str,
    part_share_percent: int = 0,
    labor_share_percent: int = 0,
    travel_share_percent: int = 0,
    at: datetime | None = None,
) -> GoodwillAuthorization:
    """Shares of a repair out of cover are paid through expires_on, CNY up to the budget. Writes one Event."""
    moment = at or clock.now()
    granted = GoodwillAuthorization.objects.create(
        unit=unit,
        authorized_by=actor,
        number=take_number("GW", at=moment),
        part_share_percent=part_share_percent,
        labor_share_percent=labor_share_percent,
        travel_share_percent=travel_share_percent,
        budget=budget,
        expires_on=expires_on,
        reason=reason,
        authorized_at=moment,
    )
    events.record(granted, "goodwillauthorization.authorized", actor=actor, at=moment, note=reason)
    return granted

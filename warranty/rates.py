"""Rates of labor and travel: proposed here, released by another person (masters). Not here: which rate a claim takes (facts)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Refusal
from stations.models import Region
from warranty import masters
from warranty.models import LaborRate, TravelRate


class RateOfNothing(Refusal):
    """Work is paid; a rate of 0 is a slip that every claim of the grade would carry."""

    message = _("The rate must be above 0; got %(got)s.")
    code = "rate_of_nothing"


def propose_labor_rate(
    *,
    grade: str,
    hourly_rate: Decimal,
    valid_from: date,
    actor: Any,
    region: Region | None = None,
    at: datetime | None = None,
) -> LaborRate:
    """CNY an hour for the grade, in the region or everywhere, for work done from valid_from on, once another releases it.

    Raises RateOfNothing, TermTooFarOff, TermInThePast, TermTaken. Writes the proposal, one Event.
    """
    says: dict[str, Any] = {"grade": grade, "hourly_rate": hourly_rate, "region": region}
    refuse_nothing(LaborRate(**says))
    return masters.propose(LaborRate, valid_from=valid_from, actor=actor, at=at, **says)


def propose_travel_rate(
    *,
    km_rate: Decimal,
    free_km: Decimal,
    valid_from: date,
    actor: Any,
    region: Region | None = None,
    at: datetime | None = None,
) -> TravelRate:
    """CNY a kilometer beyond the free ones, in the region or everywhere, for work done from valid_from on, once released.

    Raises RateOfNothing, TermTooFarOff, TermInThePast, TermTaken. Writes the proposal, one Event.
    """
    says: dict[str, Any] = {"km_rate": km_rate, "free_km": free_km, "region": region}
    refuse_nothing(TravelRate(**says))
    return masters.propose(TravelRate, valid_from=valid_from, actor=actor, at=at, **says)


def refuse_nothing(rate: LaborRate | TravelRate) -> None:
    """Raises RateOfNothing."""
    field = "hourly_rate" if isinstance(rate, LaborRate) else "km_rate"
    if (got := getattr(rate, field)) <= 0:
        raise RateOfNothing(got=got, field=field)

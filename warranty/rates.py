"""Rates of labor and travel: a new one begins on its day and ends the one before. Not here: which rate a claim takes (facts)."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.errors import Refusal
from stations.models import Region
from warranty.models import LaborRate, TravelRate


class RateInThePast(Refusal):
    """Work done is paid at the rate of its day; what was claimed today keeps its price."""

    message = _("Valid from: got %(got)s, expected %(first)s or later, since a rate holds already.")
    code = "rate_in_the_past"


class RateTaken(Refusal):
    """A later rate has been set already."""

    message = _("A rate that begins on %(day)s is set already.")
    code = "rate_taken"


class RateOfNothing(Refusal):
    """Work is paid; a rate of 0 is a slip that every claim of the grade would carry."""

    message = _("The rate must be above 0; got %(got)s.")
    code = "rate_of_nothing"


class RateTooFarOff(Refusal):
    """A day that nobody who sets rates will see is a slip."""

    message = _("Valid from: got %(got)s, expected a day before %(last)s.")
    code = "rate_too_far_off"


FURTHEST = date(2100, 1, 1)


@transaction.atomic
def set_labor_rate(
    *,
    grade: str,
    hourly_rate: Decimal,
    valid_from: date,
    actor: Any,
    region: Region | None = None,
    at: datetime | None = None,
) -> LaborRate:
    """CNY an hour for the grade, in the region or everywhere, for work done from valid_from on.

    Raises RateOfNothing, RateTooFarOff, RateInThePast, RateTaken. Writes the rate, the end of the one before, one Event.
    """
    moment = at or clock.now()
    _sensible(hourly_rate, "hourly_rate", valid_from)
    _end_before(LaborRate.objects.filter(region=region, grade=grade), valid_from, clock.local_date(moment))
    made = LaborRate.objects.create(region=region, grade=grade, hourly_rate=hourly_rate, valid_from=valid_from)
    events.record(made, "laborrate.set", actor=actor, at=moment, data={"rate": str(hourly_rate)})
    return made


@transaction.atomic
def set_travel_rate(
    *,
    km_rate: Decimal,
    free_km: Decimal,
    valid_from: date,
    actor: Any,
    region: Region | None = None,
    at: datetime | None = None,
) -> TravelRate:
    """CNY a kilometer beyond the free ones, in the region or everywhere, for work done from valid_from on.

    Raises RateOfNothing, RateTooFarOff, RateInThePast, RateTaken. Writes the rate, the end of the one before, one Event.
    """
    moment = at or clock.now()
    _sensible(km_rate, "km_rate", valid_from)
    _end_before(TravelRate.objects.filter(region=region), valid_from, clock.local_date(moment))
    made = TravelRate.objects.create(region=region, km_rate=km_rate, free_km=free_km, valid_from=valid_from)
    data = {"rate": str(km_rate), "free_km": str(free_km)}
    events.record(made, "travelrate.set", actor=actor, at=moment, data=data)
    return made


def _sensible(rate: Decimal, field: str, valid_from: date) -> None:
    if rate <= 0:
        raise RateOfNothing(got=rate, field=field)
    if valid_from >= FURTHEST:
        raise RateTooFarOff(got=valid_from.isoformat(), last=FURTHEST.isoformat(), field="valid_from")


def _end_before(rows: models.QuerySet[Any], valid_from: date, today: date) -> None:
    """Whatever holds on the new day ends there; nothing later may be set already. Two who set rates stand in line."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 3605))", [rows.model._meta.db_table])
    holding = rows.filter(Q(valid_to=None) | Q(valid_to__gt=valid_from)).order_by("pk").select_for_update(of=("self",))
    for row in holding:
        if row.valid_from >= valid_from:
            raise RateTaken(day=row.valid_from.isoformat(), field="valid_from")
        if valid_from <= today:
            tomorrow = (today + timedelta(days=1)).isoformat()
            raise RateInThePast(got=valid_from.isoformat(), first=tomorrow, field="valid_from")
        row.valid_to = valid_from
        row.save(update_fields=["valid_to"])

"""Registering a sale: a station files it, headquarters approves it, and cover starts on the sale day."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.states import lock, move
from service.models import InstalledUnit
from stations.models import Station
from warranty.models import RegistrationStatus, UnitRegistration


class SaleInFuture(Refusal):
    """A sale is registered after it happened."""

    message = _("The sale day %(day)s lies in the future.")
    code = "sale_in_future"


class RegisteredAlready(Refusal):
    """A unit has one approved registration."""

    message = _("%(unit)s is registered already.")
    code = "registered_already"


class OwnRegistration(Refusal):
    """Four eyes: who filed it does not approve it."""

    message = _("You filed this registration; somebody else has to approve it.")
    code = "own_registration"


@transaction.atomic
def file_registration(
    unit: InstalledUnit,
    *,
    sale_date: date,
    actor: Any,
    station: Station | None = None,
    filed_on: date | None = None,
    at: datetime | None = None,
) -> UnitRegistration:
    """The sale is on file and waits for approval. Raises SaleInFuture, RegisteredAlready. Writes one Event."""
    moment = at or clock.now()
    day = filed_on or clock.local_date(moment)
    if sale_date > day:
        raise SaleInFuture(day=sale_date, field="sale_date")
    if UnitRegistration.objects.filter(unit=unit, status=RegistrationStatus.APPROVED).exists():
        raise RegisteredAlready(unit=unit.serial_number)
    filed = UnitRegistration.objects.create(
        unit=unit, station=station, sale_date=sale_date, filed_on=day, filed_by=actor
    )
    events.record(filed, "unitregistration.filed", actor=actor, at=moment, to_status=RegistrationStatus.FILED)
    return filed


@transaction.atomic
def approve_registration(filed: UnitRegistration, *, actor: Any, at: datetime | None = None) -> UnitRegistration:
    """The registration starts the cover. Raises OwnRegistration, RegisteredAlready, TransitionNotAllowed."""
    return _decide(filed, RegistrationStatus.APPROVED, actor=actor, at=at)


@transaction.atomic
def refuse_registration(
    filed: UnitRegistration, *, actor: Any, note: str, at: datetime | None = None
) -> UnitRegistration:
    """The registration does not count. Raises OwnRegistration, TransitionNotAllowed."""
    return _decide(filed, RegistrationStatus.REFUSED, actor=actor, at=at, note=note)


def _decide(filed: UnitRegistration, to: str, *, actor: Any, at: datetime | None, note: str = "") -> UnitRegistration:
    moment = at or clock.now()
    filed = lock(filed)
    if filed.filed_by_id == actor.pk:
        raise OwnRegistration
    others = UnitRegistration.objects.filter(unit=filed.unit_id, status=RegistrationStatus.APPROVED)
    if to == RegistrationStatus.APPROVED and others.exists():
        raise RegisteredAlready(unit=str(filed.unit))
    filed.decided_by, filed.decided_at = actor, moment
    filed.save(update_fields=["decided_by", "decided_at"])
    return move(filed, to, actor=actor, at=moment, note=note)

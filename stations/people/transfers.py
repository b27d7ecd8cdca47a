"""A technician goes to another station of the dealer, if the region or headquarters consents."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from portal.accounts import sessions
from portal.accounts.roles import Role
from portal.core import clock, events
from portal.core.notifications import notify
from portal.core.states import lock, move
from stations.gaps import note_change
from stations.models import Membership, Station, StationStatus, Technician, TechnicianTransfer, TransferStatus
from stations.people.open_work import open_jobs_of, require_empty_hands
from stations.people.refusals import OpenJobs, TransferPending, WrongStation, said


@transaction.atomic
def ask_transfer(
    technician: Technician, *, to_station: Station, reason: str, actor: Any, at: datetime | None = None
) -> TechnicianTransfer:
    """The wish waits for consent. Raises SayWhy, WrongStation, TransferPending. Writes one Event."""
    at = at or clock.now()
    why = said(reason)
    technician = lock(technician, "station")
    _check_station(technician, to_station)
    pending = TechnicianTransfer.objects.filter(technician=technician, status=TransferStatus.ASKED).first()
    if pending is not None:
        raise TransferPending(station=str(pending.to_station))
    row = TechnicianTransfer.objects.create(
        technician=technician, from_station=technician.station, to_station=to_station, asked_by=actor, reason=why,
        asked_at=at,
    )  # fmt: skip
    events.record(row, "techniciantransfer.asked", actor=actor, at=at, note=why)
    return row


def _check_station(technician: Technician, to_station: Station) -> None:
    same_dealer = to_station.dealer_id == technician.station.dealer_id and to_station.pk != technician.station_id
    if not (same_dealer and to_station.status == StationStatus.ACTIVE):
        raise WrongStation(station=str(to_station), field="to_station")


@transaction.atomic
def approve_transfer(row: TechnicianTransfer, *, actor: Any, at: datetime | None = None) -> TechnicianTransfer:
    """The technician works at the other station, with certificates and log-in. Raises OpenJobs, GoodsHeld, WrongStation. Events."""
    at = at or clock.now()
    row = lock(row, "to_station", "from_station")
    technician = lock(row.technician, "station")
    _check_station(technician, row.to_station)
    if jobs := open_jobs_of(technician):
        raise OpenJobs(technician=technician.name, jobs=", ".join(jobs))
    require_empty_hands(technician)
    row = move(row, TransferStatus.APPROVED, actor=actor, at=at)
    row.decided_by, row.decided_at = actor, at
    row.save(update_fields=["decided_by", "decided_at"])
    technician.station = row.to_station
    technician.save(update_fields=["station"])
    _move_login(row, actor=actor, at=at)
    data = {"technician": technician.name, "from": row.from_station.code, "to": row.to_station.code}
    for station in (row.from_station, row.to_station):
        events.record(station, "station.technician_transferred", actor=actor, at=at, data=data)
        note_change(station)
    notify([row.asked_by], "transfer.approved", data, url=technician.get_absolute_url(), subject=row, at=at)
    return row


def _move_login(row: TechnicianTransfer, *, actor: Any, at: datetime) -> None:
    """The membership follows the technician; open browsers begin anew with the new scope."""
    today = clock.local_date(at)
    user = row.technician.user
    if user is None:
        return
    in_force = Q(valid_to=None) | Q(valid_to__gt=today)
    for membership in Membership.objects.filter(in_force, user=user, role=Role.TECHNICIAN, station=row.from_station):
        locked = lock(membership)
        locked.valid_to = max(today, locked.valid_from)
        locked.save(update_fields=["valid_to"])
        Membership.objects.create(user=user, role=Role.TECHNICIAN, station=row.to_station, valid_from=today)
    sessions.end_others(user, keep="", actor=actor)


@transaction.atomic
def refuse_transfer(
    row: TechnicianTransfer, *, reason: str, actor: Any, at: datetime | None = None
) -> TechnicianTransfer:
    """The technician stays. Raises SayWhy. Writes one Event; who asked is told."""
    at = at or clock.now()
    why = said(reason)
    row = move(row, TransferStatus.REFUSED, actor=actor, at=at, note=why)
    row.decided_by, row.decided_at = actor, at
    row.save(update_fields=["decided_by", "decided_at"])
    facts = {"technician": row.technician.name, "reason": why}
    notify([row.asked_by], "transfer.refused", facts, url=row.get_absolute_url(), subject=row, at=at)
    return row


@transaction.atomic
def withdraw_transfer(row: TechnicianTransfer, *, actor: Any, at: datetime | None = None) -> TechnicianTransfer:
    """The wish is taken back. Writes one Event."""
    return move(row, TransferStatus.WITHDRAWN, actor=actor, at=at)

"""A station's tools: registered, moved through their life, calibrated, alarmed. Not here: what is lacking (gaps)."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.attachments import attach
from portal.core.calendar import add_months
from portal.core.errors import Refusal
from portal.core.notifications import notify
from portal.core.parameters import param
from portal.core.states import lock, move
from stations.gaps import note_change
from stations.models import (
    Calibration,
    CalibrationAlarm,
    Equipment,
    EquipmentItem,
    EquipmentStatus,
    Station,
)
from stations.people.refusals import said
from stations.people.staff import owners_of


class SerialKnown(Refusal):
    """A serial number of an item stands once in the whole network."""

    message = _("A %(item)s with serial number %(serial)s is already registered.")
    code = "serial_known"


class BadDay(Refusal):
    """Days come in their order, and none of them lies ahead."""

    message = _("Got %(got)s, expected a day from %(low)s to %(high)s.")
    code = "day_out_of_range"


class DayTooLate(BadDay):
    """It ends what lies behind."""

    message = _("Got %(got)s, expected %(high)s or a day before.")


class DayTooEarly(BadDay):
    """It begins what lies ahead."""

    message = _("Got %(got)s, expected %(low)s or a day after.")


class NeedsNoCalibration(Refusal):
    """Only items with an interval are calibrated."""

    message = _("%(item)s needs no calibration.")
    code = "needs_no_calibration"


class NotHeld(Refusal):
    """What is lost or gone is not calibrated."""

    message = _("The piece is “%(status)s”.")
    code = "equipment_not_held"


@transaction.atomic
def register_equipment(
    station: Station,
    *,
    item: EquipmentItem,
    serial_number: str,
    commissioned_on: date | None = None,
    bought_on: date | None = None,
    note: str = "",
    photo: Any = None,
    actor: Any,
    at: datetime | None = None,
) -> Equipment:
    """The station has the piece, in use. Raises SerialKnown, BadDay, BadFile. Writes Equipment, perhaps a photo, one Event."""
    at = at or clock.now()
    today = clock.local_date(at)
    begun = commissioned_on or today
    if begun > today:
        raise DayTooLate(got=begun.isoformat(), high=today.isoformat(), field="commissioned_on")
    if bought_on is not None and bought_on > begun:
        raise DayTooLate(got=bought_on.isoformat(), high=begun.isoformat(), field="bought_on")
    serial = serial_number.strip()
    if Equipment.objects.filter(item=item, serial_number=serial).exists():
        raise SerialKnown(item=str(item), serial=serial, field="serial_number")
    piece = Equipment.objects.create(
        station=station, item=item, serial_number=serial, commissioned_on=begun, bought_on=bought_on, note=note
    )
    if photo is not None:
        attach(piece, photo, kind="photo", actor=actor, field="photo")
    events.record(piece, "equipment.registered", actor=actor, at=at, data={"item": item.code})
    note_change(station)
    return piece


@transaction.atomic
def move_equipment(piece: Equipment, *, to: str, reason: str, actor: Any, at: datetime | None = None) -> Equipment:
    """The piece is in use, in repair, lost, retired or returned. Raises SayWhy, TransitionNotAllowed. Writes one Event."""
    why = said(reason)
    piece = move(piece, EquipmentStatus(to), actor=actor, at=at, note=why)
    note_change(piece.station)
    return piece


@transaction.atomic
def record_calibration(
    piece: Equipment,
    *,
    calibrated_on: date,
    passed: bool = True,
    due_on: date | None = None,
    laboratory: str = "",
    certificate_number: str = "",
    certificate: Any = None,
    actor: Any,
    at: datetime | None = None,
) -> Calibration:
    """The check stands with its file; a passed one is good until the item's interval has gone by, or the day given.

    A failed one leaves the piece without valid calibration from that day. Raises NeedsNoCalibration, NotHeld, BadDay,
    BadFile. Writes Calibration, perhaps its file, and one Event.
    """
    at = at or clock.now()
    today = clock.local_date(at)
    piece = lock(piece, "item", "station")
    _check_calibration(piece, calibrated_on, due_on, today)
    months = piece.item.calibration_months or 12
    due = (due_on or add_months(calibrated_on, months)) if passed else None
    row = Calibration.objects.create(
        equipment=piece, recorded_by=actor, calibrated_on=calibrated_on, due_on=due, passed=passed,
        laboratory=laboratory, certificate_number=certificate_number, recorded_at=at,
    )  # fmt: skip
    if certificate is not None:
        attach(row, certificate, kind="calibration", actor=actor, field="certificate")
    latest = piece.calibrations.order_by("-calibrated_on", "-pk").first()
    if latest == row:
        piece.calibration_due_on = due if passed else calibrated_on
        piece.save(update_fields=["calibration_due_on"])
    data = {"calibrated_on": calibrated_on.isoformat(), "passed": passed, "due_on": due.isoformat() if due else None}
    events.record(piece, "equipment.calibrated", actor=actor, at=at, data=data)
    note_change(piece.station)
    return row


def _check_calibration(piece: Equipment, calibrated_on: date, due_on: date | None, today: date) -> None:
    if piece.item.calibration_months is None:
        raise NeedsNoCalibration(item=str(piece.item))
    if piece.status not in (EquipmentStatus.IN_USE, EquipmentStatus.IN_REPAIR):
        raise NotHeld(status=piece.get_status_display())
    if calibrated_on > today:
        raise DayTooLate(got=calibrated_on.isoformat(), high=today.isoformat(), field="calibrated_on")
    if due_on is not None and due_on <= calibrated_on:
        low = calibrated_on + timedelta(days=1)
        raise DayTooEarly(got=due_on.isoformat(), low=low.isoformat(), field="due_on")


def equipment_held(station: Station) -> QuerySet[Equipment]:
    """What the station has and must give back or account for when it leaves the network: in use, in repair, and lost."""
    gone = (EquipmentStatus.RETIRED, EquipmentStatus.RETURNED)
    return (
        Equipment.objects.filter(station=station).exclude(status__in=gone).select_related("item").order_by("item", "pk")
    )


@transaction.atomic
def alarm_calibrations(*, at: datetime | None = None) -> list[CalibrationAlarm]:
    """Owners know of every calibration due within 30 or 7 days D or overdue, once per mark and due day; which alarms.

    A missed run is made up for: the tightest mark reached is told, the wider ones count as told with it.
    """
    at = at or clock.now()
    today = clock.local_date(at)
    marks = sorted(param("stations.calibration_alarm_days", at))
    limit = today + timedelta(days=marks[-1] if marks else 0)
    rows = Equipment.objects.held().filter(item__calibration_months__isnull=False, calibration_due_on__lte=limit)
    pieces = list(rows.select_related("station", "item").order_by("pk"))
    told: dict[tuple[int, date], set[int]] = defaultdict(set)
    for alarm in CalibrationAlarm.objects.filter(equipment__in=pieces):
        told[alarm.equipment_id, alarm.due_on].add(alarm.days)
    owners = owners_of({piece.station for piece in pieces})
    made = []
    for piece in pieces:
        due: Any = piece.calibration_due_on
        left = (due - today).days
        reached = [mark for mark in marks if left <= mark]
        fresh = [mark for mark in reached if mark not in told[piece.pk, due]]
        if fresh and reached[0] in fresh:
            facts = {
                "item": piece.item.name, "item_en": piece.item.name_en, "serial": piece.serial_number,
                "day": due.isoformat(), "days": left,
            }  # fmt: skip
            url = piece.get_absolute_url()
            notify(owners[piece.station_id], "calibration.due", facts, url=url, subject=piece, at=at)
        made += [CalibrationAlarm(equipment=piece, due_on=due, days=mark, sent_at=at) for mark in fresh]
    return CalibrationAlarm.objects.bulk_create(made)

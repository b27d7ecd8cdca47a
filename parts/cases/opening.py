"""Differences become a case: at receipt, or reported within the days D after it. Not here: what is decided (deciding)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parts import lots, serials, stock
from parts.cases import letters
from parts.models import CaseLine, Difference, Part, PartsOrderLine, ReceivingCase, Shipment, ShipmentLine
from parts.states import CASE_UNDECIDED, CaseStatus, ShipmentStatus
from portal.core import calendar, clock, events, states
from portal.core.attachments import attach, attachments_of_all
from portal.core.bulk import update_rows
from portal.core.errors import Refusal
from portal.core.numbering import take_number
from portal.core.parameters import param

PHOTO = "difference_photo"
MOST_PHOTOS = 9
MOST_PIECES = Decimal(99_999)


@dataclass(frozen=True)
class Found:
    """Pieces that differ: of a shipment line, or of a part that the shipment does not have. photos: uploads."""

    kind: str
    qty: Decimal
    line: ShipmentLine | None = None
    part: Part | None = None
    note: str = ""
    photos: Sequence[Any] = ()


class NothingDiffers(Refusal):
    """A report without a difference."""

    message = _("Say what differs: at least one quantity above 0.")
    code = "nothing_differs"


class ReportTooLate(Refusal):
    """The days to report are over."""

    message = _("Differences of %(shipment)s could be reported until %(deadline)s.")
    code = "report_too_late"


class CaseUnderWay(Refusal):
    """One case of a shipment at a time."""

    message = _("%(case)s of this shipment is not decided yet; more can be reported when it is.")
    code = "case_under_way"


class MoreThanCame(Refusal):
    """More missing or damaged than was counted sound."""

    message = _("%(part)s: got %(got)s, expected at most %(most)s, which were counted sound.")
    code = "more_than_came"


class WrongPartIsOrdered(Refusal):
    """The part stands in the shipment, so pieces of it are counted there."""

    message = _("%(part)s is in this shipment; count it in its own line.")
    code = "part_is_in_shipment"


class TooManyPhotos(Refusal):
    """A page of pictures, not an archive."""

    message = _("At most %(most)s pictures for one line; got %(got)s.")
    code = "too_many_photos"


class PhotosMissing(Refusal):
    """Damaged and wrong goods are shown."""

    message = _("%(part)s: at least one picture is needed.")
    code = "photos_missing"


def deadline_of(shipment: Shipment, *, at: datetime | None = None) -> date | None:
    """The last day on which differences can be reported; None before the shipment is received."""
    if shipment.received_at is None:
        return None
    days = param("parts.receiving_days", shipment.received_at)
    return calendar.add_working_days(clock.local_date(shipment.received_at), days)


def can_report(shipment: Shipment, *, at: datetime | None = None) -> bool:
    """Whether today differences can still be reported; for showing buttons."""
    deadline = deadline_of(shipment)
    return deadline is not None and clock.local_date(at or clock.now()) <= deadline


def open_case(shipment: Shipment, found: Sequence[Found], *, actor: Any, at: datetime) -> ReceivingCase:
    """The differences stand in a case with a number; headquarters has it, or the station still owes pictures.

    shipment: under its lock. Raises NothingDiffers, WrongPartIsOrdered, QuantityNotPositive, QuantityNotWhole, TooManyPhotos, BadFile.
    Writes a ReceivingCase, its lines, Attachments, Events, notifications. Source: rules.md 3.9 Receiving case.
    """
    if not found:
        raise NothingDiffers
    ours = set(shipment.lines.values_list("part_id", flat=True))
    for each in found:
        if stock.positive(each.qty) > MOST_PIECES:
            raise stock.QuantityNotPositive(field="qty")
        if part := each.part or (each.line.part if each.line else None):
            field = f"{each.kind}_{each.line.pk}" if each.line else "wrong"
            stock.whole(part, each.qty, field=field)
        if each.line is None and each.part is not None and each.part.pk in ours:
            raise WrongPartIsOrdered(part=each.part.number, field="wrong")
    case = ReceivingCase.objects.create(
        station_id=shipment.station_id,
        shipment=shipment,
        opened_by=actor,
        opened_at=at,
        due_on=calendar.add_working_days(clock.local_date(at), param("parts.case_answer_days", at)),
        number=take_number("DC", at=at),
    )
    rows = [
        CaseLine(
            case=case,
            shipment_line=each.line,
            part=each.part or (each.line.part if each.line else None),
            position=position,
            kind=each.kind,
            qty=each.qty,
            note=each.note[:200],
        )
        for position, each in enumerate(found, start=1)
    ]
    CaseLine.objects.bulk_create(rows)
    for row, each in zip(rows, found, strict=True):
        _keep_photos(row, each.photos, actor)
    events.record(case, "receivingcase.reported", actor=actor, at=at, to_status=case.status, data={"lines": len(rows)})
    case = _hand_over(states.lock(case), actor=actor, at=at)
    if case.status == CaseStatus.PHOTOS_WANTED:
        letters.tell_station("receivingcase.photos_wanted", case)
    return case


@transaction.atomic
def report_differences(
    shipment: Shipment, *, found: Sequence[Found], actor: Any, at: datetime | None = None
) -> ReceivingCase:
    """What a station finds within the days after receipt is a case; missing and damaged pieces leave its stock for transit.

    Raises ReportTooLate, CaseUnderWay, MoreThanCame, NotEnoughStock, TransitionNotAllowed and what open_case raises.
    Writes a ReceivingCase, one Posting, Events. Source: rules.md 3.9 Receiving case ≤ 3 working days.
    """
    moment = at or clock.now()
    order = states.lock(shipment.order)
    locked = states.lock(shipment, "station")
    deadline = deadline_of(locked)
    if deadline is None:
        raise states.refusal(locked, ShipmentStatus.RECEIVED_WITH_DIFFERENCES.label)
    if clock.local_date(moment) > deadline:
        raise ReportTooLate(shipment=locked.number, deadline=deadline.isoformat())
    if known := locked.cases.filter(status__in=CASE_UNDECIDED).first():
        raise CaseUnderWay(case=known.number)
    rows = {row.pk: row for row in locked.lines.select_related("part", "allocation").order_by("pk")}
    lines = order.lines.filter(pk__in=[row.order_line_id for row in rows.values()]).order_by("pk")
    ordered = {line.pk: line for line in lines.select_for_update(no_key=True, of=("self",))}
    moves = _taken_back(found, rows, ordered, locked)
    case = open_case(locked, found, actor=actor, at=moment)
    if moves:
        update_rows(rows.values(), ["received_qty", "damaged_qty"])
        update_rows(ordered.values(), ["received_qty"])
        stock.post(kind="receipt_corrected", source=case.number, moves=moves, at=moment, actor=actor)
        serials.move_serials(moves, to=dict.fromkeys((row.part_id for row in rows.values()), _transit(locked)))
    if locked.status != ShipmentStatus.RECEIVED_WITH_DIFFERENCES:
        states.move(locked, ShipmentStatus.RECEIVED_WITH_DIFFERENCES, actor=actor, at=moment)
    return case


def _transit(shipment: Shipment) -> int:
    return stock.transit_location(shipment.station).pk


def _taken_back(
    found: Sequence[Found], rows: Mapping[int, ShipmentLine], ordered: Mapping[int, PartsOrderLine], shipment: Shipment
) -> list[stock.Move]:
    """Pieces counted sound that are not: they stand in transit again, as if they had been counted so at receipt."""
    transit, shelf = stock.transit_location(shipment.station).pk, stock.station_location(shipment.station)
    takes = []
    for each in found:
        if each.line is None or each.kind not in {Difference.SHORT, Difference.DAMAGED}:
            continue
        row = rows[each.line.pk]
        qty = stock.positive(each.qty)
        if qty > row.sound_qty:
            raise MoreThanCame(
                part=row.part.number,
                got=stock.plain(qty),
                most=stock.plain(row.sound_qty),
                field=f"{each.kind}_{row.pk}",
            )
        if each.kind == Difference.SHORT:
            row.received_qty -= qty
        else:
            row.damaged_qty += qty
        ordered[row.order_line_id].received_qty -= qty
        takes.append((row, qty))
    if not takes:
        return []
    there = [(row.part_id, transit, row.allocation.batch) for row, _qty in takes]
    held = lots.lock_lots([shelf.pk], [row.part_id for row, _qty in takes], also=there)
    moves = []
    for row, qty in takes:
        batch = row.allocation.batch
        first = [(lot.location, lot.batch) for lot in held.free[row.part_id] if lot.batch == batch]
        for lot in lots.require(held, row.part, qty, shelf, first=first):
            moves += [
                stock.Move(lot.location, row.part_id, -lot.qty, batch=lot.batch),
                stock.Move(transit, row.part_id, lot.qty, batch=batch),
            ]
    return moves


@transaction.atomic
def add_photos(
    case: ReceivingCase, *, photos: Mapping[int, Sequence[Any]], actor: Any, at: datetime | None = None
) -> ReceivingCase:
    """The pictures belong to their lines, by key; with the last one that was owed headquarters has the case.

    Raises TransitionNotAllowed once headquarters has decided, PhotosMissing, TooManyPhotos, BadFile. Writes Attachments, Events.
    """
    moment = at or clock.now()
    locked = states.lock(case)
    if locked.status not in {CaseStatus.PHOTOS_WANTED, CaseStatus.OPEN}:
        raise states.refusal(locked, CaseStatus.OPEN.label)
    lines = {line.pk: line for line in locked.lines.select_related("part")}
    given = {pk: uploads for pk, uploads in photos.items() if pk in lines and uploads}
    if not given:
        owed = missing_photos(locked)
        raise PhotosMissing(part=(owed or list(lines.values()))[0].part.number, field="photos")
    for pk, uploads in given.items():
        _keep_photos(lines[pk], uploads, actor)
    events.record(locked, "receivingcase.photos_added", actor=actor, at=moment, data={"lines": len(given)})
    return _hand_over(locked, actor=actor, at=moment)


def missing_photos(case: ReceivingCase) -> list[CaseLine]:
    """The lines that still owe a picture."""
    lines = [line for line in case.lines.select_related("part") if line.wants_photo]
    shown = {row.subject_id for row in attachments_of_all(lines)} if lines else set()
    return [line for line in lines if line.pk not in shown]


def _keep_photos(line: CaseLine, uploads: Sequence[Any], actor: Any) -> None:
    if len(uploads) > MOST_PHOTOS:
        raise TooManyPhotos(most=MOST_PHOTOS, got=len(uploads), field="photos")
    for upload in uploads:
        attach(line, upload, kind=PHOTO, actor=actor, field="photos")


def _hand_over(case: ReceivingCase, *, actor: Any, at: datetime) -> ReceivingCase:
    """Headquarters has the case as soon as no picture is owed, and as many days D from then on."""
    if case.status != CaseStatus.PHOTOS_WANTED or missing_photos(case):
        return case
    case.due_on = calendar.add_working_days(clock.local_date(at), param("parts.case_answer_days", at))
    case.save(update_fields=["due_on"])
    case = states.move(case, CaseStatus.OPEN, actor=actor, at=at)
    letters.tell_warehouse("receivingcase.opened", case)
    return case

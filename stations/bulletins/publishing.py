"""A draft reaches its readers; a published version ends. Not here: who has read it."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from portal.core import clock, events
from portal.core.jobs import enqueue
from portal.core.parameters import param
from portal.core.states import lock, move
from stations.bulletins.audience import Audience, stations_in
from stations.bulletins.refusals import (
    BadReadingDay,
    ChangeNoteMissing,
    NobodyInAudience,
    NothingWritten,
    WithdrawalUnexplained,
)
from stations.bulletins.writing import files_of
from stations.models import Bulletin, BulletinRecipient, BulletinStatus

NOTE_LENGTH = 4


@transaction.atomic
def publish_bulletin(bulletin: Bulletin, *, actor: Any, at: datetime | None = None) -> Bulletin:
    """The stations of the audience have the version, which has to be read anew; the one before is superseded.

    Raises NothingWritten, BadReadingDay, ChangeNoteMissing, NobodyInAudience, TransitionNotAllowed. Writes
    BulletinRecipient rows and Events; people of the stations are told after commit if it must be read.
    """
    at = at or clock.now()
    bulletin = lock(bulletin)
    if not bulletin.is_draft:
        return move(bulletin, BulletinStatus.PUBLISHED, actor=actor, at=at)  # raises, naming both states
    today = clock.local_date(at)
    _check(bulletin, today)
    stations = stations_in(Audience.of(bulletin), today)
    if not stations:
        raise NobodyInAudience
    before = Bulletin.objects.filter(number=bulletin.number, status=BulletinStatus.PUBLISHED).first()
    if before is not None:
        _end(before, BulletinStatus.SUPERSEDED, actor=actor, at=at)
    bulletin.published_at, bulletin.published_by = at, actor
    bulletin.save(update_fields=["published_at", "published_by"])
    data = {"version": bulletin.version, "stations": len(stations)}
    bulletin = move(bulletin, BulletinStatus.PUBLISHED, actor=actor, at=at, note=bulletin.change_note, data=data)
    _address(bulletin, stations, at)
    if bulletin.must_read:
        enqueue("stations.tell_bulletin", bulletin=bulletin.pk)
    return bulletin


def _check(bulletin: Bulletin, today: date) -> None:
    if not bulletin.body and not files_of(bulletin).exists():
        raise NothingWritten(field="body")
    if bulletin.read_by is not None and bulletin.read_by < today:
        raise BadReadingDay(got=bulletin.read_by.isoformat(), first=today.isoformat(), field="read_by")
    if bulletin.supersedes is not None and len(bulletin.change_note.strip()) < NOTE_LENGTH:
        raise ChangeNoteMissing(length=NOTE_LENGTH, version=bulletin.supersedes.version, field="change_note")


def _address(bulletin: Bulletin, stations: list[int], at: datetime) -> None:
    today = clock.local_date(at)
    usual = today + timedelta(days=param("stations.bulletin_read_days", at))
    due_on = bulletin.read_by or usual
    if bulletin.published_at != at:  # a station that came later has at least the usual time
        due_on = max(due_on, usual)
    BulletinRecipient.objects.bulk_create(
        [BulletinRecipient(bulletin=bulletin, station_id=pk, addressed_at=at, due_on=due_on) for pk in stations],
        ignore_conflicts=True,
    )


def _end(bulletin: Bulletin, to: str, *, actor: Any | None, at: datetime, note: str = "") -> Bulletin:
    """From this instant on nobody goes by the version."""
    bulletin = lock(bulletin)
    bulletin.ended_at = at
    bulletin.save(update_fields=["ended_at"])
    return move(bulletin, to, actor=actor, at=at, note=note, data={"version": bulletin.version})


@transaction.atomic
def withdraw_bulletin(bulletin: Bulletin, *, reason: str, actor: Any, at: datetime | None = None) -> Bulletin:
    """Nobody goes by the document any more, and its readers see why; a draft is put aside.

    Raises WithdrawalUnexplained, TransitionNotAllowed. Writes one Event; readers are told after commit.
    """
    at = at or clock.now()
    bulletin = lock(bulletin)
    if len(reason.strip()) < NOTE_LENGTH:
        raise WithdrawalUnexplained(length=NOTE_LENGTH, field="reason")
    was_published = bulletin.status == BulletinStatus.PUBLISHED
    bulletin.withdraw_reason = reason.strip()[:300]
    bulletin.save(update_fields=["withdraw_reason"])
    bulletin = _end(bulletin, BulletinStatus.WITHDRAWN, actor=actor, at=at, note=reason)
    if was_published:
        enqueue("stations.tell_bulletin", bulletin=bulletin.pk)
    return bulletin


@transaction.atomic
def extend_audiences(*, at: datetime | None = None) -> int:
    """Stations that came into the audience of a document in force since it was published have it now; how many rows.

    Nothing is taken from a station that left. Run daily. Writes BulletinRecipient rows and one Event per document.
    """
    at = at or clock.now()
    today, added = clock.local_date(at), 0
    fitting: dict[Audience, set[int]] = {}
    for bulletin in Bulletin.objects.in_force().order_by("pk"):
        audience = Audience.of(bulletin)
        if audience not in fitting:
            fitting[audience] = set(stations_in(audience, today))
        known = BulletinRecipient.objects.filter(bulletin=bulletin).values_list("station_id", flat=True)
        if fresh := sorted(fitting[audience] - set(known)):
            _address(bulletin, fresh, at)
            events.record(bulletin, "bulletin.extended", actor=None, at=at, data={"stations": len(fresh)})
            added += len(fresh)
    return added


__all__ = ["extend_audiences", "publish_bulletin", "withdraw_bulletin"]

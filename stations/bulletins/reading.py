"""Who has read what: receipts and reminders. Not here: figures (shares).

Opening a page writes nothing, so that a preview, a crawler or a shared screen proves nothing: a person confirms.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from portal.accounts.models import User
from portal.core import clock
from portal.core.models import Notification
from portal.core.notifications import notify
from portal.core.parameters import param
from stations.bulletins.audience import readers_of, staff_of, stations_of
from stations.bulletins.refusals import NotAddressed, NotInForce
from stations.models import Bulletin, BulletinReading, BulletinRecipient, BulletinReminder, BulletinStatus

REMINDED_WITHIN_DAYS = 30  # what nobody was told of by then is old news


def stations_to_confirm(bulletin: Bulletin, user: Any, *, at: datetime | None = None) -> list[int]:
    """The stations for which this person has not confirmed the version yet; none for who is no reader of it."""
    own = stations_of(user, clock.local_date(at or clock.now()))
    reached = BulletinRecipient.objects.filter(bulletin=bulletin, station_id__in=own)
    done = BulletinReading.objects.filter(bulletin=bulletin, user=user).values("station_id")
    return sorted(reached.exclude(station_id__in=done).values_list("station_id", flat=True))


@transaction.atomic
def confirm_reading(bulletin: Bulletin, *, actor: Any, at: datetime | None = None) -> list[BulletinReading]:
    """The person has read the version, for each station of theirs that has it; confirming again changes nothing.

    Raises NotInForce, NotAddressed. Writes BulletinReading rows.
    """
    at = at or clock.now()
    if bulletin.status != BulletinStatus.PUBLISHED:
        raise NotInForce(version=bulletin.version, title=bulletin.local_title)
    stations = stations_to_confirm(bulletin, actor, at=at)
    done = list(BulletinReading.objects.filter(bulletin=bulletin, user=actor))
    if not stations and not done:
        raise NotAddressed
    BulletinReading.objects.bulk_create(
        [BulletinReading(bulletin=bulletin, station_id=pk, user=actor, read_at=at) for pk in stations],
        ignore_conflicts=True,  # the same person on two devices
    )
    return list(BulletinReading.objects.filter(bulletin=bulletin, user=actor).order_by("station_id"))


@transaction.atomic
def remind_unread(*, at: datetime | None = None) -> int:
    """Readers of documents in force who have not confirmed some days after they were sent are told, once each; how many.

    Run daily. Writes BulletinReminder rows and notifications.
    """
    at = at or clock.now()
    today = clock.local_date(at)
    last_day = today - timedelta(days=param("stations.bulletin_reminder_days", at))
    waiting = BulletinRecipient.objects.filter(
        bulletin__status=BulletinStatus.PUBLISHED,
        addressed_at__lt=clock.start_of(last_day + timedelta(days=1)),
        addressed_at__gte=clock.start_of(last_day - timedelta(days=REMINDED_WITHIN_DAYS)),
    )
    stations: dict[int, list[int]] = {}
    for bulletin_id, station_id in waiting.order_by("bulletin_id", "station_id").values_list(
        "bulletin_id", "station_id"
    ):
        stations.setdefault(bulletin_id, []).append(station_id)
    readers = readers_of({pk for found in stations.values() for pk in found}, today)
    return sum(
        _remind(bulletin, {user for pk in stations[bulletin.pk] for user in readers.get(pk, ())}, at)
        for bulletin in Bulletin.objects.filter(pk__in=stations).order_by("pk")
    )


def _remind(bulletin: Bulletin, readers: Iterable[int], at: datetime) -> int:
    users = set(readers)
    users -= set(BulletinReading.objects.filter(bulletin=bulletin).values_list("user_id", flat=True))
    users -= set(BulletinReminder.objects.filter(bulletin=bulletin).values_list("user_id", flat=True))
    if not users:
        return 0
    people = list(User.objects.filter(pk__in=users).order_by("pk"))
    BulletinReminder.objects.bulk_create(
        [BulletinReminder(bulletin=bulletin, user=person, reminded_at=at) for person in people], ignore_conflicts=True
    )
    notify(people, "bulletin.reminder", facts_of(bulletin), url=bulletin.get_absolute_url(), subject=bulletin, at=at)
    return len(people)


@transaction.atomic
def tell_readers(bulletin: int) -> int:
    """People of the stations that have the document know that it must be read or was withdrawn; how many were told now."""
    row = Bulletin.objects.get(pk=bulletin)
    kind = "bulletin.withdrawn" if row.status == BulletinStatus.WITHDRAWN else "bulletin.must_read"
    if Notification.objects.filter(kind=kind, subject_type=row._meta.label_lower, subject_id=row.pk).exists():
        return 0
    stations = BulletinRecipient.objects.filter(bulletin=row).values_list("station_id", flat=True)
    people = staff_of(stations, clock.today())
    return len(notify(people, kind, facts_of(row), url=row.get_absolute_url(), subject=row))


def facts_of(bulletin: Bulletin) -> dict[str, Any]:
    """What messages about a document are made of."""
    return {
        "number": bulletin.number,
        "version": bulletin.version,
        "title": bulletin.title,
        "title_en": bulletin.title_en or bulletin.title,
        "day": bulletin.read_by.isoformat() if bulletin.read_by else "",
        "reason": bulletin.withdraw_reason,
    }

"""The share of readers as figures: per station and period, per document. All stations in one query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Least, TruncDate

from portal.accounts.roles import STATION_ROLES
from portal.core import clock
from stations.models import BulletinReading, BulletinRecipient, BulletinStatus, Membership, Station


def percent(part: int, whole: int) -> Decimal | None:
    """part of whole in per cent with two places, half up; None of nothing."""
    if not whole:
        return None
    return (Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class ReadShare:
    """Of the documents a station had to read within a period: how many somebody there confirmed in time; and of all
    the confirmations that its people owed, how many were given in time."""

    due: int = 0
    opened: int = 0
    owed: int = 0
    given: int = 0

    @property
    def share(self) -> Decimal | None:
        """Documents that the station opened in time, in per cent; None without any."""
        return percent(self.opened, self.due)

    @property
    def share_of_people(self) -> Decimal | None:
        """Confirmations that were given in time, in per cent."""
        return percent(self.given, self.owed)


@dataclass(frozen=True)
class DocumentShare:
    """How many stations have a document, and at how many of them somebody confirmed it."""

    stations: int = 0
    opened: int = 0

    @property
    def share(self) -> Decimal | None:
        """Stations that opened it, in per cent."""
        return percent(self.opened, self.stations)


def share_read(station: Station, period: tuple[date, date]) -> ReadShare:
    """One station's figure for [first day, first day after); a document counts where its reading day falls."""
    return shares_read(period, stations=[station.pk]).get(station.pk, ReadShare())


def shares_read(period: tuple[date, date], *, stations: Iterable[int] | None = None) -> dict[int, ReadShare]:
    """The figures of all stations that had something to read in [first day, first day after), in one query.

    A version counts if its reading day falls into the period and it was still in force at the end of that day; a
    confirmation counts if it was given by the end of that day. People are those who acted there on that day.
    """
    rows = _due(period)
    if stations is not None:
        rows = rows.filter(station_id__in=list(stations))
    rows = rows.annotate(
        was_opened=Exists(_readings_in_time()),
        readers=_count(_readers(), "user"),
        readings=_count(_readings_in_time(), "user"),
    ).annotate(in_time=Least("readings", "readers"))
    found = (
        rows.order_by()
        .values("station")
        .annotate(
            due=Count("pk"), opened=Count("pk", filter=Q(was_opened=True)), owed=Sum("readers"), given=Sum("in_time")
        )
    )
    return {row["station"]: ReadShare(row["due"], row["opened"], row["owed"] or 0, row["given"] or 0) for row in found}


def _due(period: tuple[date, date]) -> QuerySet[Any]:
    first, after = period
    rows = BulletinRecipient.objects.filter(due_on__gte=first, due_on__lt=after)
    dated = rows.alias(ended_on=TruncDate("bulletin__ended_at", tzinfo=clock.SHANGHAI))
    return dated.filter(Q(bulletin__status=BulletinStatus.PUBLISHED) | Q(ended_on__gt=F("due_on")))


def _readings_in_time() -> QuerySet[Any]:
    rows = BulletinReading.objects.filter(bulletin=OuterRef("bulletin"), station=OuterRef("station"))
    dated = rows.alias(day=TruncDate("read_at", tzinfo=clock.SHANGHAI))
    return dated.filter(day__lte=OuterRef("due_on"))


def _readers() -> QuerySet[Membership]:
    rows = Membership.objects.filter(Q(station=OuterRef("station")) | Q(dealer=OuterRef("station__dealer")))
    rows = rows.filter(role__in=STATION_ROLES, user__is_active=True, valid_from__lte=OuterRef("due_on"))
    return rows.filter(Q(valid_to=None) | Q(valid_to__gt=OuterRef("due_on")))


def _count(rows: QuerySet[Any], name: str) -> Coalesce:
    counted = rows.order_by().values(all_of_them=Value(1)).annotate(number=Count(name, distinct=True)).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def shares_of_documents(bulletins: Sequence[int], *, stations: Iterable[int] | None = None) -> dict[int, DocumentShare]:
    """How far each document (by key) was read, among all its stations or these."""
    rows = BulletinRecipient.objects.filter(bulletin_id__in=list(bulletins))
    if stations is not None:
        rows = rows.filter(station_id__in=list(stations))
    read = BulletinReading.objects.filter(bulletin=OuterRef("bulletin"), station=OuterRef("station"))
    found = (
        rows.alias(was_opened=Exists(read))
        .order_by()
        .values("bulletin")
        .annotate(stations=Count("pk"), opened=Count("pk", filter=Q(was_opened=True)))
    )
    return {row["bulletin"]: DocumentShare(row["stations"], row["opened"]) for row in found}

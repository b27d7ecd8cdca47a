"""What is to be counted, and why: by class, by bins, the whole place, or where a pick came short. Not here: the counting."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from parts.models import CountReason, Location, LocationKind, Part, PlanningFigure, StockCount, StockCountLine
from parts.states import CountStatus
from portal.core import clock, events, states
from portal.core.errors import Refusal
from portal.core.numbering import take_number
from portal.core.parameters import param

COUNTED_KINDS: Final = (
    LocationKind.HQ, LocationKind.REGIONAL, LocationKind.STATION, LocationKind.VAN, LocationKind.REFURBISHED,
    LocationKind.QUARANTINE,
)  # fmt: skip


COUNTED_BY_ITSELF: Final = (LocationKind.HQ, LocationKind.REGIONAL, LocationKind.STATION)


class NothingDue(Refusal):
    """No part of the place has to be counted yet."""

    message = _("No part of %(place)s is due by its class.")
    code = "nothing_due"


class NotCounted(Refusal):
    """A place nobody can walk through, or a bin of another."""

    message = _("%(place)s is not a place that can be counted here.")
    code = "not_counted"


@transaction.atomic
def plan_count(
    place: Location,
    *,
    reason: str,
    bins: Sequence[Location] = (),
    parts: Sequence[int] = (),
    note: str = "",
    actor: Any | None,
    at: datetime | None = None,
) -> StockCount:
    """A count of the place stands planned; nothing is frozen yet.

    bins: only these bins (or the floor); parts: keys, only these parts; neither: everything the place holds.
    Raises NotCounted. Writes a StockCount, one Event. Source: rules.md 3.9.
    """
    moment = at or clock.now()
    if place.parent_id or place.kind not in COUNTED_KINDS:
        raise NotCounted(place=place.name, field="location")
    for each in bins:
        if each.place_id != place.pk:
            raise NotCounted(place=each.code, field="bins")
    count = StockCount.objects.create(
        location=place,
        planned_by=actor,
        number=take_number("SC", at=moment),
        reason=reason,
        note=note.strip(),
        scope={"bins": [each.pk for each in bins], "parts": sorted(parts)},
        planned_at=moment,
    )
    data = {"place": place.code, "bins": len(bins), "parts": len(parts)}
    events.record(count, "stockcount.planned", actor=actor, at=moment, note=count.note, data=data)
    return count


def plan_due_count(
    place: Location, *, most: int = 50, actor: Any | None, note: str = "", at: datetime | None = None
) -> StockCount:
    """A count of the parts that are due by their class, the dearest class and the longest wait first. Raises NothingDue."""
    parts = list(due_parts(place, at=at).values_list("part", flat=True)[:most])
    if not parts:
        raise NothingDue(place=place.name)
    return plan_count(place, reason=CountReason.CYCLE, parts=parts, note=note, actor=actor, at=at)


def due_parts(place: Location, *, at: datetime | None = None) -> "QuerySet[PlanningFigure]":
    """Parts with stock at the place that were not counted for as many days as their class allows, by the last planning run."""
    moment = at or clock.now()
    days = {letter: int(value) for letter, value in param("parts.count_cycle_days", moment).items()}
    counted = StockCountLine.objects.filter(part=OuterRef("part"), count__location=place, first_qty__isnull=False)
    last = counted.order_by().values("part").annotate(last=Max("count__posted_at")).values("last")
    late = Q(last=None)
    for letter, limit in days.items():
        late |= Q(abc=letter, last__lte=moment - timedelta(days=limit))
    open_parts = StockCount.objects.open().filter(location=place, reason=CountReason.CYCLE)
    under_way = {part for scope in open_parts.values_list("scope", flat=True) for part in scope.get("parts", ())}
    rows = PlanningFigure.objects.of_last_run().filter(location=place, on_hand__gt=0).exclude(part__in=under_way)
    return rows.alias(last=Subquery(last)).filter(late).order_by("abc", "last", "part")


def plan_due_counts(*, most: int = 50, at: datetime | None = None) -> list[StockCount]:
    """Every warehouse that counts and has parts due has a planned count of them, the most urgent first. Run nightly.

    A warehouse with a planned count by class, by hand or by this run, gets no second one, so that a run twice a day, or after
    days on which nobody counted, adds nothing. One transaction per warehouse. Writes StockCounts, Events.
    """
    moment = at or clock.now()
    places = Location.objects.places().filter(kind__in=COUNTED_BY_ITSELF, is_active=True)
    made = [
        _plan_of_the_night(place, most, moment)
        for place in places.exclude(pk__in=_planned(moment).values("location")).order_by("pk")
    ]
    return [count for count in made if count]


def _planned(at: datetime) -> "QuerySet[StockCount]":
    """Counts by class that still wait, or were planned today."""
    today = Q(planned_at__gte=clock.start_of(clock.local_date(at)))
    return StockCount.objects.filter(Q(status=CountStatus.PLANNED) | today, reason=CountReason.CYCLE)


@transaction.atomic
def _plan_of_the_night(place: Location, most: int, at: datetime) -> StockCount | None:
    states.lock(place)
    if _planned(at).filter(location=place).exists():
        return None
    try:
        return plan_due_count(place, most=most, actor=None, at=at)
    except NothingDue:
        return None


def ask_for_count(
    location: Location, part: Part, *, note: str, actor: Any | None, at: datetime | None = None
) -> StockCount:
    """The part in this bin is to be counted; a count asked for already is answered."""
    place = location.parent or location
    asked = StockCount.objects.filter(
        location=place,
        status=CountStatus.PLANNED,
        reason=CountReason.SHORT_PICK,
        scope__bins__contains=location.pk,
        scope__parts__contains=part.pk,
    ).first()
    return asked or plan_count(
        place, reason=CountReason.SHORT_PICK, bins=[location], parts=[part.pk], note=note, actor=actor, at=at
    )

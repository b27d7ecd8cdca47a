"""What a station lacks: certified technicians, tools, calibrations. Pure functions, and the table made of their answers.

Not here: who may work on what (people), which tool is where (equipment).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import batched

from django.db import transaction
from django.db.models import Q

from portal.core import clock, context, jobs
from portal.core.parameters import param
from stations.grading import grades_on
from stations.models import (
    Contract,
    Equipment,
    EquipmentRequirement,
    GapKind,
    GradeLetter,
    SkillCertificate,
    SkillRequirement,
    Station,
    StationGap,
    StationStatus,
)

CHUNK = 500
NOTED = "stations with changed gaps"
NOTED_ALL = "requirements have changed"


@dataclass(frozen=True)
class Need:
    """So many technicians of the level or above for a family."""

    family: int
    level: int
    technicians: int = 1


@dataclass(frozen=True)
class Held:
    """One certificate: valid in [valid_from, valid_to)."""

    technician: int
    family: int
    level: int
    valid_from: date
    valid_to: date


@dataclass(frozen=True)
class Gap:
    """What is lacking from the day `since` on: how many are needed, how many are there on that day."""

    kind: str
    needed: int
    held: int
    since: date
    family: int | None = None
    level: int | None = None
    item: int | None = None
    equipment: int | None = None

    @property
    def key(self) -> tuple[str, int | None, int | None, int | None, int | None]:
        """One gap of a kind stands once."""
        return self.kind, self.family, self.level, self.item, self.equipment


def skill_gaps(needs: Iterable[Need], held: Sequence[Held], *, on: date, days: int) -> list[Gap]:
    """Per need the first day in [on, on + days) on which too few technicians are certified; none where cover holds.

    Cover can fall only on the first day looked at and on days when a certificate ends: no other day is tried.
    A technician with several certificates counts once.
    """
    until = on + timedelta(days=days)
    return [gap for need in needs if (gap := _first_gap(need, held, on, until)) is not None]


def _first_gap(need: Need, held: Sequence[Held], on: date, until: date) -> Gap | None:
    fitting = [row for row in held if row.family == need.family and row.level >= need.level]
    tried = sorted({on} | {row.valid_to for row in fitting if on < row.valid_to < until})
    for day in tried:
        there = len({row.technician for row in fitting if row.valid_from <= day < row.valid_to})
        if there < need.technicians:
            return Gap(GapKind.SKILL, need.technicians, there, day, family=need.family, level=need.level)
    return None


@dataclass(frozen=True)
class Piece:
    """One piece of equipment that the station holds; due is the first day without valid calibration, if it needs any."""

    pk: int
    item: int
    needs_calibration: bool
    due: date | None
    since: date


def equipment_gaps(needed: dict[int, int], pieces: Sequence[Piece], *, on: date) -> list[Gap]:
    """Items of which too few pieces are there, and pieces whose calibration is over or was never done."""
    count: dict[int, int] = defaultdict(int)
    for piece in pieces:
        count[piece.item] += 1
    missing = [
        Gap(GapKind.MISSING, quantity, count[item], on, item=item)
        for item, quantity in sorted(needed.items())
        if count[item] < quantity
    ]
    overdue = [
        Gap(GapKind.CALIBRATION, 1, 0, piece.due or piece.since, item=piece.item, equipment=piece.pk)
        for piece in pieces
        if piece.needs_calibration and (piece.due or piece.since) <= on
    ]
    return missing + overdue


# Many stations at once: a constant number of queries


def gaps_of(stations: Iterable[Station], on: date | None = None) -> dict[int, list[Gap]]:
    """Per station what it lacks on the day or within the horizon D after it; a constant number of queries."""
    wanted, on = list(stations), on or clock.today()
    ids = [station.pk for station in wanted]
    grades, held, pieces = grades_on(on, ids), _held(ids, on), _pieces(ids)
    families = _families_of(ids, on)
    needs = list(SkillRequirement.objects.filter(_in_force(on), valid_from__lte=on))
    items = list(EquipmentRequirement.objects.filter(is_compulsory=True, item__is_active=True))
    days = param("stations.gap_horizon_days", on)
    found: dict[int, list[Gap]] = {}
    for station in wanted:
        if station.status in (StationStatus.APPLICANT, StationStatus.TERMINATED):
            found[station.pk] = []
            continue
        traits = (station.kind, str(grades.get(station.pk, GradeLetter.PROBATION)))
        skills = _skill_needs(needs, traits, families[station.pk])
        found[station.pk] = skill_gaps(skills, held[station.pk], on=on, days=days) + equipment_gaps(
            _item_needs(items, traits), pieces[station.pk], on=on
        )
    return found


def _in_force(on: date) -> Q:
    return Q(valid_to=None) | Q(valid_to__gt=on)


def _fits(row: SkillRequirement | EquipmentRequirement, traits: tuple[str, str]) -> bool:
    return row.kind in ("", traits[0]) and row.grade in ("", traits[1])


def _skill_needs(rows: Iterable[SkillRequirement], traits: tuple[str, str], families: set[int]) -> list[Need]:
    """The largest count that fits, per family and level."""
    largest: dict[tuple[int, int], int] = {}
    for row in rows:
        if row.family_id in families and _fits(row, traits):
            key = row.family_id, row.level
            largest[key] = max(row.technicians, largest.get(key, 0))
    return [Need(family, level, count) for (family, level), count in sorted(largest.items())]


def _item_needs(rows: Iterable[EquipmentRequirement], traits: tuple[str, str]) -> dict[int, int]:
    largest: dict[int, int] = {}
    for row in rows:
        if _fits(row, traits):
            largest[row.item_id] = max(row.quantity, largest.get(row.item_id, 0))
    return largest


def _held(stations: Sequence[int], on: date) -> dict[int, list[Held]]:
    rows = SkillCertificate.objects.filter(
        technician__station__in=stations, technician__is_active=True, valid_to__gt=on
    )
    held: dict[int, list[Held]] = defaultdict(list)
    values = rows.values_list("technician__station_id", "technician_id", "family_id", "level", "valid_from", "valid_to")
    for station, technician, family, level, start, end in values:
        held[station].append(Held(technician, family, level, start, end))
    return held


def _pieces(stations: Sequence[int]) -> dict[int, list[Piece]]:
    rows = Equipment.objects.held().filter(station__in=stations).select_related("item")
    pieces: dict[int, list[Piece]] = defaultdict(list)
    for row in rows:
        needs = row.item.calibration_months is not None
        pieces[row.station_id].append(Piece(row.pk, row.item_id, needs, row.calibration_due_on, row.commissioned_on))
    return pieces


def _families_of(stations: Sequence[int], on: date) -> dict[int, set[int]]:
    """The families the contract in force names; where it names none, what the station was ever certified for."""
    families: dict[int, set[int]] = defaultdict(set)
    signed = Contract.objects.filter(station__in=stations, valid_from__lte=on, valid_to__gt=on, families__isnull=False)
    for station, family in signed.values_list("station_id", "families"):
        families[station].add(family)
    ever = SkillCertificate.objects.filter(technician__station__in=[pk for pk in stations if pk not in families])
    for station, family in ever.values_list("technician__station_id", "family_id").distinct():
        families[station].add(family)
    return families


# The table


def note_change(station: Station) -> None:
    """The station's gaps are written anew right after the commit, once per transaction."""
    noted = context.notebook()
    seen: set[int] = set() if noted is None else noted.setdefault(NOTED, set())
    if station.pk not in seen:
        seen.add(station.pk)
        jobs.enqueue("stations.refresh_gaps", station=station.pk)


def note_requirements() -> None:
    """Every station's gaps are written anew right after the commit, once per transaction: what is required has changed."""
    noted = context.notebook()
    if noted is None or not noted.setdefault(NOTED_ALL, False):
        if noted is not None:
            noted[NOTED_ALL] = True
        jobs.enqueue("stations.refresh_gaps_everywhere")


@transaction.atomic
def refresh_gaps(stations: Iterable[Station], *, on: date | None = None) -> int:
    """StationGap says for these stations what gaps_of() says; how many rows changed. Their rows are locked meanwhile."""
    locked = Station.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    wanted = list(locked.filter(pk__in=[station.pk for station in stations]))
    found = gaps_of(wanted, on)
    fresh = {(pk, gap) for pk, gaps in found.items() for gap in gaps}
    stale = []
    for row in StationGap.objects.filter(station__in=wanted):
        known = row.station_id, _as_gap(row)
        if known in fresh:
            fresh.discard(known)
        else:
            stale.append(row.pk)
    StationGap.objects.filter(pk__in=stale).delete()
    StationGap.objects.bulk_create(
        _as_row(pk, gap) for pk, gap in sorted(fresh, key=lambda pair: (pair[0], str(pair[1])))
    )
    return len(stale) + len(fresh)


def refresh_all(*, on: date | None = None) -> int:
    """Every station's gaps are as of the day; how many rows changed. Run daily, in chunks of 500 stations."""
    stations = Station.objects.order_by("pk")
    return sum(refresh_gaps(chunk, on=on) for chunk in batched(stations, CHUNK))


def _as_gap(row: StationGap) -> Gap:
    return Gap(row.kind, row.needed, row.held, row.since, row.family_id, row.level, row.item_id, row.equipment_id)


def _as_row(station: int, gap: Gap) -> StationGap:
    return StationGap(
        station_id=station, kind=gap.kind, family_id=gap.family, level=gap.level, item_id=gap.item,
        equipment_id=gap.equipment, needed=gap.needed, held=gap.held, since=gap.since,
    )  # fmt: skip


def check_gaps() -> Iterable[str]:
    """One sentence per station whose written gaps are not what the facts say today."""
    for chunk in batched(Station.objects.order_by("pk"), CHUNK):
        found = gaps_of(chunk)
        written: dict[int, set[Gap]] = defaultdict(set)
        for row in StationGap.objects.filter(station__in=chunk):
            written[row.station_id].add(_as_gap(row))
        for station in chunk:
            if written[station.pk] != set(found[station.pk]):
                yield f"gaps of station {station.code} are out of date"

"""The skill matrix: who may work on what, as a picture with its table."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.core.charts import heat_map
from stations.models import ProductFamily, SkillCertificate, Station, Technician


def station_matrix(technicians: Sequence[Technician], on: date) -> SafeString | None:
    """Technicians by families: the level held on the day, a gap where none; None without anybody at work."""
    people = [person for person in technicians if person.is_active]
    rows = SkillCertificate.objects.filter(technician__in=people, valid_from__lte=on, valid_to__gt=on)
    held = _highest(rows.values_list("technician_id", "family_id", "level"))
    families = _families({family for _who, family in held})
    if not people or not families:
        return None
    cells = [[held.get((person.pk, family.pk)) for family in families] for person in people]
    title = _("Skill matrix: 1 junior, 2 intermediate, 3 senior")
    return heat_map(title, [person.name for person in people], [str(each) for each in families], cells)


def network_matrix(stations: Sequence[Station], on: date) -> SafeString | None:
    """Stations by families: how many technicians at work hold a valid certificate; two queries."""
    rows = SkillCertificate.objects.filter(
        technician__station__in=stations, technician__is_active=True, valid_from__lte=on, valid_to__gt=on
    ).values_list("technician__station_id", "family_id", "technician_id")
    there = set(rows)
    families = _families({family for _station, family, _who in there})
    if not stations or not families:
        return None
    count: dict[tuple[int, int], int] = {}
    for station, family, _who in there:
        count[station, family] = count.get((station, family), 0) + 1
    cells = [[count.get((station.pk, family.pk)) for family in families] for station in stations]
    title = _("Certified technicians by station and product family")
    return heat_map(title, [str(each) for each in stations], [str(each) for each in families], cells)


def _highest(rows: Iterable[tuple[int, int, int]]) -> dict[tuple[int, int], int]:
    held: dict[tuple[int, int], int] = {}
    for who, family, level in rows:
        held[who, family] = max(level, held.get((who, family), 0))
    return held


def _families(ids: set[int]) -> list[Any]:
    return list(ProductFamily.objects.filter(pk__in=ids).order_by("code"))

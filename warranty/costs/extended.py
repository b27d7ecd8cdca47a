"""Months in which extended-warranty contracts keep units in cover behind the whole unit's own cover. Reads only.

A contract adds its months behind the unit's own for each class it names, for failures since it was bought (rules.md 3.3(5),
warranty.coverage.dates); a unit counts while any class of it is covered that way. Days in repair are left out, as for the fleet.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.core.calendar import add_months
from warranty.models import ExtendedContract, ExtendedStatus, PolicyMonths
from warranty.settlement_rules import month_of

WHOLE = "whole_unit"


@dataclass(frozen=True)
class Extended:
    """From the first of these months on, and before the last, the unit is in cover by a contract; keys: as told apart."""

    unit: int
    keys: tuple[int | None, ...]
    first: date
    last: date


@dataclass(frozen=True)
class Contract:
    """What of a contract extends cover."""

    bought_on: date
    months: int
    classes: frozenset[str]


def extended(units: Any, told_apart_by: Sequence[str] = ()) -> list[Extended]:
    """Of these units, with cover_from, cover_to and policy_id annotated: by contract in cover beyond their own. 3 queries.

    told_apart_by: paths whose values are their keys.
    """
    contracts: dict[int, list[Contract]] = defaultdict(list)
    in_force = ExtendedContract.objects.filter(status=ExtendedStatus.IN_FORCE).order_by("bought_on", "pk")
    for unit, bought_on, months, classes in in_force.values_list("unit", "bought_on", "months", "part_classes"):
        contracts[unit].append(Contract(bought_on, months, frozenset(classes)))
    if not contracts:
        return []
    found = units.filter(pk__among=list(contracts), policy_id__isnull=False, cover_to__isnull=False).order_by("pk")
    rows = list(found.values_list("pk", "cover_from", "cover_to", "policy_id", *told_apart_by))
    promised: dict[int, dict[str, int]] = defaultdict(dict)
    of_policies = PolicyMonths.objects.filter(policy__in={row[3] for row in rows})
    for policy, part_class, months in of_policies.values_list("policy", "part_class", "months"):
        promised[policy][part_class] = months
    return [
        Extended(unit, tuple(keys), first, last)
        for unit, start, end, policy, *keys in rows
        for first, last in joined(reaches(contracts[unit], start, end, promised[policy]))
    ]


def reaches(
    contracts: Sequence[Contract], start: date, own_end: date, promised: Mapping[str, int]
) -> Iterator[tuple[date, date]]:
    """First month and the month after the last of each contract and class; contracts: the oldest first."""
    for part_class in sorted(frozenset().union(*(each.classes for each in contracts))):
        months = promised.get(part_class, promised.get(WHOLE, 0))
        reach = add_months(start, months)
        for contract in contracts:
            if part_class not in contract.classes:
                continue
            months += contract.months
            begin, reach = max(reach, contract.bought_on, own_end), add_months(start, months)
            if month_of(begin) < month_of(reach):
                yield month_of(begin), month_of(reach)


def joined(spans: Iterable[tuple[date, date]]) -> Iterator[tuple[date, date]]:
    """The same months, none twice."""
    begin: date | None = None
    until = date.min
    for first, last in sorted(spans):
        if begin is not None and first > until:
            yield begin, until
            begin = None
        begin, until = begin or first, max(until, last)
    if begin is not None:
        yield begin, until

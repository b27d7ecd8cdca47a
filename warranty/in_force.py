"""Every dated number of warranty on one day: parameters with their history, rates of labor and travel. Reads only."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.core import clock
from portal.core.models.parameters import ParameterValue
from portal.core.parameters import Parameter, declared
from warranty.models import LaborRate, TravelRate


@dataclass(frozen=True)
class InForce:
    """A parameter on a day: its value, since when, what comes next; history: all values entered, the latest first."""

    parameter: Parameter
    value: Any
    since: date | None
    next_value: Any
    next_on: date | None
    history: list[ParameterValue]

    @property
    def is_default(self) -> bool:
        """Whether nobody has entered a value for that day."""
        return self.since is None


def parameters_on(day: date) -> dict[str, list[InForce]]:
    """All parameters of warranty by group, as they stand at the end of that day. One query."""
    rows: dict[str, list[ParameterValue]] = {}
    entered = ParameterValue.objects.holding().filter(key__startswith="warranty.").select_related("entered_by")
    for row in entered.order_by("-valid_from", "-pk"):
        rows.setdefault(row.key, []).append(row)
    found: dict[str, list[InForce]] = {}
    for parameter in declared():
        if parameter.key.startswith("warranty."):
            found.setdefault(str(parameter.group), []).append(_of(parameter, rows.get(parameter.key, []), day))
    return found


def _of(parameter: Parameter, rows: list[ParameterValue], day: date) -> InForce:
    moment = clock.end_of(day)
    held = next((row for row in rows if row.valid_from <= moment), None)
    later = [row for row in rows if row.valid_from > moment]
    coming = later[-1] if later else None
    return InForce(
        parameter,
        parameter.parse(held.value) if held else parameter.default,
        clock.local_date(held.valid_from) if held else None,
        parameter.parse(coming.value) if coming else None,
        clock.local_date(coming.valid_from) if coming else None,
        rows,
    )


def rates_on(day: date) -> tuple[list[LaborRate], list[TravelRate]]:
    """The rates of labor and of travel for work done that day, the general ones first. Two queries."""
    labor = LaborRate.objects.on(day).select_related("region")
    travel = TravelRate.objects.on(day).select_related("region")

    def place(row: Any) -> tuple[bool, str]:
        return row.region_id is not None, str(row.region or "")

    return sorted(labor, key=lambda row: (row.grade, *place(row))), sorted(travel, key=place)

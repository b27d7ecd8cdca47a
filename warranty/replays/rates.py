"""Labor and travel rates as a replay tries them: of a day with what is proposed for it, or of each repair for another grade."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from stations.grading import priced_as
from warranty.assessment import Inputs
from warranty.facts import ZERO, of_region
from warranty.master_states import MasterStatus
from warranty.models import LaborRate, TravelRate


@dataclass(frozen=True)
class DraftRates:
    """Every rate that may be asked for, read once. on: the day that all repairs are paid as, else each its own."""

    on: date | None
    labor: Sequence[LaborRate]
    travel: Sequence[TravelRate]

    @classmethod
    def read(cls, on: date | None) -> Self:
        """Two queries. With a day what is proposed counts as if it were released."""
        held = [MasterStatus.RELEASED, *([MasterStatus.PROPOSED] if on else [])]
        return cls(
            on, list(LaborRate.objects.filter(status__in=held)), list(TravelRate.objects.filter(status__in=held))
        )

    def apply(self, inputs: Inputs, *, grade: str, region: int, repaired_on: date) -> Inputs:
        """The inputs at the rates of this grade in this region; a missing rate is 0, as it is for a claim."""
        day = self.on or repaired_on
        letter = str(priced_as(grade))
        labor = of_region(_held((row for row in self.labor if row.grade == letter), region, day))
        rates = replace(inputs.rates, grade=grade, hourly_rate=labor.hourly_rate if labor else ZERO)
        if self.on is not None:
            travel = of_region(_held(self.travel, region, day))
            km_rate, free_km = (travel.km_rate, travel.free_km) if travel else (ZERO, ZERO)
            rates = replace(rates, km_rate=km_rate, free_km=free_km)
        terms = replace(
            inputs.terms, hourly_rate=rates.hourly_rate, km_rate=rates.km_rate, free_km=rates.free_km
        )  # fmt: skip
        return replace(inputs, rates=rates, terms=terms)


def _held(rates: Iterable[Any], region: int, day: date) -> list[Any]:
    return [
        row for row in rates
        if row.region_id in (region, None) and row.valid_from <= day and (row.valid_to is None or day < row.valid_to)
    ]  # fmt: skip

"""Which costs are asked for: months, a model, a region. Not here: reading them."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Self

from django.utils.translation import gettext as _

from portal.core import clock, show
from portal.core.calendar import add_months
from stations.models import ProductModel, Region
from warranty.settlement_rules import month_of, next_month

USUAL_MONTHS: Final = 12
MOST_MONTHS: Final = 60


@dataclass(frozen=True)
class Asked:
    """since and until: the first days of the first and the last month, both in it."""

    since: date
    until: date
    model: ProductModel | None = None
    region: Region | None = None

    @classmethod
    def usual(cls, until: date | None = None) -> Self:
        """Twelve months, the last of them the present one."""
        last = month_of(until or clock.today())
        return cls(add_months(last, 1 - USUAL_MONTHS), last)

    @property
    def end(self) -> date:
        """The first day after it."""
        return next_month(self.until)

    @property
    def months(self) -> list[date]:
        """The first days of its months."""
        count = (self.until.year - self.since.year) * 12 + self.until.month - self.since.month + 1
        return [add_months(self.since, number) for number in range(count)]

    def with_history(self) -> Self:
        """The same with twelve months more before it, on which its first expectation rests."""
        return replace(self, since=add_months(self.since, -USUAL_MONTHS))

    def words(self) -> list[tuple[str, str]]:
        """Label and text of what is asked for, in the language of the moment."""
        found = [(_("Months"), f"{show.month(self.since)} – {show.month(self.until)}")]
        if self.model:
            found.append((_("Model"), str(self.model)))
        if self.region:
            found.append((_("Region"), str(self.region)))
        return found

    def parameters(self) -> dict[str, Any]:
        """As an address or a job carries it."""
        found: dict[str, Any] = {"since": show.month(self.since), "until": show.month(self.until)}
        if self.model:
            found["model"] = self.model.pk
        if self.region:
            found["region"] = self.region.pk
        return found

"""The last day on which a finished job can be claimed. Source: rules.md 3.1 (draft → submitted, code SUB)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import DateField, ExpressionWrapper, F
from django.db.models.lookups import GreaterThanOrEqual

from portal.core import clock
from portal.core.parameters import param, value_on
from warranty.models import WarrantyClaim

PERIOD = "warranty.submit_days"


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day to submit, and whether it has passed."""

    last: date
    is_past: bool


def deadline_of(repaired_on: date) -> Deadline:
    """Until when a job repaired on that day may be claimed, by the period in force then."""
    last = repaired_on + timedelta(days=param(PERIOD, repaired_on))
    return Deadline(last, clock.today() > last)


def deadline_of_claim(claim: WarrantyClaim) -> Deadline | None:
    """The deadline of a claim never submitted; None for others: a second version answers a question and came in time."""
    return None if claim.submitted_at else deadline_of(claim.repaired_on)


def not_past() -> GreaterThanOrEqual:
    """For a filter of jobs: those that may still be claimed, each by the period in force on its repair day."""
    last = ExpressionWrapper(F("repaired_on") + value_on(PERIOD, "repaired_on"), output_field=DateField())
    return GreaterThanOrEqual(last, clock.today())

"""Is it covered? Asked before anybody types a claim: the verdict, every test, and what would change the answer.

The same engine as the claim's (coverage), on the unit as it stands today. Writes nothing.
"""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from parts.models import Part
from portal.core import clock
from service.models import InstalledUnit
from service.models.customers import normal_serial
from warranty import coverage, facts
from warranty.assessment.explanation import verdict_json
from warranty.guarantees import Advice, advise
from warranty.models import GoodwillAuthorization, GoodwillStatus

WHOLE = "whole_unit"


@dataclass(frozen=True)
class Question:
    """Which unit, which part (None: the unit as a whole), failed when, with what reading and cause, repaired how and when."""

    serial_number: str
    part: Part | None = None
    failed_on: date | None = None
    repaired_on: date | None = None
    usage_reading: Decimal | None = None
    cause_class: str = ""
    remedy: str = "replace"
    operation: str = ""
    removed_serial: str = ""


@dataclass(frozen=True)
class Answer:
    """The verdict on a question; unit is None for a serial number that is not on file. on: the day of the failure.

    guarantees: what the law offers the customer today; None where no sale is known.
    """

    unit: InstalledUnit | None
    on: date
    part_class: str
    verdict: coverage.Verdict
    turns: tuple[coverage.Turn, ...]
    guarantees: Advice | None = None

    def as_json(self) -> dict[str, Any]:
        """As a claim would store it."""
        return {**verdict_json(self.verdict), "changes": [asdict(turn) for turn in self.turns]}


def ask(question: Question) -> Answer:
    """The answer as of today; a fixed number of queries."""
    unit = facts.find_unit(normal_serial(question.serial_number))
    day = question.failed_on or clock.today()
    repaired = question.repaired_on or max(day, clock.today())
    part_class = question.part.part_class if question.part else WHOLE
    known = facts.unit_facts(unit, on=repaired)
    given = facts.part_facts(
        known,
        part_class=part_class,
        failure_day=day,
        repair_day=repaired,
        remedy=question.remedy,
        cause=question.cause_class,
        op_code=question.operation,
        usage=question.usage_reading,
        fitted=_fitted(unit, question, day),
        goodwill=_goodwill(unit, repaired),
    )
    verdict = coverage.judge(given)
    sold = known.registration.sale_date if known.registration else known.invoice_date
    offered = advise(unit, sale_day=sold, request_day=clock.today())
    return Answer(unit, day, part_class, verdict, coverage.turns(given, verdict), offered)


def _fitted(unit: InstalledUnit | None, question: Question, day: date) -> Any:
    if unit is None or question.part is None:
        return None
    return facts.fitted_before(
        serial_number=unit.serial_number,
        part_id=question.part.pk,
        removed_serial=question.removed_serial,
        failed_on=day,
    )


def _goodwill(unit: InstalledUnit | None, repaired: date) -> GoodwillAuthorization | None:
    """The unit's own authorization that is still good on the day of repair, the one that lasts longest."""
    if unit is None:
        return None
    granted = GoodwillAuthorization.objects.filter(
        unit=unit, expires_on__gte=repaired, status=GoodwillStatus.AUTHORIZED
    )
    return granted.order_by("-expires_on", "-pk").first()

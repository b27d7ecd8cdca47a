"""Answers service's question before a job: is this unit, or this part of it, covered on that day? (rules.md 3.3)"""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from portal.core import clock
from service.entitlement import Entitlement
from service.models import InstalledUnit
from warranty import facts
from warranty.wording import SOURCES, say_verdict


def judge_unit(unit: InstalledUnit | None, part: Any = None, on: date | None = None) -> Any:
    """The coverage verdict of a unit as a whole, or of one part, on a day; by default today."""
    day = on or clock.today()
    known = facts.unit_facts(unit, on=day)
    return facts.judge_part(
        known, part_class=part.part_class if part is not None else "whole_unit", failure_day=day, repair_day=day
    )


def answer(unit: InstalledUnit | None, part: Any = None, on: date | None = None) -> Entitlement:
    """Verdict (covered, refused, review), a sentence for the agent, and the policy it rests on."""
    verdict = judge_unit(unit, part, on)
    text = say_verdict({"verdict": verdict.verdict, "by": verdict.by, "code": verdict.code})
    if verdict.start and verdict.first_uncovered:
        text = _("%(answer)s: %(start)s (%(source)s) to %(end)s (first day not covered)") % {
            "answer": text,
            "start": verdict.start.isoformat(),
            "source": SOURCES.get(verdict.start_source or "", ""),
            "end": verdict.first_uncovered.isoformat(),
        }
    return Entitlement(verdict.verdict, text[:300], verdict.policy or "")

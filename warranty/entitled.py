"""Answers service's question before a job: is this unit, or this part of it, covered on that day? (rules.md 3.3)"""

from collections.abc import Mapping
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
    """Verdict (covered, refused, review), the facts of its sentence, and the policy it rests on."""
    verdict = judge_unit(unit, part, on)
    facts: dict[str, Any] = {"verdict": verdict.verdict, "by": verdict.by, "code": verdict.code}
    if verdict.start and verdict.first_uncovered:
        facts |= {
            "start": verdict.start.isoformat(),
            "source": verdict.start_source or "",
            "end": verdict.first_uncovered.isoformat(),
        }
    return Entitlement(verdict.verdict, facts, verdict.policy or "")


def in_words(facts: Mapping[str, Any]) -> str:
    """The answer as a sentence for the agent and the station, in the reader's language."""
    text = say_verdict(facts)
    if "start" not in facts:
        return text
    return _("%(answer)s: %(start)s (%(source)s) to %(end)s (first day not covered)") % {
        "answer": text,
        "start": facts["start"],
        "source": SOURCES.get(facts["source"], ""),
        "end": facts["end"],
    }

"""Which candidate suits a job best, and why the others do not; pure. Source: rules.md 3.11 Dispatch, C36."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

ONE: Final = Decimal(1)
GRADE_WORTH: Final = {"A": Decimal(1), "B": Decimal("0.8"), "C": Decimal("0.6"), "D": Decimal("0.3")}
WEIGHTS: Final = {"skill": Decimal("0.4"), "distance": Decimal("0.3"), "load": Decimal("0.2"), "grade": Decimal("0.1")}
FAR_KM: Final = Decimal(50)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A station with its best technician for the job. Ends are first invalid days; level 0 means no certificate."""

    key: Any
    station_active: bool
    contract_end: date | None
    area_match: bool
    level: int
    certificate_end: date | None
    has_tool: bool
    on_shift: bool
    open_jobs: int
    capacity: int
    km: Decimal
    grade: str
    jobs_today: int = 0
    technician: Any = None
    family_covered: bool = True
    covered_by: str = ""  # stations.coverage.BY
    opening: str = ""  # stations.opening.Opening, at the moment of the dispatch


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate's place: its score, unrounded, and the four parts it is the weighted sum of."""

    candidate: Candidate
    score: Decimal
    parts: dict[str, Decimal]

    @property
    def shown(self) -> Decimal:
        """The score with three decimals."""
        return self.score.quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Best first, and for every other candidate the reasons by code."""

    ranked: tuple[Ranked, ...]
    ineligible: dict[Any, tuple[str, ...]]


def rank(candidates: Iterable[Candidate], *, need_level: int, visit_day: date) -> Ranking:
    """Eligible candidates by score, ties by fewer jobs today, then by key."""
    ranked, ineligible = [], {}
    for candidate in candidates:
        reasons = tuple(_reasons(candidate, need_level, visit_day))
        if reasons:
            ineligible[candidate.key] = reasons
        else:
            ranked.append(_score(candidate, need_level))
    ranked.sort(key=lambda entry: (-entry.score, entry.candidate.jobs_today, entry.candidate.key))
    return Ranking(tuple(ranked), ineligible)


def _reasons(candidate: Candidate, need_level: int, visit_day: date) -> Iterable[str]:
    tests = {
        "inactive": candidate.station_active,
        "contract": candidate.contract_end is not None and visit_day < candidate.contract_end,
        "family": candidate.family_covered,
        "area": candidate.area_match,
        "level": candidate.level >= need_level,
        "certificate": candidate.certificate_end is not None and visit_day < candidate.certificate_end,
        "tool": candidate.has_tool,
        "shift": candidate.on_shift,
        "capacity": candidate.open_jobs < candidate.capacity,
    }
    return (code for code, passed in tests.items() if not passed)


def _score(candidate: Candidate, need_level: int) -> Ranked:
    parts = {
        "skill": min(ONE, Decimal("0.7") + Decimal("0.15") * (candidate.level - need_level)),
        "distance": max(Decimal(0), ONE - candidate.km / FAR_KM),
        "load": ONE - Decimal(candidate.open_jobs) / Decimal(candidate.capacity),
        "grade": GRADE_WORTH.get(candidate.grade, GRADE_WORTH["C"]),
    }
    return Ranked(candidate, sum((WEIGHTS[name] * worth for name, worth in parts.items()), Decimal(0)), parts)

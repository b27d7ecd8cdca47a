"""When cover starts and ends: start day, policy, repair days, extended-warranty contracts, cover of a fitted piece."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.core.calendar import add_months
from warranty.coverage.facts import ExtensionFact, Facts, PieceFact, PolicyFact, RepairFact

LEVELS = {"serial": 0, "model": 1, "family": 2, "all": 3}


@dataclass(frozen=True, slots=True)
class Dates:
    """The days between which the part is covered, and what they rest on; None where nothing is known."""

    start: date | None = None
    source: str | None = None
    policy: PolicyFact | None = None
    base_end: date | None = None
    repair_days: int = 0
    unit_end: date | None = None  # without any extension
    first_uncovered: date | None = None
    piece_end: date | None = None
    core_end: date | None = None
    contract: ExtensionFact | None = None


def start_of(facts: Facts) -> tuple[date | None, str | None]:
    """The day cover starts and where it comes from: approved registration, invoice, ship date + grace (C01, C02)."""
    registration = facts.registration
    if registration and registration.approved:
        late = (registration.filed_on - registration.sale_date).days > facts.settings.registration_days
        if not late:
            return registration.sale_date, "registration"
    if facts.invoice_date:
        return facts.invoice_date, "invoice"
    if facts.ship_date:
        return facts.ship_date + timedelta(days=facts.settings.ship_grace_days), "ship_date"
    return None, None


def choose_policy(policies: Iterable[PolicyFact], sale_day: date) -> PolicyFact | None:
    """The most specific policy in force on the sale day; of equals the one that came into force last."""
    in_force = [p for p in policies if p.valid_from <= sale_day and (p.valid_to is None or sale_day < p.valid_to)]
    return min(in_force, key=lambda p: (LEVELS[p.level], -p.valid_from.toordinal(), p.id), default=None)


def repair_days(repairs: Sequence[RepairFact], start: date, end: date, failure_day: date) -> int:
    """Days in repair that extend the cover (C06): overlaps once, begun in cover as extended, back by the failure."""
    days, counted_until = 0, start
    for repair in sorted(repairs, key=lambda r: (r.part_requested, r.handed_back or date.max)):
        begun_in_cover = start <= repair.part_requested < end + timedelta(days=days)
        if not begun_in_cover or repair.handed_back is None or repair.handed_back > failure_day:
            continue
        begin = max(repair.part_requested, counted_until)
        if repair.handed_back > begin:
            days += (repair.handed_back - begin).days
            counted_until = repair.handed_back
    return days


def dates_of(facts: Facts) -> Dates:
    start, source = start_of(facts)
    if start is None:
        return Dates()
    core_end = add_months(start, facts.settings.core_months)
    policy = choose_policy(facts.policies, start)
    if policy is None:
        return Dates(start=start, source=source, core_end=core_end)
    own = policy.months.get(facts.part_class, policy.months.get("whole_unit", 0))
    unit = _reach(facts, start, own)
    months, reach, payer = own, unit, None
    extensions = _extensions(facts)
    for extension in extensions:  # each adds its months behind those before; the first that reaches the failure pays
        months += extension.months
        reach = _reach(facts, start, months)
        payer = payer or (extension if facts.failure_day < reach.end else None)
    return Dates(
        start=start,
        source=source,
        policy=policy,
        base_end=reach.base_end,
        repair_days=reach.repair_days,
        unit_end=unit.end,
        first_uncovered=reach.end,
        piece_end=_piece_end(facts.piece, reach.end),
        core_end=core_end,
        contract=payer or (extensions[-1] if extensions else None),
    )


@dataclass(frozen=True, slots=True)
class _Reach:
    base_end: date
    repair_days: int

    @property
    def end(self) -> date:
        return self.base_end + timedelta(days=self.repair_days)


def _reach(facts: Facts, start: date, months: int) -> _Reach:
    base_end = add_months(start, months)
    return _Reach(base_end, repair_days(facts.repairs, start, base_end, facts.failure_day) if months else 0)


def _extensions(facts: Facts) -> list[ExtensionFact]:
    """The contracts that hold for the class and were bought by the failure, oldest first."""
    hold = [e for e in facts.extensions if facts.part_class in e.part_classes and e.bought_on <= facts.failure_day]
    return sorted(hold, key=lambda e: (e.bought_on, e.id))


def _piece_end(piece: PieceFact | None, unit_end: date) -> date | None:
    if piece is None or (piece.source == "claim" and not piece.paid):
        return None
    return max(unit_end, add_months(piece.fitted_on, piece.own_months))

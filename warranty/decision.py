"""What the system may decide on its own, and whom it asks where it may not (rules.md 3.1, 3.16 C03, C21).

Pure: the checks have run before. Not here: running them (adjudication.py), the human decision (review.py).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

# A draft with one of these never becomes a claim: the station sees it before, the submit is refused.
REFUSED_AT_SUBMIT = frozenset({"CORE_REPLACE", "SUB", "DC", "DUPLICATE", "MISSING", "MISSING_FIELD", "MISSING_PHOTO"})
# Decisions with a letter and the right of appeal.
REJECTED_BY_SYSTEM = frozenset({"EW", "SERIAL_UNKNOWN", "STATION_NOT_ENTITLED"})
# Cuts that follow from a table and need no judgment.
CAPS = frozenset({"ELH", "OVERLAP", "PRICE", "ONE_TRIP", "FREIGHT_ACTUAL", "GOODWILL_SHARE", "GOODWILL_BUDGET"})


@dataclass(frozen=True, slots=True)
class Settings:
    """The dated limits: what is approved without a person by grade, and up to which claimed total who decides."""

    auto_limits: Mapping[str, Decimal] = field(
        default_factory=lambda: {"A": Decimal(1000), "B": Decimal(500), "C": Decimal(200), "D": Decimal(0)}
    )
    reviewer_limit: Decimal = Decimal(2000)
    approver_limit: Decimal = Decimal(10000)
    review_risk: int = 30
    earned_share: Decimal = Decimal(1)  # of the auto limit, less after audits found errors (L11)


@dataclass(frozen=True, slots=True)
class Checked:
    """What the automatic checks found, for the claim as a whole."""

    claimed: Decimal
    allowed: Decimal
    grade: str
    risk: int = 0
    coverage_ok: bool = True
    hard_codes: Collection[str] = ()
    cut_codes: Collection[str] = ()
    hard_flags: Collection[str] = ()
    soft_flags: Collection[str] = ()
    needs_authorization: bool = False
    authorized: bool = False
    in_audit_sample: bool = False
    has_other: bool = False  # a line of other costs, which an approver decides (rules.md 3.2)


@dataclass(frozen=True, slots=True)
class Decision:
    """The state that follows, who decided it, and else the route; reasons: why the system would not approve."""

    state: str
    by: str | None
    route: str | None
    reasons: tuple[str, ...] = ()


def decide(checked: Checked, settings: Settings | None = None) -> Decision:
    """draft (refused at submit), rejected, approved or partially_approved by the system, else in_review, routed."""
    settings = settings or Settings()
    if REFUSED_AT_SUBMIT.intersection(checked.hard_codes):
        return Decision("draft", "system", None, tuple(sorted(checked.hard_codes)))
    if REJECTED_BY_SYSTEM.intersection(checked.hard_codes):
        return Decision("rejected", "system", None, tuple(sorted(checked.hard_codes)))
    reasons = tuple(obstacles(checked, settings))
    if reasons:
        found = route(checked.claimed, settings)
        return Decision("in_review", None, "approver" if checked.has_other and found == "reviewer" else found, reasons)
    return Decision("approved" if checked.allowed == checked.claimed else "partially_approved", "system", None)


def obstacles(checked: Checked, settings: Settings) -> list[str]:
    """Every reason why a person has to look, by name; empty means that the system approves."""
    limit, full = auto_limit(checked.grade, settings), grade_limit(checked.grade, settings)
    tests = {
        "hard_codes": bool(checked.hard_codes),
        "not_every_line_covered": not checked.coverage_ok,
        "cut_needs_judgment": not CAPS.issuperset(checked.cut_codes),
        "hard_flags": bool(checked.hard_flags),
        "soft_flags": bool(checked.soft_flags),
        "risk": checked.risk >= settings.review_risk,
        "nothing_allowed": checked.allowed <= 0,
        "above_auto_limit": checked.allowed > full,
        "limit_lowered": limit < checked.allowed <= full,
        "authorization_missing": checked.needs_authorization and not checked.authorized,
        "audit_sample": checked.in_audit_sample,
    }
    return [name for name, stands_in_the_way in tests.items() if stands_in_the_way]


def auto_limit(grade: str, settings: Settings) -> Decimal:
    """The amount approved without a person: the grade's limit, as far as the station has earned it."""
    return grade_limit(grade, settings) * settings.earned_share


def grade_limit(grade: str, settings: Settings) -> Decimal:
    """The limit of the grade; probation counts as C, a grade not named gets nothing."""
    return settings.auto_limits.get("C" if grade == "probation" else grade, Decimal(0))


def route(claimed: Decimal, settings: Settings) -> str:
    """Who decides a claim in review, by its claimed total (C21)."""
    if claimed <= settings.reviewer_limit:
        return "reviewer"
    return "approver" if claimed <= settings.approver_limit else "two_approvers"

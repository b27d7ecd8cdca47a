"""Coverage of one failed part on one serial number: the ordered tests of rules.md 3.3, as a pure function.

Here: what decides, with which dates, and what each test found. Not here: reading the facts (entitlement.py), prices
(pricing.py), what becomes of the claim (adjudication.py). No database, no clock: the same facts give the same verdict.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from portal.core.calendar import add_months

KINDS = ("part", "labor", "travel")
EXCLUDED_CAUSES = frozenset(
    {"misuse", "unauthorised_change", "unauthorized_change", "accident", "disaster", "transport"}
)
LEVELS = {"serial": 0, "model": 1, "family": 2, "all": 3}
ONE, ZERO = Decimal(1), Decimal(0)


@dataclass(frozen=True, slots=True)
class Serial:
    """What we know of the unit: in our files, its status, and whether the claimed model is the one on file."""

    known: bool
    status: str = "active"
    model_agrees: bool = True


@dataclass(frozen=True, slots=True)
class CampaignFact:
    """A recall or service action as it stands for this serial; open when valid_from <= repair day < valid_to."""

    id: str
    valid_from: date
    valid_to: date | None
    in_scope: bool
    op_codes: tuple[str, ...]
    used: bool = False


@dataclass(frozen=True, slots=True)
class RegistrationFact:
    """The sale as registered: the start is the sale day, not the day it was filed (C01)."""

    sale_date: date
    filed_on: date
    approved: bool


@dataclass(frozen=True, slots=True)
class PolicyFact:
    """Months per part class for sales in [valid_from, valid_to)."""

    id: str
    level: str
    valid_from: date
    valid_to: date | None
    months: Mapping[str, int]
    usage_limit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RepairFact:
    """An earlier repair, from the request of the part to the hand-back; both days may extend the cover."""

    part_requested: date
    handed_back: date | None


@dataclass(frozen=True, slots=True)
class PieceFact:
    """The failed piece was itself fitted on a claim or sold as a part: it carries cover of its own."""

    source: str
    paid: bool
    fitted_on: date
    own_months: int
    labor_flag: bool = False


@dataclass(frozen=True, slots=True)
class GoodwillFact:
    """An authorization, good through its expiry day; a kind that shares does not name has share 0."""

    expires_on: date
    shares: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Settings:
    """The dated parameters that the tests use."""

    registration_days: int = 30
    ship_grace_days: int = 90
    core_months: int = 12


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the verdict may depend on, for one failed part."""

    serial: Serial
    failure_day: date
    repair_day: date
    part_class: str
    remedy: str
    cause: str = ""
    op_code: str = ""
    campaigns: Sequence[CampaignFact] = ()
    registration: RegistrationFact | None = None
    invoice_date: date | None = None
    ship_date: date | None = None
    policies: Sequence[PolicyFact] = ()
    repairs: Sequence[RepairFact] = ()
    usage: Decimal | None = None
    earlier_usage: Sequence[Decimal] = ()
    piece: PieceFact | None = None
    goodwill: GoodwillFact | None = None
    settings: Settings = field(default_factory=Settings)


@dataclass(frozen=True, slots=True)
class Test:
    """One test made: its number in the rule, its name, whether it spoke for the claim, and the value it found."""

    n: int
    test: str
    ok: bool
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """verdict: covered, refused or review; code: why not; by: unit, campaign, piece or goodwill when covered."""

    verdict: str
    code: str | None
    by: str | None
    start: date | None
    start_source: str | None
    policy: str | None
    base_end: date | None
    repair_days: int
    first_uncovered: date | None
    piece_first_uncovered: date | None
    pays: Mapping[str, bool]
    share: Mapping[str, Decimal] | None
    flags: tuple[str, ...]
    return_required: bool
    tests: tuple[Test, ...]

    @property
    def covered(self) -> bool:
        return self.verdict == "covered"


@dataclass(frozen=True, slots=True)
class _Dates:
    start: date | None
    source: str | None
    policy: PolicyFact | None
    base_end: date | None
    repair_days: int
    first_uncovered: date | None
    piece_end: date | None
    core_end: date | None


def judge(facts: Facts) -> Verdict:
    """The first decisive answer of the tests (1)-(10); all tests are listed, also those after the decisive one.

    An excluded cause speaks before (2)-(10) (C08); a campaign covers against dates and usage; no answer left is refused
    EW, except the gaps of C05, C09, C10, which a person has to look at. Source: rules.md 3.3, 3.16 C01-C14.
    """
    dates = _dates(facts)
    campaign = _open_campaign(facts)
    verdict, code, by = _decide(facts, dates, campaign)
    covered = verdict == "covered"
    return Verdict(
        verdict=verdict,
        code=code,
        by=by,
        start=dates.start,
        start_source=dates.source,
        policy=dates.policy.id if dates.policy else None,
        base_end=dates.base_end,
        repair_days=dates.repair_days,
        first_uncovered=dates.first_uncovered,
        piece_first_uncovered=dates.piece_end,
        pays=_pays(facts, by),
        share=_share(facts, by) if covered else None,
        flags=("READING_ROLLED_BACK",) if _rolled_back(facts) else (),
        return_required=covered and facts.part_class == "core" and facts.remedy == "replace",
        tests=tuple(_tests(facts, dates, campaign)),
    )


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


def _dates(facts: Facts) -> _Dates:
    start, source = start_of(facts)
    if start is None:
        return _Dates(None, None, None, None, 0, None, None, None)
    core_end = add_months(start, facts.settings.core_months)
    policy = choose_policy(facts.policies, start)
    if policy is None:
        return _Dates(start, source, None, None, 0, None, None, core_end)
    months = policy.months.get(facts.part_class, policy.months.get("whole_unit", 0))
    base_end = add_months(start, months)
    days = repair_days(facts.repairs, start, base_end, facts.failure_day) if months else 0
    first_uncovered = base_end + timedelta(days=days)
    return _Dates(
        start, source, policy, base_end, days, first_uncovered, _piece_end(facts.piece, first_uncovered), core_end
    )


def _piece_end(piece: PieceFact | None, unit_end: date) -> date | None:
    if piece is None or (piece.source == "claim" and not piece.paid):
        return None
    return max(unit_end, add_months(piece.fitted_on, piece.own_months))


def _open_campaign(facts: Facts) -> CampaignFact | None:
    for campaign in facts.campaigns:
        begun = campaign.valid_from <= facts.repair_day
        is_open = begun and (campaign.valid_to is None or facts.repair_day < campaign.valid_to)
        if is_open and campaign.in_scope and facts.op_code in campaign.op_codes and not campaign.used:
            return campaign
    return None


def _decide(facts: Facts, dates: _Dates, campaign: CampaignFact | None) -> tuple[str, str | None, str | None]:
    refusal = _serial_refusal(facts.serial)
    if refusal:
        return "refused", refusal, None
    if facts.cause in EXCLUDED_CAUSES:
        return "refused", "EXCLUDED_CAUSE", None
    if campaign:
        return "covered", None, "campaign"
    gap = _gap(facts, dates)
    if gap:
        return "review", gap, None
    by = _cover(facts, dates)
    if by is None:
        return _without_cover(facts, dates)
    if _core_refused(facts, dates):
        return "refused", "CORE_REPLACE", None
    return "covered", None, by


def _serial_refusal(serial: Serial) -> str | None:
    if not serial.known:
        return "SERIAL_UNKNOWN"
    if serial.status != "active":
        return "SERIAL_BLOCKED"
    return None if serial.model_agrees else "MODEL_MISMATCH"


def _gap(facts: Facts, dates: _Dates) -> str | None:
    """What is missing before any date can be compared: a person decides."""
    if dates.start is None:
        return "START_UNKNOWN"
    if dates.policy is None:
        return "BEFORE_START" if facts.failure_day < dates.start else "NO_POLICY"
    in_period = _in_period(facts, dates)
    if in_period and dates.policy.usage_limit is not None and facts.usage is None:
        return "USAGE_UNKNOWN"
    return None


def _in_period(facts: Facts, dates: _Dates) -> bool:
    return bool(dates.start and dates.first_uncovered and dates.start <= facts.failure_day < dates.first_uncovered)


def _within_usage(facts: Facts, dates: _Dates) -> bool:
    limit = dates.policy.usage_limit if dates.policy else None
    return limit is None or (facts.usage is not None and facts.usage <= limit)


def _cover(facts: Facts, dates: _Dates) -> str | None:
    if _in_period(facts, dates) and _within_usage(facts, dates):
        return "unit"
    if _piece_covers(facts, dates):
        return "piece"
    before_start = dates.start is not None and facts.failure_day < dates.start
    return "goodwill" if _goodwill_valid(facts) and not before_start else None


def _without_cover(facts: Facts, dates: _Dates) -> tuple[str, str | None, str | None]:
    if dates.start is not None and facts.failure_day < dates.start:
        return "review", "BEFORE_START", None
    return "refused", "EW", None


def _piece_covers(facts: Facts, dates: _Dates) -> bool:
    if facts.piece is None or dates.piece_end is None:
        return False
    return facts.piece.fitted_on <= facts.failure_day < dates.piece_end


def _goodwill_valid(facts: Facts) -> bool:
    return facts.goodwill is not None and facts.repair_day <= facts.goodwill.expires_on


def _core_refused(facts: Facts, dates: _Dates) -> bool:
    in_core_period = dates.core_end is not None and facts.failure_day < dates.core_end
    return facts.part_class == "core" and facts.remedy == "repair" and in_core_period


def _rolled_back(facts: Facts) -> bool:
    return facts.usage is not None and any(earlier > facts.usage for earlier in facts.earlier_usage)


def _pays(facts: Facts, by: str | None) -> dict[str, bool]:
    if by == "piece":  # the part only; labor if the policy says so; never travel (C14)
        return {"part": True, "labor": bool(facts.piece and facts.piece.labor_flag), "travel": False}
    return dict.fromkeys(KINDS, by is not None)


def _share(facts: Facts, by: str | None) -> dict[str, Decimal]:
    if by == "goodwill" and facts.goodwill:
        return {kind: facts.goodwill.shares.get(kind, ZERO) for kind in KINDS}
    return dict.fromkeys(KINDS, ONE)


def _tests(facts: Facts, dates: _Dates, campaign: CampaignFact | None) -> Iterable[Test]:
    yield Test(1, "serial_known", facts.serial.known)
    yield Test(1, "serial_not_blocked", facts.serial.status == "active", facts.serial.status)
    yield Test(1, "model_agrees", facts.serial.model_agrees)
    yield Test(2, "campaign", campaign is not None, campaign.id if campaign else None)
    yield Test(3, "start", dates.start is not None, _iso(dates.start))
    yield Test(4, "policy", dates.policy is not None, dates.policy.id if dates.policy else None)
    yield Test(5, "part_class_dates", _in_period(facts, dates), _iso(dates.first_uncovered))
    usage = None if facts.usage is None else str(facts.usage)
    yield Test(6, "usage", dates.policy is not None and _within_usage(facts, dates) and not _rolled_back(facts), usage)
    yield Test(7, "cause", facts.cause not in EXCLUDED_CAUSES, facts.cause or None)
    if dates.policy is not None:
        yield Test(8, "piece_cover", _piece_covers(facts, dates), _iso(dates.piece_end))
        yield Test(9, "core_rule", not _core_refused(facts, dates), _iso(dates.core_end))
    goodwill = facts.goodwill
    yield Test(10, "goodwill", _goodwill_valid(facts), _iso(goodwill.expires_on) if goodwill else None)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def advice(*, sale_day: date, request_day: date, failed_repairs: int = 0) -> tuple[str, ...]:
    """What the three guarantees offer the customer on the day of request, best first (rules.md 3.3(11), C15)."""
    days = (request_day - sale_day).days
    if days <= 7:
        options: tuple[str, ...] = ("refund", "exchange", "repair")
    elif days <= 15:
        options = ("exchange", "repair")
    else:
        options = ("repair",)
    if failed_repairs >= 2 and "exchange" not in options:
        options = ("exchange", *options)
    return options

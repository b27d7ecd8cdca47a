"""Coverage of one failed part on one serial number: the ordered tests of rules.md 3.3, as a pure function.

Here: what decides, with which dates, and what each test found. Not here: reading the facts (entitlement.py), prices
(pricing.py), what becomes of the claim (adjudication.py). No database, no clock: the same facts give the same verdict.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from warranty.coverage.dates import Dates, dates_of
from warranty.coverage.facts import CampaignFact, ExtensionFact, Facts, Serial

KINDS = ("part", "labor", "travel")
ONE, ZERO = Decimal(1), Decimal(0)


@dataclass(frozen=True, slots=True)
class Test:
    """One test made: its number in the rule, its name, whether it spoke for the claim, and the value it found."""

    n: int
    test: str
    ok: bool
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """verdict: covered, refused or review; code: why not; by: unit, extension, campaign, piece or goodwill if covered.

    contract: the extended-warranty contract that reaches furthest for the class, or the one that pays where by says so.
    """

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
    contract: ExtensionFact | None = None

    @property
    def covered(self) -> bool:
        return self.verdict == "covered"

    @property
    def contract_number(self) -> str:
        """The number of that contract; empty without one."""
        return self.contract.id if self.contract else ""


def judge(facts: Facts) -> Verdict:
    """The first decisive answer of the tests (1)-(10); all tests are listed, also those after the decisive one.

    An excluded cause speaks before (2)-(10) (C08); a campaign covers against dates and usage; no answer left is refused
    EW, except the gaps of C05, C09, C10, which a person has to look at. Source: rules.md 3.3, 3.16 C01-C14.
    """
    dates = dates_of(facts)
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
        contract=dates.contract,
    )


def answer(facts: Facts) -> tuple[str, str | None]:
    """Verdict and code alone, for who tries many facts: no test is listed."""
    return _decide(facts, dates_of(facts), _open_campaign(facts))[:2]


def _open_campaign(facts: Facts) -> CampaignFact | None:
    for campaign in facts.campaigns:
        begun = campaign.valid_from <= facts.repair_day
        is_open = begun and (campaign.valid_to is None or facts.repair_day < campaign.valid_to)
        if is_open and campaign.in_scope and facts.op_code in campaign.op_codes and not campaign.used:
            return campaign
    return None


def _decide(facts: Facts, dates: Dates, campaign: CampaignFact | None) -> tuple[str, str | None, str | None]:
    refusal = _serial_refusal(facts.serial)
    if refusal:
        return "refused", refusal, None
    if facts.cause in facts.excluded_causes:
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


def _gap(facts: Facts, dates: Dates) -> str | None:
    """What is missing before any date can be compared: a person decides."""
    if dates.start is None:
        return "START_UNKNOWN"
    if dates.policy is None:
        return "BEFORE_START" if facts.failure_day < dates.start else "NO_POLICY"
    in_period = _in_period(facts, dates)
    if in_period and dates.policy.usage_limit is not None and facts.usage is None:
        return "USAGE_UNKNOWN"
    return None


def _in_period(facts: Facts, dates: Dates) -> bool:
    return bool(dates.start and dates.first_uncovered and dates.start <= facts.failure_day < dates.first_uncovered)


def _within_usage(facts: Facts, dates: Dates) -> bool:
    limit = dates.policy.usage_limit if dates.policy else None
    return limit is None or (facts.usage is not None and facts.usage <= limit)


def _cover(facts: Facts, dates: Dates) -> str | None:
    if _in_period(facts, dates) and _within_usage(facts, dates):
        own = dates.unit_end is not None and facts.failure_day < dates.unit_end
        return "unit" if own else "extension"
    if _piece_covers(facts, dates):
        return "piece"
    before_start = dates.start is not None and facts.failure_day < dates.start
    return "goodwill" if _goodwill_valid(facts) and not before_start else None


def _without_cover(facts: Facts, dates: Dates) -> tuple[str, str | None, str | None]:
    if dates.start is not None and facts.failure_day < dates.start:
        return "review", "BEFORE_START", None
    return "refused", "EW", None


def _piece_covers(facts: Facts, dates: Dates) -> bool:
    if facts.piece is None or dates.piece_end is None:
        return False
    return facts.piece.fitted_on <= facts.failure_day < dates.piece_end


def _goodwill_valid(facts: Facts) -> bool:
    return facts.goodwill is not None and facts.repair_day <= facts.goodwill.expires_on


def _core_refused(facts: Facts, dates: Dates) -> bool:
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


def _tests(facts: Facts, dates: Dates, campaign: CampaignFact | None) -> Iterable[Test]:
    yield Test(1, "serial_known", facts.serial.known)
    yield Test(1, "serial_not_blocked", facts.serial.status == "active", facts.serial.status)
    yield Test(1, "model_agrees", facts.serial.model_agrees)
    yield Test(2, "campaign", campaign is not None, campaign.id if campaign else None)
    yield Test(3, "start", dates.start is not None, _iso(dates.start))
    yield Test(4, "policy", dates.policy is not None, dates.policy.id if dates.policy else None)
    yield Test(5, "part_class_dates", _in_period(facts, dates), _iso(dates.first_uncovered))
    if facts.extensions:
        yield Test(5, "extension", dates.contract is not None, dates.contract.id if dates.contract else None)
    usage = None if facts.usage is None else str(facts.usage)
    yield Test(6, "usage", dates.policy is not None and _within_usage(facts, dates) and not _rolled_back(facts), usage)
    yield Test(7, "cause", facts.cause not in facts.excluded_causes, facts.cause or None)
    if dates.policy is not None:
        yield Test(8, "piece_cover", _piece_covers(facts, dates), _iso(dates.piece_end))
        yield Test(9, "core_rule", not _core_refused(facts, dates), _iso(dates.core_end))
    goodwill = facts.goodwill
    yield Test(10, "goodwill", _goodwill_valid(facts), _iso(goodwill.expires_on) if goodwill else None)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None

"""Which one other fact would turn the verdict, rule by rule: each answer is tried by judging the changed facts again.

Pure, like the judging: no database, no clock. Not here: how a turn is said (warranty.turning).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from portal.core.calendar import add_months
from warranty.coverage.dates import choose_policy, start_of
from warranty.coverage.facts import (
    CampaignFact,
    ExtensionFact,
    Facts,
    GoodwillFact,
    PieceFact,
    PolicyFact,
    RegistrationFact,
    Serial,
)
from warranty.coverage.judging import KINDS, ONE, Verdict, answer

LONGEST = 240  # months: no cover is longer
FAR = timedelta(days=20 * 366)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """n: the rule's number; change: which fact; values: what it would have to be; to, code: the answer it would give."""

    n: int
    change: str
    values: Mapping[str, str]
    to: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class _Try:
    n: int
    change: str
    facts: Facts
    values: Mapping[str, str]


def turns(facts: Facts, verdict: Verdict) -> tuple[Turn, ...]:
    """Every single change of a fact, in the order of the rules, after which the answer would be another one."""
    found = []
    for each in _tries(facts, verdict):
        to, code = answer(each.facts)
        if (to, code) != (verdict.verdict, verdict.code):
            found.append(Turn(each.n, each.change, dict(each.values), to, code))
    return tuple(found)


def _tries(facts: Facts, verdict: Verdict) -> Iterable[_Try]:
    for rule in (_serial, _campaign, _start, _policy, _period, _extension, _usage, _cause, _piece, _core, _goodwill):
        yield from rule(facts, verdict)


def _serial(facts: Facts, verdict: Verdict) -> Iterable[_Try]:
    serial = facts.serial
    if not serial.known:
        yield _Try(1, "serial_unknown", replace(facts, serial=Serial(known=True)), {})
    elif serial.status != "active":
        yield _Try(1, "serial_blocked", replace(facts, serial=replace(serial, status="active")), {})
    elif not serial.model_agrees:
        yield _Try(1, "model_mismatch", replace(facts, serial=replace(serial, model_agrees=True)), {})
    elif verdict.covered:
        yield _Try(1, "serial_scrapped", replace(facts, serial=replace(serial, status="scrapped")), {})


def _campaign(facts: Facts, verdict: Verdict) -> Iterable[_Try]:
    for campaign in facts.campaigns:
        named = {"campaign": campaign.id}
        if campaign.used:
            yield _Try(2, "campaign_used", _with_campaign(facts, campaign, used=False), named)
        elif not campaign.in_scope:
            yield _Try(2, "campaign_scope", _with_campaign(facts, campaign, in_scope=True), named)
        elif not _is_open(campaign, facts.repair_day):
            window = named | {"day": campaign.valid_from.isoformat(), "until": _iso(campaign.valid_to)}
            yield _Try(2, "campaign_window", replace(facts, repair_day=campaign.valid_from), window)
        elif facts.op_code not in campaign.op_codes and campaign.op_codes:
            operation = {"operations": ", ".join(campaign.op_codes)}
            yield _Try(2, "campaign_operation", replace(facts, op_code=campaign.op_codes[0]), named | operation)
        elif verdict.by == "campaign":
            yield _Try(2, "campaign_over", _with_campaign(facts, campaign, used=True), named)


def _with_campaign(facts: Facts, campaign: CampaignFact, **changed: Any) -> Facts:
    rest = tuple(each for each in facts.campaigns if each is not campaign)
    return replace(facts, campaigns=(replace(campaign, **changed), *rest))


def _is_open(campaign: CampaignFact, day: date) -> bool:
    return campaign.valid_from <= day and (campaign.valid_to is None or day < campaign.valid_to)


def _start(facts: Facts, verdict: Verdict) -> Iterable[_Try]:
    """The registration that is passed over, then the nearest start day that turns the answer."""
    filed = facts.registration
    if filed is not None and verdict.start_source != "registration":
        in_time = filed.sale_date + timedelta(days=facts.settings.registration_days)
        values = {"day": filed.sale_date.isoformat(), "last": in_time.isoformat(), "filed": filed.filed_on.isoformat()}
        counted = replace(filed, approved=True, filed_on=min(filed.filed_on, in_time))
        change = "registration_late" if filed.approved else "registration_waits"
        yield _Try(3, change, replace(facts, registration=counted), values)
    if verdict.code == "BEFORE_START":
        yield _on(facts, facts.failure_day, "start_by")
    elif verdict.start is None:
        day = _first_day(facts, facts.failure_day - FAR)
        yield from [_on(facts, day, "start_unknown")] if day else []
    elif not verdict.covered:
        day = _first_day(facts, verdict.start)
        yield from [_on(facts, day, "start_on_or_after")] if day else []
    else:
        day = _first_day(facts, facts.failure_day - FAR)
        yield from [_on(facts, day - DAY, "start_on_or_before")] if day else []


def _on(facts: Facts, day: date, change: str) -> _Try:
    return _Try(3, change, _started(facts, day), {"day": day.isoformat()})


def _started(facts: Facts, day: date) -> Facts:
    return replace(facts, registration=RegistrationFact(day, day, True))


def _first_day(facts: Facts, since: date) -> date | None:
    """The first start day after `since` with cover, if the failure day itself as start day has it; found by halving."""
    no, yes = since, facts.failure_day
    if no >= yes or not _is_covered(_started(facts, yes)):
        return None
    while yes - no > DAY:
        middle = no + (yes - no) // 2
        if _is_covered(_started(facts, middle)):
            yes = middle
        else:
            no = middle
    return yes


def _policy(facts: Facts, verdict: Verdict) -> Iterable[_Try]:
    start = verdict.start
    if start is None:
        return
    if verdict.policy is None:
        months = _fewest(lambda count: replace(facts, policies=(_made(facts, start, count),)))
        needed = {"day": start.isoformat(), "months": str(months)}
        if months:
            yield _Try(4, "no_policy", replace(facts, policies=(_made(facts, start, months),)), needed)
        return
    for policy in facts.policies:
        if policy.id != verdict.policy and not (policy.valid_from <= start and _after(policy.valid_to, start)):
            held = replace(policy, level="serial", valid_from=start, valid_to=None)
            values = {"policy": policy.id, "day": policy.valid_from.isoformat(), "until": _iso(policy.valid_to)}
            yield _Try(4, "policy_other", replace(facts, policies=(held,)), values)


def _made(facts: Facts, start: date, months: int) -> PolicyFact:
    return PolicyFact("", "serial", start, None, {facts.part_class: months, "whole_unit": months})


def _after(end: date | None, day: date) -> bool:
    return end is None or day < end


def _fewest(made: Callable[[int], Facts]) -> int | None:
    """The smallest number of months with which the facts are covered; found by halving."""
    if not _is_covered(made(LONGEST)):
        return None
    no, yes = 0, LONGEST
    while yes - no > 1:
        middle = (no + yes) // 2
        if _is_covered(made(middle)):
            yes = middle
        else:
            no = middle
    return yes


def _period(facts: Facts, verdict: Verdict) -> Iterable[_Try]:
    policy = choose_policy(facts.policies, verdict.start) if verdict.start else None
    if policy is None:
        return
    other = [each for each in (*policy.months, "whole_unit") if each != facts.part_class]
    turned = [each for each in dict.fromkeys(other) if _turns(replace(facts, part_class=each), verdict)]
    if turned:
        change = "class_refused" if verdict.covered else "class_covered"
        yield _Try(5, change, replace(facts, part_class=turned[0]), {"classes": ",".join(turned)})
    if verdict.first_uncovered is None or verdict.first_uncovered == verdict.start:
        return
    end = verdict.first_uncovered
    if verdict.covered and verdict.by in {"unit", "extension"}:
        later = replace(facts, failure_day=end, repair_day=max(end, facts.repair_day))
        yield _Try(5, "failure_after", later, {"day": end.isoformat()})
    elif verdict.code == "EW" and facts.failure_day >= end:
        last = end - DAY
        yield _Try(5, "failure_by", replace(facts, failure_day=last), {"day": last.isoformat()})


def _turns(facts: Facts, verdict: Verdict) -> bool:
    return answer(facts) != (verdict.verdict, verdict.code)


def _is_covered(facts: Facts) -> bool:
    return answer(facts)[0] == "covered"


def _extension(facts: Facts, verdict: Verdict) -> Iterable[_Try]:
    if verdict.by == "extension":
        yield _Try(5, "extension_cancelled", replace(facts, extensions=()), {"contract": verdict.contract_number})
        return
    if verdict.covered:
        return
    for contract in facts.extensions:
        named = {"contract": contract.id}
        if facts.part_class not in contract.part_classes:
            widened = replace(contract, part_classes=(*contract.part_classes, facts.part_class))
            yield _Try(5, "extension_class", replace(facts, extensions=(widened,)), named)
        elif contract.bought_on > facts.failure_day:
            bought = replace(contract, bought_on=facts.failure_day)
            yield _Try(5, "extension_bought", replace(facts, extensions=(bought,)), named)
    if verdict.code == "EW":
        months = _fewest(lambda count: replace(facts, extensions=(*facts.extensions, _contract(facts, count))))
        if months:
            bought_by = {"months": str(months), "day": facts.failure_day.isoformat()}
            yield _Try(5, "extension", replace(facts, extensions=(_contract(facts, months),)), bought_by)


def _contract(facts: Facts, months: int) -> ExtensionFact:
    return ExtensionFact("", facts.failure_day, months, (facts.part_class,))


def _usage(facts: Facts, verdict: Verdict) -> Iterable[_Try]:
    policy = choose_policy(facts.policies, verdict.start) if verdict.start else None
    if policy is None or policy.usage_limit is None:
        return
    limit = policy.usage_limit
    values = {"limit": str(limit)}
    if facts.usage is None:
        yield _Try(6, "usage_unknown", replace(facts, usage=limit), values)
    elif facts.usage > limit:
        yield _Try(6, "usage_up_to", replace(facts, usage=limit), values)
    else:
        yield _Try(6, "usage_above", replace(facts, usage=limit + 1), values)


def _cause(facts: Facts, verdict: Verdict) -> Iterable[_Try]:
    if verdict.code == "EXCLUDED_CAUSE":
        yield _Try(7, "cause", replace(facts, cause=""), {})
    elif verdict.covered and facts.excluded_causes:
        yield _Try(7, "cause_excluded", replace(facts, cause=facts.excluded_causes[0]), {})


def _piece(facts: Facts, verdict: Verdict) -> Iterable[_Try]:
    piece = facts.piece
    if verdict.by == "piece":
        end = verdict.piece_first_uncovered or facts.failure_day
        later = replace(facts, failure_day=end, repair_day=max(end, facts.repair_day))
        yield _Try(8, "piece_after", later, {"day": end.isoformat()})
    elif piece is not None and piece.source == "claim" and not piece.paid:
        yield _Try(8, "piece_unpaid", replace(facts, piece=replace(piece, paid=True)), {})
    elif verdict.code == "EW":
        months = piece.own_months if piece else facts.settings.piece_months
        day = _fitted_on(facts.failure_day, months)
        fitted = PieceFact("sale", True, day, months)
        yield _Try(8, "piece_fitted", replace(facts, piece=fitted), {"day": day.isoformat(), "months": str(months)})


def _fitted_on(failed: date, months: int) -> date:
    """The first day of fitting whose own months reach past the failure."""
    day = add_months(failed, -months) - 3 * DAY  # month ends clamp: look from a little earlier
    while add_months(day, months) <= failed:
        day += DAY
    return day


def _core(facts: Facts, verdict: Verdict) -> Iterable[_Try]:
    if facts.part_class != "core":
        return
    if verdict.code == "CORE_REPLACE":
        yield _Try(9, "core_replace", replace(facts, remedy="replace"), {})
    elif verdict.covered and facts.remedy == "replace":
        start, _source = start_of(facts)
        end = add_months(start, facts.settings.core_months).isoformat() if start else ""
        yield _Try(9, "core_repair", replace(facts, remedy="repair"), {"day": end})


def _goodwill(facts: Facts, verdict: Verdict) -> Iterable[_Try]:
    goodwill = facts.goodwill
    if verdict.by == "goodwill" and goodwill is not None:
        day = goodwill.expires_on + DAY
        yield _Try(10, "goodwill_after", replace(facts, repair_day=day), {"day": goodwill.expires_on.isoformat()})
    elif goodwill is not None and goodwill.expires_on < facts.repair_day:
        held = replace(goodwill, expires_on=facts.repair_day)
        yield _Try(10, "goodwill_expired", replace(facts, goodwill=held), {"day": goodwill.expires_on.isoformat()})
    elif not verdict.covered:
        granted = GoodwillFact(facts.repair_day, dict.fromkeys(KINDS, ONE))
        yield _Try(10, "goodwill", replace(facts, goodwill=granted), {})


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""

"""Everything the rules say about one claim as it stands, draft or submitted: cover, price, duplicates, risk, decision.

assess() reads and answers; it writes nothing. The coach shows its answer, submit stores it and acts on it
(adjudication.py). The explanation holds codes and values only; wording.py says them in the reader's language.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from portal.core import clock
from portal.core.calendar import add_months
from portal.core.models.attachments import Attachment
from portal.core.parameters import declared, param, version
from warranty import checklist, coverage, decision, facts, pricing, risk
from warranty.checklist import Finding
from warranty.decision import Checked
from warranty.duplicates import Duplicates
from warranty.models import ClaimLine, LineKind, WarrantyClaim
from warranty.photos import photos_of
from warranty.rivals import find_rivals

ZERO = Decimal("0.00")
NO_PART = 0  # position under which a claim without part lines keeps its verdict
DECISIVE_CODES = ("SERIAL_UNKNOWN", "SERIAL_BLOCKED", "MODEL_MISMATCH", "EXCLUDED_CAUSE", "CORE_REPLACE")


@dataclass(frozen=True, slots=True)
class Assessment:
    """The answer of every rule, and the explanation that is stored and shown."""

    price: pricing.Price
    verdicts: Mapping[int, coverage.Verdict]
    duplicates: Duplicates
    risk: risk.Risk
    decision: decision.Decision
    refusals: tuple[Finding, ...]
    priced: Mapping[int, pricing.PricedLine]
    rates: facts.Rates
    checked: Checked
    explanation: dict[str, Any]

    @property
    def may_submit(self) -> bool:
        """Nothing refuses the submit."""
        return not self.refusals


@dataclass(frozen=True, slots=True)
class _Case:
    """What was read about the claim, once."""

    claim: WarrantyClaim
    lines: Sequence[ClaimLine]
    unit: facts.UnitFacts
    rates: facts.Rates
    links: Sequence[tuple[str, str]]
    photos: Sequence[Attachment]

    @property
    def op_code(self) -> str:
        operations = [line.operation.code for line in self.lines if line.operation]
        return operations[0] if operations else ""

    @property
    def parts(self) -> list[ClaimLine]:
        return [line for line in self.lines if line.kind == LineKind.PART]


def assess(
    claim: WarrantyClaim, *, lines: Sequence[ClaimLine] | None = None, rates: facts.Rates | None = None
) -> Assessment:
    """Run every rule on the claim as it stands. Lines and rates are read if not given. Source: rules.md 3.1-3.5."""
    case = _read(claim, lines, rates or facts.rates_of(claim.station, claim.repaired_on))
    verdicts = _verdicts(case)
    price = pricing.price_claim([_pricing_line(case, line, verdicts) for line in case.lines], _terms(case, verdicts))
    rivals = find_rivals(claim, case.lines, case.links, case.photos)
    score = risk.score(_risk_facts(case, verdicts, rivals))
    refusals = tuple(_refusals(case, verdicts, rivals))
    checked = _checked(case, verdicts, price, rivals, score, refusals)
    decided = decision.decide(checked, decision_settings(claim.repaired_on))
    priced = {line.position: found for line, found in zip(case.lines, price.lines, strict=True)}
    return Assessment(
        price=price,
        verdicts=verdicts,
        duplicates=rivals,
        risk=score,
        decision=decided,
        refusals=refusals,
        priced=priced,
        rates=case.rates,
        checked=checked,
        explanation=_explain(case, verdicts, price, rivals, score, decided, refusals),
    )


def in_audit_sample(found: Assessment, on: date) -> Assessment:
    """The same answer for a claim whose number was drawn: a person looks at it though nothing is wrong."""
    checked = replace(found.checked, in_audit_sample=True)
    decided = decision.decide(checked, decision_settings(on))
    said = {**found.explanation, "decision": _decision_json(decided, found.rates.grade, on)}
    return replace(found, checked=checked, decision=decided, explanation=said)


def decision_settings(on: date) -> decision.Settings:
    """The limits in force that day."""
    return decision.Settings(
        auto_limits={grade: param(f"warranty.auto_limit_{grade.lower()}", on) for grade in "ABCD"},
        reviewer_limit=param("warranty.reviewer_limit", on),
        approver_limit=param("warranty.approver_limit", on),
        review_risk=param("warranty.review_risk", on),
    )


def price_settings(on: date) -> pricing.Settings:
    """The parameters of a price in force that day."""
    return pricing.Settings(
        uplift=param("warranty.uplift", on),
        overlap_share=param("warranty.overlap_share", on),
        diagnosis_hours=param("warranty.diagnosis_hours", on),
        travel_factor=param("warranty.travel_factor", on),
        outside_limit=param("warranty.outside_limit", on),
    )


def _read(claim: WarrantyClaim, given: Sequence[ClaimLine] | None, rates: facts.Rates) -> _Case:
    of_claim = claim.lines.select_related("part", "operation", "issued_part").order_by("position")
    lines = list(of_claim if given is None else given)
    unit = claim.unit or facts.find_unit(claim.serial_number)
    return _Case(
        claim=claim,
        lines=lines,
        unit=facts.unit_facts(
            unit, product_model=claim.product_model, on=claim.repaired_on, before_job=claim.work_order
        ),
        rates=rates,
        links=facts.supersession_links(line.part.number for line in lines if line.part),
        photos=photos_of(claim),
    )


def _verdicts(case: _Case) -> dict[int, coverage.Verdict]:
    if not case.parts:  # an adjustment without parts is judged as the whole unit
        return {NO_PART: _judge(case, part_class="whole_unit", remedy="repair", fitted=None)}
    claim = case.claim
    return {
        line.position: _judge(
            case,
            part_class=line.part.part_class if line.part else "whole_unit",
            remedy=line.remedy,
            fitted=facts.fitted_on_claim(line, claim.serial_number, claim.failed_on),
        )
        for line in case.parts
    }


def _judge(case: _Case, *, part_class: str, remedy: str, fitted: ClaimLine | None) -> coverage.Verdict:
    claim = case.claim
    return facts.judge_part(
        case.unit,
        part_class=part_class,
        failure_day=claim.failed_on,
        repair_day=claim.repaired_on,
        remedy=remedy,
        cause=claim.cause_class,
        op_code=case.op_code,
        usage=claim.usage_reading,
        fitted=fitted,
        goodwill=claim.goodwill,
    )


def _terms(case: _Case, verdicts: Mapping[int, coverage.Verdict]) -> pricing.Terms:
    """Labor and travel are paid if the cover of any part of the claim pays them, at the best share of those."""
    shares = {kind: [v.share[kind] for v in verdicts.values() if v.share and v.pays[kind]] for kind in coverage.KINDS}
    return pricing.Terms(
        hourly_rate=case.rates.hourly_rate,
        km_rate=case.rates.km_rate,
        free_km=case.rates.free_km,
        straight_km=case.claim.straight_km,
        pays={kind: bool(found) for kind, found in shares.items()},
        share={kind: max(found) for kind, found in shares.items() if found},
        settings=price_settings(case.claim.repaired_on),
    )


def _pricing_line(case: _Case, line: ClaimLine, verdicts: Mapping[int, coverage.Verdict]) -> pricing.Line:
    verdict = verdicts.get(line.position) if line.kind == LineKind.PART else None
    issued = line.issued_part
    return pricing.Line(
        id=str(line.position),
        kind=line.kind,
        qty=line.qty,
        net_price=line.unit_price,
        bom_ok=line.part is None or facts.fits_model(line.part, case.claim.product_model, case.links),
        issued=issued is not None and issued.work_order_id == case.claim.work_order_id and line.qty <= issued.qty,
        op=line.operation.code if line.operation else "",
        hours=line.hours,
        flat_hours=line.flat_hours,
        access_group=str(line.operation.access_group or "") if line.operation else "",
        km=line.km,
        amount=line.claimed_amount,
        invoice=bool(line.invoice_number),
        pays=verdict.pays["part"] if verdict else None,
        share=verdict.share["part"] if verdict and verdict.share else None,
    )


def _risk_facts(case: _Case, verdicts: Mapping[int, coverage.Verdict], rivals: Duplicates) -> risk.Facts:
    claim = case.claim
    trips = [line.km for line in case.lines if line.kind == LineKind.TRAVEL]
    ends = [v.first_uncovered for v in verdicts.values() if v.first_uncovered and v.by == "unit"]
    not_issued = [line for line in case.parts if line.issued_part is None]
    return risk.Facts(
        labor=[
            risk.LaborFact(line.hours, line.flat_hours, line.qty) for line in case.lines if line.kind == LineKind.LABOR
        ],
        failure_day=claim.failed_on,
        cover_end=min(ends, default=None),
        registered_on=case.unit.registration.filed_on if case.unit.registration else None,
        rolled_back=any("READING_ROLLED_BACK" in v.flags for v in verdicts.values()),
        photo_reused=any(match.why == "photo_reuse" for match in rivals.soft),
        km=max(trips, default=None),
        straight_km=claim.straight_km,
        technician_overlap=facts.technician_elsewhere(claim.work_order),
        part_not_issued=bool(not_issued),
        certificate_lapsed=facts.certificate_lapsed(claim.work_order, claim.product_model, claim.repaired_on),
        travel_factor=param("warranty.travel_factor", claim.repaired_on),
    )


def _refusals(case: _Case, verdicts: Mapping[int, coverage.Verdict], rivals: Duplicates) -> list[Finding]:
    found = checklist.findings(case.claim, list(case.lines), kinds={photo.kind for photo in case.photos})
    for position, verdict in verdicts.items():
        if verdict.code == "CORE_REPLACE":
            values = {"position": position, "until": _core_until(verdict)}
            found.append(Finding("CORE_REPLACE", "remedy", values))
    found += [Finding("DC", "replaces", {"reference": match.id, "why": match.why}) for match in rivals.hard]
    return found


def _core_until(verdict: coverage.Verdict) -> str | None:
    return next((test.value for test in verdict.tests if test.test == "core_rule"), None)


def _hard_codes(case: _Case, verdicts: Mapping[int, coverage.Verdict], refusals: Sequence[Finding]) -> set[str]:
    """What decides on its own: refusals, a station not entitled, EW if no part is covered, other codes of any part."""
    from stations.contracts import may_claim

    codes = {finding.code for finding in refusals}
    found = {v.code for v in verdicts.values() if v.code}
    if "EW" in found and len({v.code for v in verdicts.values()}) > 1:
        found.discard("EW")  # some parts are covered: a person decides the rest
    codes |= found
    if not may_claim(case.claim.station, work_done_on=case.claim.repaired_on).ok:
        codes.add("STATION_NOT_ENTITLED")
    return codes


def _checked(
    case: _Case,
    verdicts: Mapping[int, coverage.Verdict],
    price: pricing.Price,
    rivals: Duplicates,
    score: risk.Risk,
    refusals: Sequence[Finding],
) -> Checked:
    cuts = {code for line in price.lines for code in line.codes}
    flags = {flag for verdict in verdicts.values() for flag in verdict.flags}
    return Checked(
        claimed=price.claimed,
        allowed=price.allowed,
        grade=case.rates.grade,
        risk=score.score,
        coverage_ok=all(v.covered for v in verdicts.values()) and "NOT_COVERED" not in cuts,
        hard_codes=_hard_codes(case, verdicts, refusals),
        cut_codes=cuts,
        hard_flags={*flags, *price.flags},
        soft_flags={match.why for match in rivals.soft},
    )


def headline(verdicts: Mapping[int, coverage.Verdict]) -> coverage.Verdict:
    """The verdict that speaks for the claim: the first one that is not covered, else the first."""
    found = list(verdicts.values())
    return next((verdict for verdict in found if not verdict.covered), found[0])


def _explain(
    case: _Case,
    verdicts: Mapping[int, coverage.Verdict],
    price: pricing.Price,
    rivals: Duplicates,
    score: risk.Risk,
    decided: decision.Decision,
    refusals: Sequence[Finding],
) -> dict[str, Any]:
    on = case.claim.repaired_on
    main = headline(verdicts)
    return {
        "format": 1,
        "checked_at": clock.now().isoformat(),
        "rule_set": {p.key: version(p.key, on) for p in declared() if p.key.startswith("warranty.")},
        "coverage": {**_verdict_json(main), "changes": what_would_change(case.claim, main)},
        "parts": {str(position): _verdict_json(verdict) for position, verdict in verdicts.items()},
        "lines": [_line_json(case, line, found) for line, found in zip(case.lines, price.lines, strict=True)],
        "price": {"claimed": str(price.claimed), "allowed": str(price.allowed), "flags": list(price.flags)},
        "rates": {key: str(value) for key, value in asdict(case.rates).items()},
        "uplift": str(param("warranty.uplift", on)),
        "duplicates": {
            "hard": [asdict(match) for match in rivals.hard],
            "soft": [asdict(match) for match in rivals.soft],
        },
        "risk": {"score": score.score, "action": score.action, "items": [asdict(item) for item in score.items]},
        "decision": _decision_json(decided, case.rates.grade, on),
        "refusals": [finding.as_json() for finding in refusals],
    }


def _decision_json(decided: decision.Decision, grade: str, on: date) -> dict[str, Any]:
    return {
        "state": decided.state,
        "by": decided.by,
        "route": decided.route,
        "reasons": list(decided.reasons),
        "auto_limit": str(decision.auto_limit(grade, decision_settings(on))),
    }


def _verdict_json(verdict: coverage.Verdict) -> dict[str, Any]:
    return {
        "verdict": verdict.verdict,
        "code": verdict.code,
        "by": verdict.by,
        "start": _iso(verdict.start),
        "start_source": verdict.start_source,
        "policy": verdict.policy,
        "base_end": _iso(verdict.base_end),
        "repair_days": verdict.repair_days,
        "first_uncovered": _iso(verdict.first_uncovered),
        "piece_first_uncovered": _iso(verdict.piece_first_uncovered),
        "pays": dict(verdict.pays),
        "share": {kind: str(share) for kind, share in verdict.share.items()} if verdict.share else None,
        "flags": list(verdict.flags),
        "return_required": verdict.return_required,
        "tests": [asdict(test) for test in verdict.tests],
    }


def _line_json(case: _Case, line: ClaimLine, found: pricing.PricedLine) -> dict[str, Any]:
    return {
        "position": line.position,
        "kind": line.kind,
        "claimed": str(found.claimed),
        "allowed": str(found.allowed),
        "difference": str(found.difference),
        "codes": list(found.codes),
        "flat_hours": str(line.flat_hours * line.qty),
        "hours": str(line.hours),
        "km": str(line.km),
    }


def what_would_change(claim: WarrantyClaim, verdict: coverage.Verdict) -> list[dict[str, Any]]:
    """What other facts would turn the verdict, as codes and values: the nearest start day, a reading, goodwill."""
    if verdict.covered:
        return _what_would_refuse(claim, verdict)
    if verdict.code == "EW":
        return [*_what_would_cover(claim, verdict), {"change": "goodwill", "values": {}}]
    if verdict.code in {
        "START_UNKNOWN",
        "USAGE_UNKNOWN",
        "NO_POLICY",
        "CORE_REPLACE",
        "SERIAL_UNKNOWN",
        "MODEL_MISMATCH",
    }:
        return [{"change": verdict.code.lower(), "values": {}}]
    return []


def _what_would_refuse(claim: WarrantyClaim, verdict: coverage.Verdict) -> list[dict[str, Any]]:
    if verdict.by != "unit" or verdict.start is None or verdict.base_end is None:
        return []
    latest = _latest_start_out_of_cover(claim.failed_on, verdict)
    return [{"change": "start_on_or_before", "values": {"day": latest.isoformat()}}]


def _what_would_cover(claim: WarrantyClaim, verdict: coverage.Verdict) -> list[dict[str, Any]]:
    usage_failed = any(test.test == "usage" and not test.ok for test in verdict.tests)
    if usage_failed or verdict.start is None or verdict.base_end is None or verdict.base_end == verdict.start:
        return []
    day = _latest_start_out_of_cover(claim.failed_on, verdict) + timedelta(days=1)
    return [{"change": "start_on_or_after", "values": {"day": day.isoformat()}}] if day <= claim.failed_on else []


def _latest_start_out_of_cover(failed_on: date, verdict: coverage.Verdict) -> date:
    """The last start day whose cover, as long as this one, ends by the failure."""
    assert verdict.start  # noqa: S101 both callers asked
    assert verdict.base_end  # noqa: S101
    months = (verdict.base_end.year - verdict.start.year) * 12 + verdict.base_end.month - verdict.start.month
    end = failed_on - timedelta(days=verdict.repair_days)
    day = add_months(end, -months) + timedelta(days=3)  # month ends clamp: look from a little later backwards
    while add_months(day, months) > end:
        day -= timedelta(days=1)
    return day


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None

"""The stored explanation of an assessment: codes and values only, as JSON; wording.py says it in words."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from portal.core import clock
from portal.core.parameters import declared, param, version
from warranty import coverage, decision, pricing, risk
from warranty.assessment.case import Case
from warranty.assessment.changes import what_would_change
from warranty.assessment.checks import decision_settings
from warranty.assessment.cover import headline
from warranty.checklist import Finding
from warranty.duplicates import Duplicates
from warranty.models import ClaimLine


def explain(
    case: Case,
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
        "decision": decision_json(decided, case.rates.grade, on),
        "refusals": [finding.as_json() for finding in refusals],
    }


def decision_json(decided: decision.Decision, grade: str, on: date) -> dict[str, Any]:
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


def _line_json(case: Case, line: ClaimLine, found: pricing.PricedLine) -> dict[str, Any]:
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


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None

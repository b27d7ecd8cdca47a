"""The stored explanation of an assessment: codes and values only, as JSON; wording.py says it in words."""

from dataclasses import asdict
from datetime import date
from typing import Any

from warranty import coverage, decision, pricing, risk
from warranty.assessment.changes import what_would_change
from warranty.assessment.concluding import Conclusion
from warranty.assessment.cover import headline
from warranty.assessment.inputs import Inputs, LineInput


def explain(inputs: Inputs, found: Conclusion) -> dict[str, Any]:
    """What is stored and shown; the same inputs give the same explanation, byte for byte."""
    main = headline(found.verdicts)
    price, score = found.price, found.risk
    said: dict[str, Any] = {
        "format": 1,
        "checked_at": inputs.read_at.isoformat(),
        "rule_set": dict(inputs.rule_set),
        "coverage": {**verdict_json(main), "changes": _changes(inputs, found, main)},
        "parts": {str(position): verdict_json(verdict) for position, verdict in found.verdicts.items()},
        "lines": [_line_json(row, priced) for row, priced in zip(inputs.lines, price.lines, strict=True)],
        "price": {"claimed": str(price.claimed), "allowed": str(price.allowed), "flags": list(price.flags)},
        "rates": {key: str(value) for key, value in asdict(inputs.rates).items()},
        "uplift": str(inputs.uplift),
        "duplicates": {
            "hard": [asdict(match) for match in inputs.rivals.hard],
            "soft": [asdict(match) for match in inputs.rivals.soft],
        },
        "risk": {"score": score.score, "action": score.action, "items": [_item_json(item) for item in score.items]},
        "decision": _decision_json(inputs, found.decision),
        "refusals": [finding.as_json() for finding in found.refusals],
    }
    if inputs.rivals.shared:
        said["risk"]["shared"] = [{"picture": name, "reason": why} for name, why in inputs.rivals.shared]
    if (authorization := found.authorization) is not None and (authorization.needed or authorization.fact):
        said["authorization"] = authorization.as_json()
    return said


def _item_json(item: risk.Item) -> dict[str, Any]:
    said: dict[str, Any] = {"item": item.item, "points": item.points, "value": item.value}
    if item.peers is not None:
        said["peers"] = {key: str(value) for key, value in asdict(item.peers).items()}
    return said


def _changes(inputs: Inputs, found: Conclusion, main: coverage.Verdict) -> list[dict[str, Any]]:
    if not inputs.tells_turns:
        return what_would_change(_failed_on(inputs), main)
    position = next(key for key, verdict in found.verdicts.items() if verdict is main)
    return [asdict(turn) for turn in coverage.turns(inputs.cover[position], main)]


def _failed_on(inputs: Inputs) -> date:
    return next(iter(inputs.cover.values())).failure_day


def _decision_json(inputs: Inputs, decided: decision.Decision) -> dict[str, Any]:
    return {
        "state": decided.state,
        "by": decided.by,
        "route": decided.route,
        "reasons": list(decided.reasons),
        "auto_limit": str(decision.auto_limit(inputs.rates.grade, inputs.limits)),
    }


def verdict_json(verdict: coverage.Verdict) -> dict[str, Any]:
    """A verdict with all its tests as plain values."""
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
        "contract": {"number": verdict.contract.id, "payer": verdict.contract.payer} if verdict.contract else None,
        "tests": [asdict(test) for test in verdict.tests],
    }


def _line_json(row: LineInput, found: pricing.PricedLine) -> dict[str, Any]:
    line = row.line
    return {
        "position": row.position,
        "kind": row.kind,
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

"""Which other facts would turn a coverage verdict."""

from datetime import date, timedelta
from typing import Any

from portal.core.calendar import add_months
from warranty import coverage


def what_would_change(failed_on: date, verdict: coverage.Verdict) -> list[dict[str, Any]]:
    """What other facts would turn the verdict, as codes and values: the nearest start day, a reading, goodwill."""
    if verdict.covered:
        return _what_would_refuse(failed_on, verdict)
    if verdict.code == "EW":
        return [*_what_would_cover(failed_on, verdict), {"change": "goodwill", "values": {}}]
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


def _what_would_refuse(failed_on: date, verdict: coverage.Verdict) -> list[dict[str, Any]]:
    if verdict.by != "unit" or verdict.start is None or verdict.base_end is None:
        return []
    latest = _latest_start_out_of_cover(failed_on, verdict)
    return [{"change": "start_on_or_before", "values": {"day": latest.isoformat()}}]


def _what_would_cover(failed_on: date, verdict: coverage.Verdict) -> list[dict[str, Any]]:
    usage_failed = any(test.test == "usage" and not test.ok for test in verdict.tests)
    if usage_failed or verdict.start is None or verdict.base_end is None or verdict.base_end == verdict.start:
        return []
    day = _latest_start_out_of_cover(failed_on, verdict) + timedelta(days=1)
    return [{"change": "start_on_or_after", "values": {"day": day.isoformat()}}] if day <= failed_on else []


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

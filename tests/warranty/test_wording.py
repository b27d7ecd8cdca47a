"""Marks of the coach: a check only where nothing speaks against the claim."""

from datetime import timedelta
from typing import Any

from portal.core import clock, show
from portal.core.models import Event
from portal.core.timeline import entries_of
from warranty import wording


def test_why_a_person_looks_tells_the_risk_to_headquarters_only() -> None:
    found: dict[str, Any] = {"state": "in_review", "route": "reviewer", "reasons": ["risk", "audit_sample"]}

    assert wording.say("risk") in wording.say_decision(found, tells_risk=True)
    assert wording.say("risk") not in wording.say_decision(found)
    assert wording.say("audit_sample") in wording.say_decision(found)


def test_a_resembling_claim_warns_and_a_duplicate_refuses() -> None:
    match = {"id": "WC-1", "why": "repeat_repair"}

    assert wording.duplicate_proof({"hard": [], "soft": []}).mark == "✓"
    assert wording.duplicate_proof({"hard": [], "soft": [match]}).mark == "!"
    assert wording.duplicate_proof({"hard": [match], "soft": [match]}).mark == "✗"


def test_less_than_a_minute_is_not_called_nothing() -> None:
    assert show.span(timedelta(seconds=20)) == "不足 1 分"
    assert show.span(timedelta(seconds=60)) == "1 分"


def test_the_history_says_in_words_why_the_system_refused() -> None:
    event = Event(subject_type="warranty.warrantyclaim", kind="warrantyclaim.rejected", note="EW, INFO", at=clock.now())

    (entry,) = entries_of([event])
    event.note = "按合同条款核减"
    (typed,) = entries_of([event])

    assert entry.note == f"{wording.say('EW')}、{wording.say('INFO')}"
    assert typed.note == "按合同条款核减"

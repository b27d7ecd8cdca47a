"""What would change the answer, rule by rule: each row is a case, and the turns it must name, in the order of the rules."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from warranty import coverage, turning

SOLD, FAILED = date(2025, 3, 10), date(2026, 10, 4)
STD = coverage.PolicyFact("STD", "all", date(2020, 1, 1), None, {"whole_unit": 24, "core": 24, "wear": 0})
OLD = coverage.PolicyFact("OLD", "all", date(2015, 1, 1), date(2020, 1, 1), {"whole_unit": 60})
LIMITED = replace(STD, usage_limit=Decimal(1000))
FACTS = coverage.Facts(
    serial=coverage.Serial(known=True),
    failure_day=FAILED,
    repair_day=FAILED,
    part_class="whole_unit",
    remedy="replace",
    registration=coverage.RegistrationFact(SOLD, SOLD, True),
    policies=(STD,),
)
LATE = replace(FACTS, failure_day=date(2027, 6, 1), repair_day=date(2027, 6, 1))
CAMPAIGN = coverage.CampaignFact("C1", date(2026, 1, 1), date(2027, 1, 1), True, ("OP1",))
IN_C1 = replace(LATE, repair_day=date(2026, 12, 1), failure_day=date(2026, 12, 1), invoice_date=date(2020, 1, 1),
                registration=None, policies=(STD,))  # fmt: skip
CONTRACT = coverage.ExtensionFact("EX1", SOLD, 12, ("whole_unit",))
PIECE = coverage.PieceFact("claim", True, date(2027, 2, 1), 6)
GOODWILL = coverage.GoodwillFact(date(2027, 6, 1), {"part": Decimal(1)})
COVERED = [(1, "serial_scrapped", "refused"), (7, "cause_excluded", "refused")]  # named whenever the unit is covered

# what: the case; the facts; (rule, change, answer it would give, the value that matters) beside those of COVERED
CASES: list[tuple[str, coverage.Facts, list[tuple[int, str, str, str]]]] = [
    ("covered by the unit", FACTS, [
        (3, "start_on_or_before", "refused", "2024-10-04"), (5, "class_refused", "refused", "wear"),
        (5, "failure_after", "refused", "2027-03-10"),
    ]),
    ("out of the period", LATE, [
        (3, "start_on_or_after", "covered", "2025-06-02"), (5, "failure_by", "covered", "2027-03-09"),
        (5, "extension", "covered", "3"), (8, "piece_fitted", "covered", "2026-12-02"), (10, "goodwill", "covered", ""),
    ]),
    ("serial unknown", replace(FACTS, serial=coverage.Serial(known=False)), [(1, "serial_unknown", "covered", "")]),
    ("scrapped", replace(FACTS, serial=coverage.Serial(True, "scrapped")), [(1, "serial_blocked", "covered", "")]),
    ("wrong model", replace(FACTS, serial=coverage.Serial(True, model_agrees=False)), [
        (1, "model_mismatch", "covered", ""),
    ]),
    ("covered by a campaign", replace(IN_C1, campaigns=(CAMPAIGN,), op_code="OP1"), [
        (2, "campaign_over", "refused", "C1"),
    ]),
    ("campaign with another operation", replace(IN_C1, campaigns=(CAMPAIGN,), op_code="OP2"), [
        (2, "campaign_operation", "covered", "OP1"),
    ]),
    ("campaign used", replace(IN_C1, campaigns=(replace(CAMPAIGN, used=True),), op_code="OP1"), [
        (2, "campaign_used", "covered", "C1"),
    ]),
    ("campaign for others", replace(IN_C1, campaigns=(replace(CAMPAIGN, in_scope=False),), op_code="OP1"), [
        (2, "campaign_scope", "covered", "C1"),
    ]),
    ("campaign not open", replace(IN_C1, campaigns=(CAMPAIGN,), op_code="OP1", repair_day=date(2027, 2, 1)), [
        (2, "campaign_window", "covered", "2026-01-01"),
    ]),
    ("late registration", replace(FACTS, registration=coverage.RegistrationFact(SOLD, date(2025, 6, 1), True)), [
        (3, "registration_late", "covered", "2025-04-09"), (3, "start_unknown", "covered", "2024-10-05"),
    ]),
    ("registration waits", replace(FACTS, registration=coverage.RegistrationFact(SOLD, SOLD, False)), [
        (3, "registration_waits", "covered", "2025-03-10"), (3, "start_unknown", "covered", "2024-10-05"),
    ]),
    ("before the start", replace(FACTS, failure_day=date(2025, 3, 1)), [(3, "start_by", "covered", "2025-03-01")]),
    ("no policy", replace(FACTS, policies=()), [(4, "no_policy", "covered", "19")]),
    ("another policy", replace(LATE, policies=(STD, OLD)), [(4, "policy_other", "covered", "OLD")]),
    ("wear part", replace(FACTS, part_class="wear"), [(5, "class_covered", "covered", "whole_unit,core")]),
    ("extension pays", replace(LATE, extensions=(CONTRACT,)), [
        (5, "failure_after", "refused", "2028-03-10"), (5, "extension_cancelled", "refused", "EX1"),
    ]),
    ("extension of other classes", replace(LATE, extensions=(replace(CONTRACT, part_classes=("core",)),)), [
        (5, "extension_class", "covered", "EX1"),
    ]),
    ("extension bought late", replace(LATE, extensions=(replace(CONTRACT, bought_on=date(2027, 7, 1)),)), [
        (5, "extension_bought", "covered", "EX1"),
    ]),
    ("no reading", replace(FACTS, policies=(LIMITED,)), [(6, "usage_unknown", "covered", "1000")]),
    ("reading too high", replace(FACTS, policies=(LIMITED,), usage=Decimal(1200)), [
        (6, "usage_up_to", "covered", "1000"),
    ]),
    ("reading within", replace(FACTS, policies=(LIMITED,), usage=Decimal(900)), [(6, "usage_above", "refused", "1000")]),
    ("excluded cause", replace(FACTS, cause="misuse"), [(7, "cause", "covered", "")]),
    ("covered by the piece", replace(LATE, piece=PIECE), [(8, "piece_after", "refused", "2027-08-01")]),
    ("piece on an open claim", replace(LATE, piece=replace(PIECE, paid=False)), [(8, "piece_unpaid", "covered", "")]),
    ("core part repaired", replace(FACTS, failure_day=date(2025, 9, 1), part_class="core", remedy="repair"), [
        (9, "core_replace", "covered", ""),
    ]),
    ("core part replaced", replace(FACTS, failure_day=date(2025, 9, 1), part_class="core"), [
        (9, "core_repair", "refused", "2026-03-10"),
    ]),
    ("covered by goodwill", replace(LATE, goodwill=GOODWILL), [(10, "goodwill_after", "refused", "2027-06-01")]),
    ("goodwill expired", replace(LATE, goodwill=replace(GOODWILL, expires_on=date(2027, 5, 1))), [
        (10, "goodwill_expired", "covered", "2027-05-01"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "facts", "wanted"), CASES, ids=[case[0] for case in CASES])
def test_every_rule_says_what_would_turn_the_answer(
    what: str, facts: coverage.Facts, wanted: list[tuple[int, str, str, str]]
) -> None:
    found = coverage.turns(facts, coverage.judge(facts))

    named = {(turn.n, turn.change, turn.to) for turn in found}
    values = {turn.change: set(turn.values.values()) for turn in found}
    assert {row[:3] for row in wanted} <= named
    assert [row for row in wanted if row[3] and row[3] not in values[row[1]]] == []
    assert [turn.n for turn in found] == sorted(turn.n for turn in found)


def test_a_plain_case_names_nothing_else() -> None:
    _what, facts, wanted = CASES[0]

    found = {(turn.n, turn.change, turn.to) for turn in coverage.turns(facts, coverage.judge(facts))}

    assert found == {row[:3] for row in [*wanted, *COVERED]}


@given(st.integers(-400, 1500), st.sampled_from(["whole_unit", "core", "wear"]), st.sampled_from(["replace", "repair"]))
def test_the_named_start_day_is_the_very_day_that_turns_the_answer(days: int, part_class: str, remedy: str) -> None:
    failed = SOLD + timedelta(days=days)
    facts = replace(FACTS, failure_day=failed, repair_day=failed, part_class=part_class, remedy=remedy)
    now = coverage.judge(facts)

    for turn in coverage.turns(facts, now):
        assert (turn.to, turn.code) != (now.verdict, now.code)
        if turn.change in {"start_on_or_after", "start_on_or_before"}:
            named = date.fromisoformat(turn.values["day"])
            beyond = named + timedelta(days=-1 if turn.change == "start_on_or_after" else 1)
            assert _started(facts, named).covered != now.covered
            assert _started(facts, beyond).covered == now.covered


def _started(facts: coverage.Facts, day: date) -> coverage.Verdict:
    return coverage.judge(replace(facts, registration=coverage.RegistrationFact(day, day, True)))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_turn_is_said_in_both_languages(language: str) -> None:
    found: dict[str, Any] = {}
    for _what, facts, _wanted in CASES:
        for turn in coverage.turns(facts, coverage.judge(facts)):
            found.setdefault(turn.change, turning.as_json(turn))

    with translation.override(language):
        said = {change: turning.tell(turn).sentence for change, turn in found.items()}

    assert set(said) == set(turning.CONDITIONS)
    assert {change for change, sentence in said.items() if "%(" in sentence} == set()
    assert {sentence.isascii() for sentence in said.values()} == {language == "en"}

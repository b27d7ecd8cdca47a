"""What holds for every claim whatever its facts: caps, sums, order of lines, campaigns and goodwill, judging again."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from warranty import coverage, decision, pricing, risk
from warranty.assessment import Inputs, dump, judged, load
from warranty.assessment.inputs import LineInput
from warranty.duplicates import Duplicates, Match
from warranty.facts import Rates

SOLD = date(2025, 3, 10)
DAYS = st.integers(-40, 1500).map(lambda days: SOLD + timedelta(days=days))
MONEY = st.decimals(0, 5000, places=2)
HOURS = st.decimals(0, 12, places=1)
CLASSES = st.sampled_from(["whole_unit", "core", "wear"])
POLICY = st.builds(
    coverage.PolicyFact,
    id=st.sampled_from(["P1", "P2"]),
    level=st.sampled_from(["all", "model"]),
    valid_from=st.just(date(2020, 1, 1)),
    valid_to=st.sampled_from([None, date(2025, 1, 1)]),
    months=st.dictionaries(CLASSES, st.integers(0, 36)),
    usage_limit=st.one_of(st.none(), st.decimals(1, 10_000, places=0)),
)
FACTS = st.builds(
    coverage.Facts,
    serial=st.builds(coverage.Serial, known=st.booleans(), model_agrees=st.booleans()),
    failure_day=DAYS,
    repair_day=DAYS,
    part_class=CLASSES,
    remedy=st.sampled_from(["replace", "repair"]),
    cause=st.sampled_from(["", "misuse"]),
    op_code=st.just("OP-A"),
    registration=st.one_of(st.none(), st.just(coverage.RegistrationFact(SOLD, SOLD, True))),
    invoice_date=st.one_of(st.none(), DAYS),
    policies=st.lists(POLICY, max_size=3),
    repairs=st.lists(st.builds(coverage.RepairFact, DAYS, st.one_of(st.none(), DAYS)), max_size=2),
    usage=st.one_of(st.none(), st.decimals(0, 12_000, places=0)),
    piece=st.one_of(
        st.none(), st.builds(coverage.PieceFact, st.just("claim"), st.booleans(), DAYS, st.integers(0, 12))
    ),
)
PART = st.builds(
    pricing.Line, id=st.just(""), kind=st.just("part"), qty=st.integers(1, 5).map(Decimal), net_price=MONEY,
    bom_ok=st.booleans(), issued=st.booleans(),
)  # fmt: skip
LABOR = st.builds(
    pricing.Line, id=st.just(""), kind=st.just("labor"), op=st.sampled_from(["A", "B", "C"]), hours=HOURS,
    flat_hours=HOURS, access_group=st.sampled_from(["", "G"]),
)  # fmt: skip
TRAVEL = st.builds(pricing.Line, id=st.just(""), kind=st.just("travel"), km=st.decimals(0, 200, places=1))
OTHER = st.builds(pricing.Line, id=st.just(""), kind=st.sampled_from(["freight", "other"]), amount=MONEY)
CAMPAIGN = coverage.CampaignFact("SC-1", date(2020, 1, 1), None, True, ("OP-A",))


@st.composite
def claims(draw: st.DrawFn) -> Inputs:
    """A claim as read, with any facts and any lines."""
    lines = draw(st.lists(st.one_of(PART, LABOR, TRAVEL, OTHER), min_size=1, max_size=6))
    rows = [
        LineInput(position, line.kind, replace(line, id=str(position))) for position, line in enumerate(lines, start=1)
    ]
    facts = draw(FACTS)
    parts = [row.position for row in rows if row.kind == "part"] or [0]
    return Inputs(
        read_at=datetime(2026, 10, 5, 4, tzinfo=UTC),
        on=facts.repair_day,
        rule_set={"warranty.uplift": "1"},
        cover={position: replace(facts, part_class=draw(CLASSES)) for position in parts},
        lines=rows,
        terms=pricing.Terms(Decimal(80), Decimal("1.50"), Decimal(20), straight_km=Decimal(20)),
        rates=Rates("B", Decimal(80), Decimal("1.50"), Decimal(20)),
        rivals=Duplicates((), draw(st.sampled_from([(), (Match("WC-1", "repeat_repair"),)]))),
        risk=draw(st.builds(risk.Facts, photo_reused=st.booleans(), part_not_issued=st.booleans())),
        findings=[],
        station_entitled=draw(st.booleans()),
        limits=decision.Settings(),
    )


@given(claims())
@settings(max_examples=100, deadline=None)
def test_nothing_is_allowed_beyond_what_is_claimed_and_sums_tie(inputs: Inputs) -> None:
    price = judged(inputs).price

    assert all(0 <= line.allowed <= line.claimed for line in price.lines)
    assert price.claimed == sum(line.claimed for line in price.lines)
    assert price.allowed == sum(line.allowed for line in price.lines)


@given(claims(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_lines_does_not_matter(inputs: Inputs, dice: st.DataObject) -> None:
    shuffled = list(inputs.lines)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]

    one, other = judged(inputs), judged(replace(inputs, lines=shuffled))

    assert (one.price.claimed, one.price.allowed, one.decision) == (
        other.price.claimed,
        other.price.allowed,
        other.decision,
    )


@given(claims(), st.integers(0, 100), st.booleans())
@settings(max_examples=100, deadline=None)
def test_a_campaign_or_goodwill_never_lowers_what_is_allowed(inputs: Inputs, share: int, open_campaign: bool) -> None:
    percent = dict.fromkeys(coverage.KINDS, Decimal(share) / 100)
    goodwill = coverage.GoodwillFact(date(2100, 1, 1), percent)
    given_more = {
        position: replace(facts, campaigns=[CAMPAIGN]) if open_campaign else replace(facts, goodwill=goodwill)
        for position, facts in inputs.cover.items()
    }

    before, after = judged(inputs).price, judged(replace(inputs, cover=given_more)).price

    assert after.allowed >= before.allowed


@given(claims())
@settings(max_examples=100, deadline=None)
def test_what_was_stored_is_judged_again_to_the_same_bytes(inputs: Inputs) -> None:
    stored = json.dumps(dump(inputs), sort_keys=True)

    again = judged(load(json.loads(stored)))

    assert json.dumps(again.explanation) == json.dumps(judged(inputs).explanation)
    assert json.dumps(dump(again.inputs), sort_keys=True) == stored

"""How far a station is trusted: peers, sampled claims, limits that fall back, audits of the region."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.accounts.roles import Role
from portal.core import clock, jobs
from portal.core.models import Notification
from portal.core.parameters import set_parameter
from portal.core.states import TransitionNotAllowed
from tests.conftest import as_user
from tests.factories.claims import Bench, make_bench, noon
from tests.factories.stations import make_member, make_station, make_user
from warranty import audits, peer_figures, review
from warranty.models import (
    LimitFallback,
    RegionAudit,
    SampleAudit,
    StationClaimRate,
    StationModelCost,
    WarrantyClaim,
)

DAY = date(2026, 10, 5)
SHORT: dict[str, Any] = {"qty": "1", "hours": "1.2", "km": ""}
CUT = "现场照片与申报数量不一致"


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(DAY))
    yield
    clock.set(None)


@pytest.fixture
def bench(db: None) -> Bench:
    return make_bench()


@pytest.fixture
def sampled(bench: Bench) -> Bench:
    """Every claim is drawn for a check."""
    set_parameter(
        "warranty.audit_sample_percent", Decimal(100), valid_from=noon(date(2026, 1, 1)),
        actor=make_user(Role.SERVICE_MANAGER),
    )  # fmt: skip
    return bench


def decide(claim: WarrantyClaim, kind: str, share: str) -> WarrantyClaim:
    """A reviewer grants this share of the lines of the kind, and all of the others."""
    rows = [
        review.LineDecision(line.pk, line.claimed_amount * Decimal(share), "OTHER", CUT)
        if line.kind == kind
        else review.LineDecision(line.pk, line.claimed_amount)
        for line in claim.lines.all()
    ]
    return review.decide_lines(claim, decisions=rows, actor=make_user(Role.REVIEWER))


def test_the_second_error_among_checked_claims_lowers_the_limit(sampled: Bench) -> None:
    """An error is a line cut by more than a tenth of what the rules allow; it lowers the limit once."""
    station, found = sampled.station, []
    for kind, share in [("", "1"), ("part", "0.90"), ("part", "0.89"), ("labor", "0.5"), ("labor", "0.5")]:
        claim = sampled.submitted(**SHORT)
        assert "audit_sample" in claim.explanation["decision"]["reasons"]
        decide(claim, kind, share)
        found.append((SampleAudit.objects.get(claim=claim).error_count, LimitFallback.objects.count()))

    assert found == [(0, 0), (0, 0), (1, 0), (1, 1), (1, 1)]
    lowered = LimitFallback.objects.get(station=station)
    assert (lowered.started_on, lowered.half_from, lowered.ended_on) == (
        DAY, DAY + timedelta(90), DAY + timedelta(180),
    )  # fmt: skip
    assert lowered.audits.count() == 2


def test_a_lowered_limit_sends_claims_to_a_person_and_is_lifted_with_a_reason(bench: Bench) -> None:
    assert bench.submitted(**SHORT).status == "approved"
    LimitFallback.objects.create(
        station=bench.station, started_on=DAY, half_from=DAY + timedelta(90), ended_on=DAY + timedelta(180)
    )
    claim = bench.submitted(**SHORT)
    assert (claim.status, claim.explanation["decision"]["reasons"]) == ("in_review", ["limit_lowered"])
    approver = make_user(Role.APPROVER)
    with pytest.raises(audits.FindingMissing):
        audits.lift_fallback(bench.station, reason="好", actor=approver)

    audits.lift_fallback(bench.station, reason="复核后确认是编码错误", actor=approver)

    assert bench.submitted(**SHORT).status == "approved"
    with pytest.raises(audits.NotLowered):
        audits.lift_fallback(bench.station, reason="复核后确认是编码错误", actor=approver)


def test_a_lowered_limit_rises_again_by_itself(bench: Bench) -> None:
    LimitFallback.objects.create(
        station=bench.station, started_on=DAY, half_from=DAY + timedelta(90), ended_on=DAY + timedelta(180)
    )

    shares = [audits.earned_share(bench.station.pk, DAY + timedelta(days)) for days in (-1, 0, 89, 90, 179, 180)]

    assert shares == [1, 0, 0, Decimal("0.5"), Decimal("0.5"), 1]


def test_figures_of_peers_are_counted_from_claims_and_served_units(bench: Bench) -> None:
    for _claim in range(2):
        bench.submitted(**SHORT)
    bench.job(**SHORT)

    peer_figures.count_peer_figures()
    peer_figures.count_peer_figures()

    cost = StationModelCost.objects.get(station=bench.station)
    rate = StationClaimRate.objects.get(station=bench.station)
    assert (cost.claim_count, cost.grade, rate.claim_count, rate.unit_count) == (2, "B", 2, 3)
    assert (cost.mean_cost, rate.claims_per_100) == (Decimal("261.00"), Decimal("66.667"))


def test_a_station_far_above_its_peers_earns_points_with_their_figures(bench: Bench) -> None:
    """C23: the station itself is not its peer; eight others of the grade are."""
    for cost in ("90", "95", "100", "100", "100", "105", "110", "115"):
        station = make_station()
        figures = {"station": station, "grade": "B", "claim_count": 9, "counted_on": DAY}
        StationModelCost.objects.create(product_model=bench.model, mean_cost=cost, **figures)
        StationClaimRate.objects.create(unit_count=90, claims_per_100="10", **figures)
    own = {"station": bench.station, "grade": "B", "claim_count": 9, "counted_on": DAY}
    StationModelCost.objects.create(product_model=bench.model, mean_cost="900", **own)
    StationClaimRate.objects.create(unit_count=10, claims_per_100="90", **own)

    claim = bench.submitted(**SHORT)

    items = {item["item"]: item for item in claim.explanation["risk"]["items"]}
    assert (claim.risk_score, set(items)) == (35, {"cost_outlier", "claim_rate"})
    assert Decimal(items["cost_outlier"]["peers"]["median"]) == 100
    assert items["cost_outlier"]["peers"]["count"] == "8"
    assert claim.explanation["decision"]["reasons"] == ["risk"]


def test_the_score_is_not_for_the_station(bench: Bench) -> None:
    claim = bench.submitted(**SHORT)
    url = claim.get_absolute_url()

    assert "风险" not in as_user(bench.owner).get(url).content.decode()
    assert "风险" in as_user(make_user(Role.REVIEWER)).get(url).content.decode()


def test_a_high_score_asks_the_region_and_its_finding_stays(bench: Bench) -> None:
    manager = make_member(Role.REGION_MANAGER, region=bench.station.center.region)
    claim = bench.submitted(**SHORT)
    assert not RegionAudit.objects.exists()
    WarrantyClaim.objects.filter(pk=claim.pk).update(risk_score=60)
    claim.refresh_from_db()
    audit = audits.open_region_audit(claim, at=clock.now())
    assert audit is not None
    assert audits.open_region_audit(claim, at=clock.now()) is None
    jobs.drain()
    assert Notification.objects.filter(user=manager, kind="regionaudit.opened").exists()
    assert as_user(bench.owner).get(audit.get_absolute_url()).status_code == 404
    assert audit.number in as_user(make_user(Role.APPROVER)).get(claim.desk_url).content.decode()

    answer = as_user(manager).post(
        f"{audit.get_absolute_url()}close/", {"outcome": "wrong", "finding": "客户说当天没有人上门更换过零件"}
    )

    audit.refresh_from_db()
    assert (answer.status_code, audit.status, audit.closed_by) == (302, "wrong", manager)
    with pytest.raises(TransitionNotAllowed):
        audits.close_region_audit(audit, wrong=False, finding="客户说当天没有人上门更换过零件", actor=manager)
    assert RegionAudit.objects.filter(status="wrong").count() == 1

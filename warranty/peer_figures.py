"""How stations compare: counted for all in two statements every night, read for one claim at a time (rules.md 3.5)."""

from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from portal.core import clock
from portal.core.calendar import add_months
from portal.core.written import Written
from stations.grading import grades_on
from warranty import risk
from warranty.models import StationClaimRate, StationModelCost
from warranty.states import NOT_HOLDING

MONTHS = 12
COSTS = """
    INSERT INTO warranty_stationmodelcost (station_id, product_model_id, grade, claim_count, mean_cost, counted_on)
    SELECT station_id, claim.product_model_id, graded.grade, count(*), round(avg(claim.claimed_total), 2), %(on)s
    FROM warranty_warrantyclaim AS claim
    JOIN unnest(%(stations)s::bigint[], %(grades)s::text[]) AS graded (station_id, grade) USING (station_id)
    WHERE claim.submitted_at >= %(since)s AND claim.status <> ALL (%(not_holding)s::text[]) AND claim.product_model_id IS NOT NULL
    GROUP BY station_id, claim.product_model_id, graded.grade
"""
RATES = """
    WITH claimed AS (
        SELECT station_id, count(*) AS claims FROM warranty_warrantyclaim
        WHERE submitted_at >= %(since)s AND status <> ALL (%(not_holding)s::text[]) GROUP BY station_id
    ), served AS (
        SELECT job.station_id, count(DISTINCT request.unit_id) AS units
        FROM service_workorder AS job JOIN service_servicerequest AS request ON request.id = job.request_id
        WHERE job.status = 'completed' AND job.repaired_on >= %(day)s GROUP BY job.station_id
    )
    INSERT INTO warranty_stationclaimrate (station_id, grade, claim_count, unit_count, claims_per_100, counted_on)
    SELECT station_id, graded.grade, coalesce(claimed.claims, 0), served.units,
        round(coalesce(claimed.claims, 0) * 100.0 / served.units, 3), %(on)s
    FROM served
    JOIN unnest(%(stations)s::bigint[], %(grades)s::text[]) AS graded (station_id, grade) USING (station_id)
    LEFT JOIN claimed USING (station_id)
    WHERE served.units > 0
"""


@transaction.atomic
def count_peer_figures() -> None:
    """Mean claimed amounts by station and model, and claims per 100 served units, of the last twelve months.

    Cost is what was claimed, not what was granted: a station that asks for too much is to be seen before it is cut.
    """
    today = clock.today()
    since = add_months(today, -MONTHS)
    grades = grades_on(today)
    facts: dict[str, Any] = {
        "stations": list(grades),
        "grades": [str(grade) for grade in grades.values()],
        "since": clock.start_of(since),
        "day": since,
        "on": today,
        "not_holding": [str(status) for status in NOT_HOLDING],
    }
    StationModelCost.objects.all().delete()
    StationClaimRate.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(COSTS, facts)
        cursor.execute(RATES, facts)


_costs = Written(
    lambda grade, station, product_model: StationModelCost.objects.filter(
        Q(grade=grade) | Q(station_id=station), product_model_id=product_model
    ).values_list("station_id", "mean_cost")
)
_claim_rates = Written(
    lambda grade, station: StationClaimRate.objects.filter(Q(grade=grade) | Q(station_id=station)).values_list(
        "station_id", "claims_per_100"
    )
)


def compared(station_id: int, product_model_id: int | None, grade: str) -> risk.Facts:
    """The station's mean claim of the model and its claim rate beside those of the other stations of its grade."""
    costs = dict(_costs(grade, station_id, product_model_id))
    rates = dict(_claim_rates(grade, station_id))
    cost, rate = costs.pop(station_id, None), rates.pop(station_id, None)
    return risk.Facts(
        station_cost=cost,
        cost_peers=risk.peers_of(list(costs.values())) if cost is not None else None,
        claims_per_100=rate,
        rate_peers=risk.peers_of(list(rates.values())) if rate is not None else None,
    )


def counted_on() -> date | None:
    """The day the figures are of; None before the first night."""
    return StationClaimRate.objects.values_list("counted_on", flat=True).first()

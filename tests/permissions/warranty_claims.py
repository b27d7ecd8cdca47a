"""Claims and registrations."""

from datetime import timedelta
from typing import Any

from portal.core import clock
from tests.factories.claims import make_bench
from tests.factories.stations import make_grade
from tests.permissions import FIELD, HQ, STATION, STATION_A, STATION_B, SUPPLIERS, Row, only

READERS = (*HQ, *FIELD, *STATION_A)
BLIND = (*STATION_B, *SUPPLIERS, "outsider")  # the claim lies outside of their scope
OFFICE_A = ("owner_a", "clerk_a")


def bench_of(cast: Any) -> Any:
    """Station A, grade B, with what a claim needs."""
    make_grade(station=cast.station_a, grade="B")
    return make_bench(station=cast.station_a)


def draft(cast: Any) -> list[Any]:
    """A draft of station A."""
    return [bench_of(cast).draft().pk]


def submitted(cast: Any) -> list[Any]:
    """A decided claim of station A."""
    bench, today = bench_of(cast), clock.today()
    return [bench.submitted(bench.unit(today - timedelta(days=100)), failed_on=today).pk]


def job(cast: Any) -> list[Any]:
    """A finished job of station A."""
    return [bench_of(cast).job().pk]


def line(cast: Any) -> list[Any]:
    """A line of a draft of station A."""
    return [bench_of(cast).draft().lines.order_by("position").first().pk]


ROWS = [
    Row("claim_list", get=only(*HQ, *FIELD, *STATION)),
    Row("claim_queue", get=only("reviewer", "approver")),
    Row("claimable_jobs", get=only(*STATION)),
    Row("claim_draft", args=job, get=only(*STATION_A, hidden=BLIND)),
    Row("claim_detail", args=submitted, get=only(*READERS, hidden=BLIND)),
    Row("claim_edit", args=draft, get=only(*STATION_A, hidden=BLIND)),
    Row("claim_coach", args=draft, get=only(*STATION_A, ok=405, hidden=BLIND)),
    Row("claim_submit", args=draft, get=only(*OFFICE_A, hidden=BLIND)),
    Row("claim_withdraw", args=draft, get=only(*OFFICE_A, hidden=BLIND)),
    Row("claim_answer", args=draft, get=only(*OFFICE_A, hidden=BLIND)),
    Row("claim_replace", args=submitted, get=only(*STATION_A, hidden=BLIND)),
    Row("claim_photo", args=draft, get=only(*STATION_A, hidden=BLIND)),
    Row("claim_add_line", args=draft, get=only(*STATION_A, hidden=BLIND)),
    Row("claim_remove_line", args=line, get=only(*STATION_A, hidden=BLIND)),
    Row("registration_list", get=only(*HQ, *STATION)),
    Row("registration_new", get=only("owner_a", "clerk_a", "owner_b", "clerk_b")),
]

"""What a reviewer reads beside a claim: its unit, its station, its technician, its peers, what resembles it, what it risks.

A fixed number of queries whatever the claim; nothing is written. Not here: coverage and price, which the claim stores itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from portal.core import clock, show
from service.models import WorkOrder
from warranty.models import ClaimLine, ClaimStatus, WarrantyClaim
from warranty.risk import POINTS
from warranty.wording import say

FEW: Final = 6
YEAR: Final = timedelta(days=365)
PEER_LINES: Final = 500  # the latest of a year; a median does not move by more
DECIDED: Final = (
    ClaimStatus.APPROVED,
    ClaimStatus.PARTIALLY_APPROVED,
    ClaimStatus.REJECTED,
    ClaimStatus.SETTLED,
    ClaimStatus.PAID,
)
SHORT: Final = (
    "number",
    "status",
    "serial_number",
    "failed_on",
    "complaint",
    "claimed_total",
    "approved_total",
    "station",
)


@dataclass(frozen=True)
class Peers:
    """Claims for the same operation on the same model within a year: how many, and the middle claimed total, CNY."""

    operation: str
    everywhere: int
    median: Decimal | None
    here: int
    median_here: Decimal | None


@dataclass(frozen=True)
class Figures:
    """A station's claims of the last 365 days."""

    count: int
    claimed: Decimal
    approved: Decimal
    rejected: int
    decided: int

    @property
    def cut_percent(self) -> Decimal | None:
        """What was not granted of what was claimed, of the decided ones."""
        return (1 - self.approved / self.claimed) * 100 if self.claimed else None


@dataclass(frozen=True)
class Twin:
    """Another claim that resembles this one, why, and what of the two is equal."""

    claim: WarrantyClaim | None
    number: str
    why: Sequence[str]
    is_hard: bool
    equal: Sequence[tuple[str, str, str, bool]]  # field, this, the other, equal


@dataclass(frozen=True)
class RiskItem:
    """One contribution: points earned of the points it can earn, with what was found."""

    text: str
    points: int
    value: str


@dataclass(frozen=True)
class Story:
    """Everything beside the claim's own lines, proofs and pictures."""

    of_unit: list[WarrantyClaim]
    repairs: list[WorkOrder]
    of_station: list[WarrantyClaim]
    of_technician: list[WarrantyClaim]
    figures: Figures
    peers: list[Peers]
    twins: list[Twin]
    risk: list[RiskItem]
    passed: list[str]


def story_of(claim: WarrantyClaim, lines: Sequence[ClaimLine]) -> Story:
    """The story of a claim whose station, unit, job and technician are loaded."""
    others = WarrantyClaim.objects.exclude(pk=claim.pk).exclude(number="").only(*SHORT).select_related("station")
    repairs = WorkOrder.objects.filter(request__unit=claim.unit_id, repaired_on__isnull=False).exclude(
        pk=claim.work_order_id
    )
    technician = claim.work_order.technician_id
    found = claim.explanation.get("risk", {}).get("items", [])
    scored = {item["item"] for item in found}
    return Story(
        of_unit=list(others.filter(serial_number=claim.serial_number).order_by("-failed_on", "-pk")[:FEW]),
        repairs=list(repairs.select_related("station").order_by("-repaired_on", "-pk")[:FEW]) if claim.unit_id else [],
        of_station=list(others.filter(station=claim.station_id).order_by("-drafted_at", "-pk")[:FEW]),
        of_technician=list(others.filter(work_order__technician=technician).order_by("-pk")[:FEW])
        if technician
        else [],
        figures=figures_of(claim),
        peers=[peers_of(claim, line) for line in lines if line.operation_id][:3],
        twins=twins_of(claim, lines),
        risk=[RiskItem(say(item["item"]), item["points"], item.get("value", "")) for item in found],
        passed=[say(name) for name in POINTS if name not in scored],
    )


def figures_of(claim: WarrantyClaim) -> Figures:
    """The year of the claim's station."""
    since = clock.now() - YEAR
    of_station = WarrantyClaim.objects.filter(station=claim.station_id, drafted_at__gte=since).exclude(number="")
    decided = Q(status__in=DECIDED)
    row = of_station.aggregate(
        count=Count("pk"),
        claimed=Sum("claimed_total", filter=decided),
        approved=Sum("approved_total", filter=decided),
        rejected=Count("pk", filter=Q(status=ClaimStatus.REJECTED)),
        decided=Count("pk", filter=decided),
    )
    nothing = Decimal("0.00")
    return Figures(row["count"], row["claimed"] or nothing, row["approved"] or nothing, row["rejected"], row["decided"])


PEERS_SQL: Final = """
    WITH latest AS (
        SELECT claim.claimed_total, claim.station_id
        FROM warranty_claimline line JOIN warranty_warrantyclaim claim ON claim.id = line.claim_id
        WHERE line.operation_id = %(operation)s AND claim.product_model_id = %(model)s
          AND claim.submitted_at >= %(since)s AND claim.status <> 'withdrawn' AND claim.id <> %(claim)s
        ORDER BY line.id DESC LIMIT %(most)s)
    SELECT count(*) FILTER (WHERE station_id <> %(station)s),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY claimed_total) FILTER (WHERE station_id <> %(station)s),
           count(*) FILTER (WHERE station_id = %(station)s),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY claimed_total) FILTER (WHERE station_id = %(station)s)
    FROM latest
"""


def peers_of(claim: WarrantyClaim, line: ClaimLine) -> Peers:
    """How the claim's total stands to claims for the same operation and model, elsewhere and at this station."""
    given = {
        "operation": line.operation_id, "model": claim.product_model_id, "since": clock.now() - YEAR,
        "claim": claim.pk, "station": claim.station_id, "most": PEER_LINES,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(PEERS_SQL, given)
        everywhere, median, here, median_here = cursor.fetchone()
    return Peers(str(line.operation), everywhere, _money(median), here, _money(median_here))


def _money(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.01"))


def twins_of(claim: WarrantyClaim, lines: Sequence[ClaimLine]) -> list[Twin]:
    """The claims that resembled this one when it was submitted, each with what is equal; one query for all."""
    found = claim.explanation.get("duplicates", {})
    why: dict[str, list[str]] = {}
    for match in [*found.get("hard", []), *found.get("soft", [])]:
        why.setdefault(match["id"], []).append(match["why"])
    if not why:
        return []
    hard = {match["id"] for match in found.get("hard", [])}
    rows = WarrantyClaim.objects.filter(number__in=why).select_related("station", "fault_code", "work_order")
    others = {row.number: row for row in rows.prefetch_related("lines__part", "lines__operation")}
    mine = _compared(claim, lines)
    return [
        Twin(
            others.get(number), number, [say(code) for code in codes], number in hard,
            _equal(mine, _compared(others[number], others[number].lines.all())) if number in others else [],
        )
        for number, codes in why.items()
    ]  # fmt: skip


def _compared(claim: WarrantyClaim, lines: Any) -> dict[str, str]:
    rows = list(lines)
    return {
        _("Serial number"): claim.serial_number,
        _("Failure day"): show.day(claim.failed_on),
        _("Fault code"): str(claim.fault_code or ""),
        _("Parts"): show.listed(sorted({row.part.number for row in rows if row.part})),
        _("Operations"): show.listed(sorted({row.operation.code for row in rows if row.operation})),
        _("Removed serial number"): show.listed(sorted({row.removed_serial for row in rows if row.removed_serial})),
        _("Work order"): claim.work_order.number,
        _("Station"): str(claim.station),
        _("Claimed"): show.money(claim.claimed_total),
    }


def _equal(mine: dict[str, str], theirs: dict[str, str]) -> list[tuple[str, str, str, bool]]:
    return [
        (name, value, theirs[name], bool(value) and value == theirs[name])
        for name, value in mine.items()
        if value or theirs[name]
    ]

"""Amounts that will stand on a station's statement: one function posts, all kinds go through it.

Not here: statements themselves (settlement). Source: rules.md 3.6, 3.8.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import connection, transaction

from portal.core import clock, statements
from portal.core.money import total
from portal.core.parameters import param
from stations.models import Incentive, Station
from warranty.failed_parts_rules import NOT_RETURNED, VERDICTS
from warranty.further_test_findings import RETESTED, borne_by_station, with_findings
from warranty.models import (
    Appeal,
    ChargebackLine,
    ClaimLine,
    ClosedMonth,
    FailedPart,
    ItemKind,
    PartBox,
    PieceShipment,
    SettlementItem,
    StationFine,
    WarrantyClaim,
)
from warranty.settlement_queries import SEPARATOR
from warranty.settlement_rules import month_of, next_month
from warranty.stakes import stake_anew

ADVISORY_SPACE = 76_013  # our own corner of PostgreSQL's advisory locks: one lock a station
CREDITED = ("approved", "partially_approved", "settled", "paid")


def hold_station(station_id: int) -> None:
    """Until the transaction ends nobody else posts to, builds or issues this station's statements.

    The first of all locks: before notes to suppliers, recovery cases and old parts, or two may wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [ADVISORY_SPACE, station_id])


def first_open_month(station_id: int, day: date) -> date:
    """The month of the day, or the first later one that is not closed for the station."""
    return first_open_months([station_id], day)[station_id]


def first_open_months(stations: Collection[int], day: date) -> dict[int, date]:
    """The same for each of the stations, by key, in one query."""
    first = month_of(day)
    closed = ClosedMonth.objects.filter(station_id__in=list(stations), period__gte=first)
    shut = set(closed.values_list("station_id", "period"))
    found = {}
    for station in stations:
        period = first
        while (station, period) in shut:
            period = next_month(period)
        found[station] = period
    return found


def tax_rate(station: Station, kind: str, at: datetime) -> Decimal:
    """The rate as a fraction: by the dealer's taxpayer type and the kind of line, in force on the day."""
    return _rate_on(station.dealer.taxpayer_type, kind, at)


def _rate_on(taxpayer_type: str, kind: str, at: date) -> Decimal:
    group = "freight" if kind == ItemKind.FREIGHT else "claim"
    percent: Decimal = param(f"warranty.tax_{taxpayer_type}_{group}_percent", at)
    return percent / 100


@transaction.atomic
def post_item(
    station: Station,
    *,
    kind: str,
    source: str,
    at: datetime,
    amounts: Mapping[str, Decimal],
    rate: Decimal | None = None,
    **facts: Any,
) -> SettlementItem | None:
    """One item more for the station's statements; None when this source was posted before.

    amounts: signed, by kind of cost (parts, labor, travel, other), CNY, tax excluded; they make the item's amount.
    A closed month is never posted into: the item then waits for the first open one.
    """
    hold_station(station.pk)
    if SettlementItem.objects.filter(kind=kind, source=source).exists():
        return None
    columns = {f"{name}_amount": amounts.get(name, Decimal(0)) for name in ("parts", "labor", "travel", "other")}
    return statements.insert(
        SettlementItem(
            station=station,
            kind=kind,
            source=source,
            at=at,
            period=first_open_month(station.pk, clock.local_date(at)),
            amount=total(columns.values()),
            tax_rate=tax_rate(station, kind, at) if rate is None else rate,
            **columns,
            **facts,
        )
    )


COLUMN_OF = {"part": "parts", "labor": "labor", "travel": "travel"}


def approved_amounts(lines: Iterable[ClaimLine]) -> dict[str, Decimal]:
    """A claim's approved amounts by column of the statement."""
    amounts: dict[str, Decimal] = {}
    for line in lines:
        column = COLUMN_OF.get(line.kind, "other")
        amounts[column] = amounts.get(column, Decimal(0)) + (line.approved_amount or 0)
    return amounts


def credit_claim(claim: WarrantyClaim) -> SettlementItem | None:
    """A decided claim's approved amount will stand on the statement of the month of its approval."""
    lines = list(claim.lines.select_related("part").order_by("pk"))
    amounts = approved_amounts(lines)
    if claim.status not in CREDITED or claim.decided_at is None or not any(amounts.values()):
        return None
    parts = [line.part.name for line in lines if line.kind == "part" and line.part]
    model = claim.unit.product_model.code if claim.unit else ""
    return post_item(
        claim.station,
        kind=ItemKind.CLAIM,
        source=f"{claim.number}/1",
        at=claim.decided_at,
        amounts=amounts,
        claim=claim,
        text=" / ".join([model, *parts[:2]])[:200],
    )


def credit_appeal(appeal: Appeal) -> SettlementItem | None:
    """What was granted on appeal will stand on the statement of the month of that decision, as a line of its own."""
    claim = appeal.claim
    rows = list(appeal.lines.select_related("line__part").order_by("line"))
    amounts: dict[str, Decimal] = {}
    for row in rows:
        column = COLUMN_OF.get(row.line.kind, "other")
        amounts[column] = amounts.get(column, Decimal(0)) + row.granted_amount
    if appeal.decided_at is None or not any(amounts.values()) or claim.status == "reversed":
        return None
    parts = [row.line.part.name for row in rows if row.granted_amount and row.line.part]
    return post_item(
        appeal.station,
        kind=ItemKind.APPEAL,
        source=appeal.number,
        at=appeal.decided_at,
        amounts=amounts,
        claim=claim,
        text=" / ".join([claim.number, *parts[:2]])[:200],
    )


def credit_appeals(station: Station, before: datetime) -> None:
    """Appeals of the station decided before the instant whose credit was not posted yet are posted."""
    posted = SettlementItem.objects.filter(station=station, kind=ItemKind.APPEAL).values("source")
    late = Appeal.objects.filter(station=station, decided_at__lt=before, granted_total__gt=0).exclude(number__in=posted)
    for appeal in late.select_related("claim", "station__dealer").order_by("pk"):
        credit_appeal(appeal)


def credit_freight(box: PartBox, *, at: datetime) -> SettlementItem | None:
    """The freight of a received box is owed to the station."""
    return post_item(
        box.station,
        kind=ItemKind.FREIGHT,
        source=box.number,
        at=at,
        amounts={"other": box.freight_allowed or Decimal(0)},
        box=box,
        text=f"{box.carrier} {box.waybill}"[:200],
    )


def debit_freight(shipment: PieceShipment, *, at: datetime) -> SettlementItem | None:
    """The freight of old parts that go back to a station is the station's, once."""
    if shipment.station is None:
        return None
    return post_item(
        shipment.station,
        kind=ItemKind.FREIGHT,
        source=shipment.number,
        at=at,
        amounts={"other": -shipment.cost},
        text=f"{shipment.carrier} {shipment.waybill}"[:200],
    )


def credit_incentive(incentive: Incentive) -> SettlementItem | None:
    """A granted incentive will stand on the statement of the month it was approved in, once."""
    return post_item(
        incentive.station,
        kind=ItemKind.INCENTIVE,
        source=incentive.number,
        at=incentive.approved_at,
        amounts={"other": incentive.amount},
        text=f"{incentive.source} {incentive.text}"[:200],
    )


def credit_incentives(station: Station, before: datetime) -> None:
    """The station's incentives approved before the instant whose credit was not posted yet are posted."""
    posted = SettlementItem.objects.filter(station=station, kind=ItemKind.INCENTIVE).values("source")
    late = Incentive.objects.filter(station=station, approved_at__lt=before).exclude(number__in=posted)
    for incentive in late.select_related("station__dealer").order_by("pk"):
        credit_incentive(incentive)


def debit_fine(fine: StationFine, *, at: datetime) -> SettlementItem | None:
    """An approved fine costs the station its amount, by the number of the paper it rests on, once."""
    return post_item(
        fine.station,
        kind=ItemKind.FINE,
        source=fine.number,
        at=at,
        amounts={"other": -fine.amount},
        claim_id=fine.claim_id,
        reason=fine.reason_code.code,
        text=SEPARATOR.join([fine.reason_code.name, fine.document_number]),
    )


def credit_fine_back(fine: StationFine, *, at: datetime) -> SettlementItem | None:
    """A fine that was taken back is the station's again, at the rate it was debited with, once."""
    debited = SettlementItem.objects.get(kind=ItemKind.FINE, source=fine.number)
    return post_item(
        fine.station,
        kind=ItemKind.FINE_BACK,
        source=fine.number,
        at=at,
        amounts={"other": -debited.amount},
        rate=debited.tax_rate,
        claim_id=fine.claim_id,
        reason=debited.reason,
        text=debited.text,
    )


def debit_disputes(
    lines: Sequence[ChargebackLine], *, at: datetime, amounts: Mapping[int, Decimal] | None = None
) -> list[SettlementItem]:
    """What the stations bear of these disputed lines will stand on their statements, each line once, by few statements.

    lines: with case, claim, station and dealer read beside them; what each bears is its disputed amount. amounts: by the
    line's key, what was accepted of it and credited after a further test, which comes beside what was disputed.
    """
    tail = "" if amounts is None else "/t"
    by_source = {f"{line.case.number}/{line.kind}/{line.pk}{tail}": line for line in lines}
    borne = {line.pk: (line.disputed or Decimal(0)) if amounts is None else amounts[line.pk] for line in lines}
    stations = sorted({line.case.claim.station_id for line in lines})
    for key in stations:
        hold_station(key)
    posted = SettlementItem.objects.filter(kind=ItemKind.REROUTE, source__in=by_source)
    for source in posted.values_list("source", flat=True):
        del by_source[source]
    periods = first_open_months(stations, clock.local_date(at))
    rates = rates_of({line.claim_line_id or line.case.line_id for line in by_source.values()})
    found = borne_by_station(list(by_source.values()))
    return SettlementItem.objects.bulk_create(
        SettlementItem(
            station=line.case.claim.station,
            claim=line.case.claim,
            kind=ItemKind.REROUTE,
            source=source,
            at=at,
            period=periods[line.case.claim.station_id],
            amount=-borne[line.pk],
            tax_rate=rates[line.claim_line_id or line.case.line_id],
            text=with_findings([line.text, found.get(line.pk, "")]),
            reason=RETESTED if line.pk in found else "",
            **{f"{COLUMN_OF.get(line.kind, 'other')}_amount": -borne[line.pk]},
        )
        for source, line in by_source.items()
    )


def rates_of(lines: Collection[int]) -> dict[int, Decimal]:
    """By claim line (keys): the tax rate of the day it was granted, by its claim's decision or by its appeal alone.

    Whatever is taken back of a line bears the rate of its credit. Two queries. Source: rules.md 3.8.
    """
    rows = ClaimLine.objects.filter(pk__in=lines).select_related("claim__station__dealer", "appealed__appeal")
    granted = {row.pk: row for row in rows}
    credits = SettlementItem.objects.filter(
        claim__in={row.claim_id for row in granted.values()}, kind__in=[ItemKind.CLAIM, ItemKind.APPEAL]
    )
    known = {(claim, kind): rate for claim, kind, rate in credits.values_list("claim", "kind", "tax_rate")}
    found, of_day = {}, cache(_rate_on)
    for key, row in granted.items():
        kind, granted_at = granted_by(row)
        rate = known.get((row.claim_id, kind))
        if rate is None:  # its credit is still on its way
            day = clock.local_date(granted_at or clock.now())
            rate = of_day(row.claim.station.dealer.taxpayer_type, kind, day)
        found[key] = rate
    return found


def granted_by(line: ClaimLine) -> tuple[str, datetime | None]:
    """What credits the line, and when that was decided."""
    appealed = getattr(line, "appealed", None)
    if line.approved_amount or appealed is None or not appealed.granted_amount:
        return ItemKind.CLAIM, line.claim.decided_at
    return ItemKind.APPEAL, appealed.appeal.decided_at


def _is_credited(piece: FailedPart) -> bool:
    """Whether money stands for the piece's claim; asked under the station's lock, since a reversal takes back what it finds."""
    hold_station(piece.station_id)
    return WarrantyClaim.objects.paying().filter(pk=piece.claim_id).exists()


def debit_not_returned(piece: FailedPart, *, at: datetime) -> SettlementItem | None:
    """A piece that did not come in time costs its share of what its line is paid, reason PNR, once."""
    if not _is_credited(piece) or not (stake := stake_anew(piece)):
        return None
    return post_item(
        piece.station,
        kind=ItemKind.NOT_RETURNED,
        source=piece.number,
        at=at,
        amounts={"parts": -stake},
        rate=rates_of([piece.line_id])[piece.line_id],
        claim_id=piece.claim_id,
        failed_part=piece,
        reason=NOT_RETURNED,
        text=piece.part.name[:200],
    )


def was_debited(piece: FailedPart) -> bool:
    """Whether the piece cost its amount for not coming in time."""
    return SettlementItem.objects.filter(failed_part=piece, kind=ItemKind.NOT_RETURNED).exists()


def credit_waived(piece: FailedPart, *, at: datetime) -> SettlementItem | None:
    """A piece that need not come back any more costs nothing: its debit for staying away is credited back, once."""
    debited = SettlementItem.objects.filter(failed_part=piece, kind=ItemKind.NOT_RETURNED).first()
    if debited is None or not _is_credited(piece):
        return None
    return post_item(
        piece.station,
        kind=ItemKind.RETURNED_LATE,
        source=piece.number,
        at=at,
        amounts={"parts": -debited.amount},
        rate=debited.tax_rate,
        claim_id=piece.claim_id,
        failed_part=piece,
        reason=NOT_RETURNED,
        text=piece.part.name[:200],
    )


def settle_verdict(piece: FailedPart, verdict: str, *, at: datetime) -> SettlementItem | None:
    """A final verdict's effect: a late piece that is accepted is credited back; a refused one that was paid is debited.

    Nothing where the claim is not granted: it waits for this very verdict, or was reversed.
    """
    if not _is_credited(piece):
        return None
    debited = SettlementItem.objects.filter(failed_part=piece, kind=ItemKind.NOT_RETURNED).first()
    meaning = VERDICTS[verdict]
    if meaning.accepts == (debited is None):
        return None  # accepted in time, or refused and debited already
    amount = -debited.amount if debited else -stake_anew(piece)
    if not amount:
        return None
    return post_item(
        piece.station,
        kind=ItemKind.RETURNED_LATE if debited else ItemKind.APPRAISAL,
        source=piece.number,
        at=at,
        amounts={"parts": amount},
        rate=debited.tax_rate if debited else rates_of([piece.line_id])[piece.line_id],
        claim_id=piece.claim_id,
        failed_part=piece,
        reason=meaning.reason or NOT_RETURNED,
        text=piece.part.name[:200],
    )


def month_is_closed(station: Station, day: date) -> bool:
    """Whether the station's statement of the day's month has been issued."""
    return ClosedMonth.objects.filter(station=station, period=day.replace(day=1)).exists()

"""Drafts of statements: built with everything that waits, taken back when something is wrong."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from portal.core import clock, events
from portal.core.bulk import copy_rows
from portal.core.failpoints import failpoint
from portal.core.states import lock, move, move_alike, move_all
from stations.models import Station
from warranty import settlement_posting as posting
from warranty.models import (
    ItemKind,
    SettlementItem,
    Statement,
    StatementLine,
    StatementTaxGroup,
    WarrantyClaim,
)
from warranty.settlement.preview import DraftLine, drafted_lines, totals_of
from warranty.settlement.refusals import AlreadyIssued, NothingToSettle, require_over
from warranty.settlement_documents import frozen_header
from warranty.settlement_rules import next_month
from warranty.settlement_states import DEAD_STATEMENTS, StatementStatus

SETTLEABLE = ("approved", "partially_approved")
FIELDS = (
    "statement", "item", "position", "kind", "source", "text", "reason",
    "parts_amount", "labor_amount", "travel_amount", "other_amount", "amount", "tax_rate", "is_live", "dispute_reason",
)  # fmt: skip


@transaction.atomic
def build_statement(station: Station, period: date, *, actor: Any | None, at: datetime | None = None) -> Statement:
    """The month's draft stands, with every waiting item; a draft built before is voided and replaced.

    Claims on it are settled. Raises MonthNotOver, AlreadyIssued, NothingToSettle. Writes lines, tax groups, Events.
    """
    at = at or clock.now()
    require_over(period, clock.local_date(at))
    posting.hold_station(station.pk)
    present = Statement.objects.filter(station=station, period=period).exclude(status__in=DEAD_STATEMENTS).first()
    if present is not None:
        if not present.is_draft:
            raise AlreadyIssued(number=present.number)
        void_draft(present, actor=actor, at=at)
    _credit_missing(station, period)
    lines = drafted_lines(station, period)
    if not lines:
        raise NothingToSettle(station=station.name, period=f"{period:%Y-%m}")
    attempts = Statement.objects.filter(station=station, period=period).count()
    label = f"{station.code}/{period:%Y-%m}" + (f"/{attempts + 1}" if attempts else "")
    statement = write_statement(station, period, lines, number=label, actor=actor, at=at)
    events.record(statement, "statement.built", actor=actor, at=at, data={"net": str(statement.net)})
    move_claims(statement, SETTLEABLE, "settled", actor=actor, at=at, data={"statement": statement.number})
    return statement


def _credit_missing(station: Station, period: date) -> None:
    """Claims decided and incentives approved up to the month's end that were not posted yet, because their job is late."""
    end = clock.start_of(next_month(period))
    posting.credit_incentives(station, end)
    posting.credit_appeals(station, end)
    credited = SettlementItem.objects.filter(kind=ItemKind.CLAIM, claim=OuterRef("pk"))
    late = WarrantyClaim.objects.filter(~Exists(credited), station=station, status__in=SETTLEABLE)
    for claim in late.filter(decided_at__lt=end).order_by("pk"):
        posting.credit_claim(claim)


def write_statement(
    station: Station,
    period: date,
    lines: Sequence[DraftLine],
    *,
    number: str,
    actor: Any | None,
    at: datetime,
    **facts: Any,
) -> Statement:
    totals = totals_of(lines)
    statement = Statement.objects.create(
        station=station,
        period=period,
        number=number,
        built_by=actor,
        built_at=at,
        header=frozen_header(station, period),
        net=totals.net,
        tax=totals.tax,
        gross=totals.gross,
        payable=totals.payable,
        **facts,
    )
    rows = (
        (statement.pk, line.item.pk if line.item else None, position, line.kind, line.source, line.text, line.reason,
         *line.amounts, line.amount, line.tax_rate, True, "")
        for position, line in enumerate(lines, start=1)
    )  # fmt: skip
    copy_rows(StatementLine, FIELDS, rows)
    failpoint("statement.lines_written")
    carried = {each.tax_rate: each.amount for each in totals.carried}
    StatementTaxGroup.objects.bulk_create(
        StatementTaxGroup(
            statement=statement,
            tax_rate=group.tax_rate,
            brought_forward=group.brought_forward,
            net=group.net,
            tax=group.tax,
            carried=carried.get(group.tax_rate, Decimal(0)),
        )
        for group in totals.groups
    )
    return statement


def claims_on(statement: Statement, *, statuses: Sequence[str]) -> Any:
    """The claims that the statement credits and that stand so, in their order, kept from other writers."""
    lines = StatementLine.objects.filter(statement=statement, kind=ItemKind.CLAIM)
    found = WarrantyClaim.objects.filter(pk__in=lines.values("item__claim"), status__in=statuses).order_by("pk")
    return found.select_for_update(no_key=True, of=("self",))


def move_claims(
    statement: Statement, statuses: Sequence[str], to: str, *, actor: Any | None, at: datetime, data: dict[str, Any]
) -> None:
    """The claims that the statement credits and that stand in one of these states have the state `to`."""
    found: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    claims = claims_on(statement, statuses=statuses)
    for status, key, number, root in claims.values_list("status", "pk", "number", "root_number"):
        found[status].append((key, number, root or number))
    for status, named in found.items():
        move_alike(WarrantyClaim, named, status, to, actor=actor, at=at, data=data)


def unsettle(claims: Sequence[WarrantyClaim], actor: Any | None, at: datetime, note: str) -> None:
    """Claims whose line left its statement stand as they were decided."""
    keys = [claim.pk for claim in claims]
    locked = WarrantyClaim.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True, of=("self",))
    decided = [
        (claim, "approved" if claim.approved_total == claim.claimed_total else "partially_approved") for claim in locked
    ]
    move_all(decided, actor=actor, at=at, note=note)


@transaction.atomic
def void_draft(statement: Statement, *, actor: Any | None, at: datetime | None = None) -> Statement:
    """A draft is taken back; its items wait again and its claims are approved, not settled."""
    at = at or clock.now()
    statement = move(lock(statement), StatementStatus.VOIDED, actor=actor, at=at)
    unsettle(list(claims_on(statement, statuses=["settled"])), actor, at, statement.number)
    statement.lines.update(is_live=False)
    return statement

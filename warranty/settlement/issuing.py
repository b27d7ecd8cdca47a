"""A draft becomes a document: number, fingerprint, paper; the same data built again has the same fingerprint."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from portal.core import clock
from portal.core.failpoints import failpoint
from portal.core.numbering import take_number
from portal.core.parameters import param
from portal.core.states import lock, move
from stations.ideas import note_statement
from warranty import settlement_posting as posting
from warranty.models import ClosedMonth, ItemKind, Statement, StatementLine, StatementTaxGroup
from warranty.settlement.preview import DraftLine, draft_line, totals_of
from warranty.settlement_documents import issue_paper, statement_facts
from warranty.settlement_rules import canonical_hash
from warranty.settlement_states import StatementStatus


@transaction.atomic
def issue_statement(statement: Statement, *, actor: Any | None, at: datetime | None = None) -> Statement:
    """The statement has its number, its fingerprint and its paper; the station may answer; the month is closed.

    Raises TransitionNotAllowed for anything but a draft.
    """
    at = at or clock.now()
    posting.hold_station(statement.station_id)
    statement = lock(statement)
    if not statement.is_draft:
        return move(statement, StatementStatus.ISSUED, actor=actor, at=at)  # raises, naming both states
    ClosedMonth.objects.get_or_create(
        station_id=statement.station_id, period=statement.period, defaults={"closed_at": at}
    )
    return number_and_issue(statement, number=take_number("BS", at=at), actor=actor, at=at)


def number_and_issue(statement: Statement, *, number: str, actor: Any | None, at: datetime) -> Statement:
    statement.number, statement.issued_at = number, at
    statement.answer_by = clock.local_date(at) + timedelta(days=param("warranty.statement_answer_days", at))
    statement.header = statement.header | {"number": number, "issued_on": clock.local_date(at).isoformat()}
    lines = list(statement.lines.order_by("position"))
    facts = statement_facts(statement, lines=lines)
    statement.fingerprint = canonical_hash(facts)
    statement.save(update_fields=["number", "issued_at", "answer_by", "header", "fingerprint"])
    statement = move(statement, StatementStatus.ISSUED, actor=actor, at=at, data={"gross": str(statement.gross)})
    issue_paper(statement, lines, facts, actor=actor)
    failpoint("statement.filed")
    note_statement(incentives_on(statement), statement.number)
    return statement


def incentives_on(statement: Statement, *lines: int) -> list[str]:
    """The numbers of the incentives on the statement, or on these lines of it (by key)."""
    found = statement.lines.filter(kind=ItemKind.INCENTIVE)
    return list((found.filter(pk__in=lines) if lines else found).values_list("source", flat=True))


def rebuilt_fingerprint(statement: Statement) -> str:
    """The fingerprint as it comes out when the statement is built again from its items; equal, or something was changed."""
    return rebuilt_fingerprints([statement])[statement.pk]


def rebuilt_fingerprints(statements: Sequence[Statement]) -> dict[int, str]:
    """The same of several, by key: two queries, however many they are; their lines are in memory together."""
    lines = defaultdict[int, list[StatementLine]](list)
    rows = StatementLine.objects.filter(statement__among=[each.pk for each in statements]).select_related("item")
    for line in rows.order_by("statement", "position"):
        lines[line.statement_id].append(line)
    numbers = {each.source.rpartition("/")[0] for found in lines.values() for each in found if each.item is None}
    carried = _carried(numbers) if numbers else {}
    return {each.pk: _fingerprint(each, [_rebuilt(line, carried) for line in lines[each.pk]]) for each in statements}


def _fingerprint(statement: Statement, lines: Sequence[DraftLine]) -> str:
    totals = totals_of(
        lines, carries_gross=not statement.gross < 0 <= statement.net
    )  # no other statement has this foot
    return canonical_hash(statement_facts(statement, lines=lines, totals=totals))


def _carried(numbers: Collection[str]) -> dict[tuple[str, Decimal], Decimal]:
    """What these statements handed on, by number and tax rate."""
    groups = StatementTaxGroup.objects.filter(statement__number__in=numbers).select_related("statement")
    return {(each.statement.number, each.tax_rate): each.handed_on for each in groups}


def _rebuilt(line: StatementLine, carried: Mapping[tuple[str, Decimal], Decimal]) -> DraftLine:
    if line.item is not None:
        return draft_line(line.item)
    number, _slash, rate = line.source.rpartition("/")
    amounts = (Decimal(0), Decimal(0), Decimal(0), carried.get((number, Decimal(rate)), Decimal(0)))
    return DraftLine(None, line.kind, line.source, number, "", amounts, Decimal(rate))

"""The station's answer: it confirms, in words or by silence, or disputes lines, which brings a revision."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from portal.core import clock, events, jobs
from portal.core.parameters import param
from portal.core.states import lock, move
from stations.ideas import note_statement
from warranty import settlement_posting as posting
from warranty.four_eyes import words_missing
from warranty.models import ItemKind, SettlementItem, Statement, StatementLine, WarrantyClaim
from warranty.settlement.building import unsettle, write_statement
from warranty.settlement.issuing import incentives_on, number_and_issue
from warranty.settlement.payment import close_at_zero, post_to_dealer
from warranty.settlement.preview import DraftLine
from warranty.settlement.refusals import DisputeRefused
from warranty.settlement_rules import next_month
from warranty.settlement_states import StatementStatus


@transaction.atomic
def confirm_statement(
    statement: Statement, *, actor: Any | None, at: datetime | None = None, silently: bool = False
) -> Statement:
    """The station agrees; the dealer is owed the gross. Below 0 nothing is owed: the next statement takes the net up.

    A gross of 0.00 needs neither invoice nor transfer: the statement is paid at once. Posts
    one entry on the account's warranty leg, source the statement's number. Source: rules.md 3.8.
    """
    at = at or clock.now()
    statement = lock(statement)
    to = StatementStatus.CARRIED if statement.is_carried else StatementStatus.CONFIRMED
    statement = move(statement, to, actor=actor, at=at, data={"silent": silently, "gross": str(statement.gross)})
    statement.confirmed_at, statement.confirmed_silently = at, silently
    statement.save(update_fields=["confirmed_at", "confirmed_silently"])
    if to == StatementStatus.CARRIED:
        return statement
    if not statement.gross:
        return close_at_zero(statement, actor=None, at=at)  # nobody pays it
    post_to_dealer(statement, "statement", statement.gross, actor, at)
    return statement


def confirm_silent(*, at: datetime | None = None) -> int:
    """Statements unanswered after their last day are confirmed; how many. The daily job calls it."""
    at = at or clock.now()
    waiting = Statement.objects.filter(status=StatementStatus.ISSUED, answer_by__lt=clock.local_date(at))
    late = waiting.order_by("pk")
    return len(jobs.each("warranty.confirm_silent", lambda: late, lambda statement: _confirm_if_silent(statement, at)))


def _confirm_if_silent(statement: Statement, at: datetime) -> bool:
    """Whether silence confirms the statement just now; the station may have answered meanwhile."""
    posting.hold_station(statement.station_id)
    if lock(statement).status != StatementStatus.ISSUED:
        return False
    confirm_statement(statement, actor=None, at=at, silently=True)
    return True


def remind_silent(
    *, at: datetime | None = None, tell: Callable[[Statement], None] = lambda statement: None
) -> list[Statement]:
    """Statements that silence confirms within two days (D) have been reminded of, once each; which. One Event each.

    tell: what goes with each, in its own step.
    """
    at = at or clock.now()

    def remind(statement: Statement) -> Statement | None:
        if not Statement.objects.filter(pk=statement.pk, reminded_at=None).update(reminded_at=at):
            return None
        events.record(statement, "statement.reminded", actor=None, at=at)
        tell(statement)
        return statement

    return jobs.each("warranty.remind_silent", lambda: _soon_confirmed(at), remind)


def _soon_confirmed(at: datetime) -> Any:
    day = clock.local_date(at)
    last = day + timedelta(days=param("warranty.statement_reminder_days", at))
    waiting = Statement.objects.filter(status=StatementStatus.ISSUED, reminded_at=None, answer_by__range=(day, last))
    return waiting.select_related("station").order_by("pk")


@transaction.atomic
def dispute_lines(
    statement: Statement, *, reasons: Mapping[int, str], actor: Any, at: datetime | None = None
) -> Statement:
    """The statement is superseded by a revision without the disputed lines, which wait for the next month.

    reasons: by the line's pk. A line is disputed at most once. The old issue stays readable with its fingerprint.
    Answers the revision, issued. Raises DisputeRefused, TransitionNotAllowed.
    """
    at = at or clock.now()
    posting.hold_station(statement.station_id)
    statement = lock(statement)
    lines = list(statement.lines.select_related("item__claim").order_by("position"))
    disputed = {line.pk: line for line in lines if line.pk in reasons}
    _check_dispute(disputed, reasons, at)
    statement = move(statement, StatementStatus.SUPERSEDED, actor=actor, at=at)
    for line in disputed.values():
        line.dispute_reason = reasons[line.pk].strip()[:300]
        line.save(update_fields=["dispute_reason"])
        if line.item:
            _defer(line.item, statement)
    statement.lines.update(is_live=False)
    note_statement(incentives_on(statement, *disputed), "")
    claims = [
        line.item.claim
        for line in disputed.values()
        if line.item and line.item.claim and line.item.claim.status == "settled"
    ]
    unsettle([claim for claim in claims if _is_credit(claim, disputed)], actor, at, statement.number)
    return _revise(statement, [line for line in lines if line.pk not in reasons], actor, at)


def _check_dispute(disputed: Mapping[int, StatementLine], reasons: Mapping[int, str], at: datetime) -> None:
    named = len(disputed) == len(reasons) and bool(reasons)
    fresh = all(line.item is not None and not line.item.was_disputed for line in disputed.values())
    said = not any(words_missing(reason, at) for reason in reasons.values())
    if not (named and fresh and said):
        raise DisputeRefused(least=param("warranty.text_length", at))


def _is_credit(claim: WarrantyClaim, disputed: Mapping[int, StatementLine]) -> bool:
    """Whether it is the claim's own credit that is disputed, not a debit beside it."""
    own = (line.item for line in disputed.values() if line.kind == ItemKind.CLAIM)
    return any(item is not None and item.claim_id == claim.pk for item in own)


def _defer(item: SettlementItem, statement: Statement) -> None:
    later = posting.first_open_month(statement.station_id, next_month(statement.period))
    SettlementItem.objects.filter(pk=item.pk).update(period=later, was_disputed=True)


def _revise(statement: Statement, kept: Sequence[StatementLine], actor: Any, at: datetime) -> Statement:
    base, revision = statement.number.split("-R")[0], statement.revision + 1
    lines = [
        DraftLine(
            line.item,
            line.kind,
            line.source,
            line.text,
            line.reason,
            (line.parts_amount, line.labor_amount, line.travel_amount, line.other_amount),
            line.tax_rate,
        )
        for line in kept
    ]
    number = f"{base}-R{revision}"
    made = write_statement(
        statement.station,
        statement.period,
        lines,
        number=number,
        actor=actor,
        at=at,
        revision=revision,
        supersedes=statement,
    )
    return number_and_issue(made, number=number, actor=None, at=at)  # the system issues it, at the station's dispute

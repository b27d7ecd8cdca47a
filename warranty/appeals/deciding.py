"""Headquarters decides an appeal, line by line and finally; what is granted stands on the next statement. rules.md 3.1."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from portal.core import clock, events, money, show, states
from portal.core.bulk import update_rows
from portal.core.errors import Refusal, refuse_all
from portal.core.parameters import param
from portal.core.states import lock
from warranty import reasons
from warranty.appeals import letters, telling
from warranty.appeals.people import hands_of, needs_two
from warranty.appeals.refusals import (
    ClaimIsReversed,
    FirstDecider,
    GrantedAboveAsked,
    GroundsTooShort,
    LineUndecided,
    LineUnknown,
    SecondDeciderDiffers,
)
from warranty.models import Appeal, AppealLine, AppealStatus, ClaimStatus, ReasonUse
from warranty.models.reasons import OTHER

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Ruling:
    """What one appealed line gets, CNY without tax, and why: in words, and by the list of reasons."""

    amount: Decimal
    reason: str
    reason_code: str = OTHER


@transaction.atomic
def decide_appeal(
    appeal: Appeal, *, rulings: Mapping[int, Ruling], actor: Any, remark: str = "", at: datetime | None = None
) -> Appeal:
    """The appeal is upheld, partly upheld or dismissed, and that is final; the claim's own decision stays as it was.

    rulings: by key of the appealed line, all lines, each with its reason. Above the approver's limit the first person's
    rulings are kept, and can be revised by them, until a second person decides the same.
    Raises FirstDecider, TransitionNotAllowed, and at once every LineUndecided, LineUnknown, GrantedAboveAsked,
    GroundsTooShort, ReasonDoesNotFit; ClaimIsReversed, SecondDeciderDiffers.
    Writes one Event, whose subscriber posts the supplementary line, one Document, notifications.
    """
    moment = at or clock.now()
    claim = lock(appeal.claim)
    appeal = lock(
        appeal, "station__dealer", "claim__work_order", "claim__product_model", "filed_by", "first_decided_by"
    )
    if actor.pk in hands_of(claim) | {appeal.filed_by_id}:
        raise FirstDecider(claim=claim.number)
    if not appeal.is_open:
        raise states.refusal(appeal, AppealStatus.UPHELD.label)
    rows = list(
        appeal.lines.select_related("line__part", "line__operation", "line__reason_code").order_by("line__position")
    )
    refuse_all(list(_check(rows, rulings, moment)))
    granted = money.total(row.granted_amount for row in rows)
    if granted and claim.status == ClaimStatus.REVERSED:
        raise ClaimIsReversed(claim=claim.number)
    if needs_two(appeal) and not _is_second(appeal, rows, granted, actor):
        return _keep_first(appeal, rows, granted, actor=actor, at=moment)
    update_rows(rows, ["granted_amount", "reason", "reason_code"])
    appeal.decided_by, appeal.decided_at = actor, moment
    appeal.granted_total, appeal.reason = granted, remark.strip()[:1000]
    appeal.save(update_fields=["decided_by", "decided_at", "granted_total", "reason"])
    appeal = states.move(
        appeal, _outcome(appeal), actor=actor, at=moment, note=appeal.reason, data={"granted": str(granted)}
    )
    letters.issue_letter(appeal, rows)
    telling.tell_station(appeal)
    return appeal


def _is_second(appeal: Appeal, rows: list[AppealLine], granted: Decimal, actor: Any) -> bool:
    """Whether another person decided first, and the same. Raises SecondDeciderDiffers."""
    if appeal.first_decided_by_id in {None, actor.pk}:
        return False
    first = {key: Decimal(ruled["amount"]) for key, ruled in (appeal.first_rulings or {}).items()}
    if first != {str(row.pk): row.granted_amount for row in rows}:
        raise SecondDeciderDiffers(
            who=appeal.first_decided_by, first=show.money(money.total(first.values())), second=show.money(granted)
        )
    return True


def _keep_first(appeal: Appeal, rows: list[AppealLine], granted: Decimal, *, actor: Any, at: datetime) -> Appeal:
    """The appeal waits for a second person. Writes one Event and tells those who may be it."""
    appeal.first_decided_by, appeal.first_decided_at = actor, at
    appeal.first_rulings = {
        str(row.pk): {
            "amount": str(row.granted_amount),
            "reason": row.reason,
            "reason_code": row.reason_code.code if row.reason_code else "",
        }
        for row in rows
    }
    appeal.save(update_fields=["first_decided_by", "first_decided_at", "first_rulings"])
    events.record(appeal, "appeal.first_decision", actor=actor, at=at, data={"granted": str(granted)})
    telling.tell_second(appeal)
    return appeal


def _check(rows: list[AppealLine], rulings: Mapping[int, Ruling], at: datetime) -> Iterable[Refusal]:
    """Each line carries its amount and reason; everything that is wrong with the rulings, one by one."""
    least = param("warranty.text_length", at)
    if not set(rulings) <= {row.pk for row in rows}:
        yield LineUnknown(lines=show.listed(row.line.position for row in rows), field="lines")
    for row in rows:
        ruling, position = rulings.get(row.pk), row.line.position
        if ruling is None:
            yield LineUndecided(position=position, field=f"amount_{row.pk}")
            continue
        got = ruling.amount
        if not (got.is_finite() and 0 <= got <= row.asked_amount and got == money.round_money(got)):
            yield GrantedAboveAsked(position=position, most=row.asked_amount, got=got, field=f"amount_{row.pk}")
            continue
        if len("".join(ruling.reason.split())) < least:
            yield GroundsTooShort(least=least, field=f"reason_{row.pk}")
        try:
            row.reason_code = reasons.require_fitting(
                ruling.reason_code, ReasonUse.APPEAL, day=clock.local_date(at), field=f"reason_code_{row.pk}"
            )
        except reasons.ReasonDoesNotFit as refusal:
            yield refusal
        row.granted_amount, row.reason = got, ruling.reason.strip()[:500]


def _outcome(appeal: Appeal) -> str:
    if not appeal.granted_total:
        return AppealStatus.DISMISSED
    return AppealStatus.UPHELD if appeal.granted_total == appeal.asked_total else AppealStatus.PARTLY_UPHELD

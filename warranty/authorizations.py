"""Prior authorizations: asked by the station before the work, granted or refused by headquarters, used by one claim.

Not here: whether a claim needs one (assessment), goodwill (goodwill).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from parts.models import Part
from parts.pricing import quote
from portal.core import clock, events, states
from portal.core.attachments import attach
from portal.core.errors import Refusal
from portal.core.money import round_money
from portal.core.notifications import notify
from portal.core.numbering import take_number
from portal.core.parameters import param
from portal.core.written import Written
from service.models import InstalledUnit, LaborOperation, WorkOrder, WorkOrderStatus
from stations.models import Station
from warranty import facts, reasons
from warranty.authorization_states import STANDING, AuthorizationStatus
from warranty.four_eyes import require_words
from warranty.models import AuthorizedLine, LineKind, PriorAuthorization, ReasonCode, ReasonUse, WarrantyClaim
from warranty.telling import people_of

ONE = Decimal(1)
PHOTO = "authorization_photo"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a station wants to do. amount: CNY without tax; None for a part or operation: at the price and hours of the day."""

    kind: str
    description: str = ""
    part: Part | None = None
    operation: LaborOperation | None = None
    qty: Decimal = ONE
    amount: Decimal | None = None


class NothingWanted(Refusal):
    """An authorization is for something."""

    message = _("Name at least one part, operation or service.")
    code = "nothing_wanted"


class AmountUnknown(Refusal):
    """Only what has a price or flat hours can go without an amount."""

    message = _("Line %(position)s has no amount, and no price or flat hours to take it from.")
    code = "amount_unknown"


class WorkIsDone(Refusal):
    """Prior means before."""

    message = _("Work order %(number)s is finished; an authorization is asked for before the work.")
    code = "work_is_done"


class AskedAlready(Refusal):
    """One standing request a job."""

    message = _("Work order %(job)s has %(number)s already (%(status)s).")
    code = "asked_already"


class AnsweredAlready(Refusal):
    """What was answered is not illustrated anew."""

    message = _("%(number)s was answered already.")
    code = "answered_already"


class OwnRequest(Refusal):
    """Four eyes."""

    message = _("You asked for it; another person decides.")
    code = "own_request"


class GrantWrong(Refusal):
    """More than nothing, not more than was asked."""

    message = _("Granted up to: got %(got)s, expected more than 0 and at most %(most)s.")
    code = "grant_out_of_bounds"


class GrantEndsWrong(Refusal):
    """It holds for some days to come, not for ever."""

    message = _("Valid through: got %(got)s, expected %(today)s to %(last)s.")
    code = "grant_ends_wrong"


@transaction.atomic
def request_authorization(
    *,
    station: Station,
    unit: InstalledUnit,
    reason: str,
    lines: Sequence[Wanted],
    actor: Any,
    work_order: WorkOrder | None = None,
    photos: Iterable[Any] = (),
    at: datetime | None = None,
) -> PriorAuthorization:
    """Headquarters is asked, with what it would cost. Raises NothingWanted, TextTooShort, AmountUnknown, WorkIsDone,
    AskedAlready.

    Writes the request, its lines and pictures, one Event. Source: rules.md 3.1, 3.2 (outside service).
    """
    moment = at or clock.now()
    if not lines:
        raise NothingWanted
    require_words(reason, "reason", moment)
    if work_order is not None:
        _refuse_job(work_order)
    amounts = _amounts(lines, station, clock.local_date(moment))
    made = PriorAuthorization.objects.create(
        station=station, unit=unit, work_order=work_order, reason=reason.strip(), requested_by=actor,
        requested_at=moment, estimated=sum(amounts, Decimal(0)), number=take_number("PA", at=moment),
    )  # fmt: skip
    AuthorizedLine.objects.bulk_create(
        AuthorizedLine(
            authorization=made, position=position, kind=line.kind, part=line.part, operation=line.operation,
            description=line.description.strip(), qty=line.qty, amount=amount,
        )
        for position, (line, amount) in enumerate(zip(lines, amounts, strict=True), start=1)
    )  # fmt: skip
    _attach(made, photos, actor)
    data = {"estimated": str(made.estimated), "unit": unit.serial_number}
    events.record(made, "priorauthorization.requested", actor=actor, at=moment, to_status=made.status, data=data)
    return made


@transaction.atomic
def add_photos(asked: PriorAuthorization, *, photos: Iterable[Any], actor: Any) -> PriorAuthorization:
    """Headquarters sees these pictures or papers as well. Raises AnsweredAlready, BadFile."""
    row = states.lock(asked)
    if not row.is_open:
        raise AnsweredAlready(number=row.number)
    _attach(row, photos, actor)
    return row


@transaction.atomic
def grant_authorization(
    asked: PriorAuthorization,
    *,
    amount: Decimal,
    valid_until: date,
    actor: Any,
    answer: str = "",
    at: datetime | None = None,
) -> PriorAuthorization:
    """Work done from today through valid_until is paid up to this amount, if the claim holds otherwise; the station is told.

    Raises OwnRequest, GrantWrong, GrantEndsWrong, TransitionNotAllowed. Writes one Event, notifications.
    """
    moment = at or clock.now()
    row = _to_decide(asked, AuthorizationStatus.APPROVED, actor)
    today = clock.local_date(moment)
    if not 0 < amount <= row.estimated:
        raise GrantWrong(got=amount, most=row.estimated, field="amount")
    last = date.fromordinal(today.toordinal() + param("warranty.authorization_longest_days", today))
    if not today <= valid_until <= last:
        raise GrantEndsWrong(
            got=valid_until.isoformat(), today=today.isoformat(), last=last.isoformat(), field="valid_until"
        )
    row.amount, row.authorized_on, row.valid_until = round_money(amount), today, valid_until
    return _decide(row, AuthorizationStatus.APPROVED, answer=answer, actor=actor, moment=moment)


@transaction.atomic
def refuse_authorization(
    asked: PriorAuthorization, *, reason_code: ReasonCode, answer: str, actor: Any, at: datetime | None = None
) -> PriorAuthorization:
    """The work is not authorized, for this reason; the station is told.

    Raises OwnRequest, TransitionNotAllowed, TextTooShort, ReasonDoesNotFit.
    """
    moment = at or clock.now()
    require_words(answer, "answer", moment)
    given = reasons.require_fitting(reason_code.code, ReasonUse.AUTHORIZATION, day=clock.local_date(moment))
    row = _to_decide(asked, AuthorizationStatus.REFUSED, actor)
    row.reason_code = given
    return _decide(row, AuthorizationStatus.REFUSED, answer=answer, actor=actor, moment=moment)


@transaction.atomic
def withdraw_authorization(
    asked: PriorAuthorization, *, actor: Any, reason: str = "", at: datetime | None = None
) -> PriorAuthorization:
    """It is no longer wanted. Raises TransitionNotAllowed. Writes one Event."""
    return states.move(states.lock(asked), AuthorizationStatus.WITHDRAWN, actor=actor, at=at, note=reason)


def _used_or_open(claim: int, station: int, job: int, unit: int | None) -> QuerySet[PriorAuthorization]:
    open_ones = Q(status=AuthorizationStatus.APPROVED, station=station) & (
        Q(work_order=job) | Q(work_order=None, unit=unit)
    )
    return PriorAuthorization.objects.filter(Q(claim=claim) | open_ones).order_by("-pk")[:20]


_usable = Written(_used_or_open)


def authorization_of(claim: WarrantyClaim) -> PriorAuthorization | None:
    """The one the claim has used, else one granted for its job or, without a job, for its unit at its station."""
    return max(
        _usable(claim.pk, claim.station_id, claim.work_order_id, claim.unit_id),
        key=lambda row: (row.claim_id is not None, row.covers(claim.repaired_on), row.work_order_id is not None),
        default=None,
    )


def needs_authorization(claim: WarrantyClaim) -> bool:
    """Whether the saved claim asks for outside service, or for more than may be claimed without asking first."""
    limit: Decimal = param("warranty.authorization_limit", claim.repaired_on)
    return (claim.claimed_total or 0) > limit or claim.lines.filter(kind=LineKind.OUTSIDE).exists()


def use_authorization(claim: WarrantyClaim, *, actor: Any, at: datetime) -> None:
    """The submitted claim has used up what was authorized for its work. Needs a transaction.

    Nothing where nothing was authorized, and nothing by a claim that needs none: without outside service, and below the
    amount from which work has to be authorized; the grant stays for the claim that does.
    """
    found = authorization_of(claim) if needs_authorization(claim) else None
    if found is None or found.status != AuthorizationStatus.APPROVED or not found.covers(claim.repaired_on):
        return
    row = states.lock(found)
    if row.status == AuthorizationStatus.APPROVED and row.claim_id is None:
        row.claim = claim
        row.save(update_fields=["claim"])
        states.move(row, AuthorizationStatus.USED, actor=actor, at=at, data={"claim": claim.number})


@transaction.atomic
def give_back(claim: WarrantyClaim, *, at: datetime | None = None) -> PriorAuthorization | None:
    """What a claim used that no longer stands may be used again by the one that takes its place."""
    used = PriorAuthorization.objects.filter(claim=claim.pk, status=AuthorizationStatus.USED).first()
    if used is None:
        return None
    row = states.move(states.lock(used), AuthorizationStatus.APPROVED, actor=None, at=at)
    row.claim = None
    row.save(update_fields=["claim"])
    return row


@transaction.atomic
def expire_authorizations(*, at: datetime | None = None) -> int:
    """What was granted and not used by its last day has expired; how many. Repairs done in time may still be claimed
    for as long as claims may be submitted, so the end comes that many days later.
    """
    moment = at or clock.now()
    today = clock.local_date(moment)
    before = date.fromordinal(today.toordinal() - param("warranty.submit_days", today))
    late = PriorAuthorization.objects.filter(status=AuthorizationStatus.APPROVED, valid_until__lt=before)
    rows = list(late.select_related("station").order_by("pk").select_for_update(of=("self",), no_key=True))
    for row in rows:
        states.move(row, AuthorizationStatus.EXPIRED, actor=None, at=moment)
    return len(rows)


def _refuse_job(job: WorkOrder) -> None:
    """Raises WorkIsDone, AskedAlready."""
    row = states.lock(job)
    if row.status == WorkOrderStatus.COMPLETED:
        raise WorkIsDone(number=row.number, field="about")
    standing = PriorAuthorization.objects.filter(work_order=row, status__in=STANDING).first()
    if standing is not None:
        raise AskedAlready(job=row.number, number=standing.number, status=standing.get_status_display(), field="about")


def _attach(asked: PriorAuthorization, photos: Iterable[Any], actor: Any) -> None:
    for photo in photos:
        attach(asked, photo, kind=PHOTO, actor=actor, field="photos")


def _amounts(lines: Sequence[Wanted], station: Station, on: date) -> list[Decimal]:
    """What each line costs: as said, else the net price with uplift, else flat hours at the station's rate."""
    quoted = quote([line.part.pk for line in lines if line.part], station, on=on)
    rate, uplift = facts.rates_of(station, on).hourly_rate, param("warranty.uplift", on)
    found: list[Decimal] = []
    for position, line in enumerate(lines, start=1):
        amount = line.amount
        if amount is None and line.part is not None and line.part.pk in quoted:
            amount = quoted[line.part.pk].amount * line.qty * (ONE + uplift)
        elif amount is None and line.kind == LineKind.LABOR and line.operation is not None:
            amount = line.operation.flat_hours * line.qty * rate
        if not amount:
            raise AmountUnknown(position=position, field=f"lines.{position - 1}.amount")
        found.append(round_money(amount))
    return found


def _to_decide(asked: PriorAuthorization, to: str, actor: Any) -> PriorAuthorization:
    row = states.lock(asked, "station")
    states.require_move(row, to)
    if row.requested_by_id == actor.pk:
        raise OwnRequest
    return row


def _decide(row: PriorAuthorization, to: str, *, answer: str, actor: Any, moment: datetime) -> PriorAuthorization:
    row.decided_by, row.decided_at, row.answer = actor, moment, answer.strip()
    row.save(
        update_fields=[
            "decided_by", "decided_at", "answer", "amount", "authorized_on", "valid_until", "reason_code",
        ]
    )  # fmt: skip
    data = {"amount": str(row.amount)} if row.amount is not None else {}
    made = states.move(row, to, actor=actor, at=moment, note=answer, data=data)
    told = [*people_of(row.station), row.requested_by]
    notify(told, f"priorauthorization.{to}", {"number": row.number}, url=row.get_absolute_url(), subject=row, at=moment)
    return made

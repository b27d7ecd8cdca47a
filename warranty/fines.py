"""Fines against stations: proposed by one person, approved by another, posted on the statement, taken back by a counter-item.

Not here: the statement they stand on (settlement), how a station disputes the line (settlement.answering).
Source: rules.md 3.8.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import clock, events, show, states
from portal.core.attachments import attach, attachments_of
from portal.core.errors import Refusal
from portal.core.models import Attachment
from portal.core.money import round_money
from portal.core.numbering import take_number
from portal.core.parameters import param
from stations.models import Station
from warranty import reasons
from warranty import settlement_posting as posting
from warranty.fine_states import FineStatus
from warranty.four_eyes import require_words
from warranty.models import ReasonUse, StationFine, WarrantyClaim

DOCUMENT: Final = "fine_document"


class OwnFine(Refusal):
    """Four eyes."""

    message = _("You proposed %(number)s: another person decides.")
    code = "own_fine"


class FineTooHigh(Refusal):
    """One fine takes no more than what headquarters has set."""

    message = _("Amount: got %(got)s, expected more than 0 and at most %(most)s for one fine.")
    code = "fine_too_high"


class ClaimOfAnother(Refusal):
    """A fine for a claim is the fine of the station that claims."""

    message = pgettext_lazy("fine", "%(claim)s is a claim of %(station)s, not of the station to be fined.")
    code = "claim_of_another_station"


@transaction.atomic
def propose_fine(
    station: Station,
    *,
    amount: Decimal,
    reason_code: str,
    reason: str,
    document_number: str,
    document: Any,
    actor: Any,
    claim: WarrantyClaim | None = None,
    at: datetime | None = None,
) -> StationFine:
    """A fine waits for another person; the station sees nothing of it yet.

    amount: CNY, tax excluded, above 0. document: the paper it rests on, a file. Raises FineTooHigh, ReasonDoesNotFit,
    TextTooShort, ClaimOfAnother, BadFile. Writes the fine, its file, one Event.
    """
    moment = at or clock.now()
    asked, most = round_money(amount), param("warranty.fine_most", moment)
    if not 0 < asked <= most:
        raise FineTooHigh(got=show.money(asked), most=show.money(most), field="amount")
    given = reasons.require_fitting(reason_code, ReasonUse.FINE, day=clock.local_date(moment))
    require_words(reason, "reason", moment)
    if claim is not None and claim.station_id != station.pk:
        raise ClaimOfAnother(claim=claim.number, station=claim.station, field="claim")
    made = StationFine.objects.create(
        station=station, claim=claim, amount=asked, reason=reason.strip(),
        reason_code=given,  # type: ignore[misc]  # never None: the rules themselves find nothing here
        document_number=document_number.strip(), proposed_by=actor, proposed_at=moment,
        number=take_number("FN", at=moment),
    )  # fmt: skip
    attach(made, document, kind=DOCUMENT, actor=actor, field="document", office=True)
    data = {"amount": str(asked), "station": station.code, "reason_code": reason_code}
    events.record(made, "stationfine.proposed", actor=actor, at=moment, to_status=made.status, data=data)
    return made


@transaction.atomic
def approve_fine(fine: StationFine, *, actor: Any, answer: str = "", at: datetime | None = None) -> StationFine:
    """The fine stands as a debit of this moment on the station's statement; the station is told.

    Raises OwnFine, TransitionNotAllowed. Posts one settlement item, writes one Event.
    """
    moment = at or clock.now()
    posting.hold_station(fine.station_id)
    row = _decided(fine, FineStatus.APPROVED, actor=actor, answer=answer, at=moment)
    posting.debit_fine(row, at=moment)
    return row


@transaction.atomic
def refuse_fine(fine: StationFine, *, answer: str, actor: Any, at: datetime | None = None) -> StationFine:
    """The fine is not imposed. Raises OwnFine, TransitionNotAllowed. Writes one Event."""
    return _decided(fine, FineStatus.REFUSED, actor=actor, answer=answer, at=at or clock.now())


@transaction.atomic
def withdraw_fine(fine: StationFine, *, reason: str, actor: Any, at: datetime | None = None) -> StationFine:
    """Nobody decides the proposal any more. Raises TransitionNotAllowed. Writes one Event."""
    return states.move(states.lock(fine), FineStatus.WITHDRAWN, actor=actor, at=at, note=reason)


@transaction.atomic
def take_back_fine(fine: StationFine, *, reason: str, actor: Any, at: datetime | None = None) -> StationFine:
    """The approved fine is credited back on the first open statement; what was issued stays as it is. The station is told.

    Raises OwnFine, TextTooShort, TransitionNotAllowed. Posts one settlement item, writes one Event.
    """
    moment = at or clock.now()
    posting.hold_station(fine.station_id)
    row = states.lock(fine, "station__dealer", "reason_code")
    states.require_move(row, FineStatus.TAKEN_BACK)
    if row.proposed_by_id == actor.pk:
        raise OwnFine(number=row.number)
    require_words(reason, "reason", moment)
    row.taken_back_by, row.taken_back_at = actor, moment
    row.save(update_fields=["taken_back_by", "taken_back_at"])
    row = states.move(row, FineStatus.TAKEN_BACK, actor=actor, at=moment, note=reason)
    posting.credit_fine_back(row, at=moment)
    return row


def documents_of(fine: StationFine) -> QuerySet[Attachment]:
    """The paper the fine rests on."""
    return attachments_of(fine, DOCUMENT)


def _decided(fine: StationFine, to: FineStatus, *, actor: Any, answer: str, at: datetime) -> StationFine:
    row = states.lock(fine, "station__dealer", "reason_code")
    states.require_move(row, to)
    if row.proposed_by_id == actor.pk:
        raise OwnFine(number=row.number)
    row.decided_by, row.decided_at, row.answer = actor, at, answer.strip()
    row.save(update_fields=["decided_by", "decided_at", "answer"])
    return states.move(row, to, actor=actor, at=at, note=answer, data={"amount": str(row.amount)})

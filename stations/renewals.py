"""A following contract on its way: prepared by headquarters, agreed by the station, signed. Not here: signing at once."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.calendar import add_months
from portal.core.errors import Refusal
from portal.core.notifications import notify
from portal.core.numbering import take_number
from portal.core.parameters import param
from portal.core.states import TransitionNotAllowed, can_move, lock, move
from stations.contracts import owners_of, service_managers
from stations.models import Contract, Renewal, RenewalStatus, Station, StationStatus
from stations.onboarding import PeriodTaken, StationGone, renew_contract
from stations.terms import Terms, usual_terms

OPEN = (RenewalStatus.PREPARED, RenewalStatus.AGREED)


class RenewalUnderWay(Refusal):
    """One at a time."""

    message = _("%(number)s is already being prepared.")
    code = "renewal_under_way"


class SignatoryMissing(Refusal):
    """Somebody agrees by name."""

    message = _("Give the name of who signs for the station.")
    code = "signatory_missing"


@transaction.atomic
def prepare_renewal(
    station: Station,
    *,
    months: int | None = None,
    deposit: Decimal | None = None,
    terms: Terms | None = None,
    note: str = "",
    actor: Any,
    at: datetime | None = None,
) -> Renewal:
    """The terms of a following contract wait for the station's yes; its owner is told.

    Raises StationGone, RenewalUnderWay, PeriodTaken. Writes Renewal, notifications, one Event.
    """
    at = at or clock.now()
    station = lock(station)
    if station.status == StationStatus.TERMINATED:
        raise StationGone
    if known := station.renewals.filter(status__in=OPEN).first():
        raise RenewalUnderWay(number=known.number)
    last = station.contracts.order_by("valid_to").last()
    if last is not None and last.valid_from > clock.local_date(at):
        raise PeriodTaken(until=last.valid_to.isoformat())
    renewal = Renewal.objects.create(
        station=station, prepared_by=actor, prepared_at=at, months=months or param("stations.contract_months", at),
        deposit_due=deposit or 0, note=note[:300], number=take_number("RN", at=at),
    )  # fmt: skip
    (terms or Terms()).or_else(Terms.of(last).or_else(usual_terms(station, None))).write(renewal)
    events.record(renewal, "renewal.prepared", actor=actor, at=at, note=note, root=station.code)
    facts = {"station": str(station), "number": renewal.number}
    notify(owners_of(station), "renewal.prepared", facts, url=renewal.get_absolute_url(), subject=renewal, at=at)
    return renewal


def term_of(renewal: Renewal, *, at: datetime | None = None) -> tuple[date, date]:
    """First and last day of the following contract, were it signed now: from the end of the last one, or from today."""
    last = renewal.station.contracts.order_by("valid_to").last()
    today = clock.local_date(at or clock.now())
    first = max(today, last.valid_to) if last else today
    return first, add_months(first, renewal.months) - timedelta(days=1)


@transaction.atomic
def agree_renewal(renewal: Renewal, *, signatory: str, actor: Any, at: datetime | None = None) -> Renewal:
    """The station says yes to the terms as they stand; headquarters signs next.

    Raises SignatoryMissing, TransitionNotAllowed. Writes Renewal, notifications, one Event.
    """
    at = at or clock.now()
    if not signatory.strip():
        raise SignatoryMissing(field="signatory")
    renewal = move(lock(renewal), RenewalStatus.AGREED, actor=actor, at=at)
    renewal.signatory, renewal.agreed_by, renewal.agreed_at = signatory.strip()[:60], actor, at
    renewal.save(update_fields=["signatory", "agreed_by", "agreed_at"])
    facts = {"station": str(renewal.station), "number": renewal.number}
    notify(service_managers(), "renewal.agreed", facts, url=renewal.get_absolute_url(), subject=renewal, at=at)
    return renewal


@transaction.atomic
def sign_renewal(renewal: Renewal, *, actor: Any, at: datetime | None = None) -> Contract:
    """The following contract stands, with the terms agreed. Raises what renew_contract raises, TransitionNotAllowed."""
    at = at or clock.now()
    renewal = lock(renewal)
    if not can_move(renewal, RenewalStatus.SIGNED):
        before, after = renewal.get_status_display(), RenewalStatus.SIGNED.label
        raise TransitionNotAllowed(record=str(renewal), before=before, after=after)
    contract = renew_contract(
        renewal.station, signatory=renewal.signatory, months=renewal.months, deposit=renewal.deposit_due,
        terms=Terms.of(renewal), actor=actor, at=at,
    )  # fmt: skip
    renewal.contract = contract
    renewal.save(update_fields=["contract"])
    move(renewal, RenewalStatus.SIGNED, actor=actor, at=at, data={"contract": contract.number})
    return contract


@transaction.atomic
def drop_renewal(renewal: Renewal, *, reason: str, actor: Any, at: datetime | None = None) -> Renewal:
    """The renewal is off; another may be prepared. Raises TransitionNotAllowed. Writes one Event."""
    return move(lock(renewal), RenewalStatus.DROPPED, actor=actor, at=at, note=reason)

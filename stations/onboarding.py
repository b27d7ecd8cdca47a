"""From approval to work: contract, station, account; the following contract. Not here: approvals, people, deposits."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.calendar import add_months
from portal.core.divisions import point_of
from portal.core.errors import Refusal
from portal.core.numbering import take_number
from portal.core.parameters import param
from portal.core.states import lock, move
from stations import dealer_account
from stations.from_application import take_over
from stations.models import (
    ApplicationStatus,
    Brand,
    Contract,
    Dealer,
    GradeLetter,
    OperationCenter,
    Station,
    StationApplication,
    StationGrade,
    StationStatus,
)
from stations.terms import Terms, usual_terms


class NotApproved(Refusal):
    """A contract follows headquarters' approval."""

    message = _("The application is “%(status)s”; a contract can be signed only after headquarters has approved it.")
    code = "application_not_approved"


class PeriodTaken(Refusal):
    """Contracts of a station never overlap."""

    message = _("The station already has a contract until %(until)s.")
    code = "contract_period_taken"


class StationGone(Refusal):
    """Who has left comes back by a new application."""

    message = _("The station has left the network; a new application leads back.")
    code = "station_gone"


@transaction.atomic
def sign_contract(
    application: StationApplication,
    *,
    principal: Brand,
    signatory: str,
    valid_from: date | None = None,
    months: int | None = None,
    credit_limit: Decimal | None = None,
    deposit: Decimal | None = None,
    terms: Terms | None = None,
    actor: Any,
    at: datetime | None = None,
) -> Contract:
    """The contract is signed, the station exists and is active, on probation, with a dealer account; application done.

    Raises NotApproved. Writes Dealer (unless the license is known), Station, DealerAccount, Contract, StationGrade,
    the certificate's document, what take_over() writes, and their Events. Source: rules.md 3.10.
    """
    at = at or clock.now()
    application = lock(application)
    if application.status != ApplicationStatus.CONTRACTING:
        raise NotApproved(status=application.get_status_display())
    start = valid_from or clock.local_date(at)
    dealer = _dealer_of(application, principal)
    station = _make_station(application, dealer, opened_on=start)
    dealer_account.open_account(dealer, principal, credit_limit=credit_limit, actor=actor, at=at)
    StationGrade.objects.create(station=station, grade=GradeLetter.PROBATION, valid_from=start, source="probation")
    application.dealer, application.station = dealer, station
    application.save(update_fields=["dealer", "station"])
    contract = Contract.objects.create(
        station=station, application=application, signed_by=actor, signatory=signatory,
        signed_on=clock.local_date(at), valid_from=start,
        valid_to=add_months(start, months or param("stations.contract_months", at)),
        deposit_due=param("stations.default_deposit", at) if deposit is None else deposit,
        number=take_number("AU", at=at),
    )  # fmt: skip
    agreed = (terms or Terms()).or_else(usual_terms(station, principal))
    _settle_terms(contract, agreed, "contract.signed", actor, at)
    move(station, StationStatus.ACTIVE, actor=actor, at=at)
    move(application, ApplicationStatus.ACTIVE, actor=actor, at=at)
    take_over(application, station, agreed.divisions, actor=actor, at=at)
    _issue_certificate(contract, actor=actor)
    return contract


@transaction.atomic
def renew_contract(
    station: Station,
    *,
    signatory: str,
    months: int | None = None,
    valid_from: date | None = None,
    deposit: Decimal | None = None,
    terms: Terms | None = None,
    actor: Any,
    at: datetime | None = None,
) -> Contract:
    """A following contract is signed, from the end of the last or from today; an expired station is active again.

    What it covers and is not said is as in the last one; the deposit stays where it is, `deposit` is what is due on top.
    Raises PeriodTaken when one already follows, StationGone. Writes Contract, its certificate and Events.
    """
    at = at or clock.now()
    station = lock(station)
    if station.status == StationStatus.TERMINATED:
        raise StationGone
    today = clock.local_date(at)
    last = station.contracts.order_by("valid_to").last()
    if last is not None and (last.valid_from > today or (valid_from and valid_from < last.valid_to)):
        raise PeriodTaken(until=last.valid_to.isoformat(), field="valid_from" if valid_from else "")
    start = valid_from or (max(today, last.valid_to) if last else today)
    contract = Contract.objects.create(
        station=station, signed_by=actor, signatory=signatory, signed_on=today, valid_from=start,
        valid_to=add_months(start, months or param("stations.contract_months", at)), deposit_due=deposit or 0,
        number=take_number("AU", at=at),
    )  # fmt: skip
    known = Terms.of(last).or_else(usual_terms(station, None))
    _settle_terms(contract, (terms or Terms()).or_else(known), "contract.renewed", actor, at)
    if station.status == StationStatus.EXPIRED and contract.in_force(today):
        move(station, StationStatus.ACTIVE, actor=actor, at=at)
    _issue_certificate(contract, actor=actor)
    return contract


def _settle_terms(contract: Contract, terms: Terms, kind: str, actor: Any, at: datetime) -> None:
    terms.write(contract)
    data = {"valid_from": contract.valid_from.isoformat(), "valid_to": contract.valid_to.isoformat()} | terms.codes()
    events.record(contract, kind, actor=actor, at=at, data=data)


def _dealer_of(application: StationApplication, principal: Brand) -> Dealer:
    known = application.dealer or Dealer.objects.filter(license_number=application.license_number).first()
    if known is not None:
        return known
    return Dealer.objects.create(
        code=f"D{application.pk:05d}", name=application.company_name, license_number=application.license_number,
        taxpayer_type=application.taxpayer_type, bank_name=application.bank_name,
        bank_account=application.bank_account, contact_name=application.owner_name, phone=application.phone,
        principal=principal,
    )  # fmt: skip


def _make_station(application: StationApplication, dealer: Dealer, *, opened_on: date) -> Station:
    """Its code is the center's and a number: the center's row is locked, so that no two stations get the same."""
    center: OperationCenter = lock(application.center)
    number = center.stations.count() + 1
    while Station.objects.filter(code=f"{center.code}-{number:03d}").exists():
        number += 1
    place = (application.longitude, application.latitude)
    longitude, latitude = place if None not in place else (point_of(application.division) or (None, None))
    station = Station.objects.create(
        center=center, dealer=dealer, code=f"{center.code}-{number:03d}", name=application.station_name,
        name_en=application.station_name_en, kind=application.kind, division=application.division,
        address=application.address, longitude=longitude, latitude=latitude,
        contact_name=application.owner_name, phone=application.phone, opened_on=opened_on,
    )  # fmt: skip
    return station


def _issue_certificate(contract: Contract, *, actor: Any) -> None:
    from stations.documents import issue_certificate

    issue_certificate(contract, actor=actor)

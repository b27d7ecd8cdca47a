"""From approval to work."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portal.accounts.roles import Role
from portal.core import clock, documents, events
from stations import applications, contracts, deposits, equipment, grading, inspections, onboarding, people
from stations.documents import certificate_of
from stations.from_application import listed_equipment
from stations.models import Contract, Station, StationStatus
from tests.conftest import race
from tests.factories.station_applications import passed
from tests.factories.stations import make_brand, make_dealer, make_station, make_user
from tests.factories.training import make_item

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 31)


def approved(**kw: Any) -> Any:
    application, _manager = passed(**kw)
    return applications.decide_application(application, actor=make_user(Role.SERVICE_MANAGER))


def sign(application: Any, **kw: Any) -> Contract:
    values = {"principal": make_brand(), "signatory": "李老板", "actor": make_user(Role.SERVICE_MANAGER)} | kw
    return onboarding.sign_contract(application, **values, at=clock.start_of(DAY))


def test_sign_contract_makes_station_dealer_account_grade_and_certificate() -> None:
    application = approved()

    contract = sign(application, credit_limit=Decimal(80_000))

    station = Station.objects.get(contracts=contract)
    application.refresh_from_db()
    assert (application.status, application.station) == ("active", station)
    assert station.status == StationStatus.ACTIVE
    assert station.code == f"{station.center.code}-001"
    assert (contract.valid_from, contract.valid_to) == (DAY, date(2027, 3, 31))
    assert contract.number.startswith("AU-202603-")
    assert station.dealer.accounts.get().credit_limit == Decimal(80_000)
    assert grading.grade_on(station, DAY) == "probation"
    assert contracts.is_dispatchable(station, DAY)
    certificate = certificate_of(contract)
    assert certificate is not None
    assert certificate.facts["station"] == station.name
    assert {event.root for event in events.of_subject(contract)} == {application.number}


def test_what_the_applicant_listed_goes_over_to_the_station() -> None:
    application = approved(division="440305")
    application.people.create(name="王工", phone="13800138000")
    application.people.create(name="刘文", role="clerk", phone="13800138001")
    tester = application.equipment.create(name="测试仪", model="T1", serial_number="S-1", quantity=2)

    station = sign(application).station

    engineer = station.technicians.get()
    assert (engineer.name, engineer.user, engineer.certificates.count()) == ("王工", None, 0)
    assert [area.division_id for area in station.service_areas.all()] == ["440305"]
    same, _link = people.add_technician(
        station, name="王工", phone="13800138000", username="wang", actor=make_user(Role.SERVICE_MANAGER)
    )
    assert (same, same.user.username, station.technicians.count()) == (engineer, "wang", 1)
    assert [(each.row, each.left) for each in listed_equipment(station)] == [(tester, 2)]
    for serial in ("S-1", "S-2"):
        equipment.register_equipment(
            station, item=make_item(), serial_number=serial, note="测试仪 T1", actor=make_user(Role.SERVICE_MANAGER)
        )
    assert listed_equipment(station) == []


def test_certificate_is_a_pdf_with_chinese_text() -> None:
    from io import BytesIO

    from pypdf import PdfReader

    contract = sign(approved())
    certificate = certificate_of(contract)
    assert certificate is not None

    text = PdfReader(BytesIO(documents.pdf_bytes(certificate))).pages[0].extract_text()

    assert contract.station.name in text
    assert contract.number in text


def test_sign_contract_reuses_the_dealer_of_a_known_license() -> None:
    dealer = make_dealer()
    contract = sign(approved(license_number=dealer.license_number))

    assert contract.station.dealer == dealer


def test_sign_contract_follows_only_an_approval() -> None:
    application, _manager = passed()

    with pytest.raises(onboarding.NotApproved):
        sign(application)
    assert Station.objects.count() == 0


def test_renewal_follows_the_last_contract_and_revives_an_expired_station() -> None:
    station = make_station()
    station.contracts.update(valid_to=date(2026, 3, 1))
    contracts.expire_contracts(at=clock.start_of(DAY))
    station.refresh_from_db()

    renewed = onboarding.renew_contract(station, signatory="站长", actor=make_user(), at=clock.start_of(DAY))

    station.refresh_from_db()
    assert (renewed.valid_from, station.status) == (DAY, StationStatus.ACTIVE)
    follow = onboarding.renew_contract(station, signatory="站长", actor=make_user(), at=clock.start_of(DAY))
    assert follow.valid_from == renewed.valid_to
    with pytest.raises(onboarding.PeriodTaken):
        onboarding.renew_contract(station, signatory="站长", actor=make_user(), at=clock.start_of(DAY))


def test_deposit_is_posted_once_per_bank_reference() -> None:
    contract = sign(approved())
    finance = make_user(Role.FINANCE)

    first = deposits.receive_deposit(contract, amount=Decimal(20_000), bank_reference="ICBC-77", actor=finance)
    again = deposits.receive_deposit(contract, amount=Decimal(20_000), bank_reference="ICBC-77", actor=finance)

    assert first == again
    assert contract.station.dealer.accounts.get().deposit == Decimal(20_000)


@pytest.mark.django_db(transaction=True)
def test_a_contract_is_signed_once_by_four_hands() -> None:
    application = approved()
    principal, signers = make_brand(), [make_user(Role.SERVICE_MANAGER) for _ in range(4)]

    results = race(4, lambda number: sign(application, principal=principal, actor=signers[number]))

    assert sum(isinstance(result, Contract) for result in results) == 1
    assert sum(isinstance(result, onboarding.NotApproved) for result in results) == 3
    assert inspections.template_in_use() is not None

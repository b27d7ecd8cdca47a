"""Headquarters are called in by themselves where the law offers a customer more than a repair (三包)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from portal.accounts.roles import Role
from portal.core import clock, events, jobs
from portal.core.models import Notification
from service import intake
from service.models import Category, FaultCode, ServiceRequest
from tests.factories.claims import Bench, make_bench, make_fault, noon
from tests.factories.stations import make_user
from warranty.guarantees import DUE, call_in

SOLD = date(2026, 3, 1)


@pytest.fixture
def bench(db: None) -> Iterator[Bench]:
    yield make_bench()
    clock.set(None)


@pytest.fixture
def fault(db: None) -> FaultCode:
    return make_fault()


def taken(bench: Bench, unit: Any, *, on: date, fault: FaultCode | None, **given: Any) -> ServiceRequest:
    """A call about the unit on that day; what follows from it has run."""
    clock.set(noon(on))
    said: dict[str, Any] = {"category": Category.URGENT_REPAIR, "fault_text": "整机不通电"}
    request = intake.take_request(
        customer=unit.customer, unit=unit, fault_code=fault, actor=bench.owner, **said | given
    )  # fmt: skip
    jobs.drain()
    return request


def called(request: ServiceRequest) -> list[str]:
    return [event.kind for event in events.of_subject(request) if event.kind in DUE.values()]


@pytest.mark.parametrize(
    ("days", "kind"), [(7, ["servicerequest.refund_due"]), (8, ["servicerequest.exchange_due"]), (16, [])]
)
def test_a_fault_soon_after_the_sale_calls_the_service_managers(
    bench: Bench, fault: FaultCode, days: int, kind: list[str]
) -> None:
    """Refund through the 7th day, exchange through the 15th, then repair only; by message and mail, with the serial."""
    manager = make_user(Role.SERVICE_MANAGER)
    unit = bench.unit(SOLD)

    request = taken(bench, unit, on=SOLD + timedelta(days=days), fault=fault)

    assert called(request) == kind
    told = Notification.objects.filter(user=manager, kind__in=DUE.values())
    assert [(row.kind, row.facts["serial"]) for row in told] == [(each, unit.serial_number) for each in kind]


def test_the_second_failed_repair_of_one_fault_calls_for_an_exchange(bench: Bench, fault: FaultCode) -> None:
    unit = bench.unit(SOLD)
    bench.job(unit, fault=fault, failed_on=SOLD + timedelta(days=60))
    once = taken(bench, unit, on=SOLD + timedelta(days=100), fault=fault)
    bench.job(unit, fault=fault, failed_on=SOLD + timedelta(days=120))

    twice = taken(bench, unit, on=SOLD + timedelta(days=200), fault=fault)

    assert [called(once), called(twice)] == [[], ["servicerequest.exchange_due"]]


def test_nobody_is_called_for_advice_or_without_a_fault(bench: Bench, fault: FaultCode) -> None:
    unit, day = bench.unit(SOLD), SOLD + timedelta(days=2)

    advice = taken(bench, unit, on=day, fault=fault, category=Category.ADVICE)
    installation = taken(bench, unit, on=day, fault=None)
    complaint = taken(bench, unit, on=day, fault=None, category=Category.COMPLAINT)

    assert [called(each) for each in (advice, installation, complaint)] == [[], [], ["servicerequest.refund_due"]]


def test_a_job_run_twice_calls_once(bench: Bench, fault: FaultCode) -> None:
    request = taken(bench, bench.unit(SOLD), on=SOLD, fault=fault)
    fresh = ServiceRequest.objects.select_related("unit__product_model").get(pk=request.pk)

    assert call_in(fresh, at=clock.now()) is None
    assert len(called(request)) == 1

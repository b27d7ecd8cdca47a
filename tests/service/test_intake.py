"""Taking requests: who calls, which unit, what it may be, by when."""

from datetime import UTC, datetime, timedelta

import pytest

from service import intake
from service.models import Category, FaultCode
from tests.factories import service as desk
from tests.factories import stations as network

pytestmark = pytest.mark.django_db
SATURDAY_NIGHT = datetime(2026, 11, 21, 15, 50, tzinfo=UTC)  # 23:50 in Shanghai


def test_take_request_promises_all_five_clocks_round_the_clock() -> None:
    request = desk.make_request(urgency="machine_stopped", at=SATURDAY_NIGHT)

    assert request.number.startswith("SR-202611-")
    assert request.answer_due_at - SATURDAY_NIGHT == timedelta(minutes=15)
    assert request.dispatch_due_at - SATURDAY_NIGHT == timedelta(minutes=1)
    assert request.appointment_due_at - SATURDAY_NIGHT == timedelta(minutes=60)
    assert request.arrival_due_at - SATURDAY_NIGHT == timedelta(hours=24)
    assert request.completion_due_at - SATURDAY_NIGHT == timedelta(hours=24)


def test_take_request_for_advice_promises_an_answer_only() -> None:
    request = desk.make_request(category=Category.ADVICE, urgency="advice")

    assert request.completion_due_at is None


def test_take_request_refuses_a_unit_of_another_customer() -> None:
    with pytest.raises(intake.UnitOfAnotherCustomer):
        desk.make_request(unit=desk.make_unit(), customer=desk.make_customer())


def test_take_request_gives_an_unowned_unit_to_the_caller() -> None:
    unit, customer = desk.make_unit(customer=None), desk.make_customer()

    desk.make_request(unit=unit, customer=customer)

    unit.refresh_from_db()
    assert unit.customer == customer


def test_customers_by_phone_reads_a_number_however_it_is_written() -> None:
    customer = desk.make_customer(phone="13800001234")
    desk.make_customer(phone="13800001235")

    assert intake.customers_by_phone("+86 138-0000 1234") == [customer]


def test_unit_by_serial_reads_small_letters_and_blanks() -> None:
    unit = desk.make_unit(serial_number="G3A29-00817")

    assert intake.unit_by_serial(" g3a29-00817 ") == unit


def test_suggest_fault_codes_ranks_the_familys_codes_by_shared_words() -> None:
    family = network.make_family()
    reader = desk.make_fault_code(family=family, name="指纹识别无反应")
    motor = desk.make_fault_code(family=family, name="电机异响或空转", cause="离合电机齿轮磨损")
    desk.make_fault_code(family=network.make_family(), name="指纹识别无反应")

    found = intake.suggest_fault_codes("指纹识别没有反应，电机也响", family)

    assert found == [reader, motor]
    assert intake.suggest_fault_codes("完全无关", family) == []
    assert FaultCode.objects.count() == 3


def test_take_request_refuses_a_fault_code_of_another_product_family() -> None:
    lock, gateway = network.make_family(name="智能门锁"), network.make_family(name="智能网关")
    unit = desk.make_unit(product_model=network.make_product_model(family=lock))

    with pytest.raises(intake.FaultCodeOfAnotherFamily) as refused:
        desk.make_request(unit=unit, fault_code=desk.make_fault_code(family=gateway, code="GW-F01"))

    assert str(refused.value) == (
        "故障代码 GW-F01 属于“智能网关”，而这台设备属于“智能门锁”：请选择该类产品的故障代码。"
    )
    assert desk.make_request(unit=unit, fault_code=desk.make_fault_code(family=lock)).fault_code is not None
    assert desk.make_request(fault_code=desk.make_fault_code(family=None)).fault_code is not None


@pytest.mark.parametrize("text", ["abc", "12", "13800001234 转 5", "1" * 16])
def test_add_customer_refuses_what_nobody_can_dial(text: str) -> None:
    with pytest.raises(intake.PhoneNotANumber) as refused:
        intake.add_customer(name="赵先生", phone=text, actor=None)

    assert f"“{text}”不是电话号码" in str(refused.value)


def test_close_request_needs_a_result() -> None:
    request = desk.make_request()
    with pytest.raises(intake.ResultMissing):
        intake.close_request(request, result="好", actor=None)

    closed = intake.close_request(request, result="电话指导重新入网，已恢复", actor=None)

    assert closed.closed_at is not None

"""A call becomes a finished job in a real browser: agent and clerk at a desk, technician on a phone."""

from collections.abc import Callable
from typing import Any

import pytest

from service.models import WorkOrder
from tests.cast import gather
from tests.factories import service as desk
from tests.factories import stations as network


@pytest.mark.django_db(transaction=True)
def test_a_call_becomes_a_finished_job(browser_as: Any, picture: Callable[[Any, str], None]) -> None:
    cast = gather()
    family = network.make_family(name="智能门锁", name_en="Smart lock")
    network.make_certificate(technician=cast.engineer_a, family=family)
    model = network.make_product_model(family=family, code="L8", name="智能门锁 L8")
    customer = desk.make_customer(name="立信电子传媒有限公司（李建，物业工程部值班电话）")
    unit = desk.make_unit(product_model=model, customer=customer)
    desk.make_fault_code(family=family, name="指纹识别无反应")
    operation = desk.make_operation(family=family)
    part = desk.make_stocked_part(cast.station_a)

    agent = browser_as(cast.agent)
    agent.goto(f"/service/intake/?phone={unit.customer.phone}")
    agent.fill("[name=fault_text]", "指纹识别没有反应")
    agent.wait_for_selector("#id_fault_code optgroup", state="attached")
    picture(agent, "service-intake")
    agent.click("main form[method=post] .btn-primary")
    agent.wait_for_selector(".tl")
    picture(agent, "service-request")
    job = WorkOrder.objects.get()

    clerk = browser_as(cast.clerk_a)
    clerk.goto(job.get_absolute_url())
    clerk.click(".next .btn-primary")
    clerk.select_option("[name=technician]", label=cast.engineer_a.name)
    clerk.click("main form .btn-primary")
    clerk.wait_for_selector(".next")

    phone = browser_as(cast.technician_a, width=390, height=844)
    phone.goto("/service/today/")
    phone.click(".job .btn-primary")
    phone.fill("[name=visit_at]", "2099-01-01T10:30")
    phone.click("main form .btn-primary")
    phone.goto("/service/today/")
    picture(phone, "service-jobs-phone")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.click(".job .btn-primary")
    phone.click("main form .btn-primary")
    phone.goto(f"{job.get_absolute_url()}parts/")
    phone.select_option("[name=part]", value=str(part.pk))
    phone.click("main form .btn-primary")
    phone.goto(f"{job.get_absolute_url()}hours/")
    phone.select_option("[name=operation]", value=str(operation.pk))
    phone.click("main form .btn-primary")
    phone.wait_for_selector(".next")
    picture(phone, "service-job-phone")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.goto(f"{job.get_absolute_url()}complete/")
    for name, text in desk.TEXTS.items():
        phone.fill(f"[name={name}]", text)
    phone.fill("[name=distance_km]", "12")
    assert phone.input_value("[name=customer_signed_as]") == ""
    phone.fill("[name=customer_signed_as]", "王女士")
    phone.check("[name=without_photos]")
    phone.click("main form .btn-primary")
    phone.wait_for_selector(".tl")

    job.refresh_from_db()
    assert job.status == "completed"
    english = browser_as(cast.clerk_a, language="en")
    english.goto(job.get_absolute_url())
    picture(english, "service-job-en")

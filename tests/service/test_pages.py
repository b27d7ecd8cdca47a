"""The desk's, the station's and the technician's pages, from call to finished job, as posts."""

import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from parts import stock
from portal.core import clock
from portal.core.phones import PhoneNotANumber
from portal.core.registries import books_checks
from service import status_links, work_orders
from service.models import ServiceRequest, WorkOrder
from tests.conftest import as_user
from tests.factories import service as desk
from tests.factories import stations as network
from tests.factories.parts import make_fitment

pytestmark = pytest.mark.django_db


def picture(color: str = "red") -> SimpleUploadedFile:
    held = BytesIO()
    Image.new("RGB", (320, 240), color).save(held, "JPEG")
    return SimpleUploadedFile("fault.jpg", held.getvalue(), "image/jpeg")


def certified(cast: Any) -> Any:
    """A product model that station A's technician may repair."""
    family = network.make_family()
    network.make_certificate(technician=cast.engineer_a, family=family)
    return network.make_product_model(family=family)


def post(browser: Any, name: str, args: list[Any], data: dict[str, Any] | None = None) -> Any:
    answer = browser.post(reverse(name, args=args), data or {})
    assert answer.status_code == 302, answer.content.decode()[:4000]
    return answer


def test_a_call_becomes_a_finished_job_page_by_page(cast: Any) -> None:
    model = certified(cast)
    customer = desk.make_customer()
    unit = desk.make_unit(product_model=model, customer=customer)
    agent, clerk, technician = as_user(cast.agent), as_user(cast.clerk_a), as_user(cast.technician_a)

    looked_up = agent.get(reverse("intake"), {"phone": customer.phone})
    assert unit.serial_number in looked_up.content.decode()
    taken = agent.post(
        f"{reverse('intake')}?phone={customer.phone}",
        {
            "customer": customer.pk, "phone": customer.phone, "address": customer.address, "unit": unit.pk,
            "fault_text": "指纹识别没有反应", "urgency": "function_fault", "category": "urgent_repair", "problem_class": 1,
            "channel": "hotline", "offer_now": "on",
        },
    )  # fmt: skip
    assert taken.status_code == 302, taken.content.decode()[:4000]
    request = ServiceRequest.objects.get()
    job = WorkOrder.objects.get()
    assert job.station == cast.station_a

    post(clerk, "work_order_accept", [job.number], {"technician": cast.engineer_a.pk})
    visit = clock.local(clock.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    post(technician, "work_order_appoint", [job.number], {"visit_at": visit})
    assert customer.phone in technician.get(reverse("my_jobs")).content.decode()
    post(technician, "work_order_check_in", [job.number])
    part = desk.make_stocked_part(cast.station_a, 3)
    post(technician, "work_order_part", [job.number], {"part": part.pk, "qty": "1", "action": "replace"})
    operation = desk.make_operation(family=model.family)
    post(technician, "work_order_hours", [job.number], {"operation": operation.pk, "qty": "1", "hours": ""})
    for kind, color in (("fault_photo", "red"), ("plate_photo", "blue")):
        post(technician, "work_order_photos", [job.number], {"kind": kind, "photos": [picture(color), picture(color)]})
    today = clock.today().isoformat()
    post(
        technician,
        "work_order_complete",
        [job.number],
        desk.TEXTS | {"failed_on": today, "repaired_on": today, "distance_km": "12", "customer_signed_as": "王女士"},
    )

    job.refresh_from_db()
    assert (job.status, job.worked_hours.get().hours) == ("completed", operation.flat_hours)
    assert stock.on_hand(part, stock.station_location(cast.station_a)) == 2
    page = clerk.get(job.get_absolute_url()).content.decode()
    assert customer.phone not in page
    assert request.masked_phone in page
    post(agent, "request_close", [request.number], {"result": "客户确认已修好"})
    for name in ("issued parts and stock ledger", "requests and their jobs", "jobs and their stations"):
        assert list(books_checks[name]()) == []


def test_a_job_is_not_completed_before_the_customer_signs(cast: Any) -> None:
    job = desk.make_on_site(cast.station_a, technician=cast.engineer_a)
    work_orders.record_hours(job, desk.make_operation(), hours=Decimal("1.2"), actor=cast.technician_a)
    technician, here = as_user(cast.technician_a), reverse("work_order_complete", args=[job.number])
    today = clock.today().isoformat()
    findings = desk.TEXTS | {"failed_on": today, "repaired_on": today}

    asked = technician.get(here).content.decode()
    unsigned = technician.post(here, findings | {"customer_signed_as": "  "})
    bare = technician.post(here, findings | {"customer_signed_as": "王女士"})
    signed = technician.post(here, findings | {"customer_signed_as": "王女士", "without_photos": "on"})

    assert "这些照片" in asked
    assert bare.status_code == 422
    assert "故障照片、铭牌照片" in bare.content.decode()
    (field,) = re.findall(r'<input[^>]*name="customer_signed_as"[^>]*>', asked)
    assert "value=" not in field
    assert unsigned.status_code == 422
    assert "客户还没有签名" in unsigned.content.decode()
    assert signed.status_code == 302, signed.content.decode()[:4000]
    job.refresh_from_db()
    assert (job.status, job.customer_signed_as) == ("completed", "王女士")


def test_intake_puts_a_new_customer_and_a_new_unit_on_file(cast: Any) -> None:
    model = certified(cast)

    taken = as_user(cast.agent).post(
        f"{reverse('intake')}?phone=13912345678",
        {
            "name": "赵先生", "phone": "139 1234 5678", "address": "上海市徐汇区天钥桥路 1 号", "serial_number": "new-0001",
            "product_model": model.pk, "fault_text": "门锁打不开", "urgency": "machine_stopped",
            "category": "urgent_repair", "problem_class": 1, "channel": "hotline",
        },
    )  # fmt: skip

    assert taken.status_code == 302, taken.content.decode()[:4000]
    request = ServiceRequest.objects.get()
    assert (request.customer.phone, request.unit.serial_number) == ("13912345678", "NEW-0001")
    assert request.unit.customer == request.customer


def test_intake_with_an_unknown_serial_number_asks_for_the_model(cast: Any) -> None:
    answer = as_user(cast.agent).post(
        reverse("intake"),
        {
            "name": "赵先生", "phone": "13912345678", "address": "某路 1 号", "serial_number": "X-1", "fault_text": "坏了",
            "urgency": "function_fault", "category": "urgent_repair", "problem_class": 1, "channel": "hotline",
        },
    )  # fmt: skip

    assert answer.status_code == 422
    assert ServiceRequest.objects.count() == 0


CALL = {
    "fault_text": "指纹识别没有反应", "urgency": "function_fault", "category": "urgent_repair", "problem_class": "1",
    "channel": "hotline",
}  # fmt: skip


def test_intake_names_every_error_at_once_beside_its_field(cast: Any) -> None:
    lock, gateway = network.make_family(name="智能门锁"), network.make_family(name="智能网关")
    unit = desk.make_unit(product_model=network.make_product_model(family=lock))
    other = desk.make_fault_code(family=gateway, code="GW-F01")

    empty = as_user(cast.agent).post(reverse("intake"), {"phone": "138x", "serial_number": "#1"}).context["form"]
    foreign = as_user(cast.agent).post(
        reverse("intake"),
        CALL | {
            "name": "", "phone": "13912345678", "address": "某路 1 号", "serial_number": unit.serial_number,
            "fault_code": other.pk,
        },
    ).context["form"]  # fmt: skip

    assert set(empty.errors) == {
        "name", "phone", "address", "serial_number", "product_model", "fault_text", "urgency", "category",
        "problem_class", "channel",
    }  # fmt: skip
    assert empty.errors["phone"] == [str(PhoneNotANumber(given="138x"))]
    assert set(foreign.errors) == {"name", "serial_number", "fault_code"}
    assert "请选择该类产品的故障代码" in foreign.errors["fault_code"][0]
    assert ServiceRequest.objects.count() == 0


def test_intake_calls_optional_only_what_nobody_demands(cast: Any) -> None:
    customer = desk.make_customer()

    unknown = as_user(cast.agent).get(reverse("intake")).context["form"].fields
    known = as_user(cast.agent).get(reverse("intake"), {"phone": customer.phone}).context["form"].fields

    assert (unknown["name"].required, known["name"].required) == (True, False)
    assert (known["name"].demanded, known["customer"].demanded) == ("新客户必填", "")
    assert known["product_model"].demanded == "设备未建档时必填"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"phone": "1380000a"}, "“1380000a”不是电话号码：应为 11 位手机号"),
        ({"phone": "", "serial": "！！"}, "“！！”不是序列号：请填写 3 至 60 位字母、数字和连字符"),
        ({"phone": "", "serial": " "}, "请填写电话号码或序列号"),
    ],
)
def test_look_up_says_what_it_cannot_read(cast: Any, asked: dict[str, str], told: str) -> None:
    page = as_user(cast.agent).get(reverse("intake"), asked).content.decode()

    assert told in page
    assert "还没有建档" not in page


def test_intake_offers_the_fault_codes_of_the_units_family(cast: Any) -> None:
    lock = network.make_family()
    unit = desk.make_unit(product_model=network.make_product_model(family=lock))
    own, general = desk.make_fault_code(family=lock), desk.make_fault_code(family=None)
    desk.make_fault_code(family=network.make_family(), name="水泵异响")
    agent = as_user(cast.agent)

    form = agent.get(reverse("intake"), {"serial": unit.serial_number}).context["form"]
    told = agent.get(reverse("fault_suggestions"), {"serial_number": unit.serial_number, "fault_code": general.pk})
    by_model = agent.get(reverse("fault_suggestions"), {"product_model": unit.product_model_id}).content.decode()

    assert [key for key, _label in form.fields["fault_code"].choices if key] == [own.pk, general.pk]
    assert f'value="{general.pk}" selected' in told.content.decode()
    for page in (told.content.decode(), by_model):
        assert own.code in page
        assert "水泵异响" not in page


def test_work_order_list_shows_a_station_only_its_own_jobs(cast: Any) -> None:
    own, foreign = desk.make_offer(cast.station_a), desk.make_offer(cast.station_b)

    page = as_user(cast.clerk_a).get(reverse("work_order_list")).content.decode()

    assert own.number in page
    assert foreign.number not in page


def test_my_jobs_shows_a_technician_only_what_is_theirs(cast: Any) -> None:
    mine = desk.make_accepted(cast.station_a, technician=cast.engineer_a)
    other = desk.make_accepted(cast.station_a, technician=network.make_technician(station=cast.station_a))

    page = as_user(cast.technician_a).get(reverse("my_jobs")).content.decode()

    assert mine.get_absolute_url() in page
    assert other.get_absolute_url() not in page


def test_a_job_on_offer_hides_the_phone_number(cast: Any) -> None:
    job = desk.make_offer(cast.station_a)

    page = as_user(cast.clerk_a).get(job.get_absolute_url()).content.decode()

    assert job.request.contact_phone not in page


def test_status_page_shows_the_steps_and_nothing_personal() -> None:
    job = desk.make_completed()
    request = job.request

    page = as_user().get(reverse("request_status", args=[status_links.token_of(request)])).content.decode()

    assert str(job.station) in page
    for secret in (request.contact_phone, request.contact_name, request.address):
        assert secret not in page


def test_search_finds_by_serial_phone_and_name_within_scope(cast: Any) -> None:
    job = desk.make_offer(cast.station_a)
    request = job.request

    for text in (request.unit.serial_number, request.contact_phone, request.contact_name, request.number):
        assert request.number in as_user(cast.agent).get(reverse("search"), {"q": text}).content.decode(), text
        hits = as_user(cast.clerk_b).get(reverse("search"), {"q": text}).content.decode()
        assert request.get_absolute_url() not in hits, text


def test_parts_of_a_job_stand_by_fit_and_say_what_is_not_listed_for_the_model(cast: Any) -> None:
    job = desk.make_on_site(cast.station_a, technician=cast.engineer_a)
    other = desk.make_stocked_part(cast.station_a, number="A-1")
    fitting = desk.make_stocked_part(cast.station_a, number="Z-9")
    make_fitment(fitting, job.request.unit.product_model)

    form = as_user(cast.technician_a).get(reverse("work_order_part", args=[job.number])).context["form"]
    labels = [(key.value, label) for key, label in form.fields["part"].choices if key]

    assert labels == [
        (fitting.pk, "Z-9 指纹模组 · 库存 5"), (other.pk, "A-1 指纹模组 · 库存 5 · 未列入该机型"),
    ]  # fmt: skip
    assert "不会四舍五入" in str(form.fields["qty"].help_text)


def test_technicians_form_refuses_a_part_the_station_does_not_have(cast: Any) -> None:
    job = desk.make_on_site(cast.station_a, technician=cast.engineer_a)
    elsewhere = desk.make_stocked_part(cast.station_b)

    answer = as_user(cast.technician_a).post(
        reverse("work_order_part", args=[job.number]), {"part": elsewhere.pk, "qty": "1", "action": "replace"}
    )

    assert answer.status_code == 422

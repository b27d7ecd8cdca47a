"""A sale is registered by a station and approved at headquarters: what is refused at which field, and what it starts."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.core import clock, jobs
from portal.core.attachments import attachments_of
from portal.core.errors import Refusal
from portal.core.models import Notification
from portal.core.transfer.applying import apply_batch
from portal.core.transfer.kinds import kind_of
from portal.core.transfer.staging import stage_batch, upload_batch
from service.models import Customer, InstalledUnit
from tests.api.calls import Program
from tests.conftest import as_user
from tests.factories.claims import make_unit, noon, photo
from tests.factories.stations import make_product_model
from warranty import registration
from warranty.models import UnitRegistration
from warranty.registration import Sale

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 5)


@pytest.fixture(autouse=True)
def _on_the_day() -> Any:
    clock.set(noon(TODAY))
    yield
    clock.set(None)


@pytest.fixture
def unit(db: None) -> InstalledUnit:
    return make_unit(produced_on=date(2026, 8, 1), ship_date=date(2026, 8, 20))


def form_of(unit: InstalledUnit, **typed: Any) -> dict[str, Any]:
    return {
        "serial_number": f" {unit.serial_number.lower()} ", "sale_date": "2026-10-01", "handed_over_on": "2026-10-03",
        "customer_name": "赵女士", "customer_phone": "138 0013 8000", "invoice_number": "31000",
        "invoice_on": "2026-10-01", **typed,
    }  # fmt: skip


def test_a_station_registers_a_sale_with_customer_invoice_and_hand_over(cast: Any, unit: InstalledUnit) -> None:
    answer = as_user(cast.clerk_a).post(reverse("registration_new"), form_of(unit, invoice=photo(7)))
    filed = UnitRegistration.objects.get()
    as_user(cast.reviewer).post(reverse("registration_approve", args=[filed.pk]))
    jobs.drain()

    assert answer.url == filed.get_absolute_url()
    assert (filed.station, filed.invoice_number, filed.filed_on) == (cast.station_a, "31000", TODAY)
    assert [paper.kind for paper in attachments_of(filed)] == ["invoice"]
    unit.refresh_from_db()
    assert (unit.sold_on, unit.invoice_on, unit.installed_on) == (
        date(2026, 10, 1), date(2026, 10, 1), date(2026, 10, 3)
    )  # fmt: skip
    assert unit.customer is not None
    assert (unit.customer.name, unit.customer.phone) == ("赵女士", "13800138000")
    assert Notification.objects.filter(user=cast.clerk_a, kind="unitregistration.approved").count() == 1


def test_a_customer_on_file_under_name_and_phone_is_not_made_twice(cast: Any, unit: InstalledUnit) -> None:
    known = Customer.objects.create(name="赵女士", phone="13800138000", created_at=clock.now())

    as_user(cast.clerk_a).post(reverse("registration_new"), form_of(unit))

    assert UnitRegistration.objects.get().customer == known


REFUSED = [
    ("serial_number", {"serial_number": "NO-SUCH"}, 409),
    ("sale_date", {"sale_date": "2026-10-06", "handed_over_on": ""}, 409),
    ("sale_date", {"sale_date": "2026-08-19"}, 409),
    ("handed_over_on", {"handed_over_on": "2026-09-30"}, 409),
    ("handed_over_on", {"handed_over_on": "2026-10-06"}, 409),
    ("invoice_on", {"invoice_on": "2026-10-06"}, 409),
    ("customer_phone", {"customer_phone": "12"}, 422),
    ("sale_date", {"sale_date": "soon"}, 422),
]


@pytest.mark.parametrize(("field", "typed", "status"), REFUSED)
def test_what_cannot_be_is_refused_at_its_field(
    cast: Any, unit: InstalledUnit, field: str, typed: dict[str, str], status: int
) -> None:
    answer = as_user(cast.clerk_a).post(reverse("registration_new"), form_of(unit, **typed))

    assert (answer.status_code, list(answer.context["form"].errors)) == (status, [field])
    assert not UnitRegistration.objects.exists()
    assert not Customer.objects.filter(name="赵女士").exists()


def test_a_unit_is_registered_once_and_waits_once(cast: Any, unit: InstalledUnit) -> None:
    filed = registration.file_registration(unit, sale=Sale(TODAY), station=cast.station_a, actor=cast.clerk_a)
    again = as_user(cast.clerk_a).post(reverse("registration_new"), form_of(unit))
    registration.approve_registration(filed, actor=cast.reviewer)
    too_late = as_user(cast.clerk_b).post(reverse("registration_new"), form_of(unit))

    assert list(again.context["form"].errors) == ["serial_number"]
    assert list(too_late.context["form"].errors) == ["serial_number"]


def test_a_wrong_model_and_ones_own_registration_are_refused(cast: Any, unit: InstalledUnit) -> None:
    with pytest.raises(registration.ModelDisagrees):
        registration.file_registration(unit, sale=Sale(TODAY, product_model=make_product_model()), actor=cast.clerk_a)
    filed = registration.file_registration(unit, sale=Sale(TODAY), actor=cast.reviewer)
    with pytest.raises(Refusal):
        registration.approve_registration(filed, actor=cast.reviewer)
    assert as_user(cast.reviewer).get(reverse("registration_approve", args=[filed.pk])).status_code == 403


@pytest.mark.parametrize(("sold", "mark"), [(TODAY, "2026-11-04"), (TODAY - timedelta(days=31), "verdict wait")])
def test_the_form_says_before_filing_whether_it_is_in_time(
    cast: Any, unit: InstalledUnit, sold: date, mark: str
) -> None:
    asked = {"serial_number": unit.serial_number, "sale_date": sold.isoformat()}

    card = as_user(cast.clerk_a).get(reverse("registration_unit"), asked).content.decode()

    assert mark in card
    assert str(unit.product_model) in card
    assert (
        "Traceback"
        not in as_user(cast.clerk_a)
        .get(reverse("registration_unit"), {"serial_number": "x\x00", "sale_date": "9999-12-31"})
        .content.decode()
    )


def test_lists_and_records_show_only_ones_own(cast: Any, unit: InstalledUnit) -> None:
    filed = registration.file_registration(unit, sale=Sale(TODAY), station=cast.station_a, actor=cast.clerk_a)

    shown = {
        who: unit.serial_number in as_user(getattr(cast, who)).get(reverse("registration_list")).content.decode()
        for who in ("clerk_a", "clerk_b", "auditor")
    }

    assert shown == {"clerk_a": True, "clerk_b": False, "auditor": True}
    assert as_user(cast.clerk_b).get(filed.get_absolute_url()).status_code == 404


def test_many_sales_come_by_file_for_ones_own_station_only(cast: Any, unit: InstalledUnit) -> None:
    """One sound row is filed; an unknown serial, a foreign station and a day in the future stand at their cells."""
    twin, third = make_unit(), make_unit()
    head = "serial_number,sold_on,customer_name,customer_phone,station,invoice_number"
    rows = [
        f"{unit.serial_number.lower()},2026-10-01,赵女士,13800138000,,31000",
        "NO-SUCH,2026-10-01,赵女士,13800138000,,",
        f"{twin.serial_number},2026-10-06,赵女士,13800138000,,",
        f"{third.serial_number},2026-10-01,赵女士,13800138000,{cast.station_b.code},",
    ]
    file = SimpleUploadedFile("sales.csv", "\n".join([head, *rows]).encode("utf-8-sig"))

    kind = kind_of("warranty.registrations")
    batch = stage_batch(upload_batch(kind, file, actor=cast.clerk_a))
    apply_batch(batch, actor=cast.clerk_a)

    filed = UnitRegistration.objects.get()
    assert (filed.unit, filed.station, filed.invoice_number) == (unit, cast.station_a, "31000")
    wrong = {row.line: [error["column"] for error in row.errors] for row in batch.rows.exclude(errors=[])}
    assert list(wrong.values()) == [["serial_number"], ["sold_on"], ["station"]]


def test_programs_file_approve_and_list(cast: Any, unit: InstalledUnit) -> None:
    body = {
        "serial_number": unit.serial_number, "station": cast.station_a.code, "sale_date": "2026-10-01",
        "customer_name": "赵女士", "customer_phone": "13800138000",
    }  # fmt: skip
    station, office = Program(cast.clerk_a), Program(cast.reviewer)

    made = station.post("registrations/", body)
    foreign = station.post("registrations/", body | {"station": cast.station_b.code})
    future = station.post("registrations/", body | {"sale_date": "2026-10-06"})
    approved = office.post(f"registrations/{made.json()['id']}/approve/", {})
    listed = Program(cast.clerk_b).get("registrations/").json()["results"]

    assert (made.status_code, foreign.status_code, future.status_code) == (201, 400, 422)
    assert (list(foreign.json()["errors"]), list(future.json()["errors"])) == (
        ["station"],
        ["serial_number", "sale_date"],
    )
    assert (approved.json()["status"], approved.json()["too_late"], listed) == ("approved", False, [])
    assert approved.json()["customer_phone"] == "138****8000"

"""What replaces what and from when, what fits which unit, drawings with numbered parts, the page of one part."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from parts import exploded, fitting, superseding
from parts.allocation import allocate
from parts.models import Fitment, PartVariant, Supersession
from parts.ordering import Wanted, place_order
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.events import of_subject
from tests.conftest import as_user
from tests.core.test_attachments import picture
from tests.factories.parts import make_fitment, make_part, make_supplier, make_supplier_part, stock_at_headquarters
from tests.factories.service import make_unit
from tests.factories.stations import make_member, make_station, make_user

pytestmark = pytest.mark.django_db
D = Decimal


def test_supersede_holds_from_its_day_in_the_allocation_and_ends_with_a_reason() -> None:
    station, buyer = make_station(), make_user()
    old, new = make_part(number="OLD"), make_part(number="NEW")
    stock_at_headquarters(new, 5)
    tomorrow = clock.today() + timedelta(days=1)
    link = superseding.supersede(old, new, valid_from=tomorrow, actor=buyer)
    order = place_order(station, lines=[Wanted("OLD", D(2))], actor=buyer)

    allocate(actor=buyer)
    assert order.lines.get().backordered_qty == 2
    superseding.supersede(old, new, actor=buyer)
    allocate(actor=buyer)
    assert order.lines.get().allocated_qty == 2

    superseding.end_supersession(link, reason="新件停用", actor=buyer)
    assert superseding.links() == []
    assert next(event.kind for event in of_subject(old)) == "part.supersession_ended"
    with pytest.raises(superseding.NotSuperseding):
        superseding.end_supersession(link, reason="再次", actor=buyer)


def test_a_circle_is_refused_and_named_whoever_types_it() -> None:
    a, b, c = (make_part(number=number) for number in "ABC")
    actor = make_user(Role.WAREHOUSE)
    superseding.supersede(a, b, actor=actor)
    superseding.supersede(b, c, valid_from=clock.today() + timedelta(days=90), actor=actor)

    with pytest.raises(superseding.SupersedesItself, match="C → A → B → C"):
        superseding.supersede(c, a, actor=actor)
    with pytest.raises(superseding.SupersedesItself, match="A → A"):
        superseding.supersede(a, a, actor=actor)
    with pytest.raises(superseding.RatioNotPositive):
        superseding.supersede(a, c, ratio=D(0), actor=actor)
    client = as_user(actor)
    form = {"old": c.pk, "new": a.pk, "mode": "use_up", "ratio": "1"}
    assert "C → A → B → C" in client.post("/admin/parts/supersession/add/", form).content.decode()
    answer = client.post("/parts/catalog/C/successor/", {"new": "A", "way": "use_up", "ratio": "1"})
    assert (answer.status_code, Supersession.objects.count()) == (409, 2)
    assert client.post("/admin/parts/supersession/add/", form | {"old": a.pk, "new": c.pk}).status_code == 302


def test_the_tree_shows_both_directions_to_their_ends_and_alternates_beside() -> None:
    a, b, c, d = (make_part(number=number) for number in "ABCD")
    actor = make_user(Role.WAREHOUSE)
    superseding.supersede(a, b, ratio=D(2), actor=actor)
    superseding.supersede(b, c, mode="immediate", actor=actor)
    superseding.make_alternates(b, d, actor=actor)
    superseding.make_alternates(d, b, actor=actor)

    assert [branch.part for branch in superseding.tree(b, forward=True)] == [c]
    (after,) = superseding.tree(a, forward=True)
    assert (after.part, after.following[0].part) == (b, c)
    assert [branch.part for branch in superseding.tree(c, forward=False)] == [b]
    assert PartVariant.objects.count() == 1
    pages = {number: as_user(actor).get(f"/parts/catalog/{number}/").content.decode() for number in "AD"}
    assert 'href="/parts/catalog/C/"' in pages["A"]
    assert 'href="/parts/catalog/B/"' in pages["D"]


@pytest.mark.parametrize(
    ("serial", "first", "last", "inside"),
    [
        ("SN100", "SN100", "SN200", True),
        ("SN200", "SN100", "SN200", True),
        ("SN201", "SN100", "SN200", False),
        ("sn99", "SN100", "", False),
        ("SN1000", "SN200", "", True),
        ("", "SN100", "SN200", True),
        ("XX150", "SN100", "SN200", False),
    ],
)
def test_serial_numbers_compare_by_their_digits(serial: str, first: str, last: str, inside: bool) -> None:
    assert fitting.in_range(serial, first, last) is inside


def test_the_serial_number_finds_the_parts_of_its_range_and_production_day() -> None:
    unit = make_unit(serial_number="SN150", produced_on=date(2024, 5, 1))
    model = unit.product_model
    always, early, later, other = (make_part(number=number) for number in ("ALWAYS", "EARLY", "LATER", "OTHER"))
    make_fitment(always, model)
    make_fitment(early, model, produced_to=date(2024, 6, 1), serial_from="SN100", serial_to="SN199")
    make_fitment(later, model, produced_from=date(2024, 6, 1))
    make_fitment(other, model, serial_from="SN200")

    found = fitting.fitting(model, serial=unit.serial_number, produced_on=unit.produced_on)

    assert {row.part for row in found} == {always, early}
    assert fitting.fits(["LATER"], model) is True
    assert fitting.fits(["LATER"], model, serial="SN150", produced_on=date(2024, 5, 1)) is False
    page = as_user(make_user(Role.WAREHOUSE)).get("/parts/fitting/?serial=sn150").content.decode()
    assert ("EARLY" in page, "LATER" in page, "OTHER" in page) == (True, False, False)
    whole = as_user(make_user(Role.WAREHOUSE)).get(f"/parts/fitting/?serial={model.code}").content.decode()
    assert ("EARLY" in whole, "LATER" in whole, "OTHER" in whole, "SN100 – SN199" in whole) == (True,) * 4


def test_a_drawing_points_at_its_parts_and_leads_to_the_order() -> None:
    keeper = make_user(Role.WAREHOUSE)
    fitment = make_fitment(make_part(number="GW-1"), make_unit().product_model)
    client = as_user(keeper)
    upload = SimpleUploadedFile("lock.png", picture(form="PNG"), content_type="image/png")
    form = {"product_model": fitment.product_model_id, "title": "门锁总成", "picture": upload}

    answer = client.post("/parts/views/new/", form)
    view = fitment.product_model.exploded_views.get()
    assert answer["Location"] == f"/parts/views/{view.pk}/place/"
    place = {"fitment": fitment.pk, "position_number": "12", "x_percent": "40.5", "y_percent": "61"}
    assert client.post(answer["Location"], place | {"x_percent": "140"}).status_code == 422
    assert client.post(answer["Location"], place).status_code == 302
    assert Fitment.objects.get().x_percent == D("40.50")
    page = as_user(make_member(Role.STATION_CLERK, station=make_station())).get(f"/parts/views/{view.pk}/")
    assert 'data-x="40.50" data-y="61.00"' in page.content.decode()
    assert "/parts/orders/new/?part=GW-1" in page.content.decode()
    with pytest.raises(exploded.OtherModel):
        stranger = make_fitment(make_part(), make_unit().product_model)
        exploded.place_part(view, stranger, position_number="1", x_percent=D(1), y_percent=D(1), actor=keeper)
    with pytest.raises(exploded.AssemblyKnown):
        exploded.draw_view(view.product_model, title="门锁总成", picture=upload, actor=keeper)


def test_the_page_of_a_part_tells_each_reader_what_concerns_them() -> None:
    station, keeper = make_station(), make_user(Role.WAREHOUSE)
    part = make_part(number="GW-1", lifecycle="phase_out", last_supply_on=date(2027, 3, 31))
    make_supplier_part(make_supplier(name="深圳某厂"), part, "41.00")
    stock_at_headquarters(part, 3)
    clerk = make_member(Role.STATION_CLERK, station=station)
    place_order(station, lines=[Wanted("GW-1", D(2))], actor=clerk)
    upload: Any = SimpleUploadedFile("p.png", picture(form="PNG"), content_type="image/png")
    assert as_user(keeper).post("/parts/catalog/GW-1/files/", {"kind": "photo", "file": upload}).status_code == 302

    ours = as_user(keeper).get("/parts/catalog/GW-1/").content.decode()
    theirs = as_user(clerk).get("/parts/catalog/GW-1/").content.decode()

    assert ("深圳某厂" in ours, "41.00" in ours, "2027-03-31" in ours, "/thumb/" in ours) == (True, True, True, True)
    assert ("深圳某厂" in theirs, "41.00" in theirs, "/thumb/" in theirs) == (False, False, True)

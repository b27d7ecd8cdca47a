"""Labels: what stands on them, that every format holds long names on its one page, and what is refused."""

import io
from decimal import Decimal
from typing import Any

import pypdf
import pytest

from parts import labels
from parts.counts import planning
from parts.models import Shipment
from parts.receiving import Delivered, receive_goods
from portal.core.documents import html_to_pdf
from tests.factories.parts import make_location, make_part, make_supplier
from tests.factories.stations import make_user
from tests.parts.test_pages import as_user
from tests.permissions.parts import shipment_to_a

pytestmark = pytest.mark.django_db
D = Decimal


def pages(raw: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(raw)).pages]


@pytest.mark.parametrize(("form", "count"), [("a4", 2), ("60x40", 25), ("50x30", 25)])
def test_long_names_never_need_another_page(form: str, count: int) -> None:
    part = make_part(number="GW-MB-100-" + "X" * 20, name="智能网关主板" * 9, name_en="Gateway main board " * 8)

    printed = pages(html_to_pdf(labels.labels_page(labels.labels_of_part(part, 25), form)))

    assert len(printed) == count
    assert "GW-MB-100" in printed[0]


def test_a_receipt_has_a_label_a_piece_with_batch_and_bin() -> None:
    part = make_part(number="SL-1")
    lines = [Delivered(part, D(3), D("1.00"), batch="B7", shelf="A-01")]
    receipt = receive_goods(make_supplier(), lines=lines, actor=make_user())

    made = labels.labels_of_receipt(receipt, 1)

    assert len(made) == 3
    assert made[0].head == "SL-1"
    assert "A-01" in made[0].lines[-1]
    with pytest.raises(labels.TooManyLabels):
        labels.labels_of_receipt(receipt, 200)


def test_a_parcel_says_where_it_goes_and_a_place_labels_its_bins(cast: Any) -> None:
    shipment = Shipment.objects.get(pk=shipment_to_a(cast)[0])
    place = make_location(code="RW-1", kind="regional")
    make_location(code="RW-1-A", kind="regional", parent=place)
    make_location(code="RW-1-B", kind="regional", parent=place)

    (label,) = labels.labels_of_shipment(shipment, 1)

    assert (label.code, label.head) == (shipment.number, cast.station_a.name)
    assert shipment.order.number in label.lines
    assert [row.code for row in labels.labels_of_place(place, 1)] == ["RW-1-A", "RW-1-B"]


def test_the_format_is_remembered_for_the_user_and_a_count_labels_its_bins(cast: Any) -> None:
    place = make_location(code="RW-2", kind="regional")
    make_location(code="RW-2-A", kind="regional", parent=place)
    count = planning.plan_count(place, reason="whole", actor=cast.warehouse)
    address = f"/parts/labels/count/{count.pk}/"

    as_user(cast.warehouse).post(address, {"form": "50x30", "copies": "1"})

    assert as_user(cast.warehouse).get(address).context["form"].initial["form"] == "50x30"
    assert as_user(cast.clerk_a).get(address).status_code == 404
    assert [row.code for row in labels.labels_of_count(count, 1)] == ["RW-2-A"]
    for page in (place.get_absolute_url(), count.get_absolute_url()):
        assert "/parts/labels/" in as_user(cast.warehouse).get(page).content.decode()

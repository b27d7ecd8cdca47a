"""Half a piece is refused wherever a quantity is typed, and half a meter is not."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin import site
from django.test import RequestFactory
from django.utils import translation

from parts import issuing, kits, pieces, transfers, vans
from parts.basket import Row, assess
from parts.forms.order_aids import TemplateForm
from parts.models import KitRecipe, Part, SupplierPart
from parts.ordering import Wanted, place_order
from parts.purchasing import orders, receipts
from parts.receiving import Delivered, receive_goods
from parts.replenishment import decisions
from parts.stock import QuantityNotWhole, central_warehouse, station_location
from portal.accounts.roles import Role
from portal.core.transfer import StagedRow
from tests.factories.parts import make_part, make_supplier, put_stock, stock_at_headquarters
from tests.factories.stations import make_member, make_station, make_technician, make_user

pytestmark = pytest.mark.django_db
D = Decimal
HALF = D("1.5")


@pytest.fixture
def station() -> Any:
    return make_station()


def build(part: Part, user: Any) -> None:
    kit = make_part()
    KitRecipe.objects.create(kit=kit, component=part, qty=HALF)
    kits.build_kits(kit, D(1), place=central_warehouse(), actor=user)


ACTS: dict[str, Callable[[Part, Any, Any], Any]] = {
    "order": lambda part, station, user: place_order(station, lines=[Wanted(part.number, HALF)], actor=user),
    "purchase": lambda part, _station, user: orders.draft_purchase_order(
        make_supplier(), lines=[orders.Needed(part.number, HALF, D(1))], actor=user
    ),
    "receive": lambda part, _station, user: receive_goods(
        make_supplier(), lines=[Delivered(part, HALF, D(1))], actor=user
    ),
    "issue": lambda part, station, user: issuing.issue_to_job(station, part, HALF, source="WO-1", actor=user),
    "level": lambda part, station, user: decisions.set_stock_level(
        part, station_location(station), minimum=D(1), target=HALF, reason="本站备货", actor=user
    ),
    "transfer": lambda part, station, user: transfers.request_transfer(
        station, make_station(), lines=[Wanted(part.number, HALF)], reason="客户急用", actor=user
    ),
    "kit": lambda part, _station, user: build(part, user),
    "van": lambda part, station, user: vans.load_van(
        make_technician(station=station), lines=[Wanted(part.number, HALF)], actor=user
    ),
}  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
def test_half_a_piece_is_refused_with_what_was_got_and_expected(station: Any, act: str) -> None:
    part = make_part()

    with translation.override("en"), pytest.raises(QuantityNotWhole) as refusal:
        ACTS[act](part, station, make_member(Role.STATION_CLERK, station=station))

    with translation.override("en"):
        assert str(refusal.value) == f"{part.number} is counted in whole pcs: got 1.5, expected a whole number."
    assert refusal.value.field


def test_half_a_meter_is_ordered_and_issued(station: Any) -> None:
    hose = make_part(unit="米", pack_qty=D("0.5"), min_order_qty=D("0.5"))
    put_stock(station_location(station), hose, 2)

    assert place_order(station, lines=[Wanted(hose.number, HALF)], actor=make_user()).lines.get().ordered_qty == HALF
    assert issuing.issue_to_job(station, hose, HALF, source="WO-1")


def test_the_basket_and_a_template_name_the_row_with_half_a_piece(station: Any) -> None:
    part, user = make_part(), make_member(Role.STATION_CLERK, station=station)

    assert "1.5" in str(assess(station, [Row(1, part.number, HALF)]).lines[0].problem)
    form = TemplateForm({"station": station.pk, "name": "月度", "rows": f"{part.number} 1.5"}, user=user)
    assert not form.is_valid()
    assert "1.5" in str(form.errors["rows"])


def test_what_may_come_on_top_of_an_order_is_whole_pieces() -> None:
    part, supplier, user = make_part(), make_supplier(), make_user()
    draft = orders.draft_purchase_order(supplier, lines=[orders.Needed(part.number, D(1), D(1))], actor=user)
    order = orders.send_purchase_order(draft, actor=user)

    with pytest.raises(receipts.OverReceipt) as refusal:
        receipts.receive_purchase(order, arrived=[receipts.Arrived(order.lines.get().pk, D(2))], actor=user)

    assert refusal.value.values["most"] == "1"


def test_packs_recipes_and_units_of_the_catalog_count_whole_pieces() -> None:
    part, hose = make_part(), make_part(number="HOSE", unit="米")
    stock_at_headquarters(hose, HALF)

    def errors(admin: Any, model: type[Any], instance: Any = None, **typed: Any) -> Any:
        request = RequestFactory().get("/")
        request.user = make_user(Role.WAREHOUSE)
        made = admin.get_form(request)(data=typed, instance=instance)
        assert made._meta.model is model
        return made.errors

    half, one = {"pack_qty": "0.5", "min_order_qty": "1"}, {"pack_qty": "1", "min_order_qty": "1"}
    site_of = {model: site._registry[model] for model in (Part, KitRecipe, SupplierPart)}
    assert "pack_qty" in errors(site_of[Part], Part, number="X", unit="件", **half)
    assert "unit" in errors(site_of[Part], Part, hose, number="HOSE", unit="件", **one)
    assert "pack_qty" in errors(site_of[SupplierPart], SupplierPart, part=part.pk, **half)
    assert "qty" in errors(site_of[KitRecipe], KitRecipe, kit=hose.pk, component=part.pk, qty="0.5")

    rows = [StagedRow(2, {"number": "HOSE", "unit": "件"}), StagedRow(3, {"number": "NEW", "pack_qty": D("0.5")})]
    found = [(finding.line, finding.column) for finding in pieces.inspect_parts(None, rows)]
    assert found == [(2, "unit"), (3, "pack_qty")]

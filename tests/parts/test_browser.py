"""The parts leg of the main job in a real browser: order on a phone, share out and ship at headquarters, receive by scanning
with a piece missing, and the case closed."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from parts import stock
from parts.models import PartsOrder, ReceivingCase, Shipment
from tests.cast import Cast
from tests.factories.parts import make_part, make_supersession, stock_at_headquarters

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_from_pasted_rows_to_the_stations_shelf(
    cast: Cast, browser_as: Callable[..., Any], picture: Callable[[Any, str], None]
) -> None:
    board = make_part(
        number="GW-MB-100", name="智能网关主板", name_en="Gateway main board", price="268.00", pinyin_key="znwgzb"
    )
    battery = make_part(
        number="SL-BT-4A", name="门锁电池仓", name_en="Lock battery box", price="35.50", pack_qty=Decimal(5)
    )
    old = make_part(number="GW-PS-09", name="网关电源（旧款）", name_en="Gateway power supply (old)", price="59.00")
    make_supersession(old, make_part(number="GW-PS-10", name="网关电源", name_en="Gateway power supply", price="62.00"))
    for part, pieces in ((board, 8), (battery, 2), (old, 1)):
        stock_at_headquarters(part, pieces)

    phone = browser_as(cast.clerk_a, width=390, height=844)
    phone.goto("/parts/orders/new/")
    phone.fill("#part-search", "znwg")
    phone.locator("[data-add-part='GW-MB-100']").click()
    phone.locator("#basket").get_by_text("¥268.00").first.wait_for(state="attached")
    phone.fill("textarea[name=rows]", "配件编码\t数量\nGW-MB-100\t2\nSL-BT-4A\t3\nGW-PS-09\t1\n")
    phone.locator("#basket").get_by_text("SL-BT-4A").wait_for()
    picture(phone, "parts-order-phone")
    phone.locator("main form.card button.btn-primary").click()
    phone.wait_for_url("**/parts/orders/*/")
    order = PartsOrder.objects.get()
    assert order.status == "confirmed"

    desk = browser_as(cast.warehouse)
    desk.goto(f"/admin/parts/partsorder/{order.pk}/change/")
    picture(desk, "parts-order-admin")
    desk.goto("/parts/picking/allocate/")
    picture(desk, "parts-allocate-all")
    desk.locator(".form-foot button").click()
    desk.wait_for_url("**/parts/picking/")
    cart = browser_as(cast.warehouse, width=390, height=844)
    cart.goto(f"/parts/orders/{order.pk}/pick/")
    cart.locator(".form-foot button").click()
    cart.wait_for_url("**/parts/shipments/*/pick/")
    picture(cart, "parts-pick-phone")
    cart.locator(".form-foot button").click()
    cart.wait_for_url("**/parts/shipments/*/pack/")
    cart.locator("button[name=more]").click()
    cart.locator("#scan-pack").wait_for()
    cart.locator("tr[data-part='GW-MB-100'] [data-in='1']").fill("1")
    cart.fill("#scan-pack", "gw-mb-100;B7")
    cart.press("#scan-pack", "Enter")
    assert cart.locator("tr[data-part='GW-MB-100'] [data-in='2']").input_value() == "1"
    assert cart.locator("tr[data-part='GW-MB-100'] [data-left]").inner_text() == "0"
    cart.fill("input[name=weight_1]", "1.5")
    cart.fill("input[name=weight_2]", "0.8")
    picture(cart, "parts-pack-phone")
    cart.locator(".form-foot button").click()
    cart.wait_for_url("**/parts/shipments/*/ship/")
    cart.select_option("select[name=carrier]", label="顺丰速运")
    cart.fill("input[name=tracking_1]", "SF1234567890")
    picture(cart, "parts-ship-phone")
    cart.locator(".form-foot button").click()
    shipment = Shipment.objects.get()
    cart.wait_for_url(f"**/parts/shipments/{shipment.pk}/")
    assert cart.locator("a[href$='/SF1234567890']").count() == 1
    picture(cart, "parts-shipment-phone")

    phone.goto(f"/parts/orders/{order.pk}/")
    picture(phone, "parts-order-shipped-phone")
    phone.goto(f"/parts/shipments/{shipment.pk}/receive/")
    for number, times in (("GW-MB-100;B7", 1), ("SL-BT-4A", 2), ("GW-PS-09", 1)):
        for _time in range(times):
            phone.fill("[data-count-scan]", number)
            phone.press("[data-count-scan]", "Enter")
            assert "is-invalid" not in (phone.get_attribute("[data-count-scan]", "class") or "")
    assert phone.locator("tr[data-part='SL-BT-4A'] input[name$='-received']").input_value() == "2"
    phone.fill("[data-count-scan]", "GW-PS-10")
    phone.press("[data-count-scan]", "Enter")
    assert phone.locator("textarea[name=wrong]").input_value().strip() == "GW-PS-10 1"
    phone.fill("textarea[name=wrong]", "")
    picture(phone, "parts-receive-phone")
    phone.locator("main form.card button.btn-primary").click()
    phone.wait_for_url(f"**/parts/shipments/{shipment.pk}/")
    case = ReceivingCase.objects.get()
    assert (case.status, case.lines.get().part_id) == ("open", board.pk)

    desk.goto(f"/parts/cases/{case.pk}/decide/")
    desk.select_option("select[name^=decision_]", "credit")
    desk.fill("input[name^=reason_]", "承运签收单少一件")
    picture(desk, "parts-case-decide")
    desk.locator("main form.card button.btn-primary").click()
    desk.wait_for_url(f"**/parts/cases/{case.pk}/")

    case.refresh_from_db()
    shipment.refresh_from_db()
    assert (case.status, shipment.status) == ("closed", "settled")
    assert stock.on_hand(board, stock.station_location(cast.station_a)) == 1
    for language in ("zh-hans", "en"):
        cast.clerk_a.language = language
        cast.clerk_a.save(update_fields=["language"])
        for width in (1280, 390):
            page = browser_as(cast.clerk_a, width=width, language=language)
            for name, address in (
                ("order", f"/parts/orders/{order.pk}/"),
                ("orders", "/parts/orders/"),
                ("catalog", "/parts/?q=GW"),
                ("part", "/parts/catalog/GW-PS-09/"),
                ("form", "/parts/orders/new/?part=SL-BT-4A"),
                ("prices", "/parts/prices/?q=GW"),
                ("shipment", f"/parts/shipments/{shipment.pk}/"),
                ("stock", "/parts/stock/"),
            ):
                page.goto(address)
                wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert wide <= 0, f"{address} scrolls sideways at {width}"
                picture(page, f"parts-{name}-{language}-{width}")
    for width in (1280, 390):
        page = browser_as(cast.clerk_a, width=width)
        for name, address in (
            ("report", f"/parts/shipments/{shipment.pk}/differences/"),
            ("return", f"/parts/shipments/{shipment.pk}/return/"),
            ("case", f"/parts/cases/{case.pk}/"),
        ):
            page.goto(address)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{address} scrolls sideways at {width}"
            picture(page, f"parts-{name}-{width}")

"""Step 2: the station's clerk orders parts; headquarters allocates, picks and ships; the station receives."""

from parts import stock
from parts.models import PartsOrder, Shipment
from stations.models import DealerAccount
from tests.browser.main_job.story import Story

PIECES = 4


def run(story: Story) -> None:
    """Four power modules lie in the station's stock room; its account owes them."""
    story.at("2026-10-09 14:00")
    _order(story)
    _ship(story)
    story.at("2026-10-12 10:00")
    _receive(story)
    _books_show_it(story)


def _order(story: Story) -> None:
    clerk = story.portal("clerk")
    clerk.open("/").open("/parts/orders/").press("a[href='/parts/orders/new/']")
    clerk.page.fill("#part-search", story.say("电源", "power"))
    clerk.page.locator("[data-add-part='PM-3312']").click()
    clerk.page.fill("textarea[name=rows]", f"PM-3312\t{PIECES}\n")
    clerk.page.locator("#basket").get_by_text("PM-3312").wait_for()
    clerk.page.wait_for_timeout(400)
    clerk.shot("2-order").send("main form.card button.btn-primary")
    story.things["order"] = PartsOrder.objects.get()
    assert story.things["order"].status == "confirmed"


def _ship(story: Story) -> None:
    order = story.things["order"]
    warehouse = story.desk("warehouse")
    warehouse.open("/").open("/admin/").open("/admin/parts/partsorder/")
    warehouse.open(f"/admin/parts/partsorder/{order.pk}/change/")
    for act in ("allocate", "pick"):
        warehouse.press(f"a[href$='/do/{act}/']").send()
    warehouse.press("a[href$='/do/pack/']").fill(parcels="3.2 SF1234567890").send()
    carrier = story.name("顺丰速运", "SF Express")
    warehouse.press("a[href$='/do/ship/']").fill(carrier=carrier).send()
    story.things["shipment"] = Shipment.objects.get()


def _receive(story: Story) -> None:
    clerk, shipment = story.portal("clerk"), story.things["shipment"]
    clerk.open("/").open("/parts/shipments/").open(f"/parts/orders/{story.things['order'].pk}/")
    clerk.open(f"/parts/shipments/{shipment.pk}/").next()
    for _piece in range(PIECES):
        clerk.page.fill("[data-count-scan]", "PM-3312")
        clerk.page.press("[data-count-scan]", "Enter")
    clerk.send("main form.card button.btn-primary")
    shipment.refresh_from_db()
    assert shipment.status == "received"
    assert stock.on_hand(story.things["part"], stock.station_location(story.things["station"])) == PIECES


def _books_show_it(story: Story) -> None:
    account = DealerAccount.objects.get(dealer=story.things["station"].dealer)
    story.portal("clerk").open("/parts/stock/").open("/parts/catalog/PM-3312/")
    owner = story.portal("owner").open(f"/stations/accounts/{account.pk}/")
    assert (
        story.things["order"].number in owner.page.content() or story.things["shipment"].number in owner.page.content()
    )
    story.desk("warehouse").open("/admin/parts/posting/")

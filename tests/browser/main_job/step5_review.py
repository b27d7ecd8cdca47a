"""Step 5: a reviewer decides the lines in the admin; the failed part is tagged, shipped, received by scan, appraised."""

from tests.browser.main_job.paper import text_of
from tests.browser.main_job.story import Story
from tests.browser.main_job.visitor import Visitor
from tests.browser.signing import draw_on_every_pad
from warranty.failed_parts import qr_of
from warranty.models import FailedPart, PartBox


def run(story: Story) -> None:
    """The claim is partially approved, its failed part a supplier's defect."""
    story.at("2026-10-15 10:00")
    _decide(story)
    story.at("2026-10-16 09:30")
    _send_back(story)
    story.at("2026-10-19 14:00")
    _receive(story)
    _appraise(story)


def _decide(story: Story) -> None:
    reviewer, claim = story.desk("reviewer"), story.things["claim"]
    reviewer.open("/").open("/admin/").open("/warranty/queue/").open("/admin/warranty/warrantyclaim/")
    reviewer.open(f"/admin/warranty/warrantyclaim/{claim.pk}/change/").open(claim.desk_url)
    reviewer.shot("5-decide").send("[data-decide]")
    claim.refresh_from_db()
    assert claim.status == "partially_approved"
    assert str(claim.approved_total) == "476.68"
    story.at("2026-10-15 10:05")
    story.things["piece"] = FailedPart.objects.get()
    letter = story.portal("clerk").open(claim.get_absolute_url()).shot("0-claim")
    address = letter.page.locator(".head a[href*='/documents/']").first.get_attribute("href")
    assert claim.number in text_of(letter.answer_to(address).body())


def _send_back(story: Story) -> None:
    clerk = story.portal("clerk")
    clerk.open("/").open("/warranty/failed-parts/").open("/warranty/failed-parts/to-return/")
    with clerk.page.expect_response(lambda answer: "tags.pdf" in answer.url) as printed:
        clerk.page.locator("form[action$='/print/'] .btn-primary").click()
    assert story.things["piece"].number in text_of(clerk.answer_to(printed.value.url).body())
    _scan(clerk.open("/warranty/failed-parts/packing/"), story.things["piece"])
    box = PartBox.objects.get()
    clerk.press(f"a[href='/warranty/boxes/{box.pk}/seal/']").fill(weight_kg="0.8", seal="F-0001").send()
    assert box.number in text_of(clerk.answer_to(f"/warranty/boxes/{box.pk}/list.pdf").body())
    carrier = story.name("顺丰速运", "SF Express")
    driver = story.name("张师傅", "Driver Zhang")
    clerk.next().fill(carrier=carrier, waybill="SF7788990011", freight="18", driver=driver)
    draw_on_every_pad(clerk.page)
    clerk.send()
    clerk.open("/warranty/boxes/").open(f"/warranty/failed-parts/{story.things['piece'].pk}/")
    _see_signature(clerk)


def _see_signature(visitor: Visitor) -> None:
    """What the driver drew stands in the custody log, as a picture that has arrived."""
    drawn = visitor.page.locator("img.signature").first
    drawn.scroll_into_view_if_needed()
    handle = drawn.element_handle()
    visitor.page.wait_for_function("each => each.complete && each.naturalWidth > 0", arg=handle)


def _scan(visitor: Visitor, piece: FailedPart) -> None:
    """A reader types what the tag's code says and presses Enter; the page stays and says which piece it was."""
    visitor.page.keyboard.type(qr_of(piece))
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_selector(f".scan-said p:has-text('{piece.number}')")
    visitor.look()


def _receive(story: Story) -> None:
    warehouse, piece = story.desk("warehouse"), story.things["piece"]
    warehouse.open("/").open("/warranty/failed-parts/receive/")
    warehouse.fill(scanned=PartBox.objects.get().number).send()
    _scan(warehouse, piece)
    warehouse.press("a[href$='/close/']").send()
    piece.refresh_from_db()
    assert (piece.status, piece.condition, piece.box.status) == ("received", "ok", "received")


def _appraise(story: Story) -> None:
    """The verdict by its key: 1 is the supplier's defect, Ctrl+Enter sends it from the findings."""
    appraiser, piece = story.desk("appraiser"), story.things["piece"]
    appraiser.open("/").open("/warranty/failed-parts/bench/").fill(scanned=piece.number).send()
    appraiser.page.keyboard.press("Escape")
    appraiser.page.keyboard.press("9")
    appraiser.page.keyboard.press("1")
    assert appraiser.page.locator("input[name=verdict]:checked").get_attribute("value") == "supplier_defect"
    finding = story.name("电容击穿，焊点正常，属来料不良", "Capacitor burnt, solder fine: supplier's material")
    appraiser.fill(findings=finding)
    appraiser.page.keyboard.press("Control+Enter")
    appraiser.page.wait_for_url("**/failed-parts/bench/**")
    piece.refresh_from_db()
    assert piece.status == "inspected"
    appraiser.open(f"/warranty/failed-parts/{piece.pk}/")

"""Step 5: a reviewer decides the lines in the admin; the failed part is tagged, shipped, received by scan, appraised."""

import re

from tests.browser.main_job.paper import text_of
from tests.browser.main_job.story import Story
from warranty.models import FailedPart, PartBox

QR = re.compile(r"FP:\S+")


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
    tags = text_of(clerk.answer_to(printed.value.url).body())
    story.things["qr"] = QR.findall(tags)[0] if QR.findall(tags) else ""
    assert story.things["piece"].number in tags
    clerk.open("/warranty/failed-parts/to-return/").send("form[action$='/pack/'] .btn-primary")
    box = PartBox.objects.get()
    assert box.number in text_of(clerk.answer_to(f"/warranty/boxes/{box.pk}/list.pdf").body())
    carrier = story.name("顺丰速运", "SF Express")
    clerk.next().fill(carrier=carrier, waybill="SF7788990011", weight_kg="0.8", freight="18").send()
    clerk.open("/warranty/boxes/").open(f"/warranty/failed-parts/{story.things['piece'].pk}/")


def _receive(story: Story) -> None:
    warehouse = story.desk("warehouse")
    warehouse.open("/").open("/warranty/failed-parts/receive/")
    warehouse.fill(scanned=story.things["qr"] or story.things["piece"].number).send()
    piece = story.things["piece"]
    piece.refresh_from_db()
    assert piece.status == "received"


def _appraise(story: Story) -> None:
    appraiser, piece = story.desk("appraiser"), story.things["piece"]
    appraiser.open("/").open("/warranty/failed-parts/bench/").fill(scanned=piece.number).send()
    appraiser.page.keyboard.press("Escape")
    appraiser.page.locator("input[name=verdict][value=supplier_defect]").check()
    finding = story.name("电容击穿，焊点正常，属来料不良", "Capacitor burnt, solder fine: supplier's material")
    appraiser.fill(findings=finding).send()
    piece.refresh_from_db()
    assert piece.status == "inspected"
    appraiser.open(f"/warranty/failed-parts/{piece.pk}/")

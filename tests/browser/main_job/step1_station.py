"""Step 1: a dealer applies for a station; it is inspected, approved by two people, signed; its people are invited."""

import re
from typing import Any

from django.urls import reverse
from playwright.sync_api import expect

from stations.documents import certificate_of
from stations.models import InspectionItem, Station, StationApplication
from tests.browser.main_job.paper import text_of
from tests.browser.main_job.story import PASSWORD, Story
from tests.browser.rating import fill_and_sign, rate_every_item


def run(story: Story) -> None:
    """The station is active; its owner, clerk and technician can log in."""
    story.at("2026-10-08 09:00")
    link = _invite(story)
    _apply(story, link)
    _review(story)
    _decide(story)
    _staff(story)


def _invite(story: Story) -> str:
    clerk = story.desk("center_clerk")
    clerk.open("/stations/invitations/new/").fill(
        center=str(story.things["center"].pk), company_name=_company(story)
    ).send()
    found: str = clerk.page.locator("p.mono a").get_attribute("href")
    return re.sub(r"^https?://[^/]+", "", found)


def _company(story: Story) -> str:
    return story.name("深圳市南山智居电器服务有限公司", "Nanshan Smart Home Service Ltd")


def _apply(story: Story, link: str) -> None:
    dealer = story.visitor(None, width=story.width)
    place = story.name("广东省深圳市南山区", "广东省深圳市南山区")
    facts = {
        "company_name": _company(story), "license_number": "91440300MA5FYB7X2K",
        "owner_name": story.name("陈志强", "Zhiqiang Chen"), "phone": "13911112222",
        "bank_name": story.name("招商银行深圳南山支行", "China Merchants Bank, Nanshan"), "bank_account": "755912345610",
        "station_name": story.name("深圳南山服务站", "Nanshan station"), "division": place,
        "address": story.name("科技园南区高新南七道 18 号", "18 Gaoxin Road"), "technician_count": "4",
    }  # fmt: skip
    dealer.open(link).fill(**facts, taxpayer_type="general")
    dealer.fill(**{"document-license-document_number": "91440300MA5FYB7X2K"})
    dealer.fill(**{"document-license-expires_on": "2031-01-01"})
    for paper in ("license", "photos"):
        dealer.page.set_input_files(f'[name="document-{paper}-files"]', story.photo(paper))
    dealer.send('button[value="submit"]')
    dealer.page.wait_for_selector("ol.tl")
    story.things["application"] = StationApplication.objects.get()


def _review(story: Story) -> None:
    region = story.desk("region_manager")
    region.open("/stations/applications/")
    region.open(story.things["application"].get_absolute_url())
    region.next().send()
    story.at("2026-10-09 10:00")
    _visit(story)


def _visit(story: Story) -> None:
    """On the premises the region manager holds a phone."""
    phone = story.visitor(story.people["region_manager"], width=390)
    phone.open(story.things["application"].get_absolute_url()).next().send()
    phone.page.wait_for_url("**/fill/")
    rate_every_item(phone.page, items=InspectionItem.objects.count())
    phone.shot("1-visit")
    fill_and_sign(phone.page, photo=story.photo("site"), host=story.name("陈志强", "Zhiqiang Chen"))
    phone.page.wait_for_url("**/inspections/*/")
    phone.look()


def _decide(story: Story) -> None:
    manager = story.desk("service_manager")
    manager.open(story.things["application"].get_absolute_url())
    manager.next().send().shot("1-application")
    manager.next().fill(principal=str(story.things["brand"].pk), credit_limit="20000", deposit="10000")
    manager.send()
    station = Station.objects.get(application=story.things["application"])
    assert station.status == "active"
    story.things["station"] = station
    _certify(story, manager, station)


def _certify(story: Story, manager: Any, station: Station) -> None:
    """The certificate says what was signed, and its code leads anybody to a page that confirms it."""
    contract = station.contracts.get()
    manager.open(contract.get_absolute_url())
    certificate = certificate_of(contract)
    assert certificate is not None
    paper = manager.answer_to(reverse("document", args=[certificate.pk]))
    assert contract.number in text_of(paper.body())
    anybody = story.visitor(None, width=390)
    anybody.open(reverse("verify", args=[certificate.token]))
    expect(anybody.page.locator("body")).to_contain_text(contract.number)


def _staff(story: Story) -> None:
    station = story.things["station"]
    manager = story.desk("service_manager")
    manager.open(f"/stations/{station.pk}/owner/")
    _join(story, "owner", _invited(manager, username="nanshan", language=story.language))
    owner = story.portal("owner")
    owner.open(f"/stations/{station.pk}/clerk/")
    name = story.name("张丽", "Li Zhang")
    _join(story, "clerk", _invited(owner, username="zhangli", display_name=name, language=story.language))
    owner.open(f"/stations/{station.pk}/technician/")
    name = story.name("李强", "Qiang Li")
    _join(story, "technician", _invited(owner, username="liqiang", name=name, phone="13700007788"))
    manager.open(f"/stations/{station.pk}/")
    manager.press("a[href$='/certify/']").fill(family=str(story.things["family"].pk), level="2").send()
    manager.open(f"/stations/{station.pk}/")


def _invited(visitor: Any, **person: str) -> str:
    visitor.known.update(person.values())
    visitor.fill(**person).send()
    text: str = visitor.page.locator(".flash").all_inner_texts()[0]
    found = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert found, text
    return found.group(1)


def _join(story: Story, who: str, link: str) -> None:
    """Who was invited sets a password by the link and begins."""
    width = 390 if who == "technician" else story.width
    desk = story.visitor(None, width=width)
    desk.open(link)
    expect(desk.page.locator("input[type=password]")).to_have_count(2)
    for box in desk.page.locator("input[type=password]").all():
        box.fill(PASSWORD)
    desk.send(".btn-primary")
    story.desks[who] = desk

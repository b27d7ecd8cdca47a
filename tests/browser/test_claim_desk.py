"""A claim is decided in a real browser with keys only; on a phone the panel that decides is a touch away."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.cast import gather
from tests.permissions.warranty_claims import waiting
from warranty.models import WarrantyClaim

WHY = "工时高于标准，按标准工时核定"


@pytest.mark.django_db(transaction=True)
def test_a_claim_is_decided_with_keys_only_and_reached_with_a_thumb(browser_as: Any) -> None:
    cast = gather()
    claim = WarrantyClaim.objects.get(pk=waiting(cast)[0])

    phone = browser_as(cast.reviewer, width=390, height=844)
    phone.goto(claim.desk_url)
    assert phone.evaluate("document.querySelectorAll('.fold[open]').length") == 0
    phone.click(".to-decision .btn")
    expect(phone.locator("#decision")).to_be_in_viewport()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390

    desk = browser_as(cast.reviewer)
    desk.goto(claim.desk_url)
    press = desk.keyboard.press
    for key in ("j", "a", "j", "x", "ArrowDown", "Tab"):
        press(key)
    desk.keyboard.type(WHY)
    for key in ("Escape", "Enter", "Enter"):
        press(key)
    desk.wait_for_selector(".panel .big")

    decided = WarrantyClaim.objects.get(pk=claim.pk)
    assert (decided.status, decided.decided_by) == ("partially_approved", cast.reviewer)
    assert decided.lines.get(position=2).note == WHY
    assert decided.lines.get(position=1).approved_amount == decided.lines.get(position=1).allowed_amount

"""Who visits a site rates it as a person does: by the figures that are seen."""

from typing import Any

from playwright.sync_api import expect

from tests.browser.signing import draw_on_every_pad


def rate_every_item(page: Any, *, items: int, rating: int = 5) -> None:
    """Each of so many items has that rating. A page still arriving shows fewer rows, so they are waited for."""
    rows = page.locator(".rating-row")
    expect(rows).to_have_count(items)
    for row in rows.all():
        row.locator("label", has=page.locator(f'input[value="{rating}"]')).click()
    for row in rows.all():
        expect(row.locator(f'input[value="{rating}"]')).to_be_checked()


def fill_and_sign(page: Any, *, photo: str, host: str, before: Any = None) -> None:
    """A photo for the first item, which leaves at once; both sides sign with a finger; the visit is recorded."""
    page.set_input_files('input[type="file"] >> nth=0', photo)
    expect(page.locator("[data-photos] img").first).to_be_visible()
    page.fill('[name="host_signed_as"]', host)
    draw_on_every_pad(page)
    expect(page.locator("[data-saved]")).not_to_be_empty()
    if before is not None:
        before()
    page.click('button[value="finish"]')

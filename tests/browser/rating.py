"""Who visits a site rates it as a person does: by the figures that are seen."""

from typing import Any

from playwright.sync_api import expect


def rate_every_item(page: Any, *, items: int, rating: int = 5) -> None:
    """Each of so many items has that rating. A page still arriving shows fewer rows, so they are waited for."""
    rows = page.locator(".rating-row")
    expect(rows).to_have_count(items)
    for row in rows.all():
        row.locator("label", has=page.locator(f'input[value="{rating}"]')).click()
    for row in rows.all():
        expect(row.locator(f'input[value="{rating}"]')).to_be_checked()

"""Whoever signs on the screen draws on the pad with a pointer, as a person does."""

from typing import Any


def draw_on_every_pad(page: Any) -> None:
    """Each pad of the page has a stroke."""
    for pad in page.locator("[data-sign] canvas").all():
        pad.scroll_into_view_if_needed()
        edge = pad.bounding_box()
        page.mouse.move(edge["x"] + 20, edge["y"] + 30)
        page.mouse.down()
        page.mouse.move(edge["x"] + 90, edge["y"] + 80, steps=4)
        page.mouse.up()

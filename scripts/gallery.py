"""Pictures of pages that show a whole network, taken from the demo's data in both languages; `./run screenshots` makes them.

The steps of the main job have their own pictures, taken by the browser test on its way.
"""

import io
import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
from PIL import Image
from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
DESK, PHONE = (1400, 960), (390, 844)  # the admin shows its menu beside the page above 1280
LANGUAGES = ("en", "zh-hans")  # the demo's people read Chinese again at the end


@dataclass(frozen=True)
class View:
    """One picture: its file name, which demo login looks, at which path, how wide."""

    name: str
    login: str
    path: str
    size: tuple[int, int] = DESK


def views() -> Iterator[View]:
    """What is shown; a record the demo does not have is left out."""
    from django.urls import reverse

    from parts.models import ExplodedView, Location, PriceList, PurchaseSuggestion, Shipment, StockCount
    from portal.accounts.models import User
    from stations.models import SiteInspection, Station, StationApplication

    def one(rows: Any, name: str, page: str, login: str = "manager", size: tuple[int, int] = DESK) -> Iterator[View]:
        row = rows.first()
        if row is not None:
            yield View(name, login, reverse(page, args=[row.pk]), size)

    yield View("network-board", "manager", reverse("region_board"))
    yield View("network-white-spots", "manager", reverse("white_spots"))
    decided = StationApplication.objects.filter(status="hq_decision")
    yield from one(decided, "network-application", "admin:stations_stationapplication_change")
    visits = SiteInspection.objects.filter(status="recorded", outcome="rectify", purpose="surprise")
    yield from one(visits, "network-visit", "inspection_detail", "region_east", PHONE)
    busy = Station.objects.visible_to(User.objects.get(username="owner4"))
    yield from one(busy, "station-card", "station_detail", "owner4")
    yield from one(ExplodedView.objects.order_by("pk"), "parts-drawing", "exploded_view_detail", "owner4")
    suggestion = PurchaseSuggestion.objects.filter(status="open").order_by("-lost_value", "pk").first()
    if suggestion is not None:
        yield View("parts-suggestion", "warehouse", reverse("planning_figure_detail", args=[suggestion.figure_id]))
    yield from one(Location.objects.filter(kind="hq", parent=None), "parts-place", "place_detail", "warehouse")
    yield from one(PriceList.objects.order_by("-pk"), "parts-prices", "price_list_detail", "warehouse")
    yield from one(StockCount.objects.filter(status="counting"), "parts-count", "stock_count_enter", "warehouse", PHONE)
    yield from one(Shipment.objects.filter(status="picking"), "parts-pick", "shipment_pick", "warehouse", PHONE)


@contextmanager
def served() -> Iterator[str]:
    """The portal on a free port of this machine, as long as the pictures take."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    server = ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler, allow_reuse_address=False)
    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def logged_in(login: str, language: str, address: str) -> Any:
    """The cookie of a new session of a demo login, who reads in this language from now on."""
    from django.conf import settings
    from django.test import Client

    from portal.accounts.models import User

    User.objects.filter(username=login).update(language=language)
    client = Client()
    client.force_login(User.objects.get(username=login), backend="portal.accounts.backends.Password")
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": address}


def main() -> None:
    """Every picture in every language."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop in this thread; nobody else uses it
    django.setup()
    from django.conf import settings

    if not settings.DEMO:
        sys.exit(
            "The pictures are of the demo's people: they get sessions and a language, so only its database is taken."
        )
    logging.disable(logging.INFO)
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        shown = list(views())
        for language, view in [(language, view) for language in LANGUAGES for view in shown]:
            width, height = view.size
            context = browser.new_context(viewport={"width": width, "height": height}, base_url=address)
            context.add_cookies([logged_in(view.login, language, address)])
            page = context.new_page()
            page.goto(view.path)
            page.wait_for_load_state("networkidle")
            path = FOLDER / language / f"{view.name}.webp"
            Image.open(io.BytesIO(page.screenshot())).save(path, "WEBP", quality=82, method=6)
            print(path.relative_to(FOLDER), f"{path.stat().st_size / 1000:.0f} kB")
            context.close()


if __name__ == "__main__":
    main()

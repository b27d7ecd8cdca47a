"""The README's pictures of pages that show a whole network: taken from the demo's data, in both languages, by Chromium.

`./run screenshots` calls it after the browser test, which takes its own pictures along the main job.
"""

import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
from PIL import Image
from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
PHONE, DESK = (390, 844), (1280, 900)
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


@dataclass(frozen=True)
class View:
    """One picture: its file name, who looks, at what, how wide. address answers a path, or None where the demo has none."""

    name: str
    who: str
    address: Callable[[], str | None]
    size: tuple[int, int] = DESK


def views() -> list[View]:
    """What is shown, by people of the demo."""
    from django.db.models import Count
    from django.urls import reverse

    from stations.models import Course, SiteInspection, Station

    def of(name: str, row: Any) -> str | None:
        return reverse(name, args=[row.pk]) if row else None

    def trained() -> Any:
        return Course.objects.annotate(held=Count("sessions")).order_by("-held").first()

    return [
        View("network-board", "fuwu", lambda: reverse("region_board")),
        View("network-white-spots", "fuwu", lambda: reverse("white_spots")),
        View("station-card", "fuwu", lambda: of("station_detail", Station.objects.filter(status="active").first())),
        View(
            "visit-report",
            "fuwu",
            lambda: of("inspection_detail", SiteInspection.objects.filter(status="done").first()),
        ),
        View("training-course", "fuwu", lambda: of("course_detail", trained())),
        View("station-work", "jingli", lambda: reverse("home"), PHONE),
    ]


def main() -> None:
    """Every picture in every language."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    django.setup()
    from django.test.testcases import LiveServerThread

    print(LiveServerThread, views(), sync_playwright, Image, io, CHROMIUM, FOLDER)


if __name__ == "__main__":
    main()

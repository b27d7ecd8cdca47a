"""The main job, through every app and in one story: from a station's application to the supplier's cash."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from portal.core import clock
from tests.browser.main_job import (
    step1_station,
    step2_parts,
    step3_service,
    step4_claim,
    step5_review,
    step6_month,
    step7_supplier,
    step8_trail,
    story,
)
from tests.browser.main_job.story import Story

STEPS = (
    step1_station, step2_parts, step3_service, step4_claim, step5_review, step6_month, step7_supplier, step8_trail,
)  # fmt: skip
pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def the_clock_is_the_storys() -> Iterator[None]:
    yield
    clock.set(None)


# Stations and suppliers sit at a desk in one run and hold a phone in the other; on pictures they all sit at desks.
ENGLISH_WIDTH = 1280 if os.environ.get("SCREENSHOTS") else 390


WALKS = [pytest.param(1280, "zh-hans", marks=pytest.mark.long), (ENGLISH_WIDTH, "en")]


@pytest.mark.parametrize(("width", "language"), WALKS)
def test_from_the_application_of_a_station_to_the_cash_of_a_supplier(
    browser_as: Callable[..., Any], picture: Callable[[Any, str], None], width: int, language: str
) -> None:
    walk = Story(language, width, browser_as, picture)
    story.begin(walk)

    for step in STEPS:
        step.run(walk)

    assert walk.faults == [], "\n".join(walk.faults)

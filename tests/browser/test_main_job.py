"""The main job, through every app and in one story: from a station's application to the supplier's cash."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from portal.core import clock
from tests.browser.main_job import step1_station, step2_parts, step3_service, story
from tests.browser.main_job.story import Story

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def the_clock_is_the_storys() -> Iterator[None]:
    yield
    clock.set(None)


@pytest.mark.parametrize(("width", "language"), [(1280, "zh-hans"), (390, "en")])
def test_from_the_application_of_a_station_to_the_cash_of_a_supplier(
    browser_as: Callable[..., Any], picture: Callable[[Any, str], None], width: int, language: str
) -> None:
    walk = Story(language, width, browser_as, picture)
    story.begin(walk)

    for step in (step1_station, step2_parts, step3_service):
        step.run(walk)

    assert walk.faults == [], "\n".join(walk.faults)

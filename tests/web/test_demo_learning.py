"""The demo's chapter of people, tools and training, told alone."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from portal.core import clock
from portal.web.demo.story import BUSY, Story
from portal.web.demo.today import learning
from stations.models import Enrollment, ExamAttempt, SkillCertificate, StationGap
from tests.cast import Cast
from tests.factories.stations import make_family, make_grade, make_member, make_station, make_technician


@pytest.fixture
def own_clock() -> Iterator[None]:
    """The story sets the clock; afterwards it is everybody's again."""
    yield
    clock.set(None)


def test_the_chapter_shows_every_interesting_state(cast: Cast, own_clock: None) -> None:
    story = Story(seed=1, until=clock.now())
    stations = [make_station() for _number in range(BUSY + 3)]
    for number, station in enumerate(stations):
        story.people[f"owner{number}"] = make_member("station_owner", dealer=station.dealer)
    story.people["manager"] = cast.service_manager
    story.things |= {
        "stations": stations, "families": {"GW": make_family(name="网关", name_en="Gateways")},
        "places": {station.pk: number for number, station in enumerate(stations)},
    }  # fmt: skip
    make_grade(station=stations[BUSY], grade="B")
    for _number in range(8):
        user = make_member("technician", station=stations[BUSY])
        make_technician(station=stations[BUSY], user=user)
    seconds = count()
    begin = story.until - timedelta(minutes=30)

    def now(act: Callable[[], Any], by: Any = None) -> Any:
        return story.happen(begin + timedelta(seconds=next(seconds)), act, by=by)

    learning.tell(story, now)

    assert story.refused == []
    assert set(ExamAttempt.objects.values_list("status", flat=True)) == {"passed", "failed"}
    assert set(Enrollment.objects.values_list("status", flat=True)) == {"confirmed", "waiting"}
    assert set(StationGap.objects.values_list("kind", flat=True)) == {"skill", "missing", "calibration"}
    assert SkillCertificate.objects.filter(revoked_on__isnull=False).count() == 1

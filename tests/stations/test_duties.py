"""Dealers who must build a station: classes, days, alarms."""

from datetime import date, datetime, timedelta

import pytest

from portal.core import clock, events
from portal.core.models import Notification
from portal.core.states import move
from stations import duties
from stations.models import DealerDuty, StationStatus
from tests.cast import Cast
from tests.factories.recruiting import make_dealer_class
from tests.factories.stations import make_dealer, make_station

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 30)


def at(days_before: int) -> datetime:
    return clock.start_of(DAY - timedelta(days=days_before)) + timedelta(hours=9)


def duty(cast: Cast, dealer: object = None, build_by: date | None = DAY) -> DealerDuty:
    return duties.set_duty(
        dealer or make_dealer(), dealer_class=make_dealer_class(), center=cast.center_a, build_by=build_by,  # type: ignore[arg-type]
        actor=cast.service_manager,
    )  # fmt: skip


def test_a_class_that_must_build_has_a_day_and_another_has_none(cast: Cast) -> None:
    with pytest.raises(duties.DayNeeded):
        duty(cast, build_by=None)
    with pytest.raises(duties.DayWithoutDuty) as refused:
        duties.set_duty(
            make_dealer(), dealer_class=make_dealer_class(must_build=False), center=cast.center_a, build_by=DAY,
            actor=cast.service_manager,
        )  # fmt: skip

    assert refused.value.field == "build_by"
    assert not DealerDuty.objects.exists()


def test_owing_are_those_without_a_station_that_was_opened(cast: Cast) -> None:
    built, only_planned, left, none = (make_dealer() for _each in range(4))
    make_station(dealer=built)
    make_station(dealer=only_planned, active=False)
    move(make_station(dealer=left), StationStatus.TERMINATED, actor=None)
    rows = [duty(cast, dealer) for dealer in (built, only_planned, left, none)]
    duties.set_duty(
        make_dealer(),
        dealer_class=make_dealer_class(must_build=False),
        center=cast.center_a,
        actor=cast.service_manager,
    )

    assert list(duties.owing(DealerDuty.objects.all())) == rows[1:]
    assert list(duties.due(DealerDuty.objects.all(), DAY - timedelta(days=90))) == rows[1:]
    assert not duties.due(DealerDuty.objects.all(), DAY - timedelta(days=91))


def test_remind_tells_once_at_each_alarm_day_and_once_when_late(cast: Cast) -> None:
    row = duty(cast, cast.dealer_b)
    cast.dealer_b.stations.update(dealer=cast.dealer_a)

    told = [duties.remind(at=at(days)) for days in (91, 90, 89, 31, 30, 30, 5, 0, -1, -2)]

    assert told == [0, 1, 0, 0, 1, 0, 1, 1, 1, 0]
    sent = Notification.objects.filter(subject_type="stations.dealerduty")
    assert set(sent.values_list("user__username", flat=True)) == {"owner_b", "center_clerk", "region_manager"}
    assert list(sent.filter(user=cast.owner_b).order_by("pk").values_list("kind", flat=True)) == [
        *["dealerduty.due"] * 4, "dealerduty.overdue",
    ]  # fmt: skip
    assert [event.kind for event in events.of_subject(row)].count("dealerduty.alarmed") == 5


def test_a_new_day_starts_the_alarms_anew(cast: Cast) -> None:
    dealer = make_dealer()
    duty(cast, dealer)
    assert duties.remind(at=at(0)) == 1

    duty(cast, dealer, DAY + timedelta(days=30))

    assert duties.remind(at=at(0)) == 1
    assert DealerDuty.objects.count() == 1


def test_duties_are_seen_by_the_dealer_the_center_the_region_and_headquarters(cast: Cast) -> None:
    row = duty(cast, cast.dealer_b)

    seen = {
        name for name in ("owner_a", "owner_b", "clerk_b", "region_manager", "center_clerk", "service_manager", "outsider")
        if row in DealerDuty.objects.visible_to(cast.get(name))
    }  # fmt: skip

    assert seen == {"owner_b", "region_manager", "center_clerk", "service_manager"}

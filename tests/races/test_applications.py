"""Two at once over one application: one decides, the other is told; and what happens where the lock is taken away."""

from threading import Barrier
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.accounts.roles import Role
from portal.core.errors import Refusal
from portal.core.states import TransitionNotAllowed
from stations import applications, inspections
from stations.applications import deciding
from stations.models import InspectionPhoto, StationApplication
from tests.conftest import race
from tests.factories.station_applications import at_region_review, passed
from tests.factories.stations import make_member, make_station, make_user
from tests.factories.visits import planned_visit
from tests.stations.test_visits import picture

pytestmark = pytest.mark.django_db(transaction=True)


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def test_two_deciders_at_once_and_one_wins() -> None:
    application, _manager = passed()
    deciders = [make_user(Role.SERVICE_MANAGER) for _n in range(4)]

    results = race(4, lambda n: applications.decide_application(fresh(application), actor=deciders[n]))

    winners = [result for result in results if isinstance(result, StationApplication)]
    assert len(winners) == 1
    assert sum(isinstance(result, TransitionNotAllowed) for result in results) == 3
    assert fresh(application).hq_decider == winners[0].hq_decider


def test_approving_while_the_applicant_withdraws_leaves_one_of_both() -> None:
    application = at_region_review()
    manager = make_member(Role.REGION_MANAGER, region=application.center.region)

    def act(number: int) -> Any:
        row = fresh(application)
        if number % 2:
            return applications.withdraw_application(row)
        return applications.approve_by_region(row, actor=manager)

    results = race(2, act)

    row = fresh(application)
    assert all(isinstance(result, StationApplication | Refusal) for result in results), results
    # approval first, then the withdrawal of what was approved, are both in order; after a withdrawal nothing is approved
    assert row.status == "withdrawn"
    approved = isinstance(results[0], StationApplication)
    assert (row.region_decider is not None) == approved


def test_without_the_lock_both_deciders_get_past_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: read without a lock several think that they decide; only the table of moves is left."""
    application, _manager = passed()
    deciders = [make_user(Role.SERVICE_MANAGER) for _n in range(8)]
    past: list[int] = []
    move = deciding.move

    def count(row: Any, *args: Any, **options: Any) -> Any:
        past.append(row.pk)
        return move(row, *args, **options)

    monkeypatch.setattr(deciding, "lock", lambda row, *related: type(row)._base_manager.get(pk=row.pk))
    monkeypatch.setattr(deciding, "move", count)

    race(8, lambda n: applications.decide_application(fresh(application), actor=deciders[n]))

    assert len(past) > 1


def test_without_the_lock_approval_and_withdrawal_both_judge_by_the_state_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The negative control: both have read the application before either writes, so neither knows of the other."""
    application = at_region_review()
    manager = make_member(Role.REGION_MANAGER, region=application.center.region)
    both, judged = Barrier(2, timeout=60), []
    move = deciding.move

    def unlocked(row: Any, *related: str) -> Any:
        found = type(row)._base_manager.get(pk=row.pk)
        both.wait()
        return found

    def noted(row: Any, *args: Any, **options: Any) -> Any:
        judged.append(row.status)
        return move(row, *args, **options)

    monkeypatch.setattr(deciding, "lock", unlocked)
    monkeypatch.setattr(deciding, "move", noted)

    acts = [applications.withdraw_application, lambda row: applications.approve_by_region(row, actor=manager)]
    race(2, lambda number: acts[number](fresh(application)))

    assert judged == ["region_review", "region_review"]


def test_one_photo_sent_twice_at_once_is_kept_once() -> None:
    station = make_station()
    manager = make_member(Role.REGION_MANAGER, region=station.center.region)
    visit = inspections.begin_visit(planned_visit(station, actor=manager), actor=manager)
    item = visit.answers.all()[0].item_id

    race(
        3,
        lambda _n: inspections.add_photo(
            fresh(visit), item=item, upload=SimpleUploadedFile("a.png", picture()), actor=manager
        ),
    )

    assert InspectionPhoto.objects.count() == 1

"""Candidate outlets: entered, talked with, invited, applied or lost."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from portal.accounts.roles import Role
from portal.core import clock, events
from portal.core.divisions import CoordinatesExchanged, OutsideChina
from portal.core.states import TransitionNotAllowed
from stations import applications, jobs, recruiting
from stations.models import CandidateOutlet, CandidateStatus, NegotiationEntry
from tests.cast import Cast
from tests.conftest import as_user
from tests.factories.recruiting import TALK, make_candidate, make_talked
from tests.factories.station_applications import complete_application
from tests.factories.stations import make_center, make_member, make_user

pytestmark = pytest.mark.django_db
S = CandidateStatus


def kinds(candidate: CandidateOutlet) -> list[str]:
    return [event.kind.partition(".")[2] for event in reversed(events.of_subject(candidate))]


def test_add_candidate_enters_it_with_its_contacts_the_first_as_main() -> None:
    candidate = make_candidate()

    assert candidate.status == S.IDENTIFIED
    assert [(each.name, each.is_main) for each in candidate.contacts.all()] == [("周老板", True)]
    assert kinds(candidate) == ["added"]


def test_an_open_candidate_is_entered_once_in_its_place() -> None:
    center = make_center()
    make_candidate(center=center, name="同名商行")

    with pytest.raises(recruiting.KnownCandidate) as refused:
        make_candidate(center=center, name="同名商行")

    assert refused.value.field == "name"
    make_candidate(center=center, name="同名商行", division="330105")


@pytest.mark.parametrize(
    ("longitude", "latitude", "refusal"),
    [("30.28", "120.13", CoordinatesExchanged), ("139.69", "35.69", OutsideChina)],
)
def test_a_candidate_stands_in_china(longitude: str, latitude: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        make_candidate(longitude=Decimal(longitude), latitude=Decimal(latitude))


def test_a_contact_can_be_reached_and_a_new_main_one_replaces_the_old() -> None:
    candidate, actor = make_candidate(), make_user()

    with pytest.raises(recruiting.Unreachable):
        recruiting.add_contact(candidate, name="小陈", actor=actor)
    recruiting.add_contact(candidate, name="小陈", email="chen@example.cn", is_main=True, actor=actor)

    assert [(each.name, each.is_main) for each in candidate.contacts.all()] == [("小陈", True), ("周老板", False)]


def test_change_candidate_says_what_was_and_what_is() -> None:
    candidate = make_candidate()

    recruiting.change_candidate(candidate, facts={"staff_count": 9, "kind": "dealer"}, actor=make_user())

    candidate.refresh_from_db()
    assert candidate.staff_count == 9
    assert events.of_subject(candidate)[0].data == {"staff_count": [6, 9]}


def test_who_cares_for_a_candidate_works_in_its_region_or_center(cast: Cast) -> None:
    candidate = make_candidate(center=cast.center_a)

    for stranger in (cast.owner_a, cast.service_manager, make_member(Role.REGION_MANAGER, region=cast.west)):
        with pytest.raises(recruiting.NotOfTheRegion):
            recruiting.assign_candidate(candidate, owner=stranger, actor=cast.region_manager)
    recruiting.assign_candidate(candidate, owner=cast.center_clerk, actor=cast.region_manager)

    candidate.refresh_from_db()
    assert candidate.owner == cast.center_clerk


def test_the_first_talk_makes_it_contacted_and_the_next_step_stands_on_it() -> None:
    candidate, actor, today = make_candidate(), make_user(), clock.today()

    recruiting.log_talk(
        candidate, **TALK, contact=candidate.contacts.get(), next_step="送合同样本", next_step_on=today, actor=actor
    )

    candidate.refresh_from_db()
    assert (candidate.status, candidate.next_step, candidate.next_step_on) == (S.CONTACTED, "送合同样本", today)
    assert kinds(candidate) == ["added", "talked", "contacted"]


def test_a_talk_written_down_late_does_not_hide_the_later_ones_next_step() -> None:
    candidate, actor, today = make_candidate(), make_user(), clock.today()
    recruiting.log_talk(candidate, **TALK, next_step="回访", next_step_on=today, actor=actor)

    recruiting.log_talk(candidate, **TALK, talked_at=clock.now() - timedelta(days=3), actor=actor)

    candidate.refresh_from_db()
    assert candidate.next_step == "回访"


def test_a_talk_is_refused_in_the_future_without_a_day_and_with_a_stranger() -> None:
    candidate, actor, today = make_candidate(), make_user(), clock.today()
    wrong: list[tuple[type[Exception], dict[str, Any]]] = [
        (recruiting.TalkInTheFuture, {"talked_at": clock.now() + timedelta(hours=1)}),
        (recruiting.StepWithoutDay, {"next_step": "回访"}),
        (recruiting.StepWithoutDay, {"next_step_on": today}),
        (recruiting.StepWithoutDay, {"next_step": "回访", "next_step_on": today - timedelta(days=1)}),
        (recruiting.StrangeContact, {"contact": make_candidate().contacts.get()}),
    ]

    for refusal, values in wrong:
        with pytest.raises(refusal):
            recruiting.log_talk(candidate, **TALK, **values, actor=actor)
    assert candidate.entries.count() == 0


def test_nobody_rewrites_what_was_said() -> None:
    candidate = make_talked()

    for act in (
        lambda: candidate.entries.update(summary="别的"),
        lambda: NegotiationEntry.objects.filter(candidate=candidate).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert candidate.entries.get().summary == TALK["summary"]


def test_the_link_of_an_invited_candidate_leads_to_applied(cast: Cast) -> None:
    candidate = make_talked(center=cast.center_a)
    invitation = recruiting.invite_candidate(candidate, actor=cast.region_manager)
    application = complete_application(center=cast.center_a, invitation=invitation)
    applications.submit_application(application)
    submitted = events.of_subject(application).get(kind="stationapplication.submitted")

    jobs.follow_application(submitted)
    jobs.follow_application(submitted)

    candidate.refresh_from_db()
    assert candidate.status == S.APPLIED
    assert (invitation.company_name, invitation.kind) == (candidate.name, "dealer")
    assert kinds(candidate) == ["added", "talked", "contacted", "invited", "applied"]


@pytest.mark.parametrize("ending", ["refused", "withdrawn", "withdrawn_draft"])
def test_an_application_that_is_over_makes_its_candidate_one_to_talk_with_again(ending: str, cast: Cast) -> None:
    candidate = make_talked(center=cast.center_a)
    recruiting.assign_candidate(candidate, owner=cast.center_clerk, actor=cast.region_manager)
    invitation = recruiting.invite_candidate(candidate, actor=cast.region_manager)
    application = complete_application(center=cast.center_a, invitation=invitation)
    if ending != "withdrawn_draft":
        applications.submit_application(application)
        recruiting.follow_application(application)
        with pytest.raises(recruiting.ApplicationUnderWay):
            recruiting.negotiate(candidate, actor=cast.region_manager)
    if ending == "refused":
        applications.refuse_application(application, reason="门店面积不足八十平方米", actor=cast.service_manager)
    else:
        applications.withdraw_application(application)
    application.refresh_from_db()
    over = events.of_subject(application).get(kind=f"stationapplication.{application.status}")

    jobs.follow_application(over)
    jobs.follow_application(over)

    candidate.refresh_from_db()
    last = events.of_subject(candidate)[0]
    assert (candidate.status, last.data["because"]) == (S.NEGOTIATING, application.status)
    assert ("门店面积不足八十平方米" in last.note) == (ending == "refused")
    assert [row.kind for row in cast.center_clerk.notifications.all()] == [f"candidate.{application.status}"]
    assert as_user(cast.center_clerk).get(candidate.get_absolute_url()).status_code == 200
    recruiting.invite_candidate(candidate, actor=cast.region_manager)


def test_an_application_nobody_was_invited_to_moves_no_candidate(cast: Cast) -> None:
    application = complete_application(center=cast.center_a)

    assert recruiting.follow_application(application) is None


def test_negotiating_again_or_losing_ends_the_link(cast: Cast) -> None:
    candidate, manager = make_talked(center=cast.center_a), cast.region_manager
    first = recruiting.invite_candidate(candidate, actor=manager)

    recruiting.negotiate(candidate, actor=manager)
    second = recruiting.invite_candidate(candidate, actor=manager)
    recruiting.lose_candidate(candidate, reason="competitor", actor=manager)

    for link in (first, second):
        link.refresh_from_db()
        assert link.revoked_at is not None
    candidate.refresh_from_db()
    assert (candidate.status, candidate.lost_reason) == (S.LOST, "competitor")


def test_a_lost_candidate_takes_nothing_until_it_is_taken_up_again() -> None:
    candidate, actor = make_candidate(), make_user()
    with pytest.raises(recruiting.LossUnexplained):
        recruiting.lose_candidate(candidate, reason="other", actor=actor)
    recruiting.lose_candidate(candidate, reason="other", note="店面拆迁", actor=actor)

    with pytest.raises(recruiting.CandidateClosed):
        recruiting.log_talk(candidate, **TALK, actor=actor)
    with pytest.raises(TransitionNotAllowed):
        recruiting.invite_candidate(candidate, actor=actor)
    recruiting.take_up_again(candidate, note="搬到新址", actor=actor)

    candidate.refresh_from_db()
    assert (candidate.status, candidate.lost_reason) == (S.CONTACTED, "")


def test_an_applied_candidate_is_not_lost_and_keeps_its_link(cast: Cast) -> None:
    candidate = make_talked(center=cast.center_a)
    invitation = recruiting.invite_candidate(candidate, actor=cast.region_manager)
    applications.submit_application(complete_application(center=cast.center_a, invitation=invitation))
    recruiting.follow_application(invitation.application)

    with pytest.raises(TransitionNotAllowed):
        recruiting.lose_candidate(candidate, reason="competitor", actor=cast.region_manager)

    invitation.refresh_from_db()
    assert invitation.revoked_at is None


def test_candidates_are_seen_by_their_region_their_center_and_headquarters(cast: Cast) -> None:
    here, there = make_talked(center=cast.center_a), make_talked(center=cast.center_b)

    def seen(name: str) -> set[CandidateOutlet]:
        return set(CandidateOutlet.objects.visible_to(cast.get(name)))

    assert seen("region_manager") == seen("center_clerk") == {here}
    assert seen("service_manager") == {here, there}
    assert seen("outsider") == seen("owner_a") == seen("supplier_x") == set()
    assert NegotiationEntry.objects.visible_to(cast.center_clerk).count() == 1


def test_candidates_are_found_by_search_within_scope(cast: Cast) -> None:
    candidate = make_talked(center=cast.center_a, name="滨江智能家居行")

    for text in ("滨江智能", candidate.number.lower(), candidate.contacts.get().phone, "周老板"):
        for name, finds in [("region_manager", True), ("service_manager", True), ("owner_a", False)]:
            hits = as_user(cast.get(name)).get(reverse("search"), {"q": text}).content.decode()
            assert (candidate.get_absolute_url() in hits) == finds, (text, name)
    stranger = make_member(Role.REGION_MANAGER, region=cast.west)
    assert candidate.name not in as_user(stranger).get(reverse("search"), {"q": "滨江"}).content.decode()

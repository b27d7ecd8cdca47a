"""An application's way, its deciders, its refusals."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from portal.accounts.roles import Role
from portal.core import clock, events
from portal.core.states import TransitionNotAllowed, move
from stations import applications, inspections
from stations.applications.holding import holder_of
from stations.models import ApplicationStatus, StationApplication
from stations.worklists import worklists
from tests.conftest import race
from tests.factories.station_applications import (
    at_region_review,
    complete_application,
    make_application,
    make_template,
    passed,
    ratings_for,
    require,
)
from tests.factories.stations import make_center, make_member, make_user

pytestmark = pytest.mark.django_db
S = ApplicationStatus


def test_invitation_opens_one_application_and_only_by_its_whole_token() -> None:
    actor = make_user(Role.SERVICE_MANAGER)
    invitation = applications.invite_applicant(make_center(), kind="dealer", phone="13900000000", actor=actor)
    token = applications.token_of(invitation)

    found = applications.find_invitation(token)
    first = applications.file_application(center=found.center, kind=found.kind, invitation=found)
    again = applications.file_application(center=found.center, kind=found.kind, invitation=found)

    assert found == invitation
    assert first == again
    for forged in (token[:-1], f"{token[:-1]}x", f"{invitation.pk + 1}-{token.partition('-')[2]}", "", "9" * 30, "1-"):
        with pytest.raises(applications.LinkOver):
            applications.find_invitation(forged)


def test_an_invitation_ends_but_a_draft_begun_in_time_can_be_finished() -> None:
    actor = make_user(Role.SERVICE_MANAGER)
    late = clock.now() + timedelta(days=31)
    unused = applications.invite_applicant(make_center(), kind="dealer", actor=actor)
    begun = applications.invite_applicant(make_center(), kind="dealer", actor=actor)
    applications.file_application(center=begun.center, kind="dealer", invitation=begun)

    with pytest.raises(applications.LinkOver):
        applications.find_invitation(applications.token_of(unused), at=late)
    assert applications.find_invitation(applications.token_of(begun), at=late) == begun

    applications.revoke_invitation(begun, actor=actor)
    with pytest.raises(applications.LinkOver):
        applications.find_invitation(applications.token_of(begun))


def test_submit_names_everything_missing_at_once() -> None:
    require("dealer", "lease", needs_expiry=True)
    require("dealer", "license", needs_number=True)
    application = make_application(phone="", bank_account="")
    applications.save_document(application, document_type="license")

    with pytest.raises(applications.Incomplete) as refused:
        applications.submit_application(application)

    assert [part.key for part in refused.value.missing] == [
        "bank_account",
        "phone",
        "document-lease",
        "document-license",
    ]
    application.refresh_from_db()
    assert (application.status, application.number) == (S.DRAFT, "")


def test_submit_wants_numbers_and_ends_that_lie_ahead() -> None:
    require("dealer", "lease", needs_expiry=True)
    require("dealer", "license", needs_number=True)
    application = complete_application(documents=False)
    for document_type, ends in (("license", None), ("lease", date(2026, 1, 1))):
        document = applications.save_document(application, document_type=document_type, expires_on=ends)
        type(document).objects.filter(pk=document.pk).update(has_file=True)

    with pytest.raises(applications.Incomplete) as refused:
        applications.submit_application(application, at=clock.start_of(date(2026, 1, 1)))

    assert [part.key for part in refused.value.missing] == ["document-lease", "document-license"]


def test_submit_skips_the_pre_check_and_logs_it() -> None:
    require("dealer", "lease")
    application = applications.submit_application(complete_application())

    kinds = [event.kind for event in events.of_subject(application)]
    assert application.status == S.REGION_REVIEW
    assert application.number.startswith("SA-")
    assert "stationapplication.center_check_skipped" in kinds


def test_a_duplicate_goes_to_the_center_first() -> None:
    first = applications.submit_application(complete_application())
    second = applications.submit_application(complete_application(phone=first.phone))

    assert second.status == S.CENTER_CHECK
    assert [hit.number for hit in applications.duplicates_of(second)] == [first.number]

    clerk = make_member(Role.CENTER_CLERK, center=second.center)
    manager = make_member(Role.REGION_MANAGER, region=second.center.region)
    assert [list(each.rows) for each in worklists(clerk) if each.key == "applications_to_check"] == [[second]]
    StationApplication.objects.filter(pk=second.pk).update(filed_by=clerk)
    second.refresh_from_db()
    assert [list(each.rows) for each in worklists(clerk) if each.key == "applications_to_check"] == [[]]
    assert str(holder_of(second)) == f"{Role.REGION_MANAGER.label} ({manager})"
    StationApplication.objects.filter(pk=second.pk).update(filed_by=None)
    second.refresh_from_db()
    assert str(holder_of(second)) == f"{Role.CENTER_CLERK.label} ({clerk})"
    assert applications.pass_center_check(second, actor=clerk).status == S.REGION_REVIEW


def test_a_submitted_application_is_not_edited() -> None:
    application = at_region_review()

    with pytest.raises(applications.NotEditable):
        applications.save_draft(application, facts={"company_name": "别的公司"})


def test_send_back_lets_the_applicant_correct_and_keeps_the_number() -> None:
    application = at_region_review()
    manager = make_member(Role.REGION_MANAGER, region=application.center.region)

    with pytest.raises(applications.ReasonMissing):
        applications.send_back(application, reason="缺", actor=manager)
    sent = applications.send_back(application, reason="门头照片不清晰,请重新拍摄", actor=manager)
    applications.save_draft(sent, facts={"company_name": "改名后的公司"})
    again = applications.submit_application(sent)

    assert (again.status, again.number) == (S.REGION_REVIEW, application.number)
    assert again.return_reason == ""


def test_refused_company_waits_ninety_days() -> None:
    day = date(2026, 3, 1)
    application = at_region_review(at=clock.start_of(day))
    manager = make_member(Role.REGION_MANAGER, region=application.center.region)
    applications.refuse_application(
        application, reason="经营场地不符合要求,不予受理", actor=manager, at=clock.start_of(day)
    )

    again = complete_application(license_number=application.license_number)
    with pytest.raises(applications.Paused) as refused:
        applications.submit_application(again, at=clock.end_of(date(2026, 5, 29)))

    assert refused.value.values == {"until": "2026-05-30"}
    assert applications.submit_application(again, at=clock.start_of(date(2026, 5, 30))).number


def test_nobody_decides_what_they_filed() -> None:
    manager = make_user()
    application = at_region_review(filed_by=manager)

    with pytest.raises(applications.OwnApplication):
        applications.approve_by_region(application, actor=manager)


def test_region_and_headquarters_are_two_people() -> None:
    application, region_manager = passed()

    with pytest.raises(applications.SameDecider):
        applications.decide_application(application, actor=region_manager)
    with pytest.raises(IntegrityError), transaction.atomic():
        StationApplication.objects.filter(pk=application.pk).update(hq_decider=region_manager)
    decided = applications.decide_application(application, actor=make_user(Role.SERVICE_MANAGER))

    assert decided.status == S.CONTRACTING


@pytest.mark.parametrize(("score", "veto", "outcome"), [
    ("84.00", False, "passed"), ("84.00", True, "rectify"), ("80.00", False, "passed"), ("79.99", False, "rectify"),
    ("60.00", False, "rectify"), ("60.00", True, "rectify"), ("59.99", False, "failed"), ("59.99", True, "failed"),
])  # fmt: skip
def test_judge_at_the_edges(score: str, veto: bool, outcome: str) -> None:
    weight = int(score.replace(".", ""))
    items = [inspections.Rated(weight, 5), inspections.Rated(10_000 - weight, 0)]
    if veto:
        items.append(inspections.Rated(0, 0, is_veto=True))

    result = inspections.judge(items)

    assert (str(result.score), result.outcome) == (score, outcome)


def test_record_inspection_wants_every_item_and_findings() -> None:
    application = at_region_review()
    manager = make_member(Role.REGION_MANAGER, region=application.center.region)
    template = make_template()

    with pytest.raises(inspections.NothingToInspect):
        inspections.record_inspection(application, template=template, ratings=ratings_for(template), actor=manager)
    applications.approve_by_region(application, actor=manager)
    with pytest.raises(inspections.ItemsUnanswered) as refused:
        inspections.record_inspection(application, template=template, ratings={}, actor=manager)
    with pytest.raises(inspections.FindingsMissing):
        inspections.record_inspection(
            application, template=template, ratings=ratings_for(template, veto=0), actor=manager, findings="差"
        )
    with pytest.raises(inspections.BadRating):
        inspections.record_inspection(
            application, template=template, ratings=ratings_for(template, veto=3), actor=manager
        )

    assert refused.value.values["count"] == template.items.count()
    assert application.inspections.count() == 0


def test_failed_inspection_refuses_the_application() -> None:
    application = at_region_review()
    manager = make_member(Role.REGION_MANAGER, region=application.center.region)
    applications.approve_by_region(application, actor=manager)
    template = make_template()

    inspections.record_inspection(
        application,
        template=template,
        ratings=ratings_for(template, rest=1),
        findings="场地狭小,设备严重不足",
        actor=manager,
    )

    application.refresh_from_db()
    assert application.status == S.REFUSED
    assert application.paused_until


def test_rectification_is_thirty_days_at_most_and_may_be_missed() -> None:
    at = clock.start_of(date(2026, 3, 1))
    application = at_region_review(at=at)
    manager = make_member(Role.REGION_MANAGER, region=application.center.region)
    applications.approve_by_region(application, actor=manager, at=at)
    template = make_template()
    visit: dict[str, Any] = {
        "template": template, "ratings": ratings_for(template, veto=0), "findings": "消防器材过期,必须更换",
        "actor": manager,
    }  # fmt: skip

    with pytest.raises(inspections.RectificationTooLong):
        inspections.record_inspection(application, **visit, due_on=date(2026, 4, 1), at=at)
    inspections.record_inspection(application, **visit, due_on=date(2026, 3, 31), at=at)

    assert inspections.miss_overdue(at=clock.start_of(date(2026, 3, 31))) == 0
    assert inspections.miss_overdue(at=clock.start_of(date(2026, 4, 1))) == 1

    missed, second = application.rectifications.order_by("pk")
    assert (missed.status, second.status, second.term, second.due_on) == ("missed", "open", 2, date(2026, 4, 16))
    assert inspections.miss_overdue(at=clock.start_of(date(2026, 4, 17))) == 1
    application.refresh_from_db()
    assert application.status == S.REFUSED


@pytest.mark.parametrize("before", list(S))
@pytest.mark.parametrize("after", list(S))
def test_every_pair_of_states_is_as_tabled(before: str, after: str, switch_status: Any) -> None:
    application = make_application(number="SA-1")
    switch_status(application, before)
    tabled = after in StationApplication.MOVES.get(before, frozenset())

    if tabled:
        assert move(application, after, actor=None).status == after
    else:
        with pytest.raises(TransitionNotAllowed):
            move(application, after, actor=None)
        if before != after:
            with pytest.raises(IntegrityError), transaction.atomic():
                StationApplication.objects.filter(pk=application.pk).update(status=after)


@pytest.fixture
def switch_status() -> Any:
    """Bring an application to any state along the table of moves."""

    def bring(application: StationApplication, status: str) -> None:
        paths: dict[str, list[str]] = {S.DRAFT: []}
        queue = [str(S.DRAFT)]
        while queue:
            here = queue.pop(0)
            for target in StationApplication.MOVES.get(here, frozenset()):
                if target not in paths:
                    paths[target] = [*paths[here], target]
                    queue.append(target)
        for step in paths[status]:
            move(application, step, actor=None)

    return bring


@pytest.mark.django_db(transaction=True)
def test_two_deciders_race_and_one_wins() -> None:
    application, _manager = passed()
    deciders = [make_user(Role.SERVICE_MANAGER) for _ in range(4)]

    results = race(4, lambda number: applications.decide_application(application, actor=deciders[number]))

    assert sum(isinstance(result, StationApplication) for result in results) == 1
    assert sum(isinstance(result, TransitionNotAllowed) for result in results) == 3

"""Whatever legal moves are made in whatever order, an application keeps its invariants and its timeline tells them all;
and every act in every state by every role."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accounts.roles import Role
from portal.core import events
from portal.core.errors import Refusal
from stations import applications, inspections, onboarding
from stations.applications.holding import holder_of
from stations.models import ApplicationStatus, StationApplication
from tests.factories.station_applications import complete_application, make_template, ratings_for
from tests.factories.stations import make_brand, make_center, make_member, make_user

pytestmark = pytest.mark.django_db
S = ApplicationStatus
WHY = "资料与现场不符，请补正后再报"


class World:
    """One application and everybody who may act on it."""

    def __init__(self) -> None:
        center = make_center()
        self.clerk = make_member(Role.CENTER_CLERK, center=center)
        self.region = make_member(Role.REGION_MANAGER, region=center.region)
        self.headquarters = make_user(Role.SERVICE_MANAGER)
        self.owner = make_user()
        self.template = make_template()
        self.brand = make_brand()
        self.row: StationApplication = complete_application(center=center)

    def visit(self, **ratings: int) -> Any:
        rated = ratings_for(self.template, **ratings)
        return inspections.record_inspection(
            self.row, template=self.template, ratings=rated, findings="消防器材过期，必须更换", actor=self.region
        )


ACTS: dict[str, Any] = {
    "submit": lambda w: applications.submit_application(w.row),
    "withdraw": lambda w: applications.withdraw_application(w.row),
    "check": lambda w: applications.pass_center_check(w.row, actor=w.clerk),
    "approve": lambda w: applications.approve_by_region(w.row, actor=w.region),
    "visit well": lambda w: w.visit(),
    "visit with a veto": lambda w: w.visit(veto=0),
    "visit badly": lambda w: w.visit(rest=1),
    "decide": lambda w: applications.decide_application(w.row, actor=w.headquarters),
    "sign": lambda w: onboarding.sign_contract(w.row, principal=w.brand, signatory="李", actor=w.headquarters),
    "send back": lambda w: applications.send_back(w.row, reason=WHY, actor=w.region),
    "refuse": lambda w: applications.refuse_application(w.row, reason=WHY, actor=w.region),
}
in_database = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@in_database
@given(st.lists(st.sampled_from(sorted(ACTS)), min_size=3, max_size=14))
def test_any_sequence_of_moves_keeps_the_invariants_and_the_timeline_complete(acts: list[str]) -> None:
    with transaction.atomic():
        world = World()
        told: list[str] = []
        for name in acts:
            before = world.row.status
            try:
                with transaction.atomic():
                    ACTS[name](world)
            except Refusal:
                world.row.refresh_from_db()
                assert world.row.status == before  # a refusal leaves nothing behind
                continue
            world.row.refresh_from_db()
            told.append(world.row.status)
            check_invariants(world.row)
        check_timeline(world.row)
        transaction.set_rollback(True)


def check_invariants(row: StationApplication) -> None:
    """What holds after every move."""
    assert (row.number != "") == (row.submitted_at is not None)
    assert row.region_decider_id is None or row.region_decider_id != row.hq_decider_id
    assert row.rectifications.filter(status="open").count() <= 1
    assert row.inspections.open().count() == 0  # visits were made in one go
    if row.status in (S.HQ_DECISION, S.CONTRACTING, S.ACTIVE):
        assert row.inspections.recorded().order_by("pk").last().outcome == "passed"
        assert row.region_decider_id is not None
    if row.status in (S.CONTRACTING, S.ACTIVE):
        assert row.hq_decider_id is not None
    if row.status in (S.REFUSED, S.WITHDRAWN, S.SENT_BACK, S.ACTIVE):
        assert not row.rectifications.filter(status="open").exists()
    assert (row.station_id is not None) == (row.status == S.ACTIVE)
    assert (holder_of(row) is None) == (row.status in (S.ACTIVE, S.REFUSED, S.WITHDRAWN))


def check_timeline(row: StationApplication) -> None:
    """Every state it was in follows from the one before, and the last is where it stands."""
    moves = [event for event in reversed(list(events.of_subject(row))) if event.to_status]
    here: str = S.DRAFT
    for event in moves:
        assert event.from_status == here
        assert event.to_status in StationApplication.MOVES[here]
        here = event.to_status
    assert here == row.status


PEOPLE = (
    Role.CENTER_CLERK,
    Role.REGION_MANAGER,
    Role.SERVICE_MANAGER,
    Role.STATION_OWNER,
    Role.TECHNICIAN,
    Role.AUDITOR,
)
MAY: dict[str, tuple[str, frozenset[Role]]] = {
    "check": ("stations.check_application", frozenset({Role.CENTER_CLERK, Role.REGION_MANAGER})),
    "approve": ("stations.review_application", frozenset({Role.REGION_MANAGER})),
    "visit": ("stations.inspect_application", frozenset({Role.CENTER_CLERK, Role.REGION_MANAGER})),
    "decide": ("stations.decide_application", frozenset({Role.SERVICE_MANAGER})),
    "withdraw": (
        "stations.withdraw_application",
        frozenset({Role.CENTER_CLERK, Role.REGION_MANAGER, Role.SERVICE_MANAGER}),
    ),
}
DESKS = {
    S.CENTER_CHECK: frozenset({Role.CENTER_CLERK, Role.REGION_MANAGER}),
    S.REGION_REVIEW: frozenset({Role.REGION_MANAGER}),
    S.INSPECTION: frozenset({Role.REGION_MANAGER}),
    S.RECTIFICATION: frozenset({Role.REGION_MANAGER}),
}
DECIDED_IN = {"check": {S.CENTER_CHECK}, "approve": {S.REGION_REVIEW}, "decide": {S.HQ_DECISION}}


def actor_in(role: Role, row: StationApplication) -> Any:
    if role in (Role.SERVICE_MANAGER, Role.AUDITOR):
        return make_user(role)
    nodes: dict[Role, dict[str, Any]] = {
        Role.CENTER_CLERK: {"center": row.center},
        Role.REGION_MANAGER: {"region": row.center.region},
    }
    return make_member(role, **nodes.get(role, {"center": row.center}))


@pytest.mark.parametrize("state", list(S))
def test_every_state_act_and_role_of_an_application(state: str) -> None:
    world = World()
    row = world.row
    for name in PATHS[state]:
        ACTS[name](world)
        row.refresh_from_db()
    if state == S.CENTER_CHECK:
        StationApplication.objects.filter(pk=row.pk).update(number="SA-1")
    row.refresh_from_db()
    assert row.status == state or state in (S.SUBMITTED, S.CENTER_CHECK)
    actors = {role: actor_in(role, row) for role in PEOPLE}

    for act, (permission, roles) in MAY.items():
        assert {role for role in PEOPLE if actors[role].has_perm(permission, row)} == roles, act
    returning = {role for role in PEOPLE if actors[role].has_perm("stations.return_application", row)}
    assert returning == DESKS.get(S(row.status), frozenset({Role.SERVICE_MANAGER}))
    for act, states in DECIDED_IN.items():
        if row.status in states:
            continue
        with pytest.raises(Refusal), transaction.atomic():
            ACTS[act](world)


_SENT = ["submit"]
_SEEN = [*_SENT, "approve"]
_PASSED = [*_SEEN, "visit well"]
PATHS: dict[str, list[str]] = {
    S.DRAFT: [], S.SUBMITTED: _SENT, S.CENTER_CHECK: _SENT, S.REGION_REVIEW: _SENT, S.INSPECTION: _SEEN,
    S.RECTIFICATION: [*_SEEN, "visit with a veto"], S.HQ_DECISION: _PASSED, S.CONTRACTING: [*_PASSED, "decide"],
    S.ACTIVE: [*_PASSED, "decide", "sign"], S.SENT_BACK: [*_SENT, "send back"], S.REFUSED: [*_SENT, "refuse"],
    S.WITHDRAWN: [*_SENT, "withdraw"],
}  # fmt: skip


def test_who_invited_the_applicant_decides_nothing() -> None:
    center = make_center()
    manager = make_member(Role.REGION_MANAGER, region=center.region)
    invitation = applications.invite_applicant(center, kind="dealer", actor=manager)
    row = complete_application(center=center, invitation=invitation)
    row = applications.submit_application(row)

    assert not manager.has_perm("stations.review_application", row)
    with pytest.raises(applications.OwnApplication):
        applications.approve_by_region(row, actor=manager)
    assert str(manager) not in str(holder_of(row))

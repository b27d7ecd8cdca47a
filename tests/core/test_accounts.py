"""Roles, permissions with predicates, scope of headquarters, invitations."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from portal.accounts.invitations import InvitationOver, UsernameTaken, accept, create_invited_user, invite
from portal.accounts.models import RoleGrant, User
from portal.accounts.permissions import allow, roles_allowed
from portal.accounts.roles import Role, roles_of
from portal.core import clock
from portal.core.models import JobRun
from portal.core.scope import scope_of

pytestmark = pytest.mark.django_db


def person(username: str, *roles: Role) -> User:
    user = User.objects.create(username=username)
    for role in roles:
        RoleGrant.objects.create(user=user, role=role)
    return User.objects.get(pk=user.pk)


def test_roles_hold_from_their_first_day_until_their_last() -> None:
    user = User.objects.create(username="ann")
    today = clock.today()
    RoleGrant.objects.create(user=user, role=Role.REVIEWER, valid_from=today)
    RoleGrant.objects.create(user=user, role=Role.APPROVER, valid_from=today - timedelta(9), valid_to=today)
    RoleGrant.objects.create(user=user, role=Role.FINANCE, valid_from=today + timedelta(1))

    assert roles_of(user) == {Role.REVIEWER}
    assert user.is_staff
    assert scope_of(user).everything


def test_an_inactive_user_holds_no_role_and_sees_nothing() -> None:
    user = person("ann", Role.REVIEWER)
    user.is_active = False

    assert roles_of(user) == frozenset()
    assert not scope_of(user).everything


def test_a_permission_needs_the_role_and_its_predicate() -> None:
    allow("test.approve_thing", Role.APPROVER, when=lambda user, thing: thing != user.username)
    ann, bob = person("ann", Role.APPROVER), person("bob", Role.REVIEWER)

    assert ann.has_perm("test.approve_thing")
    assert ann.has_perm("test.approve_thing", "bob's")
    assert not ann.has_perm("test.approve_thing", "ann")
    assert not bob.has_perm("test.approve_thing")
    assert roles_allowed("test.approve_thing") == {Role.APPROVER}


def test_an_invitation_works_once_and_until_it_expires() -> None:
    user = create_invited_user(username="new", display_name="陈敏", actor=None)
    token = invite(user, actor=None).rstrip("/").rsplit("/", 1)[-1]

    with pytest.raises(ValidationError):
        accept(token, password="short", language="en")
    accept(token, password="long-enough-and-rare", language="en")

    user.refresh_from_db()
    assert user.check_password("long-enough-and-rare")
    assert user.language == "en"
    with pytest.raises(InvitationOver):
        accept(token, password="long-enough-and-rare", language="en")


def test_a_second_invitation_ends_the_first_and_time_ends_both() -> None:
    user = create_invited_user(username="new", display_name="陈敏", actor=None)
    first, second = (invite(user, actor=None).rstrip("/").rsplit("/", 1)[-1] for _ in range(2))

    with pytest.raises(InvitationOver):
        accept(first, password="long-enough-and-rare", language="en")
    clock.set(clock.now() + timedelta(days=14, seconds=1))
    try:
        with pytest.raises(InvitationOver):
            accept(second, password="long-enough-and-rare", language="en")
    finally:
        clock.set(None)


def test_a_taken_user_name_is_refused_with_its_field() -> None:
    create_invited_user(username="new", display_name="陈敏", actor=None)

    with pytest.raises(UsernameTaken) as refusal:
        create_invited_user(username="new", display_name="Other", actor=None)
    assert refusal.value.field == "username"


def test_job_runs_are_seen_by_their_owner_and_headquarters() -> None:
    ann, bob, chief = person("ann"), person("bob"), person("chief", Role.SERVICE_MANAGER)
    run = JobRun.objects.create(name="x", title="x", owner=ann, queued_at=clock.now())

    assert [list(JobRun.objects.visible_to(user)) for user in (ann, bob, chief)] == [[run], [], [run]]

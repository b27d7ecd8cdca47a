"""Forgotten passwords, idle sessions, and how often strangers may ask."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse

from portal.accounts import recovery, tokens
from portal.accounts.models import LoginSession, User
from portal.core import clock
from portal.core.models import Event, MailOutbox
from portal.core.parameters import set_parameter
from tests.cast import Cast
from tests.conftest import as_user

OLD, NEW = "correct-horse-battery", "another-long-secret-1"


@pytest.fixture(autouse=True)
def _counted_anew() -> Any:
    cache.clear()
    yield
    cache.clear()
    clock.set(None)


@pytest.fixture
def reviewer(cast: Cast) -> User:
    user: User = cast.reviewer
    user.email = "lihang@example.com"
    user.set_password(OLD)
    user.save()
    return user


def log_in(user: User, password: str = OLD) -> Any:
    browser = as_user()
    browser.post(reverse("login"), {"username": user.username, "password": password})
    return browser


def link() -> str:
    """The path in the last mail."""
    body = MailOutbox.objects.latest("pk").body
    return next(line for line in body.splitlines() if "/login/reset/" in line).split("8000", 1)[-1]


def test_a_mailed_link_sets_a_new_password_once_and_ends_sessions_and_tokens(reviewer: User) -> None:
    home = log_in(reviewer)
    _row, token = tokens.make_token(reviewer, name="x", may_write=False, days=30, actor=reviewer)
    as_user().post(reverse("password_forgotten"), {"name": "lihang@example.com"})
    path = link()

    done = as_user().post(path, {"new_password": NEW, "repeated": NEW})

    assert (done.status_code, done.url) == (302, reverse("login"))
    assert home.get("/").status_code == 302
    assert tokens.bearer_of(token) is None
    assert log_in(reviewer, NEW).get("/").status_code == 200
    assert as_user().get(path).status_code == 410
    assert Event.objects.filter(kind="user.password_reset").count() == 1


def test_the_answer_is_the_same_for_a_name_that_nobody_has(reviewer: User) -> None:
    known = as_user().post(reverse("password_forgotten"), {"name": "reviewer"})
    unknown = as_user().post(reverse("password_forgotten"), {"name": "nobody"})

    def shown(answer: Any) -> str:
        return re.sub(r"[A-Za-z0-9]{64}", "", answer.content.decode())  # the CSRF token differs

    assert (known.status_code, shown(known)) == (unknown.status_code, shown(unknown))
    assert MailOutbox.objects.count() == 1


def test_one_mail_in_ten_minutes_and_none_for_who_has_no_address_or_is_switched_off(reviewer: User, cast: Cast) -> None:
    assert [recovery.ask_for_reset("reviewer") for _number in range(3)] == [1, 1, 1]
    assert recovery.ask_for_reset("finance") == 0
    User.objects.filter(pk=reviewer.pk).update(is_active=False)
    assert recovery.ask_for_reset("reviewer") == 0

    assert MailOutbox.objects.count() == 1


def test_a_link_works_for_one_hour_and_a_forged_one_never(reviewer: User) -> None:
    recovery.ask_for_reset("reviewer")
    path = link()

    for forged in ("/login/reset/MQ/x-y/", "/login/reset/%FF/x-y/", "/login/reset/OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ/x-y/"):
        assert as_user().get(forged).status_code == 410
    assert as_user().post(path, {"new_password": "short", "repeated": "short"}).status_code == 200
    assert as_user().get(path).status_code == 200


def test_an_address_asks_ten_times_an_hour(reviewer: User) -> None:
    statuses = [as_user().post(reverse("password_forgotten"), {"name": "x"}).status_code for _number in range(11)]

    assert statuses == [200] * 10 + [429]


def test_headquarters_is_logged_out_after_thirty_idle_minutes_and_comes_back_to_the_page(reviewer: User) -> None:
    browser = log_in(reviewer)
    began = clock.now()
    clock.set(began + timedelta(minutes=29))
    assert browser.get("/").status_code == 200
    clock.set(began + timedelta(minutes=58))
    assert browser.get("/").status_code == 200

    clock.set(began + timedelta(minutes=90))
    answer = browser.get("/account/")

    assert (answer.status_code, answer.url) == (302, "/login/?next=/account/")
    assert browser.get("/").status_code == 302
    assert not LoginSession.objects.filter(user=reviewer).exists()


def test_how_long_is_a_parameter_and_stations_are_not_asked(reviewer: User, cast: Cast) -> None:
    set_parameter("accounts.idle_minutes", 5, actor=None)
    cast.clerk_a.set_password(OLD)
    cast.clerk_a.save()
    office, station = log_in(reviewer), log_in(cast.clerk_a)
    began = clock.now()
    for browser in (office, station):
        browser.get("/")

    clock.set(began + timedelta(minutes=6))

    assert office.get("/api/v1/parts/").status_code == 401
    assert station.get("/").status_code == 200


def test_guessing_links_of_applications_ends_in_429(db: None) -> None:
    statuses = [as_user().get(f"/apply/guess-{number}/").status_code for number in range(21)]

    assert statuses == [410] * 20 + [429]

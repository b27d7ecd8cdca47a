"""Logging in: lock-out, uniform answers, a new session key, second factor, language, sessions, invitations."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts import second_factor
from portal.accounts.models import LoginSession, User
from portal.core.models import Event
from portal.core.parameters import set_parameter
from tests.cast import Cast
from tests.conftest import as_user

SECRET = "correct-horse-battery"


@pytest.fixture
def reviewer(cast: Cast) -> User:
    user = cast.reviewer
    user.set_password(SECRET)
    user.save()
    return user


def log_in(password: str = SECRET, *, username: str = "reviewer", browser: Client | None = None, next: str = "") -> Any:
    return (browser or as_user()).post(reverse("login"), {"username": username, "password": password, "next": next})


def test_login_opens_the_first_page_and_stands_in_the_list_of_sessions(reviewer: User) -> None:
    answer = log_in()

    assert (answer.status_code, answer.url) == (302, "/")
    assert LoginSession.objects.get(user=reviewer).session_key
    assert Event.objects.filter(kind="user.logged_in", actor=reviewer).count() == 1


def test_wrong_name_and_wrong_password_read_the_same(reviewer: User) -> None:
    def problem(answer: Any) -> str:
        return str(answer.context["form"].errors)

    assert problem(log_in("wrong")) == problem(log_in("wrong", username="nobody"))


def test_ten_wrong_passwords_lock_the_account_also_for_the_right_one(reviewer: User) -> None:
    statuses = [log_in("wrong").status_code for _number in range(10)]

    assert statuses[-1] == 429
    assert log_in().status_code == 429


@pytest.mark.parametrize("wish", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_next_leads_only_to_our_own_pages(reviewer: User, wish: str) -> None:
    assert log_in(next=wish).url == "/"


def test_login_changes_the_session_key(reviewer: User) -> None:
    browser = as_user()
    browser.get(reverse("login"))
    session = browser.session
    session["x"] = 1
    session.save()
    before = session.session_key

    log_in(browser=browser)

    assert browser.session.session_key != before


def test_required_second_factor_is_set_up_before_anything_else(reviewer: User) -> None:
    set_parameter("accounts.mfa_required", True, actor=None)
    browser = as_user()
    log_in(browser=browser)

    assert browser.get("/").url == reverse("second_factor_setup")
    browser.get(reverse("second_factor_setup"))
    device = TOTPDevice.objects.get(user=reviewer)
    done = browser.post(reverse("second_factor_setup"), {"code": f"{totp(device.bin_key):06d}"})

    assert len(done.context["codes"]) == second_factor.RECOVERY_CODES
    assert browser.get("/").status_code == 200


def test_second_factor_is_asked_once_it_is_set_up_and_a_recovery_code_works_once(reviewer: User) -> None:
    device = second_factor.start(reviewer)
    codes = second_factor.confirm(device, f"{totp(device.bin_key):06d}", actor=reviewer)
    browser = as_user()
    log_in(browser=browser)

    assert browser.get("/").url == reverse("second_factor")
    assert browser.post(reverse("second_factor"), {"code": codes[0]}).status_code == 302
    assert browser.get("/").status_code == 200

    other = as_user()
    log_in(browser=other)
    assert other.post(reverse("second_factor"), {"code": codes[0]}).status_code == 422


def test_second_factor_is_not_required_of_stations(cast: Cast) -> None:
    set_parameter("accounts.mfa_required", True, actor=None)

    assert second_factor.is_required(cast.fresh("finance"))
    assert not second_factor.is_required(cast.fresh("owner_a"))


def test_language_is_kept_with_the_account(cast: Cast) -> None:
    browser = as_user(cast.clerk_a)
    assert "今日工作" in browser.get("/").content.decode()

    answer = browser.post(reverse("set_language"), {"language": "en", "next": "/account/"})

    assert answer.url == "/account/"
    assert "Today&#x27;s work" in as_user(cast.clerk_a).get("/").content.decode()


def test_ending_a_session_logs_that_browser_out_and_no_other(reviewer: User) -> None:
    office, home = as_user(), as_user()
    log_in(browser=office)
    log_in(browser=home)
    victim = LoginSession.objects.get(session_key=home.session.session_key)

    office.post(reverse("session_end", args=[victim.pk]))

    assert home.get("/").status_code == 302
    assert office.get("/").status_code == 200


def test_new_password_ends_the_other_sessions(reviewer: User) -> None:
    office, home = as_user(), as_user()
    log_in(browser=office)
    log_in(browser=home)
    new = "another-long-secret-1"

    answer = office.post(
        reverse("password_change"), {"old_password": SECRET, "new_password": new, "repeated": new}, follow=True
    )

    assert answer.status_code == 200
    assert home.get("/").status_code == 302
    assert log_in(new).status_code == 302


def test_short_password_is_refused_beside_its_field(reviewer: User) -> None:
    browser = as_user(reviewer)

    answer = browser.post(
        reverse("password_change"), {"old_password": SECRET, "new_password": "short", "repeated": "short"}
    )

    assert answer.status_code == 422
    assert "new_password" in answer.context["form"].errors

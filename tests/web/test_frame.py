"""The frame and the pages of the roof."""

import re

import pytest
from django.urls import reverse

from portal.accounts.models import RoleGrant, User
from portal.accounts.roles import Role
from tests.conftest import as_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    user = User.objects.create(username="manager", display_name="陈敏")
    RoleGrant.objects.create(user=user, role=Role.SERVICE_MANAGER)
    return user


@pytest.mark.parametrize(
    "name", ["today", "menu", "search", "scan", "job_list", "account", "account_change", "password_change"]
)
def test_pages_of_the_roof_open(manager: User, name: str) -> None:
    answer = as_user(manager).get(reverse(name))

    assert answer.status_code == 200
    assert "陈敏" in answer.content.decode()


def test_login_page_opens_to_everyone() -> None:
    assert as_user().get("/login/").status_code == 200


def test_first_page_sends_strangers_to_the_login() -> None:
    answer = as_user().get("/")

    assert (answer.status_code, answer.url) == (302, "/login/?next=/")


def test_no_page_carries_inline_script_or_style(manager: User) -> None:
    page = as_user(manager).get("/").content.decode()

    assert " style=" not in page
    assert "<style" not in page
    assert "onclick" not in page


@pytest.mark.parametrize(
    "address",
    [
        "/admin/", "/admin/accounts/user/", "/admin/accounts/user/add/", "/admin/core/event/", "/admin/core/parametervalue/",
        "/admin/core/parametervalue/of/accounts.mfa_required/", "/admin/core/jobrun/", "/admin/accounts/invitation/",
    ],
)  # fmt: skip
def test_admin_pages_open_for_headquarters(manager: User, address: str) -> None:
    assert as_user(manager).get(address).status_code == 200


def test_admin_is_closed_to_who_is_not_at_headquarters() -> None:
    outsider = User.objects.create(username="outsider")

    assert as_user(outsider).get("/admin/").status_code == 302
    assert as_user(outsider).get("/admin/login/").status_code == 403


def test_invite_button_shows_the_link_once_and_the_link_opens_the_account(manager: User) -> None:
    newcomer = User.objects.create(username="newcomer", display_name="李强")
    browser = as_user(manager)
    address = f"/admin/accounts/user/{newcomer.pk}/do/invite/"

    assert browser.get(address).status_code == 200
    shown = browser.post(address, {"idempotency_key": "k1"}, follow=True).content.decode()
    again = browser.get(f"/admin/accounts/user/{newcomer.pk}/change/").content.decode()

    link = re.search(r"/invite/[\w-]{20,}/", shown)
    assert link
    assert link[0] not in again
    guest = as_user()
    assert guest.get(link[0]).status_code == 200
    done = guest.post(
        link[0], {"new_password": "a-long-enough-secret", "repeated": "a-long-enough-secret", "language": "en"}
    )
    assert (done.status_code, done.url) == (302, "/")
    assert as_user().get(link[0]).status_code == 410

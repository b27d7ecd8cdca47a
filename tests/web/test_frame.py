"""The frame and the pages of the roof."""

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


@pytest.mark.parametrize("name", ["today", "menu", "search", "scan", "job_list", "account", "account_change", "password_change"])
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

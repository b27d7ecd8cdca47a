"""What ./run demo prints, and where the big real files are looked for."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from portal.accounts import second_factor
from portal.accounts.models import RoleGrant, User
from portal.accounts.roles import Role
from portal.core.parameters import set_parameter
from portal.web.demo import real_data


@pytest.fixture
def logins(tmp_path: Path, settings: Any) -> User:
    settings.VAR_DIR = tmp_path
    user = User.objects.create(username="finance", display_name="沈雨")
    RoleGrant.objects.create(user=user, role=Role.FINANCE)
    shown = [["finance", "沈雨", "财务"], ["clerk4", "邓岩", "服务站文员"]]
    (tmp_path / "demo_logins.json").write_text(json.dumps({"password": "secret", "logins": shown}))
    return user


def printed() -> list[str]:
    out = StringIO()
    call_command("demo_logins", stdout=out)
    return out.getvalue().splitlines()


@pytest.mark.django_db
def test_logins_stand_in_columns_and_no_code_is_shown_where_none_is_asked_for(logins: User) -> None:
    assert printed() == ["  finance  沈雨  财务", "  clerk4   邓岩  服务站文员", "Password of all: secret"]


@pytest.mark.django_db
def test_with_a_second_factor_required_the_code_shown_is_the_one_that_opens(logins: User) -> None:
    set_parameter("accounts.mfa_required", value=True, actor=None)

    code = printed()[0].split()[-1]

    assert second_factor.check(logins, code)


def test_real_files_are_used_where_they_lie_and_missed_without_an_error(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("YIZHAN_DATA", raising=False)
    settings.BASE_DIR = tmp_path / "somewhere" / "project"
    assert real_data.folder() is None

    (tmp_path / "somewhere/shared/data/products").mkdir(parents=True)

    assert real_data.folder() == tmp_path / "somewhere/shared/data"

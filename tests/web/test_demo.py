"""What ./run demo prints, where the big real files are looked for, and the story itself, told small."""

import json
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from parts.models import PartsOrder
from portal.accounts import second_factor
from portal.accounts.models import RoleGrant, User
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.parameters import set_parameter
from portal.web.demo import real_data
from service.models import ServiceRequest, WorkOrder
from stations.models import StationApplication
from tests.conftest import as_user
from warranty.models import Chargeback, FailedPart, Statement, WarrantyClaim


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


UNTIL = datetime(2026, 11, 20, 15, 0, tzinfo=clock.SHANGHAI)
TOLD: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (ServiceRequest, ("number", "status", "fault_text", "contact_name", "created_at")),
    (WorkOrder, ("number", "status", "station__code", "technician__name", "completed_at")),
    (WarrantyClaim, ("number", "status", "serial_number", "claimed_total", "approved_total", "submitted_at")),
    (FailedPart, ("number", "status", "due_on", "disposition")),
    (Statement, ("number", "status", "gross", "net")),
    (Chargeback, ("number", "status", "claimed", "accepted")),
    (StationApplication, ("company_name", "status", "address")),
    (PartsOrder, ("number", "status", "total")),
)


def _tell() -> list[Any]:
    """What a small story tells, without keys: these are never given twice."""
    call_command("demo_data", requests=20, stations=6, until=UNTIL, stdout=StringIO())
    return [list(model._base_manager.order_by("pk").values_list(*names)) for model, names in TOLD]


@pytest.mark.long
@pytest.mark.django_db
def test_the_same_seed_tells_the_same_story(tmp_path: Path, settings: Any) -> None:
    settings.VAR_DIR = tmp_path
    with transaction.atomic():
        first = _tell()
        transaction.set_rollback(True)

    assert _tell() == first


@pytest.mark.long
@pytest.mark.django_db
def test_no_chapter_is_empty_and_every_login_finds_work(tmp_path: Path, settings: Any) -> None:
    settings.VAR_DIR = tmp_path
    told = _tell()
    assert all(told), [model.__name__ for (model, _names), rows in zip(TOLD, told, strict=True) if not rows]

    clock.set(UNTIL)
    shown = json.loads((tmp_path / "demo_logins.json").read_text())["logins"]
    pages = {name: as_user(User.objects.get(username=name)).get("/").content.decode() for name, _who, _role in shown}
    assert [name for name, page in pages.items() if 'class="empty"' in page or "<h1" not in page] == []
    for request in ServiceRequest.objects.filter(unit__isnull=False).select_related(
        "fault_code", "unit__product_model"
    ):
        assert request.fault_code is not None
        assert request.fault_code.family_id == request.unit.product_model.family_id  # type: ignore[union-attr]

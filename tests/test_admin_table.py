"""Who may view, add, change and delete what in the admin, written out in tests/admin_table.json.

A new admin page, or a role that may do more than it could, fails here until the table says so too: run once with
YIZHAN_WRITE_ADMIN_TABLE=1 and read the difference.
"""

import json
import os
from pathlib import Path

import pytest
from django.contrib import admin
from django.test import RequestFactory

from tests.cast import EVERYBODY, HQ, Cast
from tests.conftest import as_user

TABLE = Path(__file__).with_name("admin_table.json")
ACTS = ("view", "add", "change", "delete")


def _may(cast: Cast) -> dict[str, dict[str, list[str]]]:
    request = RequestFactory().get("/admin/")
    people = {name: cast.fresh(name) for name in HQ}
    found: dict[str, dict[str, list[str]]] = {}
    for model, page in admin.site._registry.items():
        row: dict[str, list[str]] = {}
        for act in ACTS:
            held = []
            for name, person in people.items():
                request.user = person
                if getattr(page, f"has_{act}_permission")(request):
                    held.append(name)
            if held:
                row[act] = held
        found[model._meta.label_lower] = row
    return dict(sorted(found.items()))


@pytest.mark.django_db
def test_the_table_says_who_may_do_what(cast: Cast) -> None:
    found = _may(cast)
    if os.environ.get("YIZHAN_WRITE_ADMIN_TABLE"):
        TABLE.write_text(json.dumps(found, indent=1) + "\n")

    assert found == json.loads(TABLE.read_text())


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in EVERYBODY if name not in HQ])
def test_nobody_else_opens_the_admin(cast: Cast, name: str) -> None:
    browser = as_user(cast.get(name))

    for page in ("/admin/", "/admin/warranty/warrantyclaim/", "/admin/accounts/user/", "/admin/core/event/"):
        answer = browser.get(page)
        assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/admin/login/"), page

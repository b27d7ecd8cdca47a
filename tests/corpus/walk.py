"""Going through the permission table page by page: who opens it, what its form asks, what a bad answer must come to."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from tests.cast import EVERYBODY, Cast
from tests.conftest import as_user
from tests.permissions import Row

CHINESE = re.compile(r"[\u4e00-\u9fff]")
IGNORED = {"django_session", "axes_accessattempt", "axes_accessfailurelog", "accounts_loginsession"}


def counts() -> dict[str, int]:
    """Rows of every table, in one statement."""
    tables = [name for name in connection.introspection.table_names() if name not in IGNORED]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in tables))
        return dict(cursor.fetchall())


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def opener(row: Row) -> str | None:
    """The first of the cast who gets the page."""
    expected = row.get or row.post
    return next((name for name in EVERYBODY if expected and expected(name) == 200), None)


def views(patterns: Any = None) -> dict[str, Any]:
    """Every page of ours by the name of its address."""
    found: dict[str, Any] = {}
    for each in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(each, URLResolver):
            found |= views(each.url_patterns) if each.namespace != "admin" else {}
        elif each.name:
            found[each.name] = getattr(each.callback, "view_class", each.callback)
    return found


class Page:
    """A page of the table, opened by who may."""

    def __init__(self, row: Row, cast: Cast) -> None:
        self.address = reverse(row.name, args=row.args(cast) if row.args else [])
        member = opener(row)
        self.browser: Client = as_user(cast.get(member) if member else None)
        self.opened = self.browser.get(self.address, row.query)
        context = self.opened.context or {}
        self.form, self.formset = context.get("form"), context.get("formset")

    def send(self, data: Any) -> Any:
        """The answer to a form."""
        return self.browser.post(self.address, data)

    def raw(self, data: bytes, content_type: str) -> Any:
        """The answer to these bytes."""
        return self.browser.generic("POST", self.address, data, content_type)


def problems(answer: Any, name: str) -> list[str]:
    """What the answer says about the field."""
    context = answer.context or {}
    form, formset = context.get("form"), context.get("formset")
    told = [str(text) for text in (form.errors.get(name, []) if form is not None else [])]
    for inner in formset.forms if formset else []:
        prefix = f"{inner.prefix}-"
        if name.startswith(prefix):
            told += [str(text) for text in inner.errors.get(name.removeprefix(prefix), [])]
    return told

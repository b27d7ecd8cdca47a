"""Every form of every page: each field with each wrong value of its kind; wrong bodies; a forged formset; no CSRF token."""

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from portal.core import clock
from tests.cast import Cast
from tests.corpus.values import Bad, bad_values, good_value, sample, some
from tests.corpus.walk import CHINESE, Page, counts, opener, problems, undone, views
from tests.permissions import Row
from tests.test_permission_table import ROWS

VIEWS = views()
PAGES = [row for row in ROWS if opener(row) and (hasattr(VIEWS[row.name], "get_form") or row.name == "apply")]
KEEPS = "apply"  # whatever is right stands in the application, also beside what is wrong
FORMS = [row for row in sample(PAGES, 24, "forms") if row.name != KEEPS]
BODIES, FORGED = sample(PAGES, 16, "bodies"), sample(PAGES, 24, "forged")
pytestmark = pytest.mark.corpus


def fields_of(page: Page) -> Iterator[tuple[str, forms.Field]]:
    """Every field of form and formset under the name it is sent by."""
    if page.form is not None and hasattr(page.form, "fields"):
        yield from ((page.form.add_prefix(name), field) for name, field in page.form.fields.items())
    for inner in page.formset.forms if page.formset else []:
        yield from ((inner.add_prefix(name), field) for name, field in inner.fields.items())


def sound(page: Page) -> dict[str, Any]:
    """A body that the form takes, or nearly."""
    today = clock.today()
    data: dict[str, Any] = {}
    for form in (page.form, *(page.formset.forms if page.formset else [])):
        for name, field in form.fields.items():
            shown = form[name].value()
            data[form.add_prefix(name)] = good_value(field, today) if shown in (None, "", []) else shown
    if page.formset:
        data |= {
            page.formset.management_form.add_prefix(name): value
            for name, value in page.formset.management_form.initial.items()
        }
    return data


def judged(page: Page, name: str, bad: Bad, data: dict[str, Any]) -> str:
    """What is wrong with the answer to this body, or nothing."""
    before = counts()
    with undone():
        answer = page.send(data)
        after = counts()
    told = f"{page.address} {name}={str(bad.value)[:40]!r}: {answer.status_code}"
    if answer.status_code >= 500:
        return told
    if answer.status_code < 400 and bad.refused and answer.status_code != 200:
        return f"{told}, taken"
    if answer.status_code >= 400 and after != before:
        changed = {table: (before[table], after[table]) for table in before if before[table] != after[table]}
        return f"{told}, but {changed}"
    errors = problems(answer, name)
    if bad.refused and answer.status_code in (200, 422) and not errors:
        return f"{told}, but the field says nothing"
    if errors and not CHINESE.search("".join(errors)):
        return f"{told}, not in Chinese: {errors}"
    return ""


@pytest.mark.parametrize("row", FORMS, ids=lambda row: row.label or row.name)
def test_every_field_refuses_what_is_wrong(row: Row, cast: Cast) -> None:
    page = Page(row, cast)
    found = list(fields_of(page))
    data, wrong = sound(page), []

    for name, field in found:
        for bad in some(bad_values(field), row.name, name):
            wrong.append(judged(page, name, bad, data | {name: bad.value}))

    assert [text for text in wrong if text] == []


@pytest.mark.parametrize("row", BODIES, ids=lambda row: row.label or row.name)
def test_every_page_refuses_bodies_that_are_no_form(row: Row, cast: Cast) -> None:
    page = Page(row, cast)
    names = [name for name, _field in fields_of(page)]
    bodies: list[dict[str, Any]] = [
        {"data": b'{"a": 1}', "content_type": "application/json"},
        {"data": b"<x/>", "content_type": "text/xml"},
        {"data": b"--x\r\nbroken", "content_type": "multipart/form-data; boundary=x"},
        {"data": b"broken", "content_type": "multipart/form-data"},
        {"data": b"a=%ff%fe&b=%00", "content_type": "application/x-www-form-urlencoded"},
        {"data": b"a=1", "content_type": "application/x-www-form-urlencoded; charset=nonsense"},
        {"data": "&".join(f"{name}=%ED%A0%80" for name in names).encode(), "content_type": "application/x-www-form-urlencoded"},
        {"data": {name: ["x", "y"] for name in names}},
        {"data": {"idempotency_key": "\x00" * 70, "act": "\x00", "then": "\x00"}},
    ]  # fmt: skip
    if page.formset:
        prefix = page.formset.prefix
        for total in ("abc", "-1", str(10**12), ""):
            bodies.append({"data": {f"{prefix}-TOTAL_FORMS": total, f"{prefix}-INITIAL_FORMS": total}})
    wrong = []

    for body in bodies:
        with undone():
            send = page.raw if "content_type" in body else page.send
            status = send(**body).status_code
        if status >= 500:
            wrong.append(f"{page.address} {str(body)[:120]}: {status}")

    assert wrong == []


def test_ten_megabytes_of_text_are_413(cast: Cast) -> None:
    row = next(row for row in PAGES if row.name == "intake")
    page = Page(row, cast)

    answer = page.raw(b"fault_text=" + b"x" * 11_000_000, "application/x-www-form-urlencoded")

    assert answer.status_code in (400, 413)


def test_no_page_is_posted_to_without_its_csrf_token(cast: Cast) -> None:
    wrong = []
    for row in FORGED:
        member = opener(row)
        browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
        if member and (user := cast.get(member)):
            browser.force_login(user, backend="portal.accounts.backends.Password")
        with undone():
            address = reverse(row.name, args=row.args(cast) if row.args else [])
            status = browser.post(address, {"a": "1"}).status_code
        if status not in (403, 404, 405):
            wrong.append(f"{address}: {status}")

    assert wrong == []

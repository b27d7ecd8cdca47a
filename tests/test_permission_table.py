"""Every URL of ours × every member of the cast × method → the status it must answer. A URL without a row fails.

Rows stand in tests/permissions/<app>.py:

    from tests.permissions import Row, HQ, STATION, ALL, only
    ROWS = [
        Row("claim_list", get=only(*HQ, *STATION_A, *STATION_B)),            # 200 for these, 403 for other users
        Row("claim_detail", args=lambda cast: [make_claim(station=cast.station_a).pk],
            get=only(*HQ, *STATION_A, hidden=STATION_B)),                    # 404 for these
        Row("claim_submit", args=…, get=only("clerk_a", "owner_a"), post=only("clerk_a", "owner_a", ok=422, hidden=STATION_B)),
        Row("verify", args=lambda cast: ["x" * 20], get=everybody(404)),
    ]
`args` makes the row the address names, by factories, in the test's transaction; `query` and `data` go with the request.
Anonymous readers get 302 (to the login) unless a row says otherwise. 405 for a method the page does not have is its default.
Admin pages are not listed: the admin's own rule (headquarters only) and the buttons have tests of their own.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from importlib import import_module
from pathlib import Path

import pytest
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.cast import EVERYBODY, Cast
from tests.conftest import as_user
from tests.permissions import Row

FOLDER = Path(__file__).parent / "permissions"
ROWS: list[Row] = [
    row
    for path in sorted(FOLDER.glob("*.py"))
    if path.stem != "__init__"
    for row in import_module(f"tests.permissions.{path.stem}").ROWS
]
FOREIGN = {"admin"}


def _names(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for each in patterns:
        if isinstance(each, URLResolver):
            if each.namespace in FOREIGN:
                continue
            yield from _names(each.url_patterns, f"{prefix}{each.namespace}:" if each.namespace else prefix)
        elif each.name:
            yield f"{prefix}{each.name}"
        else:
            yield f"{prefix}(without a name: {each.pattern})"


def test_every_url_has_a_row() -> None:
    missing = sorted(set(_names(get_resolver().url_patterns)) - {row.name for row in ROWS})

    assert missing == []


def test_no_row_is_left_over() -> None:
    assert sorted({row.name for row in ROWS} - set(_names(get_resolver().url_patterns))) == []


@contextmanager
def _undrawn() -> Iterator[None]:
    """Who may come is decided before a page is drawn, and drawing is what takes the time: once a row is enough."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SimpleTemplateResponse, "rendered_content", "")
        yield


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.label or row.name)
def test_url_answers_each_member_as_the_table_says(row: Row, cast: Cast) -> None:
    address = reverse(row.name, args=row.args(cast) if row.args else [])
    drawn = next((name for name in EVERYBODY if row.get and row.get(name) == HTTPStatus.OK), "")
    wrong = _wrong(row, address, cast, [drawn]) if drawn else []
    with _undrawn():
        wrong += _wrong(row, address, cast, [name for name in EVERYBODY if name != drawn])

    assert wrong == []


def _wrong(row: Row, address: str, cast: Cast, members: Iterable[str]) -> list[str]:
    """Every answer that is not the table's."""
    wrong = []
    for member in members:
        browser = as_user(cast.get(member))
        for method, expected in (("get", row.get), ("post", row.post)):
            if expected is None:
                continue
            data = row.query if method == "get" else row.data(cast) if callable(row.data) else row.data
            status = getattr(browser, method)(address, data or {}).status_code
            if status != expected(member):
                wrong.append(f"{member} {method} {address}: {status}, not {expected(member)}")
    return wrong

"""Every page that is asked by address: unknown, repeated, broken and absurd parameters."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.cast import Cast
from tests.corpus.values import ALL, Bad, sample, some
from tests.corpus.walk import Page, opener
from tests.permissions import Row
from tests.test_permission_table import ROWS

PAGES = [row for row in ROWS if opener(row) and row.get and row.name not in {"session_end", "metrics"}]
pytestmark = pytest.mark.corpus
EVERYWHERE = [
    Bad("tenant=1"), Bad("serial__regex=("), Bad("day__year=0"), Bad("page=-1"), Bad("page=99999999999999999999"),
    Bad("page_size=100000000"), Bad("after=zzz"), Bad("after=W251bGxd"), Bad("after=W10"), Bad("before=%00"),
    Bad("sort=station__dealer__x"), Bad("ordering=supplier__memberships__user__password"), Bad("q=%00"),
    Bad("q=" + "x" * 5_000), Bad("q=%ff%fe"), Bad("export=exe"), Bad("status=no-such-status"),
    Bad("a[]=1&a[$ne]=2"), Bad("next=//evil.example"), Bad("after=" + "A" * 6_000),
]  # fmt: skip
VALUES = [
    "%00", "9" * 30, "-1", "abc", "0001-01-01", "9999-12-31", "0000-00-00", "2023-02-29", "NaN", "x" * 3_000, "%ff", "1&{name}=2",
]  # fmt: skip


def filters_of(page: Page) -> list[str]:
    """The parameters that a list knows."""
    context: Any = page.opened.context or {}
    filterset = context.get("filterset")
    names = list(filterset.form.fields) if filterset is not None else []
    return [*names, *(f"{name}_{end}" for name in names for end in ("after", "before"))]


@pytest.mark.parametrize("row", sample(PAGES, 20, "lists"), ids=lambda row: row.label or row.name)
def test_absurd_parameters_are_answered(row: Row, cast: Cast) -> None:
    page, wrong = Page(row, cast), []
    queries = [bad.value for bad in some(EVERYWHERE, row.name)]
    for name in filters_of(page):
        values = some([Bad(value) for value in VALUES], row.name, name)
        queries += [f"{quote(name)}={bad.value.replace('{name}', name)}" for bad in values]

    for query in queries:
        status = page.browser.get(f"{page.address}?{query}").status_code
        if status >= 500:
            wrong.append(f"{page.address}?{query[:80]}: {status}")

    assert wrong == []
    assert ALL or len(queries) <= 200

"""Every list that offers its rows as a file: the page's columns, typed, own rows, in the reader's language, told to the trail."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils.text import capfirst
from openpyxl import load_workbook

from portal.core.models import Event
from tests.cast import Cast
from tests.conftest import as_user
from tests.web.test_query_counts import LISTS, Grow, _piece

pytestmark = pytest.mark.django_db


def views() -> dict[str, Any]:
    """The list pages that may be exported, by URL name."""
    found: dict[str, Any] = {}
    todo = list(get_resolver().url_patterns)
    while todo:
        pattern = todo.pop()
        todo += getattr(pattern, "url_patterns", [])
        view = getattr(getattr(pattern, "callback", None), "view_class", None)
        if getattr(view, "export_permission", ""):
            found[str(pattern.name)] = view
    return found


OWN_ROWS = {"claim_queue"}  # waits for claims that the maker has already decided
OFFERED = [row for row in LISTS if row[0] in views() and row[0] not in OWN_ROWS]


def table(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200, answer.content[:300]
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize(("name", "who", "make", "few"), OFFERED, ids=[row[0] for row in OFFERED])
def test_a_list_leaves_as_the_page_shows_it(cast: Cast, name: str, who: str, make: Grow, few: int) -> None:
    user = getattr(cast, "service_manager" if name == "work_order_list" else who)
    if name == "part_list":
        user = cast.warehouse
    make(cast)
    make(cast)
    browser = as_user(user)
    page = browser.get(reverse(name))

    asked = []
    for count in (0, 2):
        for _each in range(count):
            make(cast)
        with CaptureQueriesContext(connection) as queries:
            heads, *rows = table(browser.get(reverse(name), {"export": "csv"}))
        asked.append(len(queries))

    assert "?export=xlsx" in page.content.decode()
    assert asked[1] <= asked[0]
    assert len(rows) >= len(page.context["page"].rows) + 2
    assert all(heads)
    assert not [cell for row in rows for cell in row if "<" in cell or " object at " in cell or cell == "None"]
    kinds = [
        capfirst(column.title(views()[name].model))
        for column in page.context["view"].get_columns()
        if column.kind != "html"
    ]
    assert [head for head in kinds if not any(each.casefold().endswith(head.casefold()) for each in heads)] == []
    assert Event.objects.filter(kind="user.exported", actor=user).count() == 2


def test_a_workbook_holds_numbers_and_is_named_by_page_and_day(cast: Cast) -> None:
    _piece(cast)

    answer = as_user(cast.reviewer).get(reverse("claim_list"), {"export": "xlsx"})

    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.values)
    money = next(cell for cell in sheet[2] if cell.number_format == "#,##0.00")
    assert (sheet.freeze_panes, sheet["A1"].font.bold) == ("A2", True)
    assert isinstance(money.value, int | float)
    assert sheet.column_dimensions["A"].width > 10
    assert [type(value) for value in rows[1]].count(str) < len(rows[1])
    assert "%E7%B4%A2%E8%B5%94" in answer["Content-Disposition"] or "claims" in answer["Content-Disposition"].lower()


@pytest.mark.parametrize(("name", "who"), [("work_order_list", "technician_a"), ("station_list", "clerk_a")])
def test_who_may_not_take_rows_along_gets_no_link_and_no_file(cast: Cast, name: str, who: str) -> None:
    browser = as_user(getattr(cast, who))

    assert "export=" not in browser.get(reverse(name)).content.decode()
    assert browser.get(reverse(name), {"export": "csv"}).status_code == 403


def test_a_station_takes_its_own_rows_only(cast: Cast) -> None:
    _piece(cast)

    assert len(table(as_user(cast.clerk_a).get(reverse("claim_list"), {"export": "csv"}))) == 2
    assert len(table(as_user(cast.clerk_b).get(reverse("claim_list"), {"export": "csv"}))) == 1

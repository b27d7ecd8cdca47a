"""Every kind of document, with what attackers type in every one of its fields: text stays text, nothing is fetched or run."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from portal.core import documents
from portal.core.linetable import with_line_table
from tests.warranty_settlement.paper import squeezed, text_of

MARK = "<script>alert(1)</script>"
ATTACK = (
    f"{MARK}\"'><img src='file:///etc/passwd'><link rel=attachment href='file:///etc/passwd'>"
    "{{7*7}}{% debug %}#eval(1)=HYPERLINK(1)@SUM(1)+86 \u200d龘\U0001f600"
)
NUMBERS = {"amount", "money", "plain_number", "percent", "as_percent", "qty", "quantity", "floatformat", "figure"}
DAYS = {"day", "date", "month", "moment"}
FILTERED = re.compile(r"([\w.]+)\|(\w+)")
KINDS = sorted(kind for kind in documents._kinds if not kind.startswith("test_"))
TEMPLATES = [
    *(documents._kinds[kind].template for kind in KINDS),
    "pdf/supplier_report.html",
]  # which is part of a pack


class Hostile(str):
    """A text that is also whatever a template asks of it: its fields, its only entry; numbers and days where it prints them."""

    numbers: frozenset[str]
    days: frozenset[str]

    def named(self, numbers: frozenset[str], days: frozenset[str]) -> Self:
        self.numbers, self.days = numbers, days
        return self

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, str):
            return super().__getitem__(key)
        if key in self.numbers:
            return "12.30"
        return "2026-11-20" if key in self.days else Hostile(self).named(self.numbers, self.days)

    def __iter__(self) -> Iterator[Any]:
        return iter([Hostile(self).named(self.numbers, self.days)])

    def items(self) -> list[tuple[Any, Any]]:
        return [(self["key"], self["value"])]

    def get(self, key: str, _default: Any = None) -> Any:
        return self[key]


def facts_for(template: str) -> Hostile:
    """Hostile wherever the template does not print a number or a day."""
    source = (Path(settings.BASE_DIR) / "templates" / template).read_text()
    found: dict[str, set[str]] = {"numbers": set(), "days": set()}
    for path, name in FILTERED.findall(source):
        for which, filters in (("numbers", NUMBERS), ("days", DAYS)):
            if name in filters:
                found[which].add(path.rpartition(".")[2])
    return Hostile(ATTACK).named(frozenset(found["numbers"]), frozenset(found["days"]))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_no_field_of_a_document_is_markup(template: str, language: str, tmp_path: Path) -> None:
    facts = facts_for(template)
    context = {"document": None, "number": ATTACK, "facts": facts, "title": ATTACK, "draft": True}

    with translation.override(language):
        page = render_to_string(template, context | {"all_lines": list(facts), "pictures": {}})

    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "<img src='file" not in page
    assert "<link" not in page
    if language == "en":
        text = text_of(documents.html_to_pdf(page), tmp_path)
        assert MARK in squeezed(text)
        assert "root:" not in text


@pytest.mark.parametrize("kind", [kind for kind in KINDS if documents._kinds[kind].line_columns])
def test_no_line_of_a_long_document_is_markup(kind: str, tmp_path: Path) -> None:
    columns = documents._kinds[kind].line_columns
    line = {column.key: "1.00" if column.total else ATTACK for column in columns}

    made = with_line_table(documents.html_to_pdf("<p>x</p>"), heading=ATTACK, columns=columns, lines=[line])

    text = squeezed(text_of(made, tmp_path))
    assert "7*7" in text
    assert "root:" not in text

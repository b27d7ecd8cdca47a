"""The benchmark's drafts, copied by the thousand, are the rows that the operations would have written."""

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps

from bench.claim_makers import many_drafts
from portal.core import clock
from tests.factories.claims import Bench, make_bench, noon
from warranty import claims

TODAY = date(2026, 10, 5)
SOLD = TODAY - timedelta(days=100)
OF_PEOPLE = {"accounts"}  # each registration of the operations has people of its own
LOOSE = {  # names, keys, instants and pictures are each row's own
    "id", "pgh_id", "pgh_obj_id", "pgh_context_id", "pgh_created_at", "name", "phone", "serial_number", "number",
    "root_number", "root", "subject_number", "subject_id", "sha256", "perceptual_hash", "band_1", "band_2", "band_3",
    "band_4", "original", "served", "thumbnail", "size", "at", "uploaded_at", "drafted_at", "decided_at", "created_at",
    "customer_id", "unit_id", "request_id", "work_order_id", "issued_part_id", "claim_id", "filed_by_id", "decided_by_id",
    "actor_id",
}  # fmt: skip


def tables() -> list[Any]:
    """Every table of the product with a key that counts up."""
    found = apps.get_models(include_auto_created=True)
    return [
        model for model in found
        if model._meta.managed and model._meta.app_label not in {*OF_PEOPLE, "pghistory", "sessions"}
    ]  # fmt: skip


def written(act: Any) -> dict[str, list[Any]]:
    """The rows that an act adds, table by table, without what is each row's own."""
    before = {model: set(model._base_manager.values_list("pk", flat=True)) for model in tables()}
    act()
    found: dict[str, list[Any]] = {}
    for model, known in before.items():
        rows = model._base_manager.exclude(pk__in=known).order_by("pk").values()
        if plain := [plainly(row) for row in rows]:
            found[model._meta.label] = sorted(plain)
    return found


def plainly(row: dict[str, Any]) -> str:
    kept = {name: value for name, value in row.items() if name not in LOOSE}
    return re.sub(r"G3A29-\d+|REG-\d+", "…", json.dumps(kept, default=str, sort_keys=True, ensure_ascii=False))


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(TODAY))
    yield
    clock.set(None)


@pytest.mark.django_db
def test_copied_drafts_are_the_rows_that_the_operations_write() -> None:
    bench: Bench = make_bench()
    bench.draft(bench.unit(SOLD), failed_on=TODAY)  # tables that are filled once are filled

    made = written(lambda: [bench.draft(bench.unit(SOLD), failed_on=TODAY) for _number in range(3)])
    copied = written(lambda: many_drafts(bench, 3, sold_on=SOLD, failed_on=TODAY))

    assert copied.keys() == made.keys()
    for table, rows in made.items():
        assert copied[table] == rows, table


@pytest.mark.django_db
def test_a_copied_draft_is_decided_like_any_other() -> None:
    bench = make_bench()

    drafts = many_drafts(bench, 3, sold_on=SOLD, failed_on=TODAY)
    states = {str(claims.submit_claim(draft, actor=bench.owner).status) for draft in drafts}

    assert len({draft.serial_number for draft in drafts}) == 3
    assert states == {str(bench.submitted(bench.unit(SOLD), failed_on=TODAY).status)}

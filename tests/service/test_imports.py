"""The shipped fault dictionary and labor catalog are sound files of their kinds."""

import csv

import pytest

from portal.core.transfer.kinds import kind_of
from service.imports import SHIPPED


@pytest.mark.parametrize(("name", "key"), [("fault_codes", "fault_codes"), ("labor_operations", "labor_operations")])
def test_shipped_files_read_cell_by_cell(name: str, key: str) -> None:
    kind = kind_of(key)
    with (SHIPPED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert len(rows) >= 60
    assert len({row["code"] for row in rows}) == len(rows)
    for row in rows:
        for column in kind.columns:
            column.canonical(row[column.name])

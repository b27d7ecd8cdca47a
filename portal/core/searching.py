"""What people type into the search field of a list, found through the trigram indexes of each column it looks into."""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.lookups import Contains


@models.CharField.register_lookup
@models.TextField.register_lookup
class Holds(Contains):
    """The text stands somewhere in the column, in capitals or not: ILIKE, which a trigram index serves; icontains' UPPER() is not."""

    lookup_name = "holds"

    def get_rhs_op(self, _connection: Any, rhs: str) -> str:
        """The right side of the comparison."""
        return f"ILIKE {rhs}"


def search_index(name: str, *columns: str) -> GinIndex:
    """One trigram index over these columns of a table, each of which it can be asked for alone."""
    return GinIndex(*(OpClass(column, name="gin_trgm_ops") for column in columns), name=name)


def rows_with[M: models.Model](
    rows: models.QuerySet[M, Any], fields: Sequence[str], text: str
) -> models.QuerySet[M, Any]:
    """Rows that hold the text in one of the fields (paths may lead to other tables).

    One branch a table: OR over columns of several tables would read every row, a union asks each table's index.
    """
    everything = rows.model._base_manager
    tables: dict[str, Q] = {}
    for name in fields:
        way = name.rpartition("__")[0]
        tables[way] = tables.get(way, Q()) | Q(**{f"{name}__holds": text})
    if set(tables) <= {""}:
        return rows.filter(tables.get("", Q()))
    first, *branches = [everything.filter(condition).values("pk") for condition in tables.values()]
    return rows.filter(pk__in=first.union(*branches) if branches else first)

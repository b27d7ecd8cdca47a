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

    One branch a field: OR over columns of several tables would read every row, a union asks each table's index.
    """
    own = [name for name in fields if "__" not in name]
    there = [name for name in fields if "__" in name]
    everything = rows.model._base_manager
    condition = Q()
    for name in own:
        condition |= Q(**{f"{name}__holds": text})
    if not there:
        return rows.filter(condition)
    branches = [everything.filter(**{f"{name}__holds": text}).values("pk") for name in there]
    found = everything.filter(condition).values("pk") if own else branches.pop()
    return rows.filter(pk__in=found.union(*branches) if branches else found)

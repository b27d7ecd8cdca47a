"""Columns are equal exactly where Django says so; and an ordered query no longer works it out anew."""

from collections.abc import Iterator

import pytest
from django.db import models
from django.db.models.expressions import BaseExpression, Col, Expression

from portal.core.models import Event, JobRun

django_says = Expression.__dict__["identity"]


def columns() -> Iterator[Col]:
    for alias in ("core_event", "core_jobrun", "T3"):
        for model in (Event, JobRun):
            for field in model._meta.concrete_fields:
                yield Col(alias, field)
                yield Col(alias, field, models.TextField())
                yield Col(alias, field, model._meta.pk)


def test_two_columns_are_equal_where_django_says_so() -> None:
    made, again = list(columns()), list(columns())
    said = [django_says.func(column) for column in made]

    for n, one in enumerate(made):
        for m, other in enumerate(again):
            assert (one == other) is (said[n] == said[m]), (one, other)
            assert hash(one) == hash(other) or one != other


def test_a_column_is_still_no_other_expression() -> None:
    column = next(columns())

    assert column != models.F("kind")
    assert isinstance(column, BaseExpression)


@pytest.mark.django_db
def test_ordered_rows_come_as_before(django_assert_num_queries: object) -> None:
    rows = Event.objects.select_related("actor").order_by("-at", "actor__username").values_list("kind", "at")

    assert list(rows) == []
    assert "ORDER BY 2 DESC" in str(rows.query)

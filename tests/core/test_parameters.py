"""Dated business parameters: the value of the day, bounds, and rows that stay."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import ProgrammingError, transaction

from portal.core import clock, events, parameters
from portal.core.models import Event, ParameterValue
from portal.core.parameters import BadParameterValue, UnknownParameter, declare, definition, param, set_parameter
from portal.core.transactions import acting

pytestmark = pytest.mark.django_db

LIMIT = declare("test.limit", default=Decimal("10.50"), low=Decimal(0), high=Decimal(100), unit="CNY", label="Limit")


def test_param_answers_the_default_until_a_value_is_entered() -> None:
    assert param("test.limit") == Decimal("10.50")

    set_parameter("test.limit", "20", actor=None)

    assert param("test.limit") == Decimal(20)
    assert Event.objects.get(kind="parameter.set").data == {"key": "test.limit", "value": "20"}


def test_param_answers_the_value_in_force_at_the_instant() -> None:
    set_parameter("test.limit", 20, valid_from=datetime(2026, 1, 1, tzinfo=UTC), actor=None)
    set_parameter("test.limit", 30, valid_from=datetime(2026, 6, 1, tzinfo=UTC), actor=None)

    found = [
        param("test.limit", at=datetime(year, month, 1, tzinfo=UTC))
        for year, month in ((2025, 1), (2026, 5), (2026, 6))
    ]

    assert found == [Decimal("10.50"), Decimal(20), Decimal(30)]
    assert parameters.version("test.limit", at=datetime(2025, 1, 1, tzinfo=UTC)) == "test.limit@default"


@pytest.mark.parametrize("bad", ["-0.01", "100.01", "NaN", "Infinity", "much", "", None])
def test_set_parameter_refuses_what_the_declaration_does_not_allow(bad: str | None) -> None:
    with pytest.raises(BadParameterValue):
        set_parameter("test.limit", bad, actor=None)

    assert not ParameterValue.objects.exists()


def test_param_refuses_an_undeclared_key() -> None:
    with pytest.raises(UnknownParameter):
        param("test.nothing")


def test_values_and_events_cannot_be_changed_by_the_app_role() -> None:
    set_parameter("test.limit", 20, actor=None)

    for rows in (ParameterValue.objects, Event.objects):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            rows.update(**{"note": "changed"})
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            rows.all()._raw_delete("default")
    assert events.latest(["parameter.set"])[0].note == ""


def test_values_are_read_once_per_request_and_a_new_one_counts_at_once(django_assert_num_queries: Any) -> None:
    set_parameter("test.limit", 20, actor=None)

    with acting(None):
        param("test.limit")
        with django_assert_num_queries(0):
            assert [param("test.limit"), param("accounts.mfa_required")] == [Decimal(20), False]
        set_parameter("test.limit", 30, valid_from=clock.now() + timedelta(microseconds=1), actor=None)
        assert param("test.limit", at=clock.now() + timedelta(seconds=1)) == Decimal(30)


def test_values_are_read_once_for_many_steps_and_again_after_one_is_entered(django_assert_num_queries: Any) -> None:
    with acting(None):
        assert param("test.limit") == Decimal("10.50")
    with acting(None), django_assert_num_queries(0):
        assert param("test.limit") == Decimal("10.50")

    with acting(None):
        set_parameter("test.limit", 20, actor=None)
        assert param("test.limit") == Decimal(20)
    with acting(None):
        assert param("test.limit") == Decimal(20)


def test_a_value_taken_back_is_not_remembered() -> None:
    with pytest.raises(ZeroDivisionError), acting(None):
        set_parameter("test.limit", 20, actor=None)
        with acting(None):
            assert param("test.limit") == Decimal(20)
        raise ZeroDivisionError

    with acting(None):
        assert param("test.limit") == Decimal("10.50")


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["abc", "[]", '{"grade": {"A": "0.7"}}', '{"grade": {}, "order_kind": {}}', "12"])
def test_a_table_is_taken_only_in_the_shape_of_the_one_delivered(typed: str) -> None:
    with pytest.raises(BadParameterValue, match="probation"):
        definition("parts.price_factors").parse(typed)


def test_a_table_of_numbers_is_read_as_it_is_typed() -> None:
    table = definition("parts.count_cycle_days").parse('{"A": 30, "B": 90.5, "C": "180"}')

    assert table == {"A": 30, "B": "90.5", "C": "180"}


def test_prices_of_stations_move_by_two_persons() -> None:
    assert definition("parts.price_factors").moves_money

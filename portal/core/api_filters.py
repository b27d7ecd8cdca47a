"""Filters of the API that pages do not need: days of instants, records by their code."""

from datetime import date
from typing import Any, Final

import django_filters
from django.core.validators import MaxValueValidator, MinValueValidator

from portal.core import clock

ISO: Final = ["%Y-%m-%d"]


class Day(django_filters.DateFilter):
    """A day written 2026-03-01, nothing else, of a century that we do business in."""

    def __init__(self, **options: Any) -> None:
        validators = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2200, 1, 1))]
        super().__init__(input_formats=ISO, validators=validators, **options)


class FromDay(Day):
    """Instants on or after the day, in Shanghai."""

    def filter(self, qs: Any, value: Any) -> Any:
        return qs.filter(**{f"{self.field_name}__gte": clock.start_of(value)}) if value else qs


class ToDay(Day):
    """Instants on or before the day, in Shanghai."""

    def filter(self, qs: Any, value: Any) -> Any:
        return qs.filter(**{f"{self.field_name}__lt": clock.end_of(value)}) if value else qs


def by_code(rows: Any, **options: Any) -> Any:
    """One record, named by its code; the filter set scopes the rows."""
    return django_filters.ModelChoiceFilter(queryset=rows, to_field_name="code", **options)

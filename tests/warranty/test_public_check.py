"""The owner's check: a verdict and a month, the same page for an unknown number and one without cover, and limits."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.core import clock
from tests.factories.claims import Bench, make_bench, noon

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_day() -> Any:
    cache.clear()
    clock.set(noon(date(2026, 10, 5)))
    yield
    clock.set(None)
    cache.clear()


@pytest.fixture
def bench(cast: Any) -> Bench:
    return make_bench(station=cast.station_a)


def ask(serial: str, address: str = "203.0.113.7") -> Any:
    return Client().get(reverse("cover_check"), {"sn": serial}, REMOTE_ADDR=address)


def test_a_unit_in_warranty_shows_the_month_and_nothing_else(cast: Any, bench: Bench) -> None:
    unit = bench.unit()

    text = ask(unit.serial_number.lower()).content.decode()

    assert "2027-03" in text
    for secret in ("2027-03-09", "2027-03-10", "2025-03-10", unit.customer.name, str(cast.station_a), "POL"):  # type: ignore[union-attr]
        assert secret not in text


def test_an_unknown_number_reads_and_costs_like_one_without_cover(bench: Bench) -> None:
    out = bench.unit(date(2020, 1, 1))
    pages, counts = [], []

    for serial in (out.serial_number, "G3A29-99998"):
        with CaptureQueriesContext(connection) as asked:
            page = ask(serial).content.decode()
        pages.append(re.sub(r'"[A-Za-z0-9]{64}"', "", page.replace(serial, "SN")))  # but for the tokens against forgery
        counts.append(len(asked))

    assert pages[0] == pages[1]
    assert abs(counts[0] - counts[1]) <= 1


def test_numbers_cannot_be_counted_through(bench: Bench) -> None:
    same = [ask(f"G3A29-{number:05d}").status_code for number in range(11)]
    neighbor = [ask("X", f"203.0.113.{20 + number}").status_code for number in range(51)]
    elsewhere = ask("X", "198.51.100.1").status_code

    assert same == [200] * 10 + [429]
    assert (neighbor[0], neighbor[-1], elsewhere) == (200, 429, 200)
    assert Client().get(reverse("cover_check"), REMOTE_ADDR="203.0.113.7").status_code == 200


@pytest.mark.parametrize("typed", ["'; DROP TABLE", "x" * 5000, "\x00", "中文序列号", "%s"])
def test_nonsense_gets_the_same_calm_answer(bench: Bench, typed: str) -> None:
    assert ask(typed, "192.0.2.9").status_code == 200

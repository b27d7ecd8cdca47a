"""move(): decided by the row under its lock, whatever copy the caller holds."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.core import clock
from portal.core.models import Event
from portal.core.states import TransitionNotAllowed, lock, move, move_alike
from portal.core.transactions import acting
from tests.factories.claims import make_bench
from warranty.models import ClaimStatus, WarrantyClaim


@pytest.mark.django_db
def test_move_changes_a_row_that_is_locked_already_without_reading_it_again() -> None:
    claim = make_bench().draft()
    WarrantyClaim.objects.filter(pk=claim.pk).update(number="WC-202611-000001", submitted_at=clock.now())

    with acting(None, request_id="test"):
        locked = lock(claim)
        with CaptureQueriesContext(connection) as asked:
            moved = move(locked, ClaimStatus.SUBMITTED, actor=None)

    assert moved is locked
    assert [entry["sql"].split()[0] for entry in asked] == ["UPDATE", "INSERT"]


@pytest.mark.django_db
def test_move_decides_by_the_row_where_a_locked_copy_is_older() -> None:
    claim = make_bench().draft()
    WarrantyClaim.objects.filter(pk=claim.pk).update(number="WC-202611-000001", submitted_at=clock.now())

    with acting(None, request_id="test"):
        first, second = lock(claim), lock(claim)
        move(second, ClaimStatus.SUBMITTED, actor=None)
        move(first, ClaimStatus.AUTO_CHECKED, actor=None)

    last = Event.objects.order_by("-pk")[0]
    assert (last.from_status, last.to_status) == (ClaimStatus.SUBMITTED, ClaimStatus.AUTO_CHECKED)


@pytest.mark.django_db
def test_a_row_read_under_its_lock_is_the_row_the_orm_reads() -> None:
    claim = make_bench().draft()

    with acting(None, request_id="test"):
        plain, locked = lock(claim), lock(claim, "station__center", "goodwill", "unit")

    asked = WarrantyClaim.objects.select_related("station__center", "goodwill", "unit").get(pk=claim.pk)
    assert _values(plain) == _values(locked) == _values(asked)
    with CaptureQueriesContext(connection) as later:
        assert _values(locked.station.center) == _values(asked.station.center)
        assert _values(locked.unit) == _values(asked.unit)
        assert locked.goodwill is None
    assert not later.captured_queries


def _values(row: Any) -> list[Any]:
    return [getattr(row, field.attname) for field in row._meta.concrete_fields]


@pytest.mark.django_db
def test_move_refuses_a_locked_copy_that_another_copy_has_overtaken() -> None:
    claim = make_bench().draft()

    with acting(None, request_id="test"):
        first, second = lock(claim), lock(claim)
        move(second, ClaimStatus.WITHDRAWN, actor=None)
        with pytest.raises(TransitionNotAllowed):
            move(first, ClaimStatus.SUBMITTED, actor=None)

    assert WarrantyClaim.objects.get(pk=claim.pk).status == ClaimStatus.WITHDRAWN


@pytest.mark.django_db
def test_rows_that_nobody_loaded_move_as_each_would_alone() -> None:
    bench = make_bench()
    claims = [bench.draft() for _number in range(3)]
    WarrantyClaim.objects.filter(pk__in=[claim.pk for claim in claims]).update(submitted_at=clock.now())
    for number, claim in enumerate(claims, start=1):
        WarrantyClaim.objects.filter(pk=claim.pk).update(number=f"WC-202611-00000{number}")
    moment = clock.now()

    with acting(bench.owner, request_id="test"):
        move(lock(claims[0]), ClaimStatus.SUBMITTED, actor=bench.owner, at=moment, note="x", data={"a": "1"})
        named = [lock(claim) for claim in claims[1:]]
        move_alike(
            WarrantyClaim,
            [(claim.pk, claim.number, claim.root_number) for claim in named],
            ClaimStatus.DRAFT,
            ClaimStatus.SUBMITTED,
            actor=bench.owner,
            at=moment,
            note="x",
            data={"a": "1"},
        )

    alone, *together = Event.objects.filter(kind="warrantyclaim.submitted").order_by("pk")
    own = {"id", "subject_id", "subject_number", "root"}
    shared = [field.attname for field in Event._meta.concrete_fields if field.name not in own]
    for event, claim in zip(together, named, strict=True):
        assert [getattr(event, name) for name in shared] == [getattr(alone, name) for name in shared]
        assert (event.subject_id, event.subject_number, event.root) == (claim.pk, claim.number, claim.root_number)
        assert WarrantyClaim.objects.get(pk=claim.pk).status == ClaimStatus.SUBMITTED


@pytest.mark.django_db
def test_rows_that_nobody_loaded_are_refused_by_the_table_and_by_their_status() -> None:
    claim = make_bench().draft()
    named = [(claim.pk, "WC-202611-000001", claim.root_number)]

    with acting(None, request_id="test"):
        with pytest.raises(TransitionNotAllowed):
            move_alike(WarrantyClaim, named, ClaimStatus.DRAFT, ClaimStatus.PAID, actor=None)
        with pytest.raises(RuntimeError, match="1 rows were not locked"):
            move_alike(WarrantyClaim, named, ClaimStatus.SUBMITTED, ClaimStatus.AUTO_CHECKED, actor=None)

    assert WarrantyClaim.objects.get(pk=claim.pk).status == ClaimStatus.DRAFT

"""move(): decided by the row under its lock, whatever copy the caller holds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.core.states import TransitionNotAllowed, lock, move
from portal.core.transactions import acting
from tests.factories.claims import make_bench
from warranty.models import ClaimStatus, WarrantyClaim


@pytest.mark.django_db
def test_move_asks_a_row_that_is_locked_already_for_its_status_only() -> None:
    claim = make_bench().draft()

    with acting(None, request_id="test"):
        locked = lock(claim)
        with CaptureQueriesContext(connection) as asked:
            moved = move(locked, ClaimStatus.WITHDRAWN, actor=None)

    assert moved is locked
    assert [entry["sql"].split()[0] for entry in asked] == ["SELECT", "UPDATE", "INSERT"]
    assert asked[0]["sql"].startswith('SELECT "warranty_warrantyclaim"."status" AS')
    assert asked[0]["sql"].endswith('FOR NO KEY UPDATE OF "warranty_warrantyclaim"')


@pytest.mark.django_db
def test_move_refuses_a_locked_copy_that_another_copy_has_overtaken() -> None:
    claim = make_bench().draft()

    with acting(None, request_id="test"):
        first, second = lock(claim), lock(claim)
        move(second, ClaimStatus.WITHDRAWN, actor=None)
        with pytest.raises(TransitionNotAllowed):
            move(first, ClaimStatus.SUBMITTED, actor=None)

    assert WarrantyClaim.objects.get(pk=claim.pk).status == ClaimStatus.WITHDRAWN

"""The statements worded once do what the ORM does: the same values in, the same row out."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.core import statements
from portal.core.models import Event, JobRun
from service.models import WorkOrder
from stations.models import DealerAccount
from tests.cast import Cast
from tests.factories.service import make_offer
from tests.factories.stations import make_account

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 8, 30, 15, 123456, tzinfo=UTC)


def fields(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_an_inserted_row_is_the_one_the_orm_would_have_made(cast: Cast) -> None:
    told: dict[str, Any] = {
        "subject_type": "core.jobrun", "subject_id": 7, "subject_number": "X", "root": "R", "kind": "x.y", "at": AT,
        "actor": cast.clerk_a, "note": "注", "data": {"amount": "1.50", "more": [1, None, "…"]},
    }  # fmt: skip

    ours = statements.insert(Event(**told))
    theirs = Event.objects.create(**told)

    assert not ours._state.adding
    assert fields(Event.objects.get(pk=ours.pk)) | {"id": 0} == fields(Event.objects.get(pk=theirs.pk)) | {"id": 0}


def test_a_row_is_read_under_its_lock_with_what_stands_beside_it(cast: Cast) -> None:
    order = make_offer(cast.station_a)

    with CaptureQueriesContext(connection) as queries:
        ours = statements.read_locked(WorkOrder, order.pk, "request__unit", "station")
        beside = (ours.request.unit, ours.station)

    theirs = WorkOrder.objects.select_related("request__unit", "station").get(pk=order.pk)
    assert len(queries) == 1
    assert 'FOR NO KEY UPDATE OF "service_workorder"' in queries.captured_queries[0]["sql"]
    assert fields(ours) == fields(theirs)
    assert [fields(row) for row in beside if row] == [
        fields(row) for row in (theirs.request.unit, theirs.station) if row
    ]
    assert statements.read_locked(WorkOrder, order.pk).get_deferred_fields() == set()


def test_an_update_writes_the_named_fields_and_no_others() -> None:
    account = make_account()
    account.credit_limit, account.override_reason = Decimal("123.45"), "not saved"

    statements.update(account, ["credit_limit"])

    stands = DealerAccount.objects.get(pk=account.pk)
    assert (stands.credit_limit, stands.override_reason) == (Decimal("123.45"), "")


def test_a_status_changes_only_from_the_one_that_was_expected(cast: Cast) -> None:
    run = JobRun.objects.create(name="x", title="x", owner=cast.clerk_a, queued_at=AT)

    assert statements.set_status(run, run.status, "running")
    assert not statements.set_status(run, run.status, "done")
    assert JobRun.objects.get(pk=run.pk).status == "running"


def test_a_row_that_is_gone_is_said_to_be_gone(cast: Cast) -> None:
    run = JobRun(pk=9_999_999, name="x", title="x", owner=cast.clerk_a, queued_at=AT)

    with pytest.raises(JobRun.DoesNotExist), transaction.atomic():
        statements.read_locked(JobRun, run.pk)
    with pytest.raises(JobRun.DoesNotExist), transaction.atomic():
        statements.update(run, ["title"])


@pytest.mark.django_db(transaction=True)
def test_a_lock_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        statements.read_locked(JobRun, 1)

"""Row history: before and after of every tracked row with who did it; nobody rewrites it, nor a ledger, nor an event."""

import pghistory.models
import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from psycopg import sql

from portal.core.transactions import acting
from stations.models import Station
from tests.cast import Cast
from tests.database import owner

HISTORY = [model for model in apps.get_models() if issubclass(model, pghistory.models.Event)]
LEDGERS = [
    apps.get_model(name)
    for name in ("core.Event", "stations.AccountEntry", "parts.Posting", "parts.StockEntry", "warranty.CustodyEntry")
]
KEPT = [*HISTORY, *LEDGERS]
NAMES = [model._meta.label_lower for model in KEPT]


@pytest.mark.django_db
def test_a_change_leaves_the_row_as_it_became_and_who_made_it(cast: Cast) -> None:
    station = cast.station_a
    history = apps.get_model("stations", "StationEvent").objects.filter(pgh_obj=station)
    before = history.count()

    with acting(cast.fresh("service_manager"), request_id="request-1"):
        Station.objects.filter(pk=station.pk).update(phone="0571-88990011")
        Station.objects.filter(pk=station.pk).update(phone="0571-88990011")

    last = history.order_by("-pgh_id").first()
    assert last is not None
    assert history.count() == before + 1  # the second update changed nothing
    assert last.phone == "0571-88990011"
    assert last.pgh_context["user"] == cast.service_manager.pk
    assert last.pgh_context["request"] == "request-1"


@pytest.mark.django_db
@pytest.mark.parametrize("model", KEPT, ids=NAMES)
def test_the_application_may_not_rewrite_what_was_recorded(model: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        for act in ("UPDATE", "DELETE", "TRUNCATE"):
            cursor.execute(
                "SELECT has_table_privilege(%s, %s, %s)", [settings.DATABASE_APP_ROLE, model._meta.db_table, act]
            )
            assert cursor.fetchone() == (False,), act


@pytest.mark.django_db
@pytest.mark.parametrize("model", KEPT, ids=NAMES)
def test_not_even_the_owner_rewrites_it_by_accident(model: type[models.Model]) -> None:
    """The trigger is on the table and stands for UPDATE and for DELETE."""
    with owner() as db:
        held = db.execute(
            "SELECT bool_or(tgtype & 16 <> 0), bool_or(tgtype & 8 <> 0) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled <> 'D' AND p.prosrc ~* 'raise exception'",
            [model._meta.db_table],
        ).fetchone()

    assert held == (True, True)


@pytest.mark.django_db
def test_the_trigger_of_a_ledger_refuses(cast: Cast) -> None:
    with owner() as db:
        table = sql.Identifier("core_event")
        db.execute("BEGIN")
        db.execute(
            sql.SQL(
                "INSERT INTO {} (subject_type, subject_id, subject_number, root, kind, from_status, to_status, role,"
                " at, note, data, request_id) VALUES ('x', 1, '', '', 'x.y', '', '', '', now(), '', '{{}}', '')"
            ).format(table)
        )
        with pytest.raises(psycopg.errors.RaiseException):
            db.execute(sql.SQL("DELETE FROM {} WHERE kind = 'x.y'").format(table))
        db.execute("ROLLBACK")

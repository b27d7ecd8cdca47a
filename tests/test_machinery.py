"""The suite's own tools: a clone per worker, cleanup that keeps what migrations wrote, races, switches."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from tests.conftest import race
from tests.database import clean, owner


def test_worker_has_its_own_database(db: None) -> None:
    assert "_test_" in connection.settings_dict["NAME"]


def test_app_role_owns_nothing(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user")
        assert cursor.fetchone() == (0,)


def test_cleanup_restores_what_the_migrations_wrote(transactional_db: None) -> None:
    with owner() as db:
        before = db.execute("SELECT count(*) FROM auth_permission").fetchone()
    kind = ContentType.objects.first()
    Permission.objects.create(codename="something_new", name="Something new", content_type=kind)

    clean()

    with owner() as db:
        assert db.execute("SELECT count(*) FROM auth_permission").fetchone() == before
        assert db.execute("SELECT count(*) FROM auth_permission WHERE codename = 'something_new'").fetchone() == (0,)


def test_race_gives_every_thread_its_connection(transactional_db: None) -> None:
    def backend(_number: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid(), pg_sleep(0.05)")
            return cursor.fetchone()[0]

    assert len(set(race(4, backend))) == 4


def test_switch_is_undone(switch, transactional_db: None) -> None:
    switch("CREATE TABLE switched (id int)", "DROP TABLE switched")

    with owner() as db, pytest.raises(Exception, match="already exists"):
        db.execute("CREATE TABLE switched (id int)")

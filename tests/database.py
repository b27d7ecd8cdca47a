"""The suite's databases: a template migrated once under a lock, a clone for each worker, cleanup as owner."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from portal.provisioning import fingerprint

ROOT = Path(settings.BASE_DIR)
OWNER_URL = os.environ["DATABASE_OWNER_URL"]
SERVED = settings.DATABASES["default"]["NAME"]  # what DATABASE_URL names: we only connect to it, to make others

KEEPER = """
CREATE SCHEMA kept;
CREATE TABLE kept.known (
    relation regclass PRIMARY KEY, columns text NOT NULL, newest text NOT NULL, amount bigint NOT NULL
);

CREATE FUNCTION kept.state(relation regclass, OUT newest text, OUT amount bigint) LANGUAGE plpgsql AS $$
BEGIN  -- an untouched table still has the row versions that the migrations wrote
    EXECUTE format('SELECT coalesce(max(xmin::text::bigint), 0)::text, count(*) FROM %s', relation) INTO newest, amount;
END $$;

CREATE FUNCTION kept.keep() RETURNS void LANGUAGE plpgsql AS $$
DECLARE one regclass; now_in record; names text;
BEGIN  -- a copy of every row that the migrations left
    FOR one IN SELECT c.oid FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' LOOP
        now_in := kept.state(one);
        CONTINUE WHEN now_in.amount = 0;
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO names
          FROM pg_attribute WHERE attrelid = one AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
        EXECUTE format('CREATE TABLE kept.%I AS SELECT %s FROM %s', 't' || one::oid, names, one);
        INSERT INTO kept.known VALUES (one, names, now_in.newest, now_in.amount);
    END LOOP;
END $$;

CREATE FUNCTION kept.clean() RETURNS void LANGUAGE plpgsql AS $$
DECLARE one regclass; was kept.known; now_in record;
BEGIN
    FOR one IN SELECT c.oid FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' LOOP
        SELECT * INTO was FROM kept.known WHERE relation = one;
        IF NOT FOUND THEN
            EXECUTE format('DELETE FROM %s', one);
            CONTINUE;
        END IF;
        now_in := kept.state(one);
        CONTINUE WHEN now_in.newest = was.newest AND now_in.amount = was.amount;
        EXECUTE format('DELETE FROM %s', one);
        EXECUTE format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM kept.%I',
                       one, was.columns, was.columns, 't' || one::oid);
        now_in := kept.state(one);
        UPDATE kept.known SET newest = now_in.newest WHERE relation = one;
    END LOOP;
END $$;
"""


def owner(database: str | None = None) -> psycopg.Connection:
    """A connection of the owner role: migrates, cleans, switches walls. Never used by the code under test."""
    return psycopg.connect(
        make_conninfo(OWNER_URL, dbname=database or connection.settings_dict["NAME"]), autocommit=True
    )


@contextmanager
def clone() -> Iterator[str]:
    """The name of a database of one's own, cloned from the template; no other run takes it while this one lives."""
    number, held = _free_number()
    name = f"{SERVED}_test_{number}"
    with _locked("template.lock"), owner(SERVED) as admin:
        template = _template(admin)
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    try:
        yield name
    finally:
        held.close()


def clean() -> None:
    """Only the rows of the migrations are left, whatever a test committed: DELETE as owner, without triggers.

    Instead of Django's flush, whose TRUNCATE the app role is refused.
    """
    with owner() as db, db.transaction():
        db.execute("SET LOCAL session_replication_role = replica")
        db.execute("SET LOCAL lock_timeout = '10s'")
        db.execute("SELECT kept.clean()")


def _free_number() -> tuple[int, IO[str]]:
    """The first number that no running worker holds, of this run or another in the same clone."""
    for number in range(64):
        file = _var(f"test-{number}.lock").open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            continue
        return number, file
    raise RuntimeError("64 test runs at once")


@contextmanager
def _locked(name: str) -> Iterator[None]:
    with _var(name).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _var(name: str) -> Path:
    path = ROOT / "var" / name
    path.parent.mkdir(exist_ok=True)
    return path


def _template(admin: psycopg.Connection) -> str:
    """The template's name; built under another name, so that a killed build is never taken for a whole one."""
    template, building = f"{SERVED}_template_{fingerprint(Path(__file__))}", f"{SERVED}_template_building"
    if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
        return template
    for (old,) in admin.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [f"{SERVED}_template_"]
    ).fetchall():
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(old)))
    admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(building)))
    environment = {**os.environ, "DATABASE_URL": make_conninfo(OWNER_URL, dbname=building)}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], check=True, env=environment, cwd=ROOT)
    with owner(building) as db:
        db.execute(KEEPER)
        db.execute("SELECT kept.keep()")
    admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(template)))
    return template

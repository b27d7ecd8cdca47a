"""Volumes of data, made inside PostgreSQL by set-based statements from a seed: the same rows on every machine.

Rows are written as owner without triggers: a volume is scenery for measures, not a business history. What the columns
of a measure need is given; whatever else a table demands is filled with the emptiest value its type allows.
"""

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from portal.provisioning import fingerprint

ROOT = Path(__file__).resolve().parent.parent
GENERATORS = [ROOT / "bench" / name for name in ("volume.py", "scenery.py", "network_scenery.py")]
EMPTY = {
    "character varying": "''",
    "text": "''",
    "boolean": "false",
    "smallint": "0",
    "integer": "0",
    "bigint": "0",
    "numeric": "0",
    "double precision": "0",
    "date": "DATE '2026-01-01'",
    "timestamp with time zone": "TIMESTAMPTZ '2026-01-01 00:00:00+08'",
    "interval": "interval '0'",
    "jsonb": "'{}'::jsonb",
    "uuid": "md5(n::text)::uuid",
    "bytea": "''::bytea",
    "inet": "'127.0.0.1'::inet",
}


@dataclass(frozen=True)
class Size:
    """How many rows of what."""

    stations: int
    parts: int
    stock: int
    orders: int
    order_lines: int
    claims: int
    work_orders: int
    technicians: int = 4  # a station
    claim_lines: int = 3  # a claim
    is_network: bool = False  # contracts, grades, certificates as well, and stations in every state


SIZES = {
    "XS": Size(20, 2_000, 10_000, 500, 5_000, 10_000, 50_000),
    "S": Size(200, 20_000, 100_000, 5_000, 50_000, 100_000, 500_000),
    "P": Size(2_000, 100_000, 1_000_000, 50_000, 500_000, 1_000, 2_000, technicians=1),
    "C": Size(2_000, 20_000, 10_000, 500, 5_000, 2_000_000, 2_000_000, technicians=1, claim_lines=1),
    "N": Size(2_000, 2_000, 10_000, 500, 5_000, 10_000, 50_000, technicians=20, is_network=True),
}


def owner_url(database: str = "") -> str:
    """The owner's address of a database."""
    url = os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
    return make_conninfo(url, dbname=database) if database else url


def provide(name: str) -> str:
    """The address, for the app role, of a database of this size; made once per state of code and generator."""
    served = str(conninfo_to_dict(owner_url())["dbname"])
    database = f"{served}_bench_{name.lower()}_{fingerprint(*GENERATORS)}"
    with psycopg.connect(owner_url(served), autocommit=True) as admin:
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            _build(admin, database, f"{served}_bench_{name.lower()}_", SIZES[name])
    return make_conninfo(os.environ["DATABASE_URL"], dbname=database)


def _build(admin: psycopg.Connection[Any], database: str, prefix: str, size: Size) -> None:
    from bench.scenery import scenery

    building = f"{prefix}building"
    for (old,) in admin.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]).fetchall():
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
    admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(building)))
    environment = {**os.environ, "DATABASE_URL": owner_url(building)}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], check=True, env=environment, cwd=ROOT)
    with psycopg.connect(owner_url(building), autocommit=True) as db:
        with db.transaction():
            db.execute("SET LOCAL session_replication_role = replica")
            db.execute("SELECT setseed(0.42)")
            for table, rows, columns in scenery(size):
                fill(db, table, rows, columns)
        db.execute("VACUUM ANALYZE")
        for table, *_ in scenery(size):
            print(f'{{"table": "{table}", "rows": {_count(db, table)}, "sha256": "{_digest(db, table)}"}}', flush=True)
    admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(database)))


def fill(db: psycopg.Connection[Any], table: str, rows: int, columns: dict[str, str]) -> None:
    """Insert rows 1..n; columns are SQL expressions over n."""
    known = db.execute(
        "SELECT column_name, data_type, is_nullable = 'YES' OR column_default IS NOT NULL OR is_identity = 'YES'"
        " OR is_generated = 'ALWAYS' FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s",
        [table],
    ).fetchall()
    if not known:
        raise LookupError(f"no table {table}")
    if unknown := set(columns) - {name for name, *_ in known}:
        raise LookupError(f"{table} has no {', '.join(sorted(unknown))}")
    given = dict(columns)
    for name, kind, optional in known:
        if name not in given and not optional:
            given[name] = EMPTY.get(kind, "NULL")
    names = sql.SQL(", ").join(sql.Identifier(name) for name in given)
    values = sql.SQL(", ").join(sql.SQL(expression) for expression in given.values())
    db.execute(
        sql.SQL(
            "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM generate_series(1, {}) AS n"
            " ON CONFLICT DO NOTHING"
        ).format(sql.Identifier(table), names, values, sql.Literal(rows))
    )
    if "id" in given:
        db.execute(
            sql.SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), greatest((SELECT max(id) FROM {}), 1))").format(
                sql.Literal(table), sql.Identifier(table)
            )
        )


def _count(db: psycopg.Connection[Any], table: str) -> int:
    found = db.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    return int(found[0]) if found else 0


def _digest(db: psycopg.Connection[Any], table: str) -> str:
    """Tells whether two machines hold the same rows."""
    statement = sql.SQL("SELECT md5(t::text) FROM {} AS t ORDER BY 1 LIMIT 1000").format(sql.Identifier(table))
    return hashlib.sha256("".join(row[0] for row in db.execute(statement)).encode()).hexdigest()[:16]

"""The launcher: a path with spaces, a crash, and several users of one server."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from portal.postgres import APP, OWNER, Server, Users


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("a path with spaces") / "pg")
    server.start()
    yield server
    server.stop()
    shutil.rmtree(server.home)
    shutil.rmtree(server.sockets)


def test_killed_postmaster_recovers_with_every_committed_row(server: Server) -> None:
    with psycopg.connect(server.url(OWNER)) as db:
        db.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    bystander = psycopg.connect(server.url(APP))  # its backend outlives the postmaster and holds the shared memory
    os.kill(int((server.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    server.start()

    bystander.close()
    with psycopg.connect(server.url(OWNER)) as db:
        assert db.execute("SELECT count(*) FROM kept").fetchone() == (1000,)


def test_app_role_may_not_drop_what_the_owner_made(server: Server) -> None:
    with psycopg.connect(server.url(OWNER)) as db:
        db.execute("CREATE TABLE kept AS SELECT 1 AS n")

    with psycopg.connect(server.url(APP)) as db, pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.execute("DROP TABLE kept")


def test_server_is_needed_while_a_living_process_uses_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Users, "folder", tmp_path / "users")
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        Users().add(str(os.getpid()))
        Users().add(str(other.pid))

        assert not Users().remove(str(os.getpid()))

        other.kill()
        other.wait()
        assert Users().remove("0")

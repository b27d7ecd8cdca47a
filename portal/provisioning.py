"""From a fresh clone to a running demo: catalogs compiled, database migrated, demo network loaded. Not here: Django.

`python -m portal.provisioning catalogs` or `… demo [--fresh] [--with-real-data]`; both are quick when nothing changed.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import polib
import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
SMALL = ("--requests", "60", "--stations", "6")


def compile_catalogs() -> int:
    """Every .po of ours has an .mo at least as new; written under another name first, since tests run in parallel."""
    compiled = 0
    for source in ROOT.glob("locale/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        unfinished = target.with_suffix(f".{os.getpid()}")
        polib.pofile(str(source)).save_as_mofile(str(unfinished))
        unfinished.replace(target)
        compiled += 1
    return compiled


def fingerprint(*more: Path) -> str:
    """The state of everything that `migrate` reads, and of more files if asked."""
    files = {ROOT / "requirements.txt", ROOT / "portal/core/apps.py", *more}
    for app in app_folders():
        for folder in ("migrations", "data", "reference"):
            files |= {path for path in (app / folder).rglob("*") if path.is_file()}
    seen = hashlib.sha256()
    for path in sorted(path for path in files if path.exists() and "__pycache__" not in path.parts):
        seen.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return seen.hexdigest()[:12]


def app_folders() -> list[Path]:
    """Our own apps' folders."""
    return [path.parent for path in (*ROOT.glob("*/apps.py"), *ROOT.glob("portal/*/apps.py"))]


def demo_files() -> Iterable[Path]:
    """What the demo network is made from."""
    for app in app_folders():
        yield from (path for path in app.rglob("*demo*") if path.is_file())
        yield from (path for folder in app.rglob("demo") for path in folder.rglob("*") if path.is_file())


class Demo:
    """The demo's database: loaded once, kept beside as a copy, taken from the copy when a fresh one is asked for."""

    def __init__(self, *, private: bool, real_data: bool, small: bool) -> None:
        self.owner_url = os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
        self.name = str(conninfo_to_dict(self.owner_url)["dbname"])
        self.private = private
        self.real_data = real_data
        self.small = small
        self.kept = f"{self.name}_kept"
        self.loaded = VAR / (
            "demo-loaded" if private else "demo-loaded-elsewhere"
        )  # written last: a killed load is not taken for a whole one
        self.kept_of = VAR / "demo-kept"
        self.wanted = (
            f"{fingerprint(*demo_files())} {'small ' if small else ''}{'real data' if real_data else 'demo data'}"
        )

    def prepare(self, *, fresh: bool) -> None:
        """The database has the schema of this code and the demo network."""
        if fresh and not self.private:
            sys.exit("--fresh would empty the database of DATABASE_URL: do that yourself, or unset DATABASE_URL.")
        has = _read(self.loaded)
        start_over = fresh or (self.real_data and not has.endswith("real data")) or self.small != (" small " in has)
        if self.private and (not has or start_over):
            if _read(self.kept_of) == self.wanted and self._exists(self.kept):
                self._copy(self.kept, self.name)
                self.loaded.write_text(self.wanted)
                return
            self.loaded.unlink(missing_ok=True)
            self._recreate()
            has = ""
        self._migrate()
        if not has:
            self._load()

    def _migrate(self) -> None:
        """Skipped when neither code nor database changed since the last time."""
        stamp = VAR / "migrated"
        state = f"{fingerprint()} {self.owner_url} {self._cluster()}"
        if _read(stamp) == state:
            return
        print("Migrating …", flush=True)
        _manage("migrate", "-v0", role_url=self.owner_url)
        stamp.write_text(state)

    def _load(self) -> None:
        started = time.monotonic()
        print("Loading the demo network (once; some minutes) …", flush=True)
        _manage("demo_data", *(["--with-real-data"] if self.real_data else []), *(SMALL if self.small else []))
        if self.private:
            self._copy(self.name, self.kept)
            self.kept_of.write_text(self.wanted)
        self.loaded.write_text(self.wanted)
        print(f"Loaded in {time.monotonic() - started:.0f} s.", flush=True)

    def _recreate(self) -> None:
        (VAR / "migrated").unlink(missing_ok=True)
        with self._admin() as db:
            db.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.name)))
            db.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)))

    def _copy(self, source: str, target: str) -> None:
        """The target is a copy of the source: a matter of seconds, where loading takes minutes."""
        with self._admin() as db:
            db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [source])
            db.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(target)))
            db.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(target), sql.Identifier(source)))

    def _exists(self, name: str) -> bool:
        with self._admin() as db:
            return bool(db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone())

    def _cluster(self) -> str:
        """Tells this database from another one at the same address."""
        with psycopg.connect(self.owner_url) as db:
            found = db.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()
        return str(found[0] if found else "")

    def _admin(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection beside the demo's own database, which may then be dropped."""
        return psycopg.connect(make_conninfo(self.owner_url, dbname="postgres"), autocommit=True)


def _manage(*arguments: str, role_url: str = "") -> None:
    environment = os.environ | ({"DATABASE_URL": role_url} if role_url else {})
    done = subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=False)  # noqa: S603
    if done.returncode:
        sys.exit(f"manage.py {arguments[0]} failed.")


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def main() -> None:
    """See the module's first lines."""
    parser = argparse.ArgumentParser(prog="./run demo")
    parser.add_argument("verb", choices=["catalogs", "demo"])
    parser.add_argument("--fresh", action="store_true", help="start over with untouched demo data")
    parser.add_argument("--with-real-data", action="store_true", help="load the big catalogs as well")
    parser.add_argument(
        "--small", action="store_true", help="six stations and their last calls only: loads in a minute"
    )
    parser.add_argument("--given-database", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    VAR.mkdir(exist_ok=True)
    compile_catalogs()
    if asked.verb == "demo":
        Demo(private=not asked.given_database, real_data=asked.with_real_data, small=asked.small).prepare(
            fresh=asked.fresh
        )


if __name__ == "__main__":
    main()
